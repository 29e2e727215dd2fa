/* SPDX-License-Identifier: Apache-2.0 */
/* Finding values by brackets and quotes alone: see inline_json.h. Grammar is the mapper's business.
 */
#include "gateway-stub/reevectl/inline_json.h"

#define MAX_DEPTH 128u

struct scanner {
    struct reeve_bytes text;
    size_t at;
    uint32_t line;
    size_t line_start;
    uint32_t objects; /* of the wanted depth, begun so far */
};

static bool at_end(const struct scanner *s)
{
    return s->at >= s->text.len;
}

static uint8_t current(const struct scanner *s)
{
    return s->text.data[s->at];
}

static void step(struct scanner *s)
{
    if (current(s) == '\n') {
        s->line++;
        s->line_start = s->at + 1;
    }
    s->at++;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(struct scanner *s)
{
    while (!at_end(s) && is_blank(current(s))) {
        step(s);
    }
}

/* From the opening quote to behind the closing one. */
static enum reeve_status skip_string(struct scanner *s, struct reeve_bytes *content)
{
    step(s);
    size_t from = s->at;
    while (!at_end(s) && current(s) != '"') {
        if (current(s) == '\\') {
            step(s);
        }
        if (!at_end(s)) {
            step(s);
        }
    }
    if (at_end(s)) {
        return REEVE_SYNTAX;
    }
    *content = reeve_bytes_slice(s->text, from, s->at - from);
    step(s);
    return REEVE_OK;
}

/* From the first character of a value to behind its last. */
static enum reeve_status skip_value(struct scanner *s)
{
    unsigned depth = 0;
    struct reeve_bytes ignored;

    do {
        if (at_end(s)) {
            return REEVE_SYNTAX;
        }
        uint8_t c = current(s);
        if (c == '"') {
            REEVE_TRY(skip_string(s, &ignored));
        } else if (c == '{' || c == '[') {
            depth++;
            step(s);
        } else if (c == '}' || c == ']') {
            if (depth == 0) {
                return REEVE_SYNTAX;
            }
            depth--;
            step(s);
        } else {
            step(s);
        }
        if (depth > MAX_DEPTH) {
            return REEVE_LIMIT;
        }
    } while (depth > 0 || (!at_end(s) && !is_blank(current(s)) && current(s) != ',' &&
                           current(s) != '}' && current(s) != ']'));
    return REEVE_OK;
}

/* `""` and blanks in place of the value; line breaks stay. */
static enum reeve_status append_gap(struct reeve_bytes value, struct reeve_buffer *rest)
{
    REEVE_TRY(reeve_buffer_append_cstr(rest, "\"\""));
    for (size_t i = 2; i < value.len; i++) {
        REEVE_TRY(reeve_buffer_append_byte(rest, value.data[i] == '\n' ? '\n' : ' '));
    }
    return REEVE_OK;
}

static enum reeve_status take_value(struct scanner *s, struct reeve_buffer *rest,
                                    struct reeve_inline_values *values)
{
    size_t from = s->at;

    if (values->count == REEVE_INLINE_MAX) {
        return REEVE_LIMIT;
    }
    struct reeve_inline_value *value = &values->items[values->count++];
    value->line = s->line;
    value->column = (uint32_t)(from - s->line_start) + 1;
    value->object = s->objects - 1;
    REEVE_TRY(skip_value(s));
    value->text = reeve_bytes_slice(s->text, from, s->at - from);
    return append_gap(value->text, rest);
}

/* A string in the rest; when it is the wanted key, the value behind it is taken out. */
static enum reeve_status copy_string(struct scanner *s, struct reeve_bytes key, bool wanted_depth,
                                     struct reeve_buffer *rest, struct reeve_inline_values *values)
{
    size_t from = s->at;
    struct reeve_bytes content;

    REEVE_TRY(skip_string(s, &content));
    skip_blanks(s);
    bool is_key = !at_end(s) && current(s) == ':';
    if (is_key) {
        step(s);
        skip_blanks(s);
    }
    REEVE_TRY(reeve_buffer_append(rest, reeve_bytes_slice(s->text, from, s->at - from)));
    if (is_key && wanted_depth && s->objects > 0 && reeve_bytes_equal(content, key) && !at_end(s)) {
        return take_value(s, rest, values);
    }
    return REEVE_OK;
}

static enum reeve_status scan(struct scanner *s, struct reeve_bytes key, unsigned wanted,
                              struct reeve_buffer *rest, struct reeve_inline_values *values)
{
    unsigned depth = 0;

    while (!at_end(s)) {
        uint8_t c = current(s);
        if (c == '"') {
            REEVE_TRY(copy_string(s, key, depth == wanted, rest, values));
            continue;
        }
        if ((c == '}' || c == ']') && depth == 0) {
            return REEVE_SYNTAX;
        }
        depth += c == '{' || c == '[' ? 1u : 0u;
        s->objects += c == '{' && depth == wanted ? 1u : 0u;
        depth -= c == '}' || c == ']' ? 1u : 0u;
        if (depth > MAX_DEPTH) {
            return REEVE_LIMIT;
        }
        REEVE_TRY(reeve_buffer_append_byte(rest, c));
        step(s);
    }
    return depth == 0 ? REEVE_OK : REEVE_SYNTAX;
}

enum reeve_status reeve_inline_take(struct reeve_bytes json, const char *key, unsigned depth,
                                    struct reeve_buffer *rest, struct reeve_inline_values *values,
                                    uint32_t *line)
{
    struct scanner s = {.text = json, .line = 1};

    values->count = 0;
    enum reeve_status status = scan(&s, reeve_bytes_cstr(key), depth, rest, values);
    *line = s.line;
    return status;
}
