/* SPDX-License-Identifier: Apache-2.0 */
/* Deadlines: a binary heap of nodes that sit inside their owners. Room is reserved when an owner is
 * made, so that setting a deadline cannot fail. */
#ifndef REEVE_GATEWAY_STUB_CORE_TIMERS_H
#define REEVE_GATEWAY_STUB_CORE_TIMERS_H

#include "agent/base/alloc.h"
#include "agent/base/time.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_timer {
    uint64_t at_ms;
    size_t place; /* in the heap, from 1; 0: not set */
    void (*due)(void *owner, void *context);
    void *owner;
};

struct reeve_timers {
    struct reeve_timer **items;
    size_t count;
    size_t capacity;
    size_t reserved;
    const struct reeve_allocator *allocator;
};

void reeve_timers_init(struct reeve_timers *t, const struct reeve_allocator *a);
void reeve_timers_clear(struct reeve_timers *t);
/* Room for `more` owners, given back with _unreserve(). NO_MEMORY. */
enum reeve_status reeve_timers_reserve(struct reeve_timers *t, size_t more) REEVE_MUST_CHECK;
void reeve_timers_unreserve(struct reeve_timers *t, size_t fewer);
/* Sets or moves a deadline. */
void reeve_timer_set(struct reeve_timers *t, struct reeve_timer *timer, uint64_t at_ms);
void reeve_timer_stop(struct reeve_timers *t, struct reeve_timer *timer);
/* The earliest deadline; REEVE_NEVER_MS when there is none. */
uint64_t reeve_timers_next(const struct reeve_timers *t);
/* Takes the earliest one that is due, or gives NULL. */
struct reeve_timer *reeve_timers_take(struct reeve_timers *t, uint64_t now_ms);

#ifdef __cplusplus
}
#endif
#endif
