/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. The worker's struct, and what its files need of one another. */
#ifndef REEVE_AGENT_MAIN_WORKER_STATE_H
#define REEVE_AGENT_MAIN_WORKER_STATE_H

#include <pthread.h>

#include "agent/base/list.h"
#include "agent/journal/journal.h"
#include "agent/journal/posix_storage.h"
#include "agent/main/setup.h"
#include "agent/main/status_server.h"
#include "agent/main/worker.h"
#include "agent/spool/spool.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A connection that the engine asked for. */
struct reeve_worker_link {
    struct reeve_list_node node; /* in worker->links */
    struct reeve_worker *worker;
    uint32_t number; /* the engine's */
    struct reeve_transport *transport;
    uint64_t give_up_ms; /* closing: boot time after which it is cut; REEVE_NEVER_MS */
};

/* What the journal's thread has to say, until the loop hears it. */
struct reeve_worker_disk {
    pthread_mutex_t lock; /* guards lsn, status, posted */
    uint64_t lsn;
    enum reeve_status status;
    bool posted;
    struct reeve_task_node node;
};

/* Where results wait that memory has no room for, and what it has to say until the loop hears it.
 */
struct reeve_worker_spool {
    struct reeve_posix_storage *storage;
    struct reeve_spool *spool; /* NULL: there is none */
    enum reeve_status status;  /* why there is none; OK: off, or there is one */
    bool shares_disk;          /* with the journal */
    pthread_mutex_t lock;      /* guards done_status, has_bytes, bytes */
    enum reeve_status done_status;
    bool has_bytes;
    struct reeve_buffer bytes;
    struct reeve_task_node node;
};

/* Events that came up while actions were being taken: the engine hears them afterwards. */
struct reeve_worker_deferred {
    reeve_job_handle *refused; /* jobs that could not be started; room for all that can run */
    uint32_t refused_count;
    uint32_t refused_max;
    uint32_t link_failed; /* number of a link that could not be made; 0: none */
    enum reeve_status link_status;
    enum reeve_status journal_status; /* OK: none */
    enum reeve_status spool_status;   /* of a write that was not tried; OK: none */
};

/* The old setup that is being freed, one at a time. */
struct reeve_worker_retirement {
    struct reeve_setup *setup; /* NULL: none */
    struct reeve_task_node node;
};

struct reeve_worker {
    struct reeve_tools tools;
    /* For what may take its time while jobs go on, and while all threads of the tools' pool are
     * theirs: one thread reads a configuration, one frees an old setup. */
    struct reeve_pool *upkeep;
    const char *config_path;
    struct reeve_dialer dialer;
    struct reeve_environment *environment;
    struct reeve_identity *identity;
    char identity_problem[256];
    uint64_t identity_at_ms; /* next look at its files */

    struct reeve_posix_storage *storage;
    struct reeve_key audit_key;
    bool audit_key_created;
    struct reeve_buffer introduction; /* the identity's signature */
    struct reeve_journal *journal;
    bool appended; /* since the last commit */
    uint64_t trimmed_lsn;
    struct reeve_worker_disk disk;
    struct reeve_worker_spool spool;

    struct reeve_setup *setup;
    struct reeve_list old_setups; /* until their last job has ended */
    struct reeve_worker_retirement retirement;
    bool *unconfigured; /* the engine's view of setup->config */

    struct reeve_engine *engine; /* NULL while the journal is opened */
    struct reeve_list links;
    uint64_t message_at_ms; /* when the gateway last said something; 0: not connected */
    char link_problem[256]; /* why the last connection ended */
    struct reeve_worker_deferred deferred;

    struct reeve_reload *reload; /* under way, or NULL */
    bool reload_again;
    bool reload_asked;                 /* the next one, too, was asked for: not only seen */
    struct reeve_digest config_digest; /* of the file's bytes, as it was last read */
    enum reeve_status config_status;   /* or why it could not be */
    uint32_t reloads;

    uint64_t trimmed_jobs; /* that had been accepted when memory was last given back */
    bool trimming;         /* the C library is told to keep none */

