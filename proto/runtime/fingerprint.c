/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a task's canonical schema: the messages of reeve/v1/manifest.proto, by hand, so that the
 * bytes depend on nothing but the tables. */
#include "proto/runtime/fingerprint.h"

#include <stdlib.h>

#include "agent/base/hash.h"
#include "proto/runtime/rule.h"

/* Field numbers of reeve/v1/manifest.proto. */
enum {
    TASK_NAME = 1,
    TASK_INPUT = 2,
    TASK_OUTPUT = 3,
    TASK_STREAMING = 4,
    TASK_IDEMPOTENCY = 5,
    TASK_APPROVALS = 6,
    TASK_MESSAGES = 7,
    TASK_ENUMS = 8,
    MESSAGE_NAME = 1,
    MESSAGE_FIELDS = 2,
    MESSAGE_ONEOFS = 3,
    ONEOF_NAME = 1,
    ONEOF_REQUIRED = 2,
    FIELD_NUMBER = 1,
    FIELD_NAME = 2,
    FIELD_JSON_NAME = 3,
    FIELD_TYPE = 4,
    FIELD_CARDINALITY = 5,
    FIELD_TYPE_NAME = 6,
    FIELD_ONEOF = 7,
    FIELD_SENSITIVE = 8,
    FIELD_MAP_KEY = 9,
    FIELD_RULES = 10,
    FIELD_PACKED = 11,
    RULE_ID = 1,
    RULE_UNSIGNED = 2,
    RULE_SIGNED = 3,
    RULE_DOUBLE = 4,
    RULE_STRING = 5,
    RULE_BYTES = 6,
    RULE_BOOL = 7,
    RULE_LIST = 8,
    RULE_TARGET = 9,
    ENUM_NAME = 1,
    ENUM_VALUES = 2,
    VALUE_NAME = 1,
    VALUE_NUMBER = 2,
    WIRE_VARINT = 0,
    WIRE_FIXED64 = 1,
    WIRE_BYTES = 2,
};

#define SCHEMA_MAX ((size_t)16 << 20)

/* ---- wire ---- */

static enum reeve_status put_varint(struct reeve_buffer *to, uint64_t value)
{
    while (value >= 0x80) {
        REEVE_TRY(reeve_buffer_append_byte(to, (uint8_t)(value | 0x80)));
        value >>= 7;
    }
    return reeve_buffer_append_byte(to, (uint8_t)value);
}

static enum reeve_status put_tag(struct reeve_buffer *to, uint32_t number, uint32_t wire_type)
{
    return put_varint(to, (uint64_t)number << 3 | wire_type);
}

static enum reeve_status put_set_number(struct reeve_buffer *to, uint32_t number, uint64_t value)
{
    REEVE_TRY(put_tag(to, number, WIRE_VARINT));
    return put_varint(to, value);
}

/* Defaults are omitted. */
static enum reeve_status put_number(struct reeve_buffer *to, uint32_t number, uint64_t value)
{
    return value == 0 ? REEVE_OK : put_set_number(to, number, value);
}

static enum reeve_status put_set_bytes(struct reeve_buffer *to, uint32_t number,
                                       struct reeve_bytes bytes)
{
    REEVE_TRY(put_tag(to, number, WIRE_BYTES));
    REEVE_TRY(put_varint(to, bytes.len));
    return reeve_buffer_append(to, bytes);
}

static enum reeve_status put_text(struct reeve_buffer *to, uint32_t number, const char *text)
{
    const struct reeve_bytes bytes = reeve_bytes_cstr(text);
    return bytes.len == 0 ? REEVE_OK : put_set_bytes(to, number, bytes);
}

