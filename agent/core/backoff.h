/* SPDX-License-Identifier: Apache-2.0 */
/* When to connect again: exponential backoff with full jitter, for ever. A session that was
 * welcomed and lived resets it; a session that dies young does not, so a gateway that welcomes and
 * drops is not hammered. */
#ifndef REEVE_AGENT_CORE_BACKOFF_H
#define REEVE_AGENT_CORE_BACKOFF_H

#include "agent/base/random.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A welcomed session that stood this long resets the backoff. */
#define REEVE_BACKOFF_LIVED_MS 10000u

struct reeve_engine_backoff {
    uint32_t base_ms;
    uint32_t cap_ms;
    uint32_t tries;
};

void reeve_engine_backoff_init(struct reeve_engine_backoff *b, uint32_t base_ms, uint32_t cap_ms);
void reeve_engine_backoff_reset(struct reeve_engine_backoff *b);
/* How long to wait now: uniform in [0, min(cap, base * 2^tries)]; counts one more try. */
uint64_t reeve_engine_backoff_next_ms(struct reeve_engine_backoff *b,
                                      const struct reeve_random *random);

#ifdef __cplusplus
}
#endif
#endif
