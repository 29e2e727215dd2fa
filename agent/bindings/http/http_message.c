/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and responses of the http binding: see http_message.h. What goes where is decided by
 * taking away: a shallow copy of the request loses the fields that the path used, then the body's
 * field; what is left is the body ("*") or the query. */
#include "agent/bindings/http/http_message.h"

#include "agent/bindings/http/path.h"
#include "agent/bindings/http/query.h"
#include "agent/bindings/json_member.h"
#include "proto/runtime/slot.h"

bool reeve_http_has_body(const struct reeve_http_rule *rule)
{
    return rule->body_all || rule->body_field >= 0;
}

static struct reeve_bytes without_slash(const char *base_url)
{
    struct reeve_bytes base = reeve_bytes_cstr(base_url);

    while (base.len > 0 && base.data[base.len - 1] == '/') {
        base.len--;
    }
    return base;
}

/* ---- what is left ---- */

static void *copy_struct(const struct reeve_message *type, const void *message,
                         struct reeve_arena *arena)
{
    void *copy = reeve_arena_alloc(arena, type->size);

    if (copy != NULL) {
        reeve_move(copy, message, type->size);
    }
    return copy;
}

/* Clears the field that a path variable used, in `copy`; messages on the way are copied first. */
static enum reeve_status take_away(const struct reeve_path_part *part,
                                   const struct reeve_message *type, void *copy,
                                   struct reeve_arena *arena)
{
    const struct reeve_field *field = &type->fields[part->field[0]];

    for (uint8_t i = 1; i < part->field_depth; i++) {
        const void *inner = reeve_load_pointer(reeve_slot(field, copy));
        if (inner == NULL) {
            return REEVE_OK;
        }
        void *inner_copy = copy_struct(field->message, inner, arena);
        if (inner_copy == NULL) {
            return REEVE_NO_MEMORY;
        }
        reeve_store_pointer(reeve_slot(field, copy), inner_copy);
        copy = inner_copy;
        field = &field->message->fields[part->field[i]];
    }
    reeve_slot_clear(field, copy);
    return REEVE_OK;
}

static enum reeve_status without_path_fields(const struct reeve_task *task,
                                             const struct reeve_http_rule *rule,
                                             const void *request, struct reeve_arena *arena,
                                             void **rest)
{
    *rest = copy_struct(task->input, request, arena);
    if (*rest == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (uint16_t i = 0; i < rule->parts_count; i++) {
        const struct reeve_path_part *part = &rule->parts[i];
        if (part->literal == NULL) {
            REEVE_TRY(take_away(part, task->input, *rest, arena));
        }
    }
    return REEVE_OK;
}

/* ---- body ---- */

static enum reeve_status write_field_body(const struct reeve_task *task,
                                          const struct reeve_field *field, const void *rest,
                                          struct reeve_arena *arena, bool mask,
                                          struct reeve_buffer *body)
{
    const struct reeve_json_options options = {.mask_sensitive = mask};
    void *only = copy_struct(task->input, rest, arena);

    if (only == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (uint16_t i = 0; i < task->input->fields_count; i++) {
        if (&task->input->fields[i] != field) {
            reeve_slot_clear(&task->input->fields[i], only);
        }
    }
    REEVE_TRY(reeve_message_to_json(task->input, only, &options, body));
    return reeve_json_member_unwrap(body);
}

static enum reeve_status write_body(const struct reeve_task *task,
                                    const struct reeve_http_rule *rule, void *rest,
                                    struct reeve_arena *arena, bool mask, struct reeve_buffer *body)
{
    const struct reeve_json_options options = {.mask_sensitive = mask};

    if (rule->body_all) {
        return reeve_message_to_json(task->input, rest, &options, body);
    }
    const struct reeve_field *field = &task->input->fields[rule->body_field];
    if (!reeve_slot_is_set(field, rest)) {
        return REEVE_OK; /* an empty body */
    }
    REEVE_TRY(write_field_body(task, field, rest, arena, mask, body));
    reeve_slot_clear(field, rest);
    return REEVE_OK;
}

/* ---- both directions ---- */

enum reeve_status reeve_http_write_request(const struct reeve_task *task, const void *request,
                                           const char *base_url, struct reeve_arena *arena,
                                           struct reeve_http_parts *out)
{
    void *rest = NULL;

    out->field[0] = '\0';
    REEVE_TRY(reeve_buffer_append(&out->url, without_slash(base_url)));
    REEVE_TRY(reeve_http_write_path(task, request, out->mask, &out->url, &out->rule, out->field));
    REEVE_TRY(without_path_fields(task, out->rule, request, arena, &rest));
    if (reeve_http_has_body(out->rule)) {
        REEVE_TRY(write_body(task, out->rule, rest, arena, out->mask, &out->body));
    }
    if (!out->rule->body_all) {
        REEVE_TRY(reeve_http_write_query(task->input, rest, out->mask, &out->url));
    }
    return reeve_buffer_terminate(&out->url);
}

void reeve_http_parts_init(struct reeve_http_parts *parts, const struct reeve_allocator *a)
{
    parts->rule = NULL;
    parts->mask = false;
    parts->field[0] = '\0';
    reeve_buffer_init(&parts->url, a, REEVE_HTTP_URL_MAX);
    reeve_buffer_init(&parts->body, a, SIZE_MAX);
}

void reeve_http_parts_clear(struct reeve_http_parts *parts)
{
    reeve_buffer_clear(&parts->url);
    reeve_buffer_clear(&parts->body);
}

enum reeve_status reeve_http_read_response(const struct reeve_task *task,
                                           const struct reeve_http_rule *rule,
                                           struct reeve_bytes json, struct reeve_arena *arena,
                                           void **response, struct reeve_problem *problem)
{
    const struct reeve_json_options options = {.ignore_unknown = true};

    if (json.len == 0) {
        *response = reeve_message_new(task->output, arena);
        return *response == NULL ? REEVE_NO_MEMORY : REEVE_OK;
    }
    if (rule->response_field >= 0) { /* the answer is the value of that field */
        return reeve_json_member_read(task->output, &task->output->fields[rule->response_field],
                                      json, arena, response, problem);
    }
    return reeve_message_from_json(task->output, json, &options, arena, response, problem);
}
