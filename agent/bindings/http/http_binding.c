/* SPDX-License-Identifier: Apache-2.0 */
/* The http binding's object: see http_binding.h, and exchange.h for what a job does. */
#include "agent/bindings/http/http_binding.h"

#include "agent/bindings/http/exchange.h"
#include "agent/bindings/kept_text.h"

#define MAX_RESPONSE (1024u * 1024u)
#define SYSTEM_MEMORY (1024u * 1024u)
#define BACKOFF_MS 200u
#define MAX_BACKOFF_MS 10000u

static void http_free(struct reeve_binding *binding)
{
    struct reeve_http_binding *self = REEVE_OWNER(binding, struct reeve_http_binding, base);

    reeve_http_token_free(self->token);
    reeve_http_routes_free(self->routes);
    (void)pthread_mutex_destroy(&self->lock);
    reeve_arena_clear(&self->memory);
    reeve_free(NULL, self, sizeof(*self));
}

static const struct reeve_binding_vtable HTTP_VTABLE = {.name = "http",
                                                        .start = reeve_http_start_work,
                                                        .cancel = reeve_http_cancel_work,
                                                        .resume = reeve_http_resume_work,
                                                        .explain = reeve_http_explain,
                                                        .free = http_free};

static enum reeve_status keep_headers(struct reeve_http_binding *self,
                                      const struct reeve_http_system *system)
{
    bool failed = false;
    const char **headers =
        reeve_arena_alloc_array(&self->memory, system->headers_count, sizeof(*headers));

    if (headers == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < system->headers_count; i++) {
        headers[i] = system->headers[i];
        reeve_keep_text(&self->memory, &headers[i], &failed);
    }
    self->system.headers = headers;
    return failed ? REEVE_NO_MEMORY : REEVE_OK;
}

static enum reeve_status keep_system(struct reeve_http_binding *self,
                                     const struct reeve_http_system *system)
{
    bool failed = false;

    self->system = *system;
    const char **const texts[] = {
        &self->system.base_url,         &self->system.ca_file,
        &self->system.unix_socket,      &self->system.certificate_file,
        &self->system.key_file,         &self->system.auth_name,
        &self->system.auth_secret,      &self->system.proxy,
        &self->system.proxy_user,       &self->system.proxy_secret,
        &self->system.oauth2.token_url, &self->system.oauth2.client_id,
        &self->system.oauth2.scope,     &self->system.oauth2.client_secret,
        &self->system.oauth2.audience,  &self->system.oauth2.ca_file,
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        reeve_keep_text(&self->memory, texts[i], &failed);
    }
    REEVE_TRY(keep_headers(self, system));
    if (self->system.max_response_bytes == 0) {
        self->system.max_response_bytes = MAX_RESPONSE;
    }
    if (self->system.retries.backoff_ms == 0) {
        self->system.retries.backoff_ms = BACKOFF_MS;
    }
    if (self->system.retries.max_backoff_ms == 0) {
        self->system.retries.max_backoff_ms = MAX_BACKOFF_MS;
    }
    return failed ? REEVE_NO_MEMORY : REEVE_OK;
}

static bool is_usable(const struct reeve_http_system *system)
{
    const bool plain =
        system->auth != REEVE_HTTP_AUTH_NONE && system->auth != REEVE_HTTP_AUTH_OAUTH2;
    const bool oauth2 = system->auth == REEVE_HTTP_AUTH_OAUTH2;

    return system->base_url != NULL && (!plain || system->auth_secret != NULL) &&
           (!oauth2 || (system->oauth2.token_url != NULL && system->oauth2.client_id != NULL &&
                        system->oauth2.client_secret != NULL)) &&
           (system->certificate_file == NULL) == (system->key_file == NULL) &&
           (system->proxy_user == NULL) == (system->proxy_secret == NULL);
}

static enum reeve_status fill(struct reeve_http_binding *self,
                              const struct reeve_http_system *system)
{
    REEVE_TRY(keep_system(self, system));
    REEVE_TRY(reeve_http_routes_new(&self->system, self->secrets, &self->routes));
    if (system->auth != REEVE_HTTP_AUTH_OAUTH2) {
        return REEVE_OK;
    }
    return reeve_http_token_new(&self->system, self->loop, self->pool, self->secrets, self->routes,
                                &self->token);
}

enum reeve_status reeve_http_binding_new(const struct reeve_http_system *system,
                                         struct reeve_http_loop *loop, struct reeve_pool *pool,
                                         struct reeve_secret_registry *secrets,
                                         struct reeve_binding **out)
{
    *out = NULL;
    if (!is_usable(system)) {
        return REEVE_INVALID;
    }
    struct reeve_http_binding *self = reeve_alloc(NULL, sizeof(*self));
    if (self == NULL) {
        return REEVE_NO_MEMORY;
    }
    self->base.vtable = &HTTP_VTABLE;
    self->loop = loop;
    self->pool = pool;
    self->secrets = secrets;
    (void)pthread_mutex_init(&self->lock, NULL);
    reeve_arena_init(&self->memory, NULL, SYSTEM_MEMORY, 0);
    enum reeve_status status = fill(self, system);
    if (status != REEVE_OK) {
        http_free(&self->base);
        return status;
    }
    *out = &self->base;
    return REEVE_OK;
}
