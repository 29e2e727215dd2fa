/* SPDX-License-Identifier: Apache-2.0 */
/* The text between --reeve_out= and ':' (or --reeve_opt): words separated by commas. */
#ifndef REEVE_PROTO_GEN_PARAMETERS_H
#define REEVE_PROTO_GEN_PARAMETERS_H

#include "proto/gen/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `text` may be NULL. What cannot be used is refused in the model's report. */
void reeve_gen_read_parameters(struct reeve_gen_model *model, const char *text);

#ifdef __cplusplus
}
#endif
#endif
