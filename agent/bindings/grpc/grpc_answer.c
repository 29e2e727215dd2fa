/* SPDX-License-Identifier: Apache-2.0 */
/* How a job's call ends: its answer, or another attempt. Pool threads. */
#include "agent/base/log.h"
#include "agent/base/random.h"
#include "agent/base/time.h"
#include "agent/bindings/grpc/grpc_call.h"
#include "agent/bindings/grpc/grpc_status.h"

#define LOCAL_EXCERPT 512u
#define FIRST_DELAY_MS UINT64_C(100)
#define MAX_DELAY_MS UINT64_C(2000)

/* ---- the local story ---- */

/* The whole text is scrubbed before it is cut and before the log escapes it: the service chooses
 * what stands at the cut. */
static void log_end(struct reeve_grpc_call *call, const char *event)
{
    const struct reeve_grpc_binding *self = reeve_grpc_binding_of(call->work);
    struct reeve_work *work = call->work;
    struct reeve_buffer *text = &call->request.text;

    if (text->len > 0) {
        reeve_secret_registry_scrub(self->secrets, (char *)text->data, text->len);
    }
    reeve_work_make_reference(work);
    REEVE_LOG(
        WARN, event, reeve_log_text("task", work->task->name), reeve_log_id("job", work->job_id),
        reeve_log_text("ref", work->answer.reference),
        reeve_log_text("target", self->system.unix_socket != NULL ? self->system.unix_socket
                                                                  : self->system.target),
        reeve_log_text("code", reeve_rpc_code_name(call->request.code)),
        reeve_log_u64("attempt", call->attempts),
        reeve_log_bytes("text", reeve_bytes_slice(reeve_buffer_view(text), 0, LOCAL_EXCERPT)));
}

/* ---- answers ---- */

static enum reeve_effect effect_of(const struct reeve_grpc_call *call, bool doubt)
{
    return doubt || call->in_doubt ? reeve_work_doubt(call->work) : REEVE_EFFECT_NONE;
}

static void answer_stopped(struct reeve_grpc_call *call)
{
    struct reeve_work *work = call->work;
    const enum reeve_effect effect = effect_of(call, call->request.may_have_arrived);

    reeve_grpc_call_clear(call);
    reeve_work_stopped(work, effect);
}

