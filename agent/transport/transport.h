/* SPDX-License-Identifier: Apache-2.0 */
/* The link, as its driver sees it: opaque messages over one connection, and one end. A transport
 * knows nothing of jobs. One object is one connection: dialling again is a new object.
 *
 *   start → opened → {send → sent}* {ready_to_receive → message}* [leaving] → closed → free
 *
 * All functions and all events: the loop's thread. Events are always asynchronous: none comes from
 * within a function here; every function may be called from within every event. `closed` comes
 * exactly once after a start, with a reason, and is the last event. After free no event comes.
 *
 * Queues: one message in flight towards the peer, one received message asked for. On a cut both are
 * dropped and the driver is told by `closed`; nothing is kept for a later connection. */
#ifndef REEVE_AGENT_TRANSPORT_TRANSPORT_H
#define REEVE_AGENT_TRANSPORT_TRANSPORT_H

#include "agent/base/buffer.h"
#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_transport;

/* Why a connection ended. `text` is valid during `closed`; it is local text (may name endpoints)
 * and partly the peer's bytes: the log escapes it. */
struct reeve_transport_end {
    enum reeve_status status; /* OK: ended in order, by either side. UNAVAILABLE: could not connect,
                                 or the connection broke. UNAUTHENTICATED: the identity was refused.
                                 LIMIT: a message over the limit. What this side passed to close(),
                                 if that was not OK. Others as the peer said. */
    int code;                 /* the gRPC code behind it */
    struct reeve_bytes text;
};

struct reeve_transport_events {
    void (*opened)(void *ctx);
    /* The view is valid during the event. */
    void (*message)(void *ctx, struct reeve_bytes message);
    /* The message in flight has left: the next may be sent. An answer to it may come first. */
    void (*sent)(void *ctx);
    void (*closed)(void *ctx, const struct reeve_transport_end *end);
    /* The peer, or a proxy on the way, goes away soon: what is open goes on for a while, and a new
     * connection would be made elsewhere. At most once, between opened and closed, and only to a
     * worker. May be NULL. */
    void (*leaving)(void *ctx);
};

/* Who is at the other end, once opened. Views are valid until free. */
struct reeve_transport_peer {
    struct reeve_bytes identity;        /* SPIFFE ID; empty without one */
    struct reeve_bytes certificate_pem; /* empty where the transport has no TLS */
    struct reeve_bytes address;
};

struct reeve_transport_ops {
    enum reeve_status (*start)(struct reeve_transport *t,
                               const struct reeve_transport_events *events, void *ctx);
    enum reeve_status (*send)(struct reeve_transport *t, struct reeve_buffer *message);
    void (*ready_to_receive)(struct reeve_transport *t);
    void (*close)(struct reeve_transport *t, enum reeve_status status, const char *text);
    void (*peer)(const struct reeve_transport *t, struct reeve_transport_peer *out);
    void (*free)(struct reeve_transport *t);
};

/* The first member of every implementation. */
struct reeve_transport {
    const struct reeve_transport_ops *ops;
};

/* Connects. `events` and `ctx` are borrowed until free. Failures to connect come as `closed`.
 * STATE: started before. NO_MEMORY. */
enum reeve_status reeve_transport_start(struct reeve_transport *t,
                                        const struct reeve_transport_events *events,
                                        void *ctx) REEVE_MUST_CHECK;
/* Moves `message` out on OK; untouched otherwise. Allowed after `opened`, one at a time.
 * STATE: one is in flight, or not opened. CLOSED: closed or closing. NO_MEMORY. */
enum reeve_status reeve_transport_send(struct reeve_transport *t,
                                       struct reeve_buffer *message) REEVE_MUST_CHECK;
/* Asks for one message; asking again before it came changes nothing. */
void reeve_transport_ready_to_receive(struct reeve_transport *t);
/* Ends the connection; `closed` follows, messages that still come are dropped. OK: behind the
 * message in flight, when the peer has agreed; a peer that does not answer is left with free.
 * Anything else: a gateway tells the peer `status` and `text` (at most 1,024 bytes, more is cut)
 * behind the message in flight; a worker can only go away, at once. `text` may be NULL. A second
 * call, and a call after `closed`, do nothing. */
void reeve_transport_close(struct reeve_transport *t, enum reeve_status status, const char *text);
void reeve_transport_peer_of(const struct reeve_transport *t, struct reeve_transport_peer *out);
/* Cuts what is still open. NULL is fine. */
void reeve_transport_free(struct reeve_transport *t);

#ifdef __cplusplus
}
#endif
#endif
