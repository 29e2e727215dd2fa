/* SPDX-License-Identifier: Apache-2.0 */
/* Tables from a TaskSchema. Headers of all types come first, so that types may refer to one
 * another; in the end the schema is written again from the tables, and has to be the same bytes:
 * then nothing was overlooked, and the worker's fingerprint is of what the gateway validates. */
#include "proto/schema/dynamic.h"

#include "proto/runtime/fingerprint.h"
#include "proto/runtime/path.h"
#include "proto/runtime/pattern.h"
#include "proto/schema/builder.h"
#include "proto/schema/well_known.h"

#define APPROVALS_MAX 16

struct reeve_dynamic {
    const struct reeve_allocator *allocator;
    struct reeve_arena arena;
    struct reeve_task task;
    struct reeve_pattern **patterns[REEVE_SCHEMA_PATTERNS_MAX];
    size_t patterns_count;
};

static enum reeve_status refuse(struct reeve_builder *b, const char *rule, const char *text)
{
    return reeve_builder_refuse(b, REEVE_INVALID, rule, text);
}

/* ---- headers ---- */

static enum reeve_status add_enum(struct reeve_builder *b, struct reeve_enum *e,
                                  const struct reeve_v1_enum_schema *from)
{
    struct reeve_enum_value *values =
        reeve_arena_alloc_array(b->arena, from->n_values, sizeof *values);
    e->name = reeve_arena_strdup(b->arena, reeve_bytes_cstr(from->name));
    if (e->name == NULL || values == NULL) {
        return reeve_builder_no_memory(b);
    }
    b->message_name = e->name;
    for (size_t i = 0; i < from->n_values; i++) {
        values[i].name = reeve_arena_strdup(b->arena, reeve_bytes_cstr(from->values[i]->name));
        values[i].number = from->values[i]->number;
        if (values[i].name == NULL) {
            return reeve_builder_no_memory(b);
        }
    }
    e->values = values;
    e->values_count = (uint32_t)from->n_values;
    return from->n_values > 0 ? REEVE_OK : refuse(b, "values", "an enum has at least one value");
}

static bool is_before(const char *a, const char *b)
{
    return reeve_bytes_compare(reeve_bytes_cstr(a), reeve_bytes_cstr(b)) < 0;
}

static enum reeve_status add_enums(struct reeve_builder *b,
                                   const struct reeve_v1_task_schema *schema)
{
    b->enums = reeve_arena_alloc_array(b->arena, schema->n_enums, sizeof *b->enums);
    if (b->enums == NULL) {
        return reeve_builder_no_memory(b);
    }
    for (size_t i = 0; i < schema->n_enums; i++) {
        REEVE_TRY(add_enum(b, &b->enums[i], schema->enums[i]));
        if (i > 0 && !is_before(b->enums[i - 1].name, b->enums[i].name)) {
            return refuse(b, "order", "enums are not in the order of their names, each once");
        }
    }
    b->enums_count = schema->n_enums;
    return REEVE_OK;
}

static enum reeve_status add_message(struct reeve_builder *b, struct reeve_message *m,
                                     const char *name)
{
    const struct reeve_well_known_type *known = reeve_well_known_find(name);
    m->name = reeve_arena_strdup(b->arena, reeve_bytes_cstr(name));
    if (m->name == NULL) {
        return reeve_builder_no_memory(b);
    }
    if (reeve_well_known_is_shapeless(name)) {
        b->message_name = m->name;
        return refuse(b, "shape", "the message has no fixed shape");
    }
    if (known != NULL) {
        /* Rules look at a wrapper's field before its table is complete. */
        m->well_known = known->kind;
        m->fields = known->fields;
        m->fields_count = known->fields_count;
    }
    return REEVE_OK;
}

static enum reeve_status add_messages(struct reeve_builder *b,
                                      const struct reeve_v1_task_schema *schema)
{
    if (schema->n_messages > REEVE_SCHEMA_MESSAGES_MAX) {
        return reeve_builder_refuse(b, REEVE_TOO_LARGE, "messages", "too many message types");
    }
    b->messages = reeve_arena_alloc_array(b->arena, schema->n_messages, sizeof *b->messages);
    if (b->messages == NULL) {
        return reeve_builder_no_memory(b);
    }
    for (size_t i = 0; i < schema->n_messages; i++) {
        REEVE_TRY(add_message(b, &b->messages[i], schema->messages[i]->name));
        b->message_name = b->messages[i].name;
        if (i > 0 && !is_before(b->messages[i - 1].name, b->messages[i].name)) {
            return refuse(b, "order", "messages are not in the order of their names, each once");
        }
    }
    b->messages_count = schema->n_messages;
    return REEVE_OK;
}

