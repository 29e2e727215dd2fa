/* SPDX-License-Identifier: Apache-2.0 */
/* What leaves the core: frames to sessions, requests to the store, notes. Nothing here fails:
 * frames are flags and lists until a message is put together. */
#ifndef REEVE_GATEWAY_STUB_CORE_OUT_H
#define REEVE_GATEWAY_STUB_CORE_OUT_H

#include "gateway-stub/core/state.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A request to be filled; NULL: no memory. */
struct reeve_store_request *reeve_out_request(struct reeve_gateway *g, enum reeve_store_kind kind);
/* Hands a filled request over. */
void reeve_out_store(struct reeve_gateway *g, struct reeve_store_request *request);
/* The oldest note is dropped when there are too many. */
void reeve_out_note(struct reeve_gateway *g, enum reeve_status status, const char *text);

/* No memory for this session or call: its end needs none. */
void reeve_out_turn_away(struct reeve_gateway *g, uint64_t handle, bool call);

/* The session has something to send or to do. */
void reeve_out_touch(struct reeve_gateway *g, struct reeve_session *session);
/* Cancels a job that a worker may have; one that did not leave the gateway goes back and ends. */
void reeve_out_cancel(struct reeve_gateway *g, struct reeve_job *job);
/* Makes the session's next action. False: there is none now. */
bool reeve_out_session_action(struct reeve_gateway *g, struct reeve_session *session,
                              struct reeve_gateway_action *action);

#ifdef __cplusplus
}
#endif
#endif
