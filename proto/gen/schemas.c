/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical schema and fingerprint of every task, by the same code that worker and gateway use. */
#include "proto/gen/model.h"
#include "proto/runtime/fingerprint.h"

static void fill(struct reeve_gen_model *model, struct reeve_gen_task *task)
{
    struct reeve_buffer schema = reeve_gen_buffer();
    enum reeve_status status = reeve_task_schema_write(&task->table, &schema);
    if (status != REEVE_OK) {
        reeve_gen_refuse(
            &model->report, &task->place,
            reeve_gen_concat("its schema cannot be written: ", reeve_status_text(status), NULL),
            "This is a fault of protoc-gen-reeve: please report it with the .proto");
        return;
    }
    task->schema = reeve_buffer_view(&schema);
    struct reeve_digest digest = reeve_fingerprint_of(task->schema);
    reeve_move(task->table.fingerprint, digest.bytes, sizeof task->table.fingerprint);
}

void reeve_gen_schemas(struct reeve_gen_model *model)
{
    for (size_t i = 0; i < model->tasks.count; i++) {
        fill(model, model->tasks.items[i]);
    }
}
