/* SPDX-License-Identifier: Apache-2.0 */
/* `reeve-gateway check-config` */
#include "gateway-stub/main/command.h"
#include "gateway-stub/main/store_files.h"
#include "gateway-stub/main/tls_files.h"

enum { CONFIG };

static const struct reeve_option OPTIONS[] = {
    [CONFIG] = {"--config", "FILE", "the configuration (required)"},
};

static enum reeve_status print_summary(const char *path, const struct reeve_gateway_config *config,
                                       const struct reeve_tls_files *tls, struct reeve_buffer *out)
{
    return reeve_buffer_append_format(
        out,
        "%s: ok\n  listens on  %s\n  identity    %s\n  store       %s\n  grants      %zu\n"
        "  approvers   %zu\n",
        path, config->listen, reeve_tls_files_identity(tls), config->store_path,
        config->grants_count, config->approvers_count);
}

static enum reeve_status check(const char *path, struct reeve_config_report *report,
                               struct reeve_buffer *out)
{
    const struct reeve_now now = reeve_now_read();
    struct reeve_gateway_config *config;
    struct reeve_tls_files *tls;
    REEVE_TRY(reeve_gateway_config_load(path, report, &config));
    enum reeve_status status = reeve_tls_files_open(config, &now, report, &tls);
    reeve_store_files_check(config, report);
    if (status == REEVE_OK && report->errors > 0) {
        status = REEVE_CONFIG;
    }
    if (status == REEVE_OK) {
        status = print_summary(path, config, tls, out);
    }
    reeve_tls_files_free(tls);
    reeve_gateway_config_free(config);
    return status;
}

static enum reeve_exit run(struct reeve_command_call *call)
{
    const char *path = call->arguments.values[CONFIG];
    struct reeve_config_report report;
    if (path == NULL) {
        reeve_gateway_complain("check-config needs --config FILE");
        return REEVE_EXIT_USAGE;
    }
    reeve_config_report_init(&report, path);
    const enum reeve_status status = check(path, &report, call->out);
    reeve_gateway_print_report(&report);
    reeve_config_report_clear(&report);
    if (status == REEVE_OK) {
        return REEVE_EXIT_OK;
    }
    if (status == REEVE_CONFIG) {
        return REEVE_EXIT_NO;
    }
    reeve_gateway_complain("check-config: %s", reeve_status_text(status));
    return REEVE_EXIT_CANNOT_START;
}

const struct reeve_command reeve_gateway_command_check_config = {
    .name = "check-config",
    .summary = "whether the configuration can be used",
    .usage = "reeve-gateway check-config --config FILE",
    .text = "Reads the configuration and the files that it names, as serve does, and says what is "
            "wrong\n"
            "with them: file, line, column, field, rule and the next step. Starts and makes "
            "nothing.\n"
            "docs/reference/gateway-configuration.md explains every field.\n"
            "\n"
            "  reeve-gateway check-config --config /etc/reeve/gateway.yaml\n"
            "\n"
            "Exit status: 0 it can be used (warnings may be printed), 1 it cannot, 2 usage.\n",
    .options = OPTIONS,
    .options_count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
    .run = run,
};
