/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors of protobuf-c, so that its library works on the same structs. */
#include <stdlib.h>

#include "proto/gen/print.h"

static const char *package_of(const struct reeve_gen_file *file)
{
    return file->descriptor->package == NULL ? "" : file->descriptor->package;
}

static const char *pb_label(uint8_t cardinality)
{
    switch ((enum reeve_cardinality)cardinality) {
    case REEVE_IMPLICIT:
        return "PROTOBUF_C_LABEL_NONE";
    case REEVE_EXPLICIT:
        return "PROTOBUF_C_LABEL_OPTIONAL";
    case REEVE_REPEATED:
    case REEVE_MAP:
        return "PROTOBUF_C_LABEL_REPEATED";
    }
    return "0";
}

/* protobuf-c sets an absent implicit string to this one, and knows not to free it. */
static bool defaults_to_empty(const struct reeve_field *field)
{
    return field->type == REEVE_TYPE_STRING && field->cardinality == REEVE_IMPLICIT;
}

static void print_pb_flags(uint8_t flags, struct reeve_buffer *to)
{
    if ((flags & REEVE_FIELD_PACKED) != 0) {
        REEVE_GEN_PRINT(to, ", .flags = PROTOBUF_C_FIELD_FLAG_PACKED");
    }
    if ((flags & REEVE_FIELD_ONEOF) != 0) {
        REEVE_GEN_PRINT(to, ", .flags = PROTOBUF_C_FIELD_FLAG_ONEOF");
    }
}

static void print_pb_field(const struct reeve_gen_message *m, const struct reeve_gen_field *field,
                           struct reeve_buffer *to)
{
    const struct reeve_field *table = field->table;
    REEVE_GEN_PRINT(to,
                    "    {.name = \"%s\", .id = %u, .label = %s, .type = PROTOBUF_C_TYPE_%s,\n"
                    "     .offset = offsetof(struct %s, %s)",
                    table->name, table->number, pb_label(table->cardinality),
                    reeve_gen_type_word(table), m->c_name, field->c_name);
    reeve_gen_print_quantifier(m, field, ", ", to);
    if (field->message != NULL) {
        REEVE_GEN_PRINT(to, ",\n     .descriptor = &%s_descriptor", field->message->c_name);
    }
    if (field->enumeration != NULL) {
        REEVE_GEN_PRINT(to, ",\n     .descriptor = &%s_descriptor", field->enumeration->c_name);
    }
    if (defaults_to_empty(table)) {
        REEVE_GEN_PRINT(to, ", .default_value = &protobuf_c_empty_string");
    }
    print_pb_flags(table->flags, to);
    REEVE_GEN_PRINT(to, "},\n");
}

static int compare_names(const void *a, const void *b)
{
    return reeve_gen_order((*(const struct reeve_field *const *)a)->name,
                           (*(const struct reeve_field *const *)b)->name);
}

/* Indexes of the fields, by name. */
static void print_names(const struct reeve_gen_message *m, struct reeve_buffer *to)
{
    const struct reeve_field **order = reeve_gen_alloc_array(m->table.fields_count, sizeof(void *));
    for (size_t i = 0; i < m->table.fields_count; i++) {
        order[i] = &m->fields[i];
    }
    qsort(order, m->table.fields_count, sizeof(void *), compare_names);
    REEVE_GEN_PRINT(to, "\nstatic const unsigned pb_names_of_%s[] = {\n", m->c_name);
    for (size_t i = 0; i < m->table.fields_count; i++) {
        REEVE_GEN_PRINT(to, "    %td, /* %s */\n", order[i] - m->fields, order[i]->name);
    }
    REEVE_GEN_PRINT(to, "};\n");
}

/* Runs of numbers without a gap; returns how many. */
static unsigned print_field_ranges(const struct reeve_gen_message *m, struct reeve_buffer *to)
{
    unsigned count = 0;
    REEVE_GEN_PRINT(to, "\nstatic const ProtobufCIntRange pb_ranges_of_%s[] = {", m->c_name);
    for (unsigned i = 0; i < m->table.fields_count; i++) {
        if (i == 0 || m->fields[i].number != m->fields[i - 1].number + 1) {
            REEVE_GEN_PRINT(to, "{%u, %u}, ", m->fields[i].number, i);
            count++;
        }
    }
    REEVE_GEN_PRINT(to, "{0, %u}};\n", m->table.fields_count);
    return count;
}

static void print_init(const struct reeve_gen_message *m, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to,
                    "\nvoid %s_init(struct %s *message)\n{\n"
                    "    *message = (struct %s){.base = {.descriptor = &%s_descriptor}};\n",
                    m->c_name, m->c_name, m->c_name, m->c_name);
    for (size_t i = 0; i < m->table.fields_count; i++) {
        if (defaults_to_empty(&m->fields[i])) {
            REEVE_GEN_PRINT(to, "    message->%s = (char *)(uintptr_t)protobuf_c_empty_string;\n",
                            m->field_names[i].c_name);
        }
    }
    REEVE_GEN_PRINT(to,
                    "}\n\nstatic void pb_init_of_%s(ProtobufCMessage *base)\n{\n"
                    "    %s_init((struct %s *)base);\n}\n",
                    m->c_name, m->c_name, m->c_name);
}

void reeve_gen_print_descriptor(const struct reeve_gen_message *m, struct reeve_buffer *to)
{
    unsigned ranges = 0;
    if (m->table.fields_count > 0) {
        REEVE_GEN_PRINT(to, "\nstatic const ProtobufCFieldDescriptor pb_fields_of_%s[] = {\n",
                        m->c_name);
        for (size_t i = 0; i < m->table.fields_count; i++) {
            print_pb_field(m, &m->field_names[i], to);
        }
        REEVE_GEN_PRINT(to, "};\n");
        print_names(m, to);
        ranges = print_field_ranges(m, to);
    }
    print_init(m, to);
    REEVE_GEN_PRINT(to,
                    "\nconst ProtobufCMessageDescriptor %s_descriptor = {\n"
                    "    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,\n"
                    "    .name = \"%s\",\n    .short_name = \"%s\",\n    .c_name = \"%s\",\n"
                    "    .package_name = \"%s\",\n    .sizeof_message = sizeof(struct %s),\n",
                    m->c_name, m->table.name, reeve_gen_last_part(m->table.name), m->c_name,
                    package_of(m->file), m->c_name);
    if (m->table.fields_count > 0) {
        REEVE_GEN_PRINT(to,
                        "    .n_fields = %u,\n    .fields = pb_fields_of_%s,\n"
                        "    .fields_sorted_by_name = pb_names_of_%s,\n"
                        "    .n_field_ranges = %u,\n    .field_ranges = pb_ranges_of_%s,\n",
                        m->table.fields_count, m->c_name, m->c_name, ranges, m->c_name);
    }
    REEVE_GEN_PRINT(to, "    .message_init = pb_init_of_%s,\n};\n", m->c_name);
}
