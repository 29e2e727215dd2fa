/* SPDX-License-Identifier: Apache-2.0 */
/* Path templates: see http_template.h. */
#include "proto/gen/http_template.h"

#include "agent/base/character.h"

static bool fail(struct reeve_gen_template *t, const char *problem, const char *next)
{
    t->problem = problem;
    t->next = next;
    return false;
}

static bool is_letter(uint8_t c)
{
    return reeve_is_letter(c) || c == '_';
}

/* What may stand for itself in a path segment (RFC 3986, pchar), save '*', which is a wildcard. */
static bool is_segment_byte(uint8_t c)
{
    return is_letter(c) || reeve_is_digit(c) ||
           reeve_bytes_contains(reeve_bytes_cstr("-.~!$&'()+,;=:@"), reeve_bytes_of(&c, 1));
}

static size_t find(struct reeve_bytes text, const char *what)
{
    return reeve_bytes_find(text, reeve_bytes_cstr(what));
}

static struct reeve_bytes rest_of(struct reeve_bytes text, size_t from)
{
    return reeve_bytes_slice(text, from, text.len - from);
}

/* Bytes of a literal without '/': all allowed, every '%' with its two digits. */
static bool is_literal(struct reeve_bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        const bool escape = text.data[i] == '%' && i + 2 < text.len &&
                            reeve_is_hex(text.data[i + 1]) && reeve_is_hex(text.data[i + 2]);
        if (!escape && !is_segment_byte(text.data[i])) {
            return false;
        }
    }
    return true;
}

static bool is_dots(struct reeve_bytes segment)
{
    return reeve_bytes_equal_cstr(segment, ".") || reeve_bytes_equal_cstr(segment, "..");
}

/* ---- variables ---- */

static bool is_identifier(struct reeve_bytes name)
{
    for (size_t i = 0; i < name.len; i++) {
        if (!is_letter(name.data[i]) && (i == 0 || !reeve_is_digit(name.data[i]))) {
            return false;
        }
    }
    return name.len > 0;
}

static bool is_field_path(struct reeve_bytes path)
{
    for (;;) {
        const size_t dot = find(path, ".");
        if (!is_identifier(reeve_bytes_slice(path, 0, dot == SIZE_MAX ? path.len : dot))) {
            return false;
        }
        if (dot == SIZE_MAX) {
            return true;
        }
        path = rest_of(path, dot + 1);
    }
}

static bool read_pattern(struct reeve_gen_template *t, struct reeve_bytes pattern,
                         struct reeve_gen_template_part *part)
{
    unsigned many = 0;
    unsigned segments = 0;

    for (struct reeve_bytes rest = pattern; segments == 0 || rest.len > 0; segments++) {
        const size_t slash = find(rest, "/");
        const bool last = slash == SIZE_MAX;
        struct reeve_bytes segment = reeve_bytes_slice(rest, 0, last ? rest.len : slash);
        many += reeve_bytes_equal_cstr(segment, "**") ? 1 : 0;
        const bool wildcard =
            reeve_bytes_equal_cstr(segment, "**") || reeve_bytes_equal_cstr(segment, "*");
        const bool literal = is_literal(segment) && !is_dots(segment);
        if (segment.len == 0 || (!last && slash + 1 == rest.len) || (!wildcard && !literal)) {
            return fail(t, "a variable's pattern is not made of segments",
                        "Write \"*\", \"**\" or literal text between slashes: {name=things/*}");
        }
        rest = last ? reeve_bytes_of(NULL, 0) : rest_of(rest, slash + 1);
    }
    if (many > 1) {
        return fail(t, "a variable's pattern has \"**\" twice",
                    "Keep one: how much each of them takes would be anybody's guess");
    }
    part->multi_segment = segments > 1 || many > 0;
    part->pattern = reeve_bytes_equal_cstr(pattern, "*") ? reeve_bytes_of(NULL, 0) : pattern;
    return true;
}

/* What stands between braces. */
static bool read_variable(struct reeve_gen_template *t, struct reeve_bytes inside,
                          struct reeve_gen_template_part *part)
{
    const size_t equals = find(inside, "=");

