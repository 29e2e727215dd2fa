/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4, BoringSSL) and CRC-32C (RFC 3720, hardware where there is some). */
#ifndef REEVE_AGENT_BASE_HASH_H
#define REEVE_AGENT_BASE_HASH_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* SHA-256 over all parts, one behind the other. Cannot fail. */
struct reeve_digest reeve_sha256(const struct reeve_bytes *parts, size_t count);
struct reeve_digest reeve_sha256_of(struct reeve_bytes bytes);

/* Continues `crc` (0 to start). */
uint32_t reeve_crc32c(uint32_t crc, struct reeve_bytes bytes);

#ifdef __cplusplus
}
#endif
#endif
