/* SPDX-License-Identifier: Apache-2.0 */
/* Streams: see exchange.h. HTTP thread → inbox → a pool thread that splits, reads and emits.
 *
 * One thread drains at a time: `draining` says that one does or is about to. It stops when the
 * inbox is empty, or when a message was the last that is wanted until there is room (PAUSE);
 * whoever brings bytes, a resume or a cancel sets it going again. The request holds the exchange
 * until its end, a drain until the inbox is empty: the last of them, which nobody else looks at any
 * more, answers. */
#include "agent/bindings/http/exchange.h"

#include "agent/base/time.h"
#include "proto/runtime/message.h"

#define INBOX_MAX ((size_t)64 * 1024)
#define SCRATCH_MIN ((size_t)4 * 1024 * 1024)

static void run_drain(struct reeve_task_node *node);

/* ---- whoever has news; under the binding's lock ---- */

static void go(struct reeve_http_exchange *x)
{
    x->stream->draining = true;
    x->node.run = run_drain;
    reeve_pool_submit(reeve_http_binding_of(x->work)->pool, &x->node);
}

/* From a pause, during which the drain holds the exchange still. */
static void go_on(struct reeve_http_exchange *x)
{
    x->stream->paused = false;
    go(x);
}

static bool is_last_holder(struct reeve_http_stream *stream)
{
    return __atomic_sub_fetch(&stream->holders, 1, __ATOMIC_ACQ_REL) == 0;
}

/* HTTP thread. */
static enum reeve_http_take on_body(struct reeve_http_request *request, struct reeve_bytes piece)
{
    struct reeve_http_exchange *x = REEVE_OWNER(request, struct reeve_http_exchange, request);
    struct reeve_http_binding *self = reeve_http_binding_of(x->work);
    struct reeve_http_stream *stream = x->stream;
    enum reeve_http_take take = REEVE_HTTP_TAKEN;

    (void)pthread_mutex_lock(&self->lock);
    if (stream->inbox.len > 0 && stream->inbox.len + piece.len > INBOX_MAX) {
        stream->http_waits = true;
        take = REEVE_HTTP_WAIT;
    } else if (reeve_buffer_append(&stream->inbox, piece) != REEVE_OK) {
        stream->out_of_memory = true;
        reeve_http_cancel(self->loop, request);
    }
    if (!stream->draining && !stream->paused) {
        (void)__atomic_add_fetch(&stream->holders, 1, __ATOMIC_RELAXED);
        go(x);
    }
    (void)pthread_mutex_unlock(&self->lock);
    return take;
}

static void run_end(struct reeve_task_node *node);

void reeve_http_stream_request_ended(struct reeve_http_exchange *x)
{
    if (is_last_holder(x->stream)) {
        x->node.run = run_end;
        reeve_pool_submit(reeve_http_binding_of(x->work)->pool, &x->node);
    }
}

void reeve_http_stream_cancelled(struct reeve_http_exchange *x)
{
    if (x->stream->paused) {
        go_on(x);
    }
}

void reeve_http_resume_work(struct reeve_binding *binding, struct reeve_work *work)
{
    struct reeve_http_binding *self = REEVE_OWNER(binding, struct reeve_http_binding, base);

    (void)pthread_mutex_lock(&self->lock);
    struct reeve_http_exchange *x = work->state;
    if (x->stream->paused) {
        go_on(x);
    } else {
        x->stream->resumes++;
    }
    (void)pthread_mutex_unlock(&self->lock);
}

/* ---- draining; the thread that does ---- */

/* What is still to come is not wanted. */
static void drop(struct reeve_http_exchange *x)
{
    x->stream->dropping = true;
    x->stream->rest = reeve_bytes_of(NULL, 0);
    reeve_http_cancel(reeve_http_binding_of(x->work)->loop, &x->request);
}

static void spoil(struct reeve_http_exchange *x, enum reeve_status why,
                  const struct reeve_problem *problem)
{
    if (x->stream->spoilt == REEVE_OK) {
        x->stream->spoilt = why;
        reeve_format_cut(x->stream->problem, sizeof(x->stream->problem), "message %llu: %s: %s %s",
                         (unsigned long long)x->stream->emitted + 1, reeve_status_text(why),
                         problem == NULL ? "" : problem->field,
                         problem == NULL ? "" : problem->text);
    }
    drop(x);
}