static uint64_t zigzag(int64_t value)
{
    return (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
}

static enum reeve_status put_double(struct reeve_buffer *to, double value)
{
    uint64_t bits;
    uint8_t raw[8];
    reeve_move(&bits, &value, sizeof bits);
    reeve_store_le64(raw, bits);
    return reeve_buffer_append(to, reeve_bytes_of(raw, sizeof raw));
}

/* A sub-message is written by `write` into a buffer of its own first: its length stands in front.
 */
static enum reeve_status
put_message(struct reeve_buffer *to, uint32_t number,
            enum reeve_status (*write)(const void *what, struct reeve_buffer *to), const void *what)
{
    struct reeve_buffer inner;
    reeve_buffer_init(&inner, to->allocator, SCHEMA_MAX);
    enum reeve_status status = write(what, &inner);
    if (status == REEVE_OK) {
        status = put_set_bytes(to, number, reeve_buffer_view(&inner));
    }
    reeve_buffer_clear(&inner);
    return status;
}

/* ---- rules ---- */

static enum reeve_status put_list_item(struct reeve_buffer *to, const struct reeve_rule *rule,
                                       uint32_t i)
{
    if (rule->kind == REEVE_OPERAND_UNSIGNED_LIST) {
        return put_varint(to, rule->operand.u64_list[i]);
    }
    if (rule->kind == REEVE_OPERAND_SIGNED_LIST) {
        return put_varint(to, zigzag(rule->operand.i64_list[i]));
    }
    return put_double(to, rule->operand.f64_list[i]);
}

/* The packed content of a list of numbers. */
static enum reeve_status write_packed(const void *what, struct reeve_buffer *to)
{
    const struct reeve_rule *rule = what;
    for (uint32_t i = 0; i < rule->count; i++) {
        REEVE_TRY(put_list_item(to, rule, i));
    }
    return REEVE_OK;
}

/* RuleList: its field numbers follow the order of the list kinds. */
static enum reeve_status write_list(const void *what, struct reeve_buffer *to)
{
    const struct reeve_rule *rule = what;
    const uint32_t number = (uint32_t)rule->kind - REEVE_OPERAND_UNSIGNED_LIST + 1;
    if (rule->kind == REEVE_OPERAND_STRING_LIST || rule->kind == REEVE_OPERAND_BYTES_LIST) {
        for (uint32_t i = 0; i < rule->count; i++) {
            REEVE_TRY(put_set_bytes(to, number, rule->operand.bytes_list[i]));
        }
        return REEVE_OK;
    }
    return rule->count == 0 ? REEVE_OK : put_message(to, number, write_packed, rule);
}

static enum reeve_status put_operand(struct reeve_buffer *to, const struct reeve_rule *rule)
{
    switch ((enum reeve_operand_kind)rule->kind) {
    case REEVE_OPERAND_NONE:
        return REEVE_OK;
    case REEVE_OPERAND_UNSIGNED:
        return put_set_number(to, RULE_UNSIGNED, rule->operand.u64);
    case REEVE_OPERAND_SIGNED:
        return put_set_number(to, RULE_SIGNED, zigzag(rule->operand.i64));
    case REEVE_OPERAND_DOUBLE:
        REEVE_TRY(put_tag(to, RULE_DOUBLE, WIRE_FIXED64));
        return put_double(to, rule->operand.f64);
    case REEVE_OPERAND_BOOL:
        return put_set_number(to, RULE_BOOL, rule->operand.boolean ? 1 : 0);
    case REEVE_OPERAND_STRING:
        return put_set_bytes(to, RULE_STRING, rule->operand.bytes);
    case REEVE_OPERAND_BYTES:
        return put_set_bytes(to, RULE_BYTES, rule->operand.bytes);
    case REEVE_OPERAND_UNSIGNED_LIST:
    case REEVE_OPERAND_SIGNED_LIST:
    case REEVE_OPERAND_DOUBLE_LIST:
    case REEVE_OPERAND_STRING_LIST:
    case REEVE_OPERAND_BYTES_LIST:
        return put_message(to, RULE_LIST, write_list, rule);
    }
    return REEVE_INVALID;
}

static enum reeve_status write_rule(const void *what, struct reeve_buffer *to)
{
    const struct reeve_rule *rule = what;
    const struct reeve_rule_kind *kind = reeve_rule_kind_at(rule->code);
    if (kind == NULL || kind->operand != rule->kind) {
        return REEVE_INVALID;
    }
    REEVE_TRY(put_text(to, RULE_ID, kind->id));
    REEVE_TRY(put_operand(to, rule));
    return put_number(to, RULE_TARGET, rule->target);
}

static const char *rule_id(const struct reeve_rule *rule)
{
    const struct reeve_rule_kind *kind = reeve_rule_kind_at(rule->code);
    return kind == NULL ? "" : kind->id;
}

static int compare_rules(const void *a, const void *b)
{
    const struct reeve_rule *x = *(const struct reeve_rule *const *)a;
    const struct reeve_rule *y = *(const struct reeve_rule *const *)b;
    int order = reeve_bytes_compare(reeve_bytes_cstr(rule_id(x)), reeve_bytes_cstr(rule_id(y)));
    return order != 0 ? order : (int)x->target - (int)y->target;
}

static enum reeve_status put_rules(struct reeve_buffer *to, const struct reeve_field *field)
{
    const size_t count = field->rules_count;
    enum reeve_status status = REEVE_OK;
    if (count == 0) {
        return REEVE_OK;
    }
    const struct reeve_rule **order = reeve_alloc_array(to->allocator, count, sizeof *order);
    if (order == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        order[i] = &field->rules[i];
    }
    qsort(order, count, sizeof *order, compare_rules);
    for (size_t i = 0; status == REEVE_OK && i < count; i++) {
        status = put_message(to, FIELD_RULES, write_rule, order[i]);
    }
    reeve_free(to->allocator, order, count * sizeof *order);
    return status;
}

/* ---- fields, messages, enums ---- */

/* A map's schema is that of its value, with the key's type beside it. */
static const struct reeve_field *value_of(const struct reeve_field *field)
{
    if (field->cardinality != REEVE_MAP) {
        return field;
    }
    const struct reeve_message *entry = field->message;
    for (uint16_t i = 0; entry != NULL && i < entry->fields_count; i++) {
        if (entry->fields[i].number == 2) {
            return &entry->fields[i];
        }
    }
    return NULL;
}

static uint8_t map_key_of(const struct reeve_field *field)
{
    const struct reeve_message *entry = field->message;
    for (uint16_t i = 0; field->cardinality == REEVE_MAP && i < entry->fields_count; i++) {
        if (entry->fields[i].number == 1) {
            return entry->fields[i].type;
        }
    }
    return 0;
}

static enum reeve_status put_type_name(struct reeve_buffer *to, const struct reeve_field *value)
{
    if (value->type == REEVE_TYPE_MESSAGE) {
        return value->message == NULL ? REEVE_INVALID
                                      : put_text(to, FIELD_TYPE_NAME, value->message->name);
    }
    if (value->type == REEVE_TYPE_ENUM) {
        return value->enumeration == NULL ? REEVE_INVALID
                                          : put_text(to, FIELD_TYPE_NAME, value->enumeration->name);
    }
    return REEVE_OK;
}

static enum reeve_status write_field(const void *what, struct reeve_buffer *to)
{
    const struct reeve_field *field = what;
    const struct reeve_field *value = value_of(field);
    if (value == NULL) {
        return REEVE_INVALID;
    }
    REEVE_TRY(put_number(to, FIELD_NUMBER, field->number));
    REEVE_TRY(put_text(to, FIELD_NAME, field->name));
    REEVE_TRY(put_text(to, FIELD_JSON_NAME, field->json_name));
    REEVE_TRY(put_number(to, FIELD_TYPE, value->type));
    REEVE_TRY(put_number(to, FIELD_CARDINALITY, field->cardinality));
    REEVE_TRY(put_type_name(to, value));
    REEVE_TRY(put_number(to, FIELD_ONEOF, field->oneof));
    REEVE_TRY(put_number(to, FIELD_SENSITIVE, (field->flags & REEVE_FIELD_SENSITIVE) != 0));
    REEVE_TRY(put_number(to, FIELD_MAP_KEY, map_key_of(field)));
    REEVE_TRY(put_rules(to, field));
    return put_number(to, FIELD_PACKED, (field->flags & REEVE_FIELD_PACKED) != 0);
}

static enum reeve_status write_oneof(const void *what, struct reeve_buffer *to)
{
    const struct reeve_oneof *oneof = what;
    REEVE_TRY(put_text(to, ONEOF_NAME, oneof->name));
    return put_number(to, ONEOF_REQUIRED, oneof->required);
}

static int compare_fields(const void *a, const void *b)
{
    const struct reeve_field *x = *(const struct reeve_field *const *)a;
    const struct reeve_field *y = *(const struct reeve_field *const *)b;
    return (x->number > y->number) - (x->number < y->number);
}

static enum reeve_status put_fields(struct reeve_buffer *to, const struct reeve_message *m)
{
    enum reeve_status status = REEVE_OK;
    if (m->fields_count == 0) {
        return REEVE_OK;
    }
    const struct reeve_field **order =
        reeve_alloc_array(to->allocator, m->fields_count, sizeof *order);
    if (order == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (uint16_t i = 0; i < m->fields_count; i++) {
        order[i] = &m->fields[i];
    }
    qsort(order, m->fields_count, sizeof *order, compare_fields);
    for (uint16_t i = 0; status == REEVE_OK && i < m->fields_count; i++) {
        status = put_message(to, MESSAGE_FIELDS, write_field, order[i]);
    }
    reeve_free(to->allocator, order, m->fields_count * sizeof *order);
    return status;
}

/* Well-known messages stand there by name only: everybody knows them. */
static enum reeve_status write_message(const void *what, struct reeve_buffer *to)
{
    const struct reeve_message *m = what;
    REEVE_TRY(put_text(to, MESSAGE_NAME, m->name));
    if (m->well_known != REEVE_WELL_KNOWN_NONE) {
        return REEVE_OK;
    }
    REEVE_TRY(put_fields(to, m));
    for (uint16_t i = 0; i < m->oneofs_count; i++) {
        REEVE_TRY(put_message(to, MESSAGE_ONEOFS, write_oneof, &m->oneofs[i]));
    }
    return REEVE_OK;
}

static enum reeve_status write_value(const void *what, struct reeve_buffer *to)
{
    const struct reeve_enum_value *value = what;
    REEVE_TRY(put_text(to, VALUE_NAME, value->name));
    return put_number(to, VALUE_NUMBER, (uint64_t)(int64_t)value->number);
}

static enum reeve_status write_enum(const void *what, struct reeve_buffer *to)
{
    const struct reeve_enum *e = what;
    REEVE_TRY(put_text(to, ENUM_NAME, e->name));
    for (uint32_t i = 0; i < e->values_count; i++) {
        REEVE_TRY(put_message(to, ENUM_VALUES, write_value, &e->values[i]));
    }
    return REEVE_OK;
}

/* ---- what a task reaches ---- */

/* A set of pointers in the order of finding. */
struct set {
    const struct reeve_allocator *allocator;
    const void **items;
    size_t count;
    size_t capacity;
};

static enum reeve_status set_add(struct set *set, const void *item, bool *added)
{
    *added = false;
    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i] == item) {
            return REEVE_OK;
        }
    }
    if (set->count == set->capacity) {
        const size_t capacity = set->capacity == 0 ? 16 : set->capacity * 2;
        void *items = set->items;
        REEVE_TRY(reeve_realloc_array(set->allocator, &items, set->capacity, capacity,
                                      sizeof *set->items));
        set->items = items;
        set->capacity = capacity;
    }
    set->items[set->count] = item;
    set->count++;
    *added = true;
    return REEVE_OK;
}

