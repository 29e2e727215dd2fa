/* SPDX-License-Identifier: Apache-2.0 */
/* Third pass: buf.validate's options become reeve_rule tables; reeve.v1.field's become flags. What
 * proto/runtime/rule.h does not list is refused by name: a rule that nobody checks is worse than
 * none. */
#include <stdlib.h>

#include "proto/gen/model.h"
#include "proto/gen/predefined.h"
#include "proto/gen/rule_reader.h"
#include "proto/gen/wire.h"
#include "proto/runtime/pattern.h"
#include "proto/runtime/rule.h"

enum {
    BUF_VALIDATE = 1159,
    BUF_PREDEFINED = 1160,
    REEVE_FIELD = 51903,
    FIELD_CEL = 23,
    FIELD_REQUIRED = 25,
    FIELD_IGNORE = 27,
    FIELD_CEL_EXPRESSION = 29,
    IGNORE_UNSPECIFIED = 0,
    IGNORE_IF_ZERO_VALUE = 1,
    IGNORE_ALWAYS = 3,
    REPEATED_ITEMS = 4,
    MAP_KEYS = 4,
    MAP_VALUES = 5,
    STRING_WELL_KNOWN_REGEX = 24,
    STRING_STRICT = 25,
    KNOWN_REGEX_UNSPECIFIED = 0,
    KNOWN_REGEX_HTTP_HEADER_NAME = 1,
    KNOWN_REGEX_HTTP_HEADER_VALUE = 2,
    FIRST_PREDEFINED = 1000,
};

static const char plain_advice[] =
    "Write it with the standard rules, or check it in the task's implementation";

/* One field's rules while they are collected. */
struct collection {
    struct reeve_gen_model *model;
    const struct reeve_gen_field *field;
    struct reeve_gen_list rules; /* struct reeve_rule */
    bool says_ignore;            /* `ignore` is written down */
};

static void refuse(struct collection *c, const char *rule, const char *what, const char *next)
{
    reeve_gen_refuse(&c->model->report, &c->field->place,
                     reeve_gen_concat("buf.validate rule \"", rule, "\" ", what, NULL), next);
}

