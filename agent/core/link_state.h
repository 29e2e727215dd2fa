/* SPDX-License-Identifier: Apache-2.0 */
/* The link, the one that is to take over from it, and those that were let go. Part of
 * engine_state.h. */
#ifndef REEVE_AGENT_CORE_LINK_STATE_H
#define REEVE_AGENT_CORE_LINK_STATE_H

#include "agent/base/buffer.h"
#include "agent/codec/session_code.h"
#include "agent/core/backoff.h"
#include "agent/core/engine.h"
#include "agent/core/states.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_engine;

struct reeve_engine_link {
    enum reeve_engine_link_state state;
    uint32_t number;
    bool connect_pending;
    bool close_pending;
    bool writable;
    uint32_t close_code;
    enum reeve_status close_status;
    uint64_t connect_at_ms;
    uint64_t connect_by_ms;  /* Welcome until then */
    uint64_t retry_after_ms; /* from Retry, for the next pause; 0: backoff decides */
    uint64_t not_before_ms;  /* as the last Retry asked */
    bool refused;
    bool reconnect_now; /* the gateway asked to connect anew */
    struct reeve_engine_backoff backoff;
    uint64_t connects;
    uint64_t hello_lsn;
    uint64_t epoch_lsn;
    enum reeve_status last_end;
    uint32_t last_code;
};

/* The link that is to take over (takeover.c). It has no session: only what leads to one. */
struct reeve_engine_next {
    enum reeve_engine_next_state state;
    uint32_t number;
    bool wanted;        /* the identity is newer than the link's */
    bool again;         /* and newer than the next link's, too */
    bool leaving;       /* the link's peer goes away */
    bool leaving_again; /* and the next link's, too */
    bool draining;      /* the gateway wants the session gone */
    bool connect_pending;
    bool writable;
    bool hello_due;
    uint64_t at_ms; /* WAITING until then */
    uint64_t by_ms; /* its state ends by then */
    uint64_t hello_lsn;
    uint64_t hello_sent_ms;
    uint64_t heard_ms;
    struct reeve_engine_backoff backoff;
    struct reeve_buffer held; /* messages from Welcome on */
};

/* A link that is no session's any more and has to be closed. */
struct reeve_engine_farewell {
    uint32_t number;
    uint32_t code;
    enum reeve_status status;
};
#define REEVE_ENGINE_FAREWELLS 4u /* in one event: at most the serving link and the next one */

/* ---- link.c ---- */
void reeve_engine_link_move(struct reeve_engine *e, enum reeve_engine_link_state to);
void reeve_engine_link_plan(struct reeve_engine *e);
void reeve_engine_link_connect(struct reeve_engine *e);
void reeve_engine_link_close(struct reeve_engine *e, enum reeve_session_code code,
                             enum reeve_status status);
void reeve_engine_link_up(struct reeve_engine *e, const struct reeve_engine_event *event);
void reeve_engine_link_sent(struct reeve_engine *e, const struct reeve_engine_event *event);
void reeve_engine_link_down(struct reeve_engine *e, const struct reeve_engine_event *event);
bool reeve_engine_link_is_up(const struct reeve_engine *e); /* LIVE or RESUMING */
bool reeve_engine_is_refusal(enum reeve_status status);
/* CLOSE for a link that this engine has let go of. */
void reeve_engine_farewell(struct reeve_engine *e, uint32_t number, enum reeve_session_code code,
                           enum reeve_status status);
void reeve_engine_farewell_take_back(struct reeve_engine *e, uint32_t number);

/* ---- takeover.c ---- */
void reeve_engine_takeover_init(struct reeve_engine *e);
void reeve_engine_takeover_clear(struct reeve_engine *e);
/* The gateway sent Drain. */
void reeve_engine_takeover_drain(struct reeve_engine *e);
void reeve_engine_takeover_leaving(struct reeve_engine *e, const struct reeve_engine_event *event);
void reeve_engine_renew(struct reeve_engine *e, const struct reeve_engine_event *event);
void reeve_engine_takeover_abandon(struct reeve_engine *e);
/* The serving link ends: true when the next one is in its place now. */
bool reeve_engine_takeover_promote(struct reeve_engine *e, bool superseded);
bool reeve_engine_takeover_is(const struct reeve_engine *e, uint32_t link);
void reeve_engine_takeover_up(struct reeve_engine *e);
void reeve_engine_takeover_synced(struct reeve_engine *e);
void reeve_engine_takeover_sent(struct reeve_engine *e);
void reeve_engine_takeover_down(struct reeve_engine *e, enum reeve_status status);
void reeve_engine_takeover_message(struct reeve_engine *e, struct reeve_bytes message);
void reeve_engine_takeover_step(struct reeve_engine *e);
uint64_t reeve_engine_takeover_next_ms(const struct reeve_engine *e);
/* No record behind it may be sent now. */
uint64_t reeve_engine_takeover_last_record(const struct reeve_engine *e);
bool reeve_engine_takeover_hello_due(const struct reeve_engine *e);
void reeve_engine_takeover_hello_left(struct reeve_engine *e);
void reeve_engine_takeover_hello_failed(struct reeve_engine *e, enum reeve_status status);

#ifdef __cplusplus
}
#endif
#endif
