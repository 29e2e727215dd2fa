/* SPDX-License-Identifier: Apache-2.0 */
/* Following a plan, and `reevectl watch`: see watch.h. */
#include "gateway-stub/reevectl/watch.h"

#include "gateway-stub/reevectl/api.h"
#include "gateway-stub/reevectl/command.h"
#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/ids.h"
#include "gateway-stub/reevectl/plan_fetch.h"
#include "gateway-stub/reevectl/plan_text.h"
#include "gateway-stub/reevectl/result_text.h"
#include "gateway-stub/reevectl/view.h"
#include "gateway-stub/reevectl/words.h"
#include "proto/runtime/instant.h"

#define JOBS_MAX 256u
#define STATE_SIZE 160u

/* What was last said of a job. */
struct seen {
    struct reeve_id id;
    const char *task; /* whose schema its results have */
    ProtobufCBinaryData fingerprint;
    uint32_t attempt; /* of its last result; 0: none yet */
    char state[STATE_SIZE];
    bool ended;
    bool succeeded;
};

struct watch {
    struct reeve_ctl *c;
    bool show_sensitive;
    struct seen *jobs;
    size_t count;
    char plan_state[STATE_SIZE];
    const char *plan_id;
};

static struct seen *find(struct watch *w, ProtobufCBinaryData job_id)
{
    struct reeve_id id;
    if (reeve_id_from_bytes(reeve_words_bytes(job_id), &id) != REEVE_OK) {
        return NULL;
    }
    for (size_t i = 0; i < w->count; i++) {
        if (reeve_id_equal(w->jobs[i].id, id)) {
            return &w->jobs[i];
        }
    }
    if (w->count == JOBS_MAX) {
        return NULL;
    }
    w->jobs[w->count] = (struct seen){.id = id};
    return &w->jobs[w->count++];
}

/* What is needed to read its results is kept: the message that it came in is not. */
static void learn(struct watch *w, struct seen *seen, const struct reeve_v1_job *job)
{
    struct reeve_bytes copy = {0};
    if (seen->task != NULL ||
        reeve_arena_dup(w->c->arena, reeve_words_bytes(job->fingerprint), &copy) != REEVE_OK) {
        return;
    }
    seen->task = reeve_output_text(w->c->arena, "%s", job->task);
    seen->fingerprint = (ProtobufCBinaryData){copy.len, (uint8_t *)(uintptr_t)copy.data};
}

/* The wall clock's time of day; progress is read while it happens. */
static const char *clock_text(struct reeve_ctl *c)
{
    char text[REEVE_INSTANT_TEXT];
    const struct reeve_instant now = {.seconds = reeve_now_read().unix_ms / 1000};
    if (reeve_timestamp_format(now, text) != REEVE_OK) {
        return "";
    }
    const struct reeve_bytes time = reeve_bytes_slice(reeve_bytes_cstr(text), 11, 8);
    const char *copy = reeve_arena_strdup(c->arena, time);
    return copy != NULL ? copy : "";
}

/* Whether `text` is news; it is remembered then. */
static bool is_news(char last[STATE_SIZE], const char *text)
{
    char cut[STATE_SIZE];
    if (reeve_format(cut, sizeof(cut), "%s", text) != REEVE_OK) {
        cut[sizeof(cut) - 1] = '\0';
    }
    if (reeve_bytes_equal_cstr(reeve_bytes_cstr(cut), last)) {
        return false;
    }
    return reeve_format(last, STATE_SIZE, "%s", cut) == REEVE_OK;
}

static const char *with_progress(struct reeve_ctl *c, const struct reeve_v1_job *job)
{
    const char *state = reeve_words_job_state(c, job);
    if (job->progress == NULL || job->state == REEVE_V1_JOB_STATE_JOB_ENDED) {
        return state;
    }
    return reeve_output_text(c->arena, "%s, %llu of %llu", state,
                             (unsigned long long)job->progress->steps_done,
                             (unsigned long long)job->progress->steps_total);
}

static void say_job(struct watch *w, const struct reeve_v1_job *job)
{
    struct reeve_ctl *c = w->c;
    struct seen *seen = find(w, job->job_id);
    if (seen == NULL || seen->ended) {
        return;
    }
    learn(w, seen, job);
    seen->ended = job->state == REEVE_V1_JOB_STATE_JOB_ENDED;
    seen->succeeded = seen->ended && job->status == REEVE_V1_OUTCOME_STATUS_SUCCEEDED;
    const char *state = with_progress(c, job);
    if (c->json || !is_news(seen->state, state)) {
        return;
    }
    const char *effect =
        seen->ended ? reeve_words_enum(c, &reeve_v1_effect_enum, (int32_t)job->effect, "EFFECT_")
                    : "";
    reeve_ctl_say(c, "%s  job %zu  %s  %s%s%s\n", clock_text(c), (size_t)(seen - w->jobs) + 1,
                  reeve_ctl_safe(c, job->task), state, seen->ended ? ", effect " : "", effect);
    if (seen->ended) {
        reeve_plan_text_end(c, job, w->show_sensitive, 12);
    }
}

static void say_plan(struct watch *w, const struct reeve_v1_plan *plan)
{
    struct reeve_ctl *c = w->c;
    const char *state = reeve_words_plan_state(c, plan);
    if (plan->state == REEVE_V1_PLAN_STATE_PENDING_APPROVAL) {
        state = reeve_output_text(c->arena, "%s: %zu of %u", state, plan->n_approvals,
                                  plan->approvals_needed);
    }
    if (!c->json && is_news(w->plan_state, state)) {
        reeve_ctl_say(c, "%s  plan   %s  %s\n", clock_text(c), w->plan_id, state);
    }
}

