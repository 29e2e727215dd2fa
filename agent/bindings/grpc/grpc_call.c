/* SPDX-License-Identifier: Apache-2.0 */
/* A job's calls on their way: see grpc_call.h. How they end stands in grpc_answer.c. */
#include "agent/bindings/grpc/grpc_call.h"

#include "agent/base/log.h"
#include "agent/base/time.h"

#define REQUEST_MAX ((size_t)64 * 1024 * 1024) /* a job's input has a bound of its own */
#define RESULT_MEMORY ((size_t)4 * 1024 * 1024)

static void lock(struct reeve_grpc_call *call)
{
    (void)pthread_mutex_lock(&reeve_grpc_binding_of(call->work)->lock);
}

static void unlock(struct reeve_grpc_call *call)
{
    (void)pthread_mutex_unlock(&reeve_grpc_binding_of(call->work)->lock);
}

/* ---- messages ---- */

enum reeve_status reeve_grpc_call_read(const struct reeve_grpc_call *call,
                                       struct reeve_arena *arena, void **response,
                                       struct reeve_problem *problem)
{
    const struct reeve_decode_options options = {.unknown = REEVE_UNKNOWN_DROP};
    const struct reeve_message *type = call->work->task->output;
    struct reeve_problems problems = {.items = problem, .capacity = 1};

    REEVE_TRY(reeve_message_decode(type, reeve_buffer_view(&call->incoming), &options, arena,
                                   response, problem));
    return reeve_message_validate(type, *response, reeve_now_read().unix_ms, &problems);
}

static void give_up(struct reeve_grpc_call *call, enum reeve_reason reason, const char *message)
{
    call->failure = reason;
    call->failure_message = message;
    reeve_rpc_request_cancel(&call->request);
}

static void log_result(const struct reeve_grpc_call *call, const struct reeve_problem *problem)
{
    reeve_work_make_reference(call->work);
    REEVE_LOG(WARN, "result does not fit the output message",
              reeve_log_text("task", call->work->task->name),
              reeve_log_id("job", call->work->job_id),
              reeve_log_text("ref", call->work->answer.reference),
              reeve_log_text("field", problem->field), reeve_log_text("rule", problem->rule),
              reeve_log_text("problem", problem->text));
}

/* One message of a stream. GO_ON also where the call was given up: its end is on the way. */
static enum reeve_work_flow pass_on(struct reeve_grpc_call *call)
{
    struct reeve_problem problem = {.line = 0};
    void *response = NULL;

    reeve_arena_reset(&call->results);
    enum reeve_status status = reeve_grpc_call_read(call, &call->results, &response, &problem);
    reeve_buffer_reset(&call->incoming);
    if (status != REEVE_OK) {
        const char *message = "a result of the internal service does not fit the output message";
        log_result(call, &problem);
        const enum reeve_reason reason = reeve_work_misfit(&call->results, status, &message);
        give_up(call, reason, message);
        return REEVE_WORK_GO_ON;
    }
    enum reeve_work_flow flow = reeve_work_emit(call->work, response);
    if (flow == REEVE_WORK_STOP) {
        reeve_rpc_request_cancel(&call->request);
    }
    return flow;
}

static void run_message(struct reeve_task_node *node)
{
    struct reeve_grpc_call *call = REEVE_OWNER(node, struct reeve_grpc_call, node);
    bool paused = pass_on(call) == REEVE_WORK_PAUSE;

    lock(call);
    call->busy = false;
    call->paused = paused && !call->resumed;
    call->resumed = false;
    bool ended = !call->under_way;
    if (!ended && !call->paused) {
        reeve_rpc_request_resume(&call->request);
    }
    unlock(call);
    if (ended) {
        reeve_grpc_call_ended(call);
    }
}

static bool take(struct reeve_grpc_call *call, struct reeve_bytes message)
{
    if (reeve_buffer_append(&call->incoming, message) == REEVE_OK) {
        return true;
    }
    give_up(call, REEVE_REASON_OUT_OF_MEMORY, "out of memory");
    return false;
}

