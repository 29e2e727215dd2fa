/* SPDX-License-Identifier: Apache-2.0 */
/* `reeve-agent tasks` */
#include <unistd.h>

#include "agent/main/command.h"
#include "agent/main/task_listing.h"

enum { CONFIG, JSON };

static const struct reeve_option OPTIONS[] = {
    [CONFIG] = {"--config", "FILE", "say what this configuration allows"},
    [JSON] = {"--json", NULL, "print JSON"},
};

/* Prints the report on stderr; false when the configuration cannot be used. */
static bool load(struct reeve_command_call *call, struct reeve_agent_config **config)
{
    struct reeve_config_report report;
    const char *path = call->arguments.values[CONFIG];
    *config = NULL;
    if (path == NULL) {
        return true;
    }
    reeve_config_report_init(&report, path);
    const enum reeve_status status =
        reeve_agent_config_load(path, reeve_command_tasks_of(call), &report, config);
    reeve_config_report_write(&report, STDERR_FILENO);
    reeve_config_report_clear(&report);
    return status == REEVE_OK;
}

static enum reeve_status print(struct reeve_command_call *call,
                               const struct reeve_agent_config *config)
{
    const struct reeve_v1_task_listing *listing =
        reeve_task_listing(reeve_command_tasks_of(call), config, call->arena);
    if (listing == NULL) {
        return REEVE_NO_MEMORY;
    }
    if (call->arguments.values[JSON] != NULL) {
        return reeve_output_json(&reeve_v1_task_listing_message, listing, call->out);
    }
    return reeve_task_listing_print(listing, call->arena, call->out);
}

static enum reeve_exit run(struct reeve_command_call *call)
{
    struct reeve_agent_config *config;
    if (!load(call, &config)) {
        return REEVE_EXIT_NO;
    }
    const enum reeve_status status = print(call, config);
    reeve_agent_config_free(config);
    return status == REEVE_OK ? REEVE_EXIT_OK : REEVE_EXIT_CANNOT_START;
}

const struct reeve_command reeve_command_tasks = {
    .name = "tasks",
    .summary = "the compiled-in tasks, and what is allowed",
    .usage = "reeve-agent tasks [--config FILE] [--json]",
    .text =
        "Prints the task table that was compiled into this worker: each task's fingerprint, how\n"
        "it is carried out, its system, what repeating it would do (reads: nothing, repeatable:\n"
        "the same, once: never repeated), approvals and timeout; with a configuration also\n"
        "whether it is allowed and, if not, why.\n"
        "\n"
        "  reeve-agent tasks\n"
        "  reeve-agent tasks --config agent.yaml\n"
        "  reeve-agent tasks --json | jq -r '.tasks[].name'\n"
        "\n"
        "Exit status: 0, 1 the configuration is not valid.\n",
    .options = OPTIONS,
    .options_count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
    .run = run,
};
