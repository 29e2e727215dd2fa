/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL's array text: see array.h. */
#include "agent/bindings/sql/array.h"

static enum reeve_status refuse(const char **why, const char *text)
{
    *why = text;
    return REEVE_TYPE;
}

/* 0 behind the end. */
static uint8_t current(const struct reeve_sql_array *a)
{
    return a->at < a->text.len ? a->text.data[a->at] : 0;
}

enum reeve_status reeve_sql_array_begin(struct reeve_sql_array *a, struct reeve_bytes text,
                                        const char **why)
{
    *a = (struct reeve_sql_array){.text = text};
    reeve_buffer_init(&a->element, NULL, text.len + 1);
    if (current(a) == '[') {
        /* "[0:2]={…}": other bounds than from 1. */
        const size_t equals = reeve_bytes_find(text, reeve_bytes_cstr("="));
        a->at = equals == SIZE_MAX ? 0 : equals + 1;
    }
    if (current(a) != '{') {
        return refuse(why, "it is not an array");
    }
    a->at++;
    a->ended = reeve_bytes_equal_cstr(text, "{}");
    return REEVE_OK;
}

/* Unescapes up to the quote, comma or brace that ends the element. */
static enum reeve_status read_element(struct reeve_sql_array *a, bool quoted, const char **why)
{
    for (; a->at < a->text.len; a->at++) {
        const uint8_t c = current(a);
        if (quoted ? c == '"' : c == ',' || c == '}') {
            return REEVE_OK;
        }
        if (c == '{' && !quoted) {
            return refuse(why, "the array has more than one dimension");
        }
        a->at += c == '\\' ? 1 : 0;
        if (a->at < a->text.len) {
            REEVE_TRY(reeve_buffer_append_byte(&a->element, current(a)));
        }
    }
    return REEVE_OK;
}

static enum reeve_status read_separator(struct reeve_sql_array *a, const char **why)
{
    const uint8_t c = current(a);

    a->at++;
    a->ended = c == '}';
    const bool is_last = a->at == a->text.len;
    return c == ',' || (a->ended && is_last) ? REEVE_OK : refuse(why, "it is not an array");
}

enum reeve_status reeve_sql_array_next(struct reeve_sql_array *a, struct reeve_bytes *element,
                                       bool *more, const char **why)
{
    const bool quoted = current(a) == '"';

    *more = !a->ended;
    if (a->ended) {
        return REEVE_OK;
    }
    reeve_buffer_reset(&a->element);
    a->at += quoted ? 1 : 0;
    REEVE_TRY(read_element(a, quoted, why));
    a->at += quoted ? 1 : 0;
    REEVE_TRY(read_separator(a, why));
    *element = reeve_buffer_view(&a->element);
    if (!quoted && reeve_bytes_equal_cstr(*element, "NULL")) {
        return refuse(why, "the array has a NULL in it");
    }
    return REEVE_OK;
}

void reeve_sql_array_clear(struct reeve_sql_array *a)
{
    reeve_buffer_clear(&a->element);
}
