/* SPDX-License-Identifier: Apache-2.0 */
/* One call: two directions of opaque messages and one end. The same object on the client's and on
 * the server's side; a unary call is one message each way, a streaming one any number.
 *
 *   client                                   server
 *   reeve_rpc_call_start(channel, …)         on_call(call) → reeve_rpc_call_accept(call, …)
 *   on_open                                  on_open
 *   send, receive, half_close                send, receive, finish
 *   on_message, on_sent, on_half_closed …    the same
 *   on_closed                                on_closed
 *   reeve_rpc_call_release                   reeve_rpc_call_release
 *
 * All functions: the loop's thread. All callbacks: the loop's thread, from poll, never from within
 * one of the functions here; each function may be called from within each callback. on_closed comes
 * exactly once and is the last callback. */
#ifndef REEVE_AGENT_IO_RPC_CALL_H
#define REEVE_AGENT_IO_RPC_CALL_H

#include <stdint.h>

#include "agent/base/buffer.h"
#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_rpc_call;
struct reeve_rpc_channel;

/* Codes of gRPC's status, as on the wire. */
#define REEVE_RPC_OK 0
#define REEVE_RPC_CANCELLED 1
#define REEVE_RPC_UNKNOWN 2
#define REEVE_RPC_INVALID_ARGUMENT 3
#define REEVE_RPC_DEADLINE_EXCEEDED 4
#define REEVE_RPC_NOT_FOUND 5
#define REEVE_RPC_ALREADY_EXISTS 6
#define REEVE_RPC_PERMISSION_DENIED 7
#define REEVE_RPC_RESOURCE_EXHAUSTED 8
#define REEVE_RPC_FAILED_PRECONDITION 9
#define REEVE_RPC_ABORTED 10
#define REEVE_RPC_OUT_OF_RANGE 11
#define REEVE_RPC_UNIMPLEMENTED 12
#define REEVE_RPC_INTERNAL 13
#define REEVE_RPC_UNAVAILABLE 14
#define REEVE_RPC_DATA_LOSS 15
#define REEVE_RPC_UNAUTHENTICATED 16

/* Longest text and longest "reeve-error-bin" that finish() takes, in bytes. */
#define REEVE_RPC_DETAILS_MAX 1024u
#define REEVE_RPC_ERROR_MAX 4096u

/* What this side would not take of an answer, where the status looks like the peer's own. Told by
 * gRPC's words, which a peer may use, too: nothing may follow from it but more doubt. */
enum reeve_rpc_refusal {
    REEVE_RPC_REFUSED_NOTHING,
    REEVE_RPC_REFUSED_TOO_LARGE,  /* RESOURCE_EXHAUSTED */
    REEVE_RPC_REFUSED_COMPRESSED, /* UNIMPLEMENTED or INTERNAL */
};

/* How a call ended. Views are valid during on_closed. */
struct reeve_rpc_end {
    int code;                 /* gRPC status code; on a server: what was finished with, or CANCELLED
                                 when the client went away or the call was cancelled */
    enum reeve_status status; /* the same, for branching: see reeve_rpc_status_of() */
    struct reeve_bytes text; /* the peer's or gRPC's words; outside bytes: escape before printing */
    struct reeve_bytes error; /* trailing metadata "reeve-error-bin": an encoded
                                 reeve.v1.ErrorDetail (control.proto), or empty */
    enum reeve_rpc_refusal refusal;
};

/* Any member but on_closed may be NULL. Once a call is known to have ended, only the messages that
 * came before its end and on_closed are told. */
struct reeve_rpc_call_events {
    /* The connection stands and the call's headers are on it: the peer's identity is known. A
     * server may still refuse the call. */
    void (*on_open)(void *ctx, struct reeve_rpc_call *call);
    /* Follows one receive(). The view is valid during the callback. */
    void (*on_message)(void *ctx, struct reeve_rpc_call *call, struct reeve_bytes message);
    /* The message is on its way within the peer's flow-control window; the next may be sent. An
     * answer to it may come first. */
    void (*on_sent)(void *ctx, struct reeve_rpc_call *call);
    /* Server: follows one receive() in place of on_message: the client sends no more messages. A
     * client that goes away may look like this too; on_closed tells. */
    void (*on_half_closed)(void *ctx, struct reeve_rpc_call *call);
    void (*on_closed)(void *ctx, struct reeve_rpc_call *call, const struct reeve_rpc_end *end);
};

/* Who is at the other end. Views are valid until the call is released. */
struct reeve_rpc_peer {
    struct reeve_bytes spiffe_id;       /* empty: the certificate has none, or not exactly one */
    struct reeve_bytes certificate_pem; /* leaf; empty before on_open of a client's call */
    struct reeve_bytes address;         /* "ipv4:10.0.0.1:4711" */
};

/* One piece of a call's metadata. */
struct reeve_rpc_metadata {
    const char *name;         /* lower case; a name that ends in "-bin" may have any bytes */
    struct reeve_bytes value; /* copied, and the copy wiped when the call is gone */
};