static void set_clear(struct set *set)
{
    reeve_free(set->allocator, set->items, set->capacity * sizeof *set->items);
}

static enum reeve_status add_message(struct set *messages, const struct reeve_message *m)
{
    bool added;
    return m == NULL ? REEVE_INVALID : set_add(messages, m, &added);
}

/* What the fields of one message add to both sets. */
static enum reeve_status reach(const struct reeve_message *m, struct set *messages,
                               struct set *enums)
{
    bool added;
    if (m->well_known != REEVE_WELL_KNOWN_NONE) {
        return REEVE_OK;
    }
    for (uint16_t i = 0; i < m->fields_count; i++) {
        const struct reeve_field *field = &m->fields[i];
        if (field->type == REEVE_TYPE_MESSAGE) {
            REEVE_TRY(add_message(messages, field->message));
        }
        if (field->type == REEVE_TYPE_ENUM) {
            REEVE_TRY(field->enumeration == NULL ? REEVE_INVALID
                                                 : set_add(enums, field->enumeration, &added));
        }
    }
    return REEVE_OK;
}

/* The set grows while it is walked. */
static enum reeve_status close_over(const struct reeve_task *task, struct set *messages,
                                    struct set *enums)
{
    REEVE_TRY(add_message(messages, task->input));
    REEVE_TRY(add_message(messages, task->output));
    for (size_t i = 0; i < messages->count; i++) {
        REEVE_TRY(reach(messages->items[i], messages, enums));
    }
    return REEVE_OK;
}

