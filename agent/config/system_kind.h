/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. The kinds of internal systems that a configuration can have: one file each
 * (system_http.c …), and one line in system_kind.c. */
#ifndef REEVE_AGENT_CONFIG_SYSTEM_KIND_H
#define REEVE_AGENT_CONFIG_SYSTEM_KIND_H

#include "agent/config/builder.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A function that is NULL has nothing to do or to say. */
struct reeve_config_kind {
    const char *name;    /* "http", as the member of reeve.v1.System */
    const char *example; /* for a next step: "http: { base_url: … }" */
    int member;          /* its number there */
    uint8_t binding;     /* enum reeve_binding_kind of the tasks that such a system carries out */
    /* Checks `source` and fills `to->u`; complains through the builder. NO_MEMORY only. */
    enum reeve_status (*build)(struct reeve_config_builder *b, const struct reeve_v1_system *source,
                               struct reeve_config_system *to);
    /* Complains when the system cannot carry the task out, which allow[entry] names. */
    void (*check_task)(struct reeve_config_builder *b, const struct reeve_config_system *system,
                       const struct reeve_task *task, size_t entry);
    /* Looks at the files that the system names. NO_MEMORY only. */
    enum reeve_status (*check_files)(const struct reeve_agent_config *config,
                                     const struct reeve_config_system *system,
                                     struct reeve_config_report *report);
    /* For `check-config`: where it is, and how the worker authenticates; never a secret's value. */
    const char *(*endpoint)(const struct reeve_config_system *system, struct reeve_arena *arena);
    const char *(*auth)(const struct reeve_config_system *system, struct reeve_arena *arena);
};

extern const struct reeve_config_kind REEVE_CONFIG_EXEC;
extern const struct reeve_config_kind REEVE_CONFIG_GRPC;
extern const struct reeve_config_kind REEVE_CONFIG_HTTP;
extern const struct reeve_config_kind REEVE_CONFIG_NATIVE;
extern const struct reeve_config_kind REEVE_CONFIG_SQL;

/* NULL: there is none. */
const struct reeve_config_kind *reeve_config_kind_of_member(int member);
const struct reeve_config_kind *reeve_config_kind_of_binding(uint8_t binding);

#ifdef __cplusplus
}
#endif
#endif
