/* SPDX-License-Identifier: Apache-2.0 */
/* The schemas of tasks, fetched from the gateway when first needed and kept. What a schema claims
 * to be is checked: the fingerprint is its own. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_SCHEMAS_H
#define REEVE_GATEWAY_STUB_REEVECTL_SCHEMAS_H

#include "gateway-stub/reevectl/ctl.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_schemas;

void reeve_schemas_free(struct reeve_schemas *schemas); /* NULL is fine */

/* The tables of a task; `fingerprint` empty: of the newest that is registered. DONE with *task
 * NULL: the gateway knows no such task. Anything but DONE was explained. Lives as long as the call.
 */
enum reeve_ctl_exit reeve_schemas_get(struct reeve_ctl *c, const char *name,
                                      struct reeve_bytes fingerprint,
                                      const struct reeve_task **task);
/* The same from what was fetched before only; NULL. Asks nobody: may be used within a stream. */
const struct reeve_task *reeve_schemas_have(const struct reeve_ctl *c, const char *name,
                                            struct reeve_bytes fingerprint);

#define REEVE_SCHEMAS_ONE_LINE UINT32_MAX
/* What there is to do about a schema that the gateway should not have given. */
#define REEVE_SCHEMAS_NEXT                                                                         \
    "register the task's manifest again; approve nothing that this gateway shows until then"

/* A message in binary form as JSON, in the arena, the lines behind the first `indent` spaces in, or
 * all on one; sensitive fields masked unless `show`. NULL: it is not such a message, or memory was
 * short. */
const char *reeve_schemas_json(struct reeve_ctl *c, const struct reeve_message *table,
                               struct reeve_bytes binary, bool strict, bool show, uint32_t indent);

#ifdef __cplusplus
}
#endif
#endif
