/* SPDX-License-Identifier: Apache-2.0 */
/* A stack of the containers that are open. Objects are messages or maps, arrays are repeated
 * fields; protobuf has no arrays of arrays and no maps of maps, so every map and array belongs to
 * the message right below it on the stack. Where JSON leaves that message out (an object for a
 * google.protobuf.Struct, either bracket for a Value), its frame is `implied`: it opens and closes
 * with its container.
 *
 * A map costs a level of depth, as its entries do in binary: what is read here can be encoded. */
#include "proto/runtime/mapper.h"

#include "agent/base/character.h"
#include "proto/runtime/bounds.h"
#include "proto/runtime/map_entry.h"
#include "proto/runtime/path.h"
#include "proto/runtime/slot.h"

enum frame_kind {
    FRAME_MESSAGE,
    FRAME_MAP,
    FRAME_ARRAY,
};

struct reeve_mapper_frame {
    struct reeve_mapper_frame *below;
    struct reeve_mapper_frame *above; /* kept for the next container that opens here */
    enum frame_kind kind;
    bool implied;
    const struct reeve_message *table;
    void *message;                   /* MESSAGE: itself; MAP and ARRAY: the one they belong to */
    const struct reeve_field *field; /* MESSAGE: of the current member, NULL: ignored */
    size_t capacity;                 /* MAP and ARRAY */
    uint64_t *seen;                  /* MESSAGE: a bit per field that was given */
    size_t seen_words;
    struct reeve_path path; /* MESSAGE: to the current member */
};

/* ---- problems ---- */

static const struct reeve_path *current_path(const struct reeve_mapper *mapper)
{
    const struct reeve_mapper_frame *f = mapper->top;
    if (f == NULL) {
        return NULL;
    }
    return f->kind == FRAME_MESSAGE ? &f->path : &f->below->path;
}

enum reeve_status reeve_mapper_fail(struct reeve_mapper *mapper, enum reeve_status status,
                                    const char *rule, const char *text, struct reeve_position at)
{
    reeve_problem_set(mapper->problem, current_path(mapper), rule, text);
    if (mapper->problem != NULL) {
        mapper->problem->line = at.line;
        mapper->problem->column = at.column;
    }
    return status;
}

static enum reeve_status no_memory(struct reeve_mapper *mapper, struct reeve_position at)
{
    return reeve_mapper_fail(mapper, REEVE_NO_MEMORY, "memory", reeve_status_text(REEVE_NO_MEMORY),
                             at);
}

static enum reeve_status wrong_type(struct reeve_mapper *mapper, const char *text,
                                    struct reeve_position at)
{
    return reeve_mapper_fail(mapper, REEVE_TYPE, "type", text, at);
}

void reeve_mapper_init(struct reeve_mapper *mapper, const struct reeve_message *m,
                       struct reeve_mapper_options options, struct reeve_arena *arena,
                       struct reeve_problem *problem)
{
    *mapper = (struct reeve_mapper){
        .arena = arena,
        .problem = problem,
        .ignore_unknown = options.ignore_unknown,
        .root_field = {.name = "", .type = REEVE_TYPE_MESSAGE, .cardinality = REEVE_EXPLICIT},
        .depth_left = reeve_depth_bound(options.max_depth),
        .max_skip = reeve_depth_bound(options.max_depth),
        .elements_left = REEVE_ELEMENTS_DEFAULT,
    };
    mapper->root_field.message = m;
    mapper->scalar_options = (struct reeve_scalar_options){
        .duration_units = options.duration_units,
        .drop_unknown_enum = options.ignore_unknown,
        .max_elements = REEVE_ELEMENTS_DEFAULT,
    };
}

/* ---- frames ---- */

static struct reeve_mapper_frame *new_frame(struct reeve_mapper *mapper)
{
    struct reeve_mapper_frame *f = reeve_arena_alloc(mapper->arena, sizeof *f);
    if (f == NULL) {
        return NULL;
    }
    f->below = mapper->top;
    if (mapper->top != NULL) {
        mapper->top->above = f;
    }
    return f;
}

