/* SPDX-License-Identifier: Apache-2.0 */
/* `reeve-agent serve`: the worker. */
#include <stdlib.h>
#include <unistd.h>

#include "agent/base/log.h"
#include "agent/config/credentials.h"
#include "agent/config/files.h"
#include "agent/io/process/process.h"
#include "agent/io/process/signals.h"
#include "agent/io/watch/file_watch.h"
#include "agent/main/command.h"
#include "agent/main/dialer.h"
#include "agent/main/reload.h"
#include "agent/main/worker.h"

enum { CONFIG };

static const struct reeve_option OPTIONS[] = {
    [CONFIG] = {"--config", "FILE", "the configuration (required)"},
};

/* ---- loading, before threads exist ---- */

static void free_parts(struct reeve_worker_parts *parts)
{
    reeve_secret_registry_free(parts->secrets);
    reeve_identity_free(parts->identity);
    reeve_agent_config_free(parts->config);
    reeve_environment_free(parts->environment);
    reeve_redactor_free(parts->redactor);
}

static enum reeve_status load_config(const char *path, const struct reeve_task_table *tasks,
                                     struct reeve_config_report *report,
                                     struct reeve_worker_parts *parts)
{
    const struct reeve_now now = reeve_now_read();
    REEVE_TRY(reeve_agent_config_load(path, tasks, report, &parts->config));
    const enum reeve_status status =
        reeve_config_open_identity(parts->config, &now, report, &parts->identity);
    if (status != REEVE_OK && status != REEVE_CONFIG) {
        return status;
    }
    REEVE_TRY(reeve_config_check_files(parts->config, report));
    REEVE_TRY(reeve_credentials_open(parts->config, parts->environment, parts->redactor, report,
                                     &parts->secrets));
    reeve_environment_seal(parts->environment);
    return report->errors > 0 ? REEVE_CONFIG : REEVE_OK;
}

