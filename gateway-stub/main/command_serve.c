/* SPDX-License-Identifier: Apache-2.0 */
/* `reeve-gateway serve`: the gateway. */
#include <unistd.h>

#include "agent/base/log.h"
#include "agent/io/process/process.h"
#include "agent/io/process/signals.h"
#include "gateway-stub/main/command.h"
#include "gateway-stub/main/service.h"

enum { CONFIG, PORT_FILE };

static const struct reeve_option OPTIONS[] = {
    [CONFIG] = {"--config", "FILE", "the configuration (required)"},
    [PORT_FILE] = {"--port-file", "FILE", "write the port here once it listens"},
};

enum { WHY_SIZE = 1024 };

/* ---- loading, before threads exist ---- */

static enum reeve_status load(const char *path, struct reeve_service_options *options)
{
    const struct reeve_now now = reeve_now_read();
    struct reeve_config_report report;
    reeve_config_report_init(&report, path);
    enum reeve_status status = reeve_gateway_config_load(path, &report, &options->config);
    if (status == REEVE_OK) {
        status = reeve_tls_files_open(options->config, &now, &report, &options->tls);
    }
    reeve_config_report_write(&report, STDERR_FILENO);
    reeve_config_report_clear(&report);
    if (status != REEVE_OK) {
        reeve_gateway_config_free(options->config);
        reeve_gateway_complain("serve: %s", reeve_status_text(status));
    }
    return status;
}

/* ---- running ---- */

static void on_signals(void *ctx, bool stop, bool reload)
{
    if (stop) {
        reeve_service_signal_stop(ctx);
    }
    if (reload) {
        reeve_service_reload(ctx);
    }
}

static enum reeve_exit exit_code(const struct reeve_service *s, enum reeve_status status,
                                 const char *why)
{
    if (status == REEVE_OK) {
        REEVE_LOG_EVENT(INFO, "gateway stopped");
        return REEVE_EXIT_OK;
    }
    if (status == REEVE_CANCELLED) {
        REEVE_LOG_EVENT(WARN, "gateway stopped before it was drained");
        return REEVE_EXIT_BROKEN_OFF;
    }
    reeve_gateway_complain("serve: %s", why);
    return status == REEVE_INTERNAL && reeve_service_port(s) != 0 ? REEVE_EXIT_BROKEN_OFF
                                                                  : REEVE_EXIT_CANNOT_START;
}

static enum reeve_exit run_service(struct reeve_service *s, struct reeve_rpc_loop *loop)
{
    struct reeve_signals *signals;
    char why[WHY_SIZE] = "";
    if (reeve_signals_new(reeve_rpc_loop_base(loop), on_signals, s, &signals) != REEVE_OK) {
        reeve_gateway_complain("serve: no thread is to be had for signals");
        reeve_service_stop(s);
        reeve_rpc_loop_free(loop);
        return REEVE_EXIT_CANNOT_START;
    }
    const enum reeve_status status = reeve_service_run(s, why);
    const enum reeve_exit code = exit_code(s, status, why);
    reeve_signals_stop(signals);
    reeve_service_stop(s);
    reeve_rpc_loop_free(loop);
    reeve_signals_free(signals);
    return code;
}

static enum reeve_exit serve(const char *path, const char *port_file)
{
    struct reeve_service_options options = {.config_path = path, .port_file = port_file};
    struct reeve_service *s;
    char why[WHY_SIZE] = "";
    if (load(path, &options) != REEVE_OK) {
        return REEVE_EXIT_CANNOT_START;
    }
    reeve_log_configure(options.config->log_level, options.config->log_format, STDERR_FILENO);
    if (reeve_rpc_loop_new(NULL, &options.loop) != REEVE_OK) {
        reeve_tls_files_free(options.tls);
        reeve_gateway_config_free(options.config);
        reeve_gateway_complain("serve: out of memory");
        return REEVE_EXIT_CANNOT_START;
    }
    if (reeve_service_new(&options, &s, why) != REEVE_OK) {
        reeve_gateway_complain("serve: %s", why);
        reeve_rpc_loop_free(options.loop);
        return REEVE_EXIT_CANNOT_START;
    }
    const enum reeve_exit code = run_service(s, options.loop);
    reeve_service_free(s);
    return code;
}

static enum reeve_exit run(struct reeve_command_call *call)
{
    const char *path = call->arguments.values[CONFIG];
    if (path == NULL) {
        reeve_gateway_complain("serve needs --config FILE");
        reeve_gateway_complain("next: reeve-gateway serve --help");
        return REEVE_EXIT_USAGE;
    }
    if (reeve_process_harden() != REEVE_OK || reeve_signals_block() != REEVE_OK) {
        reeve_gateway_complain(
            "serve: the system refuses to forbid core dumps or to block signals");
        return REEVE_EXIT_CANNOT_START;
    }
    return serve(path, call->arguments.values[PORT_FILE]);
}

const struct reeve_command reeve_gateway_command_serve = {
    .name = "serve",
    .summary = "run the gateway",
    .usage = "reeve-gateway serve --config FILE [--port-file FILE]",
    .text =
        "Runs until SIGTERM or SIGINT, in the foreground, with its log on stderr. Listens on one\n"
        "address, for workers and for reevectl alike: TLS 1.3, client certificates required. What "
        "a\n"
        "certificate may do stands under `grants`.\n"
        "\n"
        "  reeve-gateway serve --config /etc/reeve/gateway.yaml\n"
        "\n"
        "The store's directory, its database and the key that countersigns audit records are made "
        "on\n"
        "the first start. A renewed certificate is used for new connections within 10 seconds.\n"
        "\n"
        "Signals:\n"
        "  SIGTERM, SIGINT  send workers away, finish what is under way, then exit; at most 10 s. "
        "A\n"
        "                   second one exits at once (the store stays whole)\n"
        "  SIGHUP           read the configuration again: grants, approvers, certificates and log "
        "are\n"
        "                   taken over as a whole or not at all\n"
        "\n"
        "Exit status: 0 stopped, 2 usage, 3 cannot start (the reason is on stderr), 4 ended by an\n"
        "error or by a second signal.\n",
    .options = OPTIONS,
    .options_count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
    .run = run,
};
