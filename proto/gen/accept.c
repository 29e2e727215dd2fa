/* SPDX-License-Identifier: Apache-2.0 */
/* Older versions of the tasks: jobs that were approved with one of them run as they are, provided
 * that it is compatible in both directions (proto/schema/compare.h). What is not is refused, change
 * by change. */
#include <stdio.h>
#include <stdlib.h>

#include "proto/gen/model.h"
#include "proto/runtime/message.h"
#include "proto/schema/compare.h"
#include "proto/schema/dynamic.h"
#include "reeve/v1/manifest.reeve.h"

#define MANIFEST_MAX ((size_t)16 << 20)
#define COMPARISON_MAX ((size_t)64 << 20)

static void refuse_file(struct reeve_gen_model *model, const char *file, const char *what)
{
    const struct reeve_gen_place place = {.element = "--reeve_out"};
    reeve_gen_refuse(&model->report, &place,
                     reeve_gen_concat("parameter \"accepts=", file, "\": ", what, NULL),
                     "Name a NAME.manifest.binpb that protoc-gen-reeve wrote");
}

/* False: it cannot be read, or is larger than a manifest may be. */
static bool read_file(const char *file, struct reeve_buffer *bytes)
{
    uint8_t chunk[16384];
    size_t n;
    FILE *in = fopen(file, "rb");
    if (in == NULL) {
        return false;
    }
    while (bytes->len <= MANIFEST_MAX && (n = fread(chunk, 1, sizeof chunk, in)) > 0) {
        reeve_gen_must(reeve_buffer_append(bytes, reeve_bytes_of(chunk, n)));
    }
    const bool whole = ferror(in) == 0 && bytes->len <= MANIFEST_MAX;
    return fclose(in) == 0 && whole;
}

static struct reeve_bytes bytes_of(ProtobufCBinaryData data)
{
    return reeve_bytes_of(data.data, data.len);
}

static const char *short_hex(const uint8_t *digest)
{
    struct reeve_buffer text = reeve_gen_buffer();
    for (size_t i = 0; i < 6; i++) {
        REEVE_GEN_PRINT(&text, "%02x", digest[i]);
    }
    return reeve_gen_copy(reeve_buffer_view(&text));
}

static struct reeve_gen_task *find_task(const struct reeve_gen_model *model, const char *name)
{
    for (size_t i = 0; i < model->tasks.count; i++) {
        struct reeve_gen_task *task = model->tasks.items[i];
        if (reeve_gen_same(task->table.name, name)) {
            return task;
        }
    }
    return NULL;
}

/* ---- one older version ---- */

static void refuse_change(struct reeve_gen_model *model, const struct reeve_gen_task *task,
                          const char *file, const uint8_t *older, const struct reeve_change *change)
{
    const bool inputs = change->breaks_inputs != NULL;
    const char *why = inputs ? change->breaks_inputs : change->breaks_outputs;
    const char *what = reeve_gen_concat("jobs of version ", short_hex(older), " (", file,
                                        ") cannot be taken: ", change->element, ": ", change->what,
                                        inputs ? "; inputs: " : "; outputs: ", why, NULL);
    reeve_gen_refuse(&model->report, &task->place, what,
                     "Undo the change, or leave that manifest out and keep an older worker until "
                     "its jobs are done");
}

static void add_accepted(struct reeve_gen_task *task, const uint8_t *older)
{
    const uint32_t count = task->table.accepted_count;
    uint8_t(*all)[32] = reeve_gen_alloc_array((size_t)count + 1, sizeof *all);
    for (uint32_t i = 0; i < count; i++) {
        if (reeve_bytes_equal(reeve_bytes_of(task->table.accepted[i], 32),
                              reeve_bytes_of(older, 32))) {
            return;
        }
        reeve_move(all[i], task->table.accepted[i], 32);
    }
    reeve_move(all[count], older, 32);
    task->table.accepted = (const uint8_t(*)[32])all;
    task->table.accepted_count = count + 1;
}