    struct reeve_status_server *status;
    uint64_t started_ms;
    uint64_t stopped_ms; /* when a signal last asked to stop; 0: never */
    bool exiting;
    enum reeve_status exit_status;
};

/* driver.c: tells the engine, then carries out what it wants. */
void reeve_worker_handle(struct reeve_worker *w, const struct reeve_engine_event *event);
/* Carries out what is pending. */
void reeve_worker_act(struct reeve_worker *w);

/* links.c */
/* Looks whether the identity's files changed, and takes a new pair over: true then. */
bool reeve_worker_look_at_identity(struct reeve_worker *w, const struct reeve_now *now);
/* The same, and what is connected connects anew with a new pair, before the old connection goes. */
void reeve_worker_renew(struct reeve_worker *w, const struct reeve_now *now);
void reeve_worker_connect(struct reeve_worker *w, uint32_t number);
void reeve_worker_close(struct reeve_worker *w, uint32_t number, enum reeve_status status);
void reeve_worker_send(struct reeve_worker *w, uint32_t number, struct reeve_buffer *message);
/* Cuts links that were closed and did not end. */
void reeve_worker_tend_links(struct reeve_worker *w, uint64_t now_ms);
uint64_t reeve_worker_links_deadline(const struct reeve_worker *w);
void reeve_worker_free_links(struct reeve_worker *w);

/* disk.c */
enum reeve_status reeve_worker_open_disk(struct reeve_worker *w, char why[1024]) REEVE_MUST_CHECK;
enum reeve_status reeve_worker_replay(struct reeve_worker *w, char why[1024]) REEVE_MUST_CHECK;
void reeve_worker_append(struct reeve_worker *w, uint8_t type, uint64_t lsn,
                         struct reeve_bytes record);
void reeve_worker_commit(struct reeve_worker *w);

/* spool.c */
/* LOCKED: another worker uses the directory. Whatever else is wrong with it is logged and shown in
 * the status, and the worker does without. */
enum reeve_status reeve_worker_open_spool(struct reeve_worker *w, char why[1024]) REEVE_MUST_CHECK;
/* With a new setup: tries once more where there is none and one is wanted. */
void reeve_worker_reopen_spool(struct reeve_worker *w);
void reeve_worker_spool_write(struct reeve_worker *w, uint64_t stream, uint64_t number,
                              struct reeve_buffer *bytes);
void reeve_worker_close_spool(struct reeve_worker *w);
void reeve_worker_free_spool(struct reeve_worker *w); /* after the loop */

/* audit_key.c: the journal's audit key, and the identity's word for it. */
enum reeve_status reeve_worker_load_audit_key(struct reeve_worker *w,
                                              char why[1024]) REEVE_MUST_CHECK;
enum reeve_status reeve_worker_introduce(struct reeve_worker *w) REEVE_MUST_CHECK;

/* setups.c: takes config and secrets over on OK. */
enum reeve_status reeve_worker_make_setup(struct reeve_worker *w, struct reeve_agent_config *config,
                                          struct reeve_secret_registry *secrets,
                                          struct reeve_setup **out) REEVE_MUST_CHECK;
struct reeve_engine_policy reeve_worker_policy(const struct reeve_worker *w,
                                               const struct reeve_setup *setup);
/* Frees old setups that have no job any more, in the background. */
void reeve_worker_retire_setups(struct reeve_worker *w);
size_t reeve_worker_running(const struct reeve_worker *w);
void reeve_worker_cancel(struct reeve_worker *w, reeve_job_handle handle,
                         enum reeve_cancel_why why);
void reeve_worker_release(struct reeve_worker *w, reeve_job_handle handle, uint64_t results,
                          uint64_t bytes);

/* memory.c: every few seconds. */
void reeve_worker_give_memory_back(struct reeve_worker *w, const struct reeve_now *now);

/* notes.c */
void reeve_worker_note(const struct reeve_engine_note_fields *note);

/* Formats into a text of 1024 bytes; what does not fit is cut. */
void reeve_worker_say(char why[1024], const char *format, ...) REEVE_PRINTF(2, 3);

#ifdef __cplusplus
}
#endif
#endif
