/* SPDX-License-Identifier: Apache-2.0 */
/* Deadlines of jobs: a binary heap of timers that sit inside their owners, in an array made once,
 * so that setting one cannot fail. Not thread-safe. */
#ifndef REEVE_AGENT_CORE_DEADLINES_H
#define REEVE_AGENT_CORE_DEADLINES_H

#include "agent/base/alloc.h"
#include "agent/base/status.h"
#include "agent/base/time.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_deadline {
    uint64_t at_ms;
    uint32_t place; /* position in the heap, from 1; 0: not set */
};

struct reeve_deadlines {
    struct reeve_deadline **heap; /* heap[1 .. count] */
    uint32_t count;
    uint32_t capacity;
    const struct reeve_allocator *allocator;
};

/* NO_MEMORY. `capacity` timers at most may be set at a time. */
enum reeve_status reeve_deadlines_init(struct reeve_deadlines *t, const struct reeve_allocator *a,
                                       uint32_t capacity) REEVE_MUST_CHECK;
void reeve_deadlines_clear(struct reeve_deadlines *t);
/* Sets or moves; REEVE_NEVER_MS cancels. Never more timers than the capacity: the caller's promise.
 */
void reeve_deadlines_set(struct reeve_deadlines *t, struct reeve_deadline *timer, uint64_t at_ms);
void reeve_deadlines_cancel(struct reeve_deadlines *t, struct reeve_deadline *timer);
/* The earliest, NULL when none is set; it stays in. */
struct reeve_deadline *reeve_deadlines_first(const struct reeve_deadlines *t);
uint64_t reeve_deadlines_next_ms(const struct reeve_deadlines *t); /* REEVE_NEVER_MS: none */

#ifdef __cplusplus
}
#endif
#endif