/* Whether gRPC takes these as metadata: names of [a-z0-9-_.], values of printable ASCII. */
bool reeve_rpc_metadata_is_legal(const struct reeve_rpc_metadata *metadata);

/* All zero is an ordinary call. Borrowed for the call that takes it. */
struct reeve_rpc_call_options {
    uint64_t timeout_ms; /* as in reeve_rpc_call_start() */
    const struct reeve_rpc_metadata *metadata;
    size_t metadata_count;
};

/* Starts a call. Client. `method` is "/package.Service/Method"; `events` and `ctx` are borrowed
 * until on_closed or release. `timeout_ms` 0: none; else the call ends with DEADLINE_EXCEEDED then.
 * Fails fast: when the channel cannot connect, on_closed brings UNAVAILABLE and the reason's text.
 * The caller owns *out. INVALID: not a method path. NO_MEMORY. */
enum reeve_status reeve_rpc_call_start(struct reeve_rpc_channel *channel, const char *method,
                                       uint64_t timeout_ms,
                                       const struct reeve_rpc_call_events *events, void *ctx,
                                       struct reeve_rpc_call **out) REEVE_MUST_CHECK;

/* The same with metadata. INVALID also: a name or value that is not legal, or more than
 * REEVE_RPC_METADATA_MAX of them. */
#define REEVE_RPC_METADATA_MAX 128u
enum reeve_status reeve_rpc_call_start_with(struct reeve_rpc_channel *channel, const char *method,
                                            const struct reeve_rpc_call_options *options,
                                            const struct reeve_rpc_call_events *events, void *ctx,
                                            struct reeve_rpc_call **out) REEVE_MUST_CHECK;

/* Takes over a call that a method's on_call handed in. Server, once, within on_call. The client
 * gets its headers now. STATE: accepted before. */
enum reeve_status reeve_rpc_call_accept(struct reeve_rpc_call *call,
                                        const struct reeve_rpc_call_events *events,
                                        void *ctx) REEVE_MUST_CHECK;

/* Sends the content of `message`, which is moved out (empty afterwards) on OK and untouched
 * otherwise. No copy; the buffer's allocator must be thread-safe. One at a time: on_sent follows,
 * unless on_closed does.
 *   STATE: one is in flight, or the sending side is closed. CLOSED: the call has ended.
 *   NO_MEMORY. */
enum reeve_status reeve_rpc_call_send(struct reeve_rpc_call *call,
                                      struct reeve_buffer *message) REEVE_MUST_CHECK;

/* Client: the same, and nothing follows it: message and half-close leave together. */
enum reeve_status reeve_rpc_call_send_last(struct reeve_rpc_call *call,
                                           struct reeve_buffer *message) REEVE_MUST_CHECK;

/* Asks for one message: on_message or on_half_closed follows, unless on_closed does. Who does not
 * ask is not sent more than the flow-control window: that is the back-pressure. Note that a call's
 * status, too, waits behind messages that nobody asked for.
 *   STATE: asked already. CLOSED: ended, or the peer's side is half-closed. */
enum reeve_status reeve_rpc_call_receive(struct reeve_rpc_call *call) REEVE_MUST_CHECK;

/* Client: no more messages follow the one in flight. STATE: done before, or a server's call.
 * CLOSED. */
enum reeve_status reeve_rpc_call_half_close(struct reeve_rpc_call *call) REEVE_MUST_CHECK;

/* Server: ends the call with a status, behind the message in flight. `text` (UTF-8) and `error` (an
 * encoded reeve.v1.ErrorDetail, may be empty) are copied. on_closed follows when the client has
 * been told or went away. STATE: finished before, or a client's call. TOO_LARGE: over
 * REEVE_RPC_DETAILS_MAX or REEVE_RPC_ERROR_MAX; nothing was sent. CLOSED: the client went away. */
enum reeve_status reeve_rpc_call_finish(struct reeve_rpc_call *call, int code, const char *text,
                                        struct reeve_bytes error) REEVE_MUST_CHECK;

/* Ends the call at once: on_closed follows with CANCELLED. After the end it does nothing. */
void reeve_rpc_call_cancel(struct reeve_rpc_call *call);

/* Gives the call up: cancels it when it has not ended; no callback follows. NULL is fine. */
void reeve_rpc_call_release(struct reeve_rpc_call *call);

void reeve_rpc_call_peer(const struct reeve_rpc_call *call, struct reeve_rpc_peer *out);
/* Until the deadline that the client set; REEVE_NEVER_MS without one. Server. */
uint64_t reeve_rpc_call_time_left_ms(const struct reeve_rpc_call *call);

/* The class of a gRPC code: CANCELLED, TIMEOUT, UNAUTHENTICATED (also PERMISSION_DENIED), LIMIT,
 * INVALID, NOT_FOUND, EXISTS, STATE, UNSUPPORTED; everything that may pass by itself is
 * UNAVAILABLE. */
enum reeve_status reeve_rpc_status_of(int code);
/* "UNAVAILABLE"; "UNKNOWN" for a number out of range. Static. */
const char *reeve_rpc_code_name(int code);

#ifdef __cplusplus
}
#endif
#endif
