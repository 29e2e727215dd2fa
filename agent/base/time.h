/* SPDX-License-Identifier: Apache-2.0 */
/* "Now", read once per turn of a loop by its owner and handed down. */
#ifndef REEVE_AGENT_BASE_TIME_H
#define REEVE_AGENT_BASE_TIME_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_now {
    uint64_t boot_ms; /* CLOCK_BOOTTIME: goes on during suspend, never back */
    int64_t unix_ms;  /* wall clock; may jump */
};

struct reeve_now reeve_now_read(void);
uint64_t reeve_monotonic_ns(void); /* for measuring only */

#define REEVE_NEVER_MS UINT64_MAX

#ifdef __cplusplus
}
#endif
#endif
