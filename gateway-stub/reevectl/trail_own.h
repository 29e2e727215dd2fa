/* SPDX-License-Identifier: Apache-2.0 */
/* What the gateway's own chain says about the others in an export: the key that countersigns them,
 * and the records of theirs that the gateway lost. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_TRAIL_OWN_H
#define REEVE_GATEWAY_STUB_REEVECTL_TRAIL_OWN_H

#include "agent/base/arena.h"
#include "agent/codec/signature.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Records [from, to] of a chain, said to be lost. */
struct reeve_trail_hole {
    struct reeve_trail_hole *next;
    struct reeve_id journal_id;
    uint64_t from;
    uint64_t to;
};

struct reeve_trail_own {
    bool has_gateway_key; /* given beforehand, it stays */
    struct reeve_public_key gateway_key;
    struct reeve_trail_hole *holes;
};

/* Reads the whole file once for it, as the own chain may stand behind those that it is about.
 * Nothing is believed yet: whether its records hold is for the pass over all chains to say, and
 * what does not parse is passed over here. `own` is in `arena`; `scratch` is reset. NO_MEMORY. */
enum reeve_status reeve_trail_read_own(struct reeve_bytes file, struct reeve_arena *arena,
                                       struct reeve_arena *scratch,
                                       struct reeve_trail_own *own) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
