/* SPDX-License-Identifier: Apache-2.0 */
/* How a system is reached right now: the peer of its requests, and of those for its access tokens,
 * with the client certificate and key as their files hold them. A certificate that is replaced
 * makes a new route: requests that are under way keep theirs, new ones take the new one and new
 * connections. Internal to this folder. */
#ifndef REEVE_AGENT_BINDINGS_HTTP_ROUTE_H
#define REEVE_AGENT_BINDINGS_HTTP_ROUTE_H

#include "agent/bindings/http/http_binding.h"
#include "creds/identity/pair.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_http_routes;

/* One way, shared by requests; see reeve_http_route_release(). */
struct reeve_http_route {
    struct reeve_http_peer peer;
    /* The token endpoint's: proxy and client certificate are the system's, the Unix socket is not,
     * and the protocol is what the endpoint speaks. */
    struct reeve_http_peer token_peer;
    struct reeve_identity_pair pair;
    unsigned references; /* atomic */
};

/* `system` is borrowed. NO_MEMORY. */
enum reeve_status reeve_http_routes_new(const struct reeve_http_system *system,
                                        struct reeve_secret_registry *secrets,
                                        struct reeve_http_routes **out) REEVE_MUST_CHECK;
void reeve_http_routes_free(struct reeve_http_routes *routes); /* NULL is fine */

/* Pool threads. The caller releases *out once its request is done. Looks at the files once a second
 * at most; the key's is refused unless it is private (creds/identity/file.h).
 * CREDENTIAL_UNAVAILABLE with a problem, NO_MEMORY. */
enum reeve_status reeve_http_route_take(struct reeve_http_routes *routes,
                                        struct reeve_http_route **out,
                                        struct reeve_secret_problem *problem) REEVE_MUST_CHECK;
void reeve_http_route_release(struct reeve_http_route *route); /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