/* After PAUSE: whether there is room again already. Else whoever makes
 * room goes on. */
static bool goes_on(struct reeve_http_exchange *x)
{
    struct reeve_http_binding *self = reeve_http_binding_of(x->work);
    struct reeve_http_stream *stream = x->stream;

    (void)pthread_mutex_lock(&self->lock);
    const bool resumed = stream->resumes > 0;
    const bool cancelled = reeve_work_cancelled(x->work) != REEVE_REASON_UNSPECIFIED;
    stream->resumes -= resumed ? 1 : 0;
    stream->paused = !resumed && !cancelled;
    stream->draining = !stream->paused;
    const bool going = stream->draining;
    (void)pthread_mutex_unlock(&self->lock);
    return going;
}

static enum reeve_status read_message(struct reeve_http_exchange *x, void **message,
                                      struct reeve_problem *problem)
{
    struct reeve_problems problems = {.items = problem, .capacity = 1};
    const struct reeve_task *task = x->work->task;

    reeve_arena_reset(&x->stream->scratch);
    REEVE_TRY(reeve_http_read_response(task, x->parts.rule,
                                       reeve_buffer_view(&x->stream->splitter.value),
                                       &x->stream->scratch, message, problem));
    return reeve_message_validate(task->output, *message, reeve_now_read().unix_ms, &problems);
}

/* Emits the splitter's value. */
static enum reeve_work_flow emit(struct reeve_http_exchange *x)
{
    struct reeve_problem problem = {.line = 0};
    void *message = NULL;
    enum reeve_status status = read_message(x, &message, &problem);

    if (status != REEVE_OK) {
        spoil(x, status, &problem);
        return REEVE_WORK_STOP;
    }
    enum reeve_work_flow flow = reeve_work_emit(x->work, message);
    if (flow == REEVE_WORK_STOP) {
        drop(x);
    } else {
        x->stream->emitted++;
    }
    return flow;
}

static bool names_lines(const char *content_type)
{
    static const char *const NAMES[] = {"application/x-ndjson", "application/ndjson",
                                        "application/jsonl", "application/x-jsonlines",
                                        "application/json-lines"};

    for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
        if (reeve_bytes_starts_with(reeve_bytes_cstr(content_type), reeve_bytes_cstr(NAMES[i]))) {
            return true;
        }
    }
    return false;
}

/* The layout is that of the content type; the head has come before the first byte. */
static bool begin(struct reeve_http_exchange *x)
{
    const struct reeve_http_system *system = &reeve_http_binding_of(x->work)->system;
    const bool lines = names_lines(x->request.content_type);

    x->stream->begun = true;
    if (!lines && !reeve_http_is_json(x->request.content_type)) {
        spoil(x, REEVE_TYPE, NULL);
        return false;
    }
    reeve_json_splitter_init(&x->stream->splitter, lines ? REEVE_JSON_LINES : REEVE_JSON_VALUES,
                             system->max_response_bytes);
    return true;
}

/* Works on the chunk until it is used up; false: paused. */
static bool take_chunk(struct reeve_http_exchange *x)
{
    struct reeve_http_stream *stream = x->stream;

    if (!stream->dropping && !stream->begun && !begin(x)) {
        return true;
    }
    while (!stream->dropping && stream->rest.len > 0) {
        bool ready = false;
        enum reeve_status status = reeve_json_split(&stream->splitter, &stream->rest, &ready);
        if (status != REEVE_OK) {
            spoil(x, status, NULL);
        } else if (ready && emit(x) == REEVE_WORK_PAUSE && !goes_on(x)) {
            return false;
        }
    }
    return true;
}

/* Takes the inbox as the next chunk, so that the sender may go on; false: there is none, and this
 * thread no longer drains. */
static bool take_inbox(struct reeve_http_exchange *x)
{
    struct reeve_http_binding *self = reeve_http_binding_of(x->work);
    struct reeve_http_stream *stream = x->stream;

    (void)pthread_mutex_lock(&self->lock);
    const bool taken = stream->inbox.len > 0;
    stream->draining = taken;
    if (taken) {
        reeve_buffer_take(&stream->chunk, &stream->inbox);
        stream->rest = reeve_buffer_view(&stream->chunk);
    }
    if (taken && stream->http_waits) {
        stream->http_waits = false;
        reeve_http_resume(self->loop, &x->request);
    }
    (void)pthread_mutex_unlock(&self->lock);
    return taken;
}

