/* SPDX-License-Identifier: Apache-2.0 */
/* What the generator of our own contracts does without: it has no tasks, and could not read the
 * manifests that the other one reads with them. */
#include "proto/gen/model.h"

void reeve_gen_try(struct reeve_gen_model *model)
{
    (void)model;
}

void reeve_gen_accept(struct reeve_gen_model *model)
{
    static const struct reeve_gen_place place = {.element = "--reeve_out"};
    if (model->parameters.accepts.count > 0) {
        reeve_gen_refuse(&model->report, &place, "accepts=FILE is not for the first generator",
                         "Use protoc-gen-reeve");
    }
}
