/* SPDX-License-Identifier: Apache-2.0 */
/* Our side of the comparison with protovalidate: builds the tables of a manifest's tasks as a
 * gateway does, then checks messages from stdin. A case is four bytes with the task's place in the
 * manifest, four with the message's length, eight with the time in milliseconds, and the message;
 * all numbers little-endian. The answer is a line per violation ("-" or "key", rule, path) and one
 * with the status. */
#include <stdio.h>

#include "agent/base/arena.h"
#include "proto/runtime/message.h"
#include "proto/schema/dynamic.h"
#include "reeve/v1/manifest.reeve.h"

#define MANIFEST_MAX ((size_t)64 << 20)
#define ARENA_MAX ((size_t)256 << 20)
#define HEADER_SIZE 16
#define PROBLEMS_MAX 4000

struct tables {
    struct reeve_arena arena;
    struct reeve_buffer bytes;
    struct reeve_dynamic **tasks;
    size_t count;
};

static bool read_all(FILE *from, struct reeve_buffer *to)
{
    size_t got;
    do {
        if (reeve_buffer_reserve(to, 65536) != REEVE_OK) {
            return false;
        }
        got = fread(to->data + to->len, 1, 65536, from);
        to->len += got;
    } while (got > 0);
    return feof(from) != 0;
}

static bool build(struct tables *t, const struct reeve_v1_manifest *manifest)
{
    t->tasks =
        reeve_arena_alloc_array(&t->arena, manifest->n_tasks, sizeof(struct reeve_dynamic *));
    for (size_t i = 0; t->tasks != NULL && i < manifest->n_tasks; i++) {
        struct reeve_problem problem = {.line = 0};
        const ProtobufCBinaryData *schema = &manifest->tasks[i]->schema;
        const enum reeve_status status = reeve_dynamic_new(
            reeve_bytes_of(schema->data, schema->len), NULL, NULL, &t->tasks[i], &problem);
        if (status != REEVE_OK) {
            (void)fprintf(stderr, "task %zu: %s: %s: %s\n", i, reeve_status_text(status),
                          problem.field, problem.text);
            return false;
        }
        t->count++;
    }
    return t->count == manifest->n_tasks;
}

static bool load(struct tables *t, const char *path)
{
    void *manifest = NULL;
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return false;
    }
    const bool read = read_all(file, &t->bytes);
    (void)fclose(file);
    return read &&
           reeve_message_decode(&reeve_v1_manifest_message, reeve_buffer_view(&t->bytes), NULL,
                                &t->arena, &manifest, NULL) == REEVE_OK &&
           build(t, manifest);
}

static void unload(struct tables *t)
{
    for (size_t i = 0; i < t->count; i++) {
        reeve_dynamic_free(t->tasks[i]);
    }
    reeve_buffer_clear(&t->bytes);
    reeve_arena_clear(&t->arena);
}

static enum reeve_status check(const struct reeve_message *table, struct reeve_bytes input,
                               int64_t now_ms, struct reeve_problems *problems)
{
    struct reeve_arena arena;
    void *message = NULL;
    reeve_arena_init(&arena, NULL, ARENA_MAX, 0);
    enum reeve_status status = reeve_message_decode(table, input, NULL, &arena, &message, NULL);
    if (status == REEVE_OK) {
        status = reeve_message_validate(table, message, now_ms, problems);
    }
    reeve_arena_clear(&arena);
    return status;
}

static bool answer(const struct tables *t, struct reeve_bytes header, struct reeve_bytes input)
{
    static struct reeve_problem room[PROBLEMS_MAX];
    struct reeve_problems problems = {.items = room, .capacity = PROBLEMS_MAX};
    const uint32_t task = reeve_load_le32(header.data);
    if (task >= t->count) {
        return false;
    }
    const enum reeve_status status = check(reeve_dynamic_task(t->tasks[task])->input, input,
                                           (int64_t)reeve_load_le64(header.data + 8), &problems);
    for (size_t i = 0; i < problems.count; i++) {
        (void)printf("%s %s %s\n", room[i].for_key ? "key" : "-", room[i].rule, room[i].field);
    }
    (void)printf("= %s\n", reeve_status_name(status));
    return problems.count == problems.total;
}

static bool serve(const struct tables *t, struct reeve_bytes cases)
{
    size_t at = 0;
    while (at < cases.len) {
        const struct reeve_bytes header = reeve_bytes_slice(cases, at, HEADER_SIZE);
        if (header.len < HEADER_SIZE) {
            return false;
        }
        const size_t size = reeve_load_le32(header.data + 4);
        const struct reeve_bytes input = reeve_bytes_slice(cases, at + HEADER_SIZE, size);
        if (input.len < size || !answer(t, header, input)) {
            return false;
        }
        at += HEADER_SIZE + size;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct tables t = {.count = 0};
    struct reeve_buffer cases;
    reeve_arena_init(&t.arena, NULL, ARENA_MAX, 0);
    reeve_buffer_init(&t.bytes, NULL, MANIFEST_MAX);
    reeve_buffer_init(&cases, NULL, MANIFEST_MAX);
    const bool good = argc == 2 && load(&t, argv[1]) && read_all(stdin, &cases) &&
                      serve(&t, reeve_buffer_view(&cases));
    reeve_buffer_clear(&cases);
    unload(&t);
    return good ? 0 : 1;
}
