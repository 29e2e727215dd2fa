/* SPDX-License-Identifier: Apache-2.0 */
/* `reevectl jobs`, `get job`, `cancel job`, `requeue` and `job resolve`. */
#include "gateway-stub/reevectl/api.h"
#include "gateway-stub/reevectl/command.h"
#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/ids.h"
#include "gateway-stub/reevectl/plan_text.h"
#include "gateway-stub/reevectl/result_text.h"
#include "gateway-stub/reevectl/view.h"
#include "gateway-stub/reevectl/words.h"

#define LIMIT_MAX 1000u

/* A word of a short list as a number; NULL text: 0. */
struct choice {
    const char *name;
    int number;
};

static enum reeve_ctl_exit choose(const struct reeve_ctl *c, const struct choice *choices,
                                  size_t count, const char *option, const char *help,
                                  const char *text, int *out)
{
    if (text == NULL) {
        return REEVE_CTL_DONE;
    }
    for (size_t i = 0; i < count; i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(text), choices[i].name)) {
            *out = choices[i].number;
            return REEVE_CTL_DONE;
        }
    }
    return reeve_ctl_refuse(c, REEVE_CTL_USAGE,
                            reeve_output_text(c->arena, "write one of %s", help),
                            "%s: there is no \"%s\"", option, text);
}

/* ---- jobs ---- */

enum { JOBS_STATE, JOBS_DEAD, JOBS_TASK, JOBS_PLAN, JOBS_LIMIT };
static const struct reeve_option JOBS_OPTIONS[] = {
    [JOBS_STATE] = {"--state", "pending|queued|dispatched|ended", "only jobs in this state"},
    [JOBS_DEAD] = {"--dead", NULL, "only dead letters, with the reason of each attempt"},
    [JOBS_TASK] = {"--task", "TASK", "only jobs of this task"},
    [JOBS_PLAN] = {"--plan", "PLAN", "only jobs of this plan"},
    [JOBS_LIMIT] = {"--limit", "N", "at most so many, newest first [100]"},
};
static const struct choice JOB_STATES[] = {
    {"pending", REEVE_V1_JOB_STATE_JOB_PENDING},
    {"queued", REEVE_V1_JOB_STATE_JOB_QUEUED},
    {"dispatched", REEVE_V1_JOB_STATE_JOB_DISPATCHED},
    {"ended", REEVE_V1_JOB_STATE_JOB_ENDED},
};

static enum reeve_ctl_exit fill_jobs(struct reeve_ctl *c,
                                     struct reeve_v1_list_jobs_request *request)
{
    int state = 0;
    const char *plan = reeve_ctl_option(c, JOBS_PLAN);
    const char *task = reeve_ctl_option(c, JOBS_TASK);
    enum reeve_ctl_exit status =
        choose(c, JOB_STATES, sizeof(JOB_STATES) / sizeof(JOB_STATES[0]), "--state",
               JOBS_OPTIONS[JOBS_STATE].value, reeve_ctl_option(c, JOBS_STATE), &state);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    request->state = (enum reeve_v1_job_state)state;
    if (reeve_ctl_option(c, JOBS_DEAD) != NULL) {
        if (state != 0) {
            return reeve_ctl_refuse(c, REEVE_CTL_USAGE, "leave one of the two out",
                                    "--dead and --state exclude each other");
        }
        request->state = REEVE_V1_JOB_STATE_JOB_DEAD;
    }
    if (task != NULL) {
        request->task = reeve_output_text(c->arena, "%s", task);
    }
    if (plan != NULL) {
        status = reeve_ids_plan(c, plan, &request->plan_id);
    }
    return status == REEVE_CTL_DONE
               ? reeve_ctl_number(c, JOBS_LIMIT, "--limit", LIMIT_MAX, &request->limit)
               : status;
}

