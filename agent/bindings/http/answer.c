/* SPDX-License-Identifier: Apache-2.0 */
/* What happened becomes status, effect and reason, or another attempt:
 *
 *   2xx, and the body fits the output     SUCCEEDED, DONE
 *   2xx, and it does not                  FAILED OUTPUT_INVALID, DONE
 *   401                                   once more with a newer credential, if there is one; else
 *                                         FAILED CREDENTIAL_REFUSED, NONE
 *   408                                   FAILED UPSTREAM_REFUSED, in doubt
 *   other 4xx                             FAILED UPSTREAM_REFUSED, NONE
 *
 *   3xx                                   followed where that was asked for, in doubt from there;
 *                                         else FAILED UPSTREAM_FAILED, in doubt
 *
 *   5xx and anything else                 FAILED UPSTREAM_FAILED, in doubt
 *
 *   nothing was sent                      FAILED UPSTREAM_UNREACHABLE, NONE
 *
 *   the connection broke, the attempt's time ran out
 *                                         FAILED UPSTREAM_INTERRUPTED, in doubt
 *   the job's time ran out                TIMED_OUT, in doubt, or NONE when nothing was sent
 *
 * "In doubt" is MAYBE; NONE for tasks without side effects, for which DONE is NONE, too. What was
 * left in doubt by an earlier attempt stays so. What the system said stays in the local log under
 * the answer's reference. */
#include "agent/base/log.h"
#include "agent/base/random.h"
#include "agent/base/time.h"
#include "agent/bindings/http/exchange.h"

#define LOCAL_EXCERPT 512u

/* ---- the local story ---- */

/* Systems like to echo in an error what they were sent; a success is the output itself. */
static bool may_hold_sensitive(const struct reeve_http_exchange *x)
{
    const struct reeve_task *task = x->work->task;
    const bool is_success = x->request.code >= 200 && x->request.code < 300;

    return reeve_message_has_sensitive(task->input) ||
           (is_success && reeve_message_has_sensitive(task->output));
}

/* The whole answer is scrubbed before it is cut and before the log escapes it: the system chooses
 * what stands at the cut, and may have escaped the credential that it echoes in its own way. */
static struct reeve_bytes make_excerpt(struct reeve_http_exchange *x)
{
    struct reeve_buffer *response = &x->request.response;

    if (response->len > 0 && may_hold_sensitive(x)) {
        return reeve_bytes_cstr("(sensitive)");
    }
    reeve_secret_registry_scrub(reeve_http_binding_of(x->work)->secrets, (char *)response->data,
                                response->len);
    return reeve_bytes_slice(reeve_buffer_view(response), 0, LOCAL_EXCERPT);
}

/* The URL without a credential in it; without the request's fields where one may be sensitive. */
static const char *shown_url(const struct reeve_http_exchange *x)
{
    const struct reeve_http_system *system = &reeve_http_binding_of(x->work)->system;

    return reeve_message_has_sensitive(x->work->task->input) || x->parts.url.data == NULL
               ? system->base_url
               : (const char *)x->parts.url.data;
}

void reeve_http_log_failure(struct reeve_http_exchange *x, const char *event)
{
    struct reeve_work *work = x->work;
    struct reeve_bytes excerpt = make_excerpt(x);

    reeve_work_make_reference(work);
    REEVE_LOG(WARN, event, reeve_log_text("task", work->task->name),
              reeve_log_id("job", work->job_id), reeve_log_text("ref", work->answer.reference),
              reeve_log_text("method", x->request.method), reeve_log_text("url", shown_url(x)),
              reeve_log_i64("attempt", x->attempts), reeve_log_i64("code", x->request.code),
              reeve_log_text("problem", x->request.problem), reeve_log_bytes("body", excerpt));
}

/* ---- ends ---- */

void reeve_http_answer_failure(struct reeve_http_exchange *x, enum reeve_reason reason,
                               enum reeve_effect effect, const char *message)
{
    struct reeve_work *work = x->work;

    if (effect == REEVE_EFFECT_NONE && x->in_doubt) {
        effect = reeve_work_doubt(work);
    }
    reeve_http_exchange_clear(x);
    reeve_work_fail(work, reason, effect, message);
}

