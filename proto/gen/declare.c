/* SPDX-License-Identifier: Apache-2.0 */
/* First pass: a model element for every file, message and enum of the request, so that the second
 * can resolve types by name. */
#include <stdlib.h>

#include "proto/gen/model.h"

/* Field numbers in descriptor.proto, as paths of SourceCodeInfo use them. */
enum {
    FILE_MESSAGE = 4,
    FILE_ENUM = 5,
    FILE_SYNTAX = 12,
    MESSAGE_NESTED = 3,
    MESSAGE_ENUM = 4,
    ENUM_VALUE = 2,
};

static const char *qualified(const char *scope, const char *name)
{
    return scope == NULL || *scope == '\0' ? name : reeve_gen_concat(scope, ".", name, NULL);
}

static struct reeve_gen_place place_of(const struct reeve_gen_file *file,
                                       const struct reeve_gen_path *path, const char *element)
{
    return (struct reeve_gen_place){
        .file = file->name, .line = reeve_gen_source_line(&file->source, path), .element = element};
}

static int compare_values(const void *a, const void *b)
{
    const struct reeve_gen_enum_value *x = *(const struct reeve_gen_enum_value *const *)a;
    const struct reeve_gen_enum_value *y = *(const struct reeve_gen_enum_value *const *)b;
    if (x->number != y->number) {
        return x->number < y->number ? -1 : 1;
    }
    return x < y ? -1 : 1; /* aliases in declaration order: both point into one array */
}

/* The table's values: by number. */
static const struct reeve_enum_value *sorted_values(const struct reeve_gen_enum_value *values,
                                                    size_t count)
{
    const struct reeve_gen_enum_value **order = reeve_gen_alloc_array(count, sizeof(void *));
    struct reeve_enum_value *sorted = reeve_gen_alloc_array(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++) {
        order[i] = &values[i];
    }
    qsort(order, count, sizeof(void *), compare_values);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = (struct reeve_enum_value){.name = order[i]->name, .number = order[i]->number};
    }
    return sorted;
}

static void declare_enum(struct reeve_gen_file *file,
                         const Google__Protobuf__EnumDescriptorProto *from,
                         struct reeve_gen_path path, const char *scope)
{
    struct reeve_gen_enum *e = reeve_gen_alloc(sizeof *e);
    e->table.name = qualified(scope, from->name);
    e->table.values_count = (uint32_t)from->n_value;
    e->file = file;
    e->place = place_of(file, &path, e->table.name);
    e->comment = reeve_gen_source_comment(&file->source, &path);
    e->values = reeve_gen_alloc_array(from->n_value, sizeof *e->values);
    for (size_t i = 0; i < from->n_value; i++) {
        struct reeve_gen_path at = reeve_gen_path_add(path, ENUM_VALUE, i);
        e->values[i] = (struct reeve_gen_enum_value){
            .name = from->value[i]->name,
            .number = from->value[i]->number,
            .comment = reeve_gen_source_comment(&file->source, &at),
            .place = place_of(file, &at, qualified(e->table.name, from->value[i]->name)),
        };
    }
    e->table.values = sorted_values(e->values, from->n_value);
    reeve_gen_list_add(&file->enums, e);
}

static uint8_t well_known(const char *name)
{
    static const struct {
        const char *name;
        enum reeve_well_known kind;
    } known[] = {
        {"google.protobuf.Timestamp", REEVE_WELL_KNOWN_TIMESTAMP},
        {"google.protobuf.Duration", REEVE_WELL_KNOWN_DURATION},
        {"google.protobuf.Empty", REEVE_WELL_KNOWN_EMPTY},
        {"google.protobuf.FieldMask", REEVE_WELL_KNOWN_FIELD_MASK},
        {"google.protobuf.DoubleValue", REEVE_WELL_KNOWN_WRAPPER},
        {"google.protobuf.FloatValue", REEVE_WELL_KNOWN_WRAPPER},
        {"google.protobuf.Int64Value", REEVE_WELL_KNOWN_WRAPPER},
        {"google.protobuf.UInt64Value", REEVE_WELL_KNOWN_WRAPPER},
        {"google.protobuf.Int32Value", REEVE_WELL_KNOWN_WRAPPER},
        {"google.protobuf.UInt32Value", REEVE_WELL_KNOWN_WRAPPER},
        {"google.protobuf.BoolValue", REEVE_WELL_KNOWN_WRAPPER},
        {"google.protobuf.StringValue", REEVE_WELL_KNOWN_WRAPPER},
        {"google.protobuf.BytesValue", REEVE_WELL_KNOWN_WRAPPER},
        {"google.protobuf.Struct", REEVE_WELL_KNOWN_STRUCT},
        {"google.protobuf.Value", REEVE_WELL_KNOWN_VALUE},
        {"google.protobuf.ListValue", REEVE_WELL_KNOWN_LIST_VALUE},
        {"google.protobuf.Any", REEVE_WELL_KNOWN_ANY},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (reeve_gen_same(name, known[i].name)) {
            return (uint8_t)known[i].kind;
        }
    }
    return REEVE_WELL_KNOWN_NONE;
}

