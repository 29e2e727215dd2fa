/* SPDX-License-Identifier: Apache-2.0 */
/* What every printed file is made of: literals, comments, types, #includes. */
#include <stdlib.h>

#include "proto/gen/print.h"

static bool is_plain(uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\' && byte != '?';
}

void reeve_gen_print_literal(struct reeve_bytes text, struct reeve_buffer *to)
{
    reeve_gen_must(reeve_buffer_append_byte(to, '"'));
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t byte = text.data[i];
        if (byte == '"' || byte == '\\') {
            REEVE_GEN_PRINT(to, "\\%c", byte);
        } else if (byte == '\n') {
            REEVE_GEN_PRINT(to, "\\n");
        } else if (is_plain(byte)) {
            reeve_gen_must(reeve_buffer_append_byte(to, byte));
        } else {
            REEVE_GEN_PRINT(to, "\\%03o", byte); /* three digits: nothing behind can join */
        }
    }
    reeve_gen_must(reeve_buffer_append_byte(to, '"'));
}

void reeve_gen_print_cstr(const char *text, struct reeve_buffer *to)
{
    reeve_gen_print_literal(reeve_bytes_cstr(text), to);
}

static struct reeve_bytes trimmed(const char *comment)
{
    struct reeve_bytes text = reeve_bytes_cstr(comment);
    while (text.len > 0 && (text.data[text.len - 1] == '\n' || text.data[text.len - 1] == ' ')) {
        text.len--;
    }
    return text;
}

/* Whether a space must stand in front of `byte`: the two would end or open a comment, or be the
 * trigraph of a backslash. */
static bool joins(uint8_t two_before, uint8_t before, uint8_t byte)
{
    return (before == '*' && byte == '/') || (before == '/' && byte == '*') ||
           (two_before == '?' && before == '?' && byte == '/');
}

void reeve_gen_print_in_comment(const char *text, const char *new_line, struct reeve_buffer *to)
{
    uint8_t two_before = 0;
    uint8_t before = '*'; /* what opened the comment, or starts the line */
    for (const char *c = text; *c != '\0'; c++) {
        const uint8_t byte = (uint8_t)*c;
        if (joins(two_before, before, byte)) {
            REEVE_GEN_PRINT(to, " ");
        }
        reeve_gen_must(reeve_buffer_append_byte(to, byte));
        if (byte == '\n') {
            REEVE_GEN_PRINT(to, "%s *", new_line);
        }
        two_before = before;
        before = byte == '\n' ? '*' : byte;
    }
}

void reeve_gen_print_comment(const char *comment, const char *indent, struct reeve_buffer *to)
{
    if (comment == NULL) {
        return;
    }
    REEVE_GEN_PRINT(to, "%s/*", indent);
    reeve_gen_print_in_comment(reeve_gen_copy(trimmed(comment)), indent, to);
    REEVE_GEN_PRINT(to, " */\n");
}

const char *reeve_gen_c_type(const struct reeve_gen_field *field)
{
    switch ((enum reeve_field_type)field->table->type) {
    case REEVE_TYPE_DOUBLE:
        return "double ";
    case REEVE_TYPE_FLOAT:
        return "float ";
    case REEVE_TYPE_INT32:
    case REEVE_TYPE_SINT32:
    case REEVE_TYPE_SFIXED32:
        return "int32_t ";
    case REEVE_TYPE_INT64:
    case REEVE_TYPE_SINT64:
    case REEVE_TYPE_SFIXED64:
        return "int64_t ";
    case REEVE_TYPE_UINT32:
    case REEVE_TYPE_FIXED32:
        return "uint32_t ";
    case REEVE_TYPE_UINT64:
    case REEVE_TYPE_FIXED64:
        return "uint64_t ";
    case REEVE_TYPE_BOOL:
        return "protobuf_c_boolean ";
    case REEVE_TYPE_STRING:
        return "char *";
    case REEVE_TYPE_BYTES:
        return "ProtobufCBinaryData ";
    case REEVE_TYPE_ENUM:
        return reeve_gen_concat("enum ", field->enumeration->c_name, " ", NULL);
    case REEVE_TYPE_MESSAGE:
        return reeve_gen_concat("struct ", field->message->c_name, " *", NULL);
    }
    return "";
}

