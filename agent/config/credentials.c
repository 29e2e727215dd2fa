/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials by name: see credentials.h. */
#include "agent/config/credentials.h"

#include "agent/base/list.h"
#include "agent/base/log.h"
#include "creds/secrets/environment.h"
#include "creds/secrets/file.h"

/* ---- variables that were read ---- */

struct variable {
    struct reeve_list_node node;
    char *name;
    size_t name_size;
    struct reeve_secret_provider *provider; /* the value */
};

struct reeve_environment {
    struct reeve_list variables;
    bool sealed;
};

struct reeve_environment *reeve_environment_new(void)
{
    struct reeve_environment *env = reeve_alloc(NULL, sizeof(*env));
    if (env != NULL) {
        reeve_list_init(&env->variables);
    }
    return env;
}

static void free_variable(struct variable *v)
{
    reeve_secret_provider_free(v->provider);
    reeve_free(NULL, v->name, v->name_size);
    reeve_free(NULL, v, sizeof(*v));
}

void reeve_environment_free(struct reeve_environment *env)
{
    if (env == NULL) {
        return;
    }
    for (;;) {
        struct reeve_list_node *n = reeve_list_pop_front(&env->variables);
        if (n == NULL) {
            break;
        }
        free_variable(REEVE_OWNER(n, struct variable, node));
    }
    reeve_free(NULL, env, sizeof(*env));
}

void reeve_environment_seal(struct reeve_environment *env)
{
    env->sealed = true;
}

static struct variable *find_variable(struct reeve_environment *env, const char *name)
{
    for (struct reeve_list_node *n = reeve_list_front(&env->variables); n != NULL;
         n = reeve_list_next(&env->variables, n)) {
        struct variable *v = REEVE_OWNER(n, struct variable, node);
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(name), v->name)) {
            return v;
        }
    }
    return NULL;
}

static enum reeve_status read_variable(struct reeve_environment *env, const char *name,
                                       struct reeve_secret_problem *problem)
{
    const struct reeve_bytes text = reeve_bytes_cstr(name);
    struct variable *v = reeve_alloc(NULL, sizeof(*v));
    if (v == NULL) {
        return REEVE_NO_MEMORY;
    }
    v->name_size = text.len + 1;
    v->name = reeve_alloc(NULL, v->name_size);
    if (v->name == NULL) {
        free_variable(v);
        return REEVE_NO_MEMORY;
    }
    reeve_move(v->name, text.data, text.len);
    const enum reeve_status status = reeve_environment_provider_new(name, &v->provider, problem);
    if (status != REEVE_OK) {
        free_variable(v);
        return status;
    }
    reeve_list_push_back(&env->variables, &v->node);
    return REEVE_OK;
}

/* ---- a provider that another one stands behind ---- */

struct borrowed {
    struct reeve_secret_provider base;
    struct reeve_secret_provider *owner;
};

static enum reeve_status borrowed_fetch(struct reeve_secret_provider *provider,
                                        struct reeve_secret_value *out,
                                        struct reeve_secret_problem *problem)
{
    struct borrowed *self = REEVE_OWNER(provider, struct borrowed, base);
    return self->owner->vtable->fetch(self->owner, out, problem);
}

static void borrowed_free(struct reeve_secret_provider *provider)
{
    reeve_free(NULL, provider, sizeof(struct borrowed));
}

static const struct reeve_secret_provider_vtable BORROWED = {"environment", borrowed_fetch,
                                                             borrowed_free};

static enum reeve_status borrow(struct reeve_secret_provider *owner,
                                struct reeve_secret_provider **out)
{
    struct borrowed *self = reeve_alloc(NULL, sizeof(*self));
    if (self == NULL) {
        return REEVE_NO_MEMORY;
    }
    self->base.vtable = &BORROWED;
    self->owner = owner;
    *out = &self->base;
    return REEVE_OK;
}

/* ---- opening ---- */

struct opening {
    const struct reeve_agent_config *config;
    struct reeve_environment *env;
    struct reeve_config_report *report;
    struct reeve_secret_registry *registry;
};

static struct reeve_config_item *
complain(const struct opening *o, const struct reeve_config_secret *secret, const char *rule)
{
    char field[256];
    reeve_format_cut(field, sizeof(field), "secrets[\"%s\"]", secret->name);
    return reeve_agent_config_complain(o->config, o->report, false, field, rule);
}

static void complain_unset(const struct opening *o, const struct reeve_config_secret *secret,
                           const char *why)
{
    struct reeve_config_item *item = complain(o, secret, "secret.environment");
    reeve_config_item_text(item, "%s", why);
    reeve_config_item_next(
        item, o->env->sealed ? "the environment is read at start only: restart, or use a file"
                             : "set the variable for this process, or use a file");
}

