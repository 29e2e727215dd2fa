/* SPDX-License-Identifier: Apache-2.0 */
/* Paths between snake_case and lowerCamelCase. */
#include "proto/runtime/field_mask.h"

#include "agent/base/character.h"
#include "proto/runtime/slot.h"

static bool is_plain(uint8_t c)
{
    return reeve_is_lower(c) || reeve_is_digit(c) || c == '.';
}

/* One camelCase path as snake_case. */
static enum reeve_status to_snake(struct reeve_bytes path, struct reeve_arena *arena, char **out)
{
    if (path.len == 0) {
        return REEVE_TYPE;
    }
    char *to = reeve_arena_alloc_array(arena, path.len + 1, 2);
    if (to == NULL) {
        return REEVE_NO_MEMORY;
    }
    *out = to;
    for (size_t i = 0; i < path.len; i++) {
        const uint8_t c = path.data[i];
        if (reeve_is_upper(c)) {
            *to++ = '_';
            *to++ = (char)(c - 'A' + 'a');
            continue;
        }
        if (!is_plain(c)) {
            return REEVE_TYPE;
        }
        *to++ = (char)c;
    }
    return REEVE_OK;
}

static size_t count_paths(struct reeve_bytes text)
{
    size_t count = text.len == 0 ? 0 : 1;
    for (size_t i = 0; i < text.len; i++) {
        count += text.data[i] == ',';
    }
    return count;
}

static struct reeve_bytes next_path(struct reeve_bytes *rest)
{
    size_t len = 0;
    while (len < rest->len && rest->data[len] != ',') {
        len++;
    }
    const struct reeve_bytes path = reeve_bytes_slice(*rest, 0, len);
    *rest = reeve_bytes_slice(*rest, len + 1, rest->len);
    return path;
}

enum reeve_status reeve_field_mask_parse(const struct reeve_message *m, void *message,
                                         struct reeve_bytes text, size_t max_paths,
                                         struct reeve_arena *arena)
{
    const struct reeve_field *paths = &m->fields[0];
    const size_t count = count_paths(text);
    if (count == 0) {
        return REEVE_OK;
    }
    if (count > max_paths) {
        return REEVE_TOO_LARGE;
    }
    char **array = reeve_arena_alloc_array(arena, count, sizeof *array);
    if (array == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        REEVE_TRY(to_snake(next_path(&text), arena, &array[i]));
    }
    reeve_store_pointer(reeve_slot(paths, message), array);
    reeve_slot_set_count(paths, message, count);
    return REEVE_OK;
}

static enum reeve_status append_camel(const char *path, struct reeve_buffer *to)
{
    for (const char *at = path; *at != '\0'; at++) {
        uint8_t c = (uint8_t)*at;
        if (c == '_') {
            c = (uint8_t) * ++at;
            if (!reeve_is_lower(c)) {
                return REEVE_TYPE;
            }
            c = (uint8_t)(c - 'a' + 'A');
        } else if (!is_plain(c)) {
            return REEVE_TYPE;
        }
        REEVE_TRY(reeve_buffer_append_byte(to, c));
    }
    return REEVE_OK;
}

enum reeve_status reeve_field_mask_format(const struct reeve_message *m, const void *message,
                                          struct reeve_buffer *to)
{
    const struct reeve_field *paths = &m->fields[0];
    const size_t count = reeve_slot_count(paths, message);
    for (size_t i = 0; i < count; i++) {
        REEVE_TRY(i == 0 ? REEVE_OK : reeve_buffer_append_byte(to, ','));
        REEVE_TRY(append_camel(reeve_load_text(reeve_slot_element(paths, message, i)), to));
    }
    return REEVE_OK;
}
