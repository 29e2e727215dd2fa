/* SPDX-License-Identifier: Apache-2.0 */
/* One arena for the whole run, and the text helpers on top of it. */
#include "proto/gen/memory.h"

#include <inttypes.h>
#include <stdarg.h>

#include "agent/base/arena.h"
#include "agent/base/character.h"

/* More than any request needs; a bound so that a runaway ends with words. */
#define ARENA_MAX ((size_t)2 << 30)
#define BUFFER_MAX ((size_t)256 << 20)

static struct reeve_arena arena;

static struct reeve_arena *the_arena(void)
{
    if (arena.max == 0) {
        reeve_arena_init(&arena, NULL, ARENA_MAX, (size_t)256 << 10);
    }
    return &arena;
}

void *reeve_gen_alloc(size_t size)
{
    void *p = reeve_arena_alloc(the_arena(), size);
    if (p == NULL) {
        reeve_gen_out_of_memory();
    }
    return p;
}

void *reeve_gen_alloc_array(size_t count, size_t size)
{
    void *p = reeve_arena_alloc_array(the_arena(), count, size);
    if (p == NULL) {
        reeve_gen_out_of_memory();
    }
    return p;
}

static void *arena_realloc(void *ctx, void *old, size_t old_size, size_t new_size)
{
    (void)ctx;
    if (new_size == 0) {
        return NULL;
    }
    void *p = reeve_arena_alloc(the_arena(), new_size);
    if (p != NULL && old != NULL) {
        reeve_move(p, old, old_size < new_size ? old_size : new_size);
    }
    return p;
}

const struct reeve_allocator *reeve_gen_allocator(void)
{
    static const struct reeve_allocator allocator = {.realloc = arena_realloc, .ctx = NULL};
    return &allocator;
}

void reeve_gen_list_add(struct reeve_gen_list *list, void *item)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 8 : list->capacity * 2;
        void **items = reeve_gen_alloc_array(capacity, sizeof *items);
        for (size_t i = 0; i < list->count; i++) {
            items[i] = list->items[i];
        }
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count] = item;
    list->count++;
}

char *reeve_gen_copy(struct reeve_bytes text)
{
    char *p = reeve_arena_strdup(the_arena(), text);
    if (p == NULL) {
        reeve_gen_out_of_memory();
    }
    return p;
}

char *reeve_gen_concat(const char *first, ...)
{
    struct reeve_buffer b = reeve_gen_buffer();
    va_list parts;
    va_start(parts, first);
    for (const char *part = first; part != NULL; part = va_arg(parts, const char *)) {
        reeve_gen_must(reeve_buffer_append_cstr(&b, part));
    }
    va_end(parts);
    return reeve_gen_copy(reeve_buffer_view(&b));
}

char *reeve_gen_number(int64_t number)
{
    struct reeve_buffer b = reeve_gen_buffer();
    REEVE_GEN_PRINT(&b, "%" PRId64, number);
    return reeve_gen_copy(reeve_buffer_view(&b));
}

bool reeve_gen_same(const char *a, const char *b)
{
    return reeve_bytes_equal_cstr(reeve_bytes_cstr(a), b);
}

int reeve_gen_order(const char *a, const char *b)
{
    return reeve_bytes_compare(reeve_bytes_cstr(a), reeve_bytes_cstr(b));
}

bool reeve_gen_has_prefix(const char *text, const char *prefix)
{
    return reeve_bytes_starts_with(reeve_bytes_cstr(text), reeve_bytes_cstr(prefix));
}

char *reeve_gen_upper(const char *text)
{
    char *copy = reeve_gen_copy(reeve_bytes_cstr(text));
    for (char *c = copy; *c != '\0'; c++) {
        if (reeve_is_lower(*c)) {
            *c = (char)(*c - 'a' + 'A');
        }
    }
    return copy;
}

const char *reeve_gen_last_part(const char *full_name)
{
    const char *part = full_name;
    for (const char *c = full_name; *c != '\0'; c++) {
        if (*c == '.') {
            part = c + 1;
        }
    }
    return part;
}

struct reeve_buffer reeve_gen_buffer(void)
{
    struct reeve_buffer b;
    reeve_buffer_init(&b, reeve_gen_allocator(), BUFFER_MAX);
    return b;
}

void reeve_gen_must(enum reeve_status status)
{
    if (status != REEVE_OK) {
        reeve_gen_out_of_memory();
    }
}
