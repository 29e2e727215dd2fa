/* SPDX-License-Identifier: Apache-2.0 */
/* Plans and jobs for people: see plan_text.h. */
#include "gateway-stub/reevectl/plan_text.h"

#include "gateway-stub/reevectl/advice.h"
#include "gateway-stub/reevectl/schemas.h"
#include "gateway-stub/reevectl/words.h"

/* ---- plans ---- */

void reeve_plan_text_list(struct reeve_ctl *c, struct reeve_v1_plan *const *plans, size_t count)
{
    static const char *const HEAD[] = {"PLAN", "STATE", "JOBS", "APPROVALS", "SUBMITTED", "TITLE"};
    struct reeve_rows rows;
    reeve_rows_init(&rows, c->arena, 6);
    reeve_ctl_row(c, &rows, HEAD);
    for (size_t i = 0; i < count; i++) {
        const struct reeve_v1_plan *plan = plans[i];
        const char *cells[] = {
            reeve_words_id(c, plan->plan_id),
            reeve_words_plan_state(c, plan),
            plan->n_jobs > 0 ? reeve_output_text(c->arena, "%zu", plan->n_jobs) : "-",
            reeve_output_text(c->arena, "%zu of %u", plan->n_approvals, plan->approvals_needed),
            reeve_words_ago(c, plan->submitted_unix_ms),
            plan->title[0] != '\0' ? plan->title : "-",
        };
        reeve_ctl_row(c, &rows, cells);
    }
    reeve_ctl_rows(c, &rows);
}

static void say_approvals(struct reeve_ctl *c, const struct reeve_v1_plan *plan)
{
    reeve_ctl_say(c, "approvals  %zu of %u\n", plan->n_approvals, plan->approvals_needed);
    for (size_t i = 0; i < plan->n_approvals; i++) {
        const struct reeve_v1_approval *approval = plan->approvals[i];
        reeve_ctl_say(c, "           by %s, key %s, %s\n", reeve_ctl_safe(c, approval->by),
                      reeve_ctl_safe(c, approval->key_id),
                      reeve_words_time(c, approval->time_unix_ms));
    }
}

void reeve_plan_text(struct reeve_ctl *c, const struct reeve_v1_plan *plan)
{
    const char *id = reeve_words_id(c, plan->plan_id);
    reeve_ctl_say(c, "plan       %s\n", reeve_ctl_painted(c, "1", id));
    if (plan->title[0] != '\0') {
        reeve_ctl_say(c, "title      %s\n", reeve_ctl_safe(c, plan->title));
    }
    reeve_ctl_say(c, "state      %s\n", reeve_words_plan_state(c, plan));
    if (plan->reason[0] != '\0') {
        reeve_ctl_say(c, "reason     %s\n", reeve_ctl_safe(c, plan->reason));
    }
    reeve_ctl_say(c, "submitted  %s by %s\n", reeve_words_time(c, plan->submitted_unix_ms),
                  reeve_words_or_dash(c, plan->submitted_by));
    reeve_ctl_say(c, "expires    %s\n", reeve_words_time(c, plan->not_after_unix_ms));
    say_approvals(c, plan);
    reeve_ctl_say(c, "\n");
    reeve_plan_text_jobs(c, plan->jobs, plan->n_jobs);
}

/* ---- jobs ---- */

void reeve_plan_text_jobs(struct reeve_ctl *c, struct reeve_v1_job *const *jobs, size_t count)
{
    static const char *const HEAD[] = {"JOB", "TASK", "STATE", "ATTEMPT", "QUEUED", "ENDED"};
    struct reeve_rows rows;
    reeve_rows_init(&rows, c->arena, 6);
    reeve_ctl_row(c, &rows, HEAD);
    for (size_t i = 0; i < count; i++) {
        const struct reeve_v1_job *job = jobs[i];
        const char *cells[] = {
            reeve_words_id(c, job->job_id),
            job->task,
            reeve_words_job_state(c, job),
            job->attempt > 0 ? reeve_output_text(c->arena, "%u", job->attempt) : "-",
            reeve_words_ago(c, job->queued_unix_ms),
            reeve_words_ago(c, job->ended_unix_ms),
        };
        reeve_ctl_row(c, &rows, cells);
    }
    reeve_ctl_rows(c, &rows);
}

