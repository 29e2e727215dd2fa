/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. What the parts of the configuration share while it is put together: each part reads its
 * share of the message, complains about what cannot be meant, and fills in its share of the result.
 * Parts return NO_MEMORY only; what is wrong with the file stands in the report. */
#ifndef REEVE_GATEWAY_STUB_MAIN_CONFIG_BUILDER_H
#define REEVE_GATEWAY_STUB_MAIN_CONFIG_BUILDER_H

#include "agent/base/arena.h"
#include "agent/cli/hint.h"
#include "gateway-stub/main/gateway_config.h"
#include "reeve/v1/config.reeve.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_gateway_config_builder {
    struct reeve_gateway_config *config;
    const struct reeve_v1_gateway_config *source;
    struct reeve_arena *arena; /* lives as long as the configuration */
    struct reeve_config_report *report;
    struct reeve_bytes directory; /* the file's, with its slash; empty: the process's */
};

extern const struct reeve_hints reeve_gateway_hints;

/* An item about a field, its place looked up. The field's path is formatted; NULL as
 * reeve_config_report_add(). */
struct reeve_config_item *reeve_gateway_config_error(struct reeve_gateway_config_builder *b,
                                                     const char *rule, const char *field, ...)
    REEVE_PRINTF(3, 4);
struct reeve_config_item *reeve_gateway_config_warning(struct reeve_gateway_config_builder *b,
                                                       const char *rule, const char *field, ...)
    REEVE_PRINTF(3, 4);

/* ---- the parts, in the order in which they are built ---- */

/* Where: listen, TLS, store, log. */
enum reeve_status
reeve_gateway_config_build_basics(struct reeve_gateway_config_builder *b) REEVE_MUST_CHECK;
/* Who: grants, approvers. */
enum reeve_status
reeve_gateway_config_build_access(struct reeve_gateway_config_builder *b) REEVE_MUST_CHECK;
/* How long and how much: delivery, limits. */
void reeve_gateway_config_build_bounds(struct reeve_gateway_config_builder *b);
/* What is tried again: delivery.retries. */
enum reeve_status
reeve_gateway_config_build_retries(struct reeve_gateway_config_builder *b) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
