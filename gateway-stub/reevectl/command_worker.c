/* SPDX-License-Identifier: Apache-2.0 */
/* `reevectl workers`, `worker readmit`, `identity revoke` and `whoami`. */
#include <inttypes.h>

#include "gateway-stub/reevectl/api.h"
#include "gateway-stub/reevectl/command.h"
#include "gateway-stub/reevectl/config.h"
#include "gateway-stub/reevectl/ids.h"
#include "gateway-stub/reevectl/view.h"
#include "gateway-stub/reevectl/words.h"

/* ---- workers ---- */

enum { VERBOSE };
static const struct reeve_option OPTIONS[] = {
    [VERBOSE] = {"--verbose", NULL, "each worker's tasks, too"},
    {"-v", NULL, NULL},
};

static const char *joined(struct reeve_ctl *c, char *const *texts, size_t count)
{
    const char *all = "";
    for (size_t i = 0; i < count; i++) {
        all = reeve_output_text(c->arena, "%s%s%s", all, i > 0 ? ", " : "", texts[i]);
    }
    return all;
}

static const char *readiness(struct reeve_ctl *c, const struct reeve_v1_worker *worker)
{
    if (!worker->connected) {
        return reeve_ctl_painted(c, "31", "not connected");
    }
    if (worker->ready) {
        return reeve_ctl_painted(c, "32", "ready");
    }
    return reeve_ctl_painted(c, "33",
                             reeve_output_text(c->arena, "not ready: %s",
                                               joined(c, worker->not_ready, worker->n_not_ready)));
}

static const char *standing(struct reeve_ctl *c, const struct reeve_v1_worker *worker)
{
    size_t aligned = 0;
    for (size_t i = 0; i < worker->n_tasks; i++) {
        const struct reeve_bytes word = reeve_bytes_cstr(worker->tasks[i]->standing);
        aligned += worker->tasks[i]->allowed && reeve_bytes_equal_cstr(word, "ALIGNED") ? 1 : 0;
    }
    return reeve_output_text(c->arena, "%zu of %zu", aligned, worker->n_tasks);
}

static void say_tasks(struct reeve_ctl *c, const struct reeve_v1_worker *worker)
{
    struct reeve_rows rows;
    reeve_rows_init(&rows, c->arena, 4);
    reeve_ctl_say(c, "\n%s\n", reeve_ctl_painted(c, "1", reeve_ctl_safe(c, worker->identity)));
    reeve_ctl_say(c, "  journal %s, %s, pools %s, connected %s%s%s\n",
                  reeve_words_id(c, worker->journal_id), reeve_words_or_dash(c, worker->build),
                  reeve_ctl_safe(c, joined(c, worker->pools, worker->n_pools)),
                  reeve_words_time(c, worker->connected_unix_ms),
                  worker->draining ? ", draining" : "", worker->rolled_back ? ", ROLLED BACK" : "");
    for (size_t i = 0; i < worker->n_tasks; i++) {
        const struct reeve_v1_worker_task *task = worker->tasks[i];
        const char *cells[] = {reeve_output_text(c->arena, "  %s", task->task),
                               reeve_words_short_digest(c, task->fingerprint),
                               task->allowed ? "allowed" : "not allowed", task->standing};
        reeve_ctl_row(c, &rows, cells);
    }
    reeve_ctl_rows(c, &rows);
}

static void say_workers(struct reeve_ctl *c, struct reeve_v1_worker *const *workers, size_t count)
{
    static const char *const HEAD[] = {"WORKER",    "STATE", "JOURNAL",   "EPOCH",
                                       "IN FLIGHT", "TASKS", "LAST HEARD"};
    struct reeve_rows rows;
    reeve_rows_init(&rows, c->arena, 7);
    reeve_ctl_row(c, &rows, HEAD);
    for (size_t i = 0; i < count; i++) {
        const struct reeve_v1_worker *worker = workers[i];
        const char *cells[] = {
            worker->identity,
            readiness(c, worker),
            reeve_words_id(c, worker->journal_id),
            reeve_output_text(c->arena, "%" PRIu64, worker->epoch),
            reeve_output_text(c->arena, "%u", worker->in_flight),
            standing(c, worker),
            reeve_words_ago(c, worker->last_seen_unix_ms),
        };
        reeve_ctl_row(c, &rows, cells);
    }
    reeve_ctl_rows(c, &rows);
    for (size_t i = 0; reeve_ctl_option(c, VERBOSE) != NULL && i < count; i++) {
        say_tasks(c, workers[i]);
    }
}

static enum reeve_ctl_exit run_workers(struct reeve_ctl *c)
{
    const struct reeve_view view = {.c = c};
    const void *answer;
    const enum reeve_ctl_exit status = reeve_api_ask(
        c, &reeve_api_list_workers, reeve_api_request(c, &reeve_api_list_workers), &answer);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_list_workers_response *response = answer;
    if (c->json) {
        reeve_view_say(&view, &reeve_v1_list_workers_response_message, response);
        return REEVE_CTL_DONE;
    }
    say_workers(c, response->workers, response->n_workers);
    return REEVE_CTL_DONE;
}

