/* SPDX-License-Identifier: Apache-2.0 */
/* The hash map: open addressing with linear probing in a power-of-two table.
 *
 * A removed slot becomes REMOVED rather than moving its successors up, so that an iteration may
 * remove as it goes; removed slots disappear when the table is next rebuilt. At least one slot is
 * always EMPTY, which is what ends every probe. */
#include "agent/base/map.h"

#include "agent/base/siphash.h"

enum slot_state { EMPTY, TAKEN, REMOVED };

struct slot {
    struct reeve_bytes key;
    void *value;
    uint64_t hash;
    enum slot_state state;
};

struct reeve_map {
    const struct reeve_allocator *allocator;
    struct reeve_siphash_key key;
    struct slot *slots;
    size_t capacity; /* 0 or a power of two */
    size_t count;
    size_t removed;
    size_t max;
};

/* KEPT: as much stays when the map becomes empty, for the next time; what a rush needed goes. */
enum { SMALLEST_CAPACITY = 8, KEPT_CAPACITY = 1024 };

struct reeve_map *reeve_map_new(const struct reeve_allocator *a, const struct reeve_random *random,
                                size_t max)
{
    struct reeve_map *m = reeve_alloc(a, sizeof(*m));
    if (m == NULL) {
        return NULL;
    }
    m->allocator = a;
    m->key.k0 = reeve_random_u64(random);
    m->key.k1 = reeve_random_u64(random);
    m->max = max;
    return m;
}

static void free_slots(struct reeve_map *m)
{
    reeve_free(m->allocator, m->slots, m->capacity * sizeof(struct slot));
}

void reeve_map_free(struct reeve_map *m)
{
    if (m == NULL) {
        return;
    }
    free_slots(m);
    reeve_free(m->allocator, m, sizeof(*m));
}

size_t reeve_map_count(const struct reeve_map *m)
{
    return m->count;
}

/* The taken slot with this key, or NULL. */
static struct slot *find(const struct reeve_map *m, struct reeve_bytes key, uint64_t hash)
{
    if (m->capacity == 0) {
        return NULL;
    }
    size_t mask = m->capacity - 1;
    for (size_t i = (size_t)hash & mask;; i = (i + 1) & mask) {
        struct slot *s = &m->slots[i];
        if (s->state == EMPTY) {
            return NULL;
        }
        if (s->state == TAKEN && s->hash == hash && reeve_bytes_equal(s->key, key)) {
            return s;
        }
    }
}

void *reeve_map_get(const struct reeve_map *m, struct reeve_bytes key)
{
    const struct slot *s = find(m, key, reeve_siphash24(m->key, key));
    return s != NULL ? s->value : NULL;
}

/* Where a key that is not in the table goes: its first slot that is not taken. */
static struct slot *vacant(struct slot *slots, size_t capacity, uint64_t hash)
{
    size_t mask = capacity - 1;
    size_t i = (size_t)hash & mask;
    while (slots[i].state == TAKEN) {
        i = (i + 1) & mask;
    }
    return &slots[i];
}

static enum reeve_status rebuild(struct reeve_map *m, size_t capacity)
{
    struct slot *slots = reeve_alloc_array(m->allocator, capacity, sizeof(*slots));
    if (slots == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < m->capacity; i++) {
        if (m->slots[i].state == TAKEN) {
            *vacant(slots, capacity, m->slots[i].hash) = m->slots[i];
        }
    }
    free_slots(m);
    m->slots = slots;
    m->capacity = capacity;
    m->removed = 0;
    return REEVE_OK;
}

/* Keeps three quarters as the load, removed slots included. */
static enum reeve_status make_room(struct reeve_map *m)
{
    size_t occupied = m->count + m->removed + 1;
    if (m->capacity == 0) {
        return rebuild(m, SMALLEST_CAPACITY);
    }
    if (occupied <= m->capacity / 4 * 3) {
        return REEVE_OK;
    }
    bool crowded = m->count + 1 > m->capacity / 2;
    if (rebuild(m, crowded ? m->capacity * 2 : m->capacity) == REEVE_OK) {
        return REEVE_OK;
    }
    /* Slower probes beat a refusal, as long as one slot stays empty. */
    return occupied < m->capacity ? REEVE_OK : REEVE_NO_MEMORY;
}

enum reeve_status reeve_map_put(struct reeve_map *m, struct reeve_bytes key, void *value)
{
    uint64_t hash = reeve_siphash24(m->key, key);
    if (find(m, key, hash) != NULL) {
        return REEVE_EXISTS;
    }
    if (m->count >= m->max) {
        return REEVE_LIMIT;
    }
    REEVE_TRY(make_room(m));
    struct slot *s = vacant(m->slots, m->capacity, hash);
    if (s->state == REMOVED) {
        m->removed--;
    }
    s->key = key;
    s->value = value;
    s->hash = hash;
    s->state = TAKEN;
    m->count++;
    return REEVE_OK;
}

/* A removed slot in front of an empty one ends nobody's probe, so it may be empty as well. */
static void tidy_back_from(struct reeve_map *m, size_t i)
{
    size_t mask = m->capacity - 1;
    if (m->slots[(i + 1) & mask].state != EMPTY) {
        return;
    }
    for (; m->slots[i].state == REMOVED; i = (i - 1) & mask) {
        m->slots[i].state = EMPTY;
        m->removed--;
    }
}

static void drop_slots(struct reeve_map *m)
{
    free_slots(m);
    m->slots = NULL;
    m->capacity = 0;
    m->removed = 0;
}

void *reeve_map_remove(struct reeve_map *m, struct reeve_bytes key)
{
    struct slot *s = find(m, key, reeve_siphash24(m->key, key));
    if (s == NULL) {
        return NULL;
    }
    void *value = s->value;
    s->state = REMOVED;
    s->key = reeve_bytes_of(NULL, 0);
    s->value = NULL;
    m->count--;
    m->removed++;
    if (m->count == 0 && m->capacity > KEPT_CAPACITY) {
        drop_slots(m);
        return value;
    }
    tidy_back_from(m, (size_t)(s - m->slots));
    return value;
}

void *reeve_map_next(const struct reeve_map *m, size_t *cursor)
{
    while (*cursor < m->capacity) {
        const struct slot *s = &m->slots[(*cursor)++];
        if (s->state == TAKEN) {
            return s->value;
        }
    }
    return NULL;
}
