/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's state machines as tables: names for traces and the allowed successors. Who may move
 * a state asks its …_state_allows() first; a move that the table does not hold is an invariant
 * broken (status INTERNAL), never a silent step. */
#ifndef REEVE_AGENT_CORE_STATES_H
#define REEVE_AGENT_CORE_STATES_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_engine_link_state {
    REEVE_LINK_IDLE,         /* before _start */
    REEVE_LINK_BACKOFF,      /* waiting until connect_at */
    REEVE_LINK_CONNECTING,   /* CONNECT given, HelloPrepared on its way to disk */
    REEVE_LINK_HELLO_SYNC,   /* up; HelloPrepared not yet on disk */
    REEVE_LINK_HELLO_SENT,   /* waiting for Welcome or Retry */
    REEVE_LINK_WELCOME_SYNC, /* EpochEntered on its way to disk; nothing is sent */
    REEVE_LINK_RESUMING,     /* Resume pages and ResumeDone not all handed to the link */
    REEVE_LINK_LIVE,
    REEVE_LINK_CLOSING, /* CLOSE given; waiting for LINK_DOWN */
    REEVE_LINK_STOPPED, /* EXIT given */
    REEVE_LINK_STATES,
};

/* A second link on its way beside one that is LIVE: see takeover.c. */
enum reeve_engine_next_state {
    REEVE_NEXT_NONE,
    REEVE_NEXT_WAITING,    /* wanted; until its time comes */
    REEVE_NEXT_CONNECTING, /* CONNECT given */
    REEVE_NEXT_HELLO_SYNC, /* up; HelloPrepared on its way to disk */
    REEVE_NEXT_HELLO_SENT, /* waiting for Welcome or Retry */
    REEVE_NEXT_WELCOMED,   /* Welcome is here; waiting for the older link's end */
    REEVE_NEXT_STATES,
};

enum reeve_engine_job_state {
    REEVE_JOB_NEW,         /* being checked */
    REEVE_JOB_QUEUED,      /* waits for its task's turn or the lease */
    REEVE_JOB_INTENT_SYNC, /* JobIntent on its way to disk */
    REEVE_JOB_RUNNING,     /* its runner has it */
    REEVE_JOB_DELIVERING,  /* its runner is done; results are not all acknowledged */
    REEVE_JOB_ENDING,      /* ended, but its outcome could not be stored yet */
    REEVE_JOB_ABANDONED,   /* its outcome is stored; the runner still has it */
    REEVE_JOB_GONE,        /* ended or forgotten */
    REEVE_JOB_STATES,
};

const char *reeve_engine_link_state_name(enum reeve_engine_link_state state);
const char *reeve_engine_next_state_name(enum reeve_engine_next_state state);
const char *reeve_engine_job_state_name(enum reeve_engine_job_state state);
bool reeve_engine_link_state_allows(enum reeve_engine_link_state from,
                                    enum reeve_engine_link_state to);
bool reeve_engine_next_state_allows(enum reeve_engine_next_state from,
                                    enum reeve_engine_next_state to);
bool reeve_engine_job_state_allows(enum reeve_engine_job_state from,
                                   enum reeve_engine_job_state to);

#ifdef __cplusplus
}
#endif
#endif