static enum reeve_status load_parts(const char *path, const struct reeve_task_table *tasks,
                                    struct reeve_worker_parts *parts)
{
    struct reeve_config_report report;
    parts->environment = reeve_environment_new();
    parts->redactor = reeve_redactor_new();
    if (parts->environment == NULL || parts->redactor == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_credentials_scrub_log(parts->redactor);
    reeve_config_report_init(&report, path);
    const enum reeve_status status = load_config(path, tasks, &report, parts);
    reeve_config_report_write(&report, STDERR_FILENO);
    reeve_config_report_clear(&report);
    return status;
}

/* ---- running ---- */

static void on_signals(void *ctx, bool stop, bool reload)
{
    if (stop) {
        reeve_worker_signal_stop(ctx);
    }
    if (reload) {
        reeve_worker_reload(ctx);
    }
}

static enum reeve_exit exit_code(enum reeve_status status)
{
    if (status == REEVE_OK) {
        REEVE_LOG_EVENT(INFO, "worker stopped");
        return REEVE_EXIT_OK;
    }
    REEVE_LOG(ERROR, "worker broken off", reeve_log_status(status));
    /* Else the journal failed: see reeve_worker_run(). */
    const bool ours = status == REEVE_TIMEOUT || status == REEVE_INTERNAL;
    return ours ? REEVE_EXIT_BROKEN_OFF : REEVE_EXIT_DISK;
}

static void on_config_changed(void *ctx)
{
    reeve_worker_reload_changed(ctx);
}

/* What comes from outside while a worker runs. */
struct outside {
    struct reeve_signals *signals;
    struct reeve_file_watch *config;
};

static enum reeve_status listen_outside(struct outside *o, struct reeve_loop *loop,
                                        struct reeve_worker *worker, const char *config_path)
{
    REEVE_TRY(reeve_signals_new(loop, on_signals, worker, &o->signals));
    return reeve_file_watch_new(loop, config_path, on_config_changed, worker, &o->config);
}

static void stop_outside(struct outside *o)
{
    reeve_file_watch_stop(o->config);
    reeve_signals_stop(o->signals);
}

/* Runs a worker that was made. *whole: all threads ended, so everything may be freed. `outside` is
 * freed behind the loop, which may hold its tasks. */
static enum reeve_exit run_worker(struct reeve_worker *worker, struct reeve_loop *loop,
                                  const char *path, struct outside *outside, bool *whole)
{
    if (listen_outside(outside, loop, worker, path) != REEVE_OK) {
        reeve_command_complain("serve: no thread is to be had for signals or the configuration");
        stop_outside(outside);
        *whole = reeve_worker_stop(worker);
        return REEVE_EXIT_CANNOT_START;
    }
    const enum reeve_status status = reeve_worker_run(worker);
    stop_outside(outside);
    *whole = reeve_worker_stop(worker);
    const enum reeve_exit code = exit_code(status);
    if (!*whole) {
        reeve_process_leave(code == REEVE_EXIT_OK ? REEVE_EXIT_BROKEN_OFF : (int)code);
    }
    return code;
}

static enum reeve_exit serve_on(struct reeve_rpc_loop *loop, const char *path,
                                const struct reeve_digest *digest,
                                const struct reeve_task_table *tasks,
                                const struct reeve_worker_parts *parts)
{
    const struct reeve_worker_options options = {.tasks = tasks,
                                                 .config_path = path,
                                                 .config_digest = *digest,
                                                 .loop = reeve_rpc_loop_base(loop),
                                                 .dialer = reeve_dialer_grpc(loop),
                                                 .parts = *parts};
    struct reeve_worker *worker;
    struct outside outside = {.signals = NULL};
    char why[1024];
    bool whole = true;
    enum reeve_exit code = REEVE_EXIT_CANNOT_START;
    if (reeve_worker_new(&options, &worker, why) != REEVE_OK) {
        reeve_command_complain("serve: %s", why);
    } else {
        code = run_worker(worker, reeve_rpc_loop_base(loop), path, &outside, &whole);
    }
    reeve_rpc_loop_free(loop);
    reeve_file_watch_free(outside.config);
    reeve_signals_free(outside.signals);
    reeve_credentials_scrub_log(NULL);
    reeve_worker_free(worker);
    return code;
}

static enum reeve_exit serve(const char *path, const struct reeve_task_table *tasks)
{
    struct reeve_worker_parts parts = {.config = NULL};
    struct reeve_rpc_loop *loop;
    struct reeve_digest digest;
    (void)!reeve_reload_look(path, &digest); /* loading says what is wrong */
    enum reeve_status status = load_parts(path, tasks, &parts);
    if (status == REEVE_OK) {
        /* Before there are threads. Else gRPC would go past the configured proxy for hosts that
         * the environment's no_proxy names. */
        (void)setenv("no_grpc_proxy", "", 1);
        reeve_log_configure(parts.config->log_level, parts.config->log_format, STDERR_FILENO);
        status = reeve_rpc_loop_new(NULL, &loop);
    }
    if (status != REEVE_OK) {
        reeve_command_complain("serve: %s", reeve_status_text(status));
        reeve_credentials_scrub_log(NULL);
        free_parts(&parts);
        return REEVE_EXIT_CANNOT_START;
    }
    return serve_on(loop, path, &digest, tasks, &parts);
}

static enum reeve_exit run(struct reeve_command_call *call)
{
    const char *path = call->arguments.values[CONFIG];
    if (path == NULL) {
        reeve_command_complain("serve needs --config FILE");
        reeve_command_complain("next: %s serve --help", reeve_program_name());
        return REEVE_EXIT_USAGE;
    }
    if (reeve_process_harden() != REEVE_OK || reeve_signals_block() != REEVE_OK) {
        reeve_command_complain(
            "serve: the system refuses to forbid core dumps or to block signals");
        return REEVE_EXIT_CANNOT_START;
    }
    reeve_process_raise_descriptors();
    return serve(path, reeve_command_tasks_of(call));
}

const struct reeve_command reeve_command_serve = {
    .name = "serve",
    .summary = "run the worker",
    .usage = "reeve-agent serve --config FILE",
    .text =
        "Runs until SIGTERM or SIGINT, in the foreground, with its log on stderr. Dials the "
        "gateway\n"
        "and dials again when the connection ends; opens no port.\n"
        "\n"
        "  reeve-agent serve --config /etc/reeve/agent.yaml\n"
        "\n"
        "Signals:\n"
        "  SIGTERM, SIGINT  finish what runs, at most drain_timeout, then exit; a second one exits "
        "at\n"
        "                   once (the journal stays whole)\n"
        "  SIGHUP           read the configuration again; taken over as a whole or not at all. A\n"
        "                   changed file is noticed by itself\n"
        "\n"
        "Exit status: 0 drained, 3 cannot start (the reason is on stderr), 4 ended by an error or\n"
        "before all jobs could finish (the log says which), 6 the journal's disk is full or "
        "broken.\n",
    .options = OPTIONS,
    .options_count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
    .run = run,
};