static enum reeve_ctl_exit run_jobs(struct reeve_ctl *c)
{
    struct reeve_v1_list_jobs_request *request = reeve_api_request(c, &reeve_api_list_jobs);
    const struct reeve_view view = {.c = c};
    const void *answer;
    enum reeve_ctl_exit status = request != NULL ? fill_jobs(c, request) : REEVE_CTL_DONE;
    status = status == REEVE_CTL_DONE ? reeve_api_ask(c, &reeve_api_list_jobs, request, &answer)
                                      : status;
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_list_jobs_response *response = answer;
    if (c->json) {
        reeve_view_say(&view, &reeve_v1_list_jobs_response_message, response);
        return REEVE_CTL_DONE;
    }
    if (reeve_ctl_option(c, JOBS_DEAD) != NULL) {
        reeve_plan_text_dead(c, response->jobs, response->n_jobs);
        return REEVE_CTL_DONE;
    }
    reeve_plan_text_jobs(c, response->jobs, response->n_jobs);
    return REEVE_CTL_DONE;
}

const struct reeve_ctl_command reeve_ctl_jobs = {
    .group = "Jobs",
    .name = "jobs",
    .words = "",
    .summary = "list jobs, newest first",
    .text = "A job that waits says for what: no aligned worker, workers busy, not before, retry "
            "backoff.\n"
            "A dead letter has used its attempts up: requeue it, cancel it, or it ends with its "
            "plan.\n"
            "\n"
            "  reevectl jobs --state queued\n"
            "  reevectl jobs --dead\n"
            "  reevectl jobs --task demo.crm.v1.Tickets/CreateTicket --json\n",
    REEVE_CTL_OPTIONS(JOBS_OPTIONS),
    .run = run_jobs,
};

/* ---- get job ---- */

enum { GET_RESULTS, GET_SHOW_SENSITIVE };
static const struct reeve_option GET_OPTIONS[] = {
    [GET_RESULTS] = {"--results", NULL, "print the results of a streaming job, one line each"},
    [GET_SHOW_SENSITIVE] = {"--show-sensitive", NULL,
                            "print fields that are marked sensitive, too"},
};

static enum reeve_ctl_exit show(struct reeve_ctl *c, const struct reeve_v1_job *job, bool sensitive)
{
    const struct reeve_view view = {.c = c, .show_sensitive = sensitive};
    struct reeve_v1_job *jobs[1];
    if (job == NULL) {
        return reeve_ctl_refuse_answer(c, "the job");
    }
    jobs[0] = (struct reeve_v1_job *)(uintptr_t)job;
    const enum reeve_ctl_exit status = reeve_view_prepare(c, jobs, 1);
    if (c->json) {
        reeve_view_say(&view, &reeve_v1_job_message, job);
        return status;
    }
    reeve_plan_text_job(c, job, sensitive);
    return status;
}

static enum reeve_ctl_exit show_results(struct reeve_ctl *c, const struct reeve_v1_job *job)
{
    struct reeve_v1_job *jobs[1] = {(struct reeve_v1_job *)(uintptr_t)job};
    const struct reeve_result_text text = {
        .c = c,
        .show_sensitive = reeve_ctl_option(c, GET_SHOW_SENSITIVE) != NULL,
        .task = job != NULL ? job->task : "",
        .fingerprint = job != NULL ? job->fingerprint : (ProtobufCBinaryData){0},
    };
    if (job == NULL) {
        return reeve_ctl_refuse_answer(c, "the job");
    }
    const enum reeve_ctl_exit status = reeve_view_prepare(c, jobs, 1);
    return status == REEVE_CTL_DONE ? reeve_result_text_pages(&text, job->job_id) : status;
}

