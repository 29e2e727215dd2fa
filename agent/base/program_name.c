/* SPDX-License-Identifier: Apache-2.0 */
/* What this process is called: see program_name.h. */
#include "agent/base/program_name.h"

#include "agent/base/bytes.h"

/* Written once, before any thread exists. */
static const char *name = REEVE_PROGRAM_NAME;

void reeve_program_name_take(int argc, char **argv)
{
    const struct reeve_bytes path = reeve_bytes_cstr(argc > 0 ? argv[0] : "");
    size_t start = path.len;
    while (start > 0 && path.data[start - 1] != '/') {
        start--;
    }
    name = start < path.len ? argv[0] + start : REEVE_PROGRAM_NAME;
}

const char *reeve_program_name(void)
{
    return name;
}
