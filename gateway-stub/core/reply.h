/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to calls. */
#ifndef REEVE_GATEWAY_STUB_CORE_REPLY_H
#define REEVE_GATEWAY_STUB_CORE_REPLY_H

#include "gateway-stub/core/state.h"
#include "proto/runtime/message.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a refusal says: a stable word, our words, what to do next. */
struct reeve_refusal {
    enum reeve_status status; /* gives the gRPC code */
    const char *code;
    const char *message;
    const char *hint;
    const struct reeve_problems *problems; /* NULL: none */
};

/* Ends a unary call well. */
void reeve_reply(struct reeve_gateway *g, struct reeve_call *call, const struct reeve_message *type,
                 const void *message);
/* Ends a call with an error. */
void reeve_refuse(struct reeve_gateway *g, struct reeve_call *call,
                  const struct reeve_refusal *refusal);
/* The same for what the store said. `what`: "plan", "job" … */
void reeve_refuse_store(struct reeve_gateway *g, struct reeve_call *call, enum reeve_status status,
                        const char *what);
/* The same when memory is short. */
void reeve_refuse_memory(struct reeve_gateway *g, struct reeve_call *call);

#ifdef __cplusplus
}
#endif
#endif
