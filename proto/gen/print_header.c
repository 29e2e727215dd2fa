/* SPDX-License-Identifier: Apache-2.0 */
/* <file>.reeve.h: enums, structs, declarations of tables. */
#include <stdlib.h>

#include "proto/gen/print.h"

static void print_enum(const struct reeve_gen_enum *e, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to, "\n");
    reeve_gen_print_comment(e->comment, "", to);
    REEVE_GEN_PRINT(to, "enum %s {\n", e->c_name);
    for (size_t i = 0; i < e->table.values_count; i++) {
        const struct reeve_gen_enum_value *value = &e->values[i];
        reeve_gen_print_comment(value->comment, "    ", to);
        if (value->number == INT32_MIN) {
            REEVE_GEN_PRINT(to, "    %s = -2147483647 - 1,\n", value->c_name);
        } else {
            REEVE_GEN_PRINT(to, "    %s = %d,\n", value->c_name, value->number);
        }
    }
    REEVE_GEN_PRINT(to,
                    "};\n"
                    "extern const struct reeve_enum %s_enum;\n"
                    "extern const ProtobufCEnumDescriptor %s_descriptor;\n",
                    e->c_name, e->c_name);
}

static void print_oneof_enum(const struct reeve_gen_message *m, size_t index,
                             struct reeve_buffer *to)
{
    const struct reeve_gen_oneof *oneof = &m->oneof_names[index];
    REEVE_GEN_PRINT(to, "\nenum %s {\n    %s = 0,\n", oneof->c_type, oneof->c_not_set);
    for (size_t i = 0; i < m->table.fields_count; i++) {
        const struct reeve_gen_field *field = &m->field_names[i];
        if (field->table->oneof == index + 1) {
            REEVE_GEN_PRINT(to, "    %s = %u,\n", field->c_case, field->table->number);
        }
    }
    REEVE_GEN_PRINT(to, "};\n");
}

static void print_member(const struct reeve_gen_field *field, const char *indent,
                         struct reeve_buffer *to)
{
    const char *type = reeve_gen_c_type(field);
    const bool many =
        field->table->cardinality == REEVE_REPEATED || field->table->cardinality == REEVE_MAP;
    reeve_gen_print_comment(field->comment, indent, to);
    if (many) {
        REEVE_GEN_PRINT(to, "%ssize_t n_%s;\n", indent, field->c_name);
    } else if (reeve_gen_has_companion(field->table)) {
        REEVE_GEN_PRINT(to, "%sprotobuf_c_boolean has_%s;\n", indent, field->c_name);
    }
    REEVE_GEN_PRINT(to, "%s%s%s%s;\n", indent, type, many ? "*" : "", field->c_name);
}

static int compare_declared(const void *a, const void *b)
{
    const struct reeve_gen_field *x = *(const struct reeve_gen_field *const *)a;
    const struct reeve_gen_field *y = *(const struct reeve_gen_field *const *)b;
    return (x->declared > y->declared) - (x->declared < y->declared);
}

static void print_union(const struct reeve_gen_message *m, size_t index,
                        const struct reeve_gen_field **order, struct reeve_buffer *to)
{
    const struct reeve_gen_oneof *oneof = &m->oneof_names[index];
    reeve_gen_print_comment(oneof->comment, "    ", to);
    REEVE_GEN_PRINT(to, "    enum %s %s_case;\n    union {\n", oneof->c_type, oneof->c_name);
    for (size_t i = 0; i < m->table.fields_count; i++) {
        if (order[i]->table->oneof == index + 1) {
            print_member(order[i], "        ", to);
        }
    }
    REEVE_GEN_PRINT(to, "    };\n");
}

static void print_struct(const struct reeve_gen_message *m, struct reeve_buffer *to)
{
    const struct reeve_gen_field **order =
        reeve_gen_alloc_array(m->table.fields_count, sizeof(void *));
    bool *done = reeve_gen_alloc_array((size_t)m->table.oneofs_count + 1, sizeof *done);
    for (size_t i = 0; i < m->table.fields_count; i++) {
        order[i] = &m->field_names[i];
    }
    qsort(order, m->table.fields_count, sizeof(void *), compare_declared);
    REEVE_GEN_PRINT(to, "\n");
    reeve_gen_print_comment(m->comment, "", to);
    REEVE_GEN_PRINT(to, "struct %s {\n    ProtobufCMessage base;\n", m->c_name);
    for (size_t i = 0; i < m->table.fields_count; i++) {
        const size_t oneof = order[i]->table->oneof;
        if (oneof == 0) {
            print_member(order[i], "    ", to);
        } else if (!done[oneof]) {
            done[oneof] = true;
            print_union(m, oneof - 1, order, to);
        }
    }
    REEVE_GEN_PRINT(to, "};\n");
}

static void print_message(const struct reeve_gen_message *m, struct reeve_buffer *to)
{
    for (size_t i = 0; i < m->table.oneofs_count; i++) {
        print_oneof_enum(m, i, to);
    }
    print_struct(m, to);
    REEVE_GEN_PRINT(to,
                    "extern const struct reeve_message %s_message;\n"
                    "extern const ProtobufCMessageDescriptor %s_descriptor;\n"
                    "void %s_init(struct %s *message);\n"
                    "#define %s_INIT {.base = {.descriptor = &%s_descriptor}}\n",
                    m->c_name, m->c_name, m->c_name, m->c_name, reeve_gen_upper(m->c_name),
                    m->c_name);
}

void reeve_gen_print_header(const struct reeve_gen_file *file, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to, "/* Made by protoc-gen-reeve from ");
    reeve_gen_print_in_comment(file->name, "", to);
    REEVE_GEN_PRINT(to,
                    ": change that, not this.\n"
                    " *\n"
                    " * X_message is the table of struct X, X_descriptor what protobuf-c's library "
                    "takes. X_init() and\n"
                    " * X_INIT set every field to its default; X_INIT leaves strings NULL, which "
                    "counts as \"\". */\n"
                    "#ifndef REEVE_GENERATED_%s_H\n#define REEVE_GENERATED_%s_H\n\n"
                    "#include \"proto/runtime/table.h\"\n",
                    file->guard, file->guard);
    reeve_gen_print_includes(file, to);
    REEVE_GEN_PRINT(to, "\n");
    reeve_gen_print_version_check(reeve_gen_concat(file->stem, ".reeve.h", NULL), to);
    REEVE_GEN_PRINT(to, "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
    for (size_t i = 0; i < file->enums.count; i++) {
        print_enum(file->enums.items[i], to);
    }
    REEVE_GEN_PRINT(to, "\n");
    for (size_t i = 0; i < file->messages.count; i++) {
        const struct reeve_gen_message *m = file->messages.items[i];
        REEVE_GEN_PRINT(to, "struct %s;\n", m->c_name);
    }
    for (size_t i = 0; i < file->messages.count; i++) {
        print_message(file->messages.items[i], to);
    }
    reeve_gen_print_task_declarations(file, to);
    REEVE_GEN_PRINT(to, "\n#ifdef __cplusplus\n}\n#endif\n#endif\n");
}