static int compare_messages(const void *a, const void *b)
{
    return reeve_bytes_compare(reeve_bytes_cstr((*(const struct reeve_message *const *)a)->name),
                               reeve_bytes_cstr((*(const struct reeve_message *const *)b)->name));
}

static int compare_enums(const void *a, const void *b)
{
    return reeve_bytes_compare(reeve_bytes_cstr((*(const struct reeve_enum *const *)a)->name),
                               reeve_bytes_cstr((*(const struct reeve_enum *const *)b)->name));
}

static enum reeve_status put_closure(struct reeve_buffer *to, const struct set *messages,
                                     const struct set *enums)
{
    if (messages->count > 0) {
        qsort(messages->items, messages->count, sizeof *messages->items, compare_messages);
    }
    if (enums->count > 0) {
        qsort(enums->items, enums->count, sizeof *enums->items, compare_enums);
    }
    for (size_t i = 0; i < messages->count; i++) {
        const struct reeve_message *m = messages->items[i];
        if (!m->map_entry) {
            REEVE_TRY(put_message(to, TASK_MESSAGES, write_message, m));
        }
    }
    for (size_t i = 0; i < enums->count; i++) {
        REEVE_TRY(put_message(to, TASK_ENUMS, write_enum, enums->items[i]));
    }
    return REEVE_OK;
}

