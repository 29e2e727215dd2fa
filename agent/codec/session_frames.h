/* SPDX-License-Identifier: Apache-2.0 */
/* Frames that end or renew a session: Draining, Drain, Retry, RenewIdentity, IdentityRenewed. */
#ifndef REEVE_AGENT_CODEC_SESSION_FRAMES_H
#define REEVE_AGENT_CODEC_SESSION_FRAMES_H

#include "agent/codec/session_code.h"
#include "agent/codec/views.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_RETRY_MESSAGE_MAX 256u
#define REEVE_CERTIFICATES_MAX 8u

struct reeve_draining {
    uint64_t drain_ms;
};

struct reeve_drain {
    uint64_t within_ms;
};

struct reeve_retry {
    uint64_t after_ms; /* 0: the worker's own backoff decides */
    enum reeve_session_code code;
    struct reeve_bytes message; /* at most 256 bytes */
};

struct reeve_renew_identity {
    struct reeve_bytes certificate_request; /* PKCS #10, DER */
};

struct reeve_identity_renewed {
    struct reeve_views certificates; /* leaf first, DER; at most 8 */
};

#ifdef __cplusplus
}
#endif
#endif
