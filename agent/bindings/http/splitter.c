/* SPDX-License-Identifier: Apache-2.0 */
/* The splitter: see splitter.h. A state for what may come between values, and one for each kind of
 * value; `depth` counts the brackets inside the value. */
#include "agent/bindings/http/splitter.h"

enum state {
    STATE_START,   /* nothing but white space so far */
    STATE_FIRST,   /* behind the outer '[': a value or ']' */
    STATE_BETWEEN, /* a value may begin (LINES, VALUES) */
    STATE_NEXT,    /* behind a ',' of the outer array: a value */
    STATE_SCALAR,  /* in a number or a word */
    STATE_NESTED,  /* in a string, an array or an object */
    STATE_AFTER,   /* behind a value: ',' or ']' of the outer array, or the line's end */
    STATE_CLOSED,  /* behind the outer ']': white space only */
};

void reeve_json_splitter_init(struct reeve_json_splitter *s, enum reeve_json_layout layout,
                              size_t max_value)
{
    *s = (struct reeve_json_splitter){.layout = layout, .state = STATE_START};
    reeve_buffer_init(&s->value, NULL, max_value);
}

void reeve_json_splitter_clear(struct reeve_json_splitter *s)
{
    reeve_buffer_clear(&s->value);
}

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool ends_scalar(uint8_t c)
{
    return is_space(c) || c == ',' || c == ']' || c == '}' || c == '[' || c == '{' || c == '"' ||
           c == ':';
}

/* ---- values ---- */

static enum reeve_status open_bracket(struct reeve_json_splitter *s, uint8_t c)
{
    if (s->depth == REEVE_JSON_SPLIT_DEPTH) {
        return REEVE_DEPTH;
    }
    s->objects = (s->objects << 1) | (c == '{' ? 1u : 0u);
    s->depth++;
    return REEVE_OK;
}

static enum reeve_status close_bracket(struct reeve_json_splitter *s, uint8_t c)
{
    const bool is_object = (s->objects & 1) != 0;

    if (s->depth == 0 || is_object != (c == '}')) {
        return REEVE_SYNTAX;
    }
    s->objects >>= 1;
    s->depth--;
    return REEVE_OK;
}

static enum reeve_status take_string_byte(struct reeve_json_splitter *s, uint8_t c)
{
    if (c < 0x20) {
        return REEVE_SYNTAX;
    }
    if (s->escaped) {
        s->escaped = false;
    } else if (c == '\\') {
        s->escaped = true;
    } else if (c == '"') {
        s->in_string = false;
    }
    return REEVE_OK;
}

static enum reeve_status take_nested_byte(struct reeve_json_splitter *s, uint8_t c)
{
    if (s->in_string) {
        return take_string_byte(s, c);
    }
    if (c == '"') {
        s->in_string = true;
    } else if (c == '{' || c == '[') {
        return open_bracket(s, c);
    } else if (c == '}' || c == ']') {
        return close_bracket(s, c);
    } else if (s->layout == REEVE_JSON_LINES && c == '\n') {
        return REEVE_SYNTAX; /* a value is one line there */
    } else if (c < 0x20 && !is_space(c)) {
        return REEVE_SYNTAX;
    }
    return REEVE_OK;
}

static enum reeve_status begin_value(struct reeve_json_splitter *s, uint8_t c)
{
    reeve_buffer_reset(&s->value);
    REEVE_TRY(reeve_buffer_append_byte(&s->value, c));
    s->depth = 0;
    s->in_string = s->escaped = false;
    if (c == '"' || c == '{' || c == '[') {
        s->state = STATE_NESTED;
        return take_nested_byte(s, c);
    }
    if (ends_scalar(c) || c < 0x20) {
        return REEVE_SYNTAX;
    }
    s->state = STATE_SCALAR;
    return REEVE_OK;
}

static void end_value(struct reeve_json_splitter *s)
{
    s->state = STATE_AFTER;
    s->ready = true;
}

/* ---- between values ---- */

