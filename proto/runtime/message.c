/* SPDX-License-Identifier: Apache-2.0 */
/* New messages, fields by name, sensitive fields. */
#include "proto/runtime/message.h"

#include "proto/runtime/bounds.h"
#include "proto/runtime/map_entry.h"
#include "proto/runtime/slot.h"

void *reeve_message_new(const struct reeve_message *m, struct reeve_arena *arena)
{
    ProtobufCMessage *message = reeve_arena_alloc(arena, m->size);
    if (message == NULL) {
        return NULL;
    }
    message->descriptor = m->descriptor;
    for (uint16_t i = 0; i < m->fields_count; i++) {
        const struct reeve_field *f = &m->fields[i];
        if (f->type == REEVE_TYPE_STRING && f->cardinality == REEVE_IMPLICIT) {
            reeve_store_pointer(reeve_slot(f, message), reeve_empty_text);
        }
    }
    return message;
}

const struct reeve_field *reeve_message_field(const struct reeve_message *m,
                                              struct reeve_bytes name)
{
    for (uint16_t i = 0; i < m->fields_count; i++) {
        const struct reeve_field *f = &m->fields[i];
        if (reeve_bytes_equal_cstr(name, f->json_name) || reeve_bytes_equal_cstr(name, f->name)) {
            return f;
        }
    }
    return NULL;
}

/* The messages on the way down: a type that contains itself is looked at once per branch. */
struct walk {
    const struct walk *up;
    const struct reeve_message *message;
};

static bool is_on_the_way(const struct walk *walk, const struct reeve_message *m)
{
    for (; walk != NULL; walk = walk->up) {
        if (walk->message == m) {
            return true;
        }
    }
    return false;
}

static bool has_sensitive(const struct reeve_message *m, const struct walk *up, uint32_t depth)
{
    const struct walk here = {up, m};
    for (uint16_t i = 0; i < m->fields_count; i++) {
        const struct reeve_field *f = &m->fields[i];
        if ((f->flags & REEVE_FIELD_SENSITIVE) != 0) {
            return true;
        }
        if (f->message == NULL || depth == 0 || is_on_the_way(&here, f->message)) {
            continue;
        }
        if (has_sensitive(f->message, &here, depth - 1)) {
            return true;
        }
    }
    return false;
}

bool reeve_message_has_sensitive(const struct reeve_message *m)
{
    return has_sensitive(m, NULL, REEVE_DEPTH_MAX);
}

static void clear_sensitive(const struct reeve_message *m, void *message, uint32_t depth);

static void clear_below(const struct reeve_field *f, void *message, uint32_t depth)
{
    if (f->cardinality != REEVE_REPEATED && f->cardinality != REEVE_MAP) {
        clear_sensitive(f->message, reeve_load_pointer(reeve_slot(f, message)), depth);
        return;
    }
    const size_t count = reeve_slot_count(f, message);
    for (size_t i = 0; i < count; i++) {
        clear_sensitive(f->message, reeve_load_pointer(reeve_slot_element(f, message, i)), depth);
    }
}

static void clear_sensitive(const struct reeve_message *m, void *message, uint32_t depth)
{
    if (message == NULL) {
        return;
    }
    for (uint16_t i = 0; i < m->fields_count; i++) {
        const struct reeve_field *f = &m->fields[i];
        /* Below the depth that anything else here reads, nothing is left to be read. */
        if ((f->flags & REEVE_FIELD_SENSITIVE) != 0 || (f->message != NULL && depth == 0)) {
            reeve_slot_clear(f, message);
            continue;
        }
        if (f->message != NULL && reeve_slot_is_set(f, message)) {
            clear_below(f, message, depth - 1);
        }
    }
}

void reeve_message_clear_sensitive(const struct reeve_message *m, void *message)
{
    clear_sensitive(m, message, REEVE_DEPTH_MAX);
}
