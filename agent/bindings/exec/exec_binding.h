/* SPDX-License-Identifier: Apache-2.0 */
/* The exec binding: a task is a program of this machine, named in local configuration. Its input
 * goes to standard input as JSON, its output comes from standard output: one JSON value, or one for
 * each line where the task streams. No shell, nothing of the input in argv or environment. One
 * object per system.
 *
 * What happened becomes status, effect and reason ("in doubt" is MAYBE; NONE for tasks without side
 * effects, for which DONE is NONE, too):
 *   exit status 0, and the output fits    SUCCEEDED, DONE
 *   exit status 0, and it does not        FAILED OUTPUT_INVALID, DONE
 *   65 (EX_DATAERR)                       FAILED UPSTREAM_REFUSED, NONE: refused, nothing done
 *   69 (EX_UNAVAILABLE)                   FAILED UPSTREAM_UNREACHABLE, NONE: nothing done
 *   77 (EX_NOPERM)                        FAILED CREDENTIAL_REFUSED, NONE: nothing done
 *   any other exit status                 FAILED UPSTREAM_FAILED, in doubt
 *   death by a signal                     FAILED UPSTREAM_INTERRUPTED, in doubt
 *   not started                           FAILED UPSTREAM_UNREACHABLE, NONE
 *   output over its bound                 FAILED OUTPUT_TOO_LARGE, in doubt
 *   cancelled, time ran out               CANCELLED, TIMED_OUT: in doubt or NONE
 * Standard error stays in the local log under the answer's reference, without known secrets. */
#ifndef REEVE_AGENT_BINDINGS_EXEC_EXEC_BINDING_H
#define REEVE_AGENT_BINDINGS_EXEC_EXEC_BINDING_H

#include "agent/bindings/work.h"
#include "agent/io/pool/pool.h"
#include "agent/io/process/child.h"
#include "creds/secrets/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A credential for a program: by one of the two ways. */
struct reeve_exec_secret {
    const char *secret;   /* name in the registry */
    const char *variable; /* NULL: by descriptor */
    int descriptor;
};

/* All set: defaults are filled in. */
struct reeve_exec_program {
    const char *operation;        /* the tasks' reeve_task.operation */
    const char *path;             /* absolute */
    const char *const *arguments; /* behind the path */
    size_t arguments_count;
    const char *directory;          /* absolute */
    const char *const *environment; /* "NAME=value", literal */
    size_t environment_count;
    const struct reeve_exec_secret *secrets; /* at most REEVE_PROCESS_SECRETS_MAX */
    size_t secrets_count;
    bool has_user;
    uint32_t user;
    uint32_t group;
    struct reeve_process_limits limits;
    size_t max_output_bytes; /* of a unary task's whole output, of a streaming task's line */
    uint32_t max_concurrent; /* more wait for their turn */
    uint64_t grace_ms;       /* from SIGTERM to SIGKILL */
};

struct reeve_exec_system {
    const struct reeve_exec_program *programs;
    size_t programs_count;
};

/* NULL: the system has none of that name. */
const struct reeve_exec_program *reeve_exec_find(const struct reeve_exec_system *system,
                                                 const char *operation);

/* Everything is borrowed and outlives the binding, `system`'s texts included. NO_MEMORY. */
enum reeve_status reeve_exec_binding_new(const struct reeve_exec_system *system,
                                         struct reeve_child_loop *loop, struct reeve_pool *pool,
                                         struct reeve_secret_registry *secrets,
                                         struct reeve_binding **out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
