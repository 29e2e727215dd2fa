/* SPDX-License-Identifier: Apache-2.0 */
/* Second pass: fields and oneofs of every message that the generated files reach, as tables. */
#include <stdlib.h>

#include "proto/gen/model.h"

enum {
    MESSAGE_FIELD = 2,
    MESSAGE_ONEOF = 8,
};

/* A real oneof has a member that is no proto3 `optional`. protoc puts the synthetic ones last. */
static size_t count_oneofs(const Google__Protobuf__DescriptorProto *from)
{
    size_t count = 0;
    for (size_t i = 0; i < from->n_field; i++) {
        const Google__Protobuf__FieldDescriptorProto *f = from->field[i];
        if (f->has_oneof_index && !f->proto3_optional && (size_t)f->oneof_index + 1 > count) {
            count = (size_t)f->oneof_index + 1;
        }
    }
    return count;
}

static bool is_packable(enum reeve_field_type type)
{
    return type != REEVE_TYPE_STRING && type != REEVE_TYPE_BYTES && type != REEVE_TYPE_MESSAGE;
}

static uint8_t flags_of(const Google__Protobuf__FieldDescriptorProto *from, bool repeated)
{
    unsigned flags = 0;
    const bool unpacked =
        from->options != NULL && from->options->has_packed && !from->options->packed;
    if (repeated && is_packable((enum reeve_field_type)from->type) && !unpacked) {
        flags |= REEVE_FIELD_PACKED;
    }
    if (from->has_oneof_index && !from->proto3_optional) {
        flags |= REEVE_FIELD_ONEOF;
    }
    return (uint8_t)flags;
}

static uint8_t cardinality_of(const Google__Protobuf__FieldDescriptorProto *from,
                              const struct reeve_gen_message *message)
{
    if (from->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED) {
        return message != NULL && message->table.map_entry ? REEVE_MAP : REEVE_REPEATED;
    }
    if (message != NULL || from->has_oneof_index) {
        return REEVE_EXPLICIT;
    }
    return REEVE_IMPLICIT;
}

static const char *without_dot(const char *name)
{
    return name[0] == '.' ? name + 1 : name;
}

static void refuse_type(struct reeve_gen_model *model, const struct reeve_gen_field *field)
{
    const Google__Protobuf__FieldDescriptorProto *from = field->descriptor;
    if (from->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_GROUP) {
        reeve_gen_refuse(&model->report, &field->place, "groups are not supported",
                         "Use a message field");
        return;
    }
    const struct reeve_gen_file *file = NULL;
    if (field->message != NULL) {
        file = field->message->file;
    }
    if (field->enumeration != NULL) {
        file = field->enumeration->file;
    }
    if (file != NULL && !file->proto3) {
        const char *what = reeve_gen_concat(without_dot(from->type_name), " is declared in ",
                                            file->name, ", which is not proto3", NULL);
        reeve_gen_refuse(&model->report, &field->place, what,
                         "Use a type from a proto3 file (proto2 and editions are not supported)");
    }
}

static int compare_fields(const void *a, const void *b)
{
    const Google__Protobuf__FieldDescriptorProto *x =
        (*(const struct reeve_gen_field *const *)a)->descriptor;
    const Google__Protobuf__FieldDescriptorProto *y =
        (*(const struct reeve_gen_field *const *)b)->descriptor;
    return (x->number > y->number) - (x->number < y->number);
}

/* Names and places of the fields, by number. */
static struct reeve_gen_field *sorted_fields(const struct reeve_gen_message *m)
{
    const size_t count = m->descriptor->n_field;
    struct reeve_gen_field **order = reeve_gen_alloc_array(count, sizeof(void *));
    struct reeve_gen_field *sorted = reeve_gen_alloc_array(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++) {
        struct reeve_gen_path path = reeve_gen_path_add(m->path, MESSAGE_FIELD, i);
        struct reeve_gen_field *field = reeve_gen_alloc(sizeof *field);
        field->descriptor = m->descriptor->field[i];
        field->declared = (uint32_t)i;
        field->comment = reeve_gen_source_comment(&m->file->source, &path);
        field->place = (struct reeve_gen_place){
            .file = m->file->name,
            .line = reeve_gen_source_line(&m->file->source, &path),
            .element = reeve_gen_concat(m->table.name, ".", field->descriptor->name, NULL)};
        order[i] = field;
    }
    qsort(order, count, sizeof(void *), compare_fields);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = *order[i];
    }
    return sorted;
}

