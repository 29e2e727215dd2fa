/* SPDX-License-Identifier: Apache-2.0 */
/* A breadth-first walk: the list of messages is its own queue. */
#include "proto/runtime/type_set.h"

#include "proto/runtime/map_entry.h"

void reeve_type_set_init(struct reeve_type_set *set, const struct reeve_allocator *allocator)
{
    *set = (struct reeve_type_set){.allocator = allocator};
}

void reeve_type_set_clear(struct reeve_type_set *set)
{
    reeve_free(set->allocator, set->messages, set->messages_capacity * sizeof *set->messages);
    reeve_free(set->allocator, set->enums, set->enums_capacity * sizeof *set->enums);
    reeve_type_set_init(set, set->allocator);
}

static enum reeve_status grow(const struct reeve_type_set *set, void **list, size_t count,
                              size_t *capacity)
{
    if (count < *capacity) {
        return REEVE_OK;
    }
    const size_t wanted = *capacity == 0 ? 16 : 2 * *capacity;
    REEVE_TRY(reeve_realloc_array(set->allocator, list, *capacity, wanted, sizeof(void *)));
    *capacity = wanted;
    return REEVE_OK;
}

static enum reeve_status add_message(struct reeve_type_set *set, const struct reeve_message *m)
{
    for (size_t i = 0; i < set->messages_count; i++) {
        if (set->messages[i] == m) {
            return REEVE_OK;
        }
    }
    void *list = set->messages;
    REEVE_TRY(grow(set, &list, set->messages_count, &set->messages_capacity));
    set->messages = list;
    set->messages[set->messages_count++] = m;
    return REEVE_OK;
}

static enum reeve_status add_enum(struct reeve_type_set *set, const struct reeve_enum *e)
{
    for (size_t i = 0; i < set->enums_count; i++) {
        if (set->enums[i] == e) {
            return REEVE_OK;
        }
    }
    void *list = set->enums;
    REEVE_TRY(grow(set, &list, set->enums_count, &set->enums_capacity));
    set->enums = list;
    set->enums[set->enums_count++] = e;
    return REEVE_OK;
}

static enum reeve_status add_field(struct reeve_type_set *set, const struct reeve_field *f)
{
    if (f->type == REEVE_TYPE_ENUM) {
        return f->enumeration == NULL ? REEVE_INVALID : add_enum(set, f->enumeration);
    }
    if (f->type != REEVE_TYPE_MESSAGE) {
        return REEVE_OK;
    }
    if (f->message == NULL) {
        return REEVE_INVALID;
    }
    if (f->cardinality != REEVE_MAP) {
        return add_message(set, f->message);
    }
    return f->message->fields_count == 2 ? add_field(set, reeve_map_value_field(f)) : REEVE_INVALID;
}

static enum reeve_status add_fields(struct reeve_type_set *set, const struct reeve_message *m)
{
    if (m->well_known != REEVE_WELL_KNOWN_NONE) {
        return REEVE_OK;
    }
    for (uint16_t i = 0; i < m->fields_count; i++) {
        REEVE_TRY(add_field(set, &m->fields[i]));
    }
    return REEVE_OK;
}

enum reeve_status reeve_type_set_add(struct reeve_type_set *set, const struct reeve_message *m)
{
    size_t next = set->messages_count;
    REEVE_TRY(add_message(set, m));
    for (; next < set->messages_count; next++) {
        REEVE_TRY(add_fields(set, set->messages[next]));
    }
    return REEVE_OK;
}

/* Insertion sort: a task reaches tens of types, once per process. */
static void sort_by_name(const void **list, size_t count, const char *(*name)(const void *item))
{
    for (size_t i = 1; i < count; i++) {
        const void *item = list[i];
        const struct reeve_bytes wanted = reeve_bytes_cstr(name(item));
        size_t at = i;
        while (at > 0 && reeve_bytes_compare(reeve_bytes_cstr(name(list[at - 1])), wanted) > 0) {
            list[at] = list[at - 1];
            at--;
        }
        list[at] = item;
    }
}

static const char *message_name(const void *item)
{
    return ((const struct reeve_message *)item)->name;
}

static const char *enum_name(const void *item)
{
    return ((const struct reeve_enum *)item)->name;
}

void reeve_type_set_sort(struct reeve_type_set *set)
{
    sort_by_name(set->messages, set->messages_count, message_name);
    sort_by_name(set->enums, set->enums_count, enum_name);
}
