/* SPDX-License-Identifier: Apache-2.0 */
/* The program's version as a message. */
#include "agent/main/version_info.h"

#include "agent/cli/output.h"
#include "agent/journal/journal.h"
#include "agent/main/version.h"
#include "proto/runtime/message.h"

struct reeve_v1_version_info *reeve_version_info(struct reeve_arena *arena)
{
    struct reeve_v1_version_info *info = reeve_message_new(&reeve_v1_version_info_message, arena);
    if (info == NULL) {
        return NULL;
    }
    info->program = reeve_output_text(arena, "%s", REEVE_AGENT_PROGRAM);
    info->version = reeve_output_text(arena, "%s", REEVE_AGENT_VERSION);
    info->protocol = REEVE_AGENT_PROTOCOL;
    info->journal_format = REEVE_JOURNAL_FORMAT;
    return info;
}