static enum reeve_ctl_exit run_get(struct reeve_ctl *c)
{
    struct reeve_v1_get_job_request *request = reeve_api_request(c, &reeve_api_get_job);
    ProtobufCBinaryData id = {0};
    const void *answer;
    enum reeve_ctl_exit status = reeve_ids_job(c, reeve_ctl_word(c, 0), &id);
    if (request != NULL) {
        request->job_id = id;
    }
    status =
        status == REEVE_CTL_DONE ? reeve_api_ask(c, &reeve_api_get_job, request, &answer) : status;
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_job *job = ((const struct reeve_v1_get_job_response *)answer)->job;
    return reeve_ctl_option(c, GET_RESULTS) != NULL
               ? show_results(c, job)
               : show(c, job, reeve_ctl_option(c, GET_SHOW_SENSITIVE) != NULL);
}

const struct reeve_ctl_command reeve_ctl_get_job = {
    .group = "Jobs",
    .name = "get job",
    .words = "JOB",
    .summary = "show a job: input, outcome, typed output or error",
    .text =
        "Input and output are printed as JSON by their task's registered schema. Fields that the\n"
        "schema marks sensitive print as \"(sensitive)\". With --results: what a streaming job has "
        "sent\n"
        "so far, one message a line, all of it.\n"
        "\n"
        "  reevectl get job 0198c1a2-77\n"
        "  reevectl get job 0198c1a2-77 --json | jq .output\n"
        "  reevectl get job 0198c1a2-77 --results | jq -s length\n",
    REEVE_CTL_OPTIONS(GET_OPTIONS),
    .words_least = 1,
    .words_most = 1,
    .run = run_get,
};

/* ---- cancel job ---- */

static enum reeve_ctl_exit run_cancel(struct reeve_ctl *c)
{
    struct reeve_v1_cancel_job_request *request = reeve_api_request(c, &reeve_api_cancel_job);
    ProtobufCBinaryData id = {0};
    const void *answer;
    enum reeve_ctl_exit status = reeve_ids_job(c, reeve_ctl_word(c, 0), &id);
    if (request != NULL) {
        request->job_id = id;
    }
    status = status == REEVE_CTL_DONE ? reeve_api_ask(c, &reeve_api_cancel_job, request, &answer)
                                      : status;
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    return show(c, ((const struct reeve_v1_cancel_job_response *)answer)->job, false);
}

const struct reeve_ctl_command reeve_ctl_cancel_job = {
    .group = "Jobs",
    .name = "cancel job",
    .words = "JOB",
    .summary = "stop one job: if it runs it is asked to stop, else it never starts",
    .text = "What it already did is not undone: see the effect in its outcome. Needs the role "
            "PLANNER,\n"
            "for one's own plans, or OPERATOR.\n"
            "\n"
            "  reevectl cancel job 0198c1a2-77\n",
    .words_least = 1,
    .words_most = 1,
    .run = run_cancel,
};

/* ---- requeue ---- */

static enum reeve_ctl_exit run_requeue(struct reeve_ctl *c)
{
    struct reeve_v1_requeue_job_request *request = reeve_api_request(c, &reeve_api_requeue_job);
    ProtobufCBinaryData id = {0};
    const void *answer;
    enum reeve_ctl_exit status = reeve_ids_job(c, reeve_ctl_word(c, 0), &id);
    if (request != NULL) {
        request->job_id = id;
    }
    status = status == REEVE_CTL_DONE ? reeve_api_ask(c, &reeve_api_requeue_job, request, &answer)
                                      : status;
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    return show(c, ((const struct reeve_v1_requeue_job_response *)answer)->job, false);
}

const struct reeve_ctl_command reeve_ctl_requeue = {
    .group = "Jobs",
    .name = "requeue",
    .words = "JOB",
    .summary = "give a dead letter a new series of attempts",
    .text = "For jobs that `reevectl jobs --dead` lists, until their plan expires. The audit trail "
            "says who\n"
            "did it. What may have had an effect and is not idempotent is never a dead letter: it "
            "has ended.\n"
            "Needs the role OPERATOR.\n"
            "\n"
            "  reevectl requeue 0198c1a2-77\n",
    .words_least = 1,
    .words_most = 1,
    .run = run_requeue,
};