/* Client's thread. */
static bool on_message(struct reeve_rpc_request *request, struct reeve_bytes message)
{
    struct reeve_grpc_call *call = REEVE_OWNER(request, struct reeve_grpc_call, request);

    if (call->failure != REEVE_REASON_UNSPECIFIED) {
        return true; /* the end is on the way */
    }
    if (!call->work->task->server_streaming && request->messages > 1) {
        give_up(call, REEVE_REASON_OUTPUT_INVALID,
                "the internal service sent several messages where one is expected");
        return true;
    }
    if (!take(call, message) || !call->work->task->server_streaming) {
        return true;
    }
    lock(call);
    call->busy = true;
    unlock(call);
    call->node.run = run_message;
    reeve_pool_submit(reeve_grpc_binding_of(call->work)->pool, &call->node);
    return false;
}

static void run_end(struct reeve_task_node *node)
{
    reeve_grpc_call_ended(REEVE_OWNER(node, struct reeve_grpc_call, node));
}

/* Client's thread. A message that is at work sees the end when it is through. */
static void on_done(struct reeve_rpc_request *request)
{
    struct reeve_grpc_call *call = REEVE_OWNER(request, struct reeve_grpc_call, request);
    struct reeve_pool *pool = reeve_grpc_binding_of(call->work)->pool;

    lock(call);
    call->under_way = false;
    bool busy = call->busy;
    if (!busy) {
        call->node.run = run_end;
    }
    unlock(call);
    if (!busy) {
        reeve_pool_submit(pool, &call->node);
    }
}

/* ---- beginning ---- */

void reeve_grpc_call_clear(struct reeve_grpc_call *call)
{
    reeve_grpc_headers_clear(&call->headers);
    reeve_buffer_clear(&call->incoming);
    reeve_buffer_clear(&call->request.message);
    reeve_buffer_clear(&call->request.text);
    reeve_arena_clear(&call->results);
}

static enum reeve_status write_method(struct reeve_grpc_call *call)
{
    size_t size = reeve_bytes_cstr(call->work->task->name).len + 2;
    char *method = reeve_arena_alloc(call->work->arena, size);

    if (method == NULL) {
        return REEVE_NO_MEMORY;
    }
    call->request.method = method;
    return reeve_format(method, size, "/%s", call->work->task->name);
}

static struct reeve_grpc_call *new_call(struct reeve_work *work)
{
    struct reeve_grpc_call *call = reeve_arena_alloc(work->arena, sizeof(*call));
    size_t max_response = reeve_grpc_binding_of(work)->system.max_response_bytes;

    if (call == NULL) {
        return NULL;
    }
    call->work = work;
    reeve_grpc_headers_init(&call->headers);
    reeve_buffer_init(&call->incoming, NULL, max_response);
    reeve_buffer_init(&call->request.message, NULL, REQUEST_MAX);
    reeve_buffer_init(&call->request.text, NULL, 0);
    reeve_work_scratch_init(work, &call->results, RESULT_MEMORY + 4 * max_response, 0);
    call->request.on_message = on_message;
    call->request.on_done = on_done;
    return call;
}

/* A credential or a TLS identity: the log says which file or secret, the answer does not. */
static enum reeve_status log_credential(struct reeve_grpc_call *call, enum reeve_status status,
                                        const char *problem)
{
    if (status == REEVE_OK || status == REEVE_NO_MEMORY) {
        return status;
    }
    reeve_work_make_reference(call->work);
    REEVE_LOG(ERROR, "credential could not be loaded", reeve_log_status(status),
              reeve_log_text("task", call->work->task->name),
              reeve_log_text("ref", call->work->answer.reference),
              reeve_log_text("problem", problem));
    return REEVE_CREDENTIAL_UNAVAILABLE;
}

static enum reeve_status load_headers(struct reeve_grpc_call *call)
{
    const struct reeve_grpc_binding *self = reeve_grpc_binding_of(call->work);
    struct reeve_secret_problem problem = {.text = ""};

    enum reeve_status status =
        reeve_grpc_headers_fill(&call->headers, &self->system, call->work, self->secrets, &problem);
    call->request.metadata = call->headers.list;
    call->request.metadata_count = call->headers.count;
    return log_credential(call, status, problem.text);
}

static enum reeve_status load_line(struct reeve_grpc_call *call)
{
    const struct reeve_now now = reeve_now_read();
    struct reeve_grpc_dialer_problem problem = {.text = ""};

    enum reeve_status status = reeve_grpc_dialer_take(reeve_grpc_binding_of(call->work)->dialer,
                                                      &now, &call->request.line, &problem);
    return log_credential(call, status, problem.text);
}

