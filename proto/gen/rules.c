/* SPDX-License-Identifier: Apache-2.0 */
/* Third pass: buf.validate's options become reeve_rule tables; reeve.v1.field's become flags. What
 * proto/runtime/rule.h does not list is refused by name: a rule that nobody checks is worse than
 * none. */
#include <stdlib.h>

#include "proto/gen/model.h"
#include "proto/gen/rule_reader.h"
#include "proto/gen/wire.h"
#include "proto/runtime/rule.h"

enum {
    BUF_VALIDATE = 1159,
    BUF_PREDEFINED = 1160,
    REEVE_FIELD = 51903,
    FIELD_CEL = 23,
    FIELD_REQUIRED = 25,
    FIELD_IGNORE = 27,
    FIELD_CEL_EXPRESSION = 29,
    IGNORE_IF_ZERO_VALUE = 1,
    IGNORE_ALWAYS = 3,
    REPEATED_ITEMS = 4,
    MAP_KEYS = 4,
    MAP_VALUES = 5,
};

/* One field's rules while they are collected. */
struct collection {
    struct reeve_gen_model *model;
    const struct reeve_gen_field *field;
    struct reeve_gen_list rules; /* struct reeve_rule */
};

static void refuse(struct collection *c, const char *rule, const char *what, const char *next)
{
    reeve_gen_refuse(&c->model->report, &c->field->place,
                     reeve_gen_concat("buf.validate rule \"", rule, "\" ", what, NULL), next);
}

static void add_rule(struct collection *c, const struct reeve_rule_kind *kind,
                     enum reeve_rule_target target, struct reeve_rule rule)
{
    if (!reeve_rule_kind_applies(kind, c->field->table, target)) {
        refuse(c, kind->id, "does not fit the type of this field",
               "Use the rules of the field's own type (buf/validate/validate.proto lists them)");
        return;
    }
    struct reeve_rule *kept = reeve_gen_alloc(sizeof *kept);
    *kept = rule;
    kept->id = kind->id;
    kept->code = kind->code;
    kept->target = (uint8_t)target;
    reeve_gen_list_add(&c->rules, kept);
}

static void add_simple(struct collection *c, const char *id, enum reeve_rule_target target)
{
    const struct reeve_rule_kind *kind = reeve_rule_kind_find(reeve_bytes_cstr(id));
    add_rule(c, kind, target, (struct reeve_rule){.kind = REEVE_OPERAND_NONE});
}

/* One rule message, such as StringRules, on one target. */
static void add_group(struct collection *c, const struct reeve_gen_rule_group *group,
                      struct reeve_bytes message, enum reeve_rule_target target)
{
    struct reeve_bytes rest = message;
    struct reeve_gen_entry entry;
    while (reeve_gen_wire_next(&rest, &entry)) {
        if (reeve_gen_rule_member_find(group, entry.number) == NULL) {
            refuse(c,
                   reeve_gen_concat(group->name, ".(", reeve_gen_number(entry.number), ")", NULL),
                   "is a predefined rule or one that this generator does not know",
                   "Write it with the standard rules, or check it in the task's implementation");
            return;
        }
    }
    for (const struct reeve_gen_rule_member *m = group->members; m->name != NULL; m++) {
        if (m->reading == REEVE_GEN_READ_NOTHING) {
            continue;
        }
        const char *id = reeve_gen_concat(group->name, ".", m->name, NULL);
        struct reeve_rule rule = {0};
        enum reeve_gen_rule_found found = reeve_gen_rule_read(m, message, &rule);
        if (found == REEVE_GEN_RULE_ABSENT) {
            continue;
        }
        if (found == REEVE_GEN_RULE_OUT_OF_RANGE) {
            refuse(c, id, "has an operand beyond ±292 years or over 4,000 bytes",
                   "Use a smaller one");
            continue;
        }
        const struct reeve_rule_kind *kind = reeve_rule_kind_find(reeve_bytes_cstr(id));
        if (kind == NULL) {
            refuse(c, id, "is not supported by this version of reeve",
                   "Write it as a pattern or a range, or check it in the task's implementation");
            continue;
        }
        rule.kind = kind->operand;
        add_rule(c, kind, target, rule);
    }
}

static void add_rules(struct collection *c, struct reeve_bytes rules,
                      enum reeve_rule_target target);

