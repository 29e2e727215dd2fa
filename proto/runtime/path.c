/* SPDX-License-Identifier: Apache-2.0 */
/* Printing of paths. */
#include "proto/runtime/path.h"

#include <inttypes.h>

#include "proto/runtime/slot.h"

#define KEY_SHOWN_MAX 64

struct printer {
    char *out;
    size_t size;
    size_t len;
};

static void put(struct printer *p, char c)
{
    if (p->len + 1 < p->size) {
        p->out[p->len++] = c;
    }
}

static void put_text(struct printer *p, const char *text)
{
    while (*text != '\0') {
        put(p, *text++);
    }
}

/* Control characters and quotes would let a key forge a line of a log. */
static void put_key_text(struct printer *p, const char *text)
{
    put(p, '"');
    for (size_t i = 0; text[i] != '\0' && i < KEY_SHOWN_MAX; i++) {
        const char c = text[i];
        if (c == '"' || c == '\\') {
            put(p, '\\');
        }
        const bool control = (c >= 0 && c < ' ') || c == 0x7f;
        put(p, (char)(control ? '?' : c));
    }
    put(p, '"');
}

static void put_key(struct printer *p, const struct reeve_path *path)
{
    const uint8_t type = path->key_field->type;
    if (path->hide_key) {
        put_text(p, "(sensitive)");
        return;
    }
    if (type == REEVE_TYPE_STRING) {
        put_key_text(p, reeve_load_text(path->key));
        return;
    }
    if (type == REEVE_TYPE_BOOL) {
        put_text(p, reeve_load_unsigned(type, path->key) != 0 ? "true" : "false");
        return;
    }
    char number[24];
    enum reeve_status status;
    if (reeve_type_is_unsigned(type)) {
        status =
            reeve_format(number, sizeof number, "%" PRIu64, reeve_load_unsigned(type, path->key));
    } else {
        status =
            reeve_format(number, sizeof number, "%" PRId64, reeve_load_signed(type, path->key));
    }
    put_text(p, status == REEVE_OK ? number : "?");
}

static void put_subscript(struct printer *p, const struct reeve_path *path)
{
    if (path->subscript == REEVE_SUBSCRIPT_NONE) {
        return;
    }
    put(p, '[');
    if (path->subscript == REEVE_SUBSCRIPT_KEY) {
        put_key(p, path);
    } else {
        char number[24];
        put_text(p, reeve_format(number, sizeof number, "%zu", path->index) == REEVE_OK ? number
                                                                                        : "?");
    }
    put(p, ']');
}

/* Recursion is as deep as messages are nested, which every walker bounds. */
static void put_path(struct printer *p, const struct reeve_path *path)
{
    if (path == NULL) {
        return;
    }
    put_path(p, path->up);
    if (path->name == NULL) {
        return;
    }
    if (p->len > 0 && path->name[0] != '\0') {
        put(p, '.');
    }
    put_text(p, path->name);
    put_subscript(p, path);
}

void reeve_path_print(const struct reeve_path *path, char *out, size_t size)
{
    struct printer p = {out, size, 0};
    if (size == 0) {
        return;
    }
    put_path(&p, path);
    out[p.len] = '\0';
}

static void copy_text(char *out, size_t size, const char *text)
{
    struct printer p = {out, size, 0};
    put_text(&p, text);
    out[p.len] = '\0';
}

void reeve_problem_set(struct reeve_problem *problem, const struct reeve_path *path,
                       const char *rule, const char *text)
{
    if (problem == NULL) {
        return;
    }
    reeve_path_print(path, problem->field, sizeof problem->field);
    copy_text(problem->rule, sizeof problem->rule, rule);
    copy_text(problem->text, sizeof problem->text, text);
    problem->line = 0;
    problem->column = 0;
    problem->for_key = false;
}
