/* SPDX-License-Identifier: Apache-2.0 */
/* MessageSchema becomes a table. */
#include "agent/base/character.h"
#include "proto/runtime/type.h"
#include "proto/schema/builder.h"
#include "proto/schema/dynamic.h"
#include "proto/schema/layout.h"
#include "proto/schema/well_known.h"

#define FIELD_NUMBER_MAX ((UINT32_C(1) << 29) - 1)
#define NAME_MAX_BYTES 128

static bool is_type(int type)
{
    return type > 0 && type < REEVE_TYPE_END && reeve_types[type].size > 0;
}

/* A name as a .proto file may have it: it becomes part of paths and JSON. */
static bool is_name(const char *name)
{
    size_t len = 0;
    for (; name[len] != '\0' && len <= NAME_MAX_BYTES; len++) {
        const char c = name[len];
        const bool letter = reeve_is_letter(c) || c == '_';
        if (!letter && (len == 0 || c < '0' || c > '9')) {
            return false;
        }
    }
    return len > 0 && len <= NAME_MAX_BYTES;
}

/* protobuf makes JSON names by leaving out '_': nothing is left of one that has no more. */
static bool is_underscores(const char *name)
{
    while (*name == '_') {
        name++;
    }
    return *name == '\0';
}

/* A json_name may be any text that is short enough to show. */
static bool is_json_name(const char *json_name, const char *name)
{
    const struct reeve_bytes text = reeve_bytes_cstr(json_name);
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < ' ' || text.data[i] == 0x7f) {
            return false;
        }
    }
    return (text.len > 0 || is_underscores(name)) && text.len <= NAME_MAX_BYTES;
}

static char *copy_text(struct reeve_builder *b, const char *text)
{
    return reeve_arena_strdup(b->arena, reeve_bytes_cstr(text));
}

static enum reeve_status refuse(const struct reeve_builder *b, const char *rule, const char *text)
{
    return reeve_builder_refuse(b, REEVE_INVALID, rule, text);
}

/* ---- types ---- */

static enum reeve_status build_type(struct reeve_builder *b, struct reeve_field *f,
                                    const struct reeve_v1_field_schema *from)
{
    if (!is_type((int)from->type)) {
        return refuse(b, "type", "the type is none that reeve knows");
    }
    f->type = (uint8_t)from->type;
    if (f->type == REEVE_TYPE_MESSAGE) {
        f->message = reeve_builder_message(b, from->type_name);
        return f->message != NULL ? REEVE_OK
                                  : refuse(b, "type", "the message type is not in the schema");
    }
    if (f->type == REEVE_TYPE_ENUM) {
        f->enumeration = reeve_builder_enum(b, from->type_name);
        return f->enumeration != NULL ? REEVE_OK
                                      : refuse(b, "type", "the enum type is not in the schema");
    }
    return REEVE_OK;
}

static bool is_key_type(int type)
{
    return is_type(type) && type != REEVE_TYPE_DOUBLE && type != REEVE_TYPE_FLOAT &&
           type != REEVE_TYPE_BYTES && type != REEVE_TYPE_MESSAGE && type != REEVE_TYPE_ENUM;
}

/* The entry message of a map; `value` has the type of its value. */
static enum reeve_status build_entry(struct reeve_builder *b, struct reeve_field *value,
                                     int key_type, const struct reeve_message **out)
{
    if (!is_key_type(key_type)) {
        return refuse(b, "map_key", "the type cannot be a map's key");
    }
    struct reeve_message *entry = reeve_arena_alloc(b->arena, sizeof *entry);
    struct reeve_field *fields = reeve_arena_alloc_array(b->arena, 2, sizeof *fields);
    if (entry == NULL || fields == NULL) {
        return reeve_builder_no_memory(b);
    }
    fields[0] = (struct reeve_field){.name = "key",
                                     .json_name = "key",
                                     .number = 1,
                                     .type = (uint8_t)key_type,
                                     .cardinality = REEVE_IMPLICIT};
    fields[1] = *value;
    fields[1].name = "value";
    fields[1].json_name = "value";
    fields[1].number = 2;
    fields[1].cardinality = value->type == REEVE_TYPE_MESSAGE ? REEVE_EXPLICIT : REEVE_IMPLICIT;
    *entry = (struct reeve_message){
        .name = "map entry", .fields_count = 2, .map_entry = true, .fields = fields};
    reeve_layout(entry, fields, NULL);
    *out = entry;
    return REEVE_OK;
}