/* The rules of items, keys or values inside RepeatedRules or MapRules. */
static void add_inner(struct collection *c, struct reeve_bytes message, uint32_t number,
                      enum reeve_rule_target target)
{
    bool present;
    struct reeve_bytes rules = reeve_gen_wire_message(message, number, &present);
    if (present) {
        add_rules(c, rules, target);
    }
}

static void add_typed(struct collection *c, uint32_t number, struct reeve_bytes message,
                      enum reeve_rule_target target)
{
    const struct reeve_gen_rule_group *group = reeve_gen_rule_group_find(number);
    if (group == NULL) {
        refuse(c, reeve_gen_concat("FieldRules.(", reeve_gen_number(number), ")", NULL),
               "is not known to this generator", "Remove it, or use a newer reeve");
        return;
    }
    const bool is_map = reeve_gen_same(group->name, "map");
    const bool is_repeated = reeve_gen_same(group->name, "repeated");
    add_group(c, group, message, target);
    if (is_repeated && c->field->table->cardinality == REEVE_REPEATED) {
        add_inner(c, message, REPEATED_ITEMS, REEVE_TARGET_ITEM);
    }
    if (is_map && c->field->table->cardinality == REEVE_MAP) {
        add_inner(c, message, MAP_KEYS, REEVE_TARGET_KEY);
        add_inner(c, message, MAP_VALUES, REEVE_TARGET_VALUE);
    }
    if ((is_repeated && c->field->table->cardinality != REEVE_REPEATED) ||
        (is_map && c->field->table->cardinality != REEVE_MAP)) {
        refuse(c, group->name, "does not fit the type of this field",
               "Use the rules of the field's own type (buf/validate/validate.proto lists them)");
    }
}

static bool target_is_message(const struct reeve_gen_field *field, enum reeve_rule_target target)
{
    if (field->table->cardinality != REEVE_MAP) {
        return field->message != NULL;
    }
    return target != REEVE_TARGET_KEY && field->message->table.fields[1].type == REEVE_TYPE_MESSAGE;
}

/* False: no rules of this target are to be kept. */
static bool add_ignore(struct collection *c, uint64_t ignore, enum reeve_rule_target target)
{
    if (ignore == IGNORE_IF_ZERO_VALUE) {
        add_simple(c, "ignore_if_zero_value", target);
        return true;
    }
    if (ignore != IGNORE_ALWAYS) {
        return true;
    }
    if (target_is_message(c->field, target)) {
        refuse(c, "ignore: IGNORE_ALWAYS", "is not supported on messages",
               "Use a message of its own without the rules");
    }
    return false;
}

/* A FieldRules message. */
static void add_rules(struct collection *c, struct reeve_bytes rules, enum reeve_rule_target target)
{
    uint64_t number = 0;
    if (reeve_gen_wire_number(rules, FIELD_IGNORE, &number) && !add_ignore(c, number, target)) {
        return;
    }
    number = 0;
    if (reeve_gen_wire_number(rules, FIELD_REQUIRED, &number) && number != 0) {
        add_simple(c, "required", target);
    }
    uint64_t seen = 0; /* each rule message once, merged */
    struct reeve_bytes rest = rules;
    struct reeve_gen_entry entry;
    while (reeve_gen_wire_next(&rest, &entry)) {
        if (entry.number == FIELD_CEL || entry.number == FIELD_CEL_EXPRESSION) {
            refuse(c, "cel", "is a CEL expression, which reeve does not evaluate",
                   "Write it with the standard rules, or check it in the task's implementation");
            continue;
        }
        if (entry.type != REEVE_GEN_WIRE_BYTES ||
            (entry.number < 64 && (seen >> entry.number & 1))) {
            continue;
        }
        seen |= entry.number < 64 ? UINT64_C(1) << entry.number : 0;
        bool present;
        add_typed(c, entry.number, reeve_gen_wire_message(rules, entry.number, &present), target);
    }
}

static int compare_rules(const void *a, const void *b)
{
    const struct reeve_rule *x = a;
    const struct reeve_rule *y = b;
    if (x->target != y->target) {
        return x->target < y->target ? -1 : 1;
    }
    return reeve_gen_order(x->id, y->id);
}