/* A frame on top of the stack; its `seen` keeps what memory an earlier one had. */
static struct reeve_mapper_frame *push(struct reeve_mapper *mapper, enum frame_kind kind)
{
    struct reeve_mapper_frame *f = mapper->top == NULL ? NULL : mapper->top->above;
    if (f == NULL) {
        f = new_frame(mapper);
    }
    if (f == NULL) {
        return NULL;
    }
    f->kind = kind;
    f->implied = false;
    f->field = NULL;
    f->capacity = 0;
    mapper->top = f;
    return f;
}

static bool reset_seen(struct reeve_mapper *mapper, struct reeve_mapper_frame *f, size_t fields)
{
    const size_t words = fields / 64 + 1;
    if (words > f->seen_words) {
        f->seen = reeve_arena_alloc_array(mapper->arena, words, sizeof *f->seen);
        f->seen_words = f->seen == NULL ? 0 : words;
        return f->seen != NULL;
    }
    reeve_zero(f->seen, words * sizeof *f->seen);
    return true;
}

static enum reeve_status too_deep(struct reeve_mapper *mapper, struct reeve_position at)
{
    return reeve_mapper_fail(mapper, REEVE_DEPTH, "depth", reeve_status_text(REEVE_DEPTH), at);
}

static enum reeve_status push_message(struct reeve_mapper *mapper, const struct reeve_message *m,
                                      void *message, struct reeve_position at)
{
    const struct reeve_path *up = current_path(mapper);
    if (mapper->depth_left == 0) {
        return too_deep(mapper, at);
    }
    struct reeve_mapper_frame *f = push(mapper, FRAME_MESSAGE);
    if (f == NULL || !reset_seen(mapper, f, m->fields_count)) {
        return no_memory(mapper, at);
    }
    mapper->depth_left--;
    f->table = m;
    f->message = message;
    f->path = (struct reeve_path){.up = up};
    return REEVE_OK;
}

static enum reeve_status push_container(struct reeve_mapper *mapper, enum frame_kind kind,
                                        struct reeve_position at)
{
    struct reeve_mapper_frame *owner = mapper->top;
    if (kind == FRAME_MAP && mapper->depth_left == 0) {
        return too_deep(mapper, at);
    }
    struct reeve_mapper_frame *f = push(mapper, kind);
    if (f == NULL) {
        return no_memory(mapper, at);
    }
    mapper->depth_left -= kind == FRAME_MAP;
    f->message = owner->message;
    f->field = owner->field;
    return REEVE_OK;
}

/* ---- where the next value goes ---- */

struct target {
    const struct reeve_field *field;
    void *slot;
};

/* One more element in the array of a repeated field or map; arrays double. */
static enum reeve_status new_element(struct reeve_mapper *mapper, struct reeve_position at,
                                     void **slot)
{
    struct reeve_mapper_frame *f = mapper->top;
    const size_t count = reeve_slot_count(f->field, f->message);
    const size_t size = reeve_types[f->field->type].size;
    void *array = reeve_slot(f->field, f->message);
    if (mapper->elements_left == 0) {
        return reeve_mapper_fail(mapper, REEVE_TOO_LARGE, "elements",
                                 reeve_status_text(REEVE_TOO_LARGE), at);
    }
    if (count == f->capacity) {
        f->capacity = count == 0 ? 4 : 2 * count;
        void *grown = reeve_arena_alloc_array(mapper->arena, f->capacity, size);
        if (grown == NULL) {
            return no_memory(mapper, at);
        }
        if (count > 0) {
            reeve_move(grown, reeve_load_pointer(array), count * size);
        }
        reeve_store_pointer(array, grown);
    }
    mapper->elements_left--;
    reeve_slot_set_count(f->field, f->message, count + 1);
    *slot = reeve_slot_element(f->field, f->message, count);
    return REEVE_OK;
}

static enum reeve_status array_target(struct reeve_mapper *mapper, struct reeve_position at,
                                      struct target *out)
{
    struct reeve_mapper_frame *f = mapper->top;
    f->below->path.subscript = REEVE_SUBSCRIPT_INDEX;
    f->below->path.index = reeve_slot_count(f->field, f->message);
    out->field = f->field;
    return new_element(mapper, at, &out->slot);
}

