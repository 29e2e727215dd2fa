/* SPDX-License-Identifier: Apache-2.0 */
/* Lists inside decoded messages. A list borrows: its array lives in the arena that the decoder was
 * given, or in the encoder's caller's memory. Lists of messages have the same two members. */
#ifndef REEVE_AGENT_CODEC_VIEWS_H
#define REEVE_AGENT_CODEC_VIEWS_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_views {
    const struct reeve_bytes *items; /* NULL when count is 0 */
    size_t count;
};

struct reeve_numbers {
    const uint64_t *items;
    size_t count;
};

#ifdef __cplusplus
}
#endif
#endif
