/* SPDX-License-Identifier: Apache-2.0 */
/* The next step for an item that came from the schema: what to write in place of what is there. */
#ifndef REEVE_AGENT_CLI_HINT_H
#define REEVE_AGENT_CLI_HINT_H

#include "agent/cli/report.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_hint {
    const char *name; /* a field's last name, or a rule */
    const char *text; /* "{program}" in it stands for the program's name */
};

/* What there is to say about one kind of document. */
struct reeve_hints {
    const struct reeve_hint *fields;
    size_t count;
    const char *reference; /* "docs/reference/agent-configuration.md" */
};

/* Fills item->next_step by its field and rule; `item` may be NULL. `table`: the whole document. */
void reeve_hint(const struct reeve_hints *hints, const struct reeve_message *table,
                struct reeve_config_item *item);

#ifdef __cplusplus
}
#endif
#endif
