/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions: from the first byte to the last. */
#ifndef REEVE_GATEWAY_STUB_CORE_SESSION_H
#define REEVE_GATEWAY_STUB_CORE_SESSION_H

#include "gateway-stub/core/state.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How many results of a streaming job may be sent ahead of what is durable. */
#define REEVE_RESULT_WINDOW 256u

struct reeve_session *reeve_session_by_handle(struct reeve_gateway *g, uint64_t handle);
/* The one that a journal has with this epoch; NULL when it is gone. */
struct reeve_session *reeve_session_by_epoch(struct reeve_gateway *g,
                                             const struct reeve_id *journal, uint64_t epoch);

/* Events. */
void reeve_session_opened(struct reeve_gateway *g, uint64_t handle, const struct reeve_peer *peer);
void reeve_session_message(struct reeve_gateway *g, uint64_t handle, struct reeve_bytes message);
void reeve_session_sent(struct reeve_gateway *g, uint64_t handle);
void reeve_session_closed(struct reeve_gateway *g, uint64_t handle);
/* Ends it: a Retry frame when the stream can take one, then the close. */
void reeve_session_close(struct reeve_gateway *g, struct reeve_session *session,
                         enum reeve_session_code code, uint64_t retry_ms);
void reeve_session_free(struct reeve_gateway *g, struct reeve_session *session);

/* Frames, one function each; what is not OK ends the session. */
enum reeve_status reeve_session_hello(struct reeve_gateway *g, struct reeve_session *session,
                                      const struct reeve_hello *hello) REEVE_MUST_CHECK;
enum reeve_status reeve_session_resume(struct reeve_gateway *g, struct reeve_session *session,
                                       const struct reeve_resume *resume) REEVE_MUST_CHECK;
enum reeve_status reeve_session_resume_done(struct reeve_gateway *g, struct reeve_session *session,
                                            const struct reeve_resume_done *done) REEVE_MUST_CHECK;
enum reeve_status reeve_session_heartbeat(struct reeve_gateway *g, struct reeve_session *session,
                                          const struct reeve_heartbeat *heartbeat) REEVE_MUST_CHECK;
/* The worker takes no more: what was not sent goes to others. */
void reeve_session_drain(struct reeve_gateway *g, struct reeve_session *session);
/* The worker gave these back unstarted. `arena` is for the call. NO_MEMORY. */
enum reeve_status reeve_session_recalled(struct reeve_gateway *g, struct reeve_session *session,
                                         const struct reeve_recalled *recalled,
                                         struct reeve_arena *arena) REEVE_MUST_CHECK;

/* The store's answers. */
void reeve_session_welcomed(struct reeve_gateway *g, struct reeve_store_request *request);
void reeve_session_assigned(struct reeve_gateway *g, const struct reeve_store_request *request);
void reeve_session_reserved(struct reeve_gateway *g, const struct reeve_store_request *request);

/* Connects offers with queues, anew; true when a standing changed. */
bool reeve_session_align(struct reeve_gateway *g, struct reeve_session *session);
/* Compares every session's offers with the registry after it grew. */
void reeve_session_realign_all(struct reeve_gateway *g, const struct reeve_tenant *tenant);
/* There may be work for it, or room in it. */
void reeve_session_dirty(struct reeve_gateway *g, struct reeve_session *session);
/* Tells the sessions that serve a queue. */
void reeve_session_wake(struct reeve_gateway *g, struct reeve_queue *queue);
/* Hands out what can be handed out; once at the end of each event. */
void reeve_session_pump(struct reeve_gateway *g);
const char *reeve_session_waiting_for(const struct reeve_gateway *g, const struct reeve_job *job);
/* Timers. */
void reeve_session_due(void *owner, void *context);
void reeve_session_expired(void *owner, void *context);

#ifdef __cplusplus
}
#endif
#endif