static void add_rule(struct collection *c, const struct reeve_rule_kind *kind,
                     enum reeve_rule_target target, struct reeve_rule rule)
{
    if (kind->test == REEVE_TEST_REQUIRED && target != REEVE_TARGET_FIELD) {
        refuse(c, kind->id, "says nothing of items, keys and values: nobody would check it",
               "Remove it, or use a rule of their type");
        return;
    }
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

/* A rule message's members are all known, or the rest of it is not looked at. */
static bool knows_all(struct collection *c, const struct reeve_gen_rule_group *group,
                      struct reeve_bytes message)
{
    struct reeve_gen_entry entry;
    while (reeve_gen_wire_next(&message, &entry)) {
        if (reeve_gen_rule_member_find(group, entry.number) != NULL) {
            continue;
        }
        const char *name = entry.number < FIRST_PREDEFINED
                               ? reeve_gen_number(entry.number)
                               : reeve_gen_predefined_name(c->model, group->name, entry.number);
        const char *id = reeve_gen_concat(group->name, ".(", name, ")", NULL);
        if (entry.number >= FIRST_PREDEFINED) {
            refuse(c, id, "is a predefined rule, written in CEL, which reeve does not evaluate",
                   plain_advice);
        } else {
            refuse(c, id, "is not known to this generator", "Remove it, or use a newer reeve");
        }
        return false;
    }
    return true;
}

static bool is_nan_operand(const struct reeve_rule *rule)
{
    for (uint32_t i = 0; rule->kind == REEVE_OPERAND_DOUBLE_LIST && i < rule->count; i++) {
        if (rule->operand.f64_list[i] != rule->operand.f64_list[i]) {
            return true;
        }
    }
    return rule->kind == REEVE_OPERAND_DOUBLE && rule->operand.f64 != rule->operand.f64;
}

/* Found here, with its line, and not at the worker's start. */
static bool is_bad_pattern(const struct reeve_rule_kind *kind, const struct reeve_rule *rule)
{
    struct reeve_pattern *pattern;
    if (kind->test != REEVE_TEST_PATTERN) {
        return false;
    }
    const enum reeve_status status = reeve_pattern_new(rule->operand.bytes, &pattern);
    if (status == REEVE_INVALID) {
        return true;
    }
    reeve_gen_must(status);
    reeve_pattern_free(pattern);
    return false;
}

static void add_member(struct collection *c, const char *id, enum reeve_rule_target target,
                       struct reeve_rule rule)
{
    const struct reeve_rule_kind *kind = reeve_rule_kind_find(reeve_bytes_cstr(id));
    if (kind == NULL) {
        refuse(c, id, "is not supported by this version of reeve",
               "Write it as a pattern or a range, or check it in the task's implementation");
        return;
    }
    rule.kind = kind->operand;
    if (is_nan_operand(&rule)) {
        refuse(c, id, "has NaN as operand, which no value equals, exceeds or undercuts",
               "Use a number, or `finite`");
        return;
    }
    if (is_bad_pattern(kind, &rule)) {
        refuse(c, id, "is not a valid pattern in RE2's syntax, or needs more than 1 MiB",
               "Correct it: https://github.com/google/re2/wiki/Syntax; look-around and "
               "back-references do not exist there");
        return;
    }
    add_rule(c, kind, target, rule);
}

/* `well_known_regex` and `strict` are one rule. */
static void add_header_rule(struct collection *c, struct reeve_bytes message,
                            enum reeve_rule_target target)
{
    uint64_t which = KNOWN_REGEX_UNSPECIFIED;
    uint64_t strict = 1;
    (void)reeve_gen_wire_number(message, STRING_WELL_KNOWN_REGEX, &which);
    (void)reeve_gen_wire_number(message, STRING_STRICT, &strict);
    const struct reeve_rule rule = {.operand.boolean = strict != 0};
    if (which == KNOWN_REGEX_HTTP_HEADER_NAME) {
        add_member(c, "string.well_known_regex.header_name", target, rule);
    } else if (which == KNOWN_REGEX_HTTP_HEADER_VALUE) {
        add_member(c, "string.well_known_regex.header_value", target, rule);
    } else if (which != KNOWN_REGEX_UNSPECIFIED) {
        refuse(c, "string.well_known_regex",
               "names an expression that this generator does not know",
               "Remove it, or use a newer reeve");
    }
}

/* One rule message, such as StringRules, on one target. */
static void add_group(struct collection *c, const struct reeve_gen_rule_group *group,
                      struct reeve_bytes message, enum reeve_rule_target target)
{
    if (!knows_all(c, group, message)) {
        return;
    }
    for (const struct reeve_gen_rule_member *m = group->members; m->name != NULL; m++) {
        if (m->reading == REEVE_GEN_READ_NOTHING) {
            continue;
        }
        const char *id = reeve_gen_concat(group->name, ".", m->name, NULL);
        struct reeve_rule rule = {0};
        enum reeve_gen_rule_found found = reeve_gen_rule_read(m, message, &rule);
        if (found == REEVE_GEN_RULE_OUT_OF_RANGE) {
            refuse(c, id, "has an operand beyond ±292 years or over 4,000 bytes",
                   "Use a smaller one");
        } else if (found == REEVE_GEN_RULE_PRESENT) {
            add_member(c, id, target, rule);
        }
    }
    if (reeve_gen_same(group->name, "string")) {
        add_header_rule(c, message, target);
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
    c->says_ignore = c->says_ignore || target == REEVE_TARGET_FIELD;
    if (ignore == IGNORE_IF_ZERO_VALUE) {
        add_simple(c, "ignore_if_zero_value", target);
        return true;
    }
    if (ignore == IGNORE_ALWAYS) {
        if (target_is_message(c->field, target)) {
            add_simple(c, "ignore_always", target);
        }
        return false;
    }
    if (ignore != IGNORE_UNSPECIFIED) {
        refuse(c, reeve_gen_concat("ignore: ", reeve_gen_number((int64_t)ignore), NULL),
               "is not known to this generator",
               "Use IGNORE_UNSPECIFIED, IGNORE_IF_ZERO_VALUE or IGNORE_ALWAYS");
    }
    return true;
}

static bool is_in_oneof_rule(const struct reeve_gen_field *field, const struct reeve_message *m)
{
    const size_t index = (size_t)(field->table - m->fields);
    for (uint16_t i = 0; i < m->oneof_rules_count; i++) {
        const struct reeve_oneof_rule *rule = &m->oneof_rules[i];
        for (uint16_t j = 0; j < rule->fields_count; j++) {
            if (rule->fields[j] == index) {
                return true;
            }
        }
    }
    return false;
}

/* The rules of a field in a message's oneof wait for the field to be set, unless its own `ignore`
 * says otherwise. A field with presence does so anyway. */
static void add_implied_ignore(struct collection *c, const struct reeve_message *m)
{
    if (!c->says_ignore && c->rules.count > 0 && c->field->table->cardinality != REEVE_EXPLICIT &&
        is_in_oneof_rule(c->field, m)) {
        add_simple(c, "ignore_if_zero_value", REEVE_TARGET_FIELD);
    }
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
            refuse(c, entry.number == FIELD_CEL ? "cel" : "cel_expression",
                   "is a CEL expression, which reeve does not evaluate", plain_advice);
            continue;
        }
        if (entry.number == FIELD_REQUIRED || entry.number == FIELD_IGNORE ||
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

static void field_options(struct reeve_gen_model *model, const struct reeve_gen_field *field,
                          const struct reeve_message *m)
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
        refuse(&c, "predefined",
               "makes a rule of an extension, written in CEL, which reeve does not "
               "evaluate",
               plain_advice);
    }
    add_implied_ignore(&c, m);
    keep_rules(&c, field->table);
    struct reeve_bytes ours = reeve_gen_wire_message(options, REEVE_FIELD, &present);
    uint64_t sensitive = 0;
    if (reeve_gen_wire_number(ours, 1, &sensitive) && sensitive != 0) {
        field->table->flags |= REEVE_FIELD_SENSITIVE;
    }
}

static bool has_own_rules(const struct reeve_gen_message *m)
{
    if (m->table.oneof_rules_count > 0) {
        return true;
    }
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
            reeve_gen_oneof_rules(model, m);
            for (size_t j = 0; j < m->table.fields_count; j++) {
                field_options(model, &m->field_names[j], &m->table);
            }
        }
    }
    while (spread_has_rules(model)) {
    }
}