static enum reeve_status map_target(struct reeve_mapper *mapper, struct target *out)
{
    const struct reeve_mapper_frame *f = mapper->top;
    const size_t count = reeve_slot_count(f->field, f->message);
    void *entry = reeve_map_entry_at(f->field, f->message, count - 1);
    out->field = reeve_map_value_field(f->field);
    out->slot = reeve_slot(out->field, entry);
    return REEVE_OK;
}

static enum reeve_status member_target(struct reeve_mapper *mapper, struct target *out)
{
    struct reeve_mapper_frame *f = mapper->top;
    out->field = f->field;
    out->slot = reeve_slot(f->field, f->message);
    reeve_slot_mark(f->field, f->message);
    return REEVE_OK;
}

static enum reeve_status next_target(struct reeve_mapper *mapper, struct reeve_position at,
                                     struct target *out)
{
    if (mapper->top == NULL) {
        mapper->root_given = true;
        out->field = &mapper->root_field;
        out->slot = &mapper->root;
        return REEVE_OK;
    }
    if (mapper->top->kind == FRAME_ARRAY) {
        return array_target(mapper, at, out);
    }
    if (mapper->top->kind == FRAME_MAP) {
        return map_target(mapper, out);
    }
    return member_target(mapper, out);
}

/* The field that a value would go to, without taking the place; NULL: an ignored member. */
static const struct reeve_field *awaited(const struct reeve_mapper *mapper)
{
    if (mapper->top == NULL) {
        return &mapper->root_field;
    }
    if (mapper->top->kind == FRAME_MAP) {
        return reeve_map_value_field(mapper->top->field);
    }
    return mapper->top->field;
}

static bool is_member_of(const struct reeve_mapper *mapper, enum reeve_cardinality cardinality)
{
    const struct reeve_mapper_frame *f = mapper->top;
    return f != NULL && f->kind == FRAME_MESSAGE && f->field->cardinality == cardinality;
}

/* A member that is ignored, or the inside of one. */
static bool is_ignored(const struct reeve_mapper *mapper)
{
    return mapper->skipping > 0 || awaited(mapper) == NULL;
}

static enum reeve_status skip_into(struct reeve_mapper *mapper, struct reeve_position at)
{
    if (mapper->skipping == mapper->max_skip) {
        return too_deep(mapper, at);
    }
    mapper->skipping++;
    return REEVE_OK;
}

/* ---- objects ---- */

/* Another member of the same oneof was given before. */
static bool oneof_is_taken(const struct reeve_mapper *mapper)
{
    const struct reeve_mapper_frame *f = mapper->top;
    if (f == NULL || f->kind != FRAME_MESSAGE || (f->field->flags & REEVE_FIELD_ONEOF) == 0) {
        return false;
    }
    return reeve_slot_case(f->field, f->message) != 0;
}

static enum reeve_status oneof_twice(struct reeve_mapper *mapper, struct reeve_position at)
{
    return reeve_mapper_fail(mapper, REEVE_DUPLICATE_FIELD, "oneof",
                             "another field of the same oneof is given too", at);
}

/* How JSON writes the values of a field, as far as brackets go. */
static bool takes_object(const struct reeve_field *field)
{
    return field->type == REEVE_TYPE_MESSAGE &&
           (field->message->well_known == REEVE_WELL_KNOWN_NONE ||
            field->message->well_known == REEVE_WELL_KNOWN_EMPTY ||
            field->message->well_known == REEVE_WELL_KNOWN_STRUCT ||
            field->message->well_known == REEVE_WELL_KNOWN_VALUE);
}

static bool takes_list(const struct reeve_field *field)
{
    return field->type == REEVE_TYPE_MESSAGE &&
           (field->message->well_known == REEVE_WELL_KNOWN_LIST_VALUE ||
            field->message->well_known == REEVE_WELL_KNOWN_VALUE);
}