const char *reeve_gen_type_word(const struct reeve_field *field)
{
    switch ((enum reeve_field_type)field->type) {
#define WORD(t)                                                                                    \
    case REEVE_TYPE_##t:                                                                           \
        return #t
        WORD(DOUBLE);
        WORD(FLOAT);
        WORD(INT64);
        WORD(UINT64);
        WORD(INT32);
        WORD(FIXED64);
        WORD(FIXED32);
        WORD(BOOL);
        WORD(STRING);
        WORD(MESSAGE);
        WORD(BYTES);
        WORD(UINT32);
        WORD(ENUM);
        WORD(SFIXED32);
        WORD(SFIXED64);
        WORD(SINT32);
        WORD(SINT64);
#undef WORD
    }
    return "";
}

void reeve_gen_print_quantifier(const struct reeve_gen_message *m,
                                const struct reeve_gen_field *field, const char *separator,
                                struct reeve_buffer *to)
{
    const struct reeve_field *table = field->table;
    if (table->oneof != 0) {
        REEVE_GEN_PRINT(to, "%s.quantifier_offset = offsetof(struct %s, %s_case)", separator,
                        m->c_name, m->oneof_names[table->oneof - 1].c_name);
        return;
    }
    if (reeve_gen_has_companion(table)) {
        REEVE_GEN_PRINT(to, "%s.quantifier_offset = offsetof(struct %s, %s%s)", separator,
                        m->c_name, table->cardinality == REEVE_EXPLICIT ? "has_" : "n_",
                        field->c_name);
    }
}

static void add_file(struct reeve_gen_list *files, const struct reeve_gen_file *file,
                     const struct reeve_gen_file *self)
{
    for (size_t i = 0; i < files->count; i++) {
        if (((const struct reeve_gen_file *)files->items[i])->stem == file->stem) {
            return;
        }
    }
    if (file->stem != self->stem) {
        struct reeve_gen_file *copy = reeve_gen_alloc(sizeof *copy);
        *copy = *file;
        reeve_gen_list_add(files, copy);
    }
}

static const struct reeve_gen_file *file_of(const struct reeve_message *table)
{
    return ((const struct reeve_gen_message *)table)->file;
}

int reeve_gen_compare_files(const void *a, const void *b)
{
    return reeve_gen_order((*(const struct reeve_gen_file *const *)a)->stem,
                           (*(const struct reeve_gen_file *const *)b)->stem);
}

void reeve_gen_print_includes(const struct reeve_gen_file *file, struct reeve_buffer *to)
{
    struct reeve_gen_list files = {0};
    for (size_t i = 0; i < file->messages.count; i++) {
        const struct reeve_gen_message *m = file->messages.items[i];
        for (size_t j = 0; j < m->table.fields_count; j++) {
            const struct reeve_gen_field *field = &m->field_names[j];
            if (field->message != NULL) {
                add_file(&files, field->message->file, file);
            }
            if (field->enumeration != NULL) {
                add_file(&files, field->enumeration->file, file);
            }
        }
    }
    for (size_t i = 0; i < file->services.count; i++) {
        const struct reeve_gen_service *service = file->services.items[i];
        for (size_t j = 0; j < service->tasks.count; j++) {
            const struct reeve_gen_task *task = service->tasks.items[j];
            add_file(&files, file_of(task->table.input), file);
            add_file(&files, file_of(task->table.output), file);
        }
    }
    if (files.count > 0) {
        qsort(files.items, files.count, sizeof *files.items, reeve_gen_compare_files);
    }
    for (size_t i = 0; i < files.count; i++) {
        const struct reeve_gen_file *other = files.items[i];
        REEVE_GEN_PRINT(to, "#include \"%s.reeve.h\"\n", other->stem);
    }
}

void reeve_gen_print_version_check(const char *name, struct reeve_buffer *to)
{
    REEVE_GEN_PRINT(to,
                    "#if REEVE_TABLE_VERSION != %d\n"
                    "#error \"%s was generated for version %d of reeve's tables: generate it again "
                    "with the protoc-gen-reeve of these headers\"\n"
                    "#endif\n",
                    REEVE_TABLE_VERSION, name, REEVE_TABLE_VERSION);
}
