/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. What the parts of the configuration share while it is put together: each part reads its
 * share of the message, complains about what cannot be meant, and fills in its share of the result.
 * Parts return NO_MEMORY only; what is wrong with the file stands in the report. */
#ifndef REEVE_AGENT_CONFIG_BUILDER_H
#define REEVE_AGENT_CONFIG_BUILDER_H

#include "agent/base/arena.h"
#include "agent/config/agent_config.h"
#include "reeve/v1/config.reeve.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_CONFIG_FIELD_SIZE 256

struct reeve_config_builder {
    struct reeve_agent_config *config;
    const struct reeve_v1_agent_config *source;
    struct reeve_arena *arena; /* lives as long as the configuration */
    struct reeve_config_report *report;
    struct reeve_bytes directory; /* the file's, with its slash; empty: the process's */
};

/* An error about a field, its place looked up. The path is formatted; NULL as _report_add. */
struct reeve_config_item *reeve_config_error(struct reeve_config_builder *b, const char *rule,
                                             const char *field, ...) REEVE_PRINTF(3, 4);
struct reeve_config_item *reeve_config_warning(struct reeve_config_builder *b, const char *rule,
                                               const char *field, ...) REEVE_PRINTF(3, 4);

/* A path of the file, from the process's point of view; "" gives NULL. NO_MEMORY. */
enum reeve_status reeve_config_path(struct reeve_config_builder *b, const char *path,
                                    const char **out) REEVE_MUST_CHECK;
/* NULL for an empty text. */
const char *reeve_config_text(const char *text);
/* A duration in milliseconds, rounded up; `fallback_ms` when absent. Negative is complained about
 * and more than `max_ms`. */
uint64_t reeve_config_ms(struct reeve_config_builder *b,
                         const struct google_protobuf_duration *duration, uint64_t fallback_ms,
                         uint64_t max_ms, const char *field);
/* Host and port of "host:port", "[::1]:port"; false when it is not one. */
bool reeve_config_address(struct reeve_bytes text);

/* Complains when no credential has that name. The field's path is formatted. */
void reeve_config_check_secret(struct reeve_config_builder *b, const char *secret,
                               const char *field, ...) REEVE_PRINTF(3, 4);

/* ---- after loading ---- */

/* Complains about a bundle of certificates that cannot be read or holds none. NO_MEMORY. */
enum reeve_status reeve_config_check_ca(const struct reeve_agent_config *config,
                                        struct reeve_config_report *report, const char *field,
                                        const char *path) REEVE_MUST_CHECK;

/* Complains about a certificate and a key that cannot be read or do not belong together. NO_MEMORY.
 */
enum reeve_status reeve_config_check_pair(const struct reeve_agent_config *config,
                                          struct reeve_config_report *report, const char *field,
                                          const char *certificate_file,
                                          const char *key_file) REEVE_MUST_CHECK;

/* ---- the parts, in the order in which they are built ---- */

enum reeve_status reeve_config_build_basics(struct reeve_config_builder *b) REEVE_MUST_CHECK;
enum reeve_status reeve_config_build_secrets(struct reeve_config_builder *b) REEVE_MUST_CHECK;
/* After secrets. */
void reeve_config_build_gateway_proxy(struct reeve_config_builder *b);
enum reeve_status reeve_config_build_systems(struct reeve_config_builder *b) REEVE_MUST_CHECK;
enum reeve_status reeve_config_build_trust(struct reeve_config_builder *b) REEVE_MUST_CHECK;
/* Which tasks may run, after systems and trust. */
enum reeve_status reeve_config_build_tasks(struct reeve_config_builder *b) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