/* ---- job resolve ---- */

enum { RESOLVE_STATUS, RESOLVE_EFFECT, RESOLVE_NOTE };
static const struct reeve_option RESOLVE_OPTIONS[] = {
    [RESOLVE_STATUS] = {"--status", "succeeded|failed|cancelled", "how it really ended (required)"},
    [RESOLVE_EFFECT] = {"--effect", "none|done", "whether the system was changed (required)"},
    [RESOLVE_NOTE] = {"--note", "TEXT", "how you know"},
};
static const struct choice STATUSES[] = {
    {"succeeded", REEVE_V1_OUTCOME_STATUS_SUCCEEDED},
    {"failed", REEVE_V1_OUTCOME_STATUS_FAILED},
    {"cancelled", REEVE_V1_OUTCOME_STATUS_CANCELLED},
};
static const struct choice EFFECTS[] = {
    {"none", REEVE_V1_EFFECT_NONE},
    {"done", REEVE_V1_EFFECT_DONE},
};

static enum reeve_ctl_exit fill_resolve(struct reeve_ctl *c,
                                        struct reeve_v1_resolve_job_request *request)
{
    int outcome = 0;
    int effect = 0;
    enum reeve_ctl_exit status = choose(c, STATUSES, sizeof(STATUSES) / sizeof(STATUSES[0]),
                                        "--status", RESOLVE_OPTIONS[RESOLVE_STATUS].value,
                                        reeve_ctl_option(c, RESOLVE_STATUS), &outcome);
    if (status == REEVE_CTL_DONE) {
        status = choose(c, EFFECTS, sizeof(EFFECTS) / sizeof(EFFECTS[0]), "--effect",
                        RESOLVE_OPTIONS[RESOLVE_EFFECT].value, reeve_ctl_option(c, RESOLVE_EFFECT),
                        &effect);
    }
    if (status == REEVE_CTL_DONE && (outcome == 0 || effect == 0)) {
        return reeve_ctl_refuse(
            c, REEVE_CTL_USAGE,
            "say how it ended and what it did: --status succeeded --effect done",
            "job resolve needs --status and --effect");
    }
    request->status = (enum reeve_v1_outcome_status)outcome;
    request->effect = (enum reeve_v1_effect)effect;
    if (reeve_ctl_option(c, RESOLVE_NOTE) != NULL) {
        request->note = reeve_output_text(c->arena, "%s", reeve_ctl_option(c, RESOLVE_NOTE));
    }
    return status == REEVE_CTL_DONE ? reeve_ids_job(c, reeve_ctl_word(c, 0), &request->job_id)
                                    : status;
}

static enum reeve_ctl_exit run_resolve(struct reeve_ctl *c)
{
    struct reeve_v1_resolve_job_request *request = reeve_api_request(c, &reeve_api_resolve_job);
    const void *answer;
    enum reeve_ctl_exit status = request != NULL ? fill_resolve(c, request) : REEVE_CTL_DONE;
    status = status == REEVE_CTL_DONE ? reeve_api_ask(c, &reeve_api_resolve_job, request, &answer)
                                      : status;
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    return show(c, ((const struct reeve_v1_resolve_job_response *)answer)->job, false);
}

const struct reeve_ctl_command reeve_ctl_job_resolve = {
    .group = "Jobs",
    .name = "job resolve",
    .words = "JOB",
    .summary = "say how a job that ended UNKNOWN really ended",
    .text = "The outcome stays UNKNOWN: this adds a settlement to the audit trail, with your "
            "identity.\n"
            "Needs the role OPERATOR.\n"
            "\n"
            "  reevectl job resolve 0198c1a2-77 --status succeeded --effect done \\\n"
            "      --note \"ticket T-00007 is there\"\n",
    REEVE_CTL_OPTIONS(RESOLVE_OPTIONS),
    .words_least = 1,
    .words_most = 1,
    .run = run_resolve,
};
