/* SPDX-License-Identifier: Apache-2.0 */
/* From a report's items to messages: see findings.h. */
#include "agent/cli/findings.h"

#include "agent/cli/output.h"
#include "proto/runtime/message.h"

static struct reeve_v1_config_finding *finding_of(const struct reeve_config_item *item,
                                                  struct reeve_arena *arena)
{
    struct reeve_v1_config_finding *finding =
        reeve_message_new(&reeve_v1_config_finding_message, arena);
    if (finding == NULL) {
        return NULL;
    }
    finding->warning = item->warning;
    finding->line = item->line;
    finding->column = item->column;
    finding->field = reeve_output_text(arena, "%s", item->field);
    finding->rule = reeve_output_text(arena, "%s", item->rule);
    finding->text = reeve_output_text(arena, "%s", item->text);
    finding->next_step = reeve_output_text(arena, "%s", item->next_step);
    return finding;
}

enum reeve_status reeve_config_findings(const struct reeve_config_report *report,
                                        struct reeve_arena *arena,
                                        struct reeve_v1_config_finding ***findings, size_t *count)
{
    *count = 0;
    *findings =
        reeve_arena_alloc_array(arena, report->count + 1, sizeof(struct reeve_v1_config_finding *));
    while (*findings != NULL && *count < report->count) {
        struct reeve_v1_config_finding *finding = finding_of(&report->items[*count], arena);
        if (finding == NULL) {
            return REEVE_NO_MEMORY;
        }
        (*findings)[(*count)++] = finding;
    }
    return *findings != NULL ? REEVE_OK : REEVE_NO_MEMORY;
}
