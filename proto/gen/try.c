/* SPDX-License-Identifier: Apache-2.0 */
/* Builds every task's tables from its schema, as a gateway will: what that refuses (more fields or
 * types than it takes, patterns that do not compile) is refused here already, with its place. */
#include "proto/gen/model.h"
#include "proto/schema/dynamic.h"

/* Where the element of a task's messages stands that the problem names: "t.v1.M.field". */
static struct reeve_gen_place place_of(const struct reeve_gen_model *model,
                                       const struct reeve_gen_task *task, const char *element)
{
    for (size_t f = 0; f < model->files.count; f++) {
        const struct reeve_gen_file *file = model->files.items[f];
        for (size_t i = 0; i < file->messages.count; i++) {
            const struct reeve_gen_message *m = file->messages.items[i];
            if (reeve_gen_same(m->table.name, element)) {
                return m->place;
            }
            for (size_t j = 0; m->used && j < m->table.fields_count; j++) {
                if (reeve_gen_same(m->field_names[j].place.element, element)) {
                    return m->field_names[j].place;
                }
            }
        }
    }
    return task->place;
}

static void try_task(struct reeve_gen_model *model, const struct reeve_gen_task *task)
{
    struct reeve_dynamic *built = NULL;
    struct reeve_problem problem = {.line = 0};
    const enum reeve_status status = reeve_dynamic_new(task->schema, NULL, NULL, &built, &problem);
    if (status != REEVE_OK) {
        const struct reeve_gen_place place = place_of(model, task, problem.field);
        const char *what = reeve_gen_concat(
            "a gateway would refuse it as part of ", task->table.name, ": ",
            problem.text[0] != '\0' ? problem.text : reeve_status_text(status), NULL);
        reeve_gen_refuse(&model->report, &place, reeve_gen_copy(reeve_bytes_cstr(what)),
                         "Change it, or split the task");
    }
    reeve_dynamic_free(built);
}

void reeve_gen_try(struct reeve_gen_model *model)
{
    for (size_t i = 0; i < model->tasks.count; i++) {
        try_task(model, model->tasks.items[i]);
    }
}
