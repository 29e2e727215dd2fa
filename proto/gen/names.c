/* SPDX-License-Identifier: Apache-2.0 */
/* The only place that makes C names. The rules, as docs/reference/generator.md states them:
 *
 *   type      full name, each part in snake case, joined by '_'    a.b.HttpRule -> a_b_http_rule
 *   constant  type in capitals, '_', the value as written, without the type's own name in front
 *   member    the field as written
 *   handler   full name of the service and method as for types
 *
 * A name that is taken gets '_' behind it until it is free: taken by C, C++, a header of the
 * system, the prefix of a library, and for members by their neighbours (names_member.c). What a
 * whole program shares is never renamed because of another element: files are generated apart. What
 * collides so is refused with both elements named. */
#include <stdlib.h>

#include "agent/base/character.h"
#include "proto/gen/model.h"
#include "proto/gen/reserved.h"

static bool is_lower(char c)
{
    return reeve_is_lower(c) || reeve_is_digit(c);
}

static char lower(char c)
{
    if (reeve_is_upper(c)) {
        return (char)(c - 'A' + 'a');
    }
    return c;
}

static bool starts_word(char before, char c, char after)
{
    if (!reeve_is_upper(c)) {
        return false;
    }
    return is_lower(before) || (reeve_is_upper(before) && reeve_is_lower(after));
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
    const char *where =
        one->file == NULL
            ? ""
            : reeve_gen_concat(" (", one->file, ":", reeve_gen_number(one->line), ")", NULL);
    reeve_gen_refuse(
        &model->report, meeting->other,
        reeve_gen_concat("its C name \"", name, "\" is also that of ", one->element, where, NULL),
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

/* ---- names that a whole program shares ---- */

struct shared {
    struct reeve_gen_list tags;
    struct reeve_gen_list names;
};

/* What stands around the C name of an element: prefix and suffix of the names made from it. */
struct around {
    const char *prefix;
    const char *suffix;
};

static const struct around around_message[] = {
    {"", "_message"},    {"", "_descriptor"},     {"", "_init"},        {"fields_of_", ""},
    {"oneofs_of_", ""},  {"pb_fields_of_", ""},   {"pb_names_of_", ""}, {"pb_ranges_of_", ""},
    {"pb_init_of_", ""}, {"oneof_rules_of_", ""}, {NULL, NULL}};
static const struct around around_enum[] = {
    {"", "_enum"},         {"", "_descriptor"},  {"values_of_", ""}, {"pb_values_of_", ""},
    {"pb_ranges_of_", ""}, {"pb_names_of_", ""}, {NULL, NULL}};
static const struct around around_task[] = {
    {"", ""},          {"", "_task"},        {"run_", ""}, {"http_of_", ""},
    {"parts_of_", ""}, {"accepted_of_", ""}, {NULL, NULL}};

static const char *put_around(const struct around *around, const char *name)
{
    return reeve_gen_concat(around->prefix, name, around->suffix, NULL);
}

static void take_around(struct shared *shared, const struct around *around, const char *name,
                        const struct reeve_gen_place *place)
{
    for (; around->prefix != NULL; around++) {
        take(&shared->names, put_around(around, name), place);
    }
}

static bool is_taken(const struct around *around, const char *name)
{
    if (reeve_gen_is_compilers(name) || reeve_gen_is_reserved_shared(name)) {
        return true;
    }
    for (; around->prefix != NULL; around++) {
        if (reeve_gen_is_reserved_shared(put_around(around, name))) {
            return true;
        }
    }
    return reeve_gen_is_reserved_shared(reeve_gen_concat(reeve_gen_upper(name), "_INIT", NULL));
}

/* Packages that start with "reeve" know whose names they use. */
static bool is_ours(const char *full_name)
{
    return reeve_gen_has_prefix(full_name, "reeve.v1.") ||
           reeve_gen_has_prefix(full_name, "reeve_");
}

static const char *free_word(const struct around *around, const char *full_name)
{
    const char *name = snake(full_name);
    if (reeve_gen_is_library_name(name) && !is_ours(full_name)) {
        name = reeve_gen_concat(name, "_", NULL);
    }
    while (is_taken(around, name)) {
        name = reeve_gen_concat(name, "_", NULL);
    }
    return name;
}

static const char *free_constant(const char *name)
{
    while (reeve_gen_is_compilers(name) || reeve_gen_is_reserved_shared(name)) {
        name = reeve_gen_concat(name, "_", NULL);
    }
    return name;
}

/* Constants of one oneof: its own are NOT_SET and those of lower numbers. */
static void name_cases(struct shared *shared, struct reeve_gen_message *m, size_t index)
{
    struct reeve_gen_oneof *oneof = &m->oneof_names[index];
    struct reeve_gen_name_set taken = {0};
    const char *base =
        reeve_gen_upper(reeve_gen_concat(m->c_name, "_", snake(m->oneofs[index].name), NULL));
    oneof->c_not_set = free_constant(reeve_gen_concat(base, "_NOT_SET", NULL));
    (void)reeve_gen_name_set_add(&taken, oneof->c_not_set, oneof);
    take(&shared->names, oneof->c_not_set, &oneof->place);
    for (size_t i = 0; i < m->table.fields_count; i++) {
        struct reeve_gen_field *field = &m->field_names[i];
        if (field->table->oneof != index + 1) {
            continue;
        }
        field->c_case =
            free_constant(reeve_gen_concat(base, "_", reeve_gen_upper(field->table->name), NULL));
        while (!reeve_gen_name_set_add(&taken, field->c_case, field)) {
            field->c_case = reeve_gen_concat(field->c_case, "_", NULL);
        }
        take(&shared->names, field->c_case, &field->place);
    }
}

static void name_oneofs(struct shared *shared, struct reeve_gen_message *m)
{
    for (size_t i = 0; i < m->table.oneofs_count; i++) {
        struct reeve_gen_oneof *oneof = &m->oneof_names[i];
        oneof->c_type = reeve_gen_concat(m->c_name, "_", snake(m->oneofs[i].name), "_case", NULL);
        take(&shared->tags, oneof->c_type, &oneof->place);
        name_cases(shared, m, i);
    }
}

static void name_message(struct shared *shared, struct reeve_gen_message *m)
{
    m->c_name = free_word(around_message, m->table.name);
    take(&shared->tags, m->c_name, &m->place);
    take(&shared->names, reeve_gen_concat(reeve_gen_upper(m->c_name), "_INIT", NULL), &m->place);
    take_around(shared, around_message, m->c_name, &m->place);
    reeve_gen_name_members(m);
    name_oneofs(shared, m);
}

/* A constant without its enum's own name in front: ROLE_WORKER of Role is WORKER. */
static const char *short_value(const struct reeve_gen_enum *e,
                               const struct reeve_gen_name_set *values, const char *name)
{
    const char *simple = reeve_gen_last_part(e->table.name);
    const char *prefix = reeve_gen_concat(reeve_gen_upper(snake(simple)), "_", NULL);
    const size_t length = reeve_bytes_cstr(prefix).len;
    const char *rest = reeve_gen_has_prefix(name, prefix) ? name + length : name;
    if (rest == name || *rest == '\0') {
        return name;
    }
    /* WORKER stands beside ROLE_WORKER: both keep their names. */
    return reeve_gen_name_set_has(values, rest) ? name : rest;
}

static void name_enum(struct shared *shared, struct reeve_gen_enum *e)
{
    struct reeve_gen_name_set values = {0};
    for (size_t i = 0; i < e->table.values_count; i++) {
        (void)reeve_gen_name_set_add(&values, e->values[i].name, &e->values[i]);
    }
    e->c_name = free_word(around_enum, e->table.name);
    take(&shared->tags, e->c_name, &e->place);
    take_around(shared, around_enum, e->c_name, &e->place);
    for (size_t i = 0; i < e->table.values_count; i++) {
        struct reeve_gen_enum_value *value = &e->values[i];
        value->c_name = free_constant(reeve_gen_concat(reeve_gen_upper(e->c_name), "_",
                                                       short_value(e, &values, value->name), NULL));
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
    task->c_name = free_word(around_task, full);
    take_around(shared, around_task, task->c_name, &task->place);
}

static void name_file(struct shared *shared, const struct reeve_gen_file *file)
{
    for (size_t i = 0; i < file->enums.count; i++) {
        struct reeve_gen_enum *e = file->enums.items[i];
        if (e->used) {
            name_enum(shared, e);
        }
    }
    for (size_t i = 0; i < file->messages.count; i++) {
        struct reeve_gen_message *m = file->messages.items[i];
        if (m->used) {
            name_message(shared, m);
        }
    }
}

void reeve_gen_names(struct reeve_gen_model *model)
{
    struct shared shared = {0};
    struct reeve_gen_list meetings = {0};
    for (size_t f = 0; f < model->files.count; f++) {
        name_file(&shared, model->files.items[f]);
    }
    for (size_t i = 0; i < model->tasks.count; i++) {
        name_task(&shared, model->tasks.items[i]);
    }
    const struct reeve_gen_place table = {.element = "--reeve_out: table"};
    if (model->parameters.table != NULL) {
        take(&shared.names, model->parameters.table, &table);
    }
    refuse_collisions(model, &shared.tags, &meetings);
    refuse_collisions(model, &shared.names, &meetings);
}
