/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that a task's two messages reach: what its schema describes. */
#ifndef REEVE_PROTO_GEN_CLOSURE_H
#define REEVE_PROTO_GEN_CLOSURE_H

#include "proto/gen/memory.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_gen_closure {
    struct reeve_gen_list messages; /* const struct reeve_message, by name, without map entries */
    struct reeve_gen_list enums;    /* const struct reeve_enum, by name */
};

/* Well-known messages are in it, and not looked into. */
struct reeve_gen_closure reeve_gen_closure_of(const struct reeve_task *task);

#ifdef __cplusplus
}
#endif
#endif