void reeve_http_answer_stopped(struct reeve_http_exchange *x, bool may_have_arrived)
{
    struct reeve_work *work = x->work;
    enum reeve_effect effect =
        may_have_arrived || x->in_doubt ? reeve_work_doubt(work) : REEVE_EFFECT_NONE;
    int none = REEVE_REASON_UNSPECIFIED;

    /* libcurl's clock may be a little ahead of the engine's. */
    (void)__atomic_compare_exchange_n(&work->cancel_reason, &none, REEVE_REASON_DEADLINE, false,
                                      __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    reeve_http_exchange_clear(x);
    reeve_work_stopped(work, effect);
}

/* ---- another attempt ---- */

static bool is_worth_a_retry(const struct reeve_http_request *request)
{
    if (request->status != REEVE_OK) {
        return request->status == REEVE_UPSTREAM_UNREACHABLE;
    }
    return request->code == 429 || request->code == 502 || request->code == 503 ||
           request->code == 504;
}

/* Doubled from attempt to attempt, the upper half of it by chance. What the system asks for is the
 * least. */
static uint64_t pause_ms(const struct reeve_http_exchange *x)
{
    const struct reeve_http_retries *retries = &reeve_http_binding_of(x->work)->system.retries;
    uint64_t pause = retries->backoff_ms;

    for (uint32_t i = 1; i < x->attempts && pause < retries->max_backoff_ms; i++) {
        pause *= 2;
    }
    pause = pause < retries->max_backoff_ms ? pause : retries->max_backoff_ms;
    pause = pause / 2 + reeve_random_below(reeve_random_system(), pause / 2 + 1);
    return pause > x->request.retry_after_ms ? pause : x->request.retry_after_ms;
}

static bool try_again(struct reeve_http_exchange *x)
{
    const struct reeve_http_retries *retries = &reeve_http_binding_of(x->work)->system.retries;

    if (x->work->task->idempotency == REEVE_NOT_IDEMPOTENT ||
        x->attempts >= retries->max_attempts || !is_worth_a_retry(&x->request)) {
        return false;
    }
    const uint64_t pause = pause_ms(x);
    if (reeve_now_read().boot_ms + pause >= x->work->deadline_ms) {
        return false;
    }
    /* 429 was refused; the others may have been carried out. */
    x->in_doubt = x->in_doubt || (x->request.status == REEVE_OK && x->request.code != 429);
    reeve_http_log_failure(x, "internal system is asked again");
    reeve_http_exchange_attempt(x, pause);
    return true;
}

/* 401 means not carried out: whatever the task, a newer credential may be tried, once. */
static bool has_newer_credential(struct reeve_http_exchange *x)
{
    struct reeve_http_binding *self = reeve_http_binding_of(x->work);
    struct reeve_secret_problem problem = {""};
    struct reeve_secret_value value;

    if (self->token != NULL) {
        reeve_http_token_refused(self->token, x->auth_version);
        return true;
    }
    if (self->system.auth_secret == NULL) {
        return false;
    }
    reeve_secret_value_init(&value);
    enum reeve_status status = reeve_secret_registry_fetch(
        self->secrets, reeve_bytes_cstr(self->system.auth_secret), &value, &problem);
    bool newer = status == REEVE_OK && value.version != x->auth_version;
    reeve_secret_value_clear(&value);
    return newer;
}

static bool authenticate_again(struct reeve_http_exchange *x)
{
    if (x->request.code != 401 || x->reauthenticated || !has_newer_credential(x)) {
        return false;
    }
    x->reauthenticated = true;
    reeve_http_exchange_attempt(x, 0);
    return true;
}

/* ---- redirects ---- */

/* "https://host:port" of a URL, without what is behind it. */
static struct reeve_bytes origin_of(struct reeve_bytes url)
{
    size_t scheme = reeve_bytes_find(url, reeve_bytes_cstr("://"));
    size_t end = scheme == SIZE_MAX ? 0 : scheme + 3;

    while (scheme != SIZE_MAX && end < url.len && url.data[end] != '/' && url.data[end] != '?' &&
           url.data[end] != '#') {
        end++;
    }
    return reeve_bytes_slice(url, 0, end);
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* A port that is written in one of them and left out in the other is another origin: nothing is
 * sent then, which is the safe mistake. */
static bool same_origin(struct reeve_bytes a, struct reeve_bytes b)
{
    a = origin_of(a);
    b = origin_of(b);
    if (a.len != b.len || a.len == 0) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.data[i]) != lower(b.data[i])) {
            return false;
        }
    }
    return true;
}