static void answer_end(struct reeve_http_exchange *x)
{
    struct reeve_work *work = x->work;

    if (x->stream->out_of_memory) {
        x->stream->spoilt = REEVE_NO_MEMORY;
    }
    if (x->stream->spoilt != REEVE_OK) {
        reeve_format_cut(x->request.problem, sizeof(x->request.problem), "%s", x->stream->problem);
        reeve_http_log_failure(x, "stream does not fit the output message");
        const char *message = "the internal system's answer does not fit the output message";
        const enum reeve_reason reason =
            reeve_work_misfit(&x->stream->scratch, x->stream->spoilt, &message);
        reeve_http_answer_failure(x, reason, reeve_work_confirmed(work), message);
        return;
    }
    /* A cancel dropped what was still to be emitted, however well the request itself ended. */
    const bool cut_short = x->stream->dropping && !work->stopped;
    if (cut_short || (work->stopped && reeve_work_cancelled(work) != REEVE_REASON_UNSPECIFIED)) {
        reeve_http_answer_stopped(x, true);
        return;
    }
    if (!work->stopped) {
        reeve_http_answer(x);
        return;
    }
    reeve_http_exchange_clear(x);
    reeve_work_finish(work);
}

/* Pool thread. */
static void run_drain(struct reeve_task_node *node)
{
    struct reeve_http_exchange *x = REEVE_OWNER(node, struct reeve_http_exchange, node);

    if (reeve_work_cancelled(x->work) != REEVE_REASON_UNSPECIFIED && !x->stream->dropping) {
        drop(x);
    }
    do {
        if (!take_chunk(x)) {
            return;
        }
    } while (take_inbox(x));
    if (is_last_holder(x->stream)) {
        answer_end(x);
    }
}

/* Pool thread; the request was the last. */
static void run_end(struct reeve_task_node *node)
{
    answer_end(REEVE_OWNER(node, struct reeve_http_exchange, node));
}

void reeve_http_stream_finish(struct reeve_http_exchange *x)
{
    struct reeve_http_stream *stream = x->stream;
    bool ready = false;
    enum reeve_status status =
        stream->begun ? reeve_json_split_end(&stream->splitter, &ready) : REEVE_OK;

    if (status == REEVE_OK && ready) {
        (void)emit(x); /* the last: nothing waits for a resume */
    }
    if (status != REEVE_OK) {
        spoil(x, status, NULL);
    }
    if (stream->spoilt != REEVE_OK || x->work->stopped) {
        answer_end(x);
        return;
    }
    struct reeve_work *work = x->work;
    reeve_http_exchange_clear(x);
    reeve_work_finish(work);
}

/* ---- life ---- */

void reeve_http_stream_attempt(struct reeve_http_exchange *x)
{
    x->request.on_body = on_body;
    x->stream->draining = false;
    x->stream->holders = 1;
}

enum reeve_status reeve_http_stream_new(struct reeve_http_exchange *x)
{
    struct reeve_http_stream *stream = reeve_arena_alloc(x->work->arena, sizeof(*stream));
    size_t scratch = 4 * reeve_http_binding_of(x->work)->system.max_response_bytes;

    if (stream == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_buffer_init(&stream->inbox, NULL, SIZE_MAX);
    reeve_buffer_init(&stream->chunk, NULL, SIZE_MAX);
    reeve_work_scratch_init(x->work, &stream->scratch,
                            scratch < SCRATCH_MIN ? SCRATCH_MIN : scratch, 0);
    reeve_json_splitter_init(&stream->splitter, REEVE_JSON_VALUES, 0);
    x->stream = stream;
    return REEVE_OK;
}

void reeve_http_stream_clear(struct reeve_http_stream *stream)
{
    if (stream == NULL) {
        return;
    }
    reeve_buffer_clear(&stream->inbox);
    reeve_buffer_clear(&stream->chunk);
    reeve_json_splitter_clear(&stream->splitter);
    reeve_arena_clear(&stream->scratch);
}
