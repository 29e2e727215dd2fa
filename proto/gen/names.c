/* SPDX-License-Identifier: Apache-2.0 */
/* The only place that makes C names. The rules, as docs/reference/generator.md states them:
 *
 *   type      full name, each part in snake case, joined by '_'    a.b.HttpRule -> a_b_http_rule
 *   constant  type in capitals, '_', the value as written, without the type's own name in front
 *   member    the field as written
 *   handler   full name of the service and method as for types
 *
 * A name that C, C++ or a common macro has taken, and a member that another one's companion (base,
 * has_x, n_x, o_case) has taken, gets '_' behind it. What still collides is refused with both
 * elements named. */
#include <stdlib.h>

#include "proto/gen/model.h"
#include "proto/gen/reserved.h"

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static char lower(char c)
{
    if (is_upper(c)) {
        return (char)(c - 'A' + 'a');
    }
    return c;
}

static bool starts_word(char before, char c, char after)
{
    if (!is_upper(c)) {
        return false;
    }
    return is_lower(before) || (is_upper(before) && after >= 'a' && after <= 'z');
}

/* "HttpRule" -> "http_rule", "HTTPRule" -> "http_rule"; dots become '_'. */
static const char *snake(const char *name)
{
    struct reeve_buffer b = reeve_gen_buffer();
    for (size_t i = 0; name[i] != '\0'; i++) {
        if (name[i] == '.') {
            reeve_gen_must(reeve_buffer_append_byte(&b, '_'));
            continue;
        }
        if (i > 0 && starts_word(name[i - 1], name[i], name[i + 1])) {
            reeve_gen_must(reeve_buffer_append_byte(&b, '_'));
        }
        reeve_gen_must(reeve_buffer_append_byte(&b, (uint8_t)lower(name[i])));
    }
    return reeve_gen_copy(reeve_buffer_view(&b));
}

static const char *free_word(const char *name)
{
    while (reeve_gen_is_reserved(name)) {
        name = reeve_gen_concat(name, "_", NULL);
    }
    return name;
}

/* ---- what is taken ---- */

struct taken {
    const char *name;
    const struct reeve_gen_place *place;
};

static void take(struct reeve_gen_list *names, const char *name,
                 const struct reeve_gen_place *place)
{
    struct taken *t = reeve_gen_alloc(sizeof *t);
    *t = (struct taken){.name = name, .place = place};
    reeve_gen_list_add(names, t);
}

static int compare_taken(const void *a, const void *b)
{
    const struct taken *x = *(const struct taken *const *)a;
    const struct taken *y = *(const struct taken *const *)b;
    int order = reeve_gen_order(x->name, y->name);
    return order != 0 ? order : reeve_gen_order(x->place->element, y->place->element);
}

/* Two elements whose C names meet, so that a pair is named once however many names it shares. */
struct meeting {
    const struct reeve_gen_place *one;
    const struct reeve_gen_place *other;
};

static bool is_reported(const struct reeve_gen_list *meetings, const struct meeting *meeting)
{
    for (size_t i = 0; i < meetings->count; i++) {
        const struct meeting *seen = meetings->items[i];
        if (seen->one == meeting->one && seen->other == meeting->other) {
            return true;
        }
    }
    return false;
}

static void report(struct reeve_gen_model *model, struct reeve_gen_list *meetings, const char *name,
                   const struct meeting *meeting)
{
    const struct reeve_gen_place *one = meeting->one;
    if (is_reported(meetings, meeting)) {
        return;
    }
    struct meeting *kept = reeve_gen_alloc(sizeof *kept);
    *kept = *meeting;
    reeve_gen_list_add(meetings, kept);
    reeve_gen_refuse(&model->report, meeting->other,
                     reeve_gen_concat("its C name \"", name, "\" is also that of ", one->element,
                                      " (", one->file, ":", reeve_gen_number(one->line), ")", NULL),
                     "Rename one of the two");
}

