/* SPDX-License-Identifier: Apache-2.0 */
/* Order and uniqueness of map keys. */
#include "proto/runtime/map_entry.h"

#include "proto/runtime/sort.h"

int reeve_map_entry_compare(const void *a, const void *b, const void *ctx)
{
    const struct reeve_field *key = ctx;
    const void *slot_a = reeve_slot_of(key, a);
    const void *slot_b = reeve_slot_of(key, b);
    if (key->type == REEVE_TYPE_STRING) {
        return reeve_bytes_compare(reeve_bytes_cstr(reeve_load_text(slot_a)),
                                   reeve_bytes_cstr(reeve_load_text(slot_b)));
    }
    if (reeve_type_is_unsigned(key->type)) {
        const uint64_t x = reeve_load_unsigned(key->type, slot_a);
        const uint64_t y = reeve_load_unsigned(key->type, slot_b);
        return (x > y) - (x < y);
    }
    const int64_t x = reeve_load_signed(key->type, slot_a);
    const int64_t y = reeve_load_signed(key->type, slot_b);
    return (x > y) - (x < y);
}

/* As many entries as are compared each with each: cheaper than sorting, and most maps are small. */
#define SMALL_MAP 12

static bool same_text(const char *a, const char *b)
{
    while (*a == *b && *a != '\0') {
        a++;
        b++;
    }
    return *a == *b;
}

static bool same_key(const struct reeve_field *key, const void *a, const void *b)
{
    if (key->type == REEVE_TYPE_STRING) {
        return same_text(reeve_load_text(reeve_slot_of(key, a)),
                         reeve_load_text(reeve_slot_of(key, b)));
    }
    return reeve_map_entry_compare(a, b, key) == 0;
}

static bool is_small_and_distinct(const struct reeve_field *map, const void *message, size_t count)
{
    const struct reeve_field *key = reeve_map_key_field(map);
    for (size_t i = 1; count <= SMALL_MAP && i < count; i++) {
        const void *entry = reeve_map_entry_at(map, message, i);
        for (size_t j = 0; j < i; j++) {
            if (same_key(key, reeve_map_entry_at(map, message, j), entry)) {
                return false;
            }
        }
    }
    return count <= SMALL_MAP;
}

/* Sorted is what our own encoder and most others send. */
static bool is_ascending(const struct reeve_field *map, const void *message, size_t count)
{
    const struct reeve_field *key = reeve_map_key_field(map);
    for (size_t i = 1; i < count; i++) {
        if (reeve_map_entry_compare(reeve_map_entry_at(map, message, i - 1),
                                    reeve_map_entry_at(map, message, i), key) >= 0) {
            return false;
        }
    }
    return true;
}

static int compare_slots(const void *a, const void *b, const void *ctx)
{
    return reeve_map_entry_compare(reeve_load_pointer(a), reeve_load_pointer(b), ctx);
}

/* The sort handles const pointers; the slots are ours to change. */
static void set_slot(const void *slot, void *entry)
{
    reeve_store_pointer((void *)(uintptr_t)slot, entry);
}

/* Of each run of equal keys the first array slot takes the last entry; the others become NULL. The
 * sort is stable, so a run is in array order. */
static const void *unite_runs(const void **slots, size_t count, const struct reeve_field *key)
{
    const void *duplicate = NULL;
    for (size_t i = 0, end; i < count; i = end) {
        end = i + 1;
        while (end < count && compare_slots(slots[i], slots[end], key) == 0) {
            end++;
        }
        if (end - i == 1) {
            continue;
        }
        void *last = reeve_load_pointer(slots[end - 1]);
        for (size_t j = i + 1; j < end; j++) {
            set_slot(slots[j], NULL);
        }
        set_slot(slots[i], last);
        duplicate = last;
    }
    return duplicate;
}

static void drop_empty(const struct reeve_field *map, void *message, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        void *entry = reeve_map_entry_at(map, message, i);
        if (entry != NULL) {
            reeve_store_pointer(reeve_slot_element(map, message, kept++), entry);
        }
    }
    reeve_slot_set_count(map, message, kept);
}

enum reeve_status reeve_map_unite(const struct reeve_field *map, void *message,
                                  struct reeve_arena *arena, const void **duplicate)
{
    const size_t count = reeve_slot_count(map, message);
    if (duplicate != NULL) {
        *duplicate = NULL;
    }
    if (is_small_and_distinct(map, message, count) || is_ascending(map, message, count)) {
        return REEVE_OK;
    }
    const void **slots = reeve_arena_alloc_array(arena, count, 2 * sizeof *slots);
    if (slots == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        slots[i] = reeve_slot_element(map, message, i);
    }
    reeve_sort(slots, slots + count, count, compare_slots, reeve_map_key_field(map));
    const void *found = unite_runs(slots, count, reeve_map_key_field(map));
    if (found != NULL) {
        drop_empty(map, message, count);
    }
    if (duplicate != NULL) {
        *duplicate = found;
    }
    return REEVE_OK;
}