static void keep_rules(const struct collection *c, struct reeve_field *table)
{
    struct reeve_rule *rules = reeve_gen_alloc_array(c->rules.count, sizeof *rules);
    for (size_t i = 0; i < c->rules.count; i++) {
        rules[i] = *(const struct reeve_rule *)c->rules.items[i];
    }
    qsort(rules, c->rules.count, sizeof *rules, compare_rules);
    table->rules = rules;
    table->rules_count = (uint32_t)c->rules.count;
}

static void field_options(struct reeve_gen_model *model, const struct reeve_gen_field *field)
{
    if (field->descriptor->options == NULL) {
        return;
    }
    struct collection c = {.model = model, .field = field};
    struct reeve_bytes options = reeve_gen_wire_extensions(&field->descriptor->options->base);
    bool present;
    struct reeve_bytes rules = reeve_gen_wire_message(options, BUF_VALIDATE, &present);
    if (present) {
        add_rules(&c, rules, REEVE_TARGET_FIELD);
    }
    (void)reeve_gen_wire_message(options, BUF_PREDEFINED, &present);
    if (present) {
        refuse(&c, "predefined", "is not supported",
               "Write it with the standard rules, or check it in the task's implementation");
    }
    keep_rules(&c, field->table);
    struct reeve_bytes ours = reeve_gen_wire_message(options, REEVE_FIELD, &present);
    uint64_t sensitive = 0;
    if (reeve_gen_wire_number(ours, 1, &sensitive) && sensitive != 0) {
        field->table->flags |= REEVE_FIELD_SENSITIVE;
    }
}

static void message_options(struct reeve_gen_model *model, struct reeve_gen_message *m)
{
    bool present = false;
    if (m->descriptor->options != NULL) {
        struct reeve_bytes options = reeve_gen_wire_extensions(&m->descriptor->options->base);
        struct reeve_bytes rules = reeve_gen_wire_message(options, BUF_VALIDATE, &present);
        present = present && rules.len > 0;
    }
    if (present) {
        reeve_gen_refuse(
            &model->report, &m->place,
            "the message option (buf.validate.message) is not supported (CEL and "
            "rules over several fields)",
            "Use rules on fields and oneofs, or check it in the task's implementation");
    }
    for (size_t i = 0; i < m->table.oneofs_count; i++) {
        const Google__Protobuf__OneofDescriptorProto *from = m->descriptor->oneof_decl[i];
        uint64_t required = 0;
        if (from->options == NULL) {
            continue;
        }
        struct reeve_bytes options = reeve_gen_wire_extensions(&from->options->base);
        struct reeve_bytes rules = reeve_gen_wire_message(options, BUF_VALIDATE, &present);
        m->oneofs[i].required = reeve_gen_wire_number(rules, 1, &required) && required != 0;
    }
}

static bool has_own_rules(const struct reeve_gen_message *m)
{
    for (size_t i = 0; i < m->table.oneofs_count; i++) {
        if (m->oneofs[i].required) {
            return true;
        }
    }
    for (size_t i = 0; i < m->table.fields_count; i++) {
        if (m->fields[i].rules_count > 0) {
            return true;
        }
    }
    return false;
}

static bool reaches_rules(const struct reeve_gen_message *m)
{
    for (size_t i = 0; i < m->table.fields_count; i++) {
        if (m->fields[i].message != NULL && m->fields[i].message->has_rules) {
            return true;
        }
    }
    return false;
}

/* Until nothing changes: messages may be recursive. */
static bool spread_has_rules(struct reeve_gen_model *model)
{
    bool changed = false;
    for (size_t f = 0; f < model->files.count; f++) {
        const struct reeve_gen_file *file = model->files.items[f];
        for (size_t i = 0; i < file->messages.count; i++) {
            struct reeve_gen_message *m = file->messages.items[i];
            if (m->used && !m->table.has_rules && (has_own_rules(m) || reaches_rules(m))) {
                m->table.has_rules = true;
                changed = true;
            }
        }
    }
    return changed;
}

void reeve_gen_rules(struct reeve_gen_model *model)
{
    for (size_t f = 0; f < model->files.count; f++) {
        const struct reeve_gen_file *file = model->files.items[f];
        for (size_t i = 0; i < file->messages.count; i++) {
            struct reeve_gen_message *m = file->messages.items[i];
            if (!m->used) {
                continue;
            }
            message_options(model, m);
            for (size_t j = 0; j < m->table.fields_count; j++) {
                field_options(model, &m->field_names[j]);
            }
        }
    }
    while (spread_has_rules(model)) {
    }
}
