/* SPDX-License-Identifier: Apache-2.0 */
/* Connecting and asking: see api.h. */
#include "gateway-stub/reevectl/api.h"

#include "agent/cli/text_file.h"
#include "agent/io/rpc/call.h"
#include "creds/identity/identity.h"
#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/config.h"
#include "gateway-stub/reevectl/failure.h"

#define CA_MAX (1024u * 1024u)

#define X(name, c_name)                                                                            \
    const struct reeve_client_method reeve_api_##c_name = {"/reeve.v1.ControlService/" #name,      \
                                                           &reeve_v1_##c_name##_request_message,   \
                                                           &reeve_v1_##c_name##_response_message};
REEVE_API_MAP(X)
#undef X

/* ---- connecting ---- */

static enum reeve_ctl_exit make_client(struct reeve_ctl *c, const struct reeve_identity *identity,
                                       struct reeve_bytes ca_pem)
{
    const struct reeve_client_options options = {
        .address = c->config->address,
        .server_name = c->config->server_name,
        .ca_pem = ca_pem,
        .chain_pem = reeve_identity_chain_pem(identity),
        .key_pem = reeve_identity_key_pem(identity),
        .timeout_ms = c->timeout_ms,
    };
    const enum reeve_status status = reeve_client_new(&options, &c->client);
    if (status == REEVE_OK) {
        return REEVE_CTL_DONE;
    }
    return reeve_ctl_refuse(c, REEVE_CTL_USAGE,
                            "check gateway.address, and that ca_file holds certificates",
                            "%s: no connection can be made to \"%s\": %s", c->config->file,
                            c->config->address, reeve_status_text(status));
}

static enum reeve_ctl_exit load_ca(struct reeve_ctl *c, struct reeve_buffer *pem)
{
    const enum reeve_status status = reeve_text_file_read(c->config->ca_file, pem);
    if (status == REEVE_OK) {
        return REEVE_CTL_DONE;
    }
    return reeve_ctl_refuse(c, REEVE_CTL_USAGE,
                            "name the PEM bundle of the private CA that signed the gateway's "
                            "certificate",
                            "%s: gateway.ca_file: %s: %s", c->config->file, c->config->ca_file,
                            reeve_status_text(status));
}

static enum reeve_ctl_exit connect_as(struct reeve_ctl *c, const struct reeve_identity *identity)
{
    struct reeve_buffer pem;
    reeve_buffer_init(&pem, NULL, CA_MAX);
    enum reeve_ctl_exit status = load_ca(c, &pem);
    if (status == REEVE_CTL_DONE) {
        status = make_client(c, identity, reeve_buffer_view(&pem));
    }
    reeve_buffer_clear(&pem);
    return status;
}

static enum reeve_ctl_exit connect_once(struct reeve_ctl *c)
{
    if (c->client != NULL) {
        return REEVE_CTL_DONE;
    }
    const enum reeve_ctl_exit loaded = reeve_ctl_config_load(c);
    if (loaded != REEVE_CTL_DONE) {
        return loaded;
    }
    const struct reeve_identity_files files = {c->config->certificate_file, c->config->key_file};
    struct reeve_identity *identity = NULL;
    struct reeve_identity_error why = {.text = ""};
    if (reeve_identity_new(&files, &c->now, &identity, &why) != REEVE_OK) {
        return reeve_ctl_refuse(c, REEVE_CTL_USAGE,
                                "name a certificate and its key, which its owner alone may read",
                                "%s: identity: %s", c->config->file, why.text);
    }
    const enum reeve_ctl_exit status = connect_as(c, identity);
    reeve_identity_free(identity);
    return status;
}

/* ---- asking ---- */

void *reeve_api_request(struct reeve_ctl *c, const struct reeve_client_method *method)
{
    return reeve_message_new(method->request, c->arena);
}

static enum reeve_ctl_exit ask(struct reeve_ctl *c, const struct reeve_client_method *method,
                               const void *request, bool may_be_missing, const void **response)
{
    struct reeve_client_failure failure;
    void *answer = NULL;
    *response = NULL;
    const enum reeve_ctl_exit connected =
        request != NULL ? connect_once(c) : reeve_ctl_refuse_memory(c);
    if (connected != REEVE_CTL_DONE) {
        return connected;
    }
    const enum reeve_status status =
        reeve_client_call(c->client, method, request, c->arena, &answer, &failure);
    *response = answer;
    if (status == REEVE_OK ||
        (may_be_missing && status == REEVE_NOT_FOUND && failure.code == REEVE_RPC_NOT_FOUND)) {
        return REEVE_CTL_DONE;
    }
    return reeve_ctl_failure(c, status, &failure);
}

enum reeve_ctl_exit reeve_api_ask(struct reeve_ctl *c, const struct reeve_client_method *method,
                                  const void *request, const void **response)
{
    return ask(c, method, request, false, response);
}

enum reeve_ctl_exit reeve_api_look_up(struct reeve_ctl *c, const struct reeve_client_method *method,
                                      const void *request, const void **response)
{
    return ask(c, method, request, true, response);
}

enum reeve_ctl_exit reeve_api_follow(struct reeve_ctl *c, const struct reeve_client_method *method,
                                     const void *request,
                                     bool (*each)(void *ctx, const void *message), void *ctx)
{
    struct reeve_client_failure failure;
    const enum reeve_ctl_exit connected =
        request != NULL ? connect_once(c) : reeve_ctl_refuse_memory(c);
    if (connected != REEVE_CTL_DONE) {
        return connected;
    }
    const enum reeve_status status =
        reeve_client_stream(c->client, method, request, each, ctx, c->arena, &failure);
    return status == REEVE_OK ? REEVE_CTL_DONE : reeve_ctl_failure(c, status, &failure);
}
