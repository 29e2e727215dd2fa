/* SPDX-License-Identifier: Apache-2.0 */
/* The list of constraints as a table, and what each may be written on. */
#include "proto/runtime/rule.h"

const struct reeve_rule_kind reeve_rule_kinds[REEVE_RULE_COUNT_] = {
#define X(name_, id_, kind_, on_, test_)                                                           \
    {.id = id_,                                                                                    \
     .name = "REEVE_RULE_" #name_,                                                                 \
     .code = REEVE_RULE_##name_,                                                                   \
     .operand = REEVE_OPERAND_##kind_,                                                             \
     .test = REEVE_TEST_##test_,                                                                   \
     .applies_to = (on_)},
    REEVE_RULE_MAP(X)
#undef X
};

const struct reeve_rule_kind *reeve_rule_kind_find(struct reeve_bytes id)
{
    for (size_t i = 0; i < REEVE_RULE_COUNT_; i++) {
        if (reeve_bytes_equal_cstr(id, reeve_rule_kinds[i].id)) {
            return &reeve_rule_kinds[i];
        }
    }
    return NULL;
}

static uint32_t well_known_bit(const struct reeve_message *m)
{
    if (m == NULL) {
        return 0;
    }
    if (m->well_known == REEVE_WELL_KNOWN_TIMESTAMP) {
        return REEVE_ON_TIMESTAMP;
    }
    if (m->well_known == REEVE_WELL_KNOWN_DURATION) {
        return REEVE_ON_DURATION;
    }
    if (m->well_known == REEVE_WELL_KNOWN_FIELD_MASK) {
        return REEVE_ON_FIELD_MASK;
    }
    if (m->well_known == REEVE_WELL_KNOWN_WRAPPER && m->fields_count == 1) {
        return UINT32_C(1) << m->fields[0].type;
    }
    return REEVE_ON(MESSAGE);
}

static uint32_t value_bit(const struct reeve_field *field)
{
    if (field->type == REEVE_TYPE_MESSAGE) {
        return well_known_bit(field->message);
    }
    return UINT32_C(1) << field->type;
}

/* The bit of what a target is; 0 when the field has no such target. */
static uint32_t target_bit(const struct reeve_field *field, enum reeve_rule_target target)
{
    const bool map = field->cardinality == REEVE_MAP;
    switch (target) {
    case REEVE_TARGET_FIELD:
        if (map) {
            return REEVE_ON_MAP;
        }
        return field->cardinality == REEVE_REPEATED ? REEVE_ON_REPEATED : value_bit(field);
    case REEVE_TARGET_ITEM:
        return field->cardinality == REEVE_REPEATED ? value_bit(field) : 0;
    case REEVE_TARGET_KEY:
        return map ? value_bit(&field->message->fields[0]) : 0;
    case REEVE_TARGET_VALUE:
        return map ? value_bit(&field->message->fields[1]) : 0;
    }
    return 0;
}

/* Whether there are messages at this target, or below it. */
static bool holds_messages(const struct reeve_field *field, enum reeve_rule_target target)
{
    if (field->cardinality != REEVE_MAP) {
        return field->type == REEVE_TYPE_MESSAGE;
    }
    return target != REEVE_TARGET_KEY && field->message->fields[1].type == REEVE_TYPE_MESSAGE;
}

/* Messages cannot be told to be equal, but for the scalars in wrappers. */
static bool is_comparable(const struct reeve_field *field)
{
    return field->type != REEVE_TYPE_MESSAGE ||
           field->message->well_known == REEVE_WELL_KNOWN_WRAPPER;
}

bool reeve_rule_kind_applies(const struct reeve_rule_kind *kind, const struct reeve_field *field,
                             enum reeve_rule_target target)
{
    const uint32_t on = target_bit(field, target);
    if (kind->test == REEVE_TEST_REQUIRED && target != REEVE_TARGET_FIELD) {
        return false;
    }
    /* Elsewhere it leaves nothing to write down. */
    if (kind->test == REEVE_TEST_IGNORE_ALWAYS) {
        return on != 0 && holds_messages(field, target);
    }
    if (kind->test == REEVE_TEST_UNIQUE && !is_comparable(field)) {
        return false;
    }
    return (kind->applies_to & on) != 0;
}

int reeve_oneof_rule_compare(const struct reeve_oneof_rule *a, const struct reeve_oneof_rule *b)
{
    for (uint16_t i = 0; i < a->fields_count && i < b->fields_count; i++) {
        if (a->fields[i] != b->fields[i]) {
            return (int)a->fields[i] - (int)b->fields[i];
        }
    }
    if (a->fields_count != b->fields_count) {
        return (int)a->fields_count - (int)b->fields_count;
    }
    return (a->required ? 1 : 0) - (b->required ? 1 : 0);
}
