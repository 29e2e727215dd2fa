/* SPDX-License-Identifier: Apache-2.0 */
/* `reeve-gateway version` */
#include "gateway-stub/main/command.h"

static const struct reeve_option OPTIONS[] = {{"--json", NULL, "print JSON"}};

static enum reeve_exit run(struct reeve_command_call *call)
{
    const bool json = call->arguments.values[0] != NULL;
    const enum reeve_status status =
        json ? reeve_buffer_append_format(
                   call->out, "{\"program\": \"%s\", \"version\": \"%s\", \"protocol\": %u}\n",
                   REEVE_GATEWAY_PROGRAM, REEVE_GATEWAY_VERSION, REEVE_GATEWAY_PROTOCOL)
             : reeve_buffer_append_format(call->out, "%s %s (protocol %u)\n", REEVE_GATEWAY_PROGRAM,
                                          REEVE_GATEWAY_VERSION, REEVE_GATEWAY_PROTOCOL);
    return status == REEVE_OK ? REEVE_EXIT_OK : REEVE_EXIT_CANNOT_START;
}

const struct reeve_command reeve_gateway_command_version = {
    .name = "version",
    .summary = "name, version and protocol",
    .usage = "reeve-gateway version [--json]",
    .text = "Prints what this program is.\n",
    .options = OPTIONS,
    .options_count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
    .run = run,
};
