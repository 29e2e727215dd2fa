/* SPDX-License-Identifier: Apache-2.0 */
/* Lines and their TLS material: see grpc_dialer.h. */
#include "agent/bindings/grpc/grpc_dialer.h"

#include <pthread.h>

#include "agent/base/log.h"
#include "creds/identity/file.h"
#include "creds/identity/pair.h"

#define LOOK_EVERY_MS 1000u
#define CA_MAX ((size_t)1024 * 1024)
#define SEND_MAX ((size_t)64 * 1024 * 1024) /* a job's input has a bound of its own */
#define WINDOW ((size_t)64 * 1024)          /* of a call: what a paused stream may hold */
#define MAX_BACKOFF_MS 5000u
/* Servers that are left as they come cut a connection whose pings are less than five minutes apart;
 * a dead peer ends a call by its deadline. */
#define KEEPALIVE_MS 310000u

struct material {
    struct reeve_buffer ca;
    struct reeve_identity_pair pair;
};

struct reeve_grpc_dialer {
    const struct reeve_grpc_system *system;
    struct reeve_rpc_loop *loop;
    struct reeve_secret_registry *secrets;
    pthread_mutex_t lock; /* guards all below */
    struct reeve_rpc_line *line;
    struct reeve_identity_stamps stamps; /* what `line` was made of, or what was refused since */
    uint64_t looked_ms;
};

/* ---- files ---- */

static void material_init(struct material *m)
{
    reeve_buffer_init(&m->ca, NULL, CA_MAX);
    reeve_identity_pair_init(&m->pair);
}

static void material_clear(struct material *m)
{
    reeve_buffer_clear(&m->ca);
    reeve_identity_pair_clear(&m->pair);
}

static void say(struct reeve_grpc_dialer_problem *problem, const char *text)
{
    reeve_format_cut(problem->text, sizeof(problem->text), "%s", text);
}

/* A file that cannot be used is a credential that is not there. */
static enum reeve_status judge(enum reeve_status status, const struct reeve_identity_error *why,
                               struct reeve_grpc_dialer_problem *problem)
{
    if (status == REEVE_OK || status == REEVE_NO_MEMORY) {
        return status;
    }
    say(problem, why->text);
    return REEVE_CREDENTIAL_UNAVAILABLE;
}

static enum reeve_status read_pair(const struct reeve_grpc_dialer *d, struct material *m,
                                   struct reeve_grpc_dialer_problem *problem)
{
    struct reeve_identity_error why = {""};
    const enum reeve_status status =
        reeve_identity_pair_read(&m->pair, d->system->certificate_file, d->system->key_file, &why);

    REEVE_TRY(judge(status, &why, problem));
    /* The redactor knows it before anybody can use it. */
    return reeve_secret_registry_remember_key(d->secrets, reeve_buffer_view(&m->pair.key));
}

static enum reeve_status read_material(const struct reeve_grpc_dialer *d, struct material *m,
                                       struct reeve_grpc_dialer_problem *problem)
{
    struct reeve_identity_error why = {""};

    if (d->system->plaintext) {
        return REEVE_OK;
    }
    REEVE_TRY(
        judge(reeve_identity_read(d->system->ca_file, "CA", false, &m->ca, &why), &why, problem));
    return d->system->certificate_file == NULL ? REEVE_OK : read_pair(d, m, problem);
}

/* ---- lines ---- */

static enum reeve_status make_line(const struct reeve_grpc_dialer *d,
                                   struct reeve_grpc_dialer_problem *problem,
                                   struct reeve_rpc_line **out)
{
    const struct reeve_grpc_system *system = d->system;
    struct material m;