    part->path = reeve_bytes_slice(inside, 0, equals == SIZE_MAX ? inside.len : equals);
    if (!is_field_path(part->path)) {
        return fail(t, "a variable is not \"{field}\", \"{message.field}\" or \"{field=pattern}\"",
                    "Name a field between the braces");
    }
    return equals == SIZE_MAX || read_pattern(t, rest_of(inside, equals + 1), part);
}

/* ---- literal text ---- */

static bool has_byte(struct reeve_bytes text, char c)
{
    return reeve_bytes_contains(text, reeve_bytes_of(&c, 1));
}

/* Literal text up to the next variable, slashes included. */
static bool check_literal(struct reeve_gen_template *t, struct reeve_bytes text)
{
    for (struct reeve_bytes rest = text; rest.len > 0;) {
        const size_t slash = find(rest, "/");
        struct reeve_bytes segment =
            reeve_bytes_slice(rest, 0, slash == SIZE_MAX ? rest.len : slash);
        if (has_byte(segment, '*')) {
            return fail(t, "a wildcard outside a variable: nothing says what to send there",
                        "Bind a field to it: {name=*} or {name=**}");
        }
        if (has_byte(segment, '}')) {
            return fail(t, "a '}' that closes nothing", "Remove it, or add the '{'");
        }
        if (!is_literal(segment)) {
            return fail(t, "it has a character that no URL path has",
                        "Use letters, digits and -._~!$&'()+,;=:@, %XX for others, and {field}");
        }
        rest = slash == SIZE_MAX ? reeve_bytes_of(NULL, 0) : rest_of(rest, slash + 1);
    }
    return true;
}

/* Segments as servers see them: none empty save the last, none that is resolved away. Variables
 * count as text. */
static bool check_segments(struct reeve_gen_template *t, struct reeve_bytes text)
{
    for (struct reeve_bytes rest = rest_of(text, 1); rest.len > 0;) {
        const size_t slash = find(rest, "/");
        struct reeve_bytes segment =
            reeve_bytes_slice(rest, 0, slash == SIZE_MAX ? rest.len : slash);
        if (segment.len == 0 || is_dots(segment)) {
            return fail(t, "it has an empty segment, or one that is \".\" or \"..\"",
                        "Write the path as the server knows it");
        }
        rest = slash == SIZE_MAX ? reeve_bytes_of(NULL, 0) : rest_of(rest, slash + 1);
    }
    return true;
}

/* ---- parts ---- */

static struct reeve_gen_template_part *add_part(struct reeve_gen_template *t)
{
    static const struct reeve_gen_template_part NONE;

    if (t->count == REEVE_GEN_TEMPLATE_PARTS) {
        (void)fail(t, "it has over 64 parts", "Use a shorter one");
        return NULL;
    }
    t->parts[t->count] = NONE;
    return &t->parts[t->count++];
}

/* The next part off the front of *rest. */
static bool read_part(struct reeve_gen_template *t, struct reeve_bytes *rest)
{
    struct reeve_gen_template_part *part = add_part(t);
    const size_t open = find(*rest, "{");
    const size_t close = find(*rest, "}");

    if (part == NULL) {
        return false;
    }
    if (open != 0) {
        part->literal = reeve_bytes_slice(*rest, 0, open == SIZE_MAX ? rest->len : open);
        *rest = rest_of(*rest, part->literal.len);
        return check_literal(t, part->literal);
    }
    if (close == SIZE_MAX) {
        return fail(t, "a '{' is not closed", "Add the '}'");
    }
    struct reeve_bytes inside = reeve_bytes_slice(*rest, 1, close - 1);
    *rest = rest_of(*rest, close + 1);
    if (has_byte(inside, '{')) {
        return fail(t, "a variable inside a variable", "Close the first one before the second");
    }
    return read_variable(t, inside, part);
}

bool reeve_gen_template_read(struct reeve_bytes text, struct reeve_gen_template *out)
{
    out->count = 0;
    out->problem = NULL;
    out->next = NULL;
    if (text.len == 0 || text.data[0] != '/' || text.len > REEVE_GEN_TEMPLATE_BYTES) {
        return fail(out, "it does not begin with '/' or is over 2,000 bytes",
                    "Write a path such as \"/api/v1/things/{thing_id}\"");
    }
    for (struct reeve_bytes rest = text; rest.len > 0;) {
        if (!read_part(out, &rest)) {
            return false;
        }
    }
    return check_segments(out, text);
}
