/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing with linear probing, at most half full. */
#include "proto/gen/name_set.h"

#include "proto/gen/memory.h"

/* FNV-1a. */
static size_t hash_of(const char *name)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (const char *c = name; *c != '\0'; c++) {
        hash = (hash ^ (uint8_t)*c) * UINT64_C(1099511628211);
    }
    return (size_t)(hash ^ (hash >> 32));
}

/* The slot of the name, or the free one where it would be. */
static struct reeve_gen_name_set_slot *slot_of(const struct reeve_gen_name_set *set,
                                               const char *name)
{
    size_t at = hash_of(name) & (set->capacity - 1);
    while (set->slots[at].name != NULL && !reeve_gen_same(set->slots[at].name, name)) {
        at = (at + 1) & (set->capacity - 1);
    }
    return &set->slots[at];
}

static void grow(struct reeve_gen_name_set *set)
{
    const struct reeve_gen_name_set old = *set;
    set->capacity = old.capacity == 0 ? 16 : old.capacity * 2;
    set->slots = reeve_gen_alloc_array(set->capacity, sizeof *set->slots);
    for (size_t i = 0; i < old.capacity; i++) {
        if (old.slots[i].name != NULL) {
            *slot_of(set, old.slots[i].name) = old.slots[i];
        }
    }
}

bool reeve_gen_name_set_add(struct reeve_gen_name_set *set, const char *name, const void *value)
{
    if (2 * (set->count + 1) > set->capacity) {
        grow(set);
    }
    struct reeve_gen_name_set_slot *slot = slot_of(set, name);
    if (slot->name != NULL) {
        return false;
    }
    *slot = (struct reeve_gen_name_set_slot){.name = name, .value = value};
    set->count++;
    return true;
}

bool reeve_gen_name_set_has(const struct reeve_gen_name_set *set, const char *name)
{
    return set->capacity > 0 && slot_of(set, name)->name != NULL;
}

const void *reeve_gen_name_set_find(const struct reeve_gen_name_set *set, const char *name)
{
    return set->capacity > 0 ? slot_of(set, name)->value : NULL;
}