static void compare(struct reeve_gen_model *model, struct reeve_gen_task *task, const char *file,
                    const struct reeve_task *older, const struct reeve_task *newer)
{
    struct reeve_arena arena;
    struct reeve_comparison result;
    reeve_arena_init(&arena, NULL, COMPARISON_MAX, (size_t)64 << 10);
    reeve_gen_must(reeve_task_compare(older, newer, &arena, &result));
    for (size_t i = 0; i < result.changes_count; i++) {
        const struct reeve_change *change = &result.changes[i];
        if (change->breaks_inputs != NULL || change->breaks_outputs != NULL) {
            refuse_change(model, task, file, older->fingerprint, change);
        }
    }
    if (!result.same && result.inputs_compatible && result.outputs_compatible) {
        add_accepted(task, older->fingerprint);
    }
    reeve_arena_clear(&arena);
}

static void compare_with_model(struct reeve_gen_model *model, const char *file,
                               const struct reeve_task *older)
{
    struct reeve_gen_task *task = find_task(model, older->name);
    struct reeve_dynamic *newer = NULL;
    if (task == NULL) {
        return; /* this build does not have it, and takes no jobs of it */
    }
    const enum reeve_status status = reeve_dynamic_new(task->schema, NULL, NULL, &newer, NULL);
    if (status != REEVE_OK) {
        refuse_file(model, file, reeve_status_text(status));
        return;
    }
    compare(model, task, file, older, reeve_dynamic_task(newer));
    reeve_dynamic_free(newer);
}

/* ---- files ---- */

static void accept_entry(struct reeve_gen_model *model, const char *file,
                         const struct reeve_v1_task_entry *entry)
{
    struct reeve_problem problem = {.line = 0};
    struct reeve_digest claimed;
    struct reeve_dynamic *older = NULL;
    enum reeve_status status = reeve_digest_from_bytes(bytes_of(entry->fingerprint), &claimed);
    if (status == REEVE_OK) {
        status = reeve_dynamic_new(bytes_of(entry->schema), &claimed, NULL, &older, &problem);
    }
    if (status != REEVE_OK) {
        refuse_file(model, file,
                    reeve_gen_concat("a schema in it cannot be used: ", problem.field, " ",
                                     problem.text, " (", reeve_status_text(status), ")", NULL));
        return;
    }
    compare_with_model(model, file, reeve_dynamic_task(older));
    reeve_dynamic_free(older);
}

static void accept_file(struct reeve_gen_model *model, const char *file)
{
    const struct reeve_decode_options options = {.unknown = REEVE_UNKNOWN_REFUSE};
    struct reeve_buffer bytes = reeve_gen_buffer();
    struct reeve_arena arena;
    void *message = NULL;
    if (!read_file(file, &bytes)) {
        refuse_file(model, file, "it cannot be read");
        return;
    }
    reeve_arena_init(&arena, NULL, COMPARISON_MAX, (size_t)64 << 10);
    if (reeve_message_decode(&reeve_v1_manifest_message, reeve_buffer_view(&bytes), &options,
                             &arena, &message, NULL) != REEVE_OK) {
        refuse_file(model, file, "it is no manifest");
    }
    const struct reeve_v1_manifest *manifest = message;
    for (size_t i = 0; manifest != NULL && i < manifest->n_tasks; i++) {
        accept_entry(model, file, manifest->tasks[i]);
    }
    reeve_arena_clear(&arena);
}

static int compare_digests(const void *a, const void *b)
{
    return reeve_bytes_compare(reeve_bytes_of(a, 32), reeve_bytes_of(b, 32));
}

/* In an order that the order of the parameters does not change. */
static void finish(struct reeve_gen_model *model, struct reeve_gen_task *task)
{
    const uint32_t count = task->table.accepted_count;
    if (count > REEVE_ACCEPTED_MAX) {
        reeve_gen_refuse(&model->report, &task->place,
                         "more than 8 older versions would be accepted",
                         "Leave out the manifests whose jobs are done");
        return;
    }
    if (count > 0) {
        uint8_t(*all)[32] = reeve_gen_alloc_array(count, sizeof *all);
        reeve_move(all, task->table.accepted, count * sizeof *all);
        qsort(all, count, sizeof *all, compare_digests);
        task->table.accepted = (const uint8_t(*)[32])all;
    }
}

void reeve_gen_accept(struct reeve_gen_model *model)
{
    for (size_t i = 0; i < model->parameters.accepts.count; i++) {
        accept_file(model, model->parameters.accepts.items[i]);
    }
    for (size_t i = 0; i < model->tasks.count; i++) {
        finish(model, model->tasks.items[i]);
    }
}