/* Whether sending the same again, elsewhere, is what the answer means and can do no harm. */
static bool may_follow(const struct reeve_http_exchange *x)
{
    const struct reeve_http_system *system = &reeve_http_binding_of(x->work)->system;
    const int code = x->request.code;
    const bool reads = reeve_bytes_equal_cstr(reeve_bytes_cstr(x->request.method), "GET") ||
                       reeve_bytes_equal_cstr(reeve_bytes_cstr(x->request.method), "HEAD");
    const bool keeps = code == 307 || code == 308;

    return x->redirects < system->max_redirects &&
           x->work->task->idempotency != REEVE_NOT_IDEMPOTENT &&
           (keeps || (reads && (code == 301 || code == 302 || code == 303))) &&
           same_origin(reeve_bytes_cstr(system->base_url), reeve_buffer_view(&x->request.redirect));
}

static bool follow(struct reeve_http_exchange *x)
{
    if (!may_follow(x)) {
        return false;
    }
    reeve_buffer_reset(&x->parts.url);
    if (reeve_buffer_append(&x->parts.url, reeve_buffer_view(&x->request.redirect)) != REEVE_OK ||
        reeve_buffer_terminate(&x->parts.url) != REEVE_OK) {
        return false;
    }
    x->redirects++;
    x->in_doubt = true; /* as with a redirect that is not followed */
    reeve_http_exchange_attempt(x, 0);
    return true;
}

/* ---- the answer ---- */

/* What an "application/json" is called: "…/json" and "…+json", with parameters. A body without a
 * type is looked at. */
bool reeve_http_is_json(const char *content_type)
{
    struct reeve_bytes type = reeve_bytes_cstr(content_type);
    size_t end = reeve_bytes_find(type, reeve_bytes_cstr(";"));

    type = reeve_bytes_slice(type, 0, end == SIZE_MAX ? type.len : end);
    while (type.len > 0 && type.data[type.len - 1] == ' ') {
        type.len--;
    }
    if (type.len == 0) {
        return true;
    }
    const char *suffix = "json";
    for (size_t i = 0; i < 4; i++) {
        if (type.len < 5 || lower(type.data[type.len - 4 + i]) != (uint8_t)suffix[i]) {
            return false;
        }
    }
    const uint8_t before = type.data[type.len - 5];
    return before == '/' || before == '+';
}

static enum reeve_status read_response(struct reeve_http_exchange *x, void **response,
                                       struct reeve_problem *problem)
{
    struct reeve_work *work = x->work;
    struct reeve_problems problems = {.items = problem, .capacity = 1};
    struct reeve_bytes body = reeve_buffer_view(&x->request.response);

    if (body.len > 0 && !reeve_http_is_json(x->request.content_type)) {
        reeve_format_cut(problem->text, sizeof(problem->text), "its content type is %s, not JSON",
                         x->request.content_type);
        return REEVE_TYPE;
    }
    REEVE_TRY(
        reeve_http_read_response(work->task, x->parts.rule, body, work->arena, response, problem));
    return reeve_message_validate(work->task->output, *response, reeve_now_read().unix_ms,
                                  &problems);
}

static void answer_success(struct reeve_http_exchange *x)
{
    struct reeve_work *work = x->work;
    const char *message = "the internal system's answer does not fit the output message";
    struct reeve_problem problem = {.line = 0};
    void *response = NULL;
    enum reeve_status status = read_response(x, &response, &problem);

    if (status == REEVE_OK) {
        reeve_http_exchange_clear(x);
        reeve_work_succeed(work, response);
        return;
    }
    reeve_format_cut(x->request.problem, sizeof(x->request.problem), "%s: %s: %s", problem.field,
                     problem.rule, problem.text);
    reeve_http_log_failure(x, "answer does not fit the output message");
    const enum reeve_reason reason = reeve_work_misfit(work->arena, status, &message);
    reeve_http_answer_failure(x, reason, reeve_work_confirmed(work), message);
}

