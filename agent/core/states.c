/* SPDX-License-Identifier: Apache-2.0 */
/* The tables behind states.h: one row a state, its name and the set of its successors. */
#include "agent/core/states.h"

struct state_row {
    const char *name;
    uint32_t successors; /* bit 1 << state */
};

#define TO(state) (1u << REEVE_##state)

static const struct state_row link_rows[REEVE_LINK_STATES] = {
    [REEVE_LINK_IDLE] = {"IDLE", TO(LINK_BACKOFF) | TO(LINK_STOPPED)},
    [REEVE_LINK_BACKOFF] = {"BACKOFF", TO(LINK_CONNECTING) | TO(LINK_STOPPED)},
    [REEVE_LINK_CONNECTING] = {"CONNECTING", TO(LINK_HELLO_SYNC) | TO(LINK_BACKOFF) |
                                                 TO(LINK_CLOSING) | TO(LINK_STOPPED)},
    [REEVE_LINK_HELLO_SYNC] = {"HELLO_SYNC", TO(LINK_HELLO_SENT) | TO(LINK_BACKOFF) |
                                                 TO(LINK_CLOSING) | TO(LINK_STOPPED)},
    [REEVE_LINK_HELLO_SENT] = {"HELLO_SENT", TO(LINK_WELCOME_SYNC) | TO(LINK_BACKOFF) |
                                                 TO(LINK_CLOSING) | TO(LINK_STOPPED)},
    [REEVE_LINK_WELCOME_SYNC] = {"WELCOME_SYNC", TO(LINK_RESUMING) | TO(LINK_BACKOFF) |
                                                     TO(LINK_CLOSING) | TO(LINK_STOPPED)},
    [REEVE_LINK_RESUMING] = {"RESUMING", TO(LINK_LIVE) | TO(LINK_BACKOFF) | TO(LINK_CLOSING) |
                                             TO(LINK_STOPPED)},
    [REEVE_LINK_LIVE] = {"LIVE", TO(LINK_BACKOFF) | TO(LINK_CLOSING) | TO(LINK_STOPPED) |
                                     /* the next link takes over, as far as it is */
                                     TO(LINK_CONNECTING) | TO(LINK_HELLO_SYNC) |
                                     TO(LINK_HELLO_SENT)},
    [REEVE_LINK_CLOSING] = {"CLOSING", TO(LINK_BACKOFF) | TO(LINK_STOPPED)},
    [REEVE_LINK_STOPPED] = {"STOPPED", 0},
};

static const struct state_row next_rows[REEVE_NEXT_STATES] = {
    [REEVE_NEXT_NONE] = {"NONE", TO(NEXT_WAITING)},
    [REEVE_NEXT_WAITING] = {"WAITING", TO(NEXT_CONNECTING) | TO(NEXT_NONE)},
    [REEVE_NEXT_CONNECTING] = {"CONNECTING", TO(NEXT_HELLO_SYNC) | TO(NEXT_NONE)},
    [REEVE_NEXT_HELLO_SYNC] = {"HELLO_SYNC", TO(NEXT_HELLO_SENT) | TO(NEXT_NONE)},
    [REEVE_NEXT_HELLO_SENT] = {"HELLO_SENT", TO(NEXT_WELCOMED) | TO(NEXT_NONE)},
    [REEVE_NEXT_WELCOMED] = {"WELCOMED", TO(NEXT_NONE)},
};

static const struct state_row job_rows[REEVE_JOB_STATES] = {
    [REEVE_JOB_NEW] = {"NEW", TO(JOB_QUEUED) | TO(JOB_GONE)},
    [REEVE_JOB_QUEUED] = {"QUEUED",
                          TO(JOB_INTENT_SYNC) | TO(JOB_RUNNING) | TO(JOB_ENDING) | TO(JOB_GONE)},
    [REEVE_JOB_INTENT_SYNC] = {"INTENT_SYNC", TO(JOB_RUNNING) | TO(JOB_ENDING)},
    [REEVE_JOB_RUNNING] = {"RUNNING", TO(JOB_DELIVERING) | TO(JOB_ENDING)},
    [REEVE_JOB_DELIVERING] = {"DELIVERING", TO(JOB_ENDING)},
    [REEVE_JOB_ENDING] = {"ENDING", TO(JOB_ABANDONED) | TO(JOB_GONE)},
    [REEVE_JOB_ABANDONED] = {"ABANDONED", TO(JOB_GONE)},
    [REEVE_JOB_GONE] = {"GONE", 0},
};

const char *reeve_engine_link_state_name(enum reeve_engine_link_state state)
{
    return state < REEVE_LINK_STATES ? link_rows[state].name : "INVALID";
}

const char *reeve_engine_next_state_name(enum reeve_engine_next_state state)
{
    return state < REEVE_NEXT_STATES ? next_rows[state].name : "INVALID";
}

const char *reeve_engine_job_state_name(enum reeve_engine_job_state state)
{
    return state < REEVE_JOB_STATES ? job_rows[state].name : "INVALID";
}

bool reeve_engine_link_state_allows(enum reeve_engine_link_state from,
                                    enum reeve_engine_link_state to)
{
    return from < REEVE_LINK_STATES && to < REEVE_LINK_STATES &&
           (link_rows[from].successors & (1u << to)) != 0;
}

bool reeve_engine_next_state_allows(enum reeve_engine_next_state from,
                                    enum reeve_engine_next_state to)
{
    return from < REEVE_NEXT_STATES && to < REEVE_NEXT_STATES &&
           (next_rows[from].successors & (1u << to)) != 0;
}

bool reeve_engine_job_state_allows(enum reeve_engine_job_state from, enum reeve_engine_job_state to)
{
    return from < REEVE_JOB_STATES && to < REEVE_JOB_STATES &&
           (job_rows[from].successors & (1u << to)) != 0;
}
