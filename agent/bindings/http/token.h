/* SPDX-License-Identifier: Apache-2.0 */
/* Access tokens by OAuth 2.0 client credentials (RFC 6749, section 4.4): one token for all requests
 * to a system, asked for by one request at a time, renewed before it expires. Internal to this
 * folder.
 *
 * Nobody blocks: who finds no token leaves a waiter and is told. All functions: any thread but the
 * HTTP one. */
#ifndef REEVE_AGENT_BINDINGS_HTTP_TOKEN_H
#define REEVE_AGENT_BINDINGS_HTTP_TOKEN_H

#include "agent/bindings/http/http_binding.h"
#include "agent/bindings/http/route.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_http_token;

/* The waiter's from _get (WAITING) until `ready` is called, on a pool thread, exactly once unless
 * _leave takes it back. */
struct reeve_http_token_waiter {
    struct reeve_list_node node;
    void (*ready)(struct reeve_http_token_waiter *waiter);
    enum reeve_status status; /* OK: ask again; else there is no token: the log says why */
    bool left;                /* for good: _get lets it wait no more; under the token's lock */
};

/* All is borrowed. NO_MEMORY. */
enum reeve_status reeve_http_token_new(const struct reeve_http_system *system,
                                       struct reeve_http_loop *loop, struct reeve_pool *pool,
                                       struct reeve_secret_registry *secrets,
                                       struct reeve_http_routes *routes,
                                       struct reeve_http_token **out) REEVE_MUST_CHECK;
/* Nobody waits any more. Waits for a request of its own that is under way. NULL is fine. */
void reeve_http_token_free(struct reeve_http_token *token);

/* OK: `out` holds the token, *version says which. STATE: none yet; the waiter is told when there
 * is. `woken`: the waiter was told before, so that a token which is about to expire is as good as
 * it gets. CANCELLED: the waiter would have to wait, and has left already. CREDENTIAL_UNAVAILABLE:
 * refused a moment ago. NO_MEMORY. */
enum reeve_status reeve_http_token_get(struct reeve_http_token *token, bool woken,
                                       struct reeve_http_token_waiter *waiter,
                                       struct reeve_secret *out,
                                       uint64_t *version) REEVE_MUST_CHECK;
/* Takes the waiter back: false when it does not wait yet, or `ready` is on its way or was called.
 */
bool reeve_http_token_leave(struct reeve_http_token *token, struct reeve_http_token_waiter *waiter);
/* The system refused this version: it is used no more. A newer one stays. */
void reeve_http_token_refused(struct reeve_http_token *token, uint64_t version);

#ifdef __cplusplus
}
#endif
#endif
