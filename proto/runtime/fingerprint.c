/* SPDX-License-Identifier: Apache-2.0 */
/* TaskSchema, written from tables. It is written by hand, without generated code, since the
 * generator needs it before there is any; a test reads it back with the .proto file. */
#include "proto/runtime/fingerprint.h"

#include "agent/base/hash.h"
#include "proto/runtime/map_entry.h"
#include "proto/runtime/rule.h"
#include "proto/runtime/sort.h"
#include "proto/runtime/type_set.h"
#include "proto/runtime/wire.h"

/* Field numbers of reeve/v1/manifest.proto. */
enum {
    TASK_NAME = 1,
    TASK_INPUT = 2,
    TASK_OUTPUT = 3,
    TASK_SERVER_STREAMING = 4,
    TASK_IDEMPOTENCY = 5,
    TASK_APPROVALS = 6,
    TASK_MESSAGES = 7,
    TASK_ENUMS = 8,
    MESSAGE_NAME = 1,
    MESSAGE_FIELDS = 2,
    MESSAGE_ONEOFS = 3,
    MESSAGE_ONEOF_RULES = 4,
    ONEOF_RULE_FIELDS = 1,
    ONEOF_RULE_REQUIRED = 2,
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
    ENUM_NAME = 1,
    ENUM_VALUES = 2,
    ENUM_VALUE_NAME = 1,
    ENUM_VALUE_NUMBER = 2,
    RULE_ID = 1,
    RULE_UNSIGNED = 2,
    RULE_SIGNED = 3,
    RULE_DOUBLE = 4,
    RULE_STRING = 5,
    RULE_BYTES = 6,
    RULE_BOOL = 7,
    RULE_LIST = 8,
    RULE_TARGET = 9,
    LIST_UNSIGNED = 1,
    LIST_SIGNED = 2,
    LIST_DOUBLE = 3,
    LIST_STRING = 4,
    LIST_BYTES = 5,
};

/* ---- members, left out when they are the default ---- */

static enum reeve_status put_text(struct reeve_buffer *to, uint32_t number, const char *text)
{
    const struct reeve_bytes bytes = reeve_bytes_cstr(text);
    if (bytes.len == 0) {
        return REEVE_OK;
    }
    REEVE_TRY(reeve_write_tag(to, number, REEVE_WIRE_LENGTH));
    return reeve_write_length(to, bytes);
}

/* The member of a oneof: written whatever its value. */
static enum reeve_status put_varint_always(struct reeve_buffer *to, uint32_t number, uint64_t v)
{
    REEVE_TRY(reeve_write_tag(to, number, REEVE_WIRE_VARINT));
    return reeve_write_varint(to, v);
}

static enum reeve_status put_varint(struct reeve_buffer *to, uint32_t number, uint64_t v)
{
    return v == 0 ? REEVE_OK : put_varint_always(to, number, v);
}

static enum reeve_status put_bytes(struct reeve_buffer *to, uint32_t number, struct reeve_bytes b)
{
    REEVE_TRY(reeve_write_tag(to, number, REEVE_WIRE_LENGTH));
    return reeve_write_length(to, b);
}

static enum reeve_status begin(struct reeve_buffer *to, uint32_t number, size_t *mark)
{
    REEVE_TRY(reeve_write_tag(to, number, REEVE_WIRE_LENGTH));
    return reeve_write_nested_begin(to, mark);
}

static uint64_t bits_of(double v)
{
    union {
        double number;
        uint64_t bits;
    } u = {.number = v};
    return u.bits;
}

/* ---- things in their canonical order ---- */

/* `m`: the message that the item belongs to, where it belongs to one. */
typedef enum reeve_status (*put_item)(struct reeve_buffer *to, const void *item,
                                      const struct reeve_message *m);

/* `count` items of `size` bytes each. */
struct items {
    const void *first;
    size_t count;
    size_t size;
    reeve_compare compare;
    bool once; /* of equal ones, the first */
};

/* Writes them in the order of `compare`. */
static enum reeve_status put_sorted(struct reeve_buffer *to, const struct items *items,
                                    put_item put, const struct reeve_message *m)
{
    const size_t count = items->count;
    if (count == 0) {
        return REEVE_OK;
    }
    const void **sorted = reeve_alloc_array(to->allocator, count, 2 * sizeof *sorted);
    if (sorted == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = (const char *)items->first + i * items->size;
    }
    reeve_sort(sorted, sorted + count, count, items->compare, NULL);
    enum reeve_status status = REEVE_OK;
    for (size_t i = 0; i < count && status == REEVE_OK; i++) {
        const bool again =
            items->once && i > 0 && items->compare(sorted[i - 1], sorted[i], NULL) == 0;
        status = again ? REEVE_OK : put(to, sorted[i], m);
    }
    reeve_free(to->allocator, sorted, count * 2 * sizeof *sorted);
    return status;
}

