/* SPDX-License-Identifier: Apache-2.0 */
/* One member's value: see json_member.h. */
#include "agent/bindings/json_member.h"

#include "agent/bindings/http/splitter.h"

#define NAME_ROOM 512u /* for braces, quotes, colon and the field's name */

/* ---- off ---- */

/* What stands before the value in {"name":value}; the name may have escapes. */
static size_t name_length(struct reeve_bytes object)
{
    size_t at = 2; /* brace and quote */

    while (at < object.len && object.data[at] != '"') {
        at += object.data[at] == '\\' ? 2 : 1;
    }
    return at + 2; /* quote and colon */
}

enum reeve_status reeve_json_member_unwrap(struct reeve_buffer *object)
{
    const size_t before = name_length(reeve_buffer_view(object));

    if (object->len < before + 1) {
        return REEVE_INTERNAL;
    }
    reeve_buffer_consume(object, before);
    object->len--; /* the closing brace */
    return REEVE_OK;
}

/* ---- on ---- */

/* Text from outside is one value: what closes it and goes on would become members beside the field.
 */
static enum reeve_status check_one_value(struct reeve_bytes json)
{
    struct reeve_bytes pieces[] = {reeve_bytes_cstr("["), json, reeve_bytes_cstr("]")};
    struct reeve_json_splitter splitter;
    enum reeve_status status = REEVE_OK;
    size_t values = 0;

    reeve_json_splitter_init(&splitter, REEVE_JSON_ARRAY, json.len);
    for (size_t i = 0; i < 3; i++) {
        bool ready = true;
        while (status == REEVE_OK && ready) {
            status = reeve_json_split(&splitter, &pieces[i], &ready);
            values += ready ? 1 : 0;
        }
    }
    reeve_json_splitter_clear(&splitter);
    return status == REEVE_OK && values != 1 ? REEVE_SYNTAX : status;
}

static enum reeve_status wrap(struct reeve_buffer *out, const struct reeve_field *field,
                              struct reeve_bytes json)
{
    REEVE_TRY(reeve_buffer_append_format(out, "{\"%s\":", field->name));
    REEVE_TRY(reeve_buffer_append(out, json));
    return reeve_buffer_append_byte(out, '}');
}

enum reeve_status reeve_json_member_read(const struct reeve_message *type,
                                         const struct reeve_field *field, struct reeve_bytes json,
                                         struct reeve_arena *arena, void **message,
                                         struct reeve_problem *problem)
{
    const struct reeve_json_options options = {.ignore_unknown = true};
    struct reeve_buffer text;

    REEVE_TRY(check_one_value(json));
    reeve_buffer_init(&text, NULL, json.len + NAME_ROOM);
    enum reeve_status status = wrap(&text, field, json);
    if (status == REEVE_OK) {
        status = reeve_message_from_json(type, reeve_buffer_view(&text), &options, arena, message,
                                         problem);
    }
    reeve_buffer_clear(&text);
    return status;
}
