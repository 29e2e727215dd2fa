/* SPDX-License-Identifier: Apache-2.0 */
/* Control calls: from the request to the reply. A call waits for the store by handle and serial. */
#ifndef REEVE_GATEWAY_STUB_CORE_CALL_H
#define REEVE_GATEWAY_STUB_CORE_CALL_H

#include "gateway-stub/core/state.h"
#include "proto/runtime/message.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Events. */
void reeve_call_opened(struct reeve_gateway *g, const struct reeve_gateway_event *event);
void reeve_call_sent(struct reeve_gateway *g, uint64_t handle);
void reeve_call_cancelled(struct reeve_gateway *g, uint64_t handle);
/* The call that a request was for; NULL when it is gone. */
struct reeve_call *reeve_call_of(struct reeve_gateway *g,
                                 const struct reeve_store_request *request);
/* Makes the call's next action; false: there is none now. A REPLY frees the call. */
bool reeve_call_action(struct reeve_gateway *g, struct reeve_call *call,
                       struct reeve_gateway_action *action);
void reeve_call_free(struct reeve_gateway *g, struct reeve_call *call);
/* Puts a message of a stream behind those that wait. LIMIT, NO_MEMORY. */
enum reeve_status reeve_call_stream(struct reeve_gateway *g, struct reeve_call *call,
                                    const struct reeve_message *type,
                                    const void *message) REEVE_MUST_CHECK;
void reeve_call_touch(struct reeve_gateway *g, struct reeve_call *call);

/* Carries a request out whose role is checked: one function per method (control.c). */
void reeve_control_start(struct reeve_gateway *g, struct reeve_call *call,
                         struct reeve_bytes request);
/* The store's answer to a request that a call made. */
void reeve_control_continue(struct reeve_gateway *g, struct reeve_store_request *request);
/* A stream may go on: the last message went out, or something changed. */
void reeve_control_stream(struct reeve_gateway *g, struct reeve_call *call);

#ifdef __cplusplus
}
#endif
#endif
