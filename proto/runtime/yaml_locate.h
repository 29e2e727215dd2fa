/* SPDX-License-Identifier: Apache-2.0 */
/* Where in a YAML text a field stands, for messages about a field that reading accepted and a later
 * check did not. */
#ifndef REEVE_PROTO_RUNTIME_YAML_LOCATE_H
#define REEVE_PROTO_RUNTIME_YAML_LOCATE_H

#include <stdint.h>

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `path` is written as in struct reeve_problem: systems["crm"].http.base_url, allow[2].task. A key
 * of the text names a field in either spelling (base_url, baseUrl). Finds the value when it is a
 * scalar, the key or list item otherwise; what is not there is found at the innermost part of the
 * path that is, 1:1 at last. Any thread. NO_MEMORY, SYNTAX: line and column are 0. */
enum reeve_status reeve_yaml_locate(struct reeve_bytes yaml, const char *path, uint32_t *line,
                                    uint32_t *column) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
