/* SPDX-License-Identifier: Apache-2.0 */
/* Routes: see route.h. The files are read by the provider of secrets in files, which knows when one
 * has changed; the key is as secret as any. */
#include "agent/bindings/http/route.h"

#include <pthread.h>

#include "agent/base/time.h"
#include "creds/secrets/file.h"

#define LOOK_EVERY_MS 1000u

struct reeve_http_routes {
    const struct reeve_http_system *system;
    struct reeve_secret_registry *secrets;
    struct reeve_secret_provider *certificate; /* NULL: none */
    struct reeve_secret_provider *key;
    pthread_mutex_t lock; /* guards all below */
    struct reeve_http_route *current;
    uint64_t certificate_version;
    uint64_t key_version;
    uint64_t looked_at_ms;
};

void reeve_http_route_release(struct reeve_http_route *route)
{
    if (route == NULL || __atomic_sub_fetch(&route->references, 1, __ATOMIC_ACQ_REL) > 0) {
        return;
    }
    reeve_secret_clear(&route->certificate);
    reeve_secret_clear(&route->key);
    reeve_free(NULL, route, sizeof(*route));
}

static struct reeve_http_route *new_route(const struct reeve_http_system *system)
{
    struct reeve_http_route *route = reeve_alloc(NULL, sizeof(*route));

    if (route == NULL) {
        return NULL;
    }
    route->references = 1;
    reeve_secret_init(&route->certificate);
    reeve_secret_init(&route->key);
    route->peer = (struct reeve_http_peer){.id = reeve_http_peer_id(),
                                           .ca_file = system->ca_file,
                                           .unix_socket = system->unix_socket,
                                           .proxy = system->proxy,
                                           .version = system->version,
                                           .connect_timeout_ms = system->connect_timeout_ms};
    return route;
}

/* Takes the two values over into a new current route. */
static enum reeve_status replace(struct reeve_http_routes *routes,
                                 struct reeve_secret_value *certificate,
                                 struct reeve_secret_value *key)
{
    REEVE_TRY(reeve_secret_registry_remember_key(routes->secrets, reeve_secret_view(&key->secret)));
    struct reeve_http_route *route = new_route(routes->system);
    if (route == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_secret_move(&route->certificate, &certificate->secret);
    reeve_secret_move(&route->key, &key->secret);
    route->peer.certificate = reeve_secret_view(&route->certificate);
    route->peer.key = reeve_secret_view(&route->key);
    reeve_http_route_release(routes->current);
    routes->current = route;
    routes->certificate_version = certificate->version;
    routes->key_version = key->version;
    return REEVE_OK;
}

static enum reeve_status read_files(struct reeve_http_routes *routes,
                                    struct reeve_secret_problem *problem)
{
    struct reeve_secret_value certificate;
    struct reeve_secret_value key;

    reeve_secret_value_init(&certificate);
    reeve_secret_value_init(&key);
    enum reeve_status status =
        routes->certificate->vtable->fetch(routes->certificate, &certificate, problem);
    if (status == REEVE_OK) {
        status = routes->key->vtable->fetch(routes->key, &key, problem);
    }
    const bool same = routes->current != NULL &&
                      certificate.version == routes->certificate_version &&
                      key.version == routes->key_version;
    if (status == REEVE_OK && !same) {
        status = replace(routes, &certificate, &key);
    }
    reeve_secret_value_clear(&certificate);
    reeve_secret_value_clear(&key);
    return status;
}

/* Under the lock. A file that cannot be read just now is no reason to drop what is in use. */
static enum reeve_status look(struct reeve_http_routes *routes,
                              struct reeve_secret_problem *problem)
{
    const uint64_t now = reeve_now_read().boot_ms;

    if (routes->certificate == NULL ||
        (routes->current != NULL && now < routes->looked_at_ms + LOOK_EVERY_MS)) {
        return REEVE_OK;
    }
    routes->looked_at_ms = now;
    enum reeve_status status = read_files(routes, problem);
    return routes->current != NULL ? REEVE_OK : status;
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
    enum reeve_status status = REEVE_OK;

    *out = NULL;
    if (routes == NULL) {
        return REEVE_NO_MEMORY;
    }
    routes->system = system;
    routes->secrets = secrets;
    (void)pthread_mutex_init(&routes->lock, NULL);
    if (system->certificate_file != NULL) {
        status = reeve_file_provider_new(system->certificate_file, &routes->certificate);
        if (status == REEVE_OK) {
            status = reeve_file_provider_new(system->key_file, &routes->key);
        }
    } else {
        routes->current = new_route(system);
        status = routes->current == NULL ? REEVE_NO_MEMORY : REEVE_OK;
    }
    if (status != REEVE_OK) {
        reeve_http_routes_free(routes);
        return status;
    }
    *out = routes;
    return REEVE_OK;
}

void reeve_http_routes_free(struct reeve_http_routes *routes)
{
    if (routes == NULL) {
        return;
    }
    reeve_http_route_release(routes->current);
    reeve_secret_provider_free(routes->certificate);
    reeve_secret_provider_free(routes->key);
    (void)pthread_mutex_destroy(&routes->lock);
    reeve_free(NULL, routes, sizeof(*routes));
}
