/* SPDX-License-Identifier: Apache-2.0 */
/* The worker's configuration: a YAML file of the form reeve.v1.AgentConfig, read strictly, checked
 * against the compiled-in tasks, and turned into the plain options that the other modules take.
 *
 *   struct reeve_config_report report;
 *   reeve_config_report_init(&report, path);
 *   if (reeve_agent_config_load(path, tasks, &report, &config) != REEVE_OK) … print the report …
 *
 * Once loaded it never changes, so any thread may read it; a new configuration is a new object. */
#ifndef REEVE_AGENT_CONFIG_AGENT_CONFIG_H
#define REEVE_AGENT_CONFIG_AGENT_CONFIG_H

#include "agent/base/log.h"
#include "agent/bindings/exec/exec_binding.h"
#include "agent/bindings/grpc/grpc_system.h"
#include "agent/bindings/http/http_binding.h"
#include "agent/bindings/sql/sql_binding.h"
#include "agent/cli/report.h"
#include "agent/trust/policy.h"
#include "creds/identity/identity.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_CONFIG_NO_SYSTEM UINT32_MAX

struct reeve_config_kind; /* system_kind.h */

/* An internal system, by its name. */
struct reeve_config_system {
    const char *name;
    const struct reeve_config_kind *kind;
    uint8_t binding; /* enum reeve_binding_kind: which member of `u` is set, and carries it out */
    uint32_t tasks;  /* compiled-in tasks that name it */
    const void *source; /* the kind's own, while the configuration is built */
    union {             /* strings are the configuration's; paths are absolute or relative to the
                           process, as the file was given */
        struct reeve_http_system http;
        struct reeve_exec_system exec;
        struct reeve_grpc_system grpc;
        struct reeve_sql_system sql;
    } u;
};

/* Where a credential comes from: one of the two. */
struct reeve_config_secret {
    const char *name;
    const char *variable; /* NULL: from a file */
    const char *path;     /* NULL: from the environment */
    bool allow_short;
};

/* Why a compiled-in task may or may not run here. */
enum reeve_config_task_state {
    REEVE_CONFIG_TASK_ALLOWED,
    REEVE_CONFIG_TASK_NOT_ALLOWED,    /* no entry of `allow` names it */
    REEVE_CONFIG_TASK_NOT_CONFIGURED, /* and its system is not configured either */
};

struct reeve_config_task {
    enum reeve_config_task_state state;
    uint32_t system;        /* index into systems, or REEVE_CONFIG_NO_SYSTEM */
    uint32_t approvals;     /* that a job of it needs here */
    uint32_t max_in_flight; /* at once here; 0: the worker's bound only */
};

/* All set: defaults are filled in. */
struct reeve_config_limits {
    uint32_t max_in_flight;
    uint32_t max_running; /* at most max_in_flight */
    uint64_t max_input_bytes;
    uint64_t max_output_bytes;
    uint64_t max_memory_bytes;
    uint32_t pool_threads; /* 0: as many as the machine has processors */
};

struct reeve_config_label {
    const char *key;
    const char *value;
};

struct reeve_config_approver {
    const char *name;
    struct reeve_public_key key;
};

/* An HTTP proxy that carries the connection to the gateway by CONNECT. */
struct reeve_gateway_proxy {
    const char *url;    /* "http://host:port"; NULL: none */
    const char *user;   /* NULL: none */
    const char *secret; /* name of the password in the registry */
};

struct reeve_agent_config {
    const char *file;
    struct reeve_bytes text; /* the file's, for naming places in later messages */
    /* SHA-256 over the canonical encoding of the message: equal for files that mean the same. */
    struct reeve_digest digest;

    const char *gateway_address; /* "host:port" */
    const char *gateway_ca_file;
    const char *gateway_server_name; /* NULL: the host of the address */
    struct reeve_gateway_proxy gateway_proxy;
    struct reeve_identity_files identity;
    const char *journal_directory;
    uint64_t journal_max_bytes;
    const char *spool_directory;
    uint64_t spool_max_bytes; /* 0: off */
    const char *status_socket;

    const struct reeve_config_system *systems;
    uint32_t systems_count;
    const struct reeve_config_secret *secrets;
    uint32_t secrets_count;
    const struct reeve_config_approver *approvers;
    uint32_t approvers_count;
    struct reeve_policy *trust;
    const struct reeve_task_table *table;
    const struct reeve_config_task *tasks; /* one per task of the table, same index */
    const bool *unconfigured;              /* likewise; as the engine's policy wants it */
    uint32_t allowed_count;

    struct reeve_config_limits limits;
    enum reeve_log_level log_level;
    enum reeve_log_format log_format;
    uint64_t drain_timeout_ms;
    uint32_t max_backoff_ms; /* 0: the engine's default */
    const char *const *pools;
    uint32_t pools_count;
    const struct reeve_config_label *labels;
    uint32_t labels_count;
};

/* Reads and checks; opens no other file and asks no system. `report` is initialised by the caller
 * and lists all that was found, warnings also when OK; *out is NULL unless OK.
 *   NOT_FOUND, PERMISSION, IO, TOO_LARGE (over 1 MiB): the file. CONFIG: see the report; also for
 *   these. NO_MEMORY. */
enum reeve_status reeve_agent_config_load(const char *path, const struct reeve_task_table *tasks,
                                          struct reeve_config_report *report,
                                          struct reeve_agent_config **out) REEVE_MUST_CHECK;
void reeve_agent_config_free(struct reeve_agent_config *config); /* NULL is fine */

/* For people: "http"; where it is; how the worker authenticates there (never a secret's value).
 * "" where there is nothing to say, NULL when memory is short. */
const char *reeve_config_system_kind(const struct reeve_config_system *system);
const char *reeve_config_system_endpoint(const struct reeve_config_system *system,
                                         struct reeve_arena *arena);
const char *reeve_config_system_auth(const struct reeve_config_system *system,
                                     struct reeve_arena *arena);

/* Adds an item about a field of a loaded configuration, at its place in the file. */
struct reeve_config_item *reeve_agent_config_complain(const struct reeve_agent_config *config,
                                                      struct reeve_config_report *report,
                                                      bool warning, const char *field,
                                                      const char *rule);

#ifdef __cplusplus
}
#endif
#endif
