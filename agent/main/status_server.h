/* SPDX-License-Identifier: Apache-2.0 */
/* Answers `reeve-agent status` on a Unix socket: whoever connects is sent one document and the
 * connection is closed. Nothing is read from clients. One thread serves one client after the other,
 * each at most for a second, so a slow one never holds up the loop and many are bounded by the
 * kernel's backlog (P7). The only listening socket of the worker, and not an IP one (P1). */
#ifndef REEVE_AGENT_MAIN_STATUS_SERVER_H
#define REEVE_AGENT_MAIN_STATUS_SERVER_H

#include "agent/base/buffer.h"
#include "agent/io/loop/loop.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_STATUS_DOCUMENT_MAX ((size_t)64 * 1024)

struct reeve_status_server;

struct reeve_status_server_options {
    const char *path; /* of the socket; mode 0600 */
    struct reeve_loop *loop;
    /* The loop's thread: appends the document. */
    enum reeve_status (*write)(void *ctx, struct reeve_buffer *out);
    void *ctx;
};

/* Binds and starts the thread. A socket that nobody answers on is replaced. LOCKED: somebody does.
 * TOO_LARGE: the path. PERMISSION, NOT_FOUND (its directory), IO, NO_MEMORY, LIMIT (no thread). */
enum reeve_status reeve_status_server_new(const struct reeve_status_server_options *options,
                                          struct reeve_status_server **out) REEVE_MUST_CHECK;
/* Ends the thread and removes the socket; nothing is posted any more. NULL is fine. */
void reeve_status_server_stop(struct reeve_status_server *s);
/* After the loop has run its last task. Stops, too. NULL is fine. */
void reeve_status_server_free(struct reeve_status_server *s);

/* A client's side: appends the document. NOT_FOUND: no socket. UNAVAILABLE: nobody answers.
 * PERMISSION, TIMEOUT (3 s), TOO_LARGE, IO, NO_MEMORY. */
enum reeve_status reeve_status_ask(const char *path, struct reeve_buffer *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
