/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway's certificate, key and client CA: see tls_files.h. */
#include "gateway-stub/main/tls_files.h"

#include "agent/cli/document.h"
#include "agent/cli/text_file.h"

struct reeve_tls_files {
    struct reeve_identity *identity;
    struct reeve_buffer ca_path; /* a C string */
    struct reeve_buffer ca_pem;
    enum reeve_status ca_status; /* of the last look, so that a failure is said once */
};

/* ---- reading ---- */

/* MALFORMED: no PEM certificate in it. */
static enum reeve_status read_ca(const char *path, struct reeve_buffer *out)
{
    struct reeve_certificate ignored;
    REEVE_TRY(reeve_text_file_read(path, out));
    /* A CA's certificate has no SPIFFE ID to be had; that it can be parsed is what counts. */
    return reeve_certificate_parse(reeve_buffer_view(out), &ignored) == REEVE_MALFORMED
               ? REEVE_MALFORMED
               : REEVE_OK;
}

static void complain_ca(const struct reeve_gateway_config *config,
                        struct reeve_config_report *report, enum reeve_status status)
{
    struct reeve_config_item *item = reeve_document_complain(
        config->text, report, false, "tls.client_ca_file", "tls.client_ca_file");
    reeve_config_item_text(item, "%s: %s", config->client_ca_file,
                           status == REEVE_MALFORMED ? "holds no PEM certificate"
                                                     : reeve_status_text(status));
    reeve_config_item_next(item, "name a PEM file with CA certificates that this user may read");
}

static void complain_identity(const struct reeve_gateway_config *config,
                              struct reeve_config_report *report,
                              const struct reeve_identity_error *why)
{
    const bool blames_key =
        reeve_bytes_contains_cstr(reeve_bytes_cstr(why->text), config->identity.key_file);
    reeve_config_item_cause(
        reeve_document_complain(config->text, report, false,
                                blames_key ? "tls.key_file" : "tls.certificate_file", "identity"),
        why->text, "check certificate_file and key_file");
}

static enum reeve_status load(struct reeve_tls_files *f, const struct reeve_gateway_config *config,
                              const struct reeve_now *now, struct reeve_config_report *report)
{
    struct reeve_identity_error why = {""};
    REEVE_TRY(reeve_buffer_append_cstr(&f->ca_path, config->client_ca_file));
    REEVE_TRY(reeve_buffer_terminate(&f->ca_path));
    const enum reeve_status identity =
        reeve_identity_new(&config->identity, now, &f->identity, &why);
    const enum reeve_status ca = read_ca(config->client_ca_file, &f->ca_pem);
    if (identity == REEVE_NO_MEMORY || ca == REEVE_NO_MEMORY) {
        return REEVE_NO_MEMORY;
    }
    if (identity != REEVE_OK) {
        complain_identity(config, report, &why);
    }
    if (ca != REEVE_OK) {
        complain_ca(config, report, ca);
    }
    return identity == REEVE_OK && ca == REEVE_OK ? REEVE_OK : REEVE_CONFIG;
}

enum reeve_status reeve_tls_files_open(const struct reeve_gateway_config *config,
                                       const struct reeve_now *now,
                                       struct reeve_config_report *report,
                                       struct reeve_tls_files **out)
{
    struct reeve_tls_files *f = reeve_alloc(NULL, sizeof(*f));
    *out = NULL;
    if (f == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_buffer_init(&f->ca_path, NULL, 64 * 1024);
    reeve_buffer_init(&f->ca_pem, NULL, REEVE_TLS_CA_MAX);
    const enum reeve_status status = load(f, config, now, report);
    if (status != REEVE_OK) {
        reeve_tls_files_free(f);
        return status;
    }
    *out = f;
    return REEVE_OK;
}

void reeve_tls_files_free(struct reeve_tls_files *f)
{
    if (f == NULL) {
        return;
    }
    reeve_identity_free(f->identity);
    reeve_buffer_clear(&f->ca_path);
    reeve_buffer_clear(&f->ca_pem);
    reeve_free(NULL, f, sizeof(*f));
}

/* ---- changes ---- */

static const char *ca_path(const struct reeve_tls_files *f)
{
    return (const char *)f->ca_path.data;
}

static void note_ca(struct reeve_tls_files *f, enum reeve_status status)
{
    if (status != f->ca_status && status != REEVE_OK) {
        REEVE_LOG(ERROR, "the client CA bundle cannot be read; the old one stays in use",
                  reeve_log_text("file", ca_path(f)), reeve_log_status(status));
    }
    f->ca_status = status;
}

static bool poll_ca(struct reeve_tls_files *f)
{
    struct reeve_buffer found;
    reeve_buffer_init(&found, NULL, REEVE_TLS_CA_MAX);
    const enum reeve_status status = read_ca(ca_path(f), &found);
    note_ca(f, status);
    const bool changed = status == REEVE_OK && !reeve_bytes_equal(reeve_buffer_view(&found),
                                                                  reeve_buffer_view(&f->ca_pem));
    if (changed) {
        reeve_buffer_take(&f->ca_pem, &found);
        REEVE_LOG(INFO, "a new client CA bundle is used from the next connection on",
                  reeve_log_text("file", ca_path(f)));
    }
    reeve_buffer_clear(&found);
    return changed;
}

static bool poll_identity(struct reeve_tls_files *f, const struct reeve_now *now)
{
    struct reeve_identity_error why = {""};
    switch (reeve_identity_poll(f->identity, now, &why)) {
    case REEVE_IDENTITY_SAME:
        return false;
    case REEVE_IDENTITY_KEPT:
        REEVE_LOG(ERROR, "the new certificate or key cannot be used; the old one stays in use",
                  reeve_log_text("why", why.text));
        return false;
    case REEVE_IDENTITY_CHANGED:
        break;
    }
    REEVE_LOG(INFO, "a new certificate is used from the next connection on",
              reeve_log_text("identity", reeve_identity_spiffe_id(f->identity)));
    return true;
}

bool reeve_tls_files_poll(struct reeve_tls_files *f, const struct reeve_now *now)
{
    const bool identity = poll_identity(f, now);
    return poll_ca(f) || identity;
}

struct reeve_rpc_tls reeve_tls_files_material(const struct reeve_tls_files *f)
{
    return (struct reeve_rpc_tls){
        .ca_pem = reeve_buffer_view(&f->ca_pem),
        .chain_pem = reeve_identity_chain_pem(f->identity),
        .key_pem = reeve_identity_key_pem(f->identity),
    };
}

const char *reeve_tls_files_identity(const struct reeve_tls_files *f)
{
    return reeve_identity_spiffe_id(f->identity);
}