/* Refuses every name that is there twice. */
static void refuse_collisions(struct reeve_gen_model *model, struct reeve_gen_list *names,
                              struct reeve_gen_list *meetings)
{
    if (names->count == 0) {
        return;
    }
    qsort(names->items, names->count, sizeof *names->items, compare_taken);
    for (size_t i = 1; i < names->count; i++) {
        const struct taken *x = names->items[i - 1];
        const struct taken *y = names->items[i];
        if (reeve_gen_same(x->name, y->name)) {
            const struct meeting meeting = {.one = x->place, .other = y->place};
            report(model, meetings, y->name, &meeting);
        }
    }
}

/* ---- members of one message ---- */

bool reeve_gen_has_companion(const struct reeve_field *field)
{
    return field->cardinality == REEVE_REPEATED || field->cardinality == REEVE_MAP ||
           (field->cardinality == REEVE_EXPLICIT && field->oneof == 0 &&
            field->type != REEVE_TYPE_MESSAGE && field->type != REEVE_TYPE_STRING);
}

static const char *companion(const struct reeve_gen_field *field, const char *name)
{
    const char *prefix = field->table->cardinality == REEVE_EXPLICIT ? "has_" : "n_";
    return reeve_gen_concat(prefix, name, NULL);
}

/* Whether `name` is what another field or oneof needs beside itself. */
static bool is_companion(const struct reeve_gen_message *m, const char *name)
{
    if (reeve_gen_same(name, "base")) {
        return true;
    }
    for (size_t i = 0; i < m->table.fields_count; i++) {
        const struct reeve_gen_field *field = &m->field_names[i];
        if (reeve_gen_has_companion(field->table) &&
            reeve_gen_same(companion(field, field->table->name), name)) {
            return true;
        }
    }
    for (size_t i = 0; i < m->table.oneofs_count; i++) {
        if (reeve_gen_same(reeve_gen_concat(m->oneofs[i].name, "_case", NULL), name)) {
            return true;
        }
    }
    return false;
}

static bool is_field(const struct reeve_gen_message *m, const char *name)
{
    for (size_t i = 0; i < m->table.fields_count; i++) {
        if (reeve_gen_same(m->fields[i].name, name)) {
            return true;
        }
    }
    return false;
}

static const char *member_name(const struct reeve_gen_message *m, const char *field)
{
    const char *name = field;
    while (reeve_gen_is_reserved(name) || is_companion(m, name) ||
           (name != field && is_field(m, name))) {
        name = reeve_gen_concat(name, "_", NULL);
    }
    return name;
}

static void name_members(struct reeve_gen_model *model, struct reeve_gen_message *m)
{
    struct reeve_gen_list members = {0};
    struct reeve_gen_list meetings = {0};
    for (size_t i = 0; i < m->table.fields_count; i++) {
        struct reeve_gen_field *field = &m->field_names[i];
        field->c_name = member_name(m, field->table->name);
        take(&members, field->c_name, &field->place);
        if (reeve_gen_has_companion(field->table)) {
            take(&members, companion(field, field->c_name), &field->place);
        }
    }
    for (size_t i = 0; i < m->table.oneofs_count; i++) {
        m->oneof_names[i].c_name = m->oneofs[i].name;
        take(&members, reeve_gen_concat(m->oneofs[i].name, "_case", NULL),
             &m->oneof_names[i].place);
    }
    refuse_collisions(model, &members, &meetings);
}

/* ---- names that a whole program shares ---- */

struct shared {
    struct reeve_gen_list tags;
    struct reeve_gen_list names;
};

static void name_oneofs(struct shared *shared, struct reeve_gen_message *m)
{
    for (size_t i = 0; i < m->table.oneofs_count; i++) {
        struct reeve_gen_oneof *oneof = &m->oneof_names[i];
        const char *base = reeve_gen_concat(m->c_name, "_", snake(m->oneofs[i].name), NULL);
        oneof->c_type = reeve_gen_concat(base, "_case", NULL);
        take(&shared->tags, oneof->c_type, &oneof->place);
        take(&shared->names, reeve_gen_concat(reeve_gen_upper(base), "_NOT_SET", NULL),
             &oneof->place);
        for (size_t j = 0; j < m->table.fields_count; j++) {
            const struct reeve_gen_field *field = &m->field_names[j];
            if (field->table->oneof == i + 1) {
                take(&shared->names,
                     reeve_gen_concat(reeve_gen_upper(base), "_",
                                      reeve_gen_upper(field->table->name), NULL),
                     &field->place);
            }
        }
    }
}