static void declare_message(struct reeve_gen_file *file,
                            const Google__Protobuf__DescriptorProto *from,
                            struct reeve_gen_path path, const char *scope)
{
    struct reeve_gen_message *m = reeve_gen_alloc(sizeof *m);
    m->table.name = qualified(scope, from->name);
    m->table.well_known = well_known(m->table.name);
    m->table.map_entry = from->options != NULL && from->options->map_entry;
    m->file = file;
    m->descriptor = from;
    m->path = path;
    m->place = place_of(file, &path, m->table.name);
    m->comment = reeve_gen_source_comment(&file->source, &path);
    for (size_t i = 0; i < from->n_enum_type; i++) {
        declare_enum(file, from->enum_type[i], reeve_gen_path_add(path, MESSAGE_ENUM, i),
                     m->table.name);
    }
    for (size_t i = 0; i < from->n_nested_type; i++) {
        declare_message(file, from->nested_type[i], reeve_gen_path_add(path, MESSAGE_NESTED, i),
                        m->table.name);
    }
    reeve_gen_list_add(&file->messages, m);
}

static struct reeve_gen_place place_of_file(const struct reeve_gen_file *file)
{
    const struct reeve_gen_path syntax = {.parts = {FILE_SYNTAX}, .count = 1};
    return place_of(file, &syntax, file->name);
}

static void check_file(struct reeve_gen_model *model, const struct reeve_gen_file *file)
{
    const struct reeve_gen_place place = place_of_file(file);
    if (!file->proto3) {
        reeve_gen_refuse(&model->report, &place, "the file is not proto3",
                         "Write syntax = \"proto3\" as its first statement (proto2 and editions "
                         "are not supported)");
    }
    if (!reeve_gen_can_be_included(file->stem)) {
        reeve_gen_refuse(&model->report, &place,
                         "no C file could #include a header of this name (a quote, backslash, "
                         "control character or \"??\")",
                         "Rename the file");
    }
    for (size_t i = 0; i < model->files.count; i++) {
        const struct reeve_gen_file *other = model->files.items[i];
        if (other->generate && reeve_gen_same(other->stem, file->stem)) {
            reeve_gen_refuse(&model->report, &place,
                             reeve_gen_concat("its header would be that of ", other->name, ", ",
                                              file->stem, ".reeve.h", NULL),
                             "Rename one of the two");
        }
    }
    if (model->parameters.table != NULL && reeve_gen_same(model->parameters.table, file->stem)) {
        reeve_gen_refuse(
            &model->report, &place,
            reeve_gen_concat("its header would be that of the parameter table=", file->stem, NULL),
            "Give the table another name");
    }
}

static void declare_file(struct reeve_gen_model *model,
                         const Google__Protobuf__FileDescriptorProto *from, bool generate)
{
    struct reeve_gen_file *file = reeve_gen_alloc(sizeof *file);
    const struct reeve_gen_path root = {.count = 0};
    file->name = from->name;
    file->stem = reeve_gen_stem_of(from->name);
    file->guard = reeve_gen_guard_of(file->stem);
    file->proto3 = from->syntax != NULL && reeve_gen_same(from->syntax, "proto3");
    file->generate = generate;
    file->descriptor = from;
    reeve_gen_source_init(&file->source, from->source_code_info);
    for (size_t i = 0; i < from->n_enum_type; i++) {
        declare_enum(file, from->enum_type[i], reeve_gen_path_add(root, FILE_ENUM, i),
                     from->package);
    }
    for (size_t i = 0; i < from->n_message_type; i++) {
        declare_message(file, from->message_type[i], reeve_gen_path_add(root, FILE_MESSAGE, i),
                        from->package);
    }
    if (generate) {
        check_file(model, file);
    }
    reeve_gen_list_add(&model->files, file);
}

static bool contains(char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (reeve_gen_same(names[i], name)) {
            return true;
        }
    }
    return false;
}

static void index_file(struct reeve_gen_model *model, const struct reeve_gen_file *file)
{
    for (size_t i = 0; i < file->messages.count; i++) {
        struct reeve_gen_message *m = file->messages.items[i];
        (void)reeve_gen_name_set_add(&model->messages, m->table.name, m);
    }
    for (size_t i = 0; i < file->enums.count; i++) {
        struct reeve_gen_enum *e = file->enums.items[i];
        (void)reeve_gen_name_set_add(&model->enums, e->table.name, e);
    }
}

void reeve_gen_declare(struct reeve_gen_model *model,
                       Google__Protobuf__FileDescriptorProto *const *files, size_t count,
                       char *const *generate, size_t generate_count)
{
    for (size_t i = 0; i < count; i++) {
        declare_file(model, files[i], contains(generate, generate_count, files[i]->name));
        index_file(model, model->files.items[i]);
    }
}

/* The set lends what the model owns and may change. */
struct reeve_gen_message *reeve_gen_find_message(const struct reeve_gen_model *model,
                                                 const char *name)
{
    return (void *)(uintptr_t)reeve_gen_name_set_find(&model->messages, name);
}

struct reeve_gen_enum *reeve_gen_find_enum(const struct reeve_gen_model *model, const char *name)
{
    return (void *)(uintptr_t)reeve_gen_name_set_find(&model->enums, name);
}