const struct reeve_ctl_command reeve_ctl_workers = {
    .group = "Workers",
    .name = "workers",
    .words = "",
    .summary = "list workers: ready or why not, jobs in flight, tasks that fit",
    .text = "TASKS counts the tasks that a worker allows in a version that is registered here. "
            "Needs the\n"
            "role OPERATOR or AUDITOR.\n"
            "\n"
            "  reevectl workers\n"
            "  reevectl workers -v\n",
    REEVE_CTL_OPTIONS(OPTIONS),
    .run = run_workers,
};

/* ---- worker readmit ---- */

static enum reeve_ctl_exit run_readmit(struct reeve_ctl *c)
{
    struct reeve_v1_readmit_worker_request *request =
        reeve_api_request(c, &reeve_api_readmit_worker);
    const struct reeve_view view = {.c = c};
    ProtobufCBinaryData id = {0};
    const void *answer;
    enum reeve_ctl_exit status = reeve_ids_journal(c, reeve_ctl_word(c, 0), &id);
    if (request != NULL) {
        request->journal_id = id;
    }
    status = status == REEVE_CTL_DONE
                 ? reeve_api_ask(c, &reeve_api_readmit_worker, request, &answer)
                 : status;
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_readmit_worker_response *response = answer;
    if (c->json) {
        reeve_view_say(&view, &reeve_v1_readmit_worker_response_message, response);
        return REEVE_CTL_DONE;
    }
    reeve_ctl_say(c, "readmitted: journal %s\n", reeve_words_id(c, id));
    return REEVE_CTL_DONE;
}

const struct reeve_ctl_command reeve_ctl_worker_readmit = {
    .group = "Workers",
    .name = "worker readmit",
    .words = "JOURNAL",
    .summary = "let a rolled-back journal take writing jobs again",
    .text = "A journal, or the gateway's store, that was restored from an older copy may have "
            "forgotten\n"
            "jobs that ran. It gets no job that must not run twice until you have looked and say "
            "this.\n"
            "Needs the role OPERATOR.\n"
            "\n"
            "  reevectl workers -v\n"
            "  reevectl worker readmit 0198c1a0\n",
    .words_least = 1,
    .words_most = 1,
    .run = run_readmit,
};

/* ---- identity revoke ---- */

static enum reeve_ctl_exit run_revoke(struct reeve_ctl *c)
{
    struct reeve_v1_revoke_identity_request *request =
        reeve_api_request(c, &reeve_api_revoke_identity);
    const void *answer;
    if (request != NULL) {
        request->identity = reeve_output_text(c->arena, "%s", reeve_ctl_word(c, 0));
    }
    const enum reeve_ctl_exit status =
        reeve_api_ask(c, &reeve_api_revoke_identity, request, &answer);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_revoke_identity_response *response = answer;
    if (c->json) {
        reeve_ctl_say(c, "{ \"sessionsEnded\": %u }\n", response->sessions_ended);
        return REEVE_CTL_DONE;
    }
    reeve_ctl_say(c, "revoked; %u session%s ended\n", response->sessions_ended,
                  response->sessions_ended == 1 ? "" : "s");
    return REEVE_CTL_DONE;
}

const struct reeve_ctl_command reeve_ctl_identity_revoke = {
    .group = "Workers",
    .name = "identity revoke",
    .words = "SPIFFE-ID",
    .summary = "end an identity's sessions and refuse it from now on",
    .text = "Needs the role OPERATOR.\n"
            "\n"
            "  reevectl identity revoke spiffe://reeve.example/acme/worker/berlin-1\n",
    .words_least = 1,
    .words_most = 1,
    .run = run_revoke,
};

/* ---- whoami ---- */

static enum reeve_ctl_exit run_whoami(struct reeve_ctl *c)
{
    const struct reeve_view view = {.c = c};
    const void *answer;
    const enum reeve_ctl_exit status =
        reeve_api_ask(c, &reeve_api_who_am_i, reeve_api_request(c, &reeve_api_who_am_i), &answer);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_who_am_i_response *response = answer;
    if (c->json) {
        reeve_view_say(&view, &reeve_v1_who_am_i_response_message, response);
        return REEVE_CTL_DONE;
    }
    reeve_ctl_say(c, "identity  %s\n", reeve_words_or_dash(c, response->identity));
    reeve_ctl_say(c, "tenant    %s\n", reeve_words_or_dash(c, response->tenant));
    reeve_ctl_say(c, "roles     %s\n",
                  reeve_words_or_dash(c, joined(c, response->roles, response->n_roles)));
    reeve_ctl_say(c, "gateway   %s, %s, id %s\n", c->config->address,
                  reeve_words_or_dash(c, response->gateway_version),
                  reeve_words_id(c, response->gateway_id));
    return REEVE_CTL_DONE;
}

const struct reeve_ctl_command reeve_ctl_whoami = {
    .group = "The program itself",
    .name = "whoami",
    .words = "",
    .summary = "say who the gateway takes you for, and what you may do",
    .text =
        "The first thing to try: it needs a right configuration, a reachable gateway and a known\n"
        "identity, and nothing else.\n"
        "\n"
        "  reevectl whoami\n",
    .run = run_whoami,
};