static enum reeve_status write_message(struct reeve_grpc_call *call)
{
    reeve_buffer_reset(&call->request.message);
    return reeve_message_encode(call->work->task->input, call->work->request,
                                &call->request.message);
}

/* The line is taken last: nobody has to give it back when something fails. */
static enum reeve_status prepare(struct reeve_grpc_call *call, uint64_t delay_ms)
{
    const uint64_t start_ms = reeve_now_read().boot_ms + delay_ms;
    const uint64_t deadline_ms = call->work->deadline_ms;

    call->request.delay_ms = delay_ms;
    call->request.timeout_ms = deadline_ms > start_ms ? deadline_ms - start_ms : 1;
    REEVE_TRY(write_message(call));
    REEVE_TRY(load_headers(call));
    return load_line(call);
}

static enum reeve_effect effect_so_far(const struct reeve_grpc_call *call)
{
    return call->in_doubt ? reeve_work_doubt(call->work) : REEVE_EFFECT_NONE;
}

static void refuse(struct reeve_grpc_call *call, enum reeve_status status)
{
    struct reeve_work *work = call->work;
    const enum reeve_effect effect = effect_so_far(call);

    reeve_grpc_call_clear(call);
    if (status == REEVE_CREDENTIAL_UNAVAILABLE) {
        reeve_work_fail(work, REEVE_REASON_CREDENTIAL_UNAVAILABLE, effect,
                        "a credential could not be loaded");
    } else if (status == REEVE_LIMIT) {
        reeve_work_reject(work, REEVE_REASON_TOO_LARGE, "the request is too large for a call");
    } else {
        reeve_work_fail(work, REEVE_REASON_OUT_OF_MEMORY, effect, "out of memory");
    }
}

void reeve_grpc_call_begin(struct reeve_grpc_call *call, uint64_t delay_ms)
{
    struct reeve_work *work = call->work;
    enum reeve_status status = prepare(call, delay_ms);

    if (status != REEVE_OK) {
        refuse(call, status);
        return;
    }
    call->attempts++;
    lock(call);
    bool cancelled = reeve_work_cancelled(work) != REEVE_REASON_UNSPECIFIED;
    if (!cancelled) {
        call->under_way = true;
        reeve_rpc_request_start(reeve_grpc_binding_of(work)->client, &call->request);
    }
    unlock(call);
    if (cancelled) {
        const enum reeve_effect effect = effect_so_far(call);
        reeve_rpc_line_drop(call->request.line);
        reeve_grpc_call_clear(call);
        reeve_work_stopped(work, effect);
    }
}

void reeve_grpc_call_start(struct reeve_binding *binding, struct reeve_work *work)
{
    struct reeve_grpc_binding *self = REEVE_OWNER(binding, struct reeve_grpc_binding, base);
    struct reeve_grpc_call *call = new_call(work);

    if (call == NULL || write_method(call) != REEVE_OK) {
        reeve_work_fail(work, REEVE_REASON_OUT_OF_MEMORY, REEVE_EFFECT_NONE, "out of memory");
        return;
    }
    (void)pthread_mutex_lock(&self->lock);
    work->state = call;
    (void)pthread_mutex_unlock(&self->lock);
    reeve_grpc_call_begin(call, 0);
}

/* ---- from the loop's thread ---- */

void reeve_grpc_call_cancel(struct reeve_binding *binding, struct reeve_work *work)
{
    struct reeve_grpc_binding *self = REEVE_OWNER(binding, struct reeve_grpc_binding, base);

    (void)pthread_mutex_lock(&self->lock);
    struct reeve_grpc_call *call = work->state;
    if (call != NULL && call->under_way) {
        reeve_rpc_request_cancel(&call->request);
    }
    (void)pthread_mutex_unlock(&self->lock);
}

void reeve_grpc_call_resume(struct reeve_binding *binding, struct reeve_work *work)
{
    struct reeve_grpc_binding *self = REEVE_OWNER(binding, struct reeve_grpc_binding, base);

    (void)pthread_mutex_lock(&self->lock);
    struct reeve_grpc_call *call = work->state;
    if (call != NULL && call->busy) {
        call->resumed = true;
    } else if (call != NULL && call->paused) {
        call->paused = false;
        if (call->under_way) {
            reeve_rpc_request_resume(&call->request);
        }
    }
    (void)pthread_mutex_unlock(&self->lock);
}
