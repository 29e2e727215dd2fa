/* SPDX-License-Identifier: Apache-2.0 */
/* Printing: every function here reads the finished model and appends text. Output depends on the
 * model alone, so that the same .proto gives the same bytes anywhere. */
#ifndef REEVE_PROTO_GEN_PRINT_H
#define REEVE_PROTO_GEN_PRINT_H

#include "agent/base/buffer.h"
#include "proto/gen/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whole files. */
void reeve_gen_print_header(const struct reeve_gen_file *file, struct reeve_buffer *to);
void reeve_gen_print_source(const struct reeve_gen_file *file, struct reeve_buffer *to);
void reeve_gen_print_table_header(const struct reeve_gen_model *model, struct reeve_buffer *to);
void reeve_gen_print_table_source(const struct reeve_gen_model *model, struct reeve_buffer *to);
void reeve_gen_print_manifest(const struct reeve_gen_model *model, struct reeve_buffer *to);
void reeve_gen_print_manifest_json(const struct reeve_gen_model *model, struct reeve_buffer *to);

/* Parts of a source file. */
void reeve_gen_print_enum_tables(const struct reeve_gen_enum *e, struct reeve_buffer *to);
void reeve_gen_print_message_table(const struct reeve_gen_message *m, struct reeve_buffer *to);
void reeve_gen_print_descriptor(const struct reeve_gen_message *m, struct reeve_buffer *to);
void reeve_gen_print_rules(const struct reeve_gen_message *m, struct reeve_buffer *to);
void reeve_gen_print_tasks(const struct reeve_gen_file *file, struct reeve_buffer *to);
void reeve_gen_print_task_declarations(const struct reeve_gen_file *file, struct reeve_buffer *to);

/* A C string literal with its quotes. */
void reeve_gen_print_literal(struct reeve_bytes text, struct reeve_buffer *to);
void reeve_gen_print_cstr(const char *text, struct reeve_buffer *to);
/* A .proto comment as a C comment; nothing for NULL. */
void reeve_gen_print_comment(const char *comment, const char *indent, struct reeve_buffer *to);
/* Text inside a comment that is open; a new line starts with `new_line` and " *". */
void reeve_gen_print_in_comment(const char *text, const char *new_line, struct reeve_buffer *to);
/* "unsigned" and the like for a field's element; for structs "struct x *" (a pointer). */
const char *reeve_gen_c_type(const struct reeve_gen_field *field);
/* "DOUBLE": what stands behind REEVE_TYPE_ and PROTOBUF_C_TYPE_. */
const char *reeve_gen_type_word(const struct reeve_field *field);
/* Behind `separator`, .quantifier_offset of a field that has one. */
void reeve_gen_print_quantifier(const struct reeve_gen_message *m,
                                const struct reeve_gen_field *field, const char *separator,
                                struct reeve_buffer *to);
/* For qsort over pointers to files: by stem. */
int reeve_gen_compare_files(const void *a, const void *b);
/* #include of the headers whose types the file uses. */
void reeve_gen_print_includes(const struct reeve_gen_file *file, struct reeve_buffer *to);
/* The #if that stops the compiler when the tables' version differs. */
void reeve_gen_print_version_check(const char *name, struct reeve_buffer *to);

#ifdef __cplusplus
}
#endif
#endif