static void name_message(struct reeve_gen_model *model, struct shared *shared,
                         struct reeve_gen_message *m)
{
    m->c_name = free_word(snake(m->table.name));
    take(&shared->tags, m->c_name, &m->place);
    take(&shared->names, reeve_gen_concat(m->c_name, "_message", NULL), &m->place);
    take(&shared->names, reeve_gen_concat(m->c_name, "_descriptor", NULL), &m->place);
    take(&shared->names, reeve_gen_concat(m->c_name, "_init", NULL), &m->place);
    take(&shared->names, reeve_gen_concat(reeve_gen_upper(m->c_name), "_INIT", NULL), &m->place);
    name_members(model, m);
    name_oneofs(shared, m);
}

/* A constant without its enum's own name in front: ROLE_WORKER of Role is WORKER. */
static const char *short_value(const struct reeve_gen_enum *e, const char *name)
{
    const char *simple = reeve_gen_last_part(e->table.name);
    const char *prefix = reeve_gen_concat(reeve_gen_upper(snake(simple)), "_", NULL);
    const size_t length = reeve_bytes_cstr(prefix).len;
    const char *rest = reeve_gen_has_prefix(name, prefix) ? name + length : name;
    if (rest == name || *rest == '\0') {
        return name;
    }
    for (size_t i = 0; i < e->table.values_count; i++) {
        if (reeve_gen_same(e->values[i].name, rest)) {
            return name; /* WORKER stands beside ROLE_WORKER: both keep their names */
        }
    }
    return rest;
}

static void name_enum(struct shared *shared, struct reeve_gen_enum *e)
{
    e->c_name = free_word(snake(e->table.name));
    take(&shared->tags, e->c_name, &e->place);
    take(&shared->names, reeve_gen_concat(e->c_name, "_enum", NULL), &e->place);
    take(&shared->names, reeve_gen_concat(e->c_name, "_descriptor", NULL), &e->place);
    for (size_t i = 0; i < e->table.values_count; i++) {
        struct reeve_gen_enum_value *value = &e->values[i];
        value->c_name = reeve_gen_concat(reeve_gen_upper(snake(e->table.name)), "_",
                                         short_value(e, value->name), NULL);
        take(&shared->names, value->c_name, &value->place);
    }
}

static void name_task(struct shared *shared, struct reeve_gen_task *task)
{
    char *full = reeve_gen_copy(reeve_bytes_cstr(task->table.name));
    for (char *c = full; *c != '\0'; c++) {
        if (*c == '/') {
            *c = '.';
        }
    }
    task->c_name = free_word(snake(full));
    take(&shared->names, task->c_name, &task->place);
    take(&shared->names, reeve_gen_concat(task->c_name, "_task", NULL), &task->place);
}

void reeve_gen_names(struct reeve_gen_model *model)
{
    struct shared shared = {0};
    struct reeve_gen_list meetings = {0};
    for (size_t f = 0; f < model->files.count; f++) {
        const struct reeve_gen_file *file = model->files.items[f];
        for (size_t i = 0; i < file->enums.count; i++) {
            struct reeve_gen_enum *e = file->enums.items[i];
            if (e->used) {
                name_enum(&shared, e);
            }
        }
        for (size_t i = 0; i < file->messages.count; i++) {
            struct reeve_gen_message *m = file->messages.items[i];
            if (m->used) {
                name_message(model, &shared, m);
            }
        }
    }
    for (size_t i = 0; i < model->tasks.count; i++) {
        name_task(&shared, model->tasks.items[i]);
    }
    refuse_collisions(model, &shared.tags, &meetings);
    refuse_collisions(model, &shared.names, &meetings);
}
