/* SPDX-License-Identifier: Apache-2.0 */
/* Routes: see route.h. A file that cannot be used just now is no reason to drop what is in use: it
 * is read again when it has changed. */
#include "agent/bindings/http/route.h"

#include <pthread.h>

#include "agent/base/log.h"
#include "agent/base/time.h"
#include "creds/identity/file.h"

#define LOOK_EVERY_MS 1000u

struct reeve_http_routes {
    const struct reeve_http_system *system;
    struct reeve_secret_registry *secrets;
    pthread_mutex_t lock; /* guards all below */
    struct reeve_http_route *current;
    struct reeve_identity_stamps stamps; /* what `current` was made of, or what was refused since */
    uint64_t looked_at_ms;
};

void reeve_http_route_release(struct reeve_http_route *route)
{
    if (route == NULL || __atomic_sub_fetch(&route->references, 1, __ATOMIC_ACQ_REL) > 0) {
        return;
    }
    reeve_identity_pair_clear(&route->pair);
    reeve_free(NULL, route, sizeof(*route));
}

static void fill_peers(struct reeve_http_route *route, const struct reeve_http_system *system)
{
    const char *token_ca = system->oauth2.ca_file;

    route->peer = (struct reeve_http_peer){.id = reeve_http_peer_id(),
                                           .ca_file = system->ca_file,
                                           .unix_socket = system->unix_socket,
                                           .certificate = reeve_buffer_view(&route->pair.chain),
                                           .key = reeve_buffer_view(&route->pair.key),
                                           .proxy = system->proxy,
                                           .version = system->version,
                                           .connect_timeout_ms = system->connect_timeout_ms};
    route->token_peer = route->peer;
    route->token_peer.id = reeve_http_peer_id();
    route->token_peer.ca_file = token_ca != NULL ? token_ca : system->ca_file;
    route->token_peer.unix_socket = NULL;
    route->token_peer.version = REEVE_HTTP_VERSION_AUTO;
}

static enum reeve_status read_pair(const struct reeve_http_routes *routes,
                                   struct reeve_identity_pair *pair,
                                   struct reeve_secret_problem *problem)
{
    const struct reeve_http_system *system = routes->system;
    struct reeve_identity_error why = {""};

    if (system->certificate_file == NULL) {
        return REEVE_OK;
    }
    enum reeve_status status =
        reeve_identity_pair_read(pair, system->certificate_file, system->key_file, &why);
    if (status == REEVE_OK) { /* the redactor knows it before anybody can use it */
        return reeve_secret_registry_remember_key(routes->secrets, reeve_buffer_view(&pair->key));
    }
    reeve_format_cut(problem->text, sizeof(problem->text), "%s", why.text);
    return status == REEVE_NO_MEMORY ? status : REEVE_CREDENTIAL_UNAVAILABLE;
}

static enum reeve_status new_route(const struct reeve_http_routes *routes,
                                   struct reeve_http_route **out,
                                   struct reeve_secret_problem *problem)
{
    struct reeve_http_route *route = reeve_alloc(NULL, sizeof(*route));

    *out = NULL;
    if (route == NULL) {
        return REEVE_NO_MEMORY;
    }
    route->references = 1;
    reeve_identity_pair_init(&route->pair);
    const enum reeve_status status = read_pair(routes, &route->pair, problem);
    if (status != REEVE_OK) {
        reeve_http_route_release(route);
        return status;
    }
    fill_peers(route, routes->system);
    *out = route;
    return REEVE_OK;
}

/* Under the lock. */
static enum reeve_status renew(struct reeve_http_routes *routes,
                               const struct reeve_identity_stamps *stamps,
                               struct reeve_secret_problem *problem)
{
    struct reeve_http_route *route = NULL;
    const enum reeve_status status = new_route(routes, &route, problem);

    routes->stamps = *stamps;
    if (status == REEVE_OK) {
        reeve_http_route_release(routes->current);
        routes->current = route;
        return REEVE_OK;
    }
    if (routes->current == NULL) {
        return status;
    }
    REEVE_LOG(WARN, "new client certificate for an http system cannot be used; the old one stays",
              reeve_log_text("base_url", routes->system->base_url),
              reeve_log_text("problem", problem->text));
    return REEVE_OK;
}

/* Under the lock. */
static enum reeve_status look(struct reeve_http_routes *routes,
                              struct reeve_secret_problem *problem)
{
    const uint64_t now = reeve_now_read().boot_ms;
    const bool is_fixed = routes->system->certificate_file == NULL;

    if (routes->current != NULL && (is_fixed || now < routes->looked_at_ms + LOOK_EVERY_MS)) {
        return REEVE_OK;
    }
    const struct reeve_identity_stamps stamps =
        reeve_identity_stamps_of(NULL, routes->system->certificate_file, routes->system->key_file);
    routes->looked_at_ms = now;
    if (routes->current != NULL && reeve_identity_stamps_equal(&stamps, &routes->stamps)) {
        return REEVE_OK;
    }
    return renew(routes, &stamps, problem);
}

enum reeve_status reeve_http_route_take(struct reeve_http_routes *routes,
                                        struct reeve_http_route **out,
                                        struct reeve_secret_problem *problem)
{
    (void)pthread_mutex_lock(&routes->lock);
    enum reeve_status status = look(routes, problem);
    if (status == REEVE_OK) {
        *out = routes->current;
        (void)__atomic_add_fetch(&routes->current->references, 1, __ATOMIC_RELAXED);
    }
    (void)pthread_mutex_unlock(&routes->lock);
    return status;
}

enum reeve_status reeve_http_routes_new(const struct reeve_http_system *system,
                                        struct reeve_secret_registry *secrets,
                                        struct reeve_http_routes **out)
{
    struct reeve_http_routes *routes = reeve_alloc(NULL, sizeof(*routes));

    *out = routes;
    if (routes == NULL) {
        return REEVE_NO_MEMORY;
    }
    routes->system = system;
    routes->secrets = secrets;
    (void)pthread_mutex_init(&routes->lock, NULL);
    return REEVE_OK;
}

void reeve_http_routes_free(struct reeve_http_routes *routes)
{
    if (routes == NULL) {
        return;
    }
    reeve_http_route_release(routes->current);
    (void)pthread_mutex_destroy(&routes->lock);
    reeve_free(NULL, routes, sizeof(*routes));
}