static void say_results(struct watch *w, const struct reeve_v1_watch_plan_response *response)
{
    char prefix[64];
    for (size_t i = 0; i < response->n_results; i++) {
        const struct reeve_v1_job_result *result = response->results[i];
        struct seen *seen = find(w, result->job_id);
        if (seen == NULL || seen->task == NULL) {
            continue;
        }
        if (!w->c->json && seen->attempt != 0 && seen->attempt != result->attempt) {
            reeve_ctl_say(w->c, "          job %zu  attempt %u begins anew\n",
                          (size_t)(seen - w->jobs) + 1, result->attempt);
        }
        seen->attempt = result->attempt;
        if (reeve_format(prefix, sizeof(prefix), "          job %zu  #%llu  ",
                         (size_t)(seen - w->jobs) + 1,
                         (unsigned long long)result->index) != REEVE_OK) {
            prefix[0] = '\0';
        }
        const struct reeve_result_text text = {.c = w->c,
                                               .show_sensitive = w->show_sensitive,
                                               .task = seen->task,
                                               .fingerprint = seen->fingerprint};
        reeve_result_text_say(&text, prefix, result);
    }
}

static bool on_change(void *ctx, const void *message)
{
    struct watch *w = ctx;
    const struct reeve_v1_watch_plan_response *response = message;
    const struct reeve_view view = {
        .c = w->c, .show_sensitive = w->show_sensitive, .one_line = true};
    if (response->plan == NULL) {
        say_results(w, response);
        reeve_ctl_flush(w->c);
        return !w->c->print_failed;
    }
    if (w->c->json) {
        reeve_view_say(&view, &reeve_v1_plan_message, response->plan);
    }
    say_plan(w, response->plan);
    for (size_t i = 0; i < response->plan->n_jobs; i++) {
        say_job(w, response->plan->jobs[i]);
    }
    reeve_ctl_flush(w->c);
    return !w->c->print_failed;
}

static enum reeve_ctl_exit conclude(struct watch *w)
{
    size_t succeeded = 0;
    for (size_t i = 0; i < w->count; i++) {
        succeeded += w->jobs[i].succeeded ? 1 : 0;
    }
    const bool all = succeeded == w->count;
    if (!w->c->json) {
        const char *text = reeve_output_text(w->c->arena, "%zu of %zu job%s succeeded", succeeded,
                                             w->count, w->count == 1 ? "" : "s");
        reeve_ctl_say(w->c, "%s\n", reeve_ctl_painted(w->c, all ? "32" : "31", text));
    }
    return all ? REEVE_CTL_DONE : REEVE_CTL_NO;
}

/* Within the stream nobody can be asked for a schema, so they are fetched before it. */
static enum reeve_ctl_exit fetch_schemas(struct reeve_ctl *c, ProtobufCBinaryData plan_id)
{
    const struct reeve_v1_plan *plan;
    const enum reeve_ctl_exit status = reeve_plan_fetch(c, plan_id, &plan);
    return status == REEVE_CTL_DONE ? reeve_view_prepare(c, plan->jobs, plan->n_jobs) : status;
}

enum reeve_ctl_exit reeve_watch_plan(struct reeve_ctl *c, ProtobufCBinaryData plan_id,
                                     bool show_sensitive)
{
    struct reeve_v1_watch_plan_request *request = reeve_api_request(c, &reeve_api_watch_plan);
    struct watch w = {
        .c = c, .show_sensitive = show_sensitive, .plan_id = reeve_words_id(c, plan_id)};
    w.jobs = reeve_arena_alloc_array(c->arena, JOBS_MAX, sizeof(*w.jobs));
    if (request == NULL || w.jobs == NULL) {
        return reeve_ctl_refuse_memory(c);
    }
    request->plan_id = plan_id;
    request->results = true;
    enum reeve_ctl_exit status = fetch_schemas(c, plan_id);
    if (status == REEVE_CTL_DONE) {
        status = reeve_api_follow(c, &reeve_api_watch_plan, request, on_change, &w);
    }
    return status == REEVE_CTL_DONE ? conclude(&w) : status;
}

/* ---- watch ---- */

enum { SHOW_SENSITIVE };
static const struct reeve_option OPTIONS[] = {
    [SHOW_SENSITIVE] = {"--show-sensitive", NULL, "print fields that are marked sensitive, too"},
};

static enum reeve_ctl_exit run(struct reeve_ctl *c)
{
    ProtobufCBinaryData id = {0};
    const enum reeve_ctl_exit status = reeve_ids_plan(c, reeve_ctl_word(c, 0), &id);
    return status == REEVE_CTL_DONE
               ? reeve_watch_plan(c, id, reeve_ctl_option(c, SHOW_SENSITIVE) != NULL)
               : status;
}

const struct reeve_ctl_command reeve_ctl_watch = {
    .group = "Plans",
    .name = "watch",
    .words = "PLAN",
    .summary = "follow a plan until every job has ended, and print the typed results",
    .text = "Prints each change as it happens; nothing polls. Results are JSON by their task's "
            "schema.\n"
            "Messages of a streaming job print as they come, one line each.\n"
            "With --json, each line is the plan as it is then, with the jobs that changed, or one\n"
            "result: {\"jobId\":…,\"attempt\":1,\"index\":\"0\",\"message\":{…}}.\n"
            "Exit status 1 when a job did not succeed.\n"
            "\n"
            "  reevectl watch 0198c1a2\n"
            "  reevectl watch 0198c1a2 --json | jq -c '.jobs[]? | [.task, .status]'\n",
    REEVE_CTL_OPTIONS(OPTIONS),
    .words_least = 1,
    .words_most = 1,
    .run = run,
};
