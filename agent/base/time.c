/* SPDX-License-Identifier: Apache-2.0 */
/* Linux's clocks. */
#include "agent/base/time.h"

#include <time.h>

static struct timespec read_clock(clockid_t clock)
{
    struct timespec t = {0, 0};
    /* Fails only for a clock that the kernel lacks; these three are older than any we run on. */
    (void)clock_gettime(clock, &t);
    return t;
}

static int64_t milliseconds(struct timespec t)
{
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct reeve_now reeve_now_read(void)
{
    struct reeve_now now;
    now.boot_ms = (uint64_t)milliseconds(read_clock(CLOCK_BOOTTIME));
    now.unix_ms = milliseconds(read_clock(CLOCK_REALTIME));
    return now;
}

uint64_t reeve_monotonic_ns(void)
{
    struct timespec t = read_clock(CLOCK_MONOTONIC);
    return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}