/* ---- which messages have rules below them ---- */

static bool field_has_rules(const struct reeve_field *f)
{
    if (f->rules_count > 0) {
        return true;
    }
    const struct reeve_field *value = f->cardinality == REEVE_MAP ? &f->message->fields[1] : f;
    return value->message != NULL && value->message->has_rules;
}

static bool message_has_rules(const struct reeve_message *m)
{
    if (m->oneof_rules_count > 0) {
        return true;
    }
    for (uint16_t i = 0; i < m->oneofs_count; i++) {
        if (m->oneofs[i].required) {
            return true;
        }
    }
    for (uint16_t i = 0; i < m->fields_count; i++) {
        if (field_has_rules(&m->fields[i])) {
            return true;
        }
    }
    return false;
}

/* Types may contain one another in circles: repeated until nothing changes. Each round settles one
 * message at least, and there are at most REEVE_SCHEMA_MESSAGES_MAX. */
static void spread_rules(struct reeve_builder *b)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < b->messages_count; i++) {
            struct reeve_message *m = &b->messages[i];
            if (!m->has_rules && message_has_rules(m)) {
                m->has_rules = true;
                changed = true;
            }
        }
    }
}

/* An entry has rules when its map's values have. */
static void spread_to_entries(struct reeve_builder *b)
{
    for (size_t i = 0; i < b->messages_count; i++) {
        for (uint16_t j = 0; j < b->messages[i].fields_count; j++) {
            const struct reeve_field *f = &b->messages[i].fields[j];
            if (f->cardinality == REEVE_MAP) {
                struct reeve_message *entry = (struct reeve_message *)(uintptr_t)f->message;
                entry->has_rules = field_has_rules(f);
            }
        }
    }
}

/* ---- the task ---- */

static enum reeve_status build_task(struct reeve_builder *b, struct reeve_task *task,
                                    const struct reeve_v1_task_schema *schema)
{
    b->message_name = NULL;
    b->field_name = NULL;
    task->name = reeve_arena_strdup(b->arena, reeve_bytes_cstr(schema->task));
    if (task->name == NULL) {
        return reeve_builder_no_memory(b);
    }
    task->system = "";
    task->documentation = "";
    task->server_streaming = schema->server_streaming != 0;
    if (schema->task[0] == '\0') {
        return refuse(b, "task", "the task has no name");
    }
    if ((int)schema->idempotency < REEVE_NOT_IDEMPOTENT ||
        (int)schema->idempotency > REEVE_IDEMPOTENT || schema->approvals > APPROVALS_MAX) {
        return refuse(b, "task", "idempotency or approvals are out of range");
    }
    task->idempotency = (uint8_t)schema->idempotency;
    task->approvals = (uint8_t)schema->approvals;
    task->input = reeve_builder_message(b, schema->input);
    task->output = reeve_builder_message(b, schema->output);
    if (task->input == NULL || task->output == NULL) {
        return refuse(b, "task", "the input or output type is not in the schema");
    }
    return REEVE_OK;
}

static enum reeve_status build(struct reeve_builder *b, struct reeve_task *task,
                               const struct reeve_v1_task_schema *schema)
{
    REEVE_TRY(add_enums(b, schema));
    REEVE_TRY(add_messages(b, schema));
    for (size_t i = 0; i < b->messages_count; i++) {
        REEVE_TRY(reeve_build_message(b, &b->messages[i], schema->messages[i]));
    }
    REEVE_TRY(build_task(b, task, schema));
    spread_rules(b);
    spread_to_entries(b);
    return REEVE_OK;
}

/* ---- what it must agree with ---- */

static enum reeve_status check_canonical(struct reeve_builder *b, const struct reeve_task *task,
                                         struct reeve_bytes schema)
{
    struct reeve_buffer again;
    /* One byte more than what it has to be, so that a longer one is noticed. */
    reeve_buffer_init(&again, b->arena->allocator, schema.len + 1);
    enum reeve_status status = reeve_task_schema_write(task, &again);
    const bool equal = status == REEVE_OK && reeve_bytes_equal(reeve_buffer_view(&again), schema);
    reeve_buffer_clear(&again);
    if (status == REEVE_NO_MEMORY) {
        return reeve_builder_no_memory(b);
    }
    return equal ? REEVE_OK : refuse(b, "canonical", "the schema is not in its canonical form");
}

