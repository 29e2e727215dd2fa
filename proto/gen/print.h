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
/* "unsigned" and the like for a field's element; for structs "struct x *" (a pointer). */
const char *reeve_gen_c_type(const struct reeve_gen_field *field);
/* #include of the headers whose types the file uses. */
void reeve_gen_print_includes(const struct reeve_gen_file *file, struct reeve_buffer *to);
/* The #if that stops the compiler when the tables' version differs. */
void reeve_gen_print_version_check(const char *name, struct reeve_buffer *to);

#ifdef __cplusplus
}
#endif
#endif
