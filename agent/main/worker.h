/* SPDX-License-Identifier: Apache-2.0 */
/* The driver: one loop that owns engine, journal, transport and runner, carries out what the engine
 * decides and tells it what happened. It decides nothing that the engine decides.
 *
 *   reeve_worker_new(&options, &worker)      config, identity, credentials, journal, engine
 *   reeve_worker_run(worker)                 until drained, or broken off
 *   reeve_worker_stop(worker)                threads end
 *   loop freed (runs what was posted)
 *   reeve_worker_free(worker)
 *
 * Everything: the loop's thread. */
#ifndef REEVE_AGENT_MAIN_WORKER_H
#define REEVE_AGENT_MAIN_WORKER_H

#include "agent/config/agent_config.h"
#include "agent/config/credentials.h"
#include "agent/core/engine.h"
#include "agent/io/loop/loop.h"
#include "agent/transport/transport.h"
#include "creds/identity/identity.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_worker;

/* How a connection is made; the program's is over gRPC (dialer.h), tests bring their own. */
struct reeve_dialer {
    /* A new transport to the gateway that `config` names, as `identity`; `secrets` has what a proxy
     * on the way asks for. The caller owns *out. */
    enum reeve_status (*dial)(void *ctx, const struct reeve_agent_config *config,
                              const struct reeve_identity *identity,
                              struct reeve_secret_registry *secrets, struct reeve_transport **out);
    void *ctx;
};

/* What was loaded before threads exist. All of it is the worker's from reeve_worker_new() on, in
 * failure too. */
struct reeve_worker_parts {
    struct reeve_agent_config *config;
    struct reeve_identity *identity;
    struct reeve_environment *environment;
    struct reeve_redactor *redactor;
    struct reeve_secret_registry *secrets;
};

struct reeve_worker_options {
    const struct reeve_task_table *tasks;
    const char *config_path; /* for reloading */
    /* Of the file's bytes, from before it was loaded. Zero: not known. */
    struct reeve_digest config_digest;
    struct reeve_loop *loop;
    struct reeve_dialer dialer;
    struct reeve_worker_parts parts;
};

/* Opens the journal (making it and the audit key the first time), replays it, starts pool, HTTP
 * loop and status socket. `why` says what is wrong and what to do next. The journal's statuses, the
 * status socket's, NO_MEMORY, LIMIT; INVALID: a task's pattern. Whatever the status, *out is freed
 * after the loop; it is NULL when memory is short. */
enum reeve_status reeve_worker_new(const struct reeve_worker_options *options,
                                   struct reeve_worker **out, char why[1024]) REEVE_MUST_CHECK;

/* Runs until the engine exits. OK: drained. TIMEOUT: the drain time was over, or a second stop
 * came. IO, DISK_FULL, …: the journal failed. INTERNAL: the loop did. */
enum reeve_status reeve_worker_run(struct reeve_worker *worker) REEVE_MUST_CHECK;

/* A task of the loop may call these while it runs: the first stop drains, the next, half a
 * second later or more, exits. */
void reeve_worker_signal_stop(struct reeve_worker *worker);
/* Reads the configuration file again and takes it over as a whole, or says why not and goes on as
 * before. The work is done on a thread of its own: no job delays it. */
void reeve_worker_reload(struct reeve_worker *worker);
/* The same, when the file is another than the one that was last read: for whoever only saw that
 * something happened to it. */
void reeve_worker_reload_changed(struct reeve_worker *worker);
/* Appends the status document (reeve.v1.WorkerStatus as JSON). */
enum reeve_status reeve_worker_write_status(struct reeve_worker *worker,
                                            struct reeve_buffer *out) REEVE_MUST_CHECK;

/* Closes links, status socket and journal, ends the threads. False: jobs are still running in
 * handlers that do not stop; the process has to leave without freeing the rest. */
bool reeve_worker_stop(struct reeve_worker *worker);
/* After the loop was freed. NULL is fine. */
void reeve_worker_free(struct reeve_worker *worker);

#ifdef __cplusplus
}
#endif
#endif
