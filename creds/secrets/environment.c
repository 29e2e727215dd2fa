/* SPDX-License-Identifier: Apache-2.0 */
/* The environment provider: see environment.h. */
#include "creds/secrets/environment.h"

#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/list.h"

struct environment_provider {
    struct reeve_secret_provider base;
    struct reeve_secret value;
};

static enum reeve_status environment_fetch(struct reeve_secret_provider *provider,
                                           struct reeve_secret_value *out,
                                           struct reeve_secret_problem *problem)
{
    struct environment_provider *self = REEVE_OWNER(provider, struct environment_provider, base);

    (void)problem;
    REEVE_TRY(reeve_secret_set(&out->secret, reeve_secret_view(&self->value)));
    out->version = 1;
    return REEVE_OK;
}

static void environment_free(struct reeve_secret_provider *provider)
{
    struct environment_provider *self = REEVE_OWNER(provider, struct environment_provider, base);

    reeve_secret_clear(&self->value);
    reeve_free(NULL, self, sizeof(*self));
}

static const struct reeve_secret_provider_vtable ENVIRONMENT_VTABLE = {
    .kind = "environment", .fetch = environment_fetch, .free = environment_free};

/* Moves the variable's value into `to`: afterwards the process's environment does not hold it. */
static enum reeve_status take_variable(const char *variable, struct reeve_secret *to,
                                       struct reeve_secret_problem *problem)
{
    char *text = getenv(variable);

    if (text == NULL || text[0] == '\0') {
        reeve_format_cut(problem->text, sizeof(problem->text),
                         "environment variable %s is %s; set it before the worker starts", variable,
                         text == NULL ? "not set" : "empty");
        return REEVE_CREDENTIAL_UNAVAILABLE;
    }
    struct reeve_bytes view = reeve_bytes_cstr(text);
    REEVE_TRY(reeve_secret_set(to, view));
    reeve_wipe(text, view.len);
    if (unsetenv(variable) != 0) {
        return REEVE_INTERNAL;
    }
    return REEVE_OK;
}

enum reeve_status reeve_environment_provider_new(const char *variable,
                                                 struct reeve_secret_provider **out,
                                                 struct reeve_secret_problem *problem)
{
    struct environment_provider *self = reeve_alloc(NULL, sizeof(*self));

    *out = NULL;
    if (self == NULL) {
        return REEVE_NO_MEMORY;
    }
    self->base.vtable = &ENVIRONMENT_VTABLE;
    reeve_secret_init(&self->value);
    enum reeve_status status = take_variable(variable, &self->value, problem);
    if (status != REEVE_OK) {
        environment_free(&self->base);
        return status;
    }
    *out = &self->base;
    return REEVE_OK;
}
