/* SPDX-License-Identifier: Apache-2.0 */
/* `reeve-gateway check-config` */
#include <unistd.h>

#include "agent/cli/findings.h"
#include "gateway-stub/main/command.h"
#include "gateway-stub/main/store_files.h"
#include "gateway-stub/main/tls_files.h"
#include "proto/runtime/message.h"

enum { CONFIG, JSON };

static const struct reeve_option OPTIONS[] = {
    [CONFIG] = {"--config", "FILE", "the configuration (required)"},
    [JSON] = {"--json", NULL, "print JSON"},
};

static void fill(struct reeve_v1_gateway_config_check *out,
                 const struct reeve_gateway_config *config, const struct reeve_tls_files *tls,
                 struct reeve_arena *arena)
{
    out->listen = reeve_output_text(arena, "%s", config->listen);
    out->identity =
        reeve_output_text(arena, "%s", tls != NULL ? reeve_tls_files_identity(tls) : "");
    out->store = reeve_output_text(arena, "%s", config->store_path);
    out->grants = (uint32_t)config->grants_count;
    out->approvers = (uint32_t)config->approvers_count;
}

/* Fills `out` as far as it can be. CONFIG: the report has errors. */
static enum reeve_status check(const char *path, struct reeve_config_report *report,
                               struct reeve_v1_gateway_config_check *out, struct reeve_arena *arena)
{
    const struct reeve_now now = reeve_now_read();
    struct reeve_gateway_config *config;
    struct reeve_tls_files *tls = NULL;
    REEVE_TRY(reeve_gateway_config_load(path, report, &config));
    enum reeve_status status = reeve_tls_files_open(config, &now, report, &tls);
    reeve_store_files_check(config, report);
    fill(out, config, status == REEVE_OK ? tls : NULL, arena);
    if (status == REEVE_OK && report->errors > 0) {
        status = REEVE_CONFIG;
    }
    reeve_tls_files_free(tls);
    reeve_gateway_config_free(config);
    return status;
}

static enum reeve_status print_summary(const struct reeve_v1_gateway_config_check *summary,
                                       struct reeve_buffer *out)
{
    return reeve_buffer_append_format(
        out,
        "%s: ok\n  listens on  %s\n  identity    %s\n  store       %s\n  grants      %u\n"
        "  approvers   %u\n",
        summary->file, summary->listen, summary->identity, summary->store, summary->grants,
        summary->approvers);
}

static enum reeve_status print(struct reeve_command_call *call,
                               const struct reeve_config_report *report,
                               struct reeve_v1_gateway_config_check *summary)
{
    if (call->arguments.values[JSON] == NULL) {
        reeve_config_report_write(report, STDERR_FILENO);
        return summary->valid ? print_summary(summary, call->out) : REEVE_OK;
    }
    REEVE_TRY(reeve_config_findings(report, call->arena, &summary->findings, &summary->n_findings));
    return reeve_output_json(&reeve_v1_gateway_config_check_message, summary, call->out);
}

static enum reeve_exit check_and_print(struct reeve_command_call *call, const char *path,
                                       struct reeve_config_report *report)
{
    struct reeve_v1_gateway_config_check *summary =
        reeve_message_new(&reeve_v1_gateway_config_check_message, call->arena);
    enum reeve_status status =
        summary != NULL ? check(path, report, summary, call->arena) : REEVE_NO_MEMORY;
    if (status == REEVE_OK || status == REEVE_CONFIG) {
        summary->file = reeve_output_text(call->arena, "%s", path);
        summary->valid = status == REEVE_OK;
        status = print(call, report, summary);
    }
    if (status == REEVE_OK) {
        return summary->valid ? REEVE_EXIT_OK : REEVE_EXIT_NO;
    }
    reeve_gateway_complain("check-config: %s", reeve_status_text(status));
    return REEVE_EXIT_CANNOT_START;
}

static enum reeve_exit run(struct reeve_command_call *call)
{
    const char *path = call->arguments.values[CONFIG];
    struct reeve_config_report report;
    if (path == NULL) {
        reeve_gateway_complain("check-config needs --config FILE");
        reeve_gateway_complain("next: reeve-gateway check-config --help");
        return REEVE_EXIT_USAGE;
    }
    reeve_config_report_init(&report, path);
    const enum reeve_exit code = check_and_print(call, path, &report);
    reeve_config_report_clear(&report);
    return code;
}

const struct reeve_command reeve_gateway_command_check_config = {
    .name = "check-config",
    .summary = "whether the configuration can be used",
    .usage = "reeve-gateway check-config --config FILE [--json]",
    .text = "Reads the configuration and the files that it names, as serve does, and says what is "
            "wrong\n"
            "with them: file, line, column, field, rule and the next step. Starts and makes "
            "nothing.\n"
            "docs/reference/gateway-configuration.md explains every field.\n"
            "\n"
            "  reeve-gateway check-config --config /etc/reeve/gateway.yaml\n"
            "  reeve-gateway check-config --config gateway.yaml --json | jq .findings\n"
            "\n"
            "Exit status: 0 it can be used (warnings may be printed), 1 it cannot, 2 usage.\n",
    .options = OPTIONS,
    .options_count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
    .run = run,
};
