/* SPDX-License-Identifier: Apache-2.0 */
/* Ed25519 keys (RFC 8032, on BoringSSL): making, naming, storing, signing, verifying. A private key
 * is its 32-byte seed in a struct reeve_secret. Everything here may be called from any thread. */
#ifndef REEVE_AGENT_TRUST_KEY_H
#define REEVE_AGENT_TRUST_KEY_H

#include "agent/base/random.h"
#include "agent/base/secret.h"
#include "agent/codec/signature.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_KEY_SEED_LENGTH 32u
#define REEVE_KEY_ID_SIZE (REEVE_KEY_ID_LENGTH + 1u) /* with NUL */
#define REEVE_KEY_TEXT_SIZE 45u                      /* base64 of 32 bytes, with NUL */

/* A key pair that can sign. Owned by one holder; _clear() wipes it. */
struct reeve_key {
    struct reeve_secret seed;
    struct reeve_public_key public_key;
    char id[REEVE_KEY_ID_SIZE];
};

/* A signature in memory of its own, with the name of the key that made it. */
struct reeve_signed {
    char key_id[REEVE_KEY_ID_SIZE];
    uint8_t signature[REEVE_SIGNATURE_LENGTH];
};

/* First 16 bytes of SHA-256 over the raw public key, in lower-case hex. */
void reeve_key_id(const struct reeve_public_key *public_key, char out[REEVE_KEY_ID_SIZE]);

/* Empty: signs nothing. Then one of the next three. */
void reeve_key_init(struct reeve_key *key);
/* A new key from `random`. NO_MEMORY. */
enum reeve_status reeve_key_generate(struct reeve_key *key,
                                     const struct reeve_random *random) REEVE_MUST_CHECK;
/* From a seed of 32 bytes, which the caller still owns and wipes. INVALID: another length;
 * NO_MEMORY. */
enum reeve_status reeve_key_from_seed(struct reeve_key *key,
                                      struct reeve_bytes seed) REEVE_MUST_CHECK;
/* Wipes; may be called twice. */
void reeve_key_clear(struct reeve_key *key);

/* Signs. STATE: the key is empty; INTERNAL: BoringSSL refused. */
enum reeve_status reeve_key_sign(const struct reeve_key *key, struct reeve_bytes message,
                                 struct reeve_signed *out) REEVE_MUST_CHECK;
/* The view of a signature for encoding; lives as long as `s`. */
struct reeve_signature reeve_signed_view(const struct reeve_signed *s);
/* Whether the key is one of the points of small order, a zeroed one among them: nobody holds the
 * private key of one, and signatures that verify under it can be made up. */
bool reeve_public_key_is_weak(const struct reeve_public_key *public_key);
/* SIGNATURE: does not verify, is not 64 bytes long, or the key is weak. */
enum reeve_status reeve_public_key_verify(const struct reeve_public_key *public_key,
                                          struct reeve_bytes message,
                                          struct reeve_bytes signature) REEVE_MUST_CHECK;

/* Public keys as people write them into configuration: base64 (RFC 4648, padded) of the 32 raw
 * bytes. Parsing also takes 64 hex digits. SYNTAX. */
void reeve_public_key_format(const struct reeve_public_key *public_key,
                             char out[REEVE_KEY_TEXT_SIZE]);
enum reeve_status reeve_public_key_parse(struct reeve_bytes text,
                                         struct reeve_public_key *out) REEVE_MUST_CHECK;
bool reeve_public_key_equal(const struct reeve_public_key *a, const struct reeve_public_key *b);

#ifdef __cplusplus
}
#endif
#endif
