/* SPDX-License-Identifier: Apache-2.0 */
/* A client's side: where to dial, and as whom. A channel connects when its first call starts, and
 * never shares a connection with another channel: a new identity means a new channel beside the old
 * one. When to dial again after a failure is the caller's decision, which it takes by making a new
 * channel; an old one would answer from its memory for a moment. */
#ifndef REEVE_AGENT_IO_RPC_CHANNEL_H
#define REEVE_AGENT_IO_RPC_CHANNEL_H

#include "agent/io/rpc/loop.h"
#include "agent/io/rpc/tls.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_rpc_channel;

/* Zero means the default in brackets. Borrowed for the call that takes it. */
struct reeve_rpc_channel_options {
    const char *target;      /* "host:port"; resolved by c-ares */
    const char *unix_socket; /* path of a Unix socket to connect to in place of target */
    bool plaintext;          /* no TLS; tls is not looked at. For Unix sockets and loopback */
    const char *server_name; /* to expect in the certificate [the host of target] */
    struct reeve_rpc_tls tls;
    uint64_t connect_timeout_ms;   /* [10,000] */
    uint64_t keepalive_ms;         /* PING when nothing was heard for this long [20,000] */
    uint64_t keepalive_timeout_ms; /* and the connection is dead after this [10,000] */
    size_t max_message_bytes;      /* one received or sent message [4 MiB] */
    size_t max_send_bytes;         /* one sent message, where that differs [max_message_bytes] */
    size_t max_metadata_bytes;     /* [16 KiB] */
    size_t window_bytes;           /* flow-control window of a call [1 MiB] */
    uint64_t max_backoff_ms;       /* longest pause before it connects again by itself, from 100 ms
                                      on [120,000, from 1 s on] */
    const char *proxy;        /* "http://host:port": connect through it by CONNECT [no proxy] */
    const char *proxy_header; /* "Proxy-Authorization: …" for it [none] */
};

/* Any thread. Nothing is dialled yet. The caller owns *out. INVALID: no target, no CA,
 * or a chain without a key. TOO_LARGE: the target is too long. NO_MEMORY. */
enum reeve_status reeve_rpc_channel_new(struct reeve_rpc_loop *loop,
                                        const struct reeve_rpc_channel_options *options,
                                        struct reeve_rpc_channel **out) REEVE_MUST_CHECK;
/* `on_leaving` comes once, when the peer takes no more calls on the connection that stands, while
 * those on it go on (HTTP/2's GOAWAY): a proxy or server that is about to restart. Core has no
 * event for that; what shows is that the channel is not READY any more, and that no call's end
 * follows. It may come beside a call's end, too: who has heard of that pays no attention. Once for
 * each channel, from a call's on_open on. The loop's thread, also for the callback; none comes from
 * within this function, after _release or after the loop's end. */
void reeve_rpc_channel_watch(struct reeve_rpc_channel *channel, void (*on_leaving)(void *ctx),
                             void *ctx);
/* Any thread, also after the loop is gone; one that is watched, only the loop's thread. Calls that
 * are still on it go on until they end. NULL is fine. */
void reeve_rpc_channel_release(struct reeve_rpc_channel *channel);

#ifdef __cplusplus
}
#endif
#endif