static enum reeve_status begin_message(struct reeve_mapper *mapper, struct reeve_position at)
{
    struct target target;
    REEVE_TRY(next_target(mapper, at, &target));
    void *message = reeve_message_new(target.field->message, mapper->arena);
    if (message == NULL) {
        return no_memory(mapper, at);
    }
    reeve_store_pointer(target.slot, message);
    return push_message(mapper, target.field->message, message, at);
}

/* Opens what the bracket that was just read stands for inside the message on top, if it stands for
 * a member: the fields of a Struct, the values of a ListValue, either of them in a Value. */
static bool enter_implied(struct reeve_mapper *mapper, bool object)
{
    struct reeve_mapper_frame *f = mapper->top;
    const enum reeve_well_known kind = (enum reeve_well_known)f->table->well_known;
    uint16_t member = 0;
    if (kind == REEVE_WELL_KNOWN_VALUE) {
        member = object ? REEVE_VALUE_STRUCT : REEVE_VALUE_LIST;
    } else if (kind != REEVE_WELL_KNOWN_STRUCT && kind != REEVE_WELL_KNOWN_LIST_VALUE) {
        return false;
    }
    f->implied = true;
    f->field = &f->table->fields[member];
    f->path.name = "";
    f->path.subscript = REEVE_SUBSCRIPT_NONE;
    return true;
}

static void leave_implied(struct reeve_mapper *mapper)
{
    while (mapper->top != NULL && mapper->top->implied) {
        mapper->depth_left++;
        mapper->top = mapper->top->below;
    }
}

static enum reeve_status no_object(struct reeve_mapper *mapper, struct reeve_position at)
{
    const struct reeve_field *field = awaited(mapper);
    if (field->type == REEVE_TYPE_MESSAGE && field->message->well_known == REEVE_WELL_KNOWN_ANY) {
        return reeve_mapper_fail(mapper, REEVE_UNSUPPORTED, "type",
                                 "google.protobuf.Any has no JSON form here", at);
    }
    return wrong_type(mapper, "expected a single value, not an object", at);
}

enum reeve_status reeve_mapper_begin_object(struct reeve_mapper *mapper, struct reeve_position at)
{
    if (is_ignored(mapper)) {
        return skip_into(mapper, at);
    }
    if (is_member_of(mapper, REEVE_MAP)) {
        return push_container(mapper, FRAME_MAP, at);
    }
    if (is_member_of(mapper, REEVE_REPEATED)) {
        return wrong_type(mapper, "expected a list, not an object", at);
    }
    if (oneof_is_taken(mapper)) {
        return oneof_twice(mapper, at);
    }
    if (!takes_object(awaited(mapper))) {
        return no_object(mapper, at);
    }
    REEVE_TRY(begin_message(mapper, at));
    /* At most twice: a Value, its Struct, whose member is a map. */
    return enter_implied(mapper, true) ? reeve_mapper_begin_object(mapper, at) : REEVE_OK;
}

static void name_key(struct reeve_mapper *mapper, const struct reeve_field *map, const void *entry)
{
    struct reeve_path *path = &mapper->top->below->path;
    path->subscript = REEVE_SUBSCRIPT_KEY;
    path->key_field = reeve_map_key_field(map);
    path->key = reeve_slot_of(path->key_field, entry);
    path->hide_key = (map->flags & REEVE_FIELD_SENSITIVE) != 0;
}

static enum reeve_status end_map(struct reeve_mapper *mapper, struct reeve_position at)
{
    struct reeve_mapper_frame *f = mapper->top;
    const void *duplicate;
    if (reeve_map_unite(f->field, f->message, mapper->arena, &duplicate) != REEVE_OK) {
        return no_memory(mapper, at);
    }
    if (duplicate != NULL) {
        name_key(mapper, f->field, duplicate);
        return reeve_mapper_fail(mapper, REEVE_DUPLICATE_FIELD, "duplicate",
                                 "the key is given twice", at);
    }
    f->below->path.subscript = REEVE_SUBSCRIPT_NONE;
    return REEVE_OK;
}

enum reeve_status reeve_mapper_end_object(struct reeve_mapper *mapper, struct reeve_position at)
{
    if (mapper->skipping > 0) {
        mapper->skipping--;
        return REEVE_OK;
    }
    if (mapper->top->kind == FRAME_MAP) {
        REEVE_TRY(end_map(mapper, at));
    }
    mapper->depth_left++;
    mapper->top = mapper->top->below;
    leave_implied(mapper);
    return REEVE_OK;
}

