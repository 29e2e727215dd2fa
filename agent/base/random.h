/* SPDX-License-Identifier: Apache-2.0 */
/* Injected randomness: the system's in production, seeded in tests and in the simulator. */
#ifndef REEVE_AGENT_BASE_RANDOM_H
#define REEVE_AGENT_BASE_RANDOM_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_random {
    void (*fill)(void *ctx, void *to, size_t len);
    void *ctx;
};

/* BoringSSL's RAND_bytes; thread-safe, cannot fail. */
const struct reeve_random *reeve_random_system(void);

/* A deterministic generator (SplitMix64) for tests; not for keys. */
struct reeve_random_seeded {
    struct reeve_random random;
    uint64_t state;
};
void reeve_random_seed(struct reeve_random_seeded *r, uint64_t seed);

uint64_t reeve_random_u64(const struct reeve_random *r);
/* Uniform in [0, below); below > 0. */
uint64_t reeve_random_below(const struct reeve_random *r, uint64_t below);
struct reeve_id reeve_random_id(const struct reeve_random *r); /* 16 random bytes */
/* UUIDv7 (RFC 9562): 48 bits of unix milliseconds, then random; sorts by time. */
struct reeve_id reeve_random_uuid7(const struct reeve_random *r, int64_t unix_ms);

#ifdef __cplusplus
}
#endif
#endif