/* What was said beyond the reason, which stands in the job's state; often nothing. */
static void say_message(struct reeve_ctl *c, const struct reeve_v1_job_error *error,
                        unsigned indent)
{
    if (error->message[0] == '\0' && error->upstream_code == 0) {
        return;
    }
    reeve_ctl_say(c, "%*s%s", (int)indent, "", reeve_ctl_safe(c, error->message));
    if (error->upstream_code != 0) {
        reeve_ctl_say(c, " (the internal system answered %u)", error->upstream_code);
    }
    reeve_ctl_say(c, "\n");
}

static void say_error(struct reeve_ctl *c, const struct reeve_v1_job_error *error, unsigned indent)
{
    const char *advice = reeve_advice(error->reason);
    say_message(c, error, indent);
    for (size_t i = 0; i < error->n_violations; i++) {
        const struct reeve_v1_violation *violation = error->violations[i];
        reeve_ctl_say(c, "%*s%s: %s (%s)\n", (int)indent + 2, "",
                      reeve_ctl_safe(c, violation->field), reeve_ctl_safe(c, violation->message),
                      reeve_ctl_safe(c, violation->rule));
    }
    if (error->reference[0] != '\0') {
        reeve_ctl_say(c, "%*sthe worker's own log has the story under reference %s\n", (int)indent,
                      "", reeve_ctl_safe(c, error->reference));
    }
    if (advice != NULL) {
        reeve_ctl_say(c, "%*snext: %s\n", (int)indent, "", advice);
    }
}

static void say_body(struct reeve_ctl *c, const struct reeve_v1_job *job,
                     const struct reeve_task *task, bool input, bool show, unsigned indent)
{
    const struct reeve_bytes bytes = reeve_words_bytes(input ? job->input : job->output);
    const char *json = task == NULL ? NULL
                                    : reeve_schemas_json(c, input ? task->input : task->output,
                                                         bytes, false, show, indent);
    if (json == NULL) {
        reeve_ctl_say(c, "%*s(%zu bytes; their schema is not at hand)\n", (int)indent, "",
                      bytes.len);
        return;
    }
    reeve_ctl_say(c, "%*s", (int)indent, "");
    reeve_ctl_put(c, reeve_bytes_cstr(json));
    reeve_ctl_say(c, "\n");
}

void reeve_plan_text_end(struct reeve_ctl *c, const struct reeve_v1_job *job, bool show_sensitive,
                         unsigned indent)
{
    if (job->error != NULL) {
        say_error(c, job->error, indent);
    }
    if (job->results > 0) {
        reeve_ctl_say(c, "%*s%llu result%s; next: reevectl get job %s --results\n", (int)indent, "",
                      (unsigned long long)job->results, job->results == 1 ? "" : "s",
                      reeve_words_id(c, job->job_id));
    } else if (job->status == REEVE_V1_OUTCOME_STATUS_SUCCEEDED) {
        const struct reeve_task *task =
            reeve_schemas_have(c, job->task, reeve_words_bytes(job->fingerprint));
        say_body(c, job, task, false, show_sensitive, indent);
    }
}

/* One line for each attempt that did not end the job. */
static void say_attempts(struct reeve_ctl *c, const struct reeve_v1_job *job, unsigned indent)
{
    for (size_t i = 0; i < job->n_attempts; i++) {
        const struct reeve_v1_job_attempt *a = job->attempts[i];
        reeve_ctl_say(c, "%*sattempt %u %s, %s, effect %s, %s", (int)indent, "", a->attempt,
                      reeve_words_enum(c, &reeve_v1_outcome_status_enum, (int32_t)a->status,
                                       "OUTCOME_STATUS_"),
                      a->error == NULL ? "-"
                                       : reeve_words_enum(c, &reeve_v1_reason_enum,
                                                          (int32_t)a->error->reason, "REASON_"),
                      reeve_words_enum(c, &reeve_v1_effect_enum, (int32_t)a->effect, "EFFECT_"),
                      reeve_words_ago(c, a->ended_unix_ms));
        reeve_ctl_say(c, a->worker[0] != '\0' ? ", by %s\n" : "%s\n", reeve_ctl_safe(c, a->worker));
    }
}

