/* SPDX-License-Identifier: Apache-2.0 */
/* Names of predefined rules: extensions of buf.validate's rule messages. */
#ifndef REEVE_PROTO_GEN_PREDEFINED_H
#define REEVE_PROTO_GEN_PREDEFINED_H

#include "proto/gen/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How the author calls the extension with this number of the group's rule message ("int32"): its
 * full name, or the number when no file declares it. */
const char *reeve_gen_predefined_name(const struct reeve_gen_model *model, const char *group,
                                      uint32_t number);

#ifdef __cplusplus
}
#endif
#endif
