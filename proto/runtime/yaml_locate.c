/* SPDX-License-Identifier: Apache-2.0 */
/* Walks a YAML text beside a path: a container is entered as "on the path" as long as its keys or
 * positions are the path's. The deepest place that was on the path wins. */
#include "proto/runtime/yaml_locate.h"

#include <yaml.h>

#include "agent/base/character.h"

#define SEGMENTS_MAX 64
#define NESTING_MAX 256
#define OFF_PATH SIZE_MAX

/* One step of a path: a name or map key, or a position in a list. */
struct segment {
    struct reeve_bytes text;
    bool is_index;
    size_t index;
};

/* A container that is open. */
struct level {
    bool is_list;
    bool awaits_value;  /* mapping: its key was read */
    size_t matched;     /* segments up to this container; OFF_PATH */
    size_t item;        /* list: position of the next item */
    size_t value_match; /* mapping: segments up to the value to come */
};

struct locator {
    yaml_parser_t parser;
    struct segment segments[SEGMENTS_MAX];
    size_t segments_count;
    struct level levels[NESTING_MAX];
    size_t depth;
    size_t best; /* segments matched by the place that was found */
    yaml_mark_t at;
};

/* ---- the path ---- */

static size_t index_of(struct reeve_bytes digits)
{
    size_t value = 0;
    for (size_t i = 0; i < digits.len && reeve_is_digit(digits.data[i]); i++) {
        value = value * 10 + (size_t)(digits.data[i] - '0');
    }
    return value;
}

static bool ends_name(uint8_t c)
{
    return c == '.' || c == '[';
}

/* The inside of [ ]: a position, or a key in quotes, whose end is the last quote before ']'. */
static size_t take_subscript(struct reeve_bytes path, size_t from, struct segment *out)
{
    const bool quoted = from < path.len && path.data[from] == '"';
    size_t end = quoted ? from + 1 : from;
    while (end < path.len && !(quoted ? path.data[end] == '"' : path.data[end] == ']')) {
        end += quoted && path.data[end] == '\\' ? 2 : 1;
    }
    end = end < path.len ? end : path.len;
    const size_t start = quoted ? from + 1 : from;
    out->text = reeve_bytes_slice(path, start, end - start);
    out->is_index = !quoted;
    out->index = quoted ? 0 : index_of(out->text);
    return end + (quoted ? 2 : 1);
}

static void split(struct locator *l, struct reeve_bytes path)
{
    size_t at = 0;
    while (at < path.len && l->segments_count < SEGMENTS_MAX) {
        struct segment *s = &l->segments[l->segments_count++];
        if (path.data[at] == '[') {
            at = take_subscript(path, at + 1, s);
        } else {
            size_t end = at;
            while (end < path.len && !ends_name(path.data[end])) {
                end++;
            }
            s->text = reeve_bytes_slice(path, at, end - at);
            at = end;
        }
        if (at < path.len && path.data[at] == '.') {
            at++;
        }
    }
}

/* ---- comparing ---- */

/* base_url and baseUrl name the same field; keys of maps are compared by the same rule, which can
 * only confuse keys that differ in case or underscores. */
static bool same_name(struct reeve_bytes a, struct reeve_bytes b)
{
    size_t i = 0;
    size_t j = 0;
    for (;;) {
        while (i < a.len && (a.data[i] == '_' || a.data[i] == '\\')) {
            i++;
        }
        while (j < b.len && (b.data[j] == '_' || b.data[j] == '\\')) {
            j++;
        }
        if (i == a.len || j == b.len) {
            return i == a.len && j == b.len;
        }
        if (reeve_lower(a.data[i++]) != reeve_lower(b.data[j++])) {
            return false;
        }
    }
}

static size_t match_key(const struct locator *l, size_t matched, struct reeve_bytes key)
{
    if (matched == OFF_PATH || matched >= l->segments_count || l->segments[matched].is_index ||
        !same_name(l->segments[matched].text, key)) {
        return OFF_PATH;
    }
    return matched + 1;
}

static size_t match_item(const struct locator *l, size_t matched, size_t item)
{
    if (matched == OFF_PATH || matched >= l->segments_count || !l->segments[matched].is_index ||
        l->segments[matched].index != item) {
        return OFF_PATH;
    }
    return matched + 1;
}

/* ---- the walk ---- */

static void found(struct locator *l, size_t matched, yaml_mark_t at)
{
    if (matched != OFF_PATH && matched >= l->best) {
        l->best = matched;
        l->at = at;
    }
}

/* The segments up to the value that begins now. */
static size_t begin_value(struct locator *l, yaml_mark_t at)
{
    if (l->depth == 0) {
        return 0;
    }
    struct level *top = &l->levels[l->depth - 1];
    if (!top->is_list) {
        top->awaits_value = false;
        return top->value_match;
    }
    const size_t matched = match_item(l, top->matched, top->item++);
    found(l, matched, at);
    return matched;
}

static enum reeve_status enter(struct locator *l, bool is_list, yaml_mark_t at)
{
    const size_t matched = begin_value(l, at);
    if (l->depth == NESTING_MAX) {
        return REEVE_SYNTAX;
    }
    l->levels[l->depth++] = (struct level){.is_list = is_list, .matched = matched};
    return REEVE_OK;
}

static void on_scalar(struct locator *l, const yaml_event_t *event)
{
    struct level *top = l->depth > 0 ? &l->levels[l->depth - 1] : NULL;
    if (top == NULL || top->is_list || top->awaits_value) {
        found(l, begin_value(l, event->start_mark), event->start_mark);
        return;
    }
    top->awaits_value = true;
    top->value_match = match_key(
        l, top->matched, reeve_bytes_of(event->data.scalar.value, event->data.scalar.length));
    found(l, top->value_match, event->start_mark);
}

static enum reeve_status on_event(struct locator *l, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        on_scalar(l, event);
        return REEVE_OK;
    case YAML_MAPPING_START_EVENT:
        return enter(l, false, event->start_mark);
    case YAML_SEQUENCE_START_EVENT:
        return enter(l, true, event->start_mark);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        l->depth--;
        return REEVE_OK;
    case YAML_ALIAS_EVENT:
        return REEVE_SYNTAX;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return REEVE_OK;
    }
    return REEVE_INTERNAL;
}

static enum reeve_status walk(struct locator *l)
{
    for (bool at_end = false; !at_end;) {
        yaml_event_t event;
        if (yaml_parser_parse(&l->parser, &event) == 0) {
            return l->parser.error == YAML_MEMORY_ERROR ? REEVE_NO_MEMORY : REEVE_SYNTAX;
        }
        const enum reeve_status status = on_event(l, &event);
        at_end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        REEVE_TRY(status);
    }
    return REEVE_OK;
}

enum reeve_status reeve_yaml_locate(struct reeve_bytes yaml, const char *path, uint32_t *line,
                                    uint32_t *column)
{
    struct locator l = {.depth = 0};
    *line = 0;
    *column = 0;
    split(&l, reeve_bytes_cstr(path));
    if (yaml_parser_initialize(&l.parser) == 0) {
        return REEVE_NO_MEMORY;
    }
    yaml_parser_set_encoding(&l.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&l.parser, yaml.data, yaml.len);
    const enum reeve_status status = walk(&l);
    yaml_parser_delete(&l.parser);
    REEVE_TRY(status);
    *line = (uint32_t)l.at.line + 1;
    *column = (uint32_t)l.at.column + 1;
    return REEVE_OK;
}
