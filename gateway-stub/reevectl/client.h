/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway's control API as a blocking call: one connection, one call at a time, all on the
 * caller's thread. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_CLIENT_H
#define REEVE_GATEWAY_STUB_REEVECTL_CLIENT_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"
#include "proto/runtime/message.h"
#include "reeve/v1/control.reeve.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_client;

/* Borrowed for the call that takes it. */
struct reeve_client_options {
    const char *address;     /* "host:port" */
    const char *server_name; /* NULL: the host of `address` */
    struct reeve_bytes ca_pem;
    struct reeve_bytes chain_pem;
    struct reeve_bytes key_pem;
    uint64_t timeout_ms; /* of one call; 0: 30,000. Streams have none. */
};

/* How a call ended, when not well. */
struct reeve_client_failure {
    int code;       /* gRPC status */
    char text[512]; /* gRPC's or the gateway's words, printable */
    /* The gateway's ErrorDetail, in the arena of the call; NULL when there is none. */
    const struct reeve_v1_error_detail *detail;
};

/* NO_MEMORY, INVALID. Connects with the first call. */
enum reeve_status reeve_client_new(const struct reeve_client_options *options,
                                   struct reeve_client **out) REEVE_MUST_CHECK;
void reeve_client_free(struct reeve_client *client); /* NULL is fine */

/* One method of ControlService with its message tables. */
struct reeve_client_method {
    const char *path; /* "/reeve.v1.ControlService/SubmitPlan" */
    const struct reeve_message *request;
    const struct reeve_message *response;
};

/* A unary call: *response is in the arena. What is not OK has `failure` filled in: UNAVAILABLE,
 * UNAUTHENTICATED, TIMEOUT and others as reeve_rpc_status_of(), MALFORMED for an answer that does
 * not decode. */
enum reeve_status reeve_client_call(struct reeve_client *client,
                                    const struct reeve_client_method *method, const void *request,
                                    struct reeve_arena *arena, void **response,
                                    struct reeve_client_failure *failure) REEVE_MUST_CHECK;

/* A server-streaming call. `on_message` gets each message, decoded into an arena that is reset
 * afterwards; false ends the call early (OK). */
enum reeve_status reeve_client_stream(struct reeve_client *client,
                                      const struct reeve_client_method *method, const void *request,
                                      bool (*on_message)(void *ctx, const void *message), void *ctx,
                                      struct reeve_arena *arena,
                                      struct reeve_client_failure *failure) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
