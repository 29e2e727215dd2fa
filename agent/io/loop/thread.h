/* SPDX-License-Identifier: Apache-2.0 */
/* A thread for a loop: a small stack of a size that is known, and no signals, which are the main
 * thread's. */
#ifndef REEVE_AGENT_IO_LOOP_THREAD_H
#define REEVE_AGENT_IO_LOOP_THREAD_H

#include <pthread.h>
#include <stddef.h>

#include "agent/base/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* To be joined by the caller. NO_MEMORY; LIMIT: the system gives no more threads. */
enum reeve_status reeve_thread_start(pthread_t *thread, size_t stack_bytes, void *(*run)(void *),
                                     void *ctx) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