/* *out stays NULL when the report says why. */
static enum reeve_status from_environment(const struct opening *o,
                                          const struct reeve_config_secret *secret,
                                          struct reeve_secret_provider **out)
{
    struct reeve_secret_problem problem = {"the variable was not there when the worker started"};
    enum reeve_status status = REEVE_CREDENTIAL_UNAVAILABLE;
    struct variable *known = find_variable(o->env, secret->variable);
    if (known == NULL && !o->env->sealed) {
        status = read_variable(o->env, secret->variable, &problem);
        known = status == REEVE_OK ? find_variable(o->env, secret->variable) : NULL;
    }
    if (known != NULL) {
        return borrow(known->provider, out);
    }
    if (status == REEVE_NO_MEMORY) {
        return status;
    }
    complain_unset(o, secret, problem.text);
    return REEVE_OK;
}

static enum reeve_status add_secret(const struct opening *o,
                                    const struct reeve_config_secret *secret)
{
    struct reeve_secret_provider *provider = NULL;
    if (secret->variable != NULL) {
        REEVE_TRY(from_environment(o, secret, &provider));
    } else {
        REEVE_TRY(reeve_file_provider_new(secret->path, &provider));
    }
    if (provider == NULL) {
        return REEVE_OK;
    }
    return reeve_secret_registry_add(o->registry, secret->name, provider, secret->allow_short);
}

static void complain_value(const struct opening *o, const struct reeve_config_secret *secret,
                           enum reeve_status status, const struct reeve_secret_problem *problem)
{
    if (status == REEVE_SECRET_TOO_SHORT) {
        struct reeve_config_item *item = complain(o, secret, "secret.too_short");
        reeve_config_item_text(item,
                               "the credential is shorter than %u bytes, which cannot be told "
                               "from ordinary text in an output",
                               REEVE_SECRET_MIN_LENGTH);
        reeve_config_item_next(item, "use a longer one, or set allow_short: true to accept that");
        return;
    }
    struct reeve_config_item *item = complain(o, secret, "secret.unavailable");
    reeve_config_item_text(item, "%s",
                           problem->text[0] != '\0' ? problem->text : reeve_status_text(status));
    reeve_config_item_next(item, "check that the source exists, is not empty, and that this user "
                                 "may read it");
}

static void try_fetch(const struct opening *o, const struct reeve_config_secret *secret)
{
    struct reeve_secret_value value;
    struct reeve_secret_problem problem = {""};
    reeve_secret_value_init(&value);
    const enum reeve_status status =
        reeve_secret_registry_fetch(o->registry, reeve_bytes_cstr(secret->name), &value, &problem);
    reeve_secret_value_clear(&value);
    if (status != REEVE_OK && status != REEVE_NOT_FOUND) {
        complain_value(o, secret, status, &problem); /* NOT_FOUND: said when it was not added */
    }
}

enum reeve_status reeve_credentials_open(const struct reeve_agent_config *config,
                                         struct reeve_environment *env,
                                         struct reeve_redactor *redactor,
                                         struct reeve_config_report *report,
                                         struct reeve_secret_registry **out)
{
    struct opening o = {config, env, report, reeve_secret_registry_new(redactor)};
    const size_t before = report->errors;
    enum reeve_status status = o.registry != NULL ? REEVE_OK : REEVE_NO_MEMORY;
    *out = NULL;
    for (uint32_t i = 0; i < config->secrets_count && status == REEVE_OK; i++) {
        status = add_secret(&o, &config->secrets[i]);
    }
    for (uint32_t i = 0; i < config->secrets_count && status == REEVE_OK; i++) {
        try_fetch(&o, &config->secrets[i]);
    }
    if (status == REEVE_OK && report->errors > before) {
        status = REEVE_CONFIG;
    }
    if (status != REEVE_OK) {
        reeve_secret_registry_free(o.registry);
        return status;
    }
    *out = o.registry;
    return REEVE_OK;
}

/* ---- the log ---- */

/* The log's scrubbers may shorten a line; this one does not. */
/* NOLINTNEXTLINE(readability-non-const-parameter) */
static void scrub_line(void *ctx, char *line, size_t *len)
{
    (void)reeve_redactor_scrub(ctx, line, *len);
}

void reeve_credentials_scrub_log(struct reeve_redactor *redactor)
{
    reeve_log_set_scrubber(redactor != NULL ? scrub_line : NULL, redactor);
}