/* ---- lists of a rule ---- */

static enum reeve_status put_unsigned(struct reeve_buffer *to, const void *item,
                                      const struct reeve_message *m)
{
    (void)m;
    return reeve_write_varint(to, *(const uint64_t *)item);
}

static enum reeve_status put_signed(struct reeve_buffer *to, const void *item,
                                    const struct reeve_message *m)
{
    (void)m;
    return reeve_write_varint(to, reeve_zigzag(*(const int64_t *)item));
}

static enum reeve_status put_double(struct reeve_buffer *to, const void *item,
                                    const struct reeve_message *m)
{
    (void)m;
    return reeve_write_fixed64(to, bits_of(*(const double *)item));
}

static enum reeve_status put_string_item(struct reeve_buffer *to, const void *item,
                                         const struct reeve_message *m)
{
    (void)m;
    return put_bytes(to, LIST_STRING, *(const struct reeve_bytes *)item);
}

static enum reeve_status put_bytes_item(struct reeve_buffer *to, const void *item,
                                        const struct reeve_message *m)
{
    (void)m;
    return put_bytes(to, LIST_BYTES, *(const struct reeve_bytes *)item);
}

static int compare_unsigned(const void *a, const void *b, const void *ctx)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;
    (void)ctx;
    return (x > y) - (x < y);
}

static int compare_signed(const void *a, const void *b, const void *ctx)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    (void)ctx;
    return (x > y) - (x < y);
}

/* Their bits in an order that is the numbers', total with -0 before 0 and NaN at the ends: a schema
 * from outside may hold anything. */
static uint64_t rank_of(double v)
{
    const uint64_t bits = bits_of(v);
    const uint64_t sign = UINT64_C(1) << 63;
    return (bits & sign) != 0 ? ~bits : bits | sign;
}

static int compare_doubles(const void *a, const void *b, const void *ctx)
{
    const uint64_t x = rank_of(*(const double *)a);
    const uint64_t y = rank_of(*(const double *)b);
    (void)ctx;
    return (x > y) - (x < y);
}

static int compare_texts(const void *a, const void *b, const void *ctx)
{
    (void)ctx;
    return reeve_bytes_compare(*(const struct reeve_bytes *)a, *(const struct reeve_bytes *)b);
}

/* How a list is written: packed into `packed`, or with a tag for each item. */
struct list_form {
    uint8_t kind;
    uint32_t packed;
    size_t size;
    reeve_compare compare;
    put_item put;
};

static const struct list_form LIST_FORMS[] = {
    {REEVE_OPERAND_UNSIGNED_LIST, LIST_UNSIGNED, sizeof(uint64_t), compare_unsigned, put_unsigned},
    {REEVE_OPERAND_SIGNED_LIST, LIST_SIGNED, sizeof(int64_t), compare_signed, put_signed},
    {REEVE_OPERAND_DOUBLE_LIST, LIST_DOUBLE, sizeof(double), compare_doubles, put_double},
    {REEVE_OPERAND_STRING_LIST, 0, sizeof(struct reeve_bytes), compare_texts, put_string_item},
    {REEVE_OPERAND_BYTES_LIST, 0, sizeof(struct reeve_bytes), compare_texts, put_bytes_item},
};

static const void *items_of(const struct reeve_rule *rule)
{
    switch (rule->kind) {
    case REEVE_OPERAND_UNSIGNED_LIST:
        return rule->operand.u64_list;
    case REEVE_OPERAND_SIGNED_LIST:
        return rule->operand.i64_list;
    case REEVE_OPERAND_DOUBLE_LIST:
        return rule->operand.f64_list;
    default:
        return rule->operand.bytes_list;
    }
}

/* The sort is stable: nothing moves. */
static int compare_nothing(const void *a, const void *b, const void *ctx)
{
    (void)a;
    (void)b;
    (void)ctx;
    return 0;
}

/* Whether the list is a set, whose order says nothing. A `const` is none. */
static bool is_set(const struct reeve_rule_kind *kind)
{
    switch (kind->test) {
    case REEVE_TEST_IN:
    case REEVE_TEST_NOT_IN:
    case REEVE_TEST_PATHS_IN:
    case REEVE_TEST_PATHS_NOT_IN:
        return true;
    default:
        return false;
    }
}

