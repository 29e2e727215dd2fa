/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the members of one struct. A field keeps its own name unless that is taken: by C, by the
 * struct (C++ keeps its name from members of a union), or by what another field or oneof needs
 * beside itself. The others get '_' behind theirs until it is free, those of lower numbers first:
 * so a field that is added later never renames one that was there. */
#include "proto/gen/model.h"
#include "proto/gen/reserved.h"

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

struct members {
    struct reeve_gen_name_set taken;  /* for good */
    struct reeve_gen_name_set wanted; /* what each field would take under its own name */
};

/* What stands in the struct whatever its fields are called. */
static void take_fixed(struct members *members, const struct reeve_gen_message *m)
{
    (void)reeve_gen_name_set_add(&members->taken, "base", m);
    (void)reeve_gen_name_set_add(&members->taken, m->c_name, m);
    for (size_t i = 0; i < m->table.oneofs_count; i++) {
        (void)reeve_gen_name_set_add(
            &members->taken, reeve_gen_concat(m->oneofs[i].name, "_case", NULL), &m->oneofs[i]);
    }
    for (size_t i = 0; i < m->table.fields_count; i++) {
        const struct reeve_gen_field *field = &m->field_names[i];
        if (reeve_gen_has_companion(field->table)) {
            (void)reeve_gen_name_set_add(&members->wanted, companion(field, field->table->name),
                                         field);
        }
    }
}

static void take(struct members *members, struct reeve_gen_field *field, const char *name)
{
    field->c_name = name;
    (void)reeve_gen_name_set_add(&members->taken, name, field);
    if (reeve_gen_has_companion(field->table)) {
        (void)reeve_gen_name_set_add(&members->taken, companion(field, name), field);
    }
}

static bool keeps_its_name(const struct members *members, const struct reeve_gen_field *field)
{
    const char *name = field->table->name;
    if (reeve_gen_is_reserved(name) || reeve_gen_name_set_has(&members->taken, name) ||
        reeve_gen_name_set_has(&members->wanted, name)) {
        return false;
    }
    return !reeve_gen_has_companion(field->table) ||
           !reeve_gen_name_set_has(&members->taken, companion(field, name));
}

static bool is_free(const struct members *members, const char *name)
{
    return !reeve_gen_is_reserved(name) && !reeve_gen_name_set_has(&members->taken, name) &&
           !reeve_gen_name_set_has(&members->wanted, name);
}

static const char *free_name(const struct members *members, const struct reeve_gen_field *field)
{
    const char *name = field->table->name;
    do {
        name = reeve_gen_concat(name, "_", NULL);
    } while (!is_free(members, name) ||
             (reeve_gen_has_companion(field->table) && !is_free(members, companion(field, name))));
    return name;
}

void reeve_gen_name_members(struct reeve_gen_message *m)
{
    struct members members = {0};
    take_fixed(&members, m);
    for (size_t i = 0; i < m->table.fields_count; i++) {
        struct reeve_gen_field *field = &m->field_names[i];
        if (keeps_its_name(&members, field)) {
            take(&members, field, field->table->name);
        }
    }
    for (size_t i = 0; i < m->table.fields_count; i++) {
        struct reeve_gen_field *field = &m->field_names[i];
        /* No other name may become one that a field has by right of its own. */
        (void)reeve_gen_name_set_add(&members.wanted, field->table->name, field);
    }
    for (size_t i = 0; i < m->table.fields_count; i++) {
        struct reeve_gen_field *field = &m->field_names[i];
        if (field->c_name == NULL) {
            take(&members, field, free_name(&members, field));
        }
    }
    for (size_t i = 0; i < m->table.oneofs_count; i++) {
        m->oneof_names[i].c_name = m->oneofs[i].name;
    }
}
