/* SPDX-License-Identifier: Apache-2.0 */
/* Keys in files. A private key file is three lines: "-----BEGIN REEVE ED25519 SEED-----", base64 of
 * the seed, "-----END REEVE ED25519 SEED-----"; its mode allows nobody but the owner. A public key
 * file is one line of base64. Blocking; call from a thread that may wait. */
#ifndef REEVE_AGENT_TRUST_KEY_FILE_H
#define REEVE_AGENT_TRUST_KEY_FILE_H

#include "agent/trust/key.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Loads a private key. `key` is initialised by the caller and replaced. NOT_FOUND: no such file;
 * PERMISSION: it is not readable, or group or others have any right on it, or it is not a regular
 * file of this user or root; SYNTAX: not such a file; IO, NO_MEMORY. */
enum reeve_status reeve_key_load(const char *path, struct reeve_key *key) REEVE_MUST_CHECK;
/* Creates the file with mode 0600, synced to disk together with its folder. EXISTS: there is one;
 * it stays as it is. NOT_FOUND (folder), PERMISSION, DISK_FULL, IO. */
enum reeve_status reeve_key_store(const char *path, const struct reeve_key *key) REEVE_MUST_CHECK;
/* Loads, or generates and stores a new one; *created says which. */
enum reeve_status reeve_key_load_or_create(const char *path, const struct reeve_random *random,
                                           struct reeve_key *key, bool *created) REEVE_MUST_CHECK;
/* One public key in a file. NOT_FOUND, PERMISSION, SYNTAX, IO. */
enum reeve_status reeve_public_key_load(const char *path,
                                        struct reeve_public_key *out) REEVE_MUST_CHECK;
enum reeve_status
reeve_public_key_store(const char *path,
                       const struct reeve_public_key *public_key) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
