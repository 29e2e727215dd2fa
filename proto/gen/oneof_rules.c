/* SPDX-License-Identifier: Apache-2.0 */
/* buf.validate's options of messages and oneofs: which of several fields may and must be set. */
#include <stdlib.h>

#include "proto/gen/model.h"
#include "proto/gen/wire.h"
#include "proto/runtime/rule.h"

enum {
    BUF_VALIDATE = 1159,
    MESSAGE_CEL = 3,
    MESSAGE_ONEOF = 4,
    MESSAGE_CEL_EXPRESSION = 5,
    RULE_FIELDS = 1,
    RULE_REQUIRED = 2,
    ONEOF_REQUIRED = 1,
};

static void refuse(struct reeve_gen_model *model, const struct reeve_gen_place *place,
                   const char *rule, const char *what, const char *next)
{
    reeve_gen_refuse(&model->report, place,
                     reeve_gen_concat("buf.validate rule \"", rule, "\" ", what, NULL), next);
}

static void refuse_unknown(struct reeve_gen_model *model, const struct reeve_gen_place *place,
                           const char *group, uint32_t number)
{
    refuse(model, place, reeve_gen_concat(group, ".(", reeve_gen_number(number), ")", NULL),
           "is not known to this generator", "Remove it, or use a newer reeve");
}

/* ---- (buf.validate.message).oneof ---- */

/* One of these while it is read. */
struct reading {
    struct reeve_gen_model *model;
    struct reeve_gen_message *m;
    uint16_t *fields;
    size_t count;
};

static void refuse_rule(const struct reading *r, const char *what)
{
    refuse(r->model, &r->m->place, "message.oneof", what,
           "Name fields of this message, each once, and at least one");
}

static bool has_field(const struct reading *r, uint16_t index)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->fields[i] == index) {
            return true;
        }
    }
    return false;
}

static void add_field(struct reading *r, struct reeve_bytes name)
{
    for (uint16_t i = 0; i < r->m->table.fields_count; i++) {
        if (!reeve_bytes_equal_cstr(name, r->m->fields[i].name)) {
            continue;
        }
        if (has_field(r, i)) {
            refuse_rule(r, reeve_gen_concat("names \"", r->m->fields[i].name, "\" twice", NULL));
            return;
        }
        r->fields[r->count++] = i;
        return;
    }
    refuse_rule(r, reeve_gen_concat("names \"", reeve_gen_copy(name),
                                    "\", which is no field of this message", NULL));
}

static int compare_indexes(const void *a, const void *b)
{
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static struct reeve_oneof_rule *read_rule(struct reeve_gen_model *model,
                                          struct reeve_gen_message *m, struct reeve_bytes message)
{
    struct reading r = {.model = model, .m = m};
    struct reeve_oneof_rule *rule = reeve_gen_alloc(sizeof *rule);
    struct reeve_gen_entry entry;
    r.fields = reeve_gen_alloc_array((size_t)m->table.fields_count + 1, sizeof *r.fields);
    while (reeve_gen_wire_next(&message, &entry)) {
        if (entry.number == RULE_FIELDS) {
            add_field(&r, entry.bytes);
        } else if (entry.number == RULE_REQUIRED) {
            rule->required = entry.value != 0;
        } else {
            refuse_unknown(model, &m->place, "message.oneof", entry.number);
        }
    }
    if (r.count == 0) {
        refuse_rule(&r, "names no field");
    }
    qsort(r.fields, r.count, sizeof *r.fields, compare_indexes);
    rule->fields = r.fields;
    rule->fields_count = (uint16_t)r.count;
    return rule;
}

static int compare_rules(const void *a, const void *b)
{
    return reeve_oneof_rule_compare(a, b);
}

static void keep_rules(struct reeve_gen_message *m, const struct reeve_gen_list *list)
{
    struct reeve_oneof_rule *rules = reeve_gen_alloc_array(list->count, sizeof *rules);
    for (size_t i = 0; i < list->count; i++) {
        rules[i] = *(const struct reeve_oneof_rule *)list->items[i];
    }
    qsort(rules, list->count, sizeof *rules, compare_rules);
    m->table.oneof_rules = rules;
    m->table.oneof_rules_count = (uint16_t)list->count;
}

static void message_options(struct reeve_gen_model *model, struct reeve_gen_message *m)
{
    bool present;
    struct reeve_gen_list rules = {0};
    struct reeve_gen_entry entry;
    struct reeve_bytes options = reeve_gen_wire_extensions(&m->descriptor->options->base);
    struct reeve_bytes rest = reeve_gen_wire_message(options, BUF_VALIDATE, &present);
    while (reeve_gen_wire_next(&rest, &entry)) {
        if (entry.number == MESSAGE_CEL || entry.number == MESSAGE_CEL_EXPRESSION) {
            refuse(model, &m->place, entry.number == MESSAGE_CEL ? "cel" : "cel_expression",
                   "is a CEL expression, which reeve does not evaluate",
                   "Use rules on fields and oneofs, or check it in the task's implementation");
        } else if (entry.number == MESSAGE_ONEOF) {
            reeve_gen_list_add(&rules, read_rule(model, m, entry.bytes));
        } else {
            refuse_unknown(model, &m->place, "MessageRules", entry.number);
        }
    }
    keep_rules(m, &rules);
}

/* ---- (buf.validate.oneof) ---- */

static void oneof_options(struct reeve_gen_model *model, struct reeve_gen_message *m, size_t i)
{
    const Google__Protobuf__OneofOptions *from = m->descriptor->oneof_decl[i]->options;
    bool present;
    struct reeve_gen_entry entry;
    if (from == NULL) {
        return;
    }
    struct reeve_bytes options = reeve_gen_wire_extensions(&from->base);
    struct reeve_bytes rest = reeve_gen_wire_message(options, BUF_VALIDATE, &present);
    while (reeve_gen_wire_next(&rest, &entry)) {
        if (entry.number == ONEOF_REQUIRED) {
            m->oneofs[i].required = entry.value != 0;
        } else {
            refuse_unknown(model, &m->oneof_names[i].place, "OneofRules", entry.number);
        }
    }
}

void reeve_gen_oneof_rules(struct reeve_gen_model *model, struct reeve_gen_message *m)
{
    if (m->descriptor->options != NULL) {
        message_options(model, m);
    }
    for (size_t i = 0; i < m->table.oneofs_count; i++) {
        oneof_options(model, m, i);
    }
}
