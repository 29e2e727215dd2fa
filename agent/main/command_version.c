/* SPDX-License-Identifier: Apache-2.0 */
/* `reeve-agent version` */
#include "agent/journal/journal.h"
#include "agent/main/command.h"
#include "agent/main/version_info.h"

static const struct reeve_option OPTIONS[] = {{"--json", NULL, "print JSON"}};

static enum reeve_exit run(struct reeve_command_call *call)
{
    if (call->arguments.values[0] == NULL) {
        return reeve_buffer_append_format(
                   call->out, "%s %s (protocol %u, journal format %d)\n", REEVE_AGENT_PROGRAM,
                   REEVE_AGENT_VERSION, REEVE_AGENT_PROTOCOL, (int)REEVE_JOURNAL_FORMAT) == REEVE_OK
                   ? REEVE_EXIT_OK
                   : REEVE_EXIT_CANNOT_START;
    }
    struct reeve_v1_version_info *info = reeve_version_info(call->arena);
    if (info == NULL ||
        reeve_output_json(&reeve_v1_version_info_message, info, call->out) != REEVE_OK) {
        return REEVE_EXIT_CANNOT_START;
    }
    return REEVE_EXIT_OK;
}

const struct reeve_command reeve_command_version = {
    .name = "version",
    .summary = "name, version, protocol and journal format",
    .usage = "reeve-agent version [--json]",
    .text = "Prints what this program is.\n",
    .options = OPTIONS,
    .options_count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
    .run = run,
};
