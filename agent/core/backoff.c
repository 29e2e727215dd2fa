/* SPDX-License-Identifier: Apache-2.0 */
/* Full jitter, as in backoff.h. */
#include "agent/core/backoff.h"

void reeve_engine_backoff_init(struct reeve_engine_backoff *b, uint32_t base_ms, uint32_t cap_ms)
{
    b->base_ms = base_ms;
    b->cap_ms = cap_ms;
    b->tries = 0;
}

void reeve_engine_backoff_reset(struct reeve_engine_backoff *b)
{
    b->tries = 0;
}

uint64_t reeve_engine_backoff_next_ms(struct reeve_engine_backoff *b,
                                      const struct reeve_random *random)
{
    uint64_t ceiling = (uint64_t)b->base_ms << (b->tries < 20 ? b->tries : 20);
    if (ceiling > b->cap_ms) {
        ceiling = b->cap_ms;
    }
    if (b->tries < 20) {
        b->tries++;
    }
    return reeve_random_below(random, ceiling + 1);
}