static enum reeve_status put_list(struct reeve_buffer *to, const struct reeve_rule *rule,
                                  const struct reeve_rule_kind *kind)
{
    const struct list_form *form = LIST_FORMS;
    const struct list_form *end = form + sizeof LIST_FORMS / sizeof *LIST_FORMS;
    size_t mark = 0;
    while (form < end && form->kind != rule->kind) {
        form++;
    }
    if (form == end) {
        return REEVE_INVALID;
    }
    const bool packed = form->packed != 0 && rule->count > 0;
    if (packed) {
        REEVE_TRY(begin(to, form->packed, &mark));
    }
    const bool set = is_set(kind);
    const struct items items = {items_of(rule), rule->count, form->size,
                                set ? form->compare : compare_nothing, set};
    REEVE_TRY(put_sorted(to, &items, form->put, NULL));
    return packed ? reeve_write_nested_end(to, mark) : REEVE_OK;
}

/* ---- rules ---- */

static enum reeve_status put_operand(struct reeve_buffer *to, const struct reeve_rule *rule,
                                     const struct reeve_rule_kind *kind)
{
    size_t mark;
    switch (rule->kind) {
    case REEVE_OPERAND_NONE:
        return REEVE_OK;
    case REEVE_OPERAND_UNSIGNED:
        return put_varint_always(to, RULE_UNSIGNED, rule->operand.u64);
    case REEVE_OPERAND_SIGNED:
        return put_varint_always(to, RULE_SIGNED, reeve_zigzag(rule->operand.i64));
    case REEVE_OPERAND_DOUBLE:
        REEVE_TRY(reeve_write_tag(to, RULE_DOUBLE, REEVE_WIRE_FIXED64));
        return reeve_write_fixed64(to, bits_of(rule->operand.f64));
    case REEVE_OPERAND_STRING:
        return put_bytes(to, RULE_STRING, rule->operand.bytes);
    case REEVE_OPERAND_BYTES:
        return put_bytes(to, RULE_BYTES, rule->operand.bytes);
    case REEVE_OPERAND_BOOL:
        return put_varint_always(to, RULE_BOOL, rule->operand.boolean ? 1 : 0);
    default:
        REEVE_TRY(begin(to, RULE_LIST, &mark));
        REEVE_TRY(put_list(to, rule, kind));
        return reeve_write_nested_end(to, mark);
    }
}

static enum reeve_status put_rule(struct reeve_buffer *to, const struct reeve_rule *rule)
{
    const struct reeve_rule_kind *kind = reeve_rule_kind_at(rule->code);
    size_t mark;
    if (kind == NULL || kind->operand != rule->kind) {
        return REEVE_INVALID;
    }
    REEVE_TRY(begin(to, FIELD_RULES, &mark));
    REEVE_TRY(put_text(to, RULE_ID, kind->id));
    REEVE_TRY(put_operand(to, rule, kind));
    REEVE_TRY(put_varint(to, RULE_TARGET, rule->target));
    return reeve_write_nested_end(to, mark);
}

static int compare_rules(const void *a, const void *b, const void *ctx)
{
    const struct reeve_rule *x = a;
    const struct reeve_rule *y = b;
    (void)ctx;
    const int order = reeve_bytes_compare(reeve_bytes_cstr(x->id), reeve_bytes_cstr(y->id));
    return order != 0 ? order : (int)x->target - (int)y->target;
}

static enum reeve_status put_rule_item(struct reeve_buffer *to, const void *item,
                                       const struct reeve_message *m)
{
    (void)m;
    return put_rule(to, item);
}

/* ---- fields and messages ---- */

/* What a field's values are: for a map, the entry's value. */
static const struct reeve_field *value_of(const struct reeve_field *f)
{
    return f->cardinality == REEVE_MAP ? reeve_map_value_field(f) : f;
}

static const char *type_name(const struct reeve_field *value)
{
    if (value->type == REEVE_TYPE_MESSAGE) {
        return value->message->name;
    }
    return value->type == REEVE_TYPE_ENUM ? value->enumeration->name : "";
}

static enum reeve_status put_field_names(struct reeve_buffer *to, const struct reeve_field *f)
{
    REEVE_TRY(put_varint(to, FIELD_NUMBER, f->number));
    REEVE_TRY(put_text(to, FIELD_NAME, f->name));
    return put_text(to, FIELD_JSON_NAME, f->json_name);
}

