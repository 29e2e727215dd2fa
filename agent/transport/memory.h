/* SPDX-License-Identifier: Apache-2.0 */
/* A transport for tests and the simulator: two ends in one process, no thread, no clock. Nothing
 * happens until the owner steps the link, one event at a time, so every run is repeatable; and the
 * link can be cut at any message. */
#ifndef REEVE_AGENT_TRANSPORT_MEMORY_H
#define REEVE_AGENT_TRANSPORT_MEMORY_H

#include "agent/transport/transport.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_memory_link;

/* The two ends. */
enum reeve_memory_side { REEVE_MEMORY_WORKER, REEVE_MEMORY_GATEWAY };

/* The caller owns *out; the ends are freed by reeve_transport_free(), the link after them or
 * before. Both ends open once both were started. NO_MEMORY. */
enum reeve_status reeve_memory_link_new(const struct reeve_allocator *a,
                                        struct reeve_memory_link **out) REEVE_MUST_CHECK;
void reeve_memory_link_free(struct reeve_memory_link *link);
/* One end; owned by whoever takes it first. */
struct reeve_transport *reeve_memory_link_end(struct reeve_memory_link *link,
                                              enum reeve_memory_side side);
/* What an end's reeve_transport_peer_of() says of the other end. Copied; at most 255 bytes, else
 * TOO_LARGE. */
enum reeve_status reeve_memory_link_set_identity(struct reeve_memory_link *link,
                                                 enum reeve_memory_side side,
                                                 const char *identity) REEVE_MUST_CHECK;

/* Delivers one event to one end. False: nothing to deliver. */
bool reeve_memory_link_step(struct reeve_memory_link *link);
/* Steps until nothing is left; how many events that were. */
size_t reeve_memory_link_run(struct reeve_memory_link *link);

/* Breaks the connection now: messages under way are lost, both ends get `closed` with UNAVAILABLE.
 */
void reeve_memory_link_cut(struct reeve_memory_link *link);
/* Breaks it by itself once `side` has sent `messages` more; the last of them is lost. 0: never. */
void reeve_memory_link_cut_after(struct reeve_memory_link *link, enum reeve_memory_side side,
                                 size_t messages);

#ifdef __cplusplus
}
#endif
#endif
