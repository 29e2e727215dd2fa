/* SPDX-License-Identifier: Apache-2.0 */
/* Memory and text of the generator: a program that serves one request and ends. What it allocates
 * lives until then, in one arena; running out of memory ends the program with a message
 * (reeve_gen_out_of_memory of main.c), so nothing here returns NULL. One thread. */
#ifndef REEVE_PROTO_GEN_MEMORY_H
#define REEVE_PROTO_GEN_MEMORY_H

#include "agent/base/buffer.h"
#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Says so on stderr and ends the program. Never returns. */
void reeve_gen_out_of_memory(void);

/* Zeroed. */
void *reeve_gen_alloc(size_t size);
void *reeve_gen_alloc_array(size_t count, size_t size);
/* Allocates in the same arena; frees nothing. */
const struct reeve_allocator *reeve_gen_allocator(void);

/* A growing list of pointers. All zero is an empty list. */
struct reeve_gen_list {
    void **items;
    size_t count;
    size_t capacity;
};
void reeve_gen_list_add(struct reeve_gen_list *list, void *item);

/* Text is never changed once made. */
char *reeve_gen_copy(struct reeve_bytes text);
/* All arguments one behind the other; the last must be NULL. */
char *reeve_gen_concat(const char *first, ...);
char *reeve_gen_number(int64_t number);
bool reeve_gen_same(const char *a, const char *b);
int reeve_gen_order(const char *a, const char *b);
bool reeve_gen_has_prefix(const char *text, const char *prefix);
char *reeve_gen_upper(const char *text); /* ASCII capitals */
/* What stands behind the last '.'; the whole without one. */
const char *reeve_gen_last_part(const char *full_name);

/* An empty buffer in the arena, without a bound of its own. */
struct reeve_buffer reeve_gen_buffer(void);
/* Ends the program unless OK: for operations that fail on lack of memory only. */
void reeve_gen_must(enum reeve_status status);
#define REEVE_GEN_PRINT(buffer, ...)                                                               \
    reeve_gen_must(reeve_buffer_append_format((buffer), __VA_ARGS__))

#ifdef __cplusplus
}
#endif
#endif
