/* SPDX-License-Identifier: Apache-2.0 */
/* `reeve-agent status` */
#include <unistd.h>

#include "agent/config/agent_config.h"
#include "agent/main/command.h"
#include "agent/main/status_server.h"
#include "proto/runtime/message.h"
#include "reeve/v1/local.reeve.h"

enum { CONFIG, SOCKET, JSON, ALIVE };

static const struct reeve_option OPTIONS[] = {
    [CONFIG] = {"--config", "FILE", "ask the worker of this configuration"},
    [SOCKET] = {"--socket", "PATH", "ask the worker that answers on this socket"},
    [JSON] = {"--json", NULL, "print the document as it came"},
    [ALIVE] = {"--alive", NULL, "exit with 0 if the worker answers, ready or not"},
};

/* ---- finding the worker ---- */

/* The socket that the configuration names, in the arena; NULL: it cannot be used. */
static const char *socket_of_config(struct reeve_command_call *call, const char *path)
{
    struct reeve_config_report report;
    struct reeve_agent_config *config;
    const char *socket = NULL;
    reeve_config_report_init(&report, path);
    if (reeve_agent_config_load(path, reeve_command_tasks_of(call), &report, &config) == REEVE_OK) {
        socket = reeve_arena_strdup(call->arena, reeve_bytes_cstr(config->status_socket));
        reeve_agent_config_free(config);
    } else {
        reeve_config_report_write(&report, STDERR_FILENO);
    }
    reeve_config_report_clear(&report);
    return socket;
}

static enum reeve_exit complain_ask(const char *socket, enum reeve_status status)
{
    if (status == REEVE_NOT_FOUND || status == REEVE_UNAVAILABLE) {
        reeve_command_complain("no worker answers on %s", socket);
        reeve_command_complain("next: start it with %s serve, or look at its log",
                               reeve_program_name());
    } else if (status == REEVE_PERMISSION) {
        reeve_command_complain("%s: this user may not connect", socket);
        reeve_command_complain("next: ask as the worker's user, or as root");
    } else {
        reeve_command_complain("%s: %s", socket, reeve_status_text(status));
        reeve_command_complain("next: look at the worker's log");
    }
    return REEVE_EXIT_CANNOT_START;
}

/* ---- for people ---- */

static char *age_text(struct reeve_arena *arena, uint64_t ms)
{
    const unsigned long long s = ms / 1000;
    if (s >= 86400) {
        return reeve_output_text(arena, "%llud %lluh", s / 86400, s % 86400 / 3600);
    }
    if (s >= 3600) {
        return reeve_output_text(arena, "%lluh %llumin", s / 3600, s % 3600 / 60);
    }
    if (s >= 60) {
        return reeve_output_text(arena, "%llumin %llus", s / 60, s % 60);
    }
    return reeve_output_text(arena, "%llu.%llus", s, (unsigned long long)(ms % 1000 / 100));
}

static enum reeve_status print_conditions(const struct reeve_command_call *call,
                                          const struct reeve_v1_worker_status *status)
{
    REEVE_TRY(reeve_buffer_append_format(
        call->out, "%s%s%s\n", reeve_output_paint(call->colour, status->ready ? "32" : "31"),
        status->ready ? "ready" : "not ready", reeve_output_plain(call->colour)));
    for (size_t i = 0; i < status->n_conditions; i++) {
        REEVE_TRY(reeve_buffer_append_format(call->out, "  %s\n    next: %s\n",
                                             status->conditions[i]->name,
                                             status->conditions[i]->next_step));
    }
    return REEVE_OK;
}

static enum reeve_status add_pair(struct reeve_rows *rows, const char *name, const char *value)
{
    const char *cells[] = {name, value};
    return reeve_rows_add(rows, cells);
}

static enum reeve_status add_gateway(struct reeve_rows *rows, struct reeve_arena *a,
                                     const struct reeve_v1_gateway_status *gateway)
{
    REEVE_TRY(add_pair(rows, "gateway", gateway->address));
    REEVE_TRY(
        add_pair(rows, "connection",
                 reeve_output_text(a, "%s, %llu tries, last end %s", gateway->state,
                                   (unsigned long long)gateway->connects, gateway->last_end)));
    if (gateway->last_problem[0] != '\0') {
        REEVE_TRY(add_pair(rows, "", gateway->last_problem));
    }
    if (gateway->next_connect_in_ms > 0) {
        REEVE_TRY(add_pair(rows, "next try in", age_text(a, gateway->next_connect_in_ms)));
    }
    REEVE_TRY(
        add_pair(rows, "last message",
                 gateway->last_message_age_ms > 0
                     ? reeve_output_text(a, "%s ago", age_text(a, gateway->last_message_age_ms))
                     : "-"));
    return add_pair(rows, "session",
                    reeve_output_text(a, "epoch %llu, tenant %s",
                                      (unsigned long long)gateway->session_epoch,
                                      gateway->tenant[0] != '\0' ? gateway->tenant : "-"));
}

