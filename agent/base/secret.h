/* SPDX-License-Identifier: Apache-2.0 */
/* A secret: bytes that are wiped where they die, compared in constant time, kept out of core dumps
 * (MADV_DONTDUMP) and out of swap where the system allows (mlock), and that no printing function
 * here takes. Owned by one holder; moved, not copied. */
#ifndef REEVE_AGENT_BASE_SECRET_H
#define REEVE_AGENT_BASE_SECRET_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_secret {
    uint8_t *data; /* in guarded pages of its own */
    size_t len;
    size_t mapped;
};

#define REEVE_SECRET_MAX ((size_t)64 * 1024)

void reeve_secret_init(struct reeve_secret *s);
/* Copies `from` into guarded memory; an older content is wiped, and stays on failure. TOO_LARGE
 * above REEVE_SECRET_MAX, NO_MEMORY. The caller still owns (and should wipe) `from`. */
enum reeve_status reeve_secret_set(struct reeve_secret *s,
                                   struct reeve_bytes from) REEVE_MUST_CHECK;
/* Wipes and frees; may be called twice. */
void reeve_secret_clear(struct reeve_secret *s);
void reeve_secret_move(struct reeve_secret *to, struct reeve_secret *from);
/* The bytes, for the one place that needs them. Valid until the secret changes. */
struct reeve_bytes reeve_secret_view(const struct reeve_secret *s);
bool reeve_secret_equal(const struct reeve_secret *a, struct reeve_bytes b); /* constant time */
/* Wipes memory in a way that the compiler keeps. */
void reeve_wipe(void *data, size_t len);

#ifdef __cplusplus
}
#endif
#endif
