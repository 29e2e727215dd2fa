/* SPDX-License-Identifier: Apache-2.0 */
/* The system's randomness (BoringSSL) and a seeded one (SplitMix64, Steele et al. 2014). */
#include "agent/base/random.h"

#include <openssl/rand.h>

static void system_fill(void *ctx, void *to, size_t len)
{
    (void)ctx;
    /* BoringSSL's never returns without having filled `to`. */
    (void)RAND_bytes(to, len);
}

const struct reeve_random *reeve_random_system(void)
{
    static const struct reeve_random system = {system_fill, NULL};
    return &system;
}

static uint64_t split_mix(uint64_t *state)
{
    *state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static void seeded_fill(void *ctx, void *to, size_t len)
{
    struct reeve_random_seeded *r = ctx;
    uint8_t *next = to;
    while (len > 0) {
        uint8_t word[8];
        reeve_store_le64(word, split_mix(&r->state));
        size_t part = len < sizeof(word) ? len : sizeof(word);
        reeve_move(next, word, part);
        next += part;
        len -= part;
    }
}

void reeve_random_seed(struct reeve_random_seeded *r, uint64_t seed)
{
    r->random.fill = seeded_fill;
    r->random.ctx = r;
    r->state = seed;
}

uint64_t reeve_random_u64(const struct reeve_random *r)
{
    uint8_t bytes[8];
    r->fill(r->ctx, bytes, sizeof(bytes));
    return reeve_load_le64(bytes);
}

uint64_t reeve_random_below(const struct reeve_random *r, uint64_t below)
{
    /* Numbers under 2^64 mod below would make the small remainders more likely: draw again. */
    uint64_t uneven = (UINT64_MAX - below + 1) % below;
    uint64_t drawn;
    do {
        drawn = reeve_random_u64(r);
    } while (drawn < uneven);
    return drawn % below;
}

struct reeve_id reeve_random_id(const struct reeve_random *r)
{
    struct reeve_id id;
    r->fill(r->ctx, id.bytes, sizeof(id.bytes));
    return id;
}

struct reeve_id reeve_random_uuid7(const struct reeve_random *r, int64_t unix_ms)
{
    struct reeve_id id = reeve_random_id(r);
    uint8_t time[8];
    reeve_store_be64(time, unix_ms > 0 ? (uint64_t)unix_ms : 0);
    reeve_move(id.bytes, time + 2, 6);
    id.bytes[6] = (uint8_t)(0x70u | (id.bytes[6] & 0x0Fu)); /* version 7 */
    id.bytes[8] = (uint8_t)(0x80u | (id.bytes[8] & 0x3Fu)); /* variant 10 */
    return id;
}
