/* SPDX-License-Identifier: Apache-2.0 */
/* What changed between two versions of a task, and in which directions they are compatible:
 *
 *   inputs    every input that is valid under the older version is valid under the newer one, with
 *             the same meaning
 *   outputs   every output that is valid under the newer version can be read under the older one,
 *             and holds nothing that the older one did not declare
 *
 * What is compatible here is proved; what is not may still be harmless, which is for people to
 * say. docs/reference/schemas.md has the rules. */
#ifndef REEVE_PROTO_SCHEMA_COMPARE_H
#define REEVE_PROTO_SCHEMA_COMPARE_H

#include "agent/base/arena.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_side {
    REEVE_SIDE_INPUTS = 1 << 0,
    REEVE_SIDE_OUTPUTS = 1 << 1,
};

/* One difference. Texts are words of ours and names of the schemas. */
struct reeve_change {
    const char *element;        /* "demo.crm.v1.Ticket.subject", or the task's name */
    const char *what;           /* "field 4 (string) is new" */
    uint8_t sides;              /* enum reeve_side: where the two are used */
    const char *breaks_inputs;  /* why; NULL: it does not */
    const char *breaks_outputs; /* likewise */
};

struct reeve_comparison {
    bool same; /* one fingerprint */
    bool inputs_compatible;
    bool outputs_compatible;
    const struct reeve_change *changes;
    size_t changes_count;
};

/* Compares two tasks whose tables reeve_dynamic_new() built. Results are in the arena, and refer to
 * the tables. NO_MEMORY, LIMIT (the arena's). */
enum reeve_status reeve_task_compare(const struct reeve_task *older, const struct reeve_task *newer,
                                     struct reeve_arena *arena,
                                     struct reeve_comparison *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
