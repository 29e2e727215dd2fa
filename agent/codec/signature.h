/* SPDX-License-Identifier: Apache-2.0 */
/* An Ed25519 public key and a signature with the name of its key (reeve.v1.Signature, RFC 8032). */
#ifndef REEVE_AGENT_CODEC_SIGNATURE_H
#define REEVE_AGENT_CODEC_SIGNATURE_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A raw Ed25519 public key. Copied by value. */
struct reeve_public_key {
    uint8_t bytes[32];
};

#define REEVE_KEY_ID_LENGTH 32u /* lower-case hex, without NUL */
#define REEVE_SIGNATURE_LENGTH 64u

/* Borrowed views; a decoder refuses other lengths than the two above. */
struct reeve_signature {
    struct reeve_bytes key_id;
    struct reeve_bytes signature;
};

struct reeve_signatures {
    const struct reeve_signature *items;
    size_t count;
};

#ifdef __cplusplus
}
#endif
#endif
