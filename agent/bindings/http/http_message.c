/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and responses of the http binding: see http_message.h. What goes where is decided by
 * taking away: a shallow copy of the request loses the fields that the path used, then the body's
 * field; what is left is the body ("*") or the query. */
#include "agent/bindings/http/http_message.h"

#include "agent/bindings/http/value_text.h"
#include "proto/runtime/slot.h"

bool reeve_http_has_body(const struct reeve_http_rule *rule)
{
    return rule->body_all || rule->body_field >= 0;
}

/* ---- path ---- */

/* "." or "..", also with parameters behind a semicolon, which some servers drop. */
static bool is_dots(struct reeve_bytes segment)
{
    size_t end = reeve_bytes_find(segment, reeve_bytes_cstr(";"));
    struct reeve_bytes name = reeve_bytes_slice(segment, 0, end);

    return reeve_bytes_equal_cstr(name, ".") || reeve_bytes_equal_cstr(name, "..");
}

static bool is_separator(uint8_t c)
{
    return c == '/' || c == '\\';
}

/* A server resolves "." and ".." before it looks at the path, many after they decoded %2F and %5C:
 * a value must not be able to climb out of the place that the task's author gave it. Control
 * characters have no business in a path. */
static bool is_safe_path(struct reeve_bytes text, bool multi_segment)
{
    size_t from = 0;

    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && (text.data[i] < 0x20 || text.data[i] == 0x7f)) {
            return false;
        }
        if (i < text.len && !is_separator(text.data[i])) {
            continue;
        }
        struct reeve_bytes segment = reeve_bytes_slice(text, from, i - from);
        if (is_dots(segment) || (multi_segment && segment.len == 0)) {
            return false;
        }
        from = i + 1;
    }
    return text.len > 0;
}

/* The field that a variable names, and the message that holds it; NULL when a message on the way is
 * absent. */
static const struct reeve_field *find_variable(const struct reeve_path_part *part,
                                               const struct reeve_message *type,
                                               const void *message, const void **holder)
{
    const struct reeve_field *field = &type->fields[part->field[0]];

    for (uint8_t i = 1; message != NULL && i < part->field_depth; i++) {
        message = reeve_load_pointer(reeve_slot_of(field, message));
        field = &field->message->fields[part->field[i]];
    }
    *holder = message;
    return field;
}

static enum reeve_status write_variable(const struct reeve_path_part *part,
                                        const struct reeve_message *type, const void *request,
                                        struct reeve_buffer *url, const char **name)
{
    const void *holder = NULL;
    const struct reeve_field *field = find_variable(part, type, request, &holder);
    struct reeve_buffer text;
    enum reeve_status status = REEVE_INVALID;

    *name = field->name;
    reeve_buffer_init(&text, NULL, REEVE_HTTP_URL_MAX);
    if (holder != NULL && field->cardinality != REEVE_REPEATED) {
        status = reeve_value_text(field, reeve_slot_of(field, holder), &text);
    }
    if (status == REEVE_OK && !is_safe_path(reeve_buffer_view(&text), part->multi_segment)) {
        status = REEVE_INVALID;
    }
    if (status == REEVE_OK) {
        status = reeve_percent_encode(reeve_buffer_view(&text), part->multi_segment, url);
    }
    reeve_buffer_clear(&text);
    return status;
}

static struct reeve_bytes without_slash(const char *base_url)
{
    struct reeve_bytes base = reeve_bytes_cstr(base_url);

    while (base.len > 0 && base.data[base.len - 1] == '/') {
        base.len--;
    }
    return base;
}