static enum reeve_status check_fingerprint(const struct reeve_digest *claimed,
                                           struct reeve_bytes schema, struct reeve_task *task,
                                           struct reeve_problem *problem)
{
    const struct reeve_digest actual = reeve_fingerprint_of(schema);
    reeve_move(task->fingerprint, actual.bytes, sizeof actual.bytes);
    if (claimed == NULL || reeve_digest_equal(*claimed, actual)) {
        return REEVE_OK;
    }
    reeve_problem_set(problem, NULL, "fingerprint", reeve_status_text(REEVE_FINGERPRINT));
    return REEVE_FINGERPRINT;
}

static enum reeve_status read_schema(struct reeve_bytes bytes, struct reeve_arena *arena,
                                     struct reeve_v1_task_schema **out,
                                     struct reeve_problem *problem)
{
    void *message;
    const struct reeve_decode_options options = {.max_size = REEVE_SCHEMA_SIZE_MAX};
    REEVE_TRY(reeve_message_decode(&reeve_v1_task_schema_message, bytes, &options, arena, &message,
                                   problem));
    *out = message;
    return REEVE_OK;
}

/* The decoded schema lives in an arena of its own: the tables copy what they keep. */
static enum reeve_status make_tables(struct reeve_dynamic *d, struct reeve_bytes bytes,
                                     struct reeve_arena *scratch, struct reeve_problem *problem)
{
    struct reeve_v1_task_schema *schema;
    REEVE_TRY(read_schema(bytes, scratch, &schema, problem));
    struct reeve_builder b = {.arena = &d->arena, .problem = problem, .patterns = d->patterns};
    enum reeve_status status = build(&b, &d->task, schema);
    d->patterns_count = b.patterns_count;
    b.message_name = NULL;
    b.field_name = NULL;
    if (status == REEVE_OK) {
        status = check_canonical(&b, &d->task, bytes);
    }
    if (status == REEVE_OK) {
        status = reeve_message_prepare(d->task.input, problem);
    }
    return status == REEVE_OK ? reeve_message_prepare(d->task.output, problem) : status;
}

static enum reeve_status fill(struct reeve_dynamic *d, struct reeve_bytes schema,
                              const struct reeve_digest *fingerprint, struct reeve_problem *problem)
{
    struct reeve_arena scratch;
    if (schema.len > REEVE_SCHEMA_SIZE_MAX) {
        reeve_problem_set(problem, NULL, "size", reeve_status_text(REEVE_TOO_LARGE));
        return REEVE_TOO_LARGE;
    }
    REEVE_TRY(check_fingerprint(fingerprint, schema, &d->task, problem));
    reeve_arena_init(&scratch, d->allocator, REEVE_SCHEMA_MEMORY_MAX, 0);
    const enum reeve_status status = make_tables(d, schema, &scratch, problem);
    reeve_arena_clear(&scratch);
    return status;
}

enum reeve_status reeve_dynamic_new(struct reeve_bytes schema,
                                    const struct reeve_digest *fingerprint,
                                    const struct reeve_allocator *allocator,
                                    struct reeve_dynamic **out, struct reeve_problem *problem)
{
    *out = NULL;
    struct reeve_dynamic *d = reeve_alloc(allocator, sizeof *d);
    if (d == NULL) {
        reeve_problem_set(problem, NULL, "memory", reeve_status_text(REEVE_NO_MEMORY));
        return REEVE_NO_MEMORY;
    }
    d->allocator = allocator;
    reeve_arena_init(&d->arena, allocator, REEVE_SCHEMA_MEMORY_MAX, 0);
    const enum reeve_status status = fill(d, schema, fingerprint, problem);
    if (status != REEVE_OK) {
        reeve_dynamic_free(d);
        return status;
    }
    *out = d;
    return REEVE_OK;
}

void reeve_dynamic_free(struct reeve_dynamic *d)
{
    if (d == NULL) {
        return;
    }
    for (size_t i = 0; i < d->patterns_count; i++) {
        reeve_pattern_free(*d->patterns[i]);
    }
    reeve_arena_clear(&d->arena);
    reeve_free(d->allocator, d, sizeof *d);
}

const struct reeve_task *reeve_dynamic_task(const struct reeve_dynamic *d)
{
    return &d->task;
}
