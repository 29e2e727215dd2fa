/* SPDX-License-Identifier: Apache-2.0 */
/* Paths: see path.h. */
#include "agent/bindings/http/path.h"

#include "agent/bindings/http/value_text.h"
#include "proto/runtime/slot.h"

#define TEXT_MAX ((size_t)16 * 1024)

/* ---- what a value may be ---- */

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

/* ---- patterns ---- */

static size_t count_segments(struct reeve_bytes text)
{
    size_t count = 1;

    for (size_t i = 0; i < text.len; i++) {
        count += text.data[i] == '/' ? 1 : 0;
    }
    return count;
}

/* Takes the first segment off *rest. */
static struct reeve_bytes take_segment(struct reeve_bytes *rest)
{
    size_t slash = reeve_bytes_find(*rest, reeve_bytes_cstr("/"));
    struct reeve_bytes segment = reeve_bytes_slice(*rest, 0, slash == SIZE_MAX ? rest->len : slash);

    *rest = slash == SIZE_MAX ? reeve_bytes_slice(*rest, rest->len, 0)
                              : reeve_bytes_slice(*rest, slash + 1, rest->len - slash - 1);
    return segment;
}

/* "**" stands once at most (the generator sees to that), so it takes what the others leave, at
 * least one segment. No segment of the value is empty. */
static bool matches(const char *pattern_text, struct reeve_bytes value)
{
    struct reeve_bytes pattern = reeve_bytes_cstr(pattern_text);
    size_t wanted = count_segments(pattern);
    size_t given = count_segments(value);
    bool many = false;

    for (size_t i = 0; i < wanted && given + i >= wanted; i++) {
        struct reeve_bytes segment = take_segment(&pattern);
        struct reeve_bytes text = take_segment(&value);
        if (reeve_bytes_equal_cstr(segment, "**")) {
            many = true;
            for (size_t extra = given - wanted; extra > 0; extra--) {
                (void)take_segment(&value);
            }
        } else if (!reeve_bytes_equal_cstr(segment, "*") && !reeve_bytes_equal(segment, text)) {
            return false;
        }
    }
    return given == wanted || (many && given > wanted);
}

/* ---- one variable ---- */

/* The field that a variable names, and the message that holds it; NULL when a message on the way is
 * absent. */
static const struct reeve_field *find_variable(const struct reeve_path_part *part,
                                               const struct reeve_message *type,
                                               const void *message, const void **holder)
{
    const struct reeve_field *field = &type->fields[part->field[0]];

    for (uint8_t i = 1; i < part->field_depth; i++) {
        message = message == NULL ? NULL : reeve_load_pointer(reeve_slot_of(field, message));
        field = &field->message->fields[part->field[i]];
    }
    *holder = message;
    return field;
}

/* A field with presence is set or not; of another one 0 is a value, and the empty text none. */
static bool is_there(const struct reeve_field *field, const void *holder)
{
    return holder != NULL &&
           (field->cardinality == REEVE_IMPLICIT || reeve_slot_is_set(field, holder));
}

static bool is_sensitive(const struct reeve_path_part *part, const struct reeve_message *type)
{
    for (uint8_t i = 0; i < part->field_depth; i++) {
        const struct reeve_field *field = &type->fields[part->field[i]];
        if ((field->flags & REEVE_FIELD_SENSITIVE) != 0) {
            return true;
        }
        type = field->message;
    }
    return false;
}

static enum reeve_status write_variable(const struct reeve_path_part *part,
                                        const struct reeve_message *type, const void *request,
                                        bool mask, struct reeve_buffer *url)
{
    const void *holder = NULL;
    const struct reeve_field *field = find_variable(part, type, request, &holder);
    struct reeve_buffer text;

    if (!is_there(field, holder)) {
        return REEVE_INVALID;
    }
    reeve_buffer_init(&text, url->allocator, TEXT_MAX);
    enum reeve_status status = reeve_value_text(field, reeve_slot_of(field, holder), &text);
    struct reeve_bytes value = reeve_buffer_view(&text);
    if (status == REEVE_OK && (!is_safe_path(value, part->multi_segment) ||
                               (part->pattern != NULL && !matches(part->pattern, value)))) {
        status = REEVE_INVALID;
    }
    if (status == REEVE_OK) {
        value = mask && is_sensitive(part, type) ? reeve_bytes_cstr(REEVE_HTTP_MASK) : value;
        status = reeve_percent_encode(value, part->multi_segment, url);
    }
    reeve_buffer_clear(&text);
    return status;
}

/* ---- rules ---- */

/* *unfit: the variable that does not fit, when INVALID. */
static enum reeve_status write_rule(const struct reeve_http_rule *rule,
                                    const struct reeve_message *type, const void *request,
                                    bool mask, struct reeve_buffer *url,
                                    const struct reeve_path_part **unfit)
{
    for (uint16_t i = 0; i < rule->parts_count; i++) {
        const struct reeve_path_part *part = &rule->parts[i];
        *unfit = part;
        if (part->literal != NULL) {
            REEVE_TRY(reeve_buffer_append_cstr(url, part->literal));
        } else {
            REEVE_TRY(write_variable(part, type, request, mask, url));
        }
    }
    return REEVE_OK;
}

/* "customer.id" */
static void name_variable(const struct reeve_path_part *part, const struct reeve_message *type,
                          char name[REEVE_HTTP_FIELD_SIZE])
{
    size_t len = 0;

    for (uint8_t i = 0; i < part->field_depth && len < REEVE_HTTP_FIELD_SIZE; i++) {
        const struct reeve_field *field = &type->fields[part->field[i]];
        reeve_format_cut(name + len, REEVE_HTTP_FIELD_SIZE - len, "%s%s", i == 0 ? "" : ".",
                         field->name);
        len += reeve_bytes_cstr(name + len).len;
        type = field->message;
    }
}

enum reeve_status reeve_http_write_path(const struct reeve_task *task, const void *request,
                                        bool mask, struct reeve_buffer *url,
                                        const struct reeve_http_rule **rule,
                                        char field[REEVE_HTTP_FIELD_SIZE])
{
    const size_t before = url->len;
    const struct reeve_path_part *unfit = NULL;
    const struct reeve_path_part *ignored = NULL;

    *rule = task->http;
    enum reeve_status status = write_rule(*rule, task->input, request, mask, url, &unfit);
    for (uint16_t i = 0; status == REEVE_INVALID && i < task->http->additional_count; i++) {
        url->len = before;
        *rule = &task->http->additional[i];
        status = write_rule(*rule, task->input, request, mask, url, &ignored);
    }
    if (status == REEVE_INVALID) {
        name_variable(unfit, task->input, field);
    }
    return status;
}
