/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of one enum, for the runtime and for protobuf-c's library. */
#include <stdlib.h>

#include "proto/gen/print.h"

static const char *constant_of(const struct reeve_gen_enum *e, const char *name)
{
    for (size_t i = 0; i < e->table.values_count; i++) {
        if (reeve_gen_same(e->values[i].name, name)) {
            return e->values[i].c_name;
        }
    }
    return name;
}

static bool is_alias(const struct reeve_gen_enum *e, size_t i)
{
    return i > 0 && e->table.values[i].number == e->table.values[i - 1].number;
}

static void print_values(const struct reeve_gen_enum *e, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to, "\nstatic const struct reeve_enum_value values_of_%s[] = {\n", e->c_name);
    for (size_t i = 0; i < e->table.values_count; i++) {
        const char *name = e->table.values[i].name;
        REEVE_GEN_PRINT(to, "    {\"%s\", %s},\n", name, constant_of(e, name));
    }
    REEVE_GEN_PRINT(to,
                    "};\n\nconst struct reeve_enum %s_enum = {\n    .name = \"%s\",\n"
                    "    .values = values_of_%s,\n    .values_count = %u,\n};\n",
                    e->c_name, e->table.name, e->c_name, e->table.values_count);
}

/* Distinct numbers only; returns how many. */
static unsigned print_pb_values(const struct reeve_gen_enum *e, struct reeve_buffer *to)
{
    unsigned count = 0;
    REEVE_GEN_PRINT(to, "\nstatic const ProtobufCEnumValue pb_values_of_%s[] = {\n", e->c_name);
    for (size_t i = 0; i < e->table.values_count; i++) {
        const char *name = e->table.values[i].name;
        if (!is_alias(e, i)) {
            REEVE_GEN_PRINT(to, "    {\"%s\", \"%s\", %s},\n", name, constant_of(e, name),
                            constant_of(e, name));
            count++;
        }
    }
    REEVE_GEN_PRINT(to, "};\n");
    return count;
}

static unsigned print_ranges(const struct reeve_gen_enum *e, unsigned distinct,
                             struct reeve_buffer *to)
{
    unsigned count = 0;
    unsigned index = 0;
    int64_t expected = 0;
    REEVE_GEN_PRINT(to, "\nstatic const ProtobufCIntRange pb_ranges_of_%s[] = {", e->c_name);
    for (size_t i = 0; i < e->table.values_count; i++) {
        if (is_alias(e, i)) {
            continue;
        }
        const int32_t number = e->table.values[i].number;
        if (index == 0 || number != expected) {
            REEVE_GEN_PRINT(to, "{%s, %u}, ", constant_of(e, e->table.values[i].name), index);
            count++;
        }
        expected = (int64_t)number + 1;
        index++;
    }
    REEVE_GEN_PRINT(to, "{0, %u}};\n", distinct);
    return count;
}

struct named {
    const char *name;
    unsigned index;
};

static int compare_named(const void *a, const void *b)
{
    return reeve_gen_order(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static void print_pb_names(const struct reeve_gen_enum *e, struct reeve_buffer *to)
{
    struct named *names = reeve_gen_alloc_array(e->table.values_count, sizeof *names);
    unsigned index = 0;
    for (size_t i = 0; i < e->table.values_count; i++) {
        index += i > 0 && !is_alias(e, i) ? 1 : 0;
        names[i] = (struct named){.name = e->table.values[i].name, .index = index};
    }
    qsort(names, e->table.values_count, sizeof *names, compare_named);
    REEVE_GEN_PRINT(to, "\nstatic const ProtobufCEnumValueIndex pb_names_of_%s[] = {\n", e->c_name);
    for (size_t i = 0; i < e->table.values_count; i++) {
        REEVE_GEN_PRINT(to, "    {\"%s\", %u},\n", names[i].name, names[i].index);
    }
    REEVE_GEN_PRINT(to, "};\n");
}

void reeve_gen_print_enum_tables(const struct reeve_gen_enum *e, struct reeve_buffer *to)
{
    const char *package = e->file->descriptor->package;
    REEVE_GEN_PRINT(to, "\n/* ---- %s ---- */\n", e->table.name);
    print_values(e, to);
    const unsigned distinct = print_pb_values(e, to);
    const unsigned ranges = print_ranges(e, distinct, to);
    print_pb_names(e, to);
    REEVE_GEN_PRINT(to,
                    "\nconst ProtobufCEnumDescriptor %s_descriptor = {\n"
                    "    .magic = PROTOBUF_C__ENUM_DESCRIPTOR_MAGIC,\n"
                    "    .name = \"%s\",\n    .short_name = \"%s\",\n    .c_name = \"%s\",\n"
                    "    .package_name = \"%s\",\n    .n_values = %u,\n"
                    "    .values = pb_values_of_%s,\n    .n_value_names = %u,\n"
                    "    .values_by_name = pb_names_of_%s,\n    .n_value_ranges = %u,\n"
                    "    .value_ranges = pb_ranges_of_%s,\n};\n",
                    e->c_name, e->table.name, reeve_gen_last_part(e->table.name), e->c_name,
                    package == NULL ? "" : package, distinct, e->c_name, e->table.values_count,
                    e->c_name, ranges, e->c_name);
}