enum reeve_status reeve_task_schema_write(const struct reeve_task *task, struct reeve_buffer *to)
{
    struct set messages = {.allocator = to->allocator};
    struct set enums = {.allocator = to->allocator};
    enum reeve_status status = close_over(task, &messages, &enums);
    if (status == REEVE_OK) {
        status = put_text(to, TASK_NAME, task->name);
    }
    if (status == REEVE_OK) {
        status = put_text(to, TASK_INPUT, task->input->name);
    }
    if (status == REEVE_OK) {
        status = put_text(to, TASK_OUTPUT, task->output->name);
    }
    if (status == REEVE_OK) {
        status = put_number(to, TASK_STREAMING, task->server_streaming);
    }
    if (status == REEVE_OK) {
        status = put_number(to, TASK_IDEMPOTENCY, task->idempotency);
    }
    if (status == REEVE_OK) {
        status = put_number(to, TASK_APPROVALS, task->approvals);
    }
    if (status == REEVE_OK) {
        status = put_closure(to, &messages, &enums);
    }
    set_clear(&messages);
    set_clear(&enums);
    return status;
}

struct reeve_digest reeve_fingerprint_of(struct reeve_bytes schema)
{
    static const char domain[] = "reeve.task.v1"; /* with its NUL */
    const struct reeve_bytes parts[] = {reeve_bytes_of(domain, sizeof domain), schema};
    return reeve_sha256(parts, sizeof parts / sizeof *parts);
}

enum reeve_status reeve_task_fingerprint(const struct reeve_task *task, struct reeve_digest *out)
{
    struct reeve_buffer schema;
    reeve_buffer_init(&schema, NULL, SCHEMA_MAX);
    const enum reeve_status status = reeve_task_schema_write(task, &schema);
    if (status == REEVE_OK) {
        *out = reeve_fingerprint_of(reeve_buffer_view(&schema));
    }
    reeve_buffer_clear(&schema);
    return status;
}