static enum reeve_status add_work(struct reeve_rows *rows, struct reeve_arena *a,
                                  const struct reeve_v1_worker_status *status)
{
    const struct reeve_v1_task_status *tasks = status->tasks;
    const struct reeve_v1_job_status *jobs = status->jobs;
    REEVE_TRY(add_pair(rows, "tasks",
                       reeve_output_text(a, "%u aligned of %u allowed of %u compiled in",
                                         tasks->aligned, tasks->allowed, tasks->compiled_in)));
    REEVE_TRY(
        add_pair(rows, "jobs now",
                 reeve_output_text(a, "%u queued, %u starting, %u running, %u unsettled",
                                   jobs->queued, jobs->starting, jobs->running, jobs->unsettled)));
    return add_pair(
        rows, "jobs so far",
        reeve_output_text(
            a,
            "%llu succeeded, %llu failed, %llu rejected, %llu cancelled, %llu timed out, "
            "%llu unknown",
            (unsigned long long)jobs->succeeded, (unsigned long long)jobs->failed,
            (unsigned long long)jobs->rejected, (unsigned long long)jobs->cancelled,
            (unsigned long long)jobs->timed_out, (unsigned long long)jobs->unknown));
}

static enum reeve_status add_journal(struct reeve_rows *rows, struct reeve_arena *a,
                                     const struct reeve_v1_worker_status *status)
{
    const struct reeve_v1_journal_status *journal = status->journal;
    const struct reeve_v1_audit_status *audit = status->audit;
    REEVE_TRY(add_pair(rows, "journal",
                       reeve_output_text(a, "%s in %s", journal->id, journal->directory)));
    REEVE_TRY(add_pair(
        rows, "",
        reeve_output_text(a, "%llu of %llu bytes, %llu segments, lsn %llu (on disk %llu), %s",
                          (unsigned long long)journal->bytes,
                          (unsigned long long)journal->max_bytes,
                          (unsigned long long)journal->segments, (unsigned long long)journal->lsn,
                          (unsigned long long)journal->synced_lsn, journal->state)));
    return add_pair(rows, "audit",
                    reeve_output_text(a, "record %llu, checkpoint %llu, countersigned %llu",
                                      (unsigned long long)audit->sequence,
                                      (unsigned long long)audit->checkpoint_sequence,
                                      (unsigned long long)audit->countersigned_sequence));
}

/* Older workers say nothing of it. */
static enum reeve_status add_spool(struct reeve_rows *rows, struct reeve_arena *a,
                                   const struct reeve_v1_spool_status *spool)
{
    if (spool == NULL) {
        return REEVE_OK;
    }
    if (spool->max_bytes == 0 && reeve_bytes_equal_cstr(reeve_bytes_cstr(spool->state), "OK")) {
        return add_pair(rows, "spool", "off");
    }
    return add_pair(rows, "spool",
                    reeve_output_text(a, "%llu of %llu bytes, %llu results, %s",
                                      (unsigned long long)spool->bytes,
                                      (unsigned long long)spool->max_bytes,
                                      (unsigned long long)spool->results, spool->state));
}

static char *date_text(struct reeve_arena *a, const struct google_protobuf_timestamp *at,
                       int64_t now_unix_ms)
{
    const int64_t left_ms = at->seconds * 1000 - now_unix_ms;
    if (left_ms <= 0) {
        return reeve_output_text(a, "%s", "expired");
    }
    return reeve_output_text(a, "valid for %s", age_text(a, (uint64_t)left_ms));
}

static enum reeve_status add_identity(struct reeve_rows *rows, struct reeve_arena *a,
                                      const struct reeve_v1_identity_status *identity)
{
    const char *valid = identity->not_after != NULL
                            ? date_text(a, identity->not_after, reeve_now_read().unix_ms)
                            : "";
    REEVE_TRY(add_pair(rows, "identity", reeve_output_text(a, "%s, %s", identity->id, valid)));
    return identity->problem[0] != '\0' ? add_pair(rows, "", identity->problem) : REEVE_OK;
}