/* ---- arrays ---- */

enum reeve_status reeve_mapper_begin_array(struct reeve_mapper *mapper, struct reeve_position at)
{
    if (is_ignored(mapper)) {
        return skip_into(mapper, at);
    }
    if (is_member_of(mapper, REEVE_REPEATED)) {
        return push_container(mapper, FRAME_ARRAY, at);
    }
    if (is_member_of(mapper, REEVE_MAP) || !takes_list(awaited(mapper))) {
        return wrong_type(mapper, "a list is not expected here", at);
    }
    if (oneof_is_taken(mapper)) {
        return oneof_twice(mapper, at);
    }
    REEVE_TRY(begin_message(mapper, at));
    return enter_implied(mapper, false) ? reeve_mapper_begin_array(mapper, at) : REEVE_OK;
}

enum reeve_status reeve_mapper_end_array(struct reeve_mapper *mapper)
{
    if (mapper->skipping > 0) {
        mapper->skipping--;
        return REEVE_OK;
    }
    mapper->top->below->path.subscript = REEVE_SUBSCRIPT_NONE;
    mapper->top = mapper->top->below;
    leave_implied(mapper);
    return REEVE_OK;
}

/* ---- keys ---- */

static enum reeve_status store_key(struct reeve_mapper *mapper, const struct reeve_field *key,
                                   void *slot, struct reeve_bytes name,
                                   struct reeve_scalar_error *error)
{
    /* Keys are quoted in JSON whatever their type; a bool is read as if it were not. */
    const struct reeve_scalar scalar = {
        key->type == REEVE_TYPE_BOOL ? REEVE_SCALAR_PLAIN : REEVE_SCALAR_STRING, name};
    return reeve_scalar_store(key, slot, scalar, &mapper->scalar_options, mapper->arena, error);
}

static enum reeve_status map_key(struct reeve_mapper *mapper, struct reeve_bytes name,
                                 struct reeve_position at)
{
    const struct reeve_field *map = mapper->top->field;
    const struct reeve_field *key = reeve_map_key_field(map);
    struct reeve_scalar_error error;
    void *slot;
    void *entry = reeve_message_new(map->message, mapper->arena);
    if (entry == NULL) {
        return no_memory(mapper, at);
    }
    const enum reeve_status status = store_key(mapper, key, reeve_slot(key, entry), name, &error);
    if (status != REEVE_OK) {
        return reeve_mapper_fail(mapper, status, error.rule, error.text, at);
    }
    REEVE_TRY(new_element(mapper, at, &slot));
    reeve_store_pointer(slot, entry);
    name_key(mapper, map, entry);
    return REEVE_OK;
}

/* An unknown member is named in the problem when it could be a field's name at all. */
#define UNKNOWN_NAME_MAX 64

static bool is_identifier(struct reeve_bytes name)
{
    for (size_t i = 0; i < name.len; i++) {
        const uint8_t c = name.data[i];
        if (c != '_' && c != '-' && !reeve_is_alphanumeric(c)) {
            return false;
        }
    }
    return name.len > 0 && name.len < UNKNOWN_NAME_MAX;
}

static enum reeve_status unknown_member(struct reeve_mapper *mapper, struct reeve_bytes name,
                                        struct reeve_position at)
{
    struct reeve_mapper_frame *f = mapper->top;
    char copy[UNKNOWN_NAME_MAX + 1] = "";
    if (mapper->ignore_unknown) {
        return REEVE_OK;
    }
    if (is_identifier(name)) {
        reeve_move(copy, name.data, name.len);
        f->path.name = copy;
    }
    const enum reeve_status status = reeve_mapper_fail(mapper, REEVE_UNKNOWN_FIELD, "unknown_field",
                                                       "there is no field of this name", at);
    f->path.name = NULL;
    return status;
}