static enum reeve_status make_map(struct reeve_builder *b, struct reeve_field *f,
                                  const struct reeve_v1_field_schema *from)
{
    struct reeve_field value = {
        .type = f->type, .message = f->message, .enumeration = f->enumeration};
    REEVE_TRY(build_entry(b, &value, (int)from->map_key, &f->message));
    f->type = REEVE_TYPE_MESSAGE;
    f->enumeration = NULL;
    return REEVE_OK;
}

static enum reeve_status build_cardinality(struct reeve_builder *b, struct reeve_field *f,
                                           const struct reeve_v1_field_schema *from)
{
    if (from->cardinality < REEVE_V1_CARDINALITY_IMPLICIT ||
        from->cardinality > REEVE_V1_CARDINALITY_MAP) {
        return refuse(b, "cardinality", "the cardinality is none that reeve knows");
    }
    f->cardinality = (uint8_t)from->cardinality;
    if (f->cardinality == REEVE_IMPLICIT && f->type == REEVE_TYPE_MESSAGE) {
        return refuse(b, "cardinality", "a message always tracks presence");
    }
    if (f->cardinality == REEVE_MAP) {
        return make_map(b, f, from);
    }
    return REEVE_OK;
}

static enum reeve_status build_flags(struct reeve_builder *b, const struct reeve_message *m,
                                     struct reeve_field *f,
                                     const struct reeve_v1_field_schema *from)
{
    if (from->oneof > m->oneofs_count || (from->oneof > 0 && f->cardinality != REEVE_EXPLICIT)) {
        return refuse(b, "oneof", "the field cannot be a member of this oneof");
    }
    if (from->packed && (f->cardinality != REEVE_REPEATED || !reeve_type_is_packable(f->type))) {
        return refuse(b, "packed", "only lists of numbers can be packed");
    }
    f->oneof = (uint8_t)from->oneof;
    f->flags = (uint8_t)((from->sensitive ? REEVE_FIELD_SENSITIVE : 0) |
                         (from->packed ? REEVE_FIELD_PACKED : 0) |
                         (from->oneof > 0 ? REEVE_FIELD_ONEOF : 0));
    return REEVE_OK;
}

/* ---- fields ---- */

static enum reeve_status build_names(struct reeve_builder *b, struct reeve_field *f,
                                     const struct reeve_v1_field_schema *from)
{
    if (!is_name(from->name) || !is_json_name(from->json_name, from->name)) {
        b->field_name = NULL;
        return refuse(b, "name", "the name of a field is not valid");
    }
    f->name = copy_text(b, from->name);
    f->json_name = copy_text(b, from->json_name);
    return f->name == NULL || f->json_name == NULL ? reeve_builder_no_memory(b) : REEVE_OK;
}

static enum reeve_status build_field(struct reeve_builder *b, const struct reeve_message *m,
                                     struct reeve_field *f,
                                     const struct reeve_v1_field_schema *from)
{
    b->field_name = from->name;
    REEVE_TRY(build_names(b, f, from));
    if (from->number == 0 || from->number > FIELD_NUMBER_MAX) {
        return refuse(b, "number", "the field number is not valid");
    }
    f->number = from->number;
    REEVE_TRY(build_type(b, f, from));
    REEVE_TRY(build_cardinality(b, f, from));
    REEVE_TRY(build_flags(b, m, f, from));
    return reeve_build_rules(b, f, from);
}

static bool same(const char *a, const char *b)
{
    return reeve_bytes_equal(reeve_bytes_cstr(a), reeve_bytes_cstr(b));
}

