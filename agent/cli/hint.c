/* SPDX-License-Identifier: Apache-2.0 */
/* Next steps, from two tables: the document's by field, else ours by rule. A field of a name that
 * does not exist gets the nearest one that does. */
#include "agent/cli/hint.h"

#include "agent/base/program_name.h"
#include "agent/cli/suggest.h"
#include "proto/runtime/message.h"

static const struct reeve_hint BY_RULE[] = {
    {"required", "add the field"},
    {"duplicate", "leave one of the two"},
    {"oneof", "give one of the alternatives and remove the others"},
    {"syntax", "check the indentation, colons and quotes at this place"},
    {"string.max_len", "shorten the value"},
    {"string.min_len", "give the field a value"},
    {"repeated.max_items", "remove entries"},
    {"uint32.lte", "write a smaller number"},
};

static const char *look_up(const struct reeve_hint *hints, size_t count, struct reeve_bytes name)
{
    for (size_t i = 0; i < count; i++) {
        if (reeve_bytes_equal_cstr(name, hints[i].name)) {
            return hints[i].text;
        }
    }
    return NULL;
}

/* The last name of a path, without its subscript: "base_url" of systems["a.b"].http.base_url. */
static struct reeve_bytes last_name(struct reeve_bytes path)
{
    size_t end = path.len;
    if (end > 0 && path.data[end - 1] == ']') {
        while (end > 0 && path.data[end - 1] != '[') {
            end--;
        }
        end = end > 0 ? end - 1 : 0;
    }
    size_t from = end;
    while (from > 0 && path.data[from - 1] != '.') {
        from--;
    }
    return reeve_bytes_slice(path, from, end - from);
}

/* Reads the name at *at and leaves *at behind it and its subscript. */
static struct reeve_bytes next_name(struct reeve_bytes path, size_t *at)
{
    size_t end = *at;
    while (end < path.len && path.data[end] != '.' && path.data[end] != '[') {
        end++;
    }
    const struct reeve_bytes name = reeve_bytes_slice(path, *at, end - *at);
    bool quoted = false;
    while (end < path.len && (quoted || path.data[end] != '.')) {
        quoted = path.data[end] == '"' ? !quoted : quoted;
        end++;
    }
    *at = end < path.len ? end + 1 : end;
    return name;
}

/* The message that the last name of the path belongs to; NULL when the path leads nowhere. */
static const struct reeve_message *owner_of(const struct reeve_message *table,
                                            struct reeve_bytes path)
{
    size_t at = 0;
    for (;;) {
        const struct reeve_bytes name = next_name(path, &at);
        if (at >= path.len) {
            return table;
        }
        const struct reeve_field *field = reeve_message_field(table, name);
        if (field == NULL || field->message == NULL) {
            return NULL;
        }
        table = field->message;
        if (table->map_entry) {
            const struct reeve_field *value = reeve_message_field(table, reeve_bytes_cstr("value"));
            table = value != NULL ? value->message : NULL;
        }
        if (table == NULL) {
            return NULL;
        }
    }
}

static void suggest_field(const struct reeve_hints *hints, const struct reeve_message *table,
                          struct reeve_config_item *item)
{
    const struct reeve_bytes path = reeve_bytes_cstr(item->field);
    struct reeve_suggestion s = {.wrong = last_name(path)};
    const struct reeve_message *owner = owner_of(table, path);
    for (uint32_t i = 0; owner != NULL && i < owner->fields_count; i++) {
        reeve_suggestion_try(&s, owner->fields[i].name);
    }
    if (s.best != NULL) {
        reeve_config_item_next(item, "did you mean %s?", s.best);
        return;
    }
    reeve_config_item_next(item, "remove it; %s lists the fields that exist", hints->reference);
}

/* Puts the program's name in. */
static void take_text(struct reeve_config_item *item, const char *text)
{
    const struct reeve_bytes whole = reeve_bytes_cstr(text);
    const struct reeve_bytes mark = reeve_bytes_cstr("{program}");
    const size_t at = reeve_bytes_find(whole, mark);
    if (at == SIZE_MAX) {
        reeve_config_item_next(item, "%s", text);
        return;
    }
    reeve_config_item_next(item, "%.*s%s%s", (int)at, text, reeve_program_name(),
                           text + at + mark.len);
}

void reeve_hint(const struct reeve_hints *hints, const struct reeve_message *table,
                struct reeve_config_item *item)
{
    if (item == NULL) {
        return;
    }
    const struct reeve_bytes rule = reeve_bytes_cstr(item->rule);
    if (reeve_bytes_equal_cstr(rule, "unknown_field")) {
        suggest_field(hints, table, item);
        return;
    }
    const char *text = NULL;
    if (!reeve_bytes_equal_cstr(rule, "duplicate") && !reeve_bytes_equal_cstr(rule, "syntax")) {
        text = look_up(hints->fields, hints->count, last_name(reeve_bytes_cstr(item->field)));
    }
    if (text == NULL) {
        text = look_up(BY_RULE, sizeof(BY_RULE) / sizeof(BY_RULE[0]), rule);
    }
    if (text != NULL) {
        take_text(item, text);
        return;
    }
    reeve_config_item_next(item, "see %s for what this field takes", hints->reference);
}