void reeve_plan_text_dead(struct reeve_ctl *c, struct reeve_v1_job *const *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *id = reeve_words_id(c, jobs[i]->job_id);
        reeve_ctl_say(c, "%s  %s\n", reeve_ctl_painted(c, "1", id),
                      reeve_ctl_safe(c, jobs[i]->task));
        say_attempts(c, jobs[i], 2);
    }
    if (count > 0) {
        reeve_ctl_say(c, "\nnext: reevectl requeue JOB, when its reason is gone\n");
    }
}

static void say_run(struct reeve_ctl *c, const struct reeve_v1_job *job)
{
    reeve_ctl_say(c, "pool         %s\n", reeve_words_or_dash(c, job->pool));
    if (job->attempt > 0) {
        reeve_ctl_say(c, "attempt      %u\n", job->attempt);
    }
    if (job->worker[0] != '\0') {
        reeve_ctl_say(c, "worker       %s, journal %s\n", reeve_ctl_safe(c, job->worker),
                      reeve_words_id(c, job->journal_id));
    }
    if (job->progress != NULL) {
        reeve_ctl_say(c, "progress     %llu of %llu\n",
                      (unsigned long long)job->progress->steps_done,
                      (unsigned long long)job->progress->steps_total);
    }
    if (job->results > 0 && job->state != REEVE_V1_JOB_STATE_JOB_ENDED) {
        reeve_ctl_say(c, "results      %llu so far\n", (unsigned long long)job->results);
    }
    if (job->priority > 0) {
        reeve_ctl_say(c, "priority     %u\n", job->priority);
    }
    reeve_ctl_say(c, "queued       %s\n", reeve_words_time(c, job->queued_unix_ms));
    if (job->next_attempt_unix_ms > 0) {
        reeve_ctl_say(c, "not before   %s\n", reeve_words_time(c, job->next_attempt_unix_ms));
    }
    if (job->n_attempts > 0) {
        reeve_ctl_say(c, "failed attempts\n");
        say_attempts(c, job, 2);
    }
}

void reeve_plan_text_job(struct reeve_ctl *c, const struct reeve_v1_job *job, bool show_sensitive)
{
    const struct reeve_task *task =
        reeve_schemas_have(c, job->task, reeve_words_bytes(job->fingerprint));
    const char *id = reeve_words_id(c, job->job_id);
    reeve_ctl_say(c, "job          %s\n", reeve_ctl_painted(c, "1", id));
    reeve_ctl_say(c, "plan         %s\n", reeve_words_id(c, job->plan_id));
    reeve_ctl_say(c, "task         %s\n", reeve_ctl_safe(c, job->task));
    reeve_ctl_say(c, "fingerprint  %s\n", reeve_words_hex(c, reeve_words_bytes(job->fingerprint)));
    reeve_ctl_say(c, "state        %s\n", reeve_words_job_state(c, job));
    say_run(c, job);
    if (job->input.len > 0) {
        reeve_ctl_say(c, "input\n");
        say_body(c, job, task, true, show_sensitive, 2);
    }
    if (job->state != REEVE_V1_JOB_STATE_JOB_ENDED) {
        return;
    }
    reeve_ctl_say(c, "ended        %s\n", reeve_words_time(c, job->ended_unix_ms));
    reeve_ctl_say(c, "effect       %s\n",
                  reeve_words_enum(c, &reeve_v1_effect_enum, (int32_t)job->effect, "EFFECT_"));
    reeve_ctl_say(c, "%s\n", job->status == REEVE_V1_OUTCOME_STATUS_SUCCEEDED ? "output" : "error");
    reeve_plan_text_end(c, job, show_sensitive, 2);
}