static enum reeve_status write_path(const struct reeve_task *task, const void *request,
                                    const char *base_url, struct reeve_buffer *url,
                                    const char **field)
{
    REEVE_TRY(reeve_buffer_append(url, without_slash(base_url)));
    for (uint16_t i = 0; i < task->http->parts_count; i++) {
        const struct reeve_path_part *part = &task->http->parts[i];
        if (part->literal != NULL) {
            REEVE_TRY(reeve_buffer_append_cstr(url, part->literal));
        } else {
            REEVE_TRY(write_variable(part, task->input, request, url, field));
        }
    }
    return REEVE_OK;
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

static enum reeve_status without_path_fields(const struct reeve_task *task, const void *request,
                                             struct reeve_arena *arena, void **rest)
{
    *rest = copy_struct(task->input, request, arena);
    if (*rest == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (uint16_t i = 0; i < task->http->parts_count; i++) {
        const struct reeve_path_part *part = &task->http->parts[i];
        if (part->literal == NULL) {
            REEVE_TRY(take_away(part, task->input, *rest, arena));
        }
    }
    return REEVE_OK;
}

/* ---- body ---- */

/* One field as a body is the JSON of a message that has only this field, without the braces and the
 * name: every kind of field has a JSON form there. */
static enum reeve_status write_field_body(const struct reeve_task *task,
                                          const struct reeve_field *field, const void *rest,
                                          struct reeve_arena *arena, struct reeve_buffer *body)
{
    const struct reeve_json_options options = {.max_depth = 0};
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
    size_t before = reeve_bytes_cstr(field->json_name).len + sizeof("{\"\":") - 1;
    if (body->len < before + 1) {
        return REEVE_INTERNAL;
    }
    reeve_buffer_consume(body, before);
    body->len--; /* the closing brace */
    return REEVE_OK;
}

static enum reeve_status write_body(const struct reeve_task *task, void *rest,
                                    struct reeve_arena *arena, struct reeve_buffer *body)
{
    const struct reeve_json_options options = {.max_depth = 0};

    if (task->http->body_all) {
        return reeve_message_to_json(task->input, rest, &options, body);
    }
    const struct reeve_field *field = &task->input->fields[task->http->body_field];
    if (!reeve_slot_is_set(field, rest)) {
        return REEVE_OK; /* an empty body */
    }
    REEVE_TRY(write_field_body(task, field, rest, arena, body));
    reeve_slot_clear(field, rest);
    return REEVE_OK;
}

/* ---- query ---- */

struct query {
    struct reeve_buffer *url;
    bool begun;
    const char *prefix; /* "address." for the fields of a nested message */
};

static enum reeve_status write_pair(struct query *q, const struct reeve_field *field,
                                    const void *slot)
{
    struct reeve_buffer text;

    reeve_buffer_init(&text, NULL, REEVE_HTTP_URL_MAX);
    enum reeve_status status = reeve_value_text(field, slot, &text);
    if (status == REEVE_OK) {
        status = reeve_buffer_append_format(q->url, "%c%s%s=", q->begun ? '&' : '?', q->prefix,
                                            field->json_name);
    }
    if (status == REEVE_OK) {
        status = reeve_percent_encode(reeve_buffer_view(&text), false, q->url);
    }
    reeve_buffer_clear(&text);
    q->begun = true;
    return status;
}

static enum reeve_status write_query(struct query *q, const struct reeve_message *type,
                                     const void *message);

static enum reeve_status write_nested(struct query *q, const struct reeve_field *field,
                                      const void *message)
{
    char prefix[512];
    const char *outer = q->prefix;

    REEVE_TRY(reeve_format(prefix, sizeof(prefix), "%s%s.", outer, field->json_name));
    q->prefix = prefix;
    enum reeve_status status =
        write_query(q, field->message, reeve_load_pointer(reeve_slot_of(field, message)));
    q->prefix = outer;
    return status;
}

static enum reeve_status write_query_field(struct query *q, const struct reeve_field *field,
                                           const void *message)
{
    if (!reeve_slot_is_set(field, message)) {
        return REEVE_OK;
    }
    if (reeve_value_has_text(field) && field->cardinality == REEVE_REPEATED) {
        for (size_t i = 0; i < reeve_slot_count(field, message); i++) {
            REEVE_TRY(write_pair(q, field, reeve_slot_element(field, message, i)));
        }
        return REEVE_OK;
    }
    if (reeve_value_has_text(field)) {
        return write_pair(q, field, reeve_slot_of(field, message));
    }
    if (field->cardinality == REEVE_REPEATED || field->cardinality == REEVE_MAP) {
        return REEVE_UNSUPPORTED; /* has no form in a query; the generator refuses it, too */
    }
    return write_nested(q, field, message);
}

/* Depth is that of the decoded message, which the decoder has bounded. */
static enum reeve_status write_query(struct query *q, const struct reeve_message *type,
                                     const void *message)
{
    for (uint16_t i = 0; i < type->fields_count; i++) {
        REEVE_TRY(write_query_field(q, &type->fields[i], message));
    }
    return REEVE_OK;
}

/* ---- both directions ---- */

enum reeve_status reeve_http_write_request(const struct reeve_task *task, const void *request,
                                           const char *base_url, struct reeve_arena *arena,
                                           struct reeve_buffer *url, struct reeve_buffer *body,
                                           const char **field)
{
    void *rest = NULL;

    *field = "";
    REEVE_TRY(write_path(task, request, base_url, url, field));
    REEVE_TRY(without_path_fields(task, request, arena, &rest));
    if (reeve_http_has_body(task->http)) {
        REEVE_TRY(write_body(task, rest, arena, body));
    }
    if (!task->http->body_all) {
        struct query q = {.url = url, .begun = false, .prefix = ""};
        REEVE_TRY(write_query(&q, task->input, rest));
    }
    return reeve_buffer_terminate(url);
}

/* response_body names one field that the answer's JSON is the value of: the same mapper reads it
 * once it stands in an object. */
static enum reeve_status read_wrapped(const struct reeve_task *task, struct reeve_bytes json,
                                      struct reeve_arena *arena, void **response,
                                      struct reeve_problem *problem)
{
    const struct reeve_json_options options = {.ignore_unknown = true};
    const struct reeve_field *field = &task->output->fields[task->http->response_field];
    struct reeve_buffer text;

    reeve_buffer_init(&text, NULL, json.len + 512);
    enum reeve_status status = reeve_buffer_append_format(&text, "{\"%s\":", field->json_name);
    if (status == REEVE_OK) {
        status = reeve_buffer_append(&text, json);
    }
    if (status == REEVE_OK) {
        status = reeve_buffer_append_byte(&text, '}');
    }
    if (status == REEVE_OK) {
        status = reeve_message_from_json(task->output, reeve_buffer_view(&text), &options, arena,
                                         response, problem);
    }
    reeve_buffer_clear(&text);
    return status;
}

enum reeve_status reeve_http_read_response(const struct reeve_task *task, struct reeve_bytes json,
                                           struct reeve_arena *arena, void **response,
                                           struct reeve_problem *problem)
{
    const struct reeve_json_options options = {.ignore_unknown = true};

    if (json.len == 0) {
        *response = reeve_message_new(task->output, arena);
        return *response == NULL ? REEVE_NO_MEMORY : REEVE_OK;
    }
    if (task->http->response_field >= 0) {
        return read_wrapped(task, json, arena, response, problem);
    }
    return reeve_message_from_json(task->output, json, &options, arena, response, problem);
}
