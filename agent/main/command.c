/* SPDX-License-Identifier: Apache-2.0 */
/* What the program calls itself: see command.h. */
#include "agent/main/command.h"

/* Written once, before any thread exists. */
static const char *program_name = REEVE_AGENT_PROGRAM;

void reeve_command_name_program(int argc, char **argv)
{
    const struct reeve_bytes path = reeve_bytes_cstr(argc > 0 ? argv[0] : "");
    size_t start = path.len;
    while (start > 0 && path.data[start - 1] != '/') {
        start--;
    }
    program_name = start < path.len ? argv[0] + start : REEVE_AGENT_PROGRAM;
}

const char *reeve_command_program(void)
{
    return program_name;
}
