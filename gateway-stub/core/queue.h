/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs of one version and pool that may go out: the highest priority first; within a priority the
 * submitters take turns, so that nobody's many jobs hold up another's few; of one submitter, the
 * oldest first. A job that comes back keeps its place. */
#ifndef REEVE_GATEWAY_STUB_CORE_QUEUE_H
#define REEVE_GATEWAY_STUB_CORE_QUEUE_H

#include "gateway-stub/core/state.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Before anything else, once. */
void reeve_queue_init(struct reeve_queue *queue);
/* Room for an open job at its submitter's share: pushing it cannot fail then. NO_MEMORY. */
enum reeve_status reeve_queue_enter(struct reeve_gateway *g, struct reeve_job *job,
                                    struct reeve_bytes submitter) REEVE_MUST_CHECK;
/* Gives the room back; the job is not queued. Does nothing for a job that never entered. */
void reeve_queue_leave(struct reeve_gateway *g, struct reeve_job *job);
/* Queues it, at the place that it had before, if it had one. */
void reeve_queue_push(struct reeve_gateway *g, struct reeve_job *job);
/* Takes it out; does nothing when it is not queued. */
void reeve_queue_remove(struct reeve_gateway *g, struct reeve_job *job);
/* The next one to go out; NULL when there is none. */
struct reeve_job *reeve_queue_first(const struct reeve_queue *queue);
/* Takes that one out, and it is the next submitter's turn. */
void reeve_queue_pop(struct reeve_gateway *g, struct reeve_job *job);
/* Jobs that wait with this priority or a higher one. */
size_t reeve_queue_count_from(const struct reeve_queue *queue, uint8_t priority);
/* The highest priority that any job waits with, whatever it waits for; -1: none does. */
int reeve_queue_highest(const struct reeve_gateway *g);

#ifdef __cplusplus
}
#endif
#endif