/* gRPC's clock was a little ahead of the engine's, or the service's was. */
static void answer_timed_out(struct reeve_grpc_call *call)
{
    int none = REEVE_REASON_UNSPECIFIED;

    (void)__atomic_compare_exchange_n(&call->work->cancel_reason, &none, REEVE_REASON_DEADLINE,
                                      false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    answer_stopped(call);
}

static void answer_failed(struct reeve_grpc_call *call, enum reeve_reason reason,
                          enum reeve_effect effect, const char *message)
{
    struct reeve_work *work = call->work;

    reeve_grpc_call_clear(call);
    reeve_work_fail(work, reason, effect, message);
}

static void answer_misfit(struct reeve_grpc_call *call, enum reeve_status status,
                          const struct reeve_problem *problem)
{
    const char *message = "the internal service's answer does not fit the output message";
    struct reeve_work *work = call->work;

    reeve_work_make_reference(work);
    REEVE_LOG(WARN, "answer does not fit the output message",
              reeve_log_text("task", work->task->name), reeve_log_id("job", work->job_id),
              reeve_log_text("ref", work->answer.reference),
              reeve_log_text("field", problem->field), reeve_log_text("rule", problem->rule),
              reeve_log_text("problem", problem->text));
    const enum reeve_reason reason = reeve_work_misfit(work->arena, status, &message);
    answer_failed(call, reason, reeve_work_confirmed(work), message);
}

static void answer_unary(struct reeve_grpc_call *call)
{
    struct reeve_work *work = call->work;
    struct reeve_problem problem = {.rule = "messages", .text = "the answer has no message"};
    enum reeve_status status = REEVE_MALFORMED;
    void *response = NULL;

    work->answer.upstream_code = REEVE_RPC_OK;
    if (call->request.messages > 0) {
        status = reeve_grpc_call_read(call, work->arena, &response, &problem);
    }
    if (status != REEVE_OK) {
        answer_misfit(call, status, &problem);
        return;
    }
    reeve_grpc_call_clear(call);
    reeve_work_succeed(work, response);
}

static void answer_ok(struct reeve_grpc_call *call)
{
    struct reeve_work *work = call->work;

    if (!work->task->server_streaming) {
        answer_unary(call);
        return;
    }
    reeve_grpc_call_clear(call);
    reeve_work_finish(work);
}

/* ---- another attempt ---- */

/* Doubles, with full jitter above its half. */
static uint64_t pick_delay_ms(uint32_t attempts)
{
    uint64_t top = FIRST_DELAY_MS << (attempts > 5 ? 5 : attempts - 1);

    if (top > MAX_DELAY_MS) {
        top = MAX_DELAY_MS;
    }
    return top / 2 + reeve_random_below(reeve_random_system(), top / 2 + 1);
}

/* Only tasks that may be carried out twice, only while nothing of a result was passed on, and only
 * when there is time left behind the pause. */
static bool try_again(struct reeve_grpc_call *call, const struct reeve_grpc_verdict *verdict)
{
    const struct reeve_work *work = call->work;
    const struct reeve_grpc_binding *self = reeve_grpc_binding_of(work);
    const uint64_t delay_ms = pick_delay_ms(call->attempts);

    if (work->task->idempotency == REEVE_NOT_IDEMPOTENT || !verdict->again ||
        call->request.messages > 0 || call->attempts >= self->system.max_attempts ||
        reeve_work_cancelled(work) != REEVE_REASON_UNSPECIFIED ||
        reeve_now_read().boot_ms + delay_ms >= work->deadline_ms) {
        return false;
    }
    call->in_doubt = call->in_doubt || verdict->effect == REEVE_GRPC_EFFECT_DOUBT;
    reeve_buffer_clear(&call->request.text);
    reeve_buffer_reset(&call->incoming);
    reeve_grpc_call_begin(call, delay_ms);
    return true;
}

/* The service refused the credential before it did anything. Once, and only with a newer version of
 * it: a provider collapses concurrent fetches, and does not give out a newer one for an older one's
 * fault. */
static bool has_newer_credential(struct reeve_grpc_call *call)
{
    const struct reeve_grpc_binding *self = reeve_grpc_binding_of(call->work);
    const uint64_t used = call->headers.version;
    struct reeve_secret_problem problem;
    struct reeve_secret_value value;

    if (self->system.auth == REEVE_GRPC_AUTH_NONE || call->refused_version != 0 ||
        call->request.messages > 0) {
        return false;
    }
    call->refused_version = used;
    reeve_secret_value_init(&value);
    bool newer =
        reeve_secret_registry_fetch(self->secrets, reeve_bytes_cstr(self->system.auth_secret),
                                    &value, &problem) == REEVE_OK &&
        value.version != used;
    reeve_secret_value_clear(&value);
    return newer;
}

static bool try_credential(struct reeve_grpc_call *call)
{
    if (call->request.code != REEVE_RPC_UNAUTHENTICATED || !has_newer_credential(call)) {
        return false;
    }
    reeve_buffer_clear(&call->request.text);
    reeve_buffer_reset(&call->incoming);
    call->attempts--; /* the same one, once more */
    reeve_grpc_call_begin(call, 0);
    return true;
}

/* A service sees the same deadline, and some say so in words of their own: UNKNOWN, CANCELLED. What
 * fails when the time is over failed for that. */
static bool is_deadline(const struct reeve_grpc_call *call,
                        const struct reeve_grpc_verdict *verdict)
{
    return verdict->reason == REEVE_REASON_DEADLINE ||
           (verdict->effect == REEVE_GRPC_EFFECT_DOUBT &&
            reeve_now_read().boot_ms >= call->work->deadline_ms);
}

static void answer_code(struct reeve_grpc_call *call)
{
    const struct reeve_grpc_verdict verdict = reeve_grpc_verdict_of(&call->request);

    call->work->answer.upstream_code = (uint32_t)call->request.code;
    log_end(call, "internal service did not carry out the call");
    if (is_deadline(call, &verdict)) {
        answer_timed_out(call);
        return;
    }
    if (try_credential(call) || try_again(call, &verdict)) {
        return;
    }
    answer_failed(call, verdict.reason, effect_of(call, verdict.effect == REEVE_GRPC_EFFECT_DOUBT),
                  verdict.message);
}

void reeve_grpc_call_ended(struct reeve_grpc_call *call)
{
    struct reeve_work *work = call->work;

    if (work->stopped) {
        if (call->request.code != REEVE_RPC_OK) {
            work->answer.effect = reeve_work_doubt(work); /* nobody heard how it ended */
        }
        reeve_grpc_call_clear(call);
        reeve_work_finish(work); /* the answer stands already */
        return;
    }
    if (call->failure != REEVE_REASON_UNSPECIFIED) {
        answer_failed(call, call->failure, reeve_work_doubt(work), call->failure_message);
        return;
    }
    if (call->request.code == REEVE_RPC_OK) {
        answer_ok(call);
        return;
    }
    if (reeve_work_cancelled(work) != REEVE_REASON_UNSPECIFIED) {
        answer_stopped(call);
        return;
    }
    answer_code(call);
}
