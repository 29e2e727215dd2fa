/* SPDX-License-Identifier: Apache-2.0 */
/* The generator of the contracts that the other one reads manifests with: it accepts none. */
#include "proto/gen/model.h"

void reeve_gen_accept(struct reeve_gen_model *model)
{
    static const struct reeve_gen_place place = {.element = "--reeve_out"};
    if (model->parameters.accepts.count > 0) {
        reeve_gen_refuse(&model->report, &place, "accepts=FILE is not for the first generator",
                         "Use protoc-gen-reeve");
    }
}