/* Two fields that JSON could not tell apart. */
static bool names_collide(const struct reeve_field *a, const struct reeve_field *b)
{
    return same(a->name, b->name) || same(a->json_name, b->json_name) ||
           same(a->name, b->json_name) || same(a->json_name, b->name);
}

/* Against the fields before it; there are at most REEVE_SCHEMA_FIELDS_MAX. */
static enum reeve_status check_distinct(const struct reeve_builder *b,
                                        const struct reeve_field *fields, size_t i)
{
    if (i > 0 && fields[i].number <= fields[i - 1].number) {
        return refuse(b, "number", "fields are not in the order of their numbers, each once");
    }
    for (size_t j = 0; j < i; j++) {
        if (names_collide(&fields[i], &fields[j])) {
            return refuse(b, "name", "another field has the same name");
        }
    }
    return REEVE_OK;
}

static enum reeve_status build_fields(struct reeve_builder *b, struct reeve_message *m,
                                      const struct reeve_v1_message_schema *from,
                                      struct reeve_field *fields)
{
    for (size_t i = 0; i < from->n_fields; i++) {
        REEVE_TRY(build_field(b, m, &fields[i], from->fields[i]));
        REEVE_TRY(check_distinct(b, fields, i));
    }
    b->field_name = NULL;
    return REEVE_OK;
}

static enum reeve_status build_oneofs(struct reeve_builder *b, struct reeve_message *m,
                                      const struct reeve_v1_message_schema *from,
                                      struct reeve_oneof *oneofs)
{
    for (size_t i = 0; i < from->n_oneofs; i++) {
        if (!is_name(from->oneofs[i]->name)) {
            return refuse(b, "name", "the name of a oneof is not valid");
        }
        oneofs[i].name = copy_text(b, from->oneofs[i]->name);
        oneofs[i].required = from->oneofs[i]->required != 0;
        if (oneofs[i].name == NULL) {
            return reeve_builder_no_memory(b);
        }
    }
    m->oneofs = oneofs;
    return REEVE_OK;
}

static enum reeve_status build_well_known(struct reeve_builder *b, struct reeve_message *m)
{
    const struct reeve_well_known_type *type = reeve_well_known_find(m->name);
    struct reeve_field *fields =
        reeve_arena_alloc_array(b->arena, REEVE_WELL_KNOWN_FIELDS_MAX, sizeof *fields);
    if (fields == NULL) {
        return reeve_builder_no_memory(b);
    }
    m->fields_count = type->fields_count;
    m->fields = fields;
    for (uint16_t i = 0; i < type->fields_count; i++) {
        fields[i] = type->fields[i];
    }
    reeve_layout(m, fields, NULL);
    return REEVE_OK;
}

enum reeve_status reeve_build_message(struct reeve_builder *b, struct reeve_message *m,
                                      const struct reeve_v1_message_schema *from)
{
    b->message_name = m->name;
    b->field_name = NULL;
    if (m->well_known != REEVE_WELL_KNOWN_NONE) {
        return build_well_known(b, m);
    }
    if (from->n_fields > REEVE_SCHEMA_FIELDS_MAX || from->n_oneofs > UINT8_MAX) {
        return reeve_builder_refuse(b, REEVE_TOO_LARGE, "fields", "too many fields or oneofs");
    }
    struct reeve_field *fields = reeve_arena_alloc_array(b->arena, from->n_fields, sizeof *fields);
    struct reeve_oneof *oneofs = reeve_arena_alloc_array(b->arena, from->n_oneofs, sizeof *oneofs);
    if (fields == NULL || oneofs == NULL) {
        return reeve_builder_no_memory(b);
    }
    m->fields_count = (uint16_t)from->n_fields;
    m->oneofs_count = (uint16_t)from->n_oneofs;
    m->fields = fields;
    REEVE_TRY(build_oneofs(b, m, from, oneofs));
    REEVE_TRY(build_fields(b, m, from, fields));
    reeve_layout(m, fields, oneofs);
    return reeve_build_oneof_rules(b, m, from);
}
