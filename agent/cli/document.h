/* SPDX-License-Identifier: Apache-2.0 */
/* A YAML file as a message, with everything that the schema says about it checked. */
#ifndef REEVE_AGENT_CLI_DOCUMENT_H
#define REEVE_AGENT_CLI_DOCUMENT_H

#include "agent/base/arena.h"
#include "agent/cli/hint.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_CONFIG_FILE_MAX (1024u * 1024u)

/* Reads `path` into the arena: *text is the file, *message its content. On CONFIG the report says
 * why: the first thing that could not be read, or every broken constraint. Also NO_MEMORY. */
enum reeve_status reeve_document_read(const char *path, const struct reeve_message *table,
                                      const struct reeve_hints *hints, struct reeve_arena *arena,
                                      struct reeve_config_report *report, struct reeve_bytes *text,
                                      void **message) REEVE_MUST_CHECK;

/* Adds an item about a field, at its place in `text`. */
struct reeve_config_item *reeve_document_complain(struct reeve_bytes text,
                                                  struct reeve_config_report *report, bool warning,
                                                  const char *field, const char *rule);

#ifdef __cplusplus
}
#endif
#endif
