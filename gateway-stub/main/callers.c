/* SPDX-License-Identifier: Apache-2.0 */
/* Who calls: certificate → SPIFFE ID → grant. TLS has verified the certificate before. */
#include "agent/base/log.h"
#include "gateway-stub/main/service_state.h"

enum { LOG_EVERY_MS = 1000 };

/* At most once a second: whoever is refused must not fill the log. */
static void log_refused(struct reeve_service *s, const struct reeve_rpc_peer *peer, const char *why)
{
    const uint64_t now_ms = reeve_now_read().boot_ms;
    if (s->refused_at_ms != 0 && now_ms - s->refused_at_ms < LOG_EVERY_MS) {
        s->refused_silent++;
        return;
    }
    REEVE_LOG(WARN, "caller refused", reeve_log_text("why", why),
              reeve_log_bytes("identity", peer->spiffe_id),
              reeve_log_bytes("address", peer->address),
              reeve_log_u64("not_logged_before", s->refused_silent));
    s->refused_at_ms = now_ms;
    s->refused_silent = 0;
}

static const char *text_of(enum reeve_status status)
{
    if (status == REEVE_NOT_FOUND) {
        return "the certificate has no SPIFFE ID; next: use one with exactly one URI SAN, "
               "spiffe://…";
    }
    if (status == REEVE_CONSTRAINT) {
        return "the certificate has several URI SANs or is a CA's; next: use a leaf with exactly "
               "one, spiffe://…";
    }
    return "the certificate's URI SAN is not a SPIFFE ID; next: use one with spiffe://…";
}

const struct reeve_grant *reeve_service_grant(const struct reeve_service *s, const char *identity)
{
    return reeve_grant_find(s->config->grants, s->config->grants_count, identity);
}

void reeve_caller_clear(struct reeve_caller *caller)
{
    if (caller->identity != NULL) {
        reeve_free(NULL, caller->identity, reeve_bytes_cstr(caller->identity).len + 1);
        caller->identity = NULL;
    }
}

static enum reeve_status keep_identity(struct reeve_caller *caller, const char *identity)
{
    const struct reeve_bytes text = reeve_bytes_cstr(identity);
    caller->identity = reeve_alloc(NULL, text.len + 1);
    if (caller->identity == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_move(caller->identity, text.data, text.len);
    return REEVE_OK;
}

const struct reeve_grant *reeve_service_admit(struct reeve_service *s,
                                              const struct reeve_rpc_call *call,
                                              struct reeve_caller *caller, int *code,
                                              const char **text)
{
    struct reeve_rpc_peer peer;
    struct reeve_certificate certificate;
    reeve_rpc_call_peer(call, &peer);
    *caller = (struct reeve_caller){.identity = NULL};
    const enum reeve_status status = reeve_certificate_parse(peer.certificate_pem, &certificate);
    if (status != REEVE_OK) {
        *code = REEVE_RPC_UNAUTHENTICATED;
        *text = text_of(status);
        log_refused(s, &peer, *text);
        return NULL;
    }
    const struct reeve_grant *grant = reeve_service_grant(s, certificate.spiffe_id);
    if (grant == NULL) {
        *code = REEVE_RPC_PERMISSION_DENIED;
        *text = "no grant names this identity; next: add it to `grants` in the gateway's "
                "configuration";
        log_refused(s, &peer, "no grant names this identity");
        return NULL;
    }
    caller->not_after_unix_ms = certificate.not_after_unix_ms;
    if (keep_identity(caller, certificate.spiffe_id) != REEVE_OK) {
        *code = REEVE_RPC_RESOURCE_EXHAUSTED;
        *text = "the gateway is short of memory; next: try again later";
        return NULL;
    }
    return grant;
}
