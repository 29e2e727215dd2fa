/* SPDX-License-Identifier: Apache-2.0 */
/* The file that `reevectl submit` takes: a PlanFile in JSON whose inputs are written in place. Each
 * is read and checked with the schema that the gateway has of its task, so that an error names its
 * file, line and column, before anything is sent. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_PLAN_FILE_H
#define REEVE_GATEWAY_STUB_REEVECTL_PLAN_FILE_H

#include "gateway-stub/reevectl/ctl.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_PLAN_FILE_MAX (64u * 1024u * 1024u)

/* Reads `path` ("-": stdin) into a request; asks the gateway for schemas. `check`: constraints,
 * too; else only what is needed to encode the inputs. Everything that is wrong was said on stderr:
 * USAGE for the file, REFUSED for an input or a task that there is not. */
enum reeve_ctl_exit reeve_plan_file_read(struct reeve_ctl *c, const char *path, bool check,
                                         struct reeve_v1_submit_plan_request *request);

#ifdef __cplusplus
}
#endif
#endif