static enum reeve_status take_start(struct reeve_json_splitter *s, uint8_t c)
{
    if (is_space(c)) {
        return REEVE_OK;
    }
    s->in_array = c == '[' && s->layout != REEVE_JSON_LINES;
    if (s->in_array) {
        s->state = STATE_FIRST;
        return REEVE_OK;
    }
    return s->layout == REEVE_JSON_ARRAY ? REEVE_SYNTAX : begin_value(s, c);
}

static enum reeve_status take_first(struct reeve_json_splitter *s, uint8_t c)
{
    if (is_space(c)) {
        return REEVE_OK;
    }
    if (c == ']') {
        s->state = STATE_CLOSED;
        return REEVE_OK;
    }
    return begin_value(s, c);
}

static enum reeve_status take_after(struct reeve_json_splitter *s, uint8_t c)
{
    if (!s->in_array && c == '\n') {
        s->state = STATE_BETWEEN;
        return REEVE_OK;
    }
    if (is_space(c)) {
        return REEVE_OK;
    }
    if (s->in_array && (c == ',' || c == ']')) {
        s->state = c == ',' ? STATE_NEXT : STATE_CLOSED;
        return REEVE_OK;
    }
    return s->layout == REEVE_JSON_VALUES && !s->in_array ? begin_value(s, c) : REEVE_SYNTAX;
}

static enum reeve_status take_byte(struct reeve_json_splitter *s, uint8_t c)
{
    switch ((enum state)s->state) {
    case STATE_START:
        return take_start(s, c);
    case STATE_FIRST:
        return take_first(s, c);
    case STATE_BETWEEN:
    case STATE_NEXT:
        return is_space(c) ? REEVE_OK : begin_value(s, c);
    case STATE_NESTED:
        REEVE_TRY(reeve_buffer_append_byte(&s->value, c));
        REEVE_TRY(take_nested_byte(s, c));
        if (s->depth == 0 && !s->in_string) {
            end_value(s);
        }
        return REEVE_OK;
    case STATE_SCALAR:
        return c < 0x20 ? REEVE_SYNTAX : reeve_buffer_append_byte(&s->value, c);
    case STATE_AFTER:
        return take_after(s, c);
    case STATE_CLOSED:
        return is_space(c) ? REEVE_OK : REEVE_SYNTAX;
    }
    return REEVE_INTERNAL;
}

/* Most bytes of a stream stand in strings: those are taken many at a time. */
static enum reeve_status take_text(struct reeve_json_splitter *s, struct reeve_bytes *input)
{
    size_t n = 0;

    while (n < input->len && input->data[n] != '"' && input->data[n] != '\\' &&
           input->data[n] >= 0x20) {
        n++;
    }
    REEVE_TRY(reeve_buffer_append(&s->value, reeve_bytes_slice(*input, 0, n)));
    *input = reeve_bytes_slice(*input, n, input->len - n);
    return REEVE_OK;
}

enum reeve_status reeve_json_split(struct reeve_json_splitter *s, struct reeve_bytes *input,
                                   bool *ready)
{
    s->ready = *ready = false;
    while (input->len > 0 && !s->ready) {
        if (s->state == STATE_NESTED && s->in_string && !s->escaped) {
            REEVE_TRY(take_text(s, input));
            if (input->len == 0) {
                break;
            }
        }
        if (s->state == STATE_SCALAR && ends_scalar(input->data[0])) {
            end_value(s); /* the byte belongs to what comes behind */
            break;
        }
        REEVE_TRY(take_byte(s, input->data[0]));
        *input = reeve_bytes_slice(*input, 1, input->len - 1);
    }
    *ready = s->ready;
    return REEVE_OK;
}

enum reeve_status reeve_json_split_end(struct reeve_json_splitter *s, bool *ready)
{
    *ready = false;
    if (s->state == STATE_SCALAR && !s->in_array) {
        end_value(s);
        *ready = true;
        return REEVE_OK;
    }
    const bool whole = s->in_array ? s->state == STATE_CLOSED
                                   : s->state == STATE_START || s->state == STATE_AFTER ||
                                         s->state == STATE_BETWEEN;
    if (!whole || (s->layout == REEVE_JSON_ARRAY && s->state == STATE_START)) {
        return REEVE_TRUNCATED;
    }
    return REEVE_OK;
}
