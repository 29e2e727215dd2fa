/* SPDX-License-Identifier: Apache-2.0 */
/* Journals in memory: which jobs they hold, and what happens while they are away. */
#ifndef REEVE_GATEWAY_STUB_CORE_JOURNAL_H
#define REEVE_GATEWAY_STUB_CORE_JOURNAL_H

#include "gateway-stub/core/state.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_journal *reeve_journal_by_id(struct reeve_gateway *g, const struct reeve_id *id);
/* Finds or makes. NULL: no memory. */
struct reeve_journal *reeve_journal_of(struct reeve_gateway *g, const struct reeve_id *id,
                                       struct reeve_tenant *tenant);
/* Its session is gone: grace begins. */
void reeve_journal_away(struct reeve_gateway *g, struct reeve_journal *journal);
/* Puts on record that its session is gone, and whether a start of the gateway waits for it. */
void reeve_journal_left(struct reeve_gateway *g, struct reeve_journal *journal);
/* One that the store has: away since before this start of the gateway. */
void reeve_journal_loaded(struct reeve_gateway *g, struct reeve_journal *journal,
                          const struct reeve_store_journal *stored);
/* A worker that could not return while there was no gateway has so long to, whatever is over. */
uint64_t reeve_journal_return_ms(const struct reeve_gateway *g);
/* Its session has resumed. */
void reeve_journal_back(struct reeve_gateway *g, struct reeve_journal *journal);
/* Forgets a journal without session, jobs and expectation. */
void reeve_journal_settle_down(struct reeve_gateway *g, struct reeve_journal *journal);
/* Asks the store to take a RELEASING job's assignment back. NO_MEMORY. */
enum reeve_status reeve_journal_release(struct reeve_gateway *g,
                                        struct reeve_job *job) REEVE_MUST_CHECK;
/* The store's answer. */
void reeve_journal_released(struct reeve_gateway *g, const struct reeve_store_request *request);
/* A worker shows that this store forgot something: what is about to go out, and must not twice,
 * waits for that worker's Resume. What nobody lists then ends as UNKNOWN. The journal is expected.
 */
void reeve_journal_hold_doubtful(struct reeve_gateway *g);
/* Lets held jobs go once everybody who may have them is back, or had time to come back. */
void reeve_journal_check_held(struct reeve_gateway *g);
void reeve_journal_due(void *owner, void *context);

#ifdef __cplusplus
}
#endif
#endif