/* Oneofs are listed by name: the place of the field's one in that list, counted from 1. */
static uint32_t oneof_place(const struct reeve_message *m, const struct reeve_field *f)
{
    uint32_t place = 1;
    if (f->oneof == 0) {
        return 0;
    }
    const struct reeve_bytes name = reeve_bytes_cstr(m->oneofs[f->oneof - 1].name);
    for (uint16_t i = 0; i < m->oneofs_count; i++) {
        place += reeve_bytes_compare(reeve_bytes_cstr(m->oneofs[i].name), name) < 0 ? 1 : 0;
    }
    return place;
}

static enum reeve_status put_field_members(struct reeve_buffer *to, const struct reeve_field *f,
                                           const struct reeve_message *m)
{
    const struct reeve_field *value = value_of(f);
    REEVE_TRY(put_field_names(to, f));
    REEVE_TRY(put_varint(to, FIELD_TYPE, value->type));
    REEVE_TRY(put_varint(to, FIELD_CARDINALITY, f->cardinality));
    REEVE_TRY(put_text(to, FIELD_TYPE_NAME, type_name(value)));
    REEVE_TRY(put_varint(to, FIELD_ONEOF, oneof_place(m, f)));
    REEVE_TRY(put_varint(to, FIELD_SENSITIVE, (f->flags & REEVE_FIELD_SENSITIVE) != 0));
    if (f->cardinality == REEVE_MAP) {
        REEVE_TRY(put_varint(to, FIELD_MAP_KEY, reeve_map_key_field(f)->type));
    }
    REEVE_TRY(put_sorted(
        to, &(struct items){f->rules, f->rules_count, sizeof *f->rules, compare_rules, false},
        put_rule_item, m));
    return put_varint(to, FIELD_PACKED, (f->flags & REEVE_FIELD_PACKED) != 0);
}

static enum reeve_status put_field(struct reeve_buffer *to, const void *item,
                                   const struct reeve_message *m)
{
    size_t mark;
    REEVE_TRY(begin(to, MESSAGE_FIELDS, &mark));
    REEVE_TRY(put_field_members(to, item, m));
    return reeve_write_nested_end(to, mark);
}

static int compare_fields(const void *a, const void *b, const void *ctx)
{
    const struct reeve_field *x = a;
    const struct reeve_field *y = b;
    (void)ctx;
    return (x->number > y->number) - (x->number < y->number);
}

static int compare_oneofs(const void *a, const void *b, const void *ctx)
{
    const struct reeve_oneof *x = a;
    const struct reeve_oneof *y = b;
    (void)ctx;
    return reeve_bytes_compare(reeve_bytes_cstr(x->name), reeve_bytes_cstr(y->name));
}

static enum reeve_status put_oneof(struct reeve_buffer *to, const void *item,
                                   const struct reeve_message *m)
{
    const struct reeve_oneof *oneof = item;
    size_t mark;
    (void)m;
    REEVE_TRY(begin(to, MESSAGE_ONEOFS, &mark));
    REEVE_TRY(put_text(to, ONEOF_NAME, oneof->name));
    REEVE_TRY(put_varint(to, ONEOF_REQUIRED, oneof->required ? 1 : 0));
    return reeve_write_nested_end(to, mark);
}

static enum reeve_status put_oneof_rule_fields(struct reeve_buffer *to,
                                               const struct reeve_message *m,
                                               const struct reeve_oneof_rule *rule)
{
    size_t mark;
    REEVE_TRY(begin(to, ONEOF_RULE_FIELDS, &mark));
    for (uint16_t i = 0; i < rule->fields_count; i++) {
        REEVE_TRY(reeve_write_varint(to, m->fields[rule->fields[i]].number));
    }
    return reeve_write_nested_end(to, mark);
}

/* Tables have them in their canonical order. */
static enum reeve_status put_oneof_rules(struct reeve_buffer *to, const struct reeve_message *m)
{
    for (uint16_t i = 0; i < m->oneof_rules_count; i++) {
        size_t mark;
        REEVE_TRY(begin(to, MESSAGE_ONEOF_RULES, &mark));
        REEVE_TRY(put_oneof_rule_fields(to, m, &m->oneof_rules[i]));
        REEVE_TRY(put_varint(to, ONEOF_RULE_REQUIRED, m->oneof_rules[i].required ? 1 : 0));
        REEVE_TRY(reeve_write_nested_end(to, mark));
    }
    return REEVE_OK;
}

static enum reeve_status put_members(struct reeve_buffer *to, const struct reeve_message *m)
{
    REEVE_TRY(put_sorted(
        to, &(struct items){m->fields, m->fields_count, sizeof *m->fields, compare_fields, false},
        put_field, m));
    REEVE_TRY(put_sorted(
        to, &(struct items){m->oneofs, m->oneofs_count, sizeof *m->oneofs, compare_oneofs, false},
        put_oneof, m));
    return put_oneof_rules(to, m);
}

