/* SPDX-License-Identifier: Apache-2.0 */
/* The next step for an item that came from the schema: what to write in place of what is there. */
#ifndef REEVE_AGENT_CONFIG_HINT_H
#define REEVE_AGENT_CONFIG_HINT_H

#include "agent/config/report.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills item->next_step by its field and rule; `item` may be NULL. `table`: the whole document. */
void reeve_hint(const struct reeve_message *table, struct reeve_config_item *item);

#ifdef __cplusplus
}
#endif
#endif
