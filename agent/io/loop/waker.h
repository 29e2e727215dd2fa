/* SPDX-License-Identifier: Apache-2.0 */
/* An eventfd that wakes one thread. Whoever signals may still be on the way to it when the sleeper
 * has long woken for another reason, done all there was to do, and is about to be freed; so the
 * sleeper counts the signals that are owed to it, and closing waits for them. */
#ifndef REEVE_AGENT_IO_LOOP_WAKER_H
#define REEVE_AGENT_IO_LOOP_WAKER_H

#include <stdint.h>

#include "agent/base/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_waker {
    int fd; /* readable while there are signals that were not heard; -1: not open */
    /* The sleeper's: */
    uint64_t owed;
    uint64_t heard;
};

void reeve_waker_init(struct reeve_waker *waker);
/* IO: no eventfd. */
enum reeve_status reeve_waker_open(struct reeve_waker *waker) REEVE_MUST_CHECK;
/* Any thread; touches nothing of the waker's behind the signal. */
void reeve_waker_signal(const struct reeve_waker *waker);
/* The sleeper: somebody has signalled, or is about to. */
void reeve_waker_expect(struct reeve_waker *waker);
/* The sleeper: takes the signals that are there. */
void reeve_waker_hear(struct reeve_waker *waker);
/* Waits for the signals that were expected. The sleeper's thread, or once that has ended. Again is
 * fine. */
void reeve_waker_close(struct reeve_waker *waker);

#ifdef __cplusplus
}
#endif
#endif
