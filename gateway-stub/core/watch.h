/* SPDX-License-Identifier: Apache-2.0 */
/* WatchPlan: tells what changed, as fast as the caller reads. A watch holds a bit per job, never a
 * queue of messages: what it sends is read from the store when it can be sent. */
#ifndef REEVE_GATEWAY_STUB_CORE_WATCH_H
#define REEVE_GATEWAY_STUB_CORE_WATCH_H

#include "gateway-stub/core/state.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A job changed. */
void reeve_watch_touch(struct reeve_gateway *g, const struct reeve_job *job);
/* More of its results are durable. */
void reeve_watch_results(struct reeve_gateway *g, const struct reeve_job *job);
/* A plan's own state changed. */
void reeve_watch_plan(struct reeve_gateway *g, const struct reeve_id *plan_id);
/* Lets every watch that can go on do so; once at the end of each event. */
void reeve_watch_pump(struct reeve_gateway *g);

#ifdef __cplusplus
}
#endif
#endif