static enum reeve_status print(const struct reeve_command_call *call,
                               const struct reeve_v1_worker_status *status)
{
    struct reeve_rows rows;
    struct reeve_arena *a = call->arena;
    REEVE_TRY(print_conditions(call, status));
    if (status->gateway == NULL || status->tasks == NULL || status->jobs == NULL ||
        status->journal == NULL || status->audit == NULL || status->identity == NULL ||
        status->version == NULL) {
        return REEVE_OK; /* the worker could say no more */
    }
    reeve_rows_init(&rows, a, 2);
    REEVE_TRY(add_gateway(&rows, a, status->gateway));
    REEVE_TRY(add_identity(&rows, a, status->identity));
    REEVE_TRY(add_work(&rows, a, status));
    REEVE_TRY(add_journal(&rows, a, status));
    REEVE_TRY(add_spool(&rows, a, status->spool));
    REEVE_TRY(
        add_pair(&rows, "worker",
                 reeve_output_text(a, "%s %s, pid %u, up %s, configuration %.12s (%u reloads)",
                                   status->version->program, status->version->version, status->pid,
                                   age_text(a, status->uptime_ms), status->config_digest,
                                   status->config_reloads)));
    return reeve_rows_print(&rows, 0, call->out);
}

/* ---- the answer ---- */

static enum reeve_exit show(struct reeve_command_call *call, struct reeve_bytes document)
{
    const struct reeve_json_options options = {.ignore_unknown = true};
    void *message;
    if (reeve_message_from_json(&reeve_v1_worker_status_message, document, &options, call->arena,
                                &message, NULL) != REEVE_OK) {
        reeve_command_complain("the worker's answer is not understood");
        reeve_command_complain("next: ask with the program that runs, or with --json");
        return REEVE_EXIT_CANNOT_START;
    }
    const struct reeve_v1_worker_status *status = message;
    const enum reeve_status printed = call->arguments.values[JSON] != NULL
                                          ? reeve_buffer_append(call->out, document)
                                          : print(call, status);
    if (printed != REEVE_OK) {
        return REEVE_EXIT_CANNOT_START;
    }
    return status->ready || call->arguments.values[ALIVE] != NULL ? REEVE_EXIT_OK : REEVE_EXIT_NO;
}

static enum reeve_exit ask(struct reeve_command_call *call, const char *socket)
{
    struct reeve_buffer document;
    reeve_buffer_init(&document, NULL, REEVE_STATUS_DOCUMENT_MAX);
    const enum reeve_status status = reeve_status_ask(socket, &document);
    const enum reeve_exit code = status == REEVE_OK ? show(call, reeve_buffer_view(&document))
                                                    : complain_ask(socket, status);
    reeve_buffer_clear(&document);
    return code;
}

static enum reeve_exit run(struct reeve_command_call *call)
{
    const char *config = call->arguments.values[CONFIG];
    const char *socket = call->arguments.values[SOCKET];
    if ((config == NULL) == (socket == NULL)) {
        reeve_command_complain("status needs either --config FILE or --socket PATH");
        reeve_command_complain("next: %s status --help", reeve_program_name());
        return REEVE_EXIT_USAGE;
    }
    if (socket == NULL) {
        socket = socket_of_config(call, config);
    }
    return socket != NULL ? ask(call, socket) : REEVE_EXIT_CANNOT_START;
}

const struct reeve_command reeve_command_status = {
    .name = "status",
    .summary = "how a running worker stands, and why it is not ready",
    .usage = "reeve-agent status (--config FILE | --socket PATH) [--alive] [--json]",
    .text =
        "Asks a running worker over its Unix socket. Ready means: welcomed by the gateway,\n"
        "heartbeat answered, journal writable, not draining, and at least one allowed task that\n"
        "the gateway knows with the same fingerprint. Each condition that does not hold is named\n"
        "with the next step. A busy worker is ready.\n"
        "\n"
        "  reeve-agent status --config /etc/reeve/agent.yaml\n"
        "  reeve-agent status --socket /run/reeve/agent.sock --json | jq .conditions\n"
        "  reeve-agent status --config agent.yaml --alive       (a liveness probe)\n"
        "\n"
        "Exit status: 0 ready (with --alive: it answers), 1 not ready, 3 not running.\n",
    .options = OPTIONS,
    .options_count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
    .run = run,
};