static enum reeve_status put_message(struct reeve_buffer *to, const struct reeve_message *m)
{
    size_t mark;
    REEVE_TRY(begin(to, TASK_MESSAGES, &mark));
    REEVE_TRY(put_text(to, MESSAGE_NAME, m->name));
    /* What a well-known type is, its name says. */
    if (m->well_known == REEVE_WELL_KNOWN_NONE) {
        REEVE_TRY(put_members(to, m));
    }
    return reeve_write_nested_end(to, mark);
}

/* ---- enums ---- */

static enum reeve_status put_enum_value(struct reeve_buffer *to, const void *item,
                                        const struct reeve_message *m)
{
    (void)m;
    const struct reeve_enum_value *v = item;
    size_t mark;
    REEVE_TRY(begin(to, ENUM_VALUES, &mark));
    REEVE_TRY(put_text(to, ENUM_VALUE_NAME, v->name));
    REEVE_TRY(put_varint(to, ENUM_VALUE_NUMBER, (uint64_t)(int64_t)v->number));
    return reeve_write_nested_end(to, mark);
}

/* The sort is stable: aliases stay in declaration order. */
static int compare_enum_values(const void *a, const void *b, const void *ctx)
{
    const struct reeve_enum_value *x = a;
    const struct reeve_enum_value *y = b;
    (void)ctx;
    return (x->number > y->number) - (x->number < y->number);
}

static enum reeve_status put_enum(struct reeve_buffer *to, const struct reeve_enum *e)
{
    size_t mark;
    REEVE_TRY(begin(to, TASK_ENUMS, &mark));
    REEVE_TRY(put_text(to, ENUM_NAME, e->name));
    REEVE_TRY(put_sorted(
        to,
        &(struct items){e->values, e->values_count, sizeof *e->values, compare_enum_values, false},
        put_enum_value, NULL));
    return reeve_write_nested_end(to, mark);
}

/* ---- tasks ---- */

static enum reeve_status put_types(struct reeve_buffer *to, const struct reeve_type_set *types)
{
    for (size_t i = 0; i < types->messages_count; i++) {
        REEVE_TRY(put_message(to, types->messages[i]));
    }
    for (size_t i = 0; i < types->enums_count; i++) {
        REEVE_TRY(put_enum(to, types->enums[i]));
    }
    return REEVE_OK;
}

static enum reeve_status put_task(struct reeve_buffer *to, const struct reeve_task *task,
                                  const struct reeve_type_set *types)
{
    REEVE_TRY(put_text(to, TASK_NAME, task->name));
    REEVE_TRY(put_text(to, TASK_INPUT, task->input->name));
    REEVE_TRY(put_text(to, TASK_OUTPUT, task->output->name));
    REEVE_TRY(put_varint(to, TASK_SERVER_STREAMING, task->server_streaming ? 1 : 0));
    REEVE_TRY(put_varint(to, TASK_IDEMPOTENCY, task->idempotency));
    REEVE_TRY(put_varint(to, TASK_APPROVALS, task->approvals));
    return put_types(to, types);
}

enum reeve_status reeve_task_schema_write(const struct reeve_task *task, struct reeve_buffer *to)
{
    struct reeve_type_set types;
    const size_t before = to->len;
    reeve_type_set_init(&types, to->allocator);
    enum reeve_status status = reeve_type_set_add(&types, task->input);
    if (status == REEVE_OK) {
        status = reeve_type_set_add(&types, task->output);
    }
    if (status == REEVE_OK) {
        reeve_type_set_sort(&types);
        status = put_task(to, task, &types);
    }
    reeve_type_set_clear(&types);
    if (status != REEVE_OK) {
        to->len = before;
    }
    return status;
}

struct reeve_digest reeve_fingerprint_of(struct reeve_bytes schema)
{
    static const char domain[] = "reeve.task.v1"; /* its NUL is part of it */
    const struct reeve_bytes parts[] = {reeve_bytes_of(domain, sizeof domain), schema};
    return reeve_sha256(parts, 2);
}

enum reeve_status reeve_task_fingerprint(const struct reeve_task *task, struct reeve_digest *out)
{
    struct reeve_buffer schema;
    reeve_buffer_init(&schema, NULL, (size_t)16 << 20);
    const enum reeve_status status = reeve_task_schema_write(task, &schema);
    if (status == REEVE_OK) {
        *out = reeve_fingerprint_of(reeve_buffer_view(&schema));
    }
    reeve_buffer_clear(&schema);
    return status;
}
