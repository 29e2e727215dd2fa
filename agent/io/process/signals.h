/* SPDX-License-Identifier: Apache-2.0 */
/* Signals as tasks of a loop. They are blocked in every thread and taken by one that does nothing
 * else. */
#ifndef REEVE_AGENT_IO_PROCESS_SIGNALS_H
#define REEVE_AGENT_IO_PROCESS_SIGNALS_H

#include "agent/io/loop/loop.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_signals;

/* The loop's thread. `stop`: SIGTERM or SIGINT came, `reload`: SIGHUP. */
typedef void (*reeve_signals_handler)(void *ctx, bool stop, bool reload);

/* Blocks SIGTERM, SIGINT and SIGHUP in the calling thread and in those that it makes from now on.
 * Before other threads exist. */
enum reeve_status reeve_signals_block(void) REEVE_MUST_CHECK;
/* Starts the thread. NO_MEMORY; LIMIT: no thread was to be had. `loop` is borrowed. */
enum reeve_status reeve_signals_new(struct reeve_loop *loop, reeve_signals_handler handler,
                                    void *ctx, struct reeve_signals **out) REEVE_MUST_CHECK;
/* Ends the thread; nothing is posted any more. NULL is fine. */
void reeve_signals_stop(struct reeve_signals *s);
/* After the loop has run its last task. Stops, too. NULL is fine. */
void reeve_signals_free(struct reeve_signals *s);

#ifdef __cplusplus
}
#endif
#endif