    material_init(&m);
    enum reeve_status status = read_material(d, &m, problem);
    if (status == REEVE_OK) {
        const struct reeve_rpc_channel_options options = {
            .target = system->target,
            .unix_socket = system->unix_socket,
            .plaintext = system->plaintext,
            .server_name = system->server_name,
            .tls = {reeve_buffer_view(&m.ca), reeve_buffer_view(&m.pair.chain),
                    reeve_buffer_view(&m.pair.key)},
            .connect_timeout_ms = system->connect_timeout_ms,
            .max_message_bytes = system->max_response_bytes,
            .max_send_bytes = SEND_MAX,
            .window_bytes = WINDOW,
            .keepalive_ms = KEEPALIVE_MS,
            .max_backoff_ms = MAX_BACKOFF_MS,
        };
        status = reeve_rpc_line_new(d->loop, &options, out);
    }
    if (status == REEVE_INVALID || status == REEVE_TOO_LARGE) {
        say(problem, "the TLS library does not take these files; check that they are PEM");
        status = REEVE_CREDENTIAL_UNAVAILABLE;
    }
    material_clear(&m);
    return status;
}

/* Under the lock. */
static enum reeve_status renew(struct reeve_grpc_dialer *d,
                               const struct reeve_identity_stamps *stamps,
                               struct reeve_grpc_dialer_problem *problem)
{
    struct reeve_rpc_line *line = NULL;
    enum reeve_status status = make_line(d, problem, &line);

    d->stamps = *stamps;
    if (status == REEVE_OK) {
        reeve_rpc_line_drop(d->line);
        d->line = line;
        return REEVE_OK;
    }
    if (d->line == NULL) {
        return status;
    }
    REEVE_LOG(WARN, "new TLS identity for a grpc system cannot be used; the old one stays",
              reeve_log_text("target", d->system->target),
              reeve_log_text("problem", problem->text));
    return REEVE_OK;
}

static enum reeve_status look(struct reeve_grpc_dialer *d, uint64_t now_ms,
                              struct reeve_grpc_dialer_problem *problem)
{
    if (d->line != NULL && (d->system->plaintext || now_ms < d->looked_ms + LOOK_EVERY_MS)) {
        return REEVE_OK;
    }
    const struct reeve_identity_stamps stamps = reeve_identity_stamps_of(
        d->system->ca_file, d->system->certificate_file, d->system->key_file);
    d->looked_ms = now_ms;
    if (d->line != NULL && reeve_identity_stamps_equal(&stamps, &d->stamps)) {
        return REEVE_OK;
    }
    return renew(d, &stamps, problem);
}

enum reeve_status reeve_grpc_dialer_take(struct reeve_grpc_dialer *dialer,
                                         const struct reeve_now *now, struct reeve_rpc_line **out,
                                         struct reeve_grpc_dialer_problem *problem)
{
    problem->text[0] = '\0';
    (void)pthread_mutex_lock(&dialer->lock);
    enum reeve_status status = look(dialer, now->boot_ms, problem);
    if (status == REEVE_OK) {
        *out = reeve_rpc_line_hold(dialer->line);
    }
    (void)pthread_mutex_unlock(&dialer->lock);
    return status;
}

/* ---- life ---- */

enum reeve_status reeve_grpc_dialer_new(const struct reeve_grpc_system *system,
                                        struct reeve_rpc_loop *loop,
                                        struct reeve_secret_registry *secrets,
                                        struct reeve_grpc_dialer **out)
{
    struct reeve_grpc_dialer *dialer = reeve_alloc(NULL, sizeof(*dialer));

    *out = NULL;
    if (dialer == NULL) {
        return REEVE_NO_MEMORY;
    }
    dialer->system = system;
    dialer->loop = loop;
    dialer->secrets = secrets;
    (void)pthread_mutex_init(&dialer->lock, NULL);
    *out = dialer;
    return REEVE_OK;
}

void reeve_grpc_dialer_free(struct reeve_grpc_dialer *dialer)
{
    if (dialer == NULL) {
        return;
    }
    reeve_rpc_line_drop(dialer->line);
    (void)pthread_mutex_destroy(&dialer->lock);
    reeve_free(NULL, dialer, sizeof(*dialer));
}
