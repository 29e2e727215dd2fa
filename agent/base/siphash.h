/* SPDX-License-Identifier: Apache-2.0 */
/* SipHash-2-4 (Aumasson, Bernstein 2012): a keyed hash whose collisions a peer cannot choose. */
#ifndef REEVE_AGENT_BASE_SIPHASH_H
#define REEVE_AGENT_BASE_SIPHASH_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_siphash_key {
    uint64_t k0; /* key bytes 0 to 7, little-endian */
    uint64_t k1; /* key bytes 8 to 15 */
};

/* Thread-safe; cannot fail. */
uint64_t reeve_siphash24(struct reeve_siphash_key key, struct reeve_bytes bytes);

#ifdef __cplusplus
}
#endif
#endif