static void answer_refusal(struct reeve_http_exchange *x)
{
    const enum reeve_effect doubt = reeve_work_doubt(x->work);
    const int code = x->request.code;

    reeve_http_log_failure(x, "internal system did not carry out the request");
    if (code == 401) {
        reeve_http_answer_failure(x, REEVE_REASON_CREDENTIAL_REFUSED, REEVE_EFFECT_NONE,
                                  "the internal system refused the worker's credential");
    } else if (code >= 400 && code < 500) {
        reeve_http_answer_failure(x, REEVE_REASON_UPSTREAM_REFUSED,
                                  code == 408 ? doubt : REEVE_EFFECT_NONE,
                                  "the internal system refused the request");
    } else if (code >= 300 && code < 400) {
        reeve_http_answer_failure(
            x, REEVE_REASON_UPSTREAM_FAILED, doubt,
            "the internal system answered with a redirect, which is not followed");
    } else {
        reeve_http_answer_failure(x, REEVE_REASON_UPSTREAM_FAILED, doubt,
                                  "the internal system failed");
    }
}

static void answer_by_code(struct reeve_http_exchange *x)
{
    const int code = x->request.code;

    x->work->answer.upstream_code = (uint32_t)code;
    if (code >= 200 && code < 300) {
        if (x->stream != NULL) {
            reeve_http_stream_finish(x);
            return;
        }
        answer_success(x);
        return;
    }
    if (authenticate_again(x) || try_again(x) || follow(x)) {
        return;
    }
    answer_refusal(x);
}

static void answer_broken(struct reeve_http_exchange *x)
{
    const enum reeve_status status = x->request.status;
    const bool arrived = x->request.may_have_arrived;
    const enum reeve_effect effect = arrived ? reeve_work_doubt(x->work) : REEVE_EFFECT_NONE;

    reeve_http_log_failure(x, "request to internal system failed");
    if (status == REEVE_OUTPUT_TOO_LARGE) {
        const bool is_success = x->request.code >= 200 && x->request.code < 300;
        reeve_http_answer_failure(x, REEVE_REASON_OUTPUT_TOO_LARGE,
                                  is_success ? reeve_work_confirmed(x->work) : effect,
                                  "the internal system's answer is over the response limit");
    } else if (status == REEVE_NO_MEMORY) {
        reeve_http_answer_failure(x, REEVE_REASON_OUT_OF_MEMORY, effect, "out of memory");
    } else if (status == REEVE_TIMEOUT && arrived) {
        reeve_http_answer_failure(x, REEVE_REASON_UPSTREAM_INTERRUPTED, effect,
                                  "the internal system did not answer in time");
    } else if (arrived) {
        reeve_http_answer_failure(x, REEVE_REASON_UPSTREAM_INTERRUPTED, effect,
                                  "the connection to the internal system broke");
    } else {
        reeve_http_answer_failure(x, REEVE_REASON_UPSTREAM_UNREACHABLE, effect,
                                  "the internal system could not be reached");
    }
}

/* The job's own time, or a cancel; not the attempt's or the connection's. */
static bool is_stopped(const struct reeve_http_exchange *x)
{
    const enum reeve_status status = x->request.status;

    return reeve_work_cancelled(x->work) != REEVE_REASON_UNSPECIFIED ||
           (status == REEVE_TIMEOUT && reeve_now_read().boot_ms + 1 >= x->work->deadline_ms);
}

void reeve_http_answer(struct reeve_http_exchange *x)
{
    if (x->request.status == REEVE_OK) {
        answer_by_code(x);
        return;
    }
    if (is_stopped(x) || x->request.status == REEVE_CANCELLED) {
        reeve_http_answer_stopped(x, x->request.may_have_arrived);
        return;
    }
    if (x->request.status == REEVE_TIMEOUT && !x->request.may_have_arrived) {
        x->request.status = REEVE_UPSTREAM_UNREACHABLE;
    }
    if (!try_again(x)) {
        answer_broken(x);
    }
}