static void fill_field(const struct reeve_gen_model *model, struct reeve_gen_field *field,
                       struct reeve_field *table)
{
    const Google__Protobuf__FieldDescriptorProto *from = field->descriptor;
    const char *type_name = from->type_name == NULL ? "" : without_dot(from->type_name);
    field->table = table;
    if (from->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE) {
        field->message = reeve_gen_find_message(model, type_name);
    }
    if (from->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_ENUM) {
        field->enumeration = reeve_gen_find_enum(model, type_name);
    }
    table->name = from->name;
    table->json_name = from->json_name == NULL ? from->name : from->json_name;
    table->number = (uint32_t)from->number;
    table->type = (uint8_t)from->type;
    table->cardinality = cardinality_of(from, field->message);
    table->flags = flags_of(from, table->cardinality == REEVE_REPEATED);
    table->message = field->message == NULL ? NULL : &field->message->table;
    table->enumeration = field->enumeration == NULL ? NULL : &field->enumeration->table;
    if ((table->flags & REEVE_FIELD_ONEOF) != 0) {
        table->oneof = (uint8_t)(from->oneof_index + 1);
    }
}

static void fill_oneofs(struct reeve_gen_message *m, size_t count)
{
    m->oneofs = reeve_gen_alloc_array(count, sizeof *m->oneofs);
    m->oneof_names = reeve_gen_alloc_array(count, sizeof *m->oneof_names);
    m->table.oneofs = m->oneofs;
    m->table.oneofs_count = (uint16_t)count;
    for (size_t i = 0; i < count; i++) {
        const char *name = m->descriptor->oneof_decl[i]->name;
        struct reeve_gen_path path = reeve_gen_path_add(m->path, MESSAGE_ONEOF, i);
        m->oneofs[i].name = name;
        m->oneof_names[i].comment = reeve_gen_source_comment(&m->file->source, &path);
        m->oneof_names[i].place =
            (struct reeve_gen_place){.file = m->file->name,
                                     .line = reeve_gen_source_line(&m->file->source, &path),
                                     .element = reeve_gen_concat(m->table.name, ".", name, NULL)};
    }
}

static bool fits_tables(struct reeve_gen_model *model, const struct reeve_gen_message *m)
{
    if (m->descriptor->n_field > UINT16_MAX || count_oneofs(m->descriptor) > UINT8_MAX) {
        reeve_gen_refuse(&model->report, &m->place, "more than 65,535 fields or 255 oneofs",
                         "Split the message");
        return false;
    }
    return true;
}

/* Fills the message, and then those that it reaches. */
static void use(struct reeve_gen_model *model, struct reeve_gen_message *m)
{
    if (m->used || !fits_tables(model, m)) {
        return;
    }
    m->used = true;
    const size_t count = m->descriptor->n_field;
    m->fields = reeve_gen_alloc_array(count, sizeof *m->fields);
    m->field_names = sorted_fields(m);
    m->table.fields = m->fields;
    m->table.fields_count = (uint16_t)count;
    fill_oneofs(m, count_oneofs(m->descriptor));
    for (size_t i = 0; i < count; i++) {
        struct reeve_gen_field *field = &m->field_names[i];
        fill_field(model, field, &m->fields[i]);
        refuse_type(model, field);
        if (field->message != NULL && field->message->file->proto3) {
            use(model, field->message);
        }
        if (field->enumeration != NULL) {
            field->enumeration->used = true;
        }
    }
}

static void use_named(struct reeve_gen_model *model, const char *type)
{
    struct reeve_gen_message *m = reeve_gen_find_message(model, without_dot(type));
    if (m != NULL && m->file->proto3) {
        use(model, m);
    }
}

/* A task may take or return a message of a file that is only imported. */
static void use_services(struct reeve_gen_model *model, const struct reeve_gen_file *file)
{
    if (!file->generate || !model->parameters.tasks) {
        return;
    }
    for (size_t i = 0; i < file->descriptor->n_service; i++) {
        const Google__Protobuf__ServiceDescriptorProto *service = file->descriptor->service[i];
        for (size_t j = 0; j < service->n_method; j++) {
            use_named(model, service->method[j]->input_type);
            use_named(model, service->method[j]->output_type);
        }
    }
}

void reeve_gen_fields(struct reeve_gen_model *model)
{
    for (size_t f = 0; f < model->files.count; f++) {
        const struct reeve_gen_file *file = model->files.items[f];
        for (size_t i = 0; file->generate && file->proto3 && i < file->messages.count; i++) {
            use(model, file->messages.items[i]);
        }
        use_services(model, file);
        for (size_t i = 0; file->generate && i < file->enums.count; i++) {
            struct reeve_gen_enum *e = file->enums.items[i];
            e->used = true;
        }
    }
}
