/* SPDX-License-Identifier: Apache-2.0 */
/* Ids of approved jobs, kept while they could be replayed (replay_table.h). A map finds an id, a
 * binary heap finds the one that expires next. */
#include "agent/trust/replay_table.h"

#include "agent/base/map.h"

#define HEAP_FIRST 64u

struct seen {
    struct reeve_id job_id;
    int64_t expires_unix_ms;
};

struct reeve_replay_table {
    const struct reeve_allocator *allocator;
    struct reeve_map *map; /* job id → struct seen */
    struct seen **heap;    /* the root expires first */
    size_t count;
    size_t capacity;
    size_t max;
    int64_t skew_ms;
};

struct reeve_replay_table *reeve_replay_table_new(size_t max, int64_t skew_ms,
                                                  const struct reeve_allocator *a,
                                                  const struct reeve_random *random)
{
    struct reeve_replay_table *table = reeve_alloc(a, sizeof *table);
    if (table == NULL) {
        return NULL;
    }
    table->allocator = a;
    table->max = max;
    table->skew_ms = skew_ms;
    table->map = reeve_map_new(a, random, max);
    if (table->map == NULL) {
        reeve_free(a, table, sizeof *table);
        return NULL;
    }
    return table;
}

void reeve_replay_table_free(struct reeve_replay_table *table)
{
    if (table == NULL) {
        return;
    }
    for (size_t i = 0; i < table->count; i++) {
        reeve_free(table->allocator, table->heap[i], sizeof *table->heap[i]);
    }
    reeve_map_free(table->map);
    reeve_free(table->allocator, table->heap, table->capacity * sizeof(struct seen *));
    reeve_free(table->allocator, table, sizeof *table);
}

static bool expires_before(const struct seen *a, const struct seen *b)
{
    return a->expires_unix_ms < b->expires_unix_ms;
}

static void swap(struct seen **a, struct seen **b)
{
    struct seen *kept = *a;
    *a = *b;
    *b = kept;
}

static void sift_up(struct seen **heap, size_t at)
{
    while (at > 0 && expires_before(heap[at], heap[(at - 1) / 2])) {
        swap(&heap[at], &heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static void sift_down(struct seen **heap, size_t count)
{
    size_t at = 0;
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
            least = expires_before(heap[child], heap[least]) ? child : least;
        }
        if (least == at) {
            return;
        }
        swap(&heap[at], &heap[least]);
        at = least;
    }
}

void reeve_replay_table_expire(struct reeve_replay_table *table, int64_t now_unix_ms)
{
    while (table->count > 0 && table->heap[0]->expires_unix_ms < now_unix_ms) {
        struct seen *gone = table->heap[0];
        table->heap[0] = table->heap[--table->count];
        sift_down(table->heap, table->count);
        (void)reeve_map_remove(table->map, reeve_id_view(&gone->job_id));
        reeve_free(table->allocator, gone, sizeof *gone);
    }
}

static enum reeve_status grow(struct reeve_replay_table *table)
{
    if (table->count < table->capacity) {
        return REEVE_OK;
    }
    size_t capacity = table->capacity == 0 ? HEAP_FIRST : table->capacity * 2;
    void *heap = table->heap;
    REEVE_TRY(reeve_realloc_array(table->allocator, &heap, table->capacity, capacity,
                                  sizeof(struct seen *)));
    table->heap = heap;
    table->capacity = capacity;
    return REEVE_OK;
}

static int64_t add_saturated(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? (b < 0 ? INT64_MIN : INT64_MAX) : sum;
}

static enum reeve_status insert(struct reeve_replay_table *table, struct reeve_id job_id,
                                int64_t not_after_unix_ms)
{
    REEVE_TRY(grow(table));
    struct seen *seen = reeve_alloc(table->allocator, sizeof *seen);
    if (seen == NULL) {
        return REEVE_NO_MEMORY;
    }
    seen->job_id = job_id;
    seen->expires_unix_ms = add_saturated(not_after_unix_ms, table->skew_ms);
    enum reeve_status status = reeve_map_put(table->map, reeve_id_view(&seen->job_id), seen);
    if (status != REEVE_OK) {
        reeve_free(table->allocator, seen, sizeof *seen);
        return status;
    }
    table->heap[table->count] = seen;
    sift_up(table->heap, table->count++);
    return REEVE_OK;
}

enum reeve_status reeve_replay_table_add(struct reeve_replay_table *table, struct reeve_id job_id,
                                         int64_t not_after_unix_ms, int64_t now_unix_ms)
{
    reeve_replay_table_expire(table, now_unix_ms);
    if (reeve_replay_table_has(table, job_id)) {
        return REEVE_REPLAYED;
    }
    if (table->count >= table->max) {
        return REEVE_REPLAY_TABLE_FULL;
    }
    return insert(table, job_id, not_after_unix_ms);
}

bool reeve_replay_table_has(const struct reeve_replay_table *table, struct reeve_id job_id)
{
    return reeve_map_get(table->map, reeve_id_view(&job_id)) != NULL;
}

size_t reeve_replay_table_count(const struct reeve_replay_table *table)
{
    return table->count;
}
