/* SPDX-License-Identifier: Apache-2.0 */
/* A binary heap of deadlines. */
#include "gateway-stub/core/timers.h"

void reeve_timers_init(struct reeve_timers *t, const struct reeve_allocator *a)
{
    *t = (struct reeve_timers){.allocator = a};
}

void reeve_timers_clear(struct reeve_timers *t)
{
    reeve_free(t->allocator, t->items, t->capacity * sizeof(struct reeve_timer *));
    reeve_timers_init(t, t->allocator);
}

enum reeve_status reeve_timers_reserve(struct reeve_timers *t, size_t more)
{
    if (more > SIZE_MAX / 4 - t->reserved) {
        return REEVE_OVERFLOW;
    }
    size_t wanted = t->reserved + more;
    if (wanted > t->capacity) {
        size_t capacity = wanted < 64 ? 64 : wanted * 2;
        void *items = t->items;
        REEVE_TRY(reeve_realloc_array(t->allocator, &items, t->capacity, capacity,
                                      sizeof(struct reeve_timer *)));
        t->items = items;
        t->capacity = capacity;
    }
    t->reserved = wanted;
    return REEVE_OK;
}

void reeve_timers_unreserve(struct reeve_timers *t, size_t fewer)
{
    t->reserved -= fewer;
}

static void put(struct reeve_timers *t, size_t place, struct reeve_timer *timer)
{
    t->items[place - 1] = timer;
    timer->place = place;
}

static void rise(struct reeve_timers *t, struct reeve_timer *timer)
{
    size_t place = timer->place;
    while (place > 1 && t->items[place / 2 - 1]->at_ms > timer->at_ms) {
        put(t, place, t->items[place / 2 - 1]);
        place /= 2;
    }
    put(t, place, timer);
}

static void sink(struct reeve_timers *t, struct reeve_timer *timer)
{
    size_t place = timer->place;
    for (;;) {
        size_t child = place * 2;
        if (child > t->count) {
            break;
        }
        if (child < t->count && t->items[child]->at_ms < t->items[child - 1]->at_ms) {
            child++;
        }
        if (t->items[child - 1]->at_ms >= timer->at_ms) {
            break;
        }
        put(t, place, t->items[child - 1]);
        place = child;
    }
    put(t, place, timer);
}

void reeve_timer_set(struct reeve_timers *t, struct reeve_timer *timer, uint64_t at_ms)
{
    timer->at_ms = at_ms;
    if (timer->place == 0) {
        t->count++;
        put(t, t->count, timer);
    }
    rise(t, timer);
    sink(t, timer);
}

void reeve_timer_stop(struct reeve_timers *t, struct reeve_timer *timer)
{
    if (timer->place == 0) {
        return;
    }
    struct reeve_timer *last = t->items[t->count - 1];
    size_t place = timer->place;
    t->count--;
    timer->place = 0;
    if (last == timer) {
        return;
    }
    put(t, place, last);
    rise(t, last);
    sink(t, last);
}

uint64_t reeve_timers_next(const struct reeve_timers *t)
{
    return t->count == 0 ? REEVE_NEVER_MS : t->items[0]->at_ms;
}

struct reeve_timer *reeve_timers_take(struct reeve_timers *t, uint64_t now_ms)
{
    if (t->count == 0 || t->items[0]->at_ms > now_ms) {
        return NULL;
    }
    struct reeve_timer *timer = t->items[0];
    reeve_timer_stop(t, timer);
    return timer;
}