/* Fields are mostly given in the table's order. */
static const struct reeve_field *find_member(const struct reeve_mapper_frame *f,
                                             const struct reeve_field *last,
                                             struct reeve_bytes name)
{
    if (f->table->fields_count == 0) {
        return NULL; /* the table has no list that could be looked into */
    }
    const struct reeve_field *next = last == NULL ? f->table->fields : last + 1;
    if (next < f->table->fields + f->table->fields_count &&
        reeve_bytes_equal_cstr(name, next->json_name)) {
        return next;
    }
    return reeve_message_field(f->table, name);
}

/* Each field once, each oneof once. */
static bool is_given_again(struct reeve_mapper_frame *f)
{
    const size_t index = (size_t)(f->field - f->table->fields);
    const uint64_t bit = UINT64_C(1) << (index % 64);
    const bool again = (f->seen[index / 64] & bit) != 0;
    f->seen[index / 64] |= bit;
    return again;
}

enum reeve_status reeve_mapper_key(struct reeve_mapper *mapper, struct reeve_bytes name,
                                   struct reeve_position at)
{
    if (mapper->skipping > 0) {
        return REEVE_OK;
    }
    struct reeve_mapper_frame *f = mapper->top;
    if (f->kind == FRAME_MAP) {
        return map_key(mapper, name, at);
    }
    f->field = find_member(f, f->field, name);
    f->path.name = f->field == NULL ? NULL : f->field->name;
    f->path.subscript = REEVE_SUBSCRIPT_NONE;
    if (f->field == NULL) {
        return unknown_member(mapper, name, at);
    }
    if (is_given_again(f)) {
        return reeve_mapper_fail(mapper, REEVE_DUPLICATE_FIELD, "duplicate",
                                 "the field is given twice", at);
    }
    return REEVE_OK;
}

/* ---- scalars ---- */

/* Leaves the place that a dropped enum name would have taken. */
static void give_back(struct reeve_mapper *mapper)
{
    struct reeve_mapper_frame *f = mapper->top;
    if (f == NULL) {
        return;
    }
    if (f->kind == FRAME_MESSAGE) {
        reeve_slot_clear(f->field, f->message);
        return;
    }
    reeve_slot_set_count(f->field, f->message, reeve_slot_count(f->field, f->message) - 1);
}

static enum reeve_status store(struct reeve_mapper *mapper, struct reeve_scalar scalar,
                               struct reeve_position at)
{
    struct target target;
    struct reeve_scalar_error error;
    /* A message all the same, though JSON shows no bracket. */
    if (awaited(mapper)->type == REEVE_TYPE_MESSAGE && mapper->depth_left == 0) {
        return too_deep(mapper, at);
    }
    REEVE_TRY(next_target(mapper, at, &target));
    const enum reeve_status status = reeve_scalar_store(
        target.field, target.slot, scalar, &mapper->scalar_options, mapper->arena, &error);
    if (status == REEVE_NOT_FOUND) {
        give_back(mapper);
        return REEVE_OK;
    }
    return status == REEVE_OK ? REEVE_OK
                              : reeve_mapper_fail(mapper, status, error.rule, error.text, at);
}

/* A member to which null is a value like any other. */
static bool keeps_null(const struct reeve_field *field)
{
    return field->cardinality != REEVE_REPEATED && field->cardinality != REEVE_MAP &&
           reeve_scalar_takes_null(field);
}

enum reeve_status reeve_mapper_scalar(struct reeve_mapper *mapper, struct reeve_scalar scalar,
                                      struct reeve_position at)
{
    if (is_ignored(mapper)) {
        return REEVE_OK;
    }
    const bool member = mapper->top != NULL && mapper->top->kind == FRAME_MESSAGE;
    if (member && scalar.kind == REEVE_SCALAR_NULL && !keeps_null(mapper->top->field)) {
        return REEVE_OK; /* absent */
    }
    if (is_member_of(mapper, REEVE_MAP)) {
        return wrong_type(mapper, "expected an object", at);
    }
    if (is_member_of(mapper, REEVE_REPEATED)) {
        return wrong_type(mapper, "expected a list", at);
    }
    if (oneof_is_taken(mapper)) {
        return oneof_twice(mapper, at);
    }
    return store(mapper, scalar, at);
}
