/* SPDX-License-Identifier: Apache-2.0 */
/* The heap behind deadlines.h: the parent of place p is p / 2. */
#include "agent/core/deadlines.h"

enum reeve_status reeve_deadlines_init(struct reeve_deadlines *t, const struct reeve_allocator *a,
                                       uint32_t capacity)
{
    t->count = 0;
    t->capacity = capacity;
    t->allocator = a;
    t->heap = (struct reeve_deadline **)reeve_alloc_array(a, (size_t)capacity + 1, sizeof(void *));
    return t->heap ? REEVE_OK : REEVE_NO_MEMORY;
}

void reeve_deadlines_clear(struct reeve_deadlines *t)
{
    reeve_free(t->allocator, (void *)t->heap, ((size_t)t->capacity + 1) * sizeof(void *));
    t->heap = NULL;
    t->count = 0;
}

static void put(struct reeve_deadlines *t, struct reeve_deadline *timer, uint32_t place)
{
    t->heap[place] = timer;
    timer->place = place;
}

static void rise(struct reeve_deadlines *t, struct reeve_deadline *timer, uint32_t place)
{
    while (place > 1 && t->heap[place / 2]->at_ms > timer->at_ms) {
        put(t, t->heap[place / 2], place);
        place /= 2;
    }
    put(t, timer, place);
}

static void sink(struct reeve_deadlines *t, struct reeve_deadline *timer, uint32_t place)
{
    for (;;) {
        uint32_t child = place * 2;
        if (child > t->count) {
            break;
        }
        if (child < t->count && t->heap[child + 1]->at_ms < t->heap[child]->at_ms) {
            child++;
        }
        if (t->heap[child]->at_ms >= timer->at_ms) {
            break;
        }
        put(t, t->heap[child], place);
        place = child;
    }
    put(t, timer, place);
}

void reeve_deadlines_set(struct reeve_deadlines *t, struct reeve_deadline *timer, uint64_t at_ms)
{
    reeve_deadlines_cancel(t, timer);
    if (at_ms == REEVE_NEVER_MS || t->count == t->capacity) {
        return;
    }
    timer->at_ms = at_ms;
    t->count++;
    rise(t, timer, t->count);
}

void reeve_deadlines_cancel(struct reeve_deadlines *t, struct reeve_deadline *timer)
{
    if (timer->place == 0) {
        return;
    }
    uint32_t place = timer->place;
    struct reeve_deadline *last = t->heap[t->count];
    t->count--;
    timer->place = 0;
    if (last == timer) {
        return;
    }
    if (place > 1 && t->heap[place / 2]->at_ms > last->at_ms) {
        rise(t, last, place);
        return;
    }
    sink(t, last, place);
}

struct reeve_deadline *reeve_deadlines_first(const struct reeve_deadlines *t)
{
    return t->count > 0 ? t->heap[1] : NULL;
}

uint64_t reeve_deadlines_next_ms(const struct reeve_deadlines *t)
{
    return t->count > 0 ? t->heap[1]->at_ms : REEVE_NEVER_MS;
}
