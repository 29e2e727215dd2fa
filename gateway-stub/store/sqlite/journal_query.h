/* SPDX-License-Identifier: Apache-2.0 */
/* Reading journals with their chains. */
#ifndef REEVE_GATEWAY_STUB_STORE_SQLITE_JOURNAL_QUERY_H
#define REEVE_GATEWAY_STUB_STORE_SQLITE_JOURNAL_QUERY_H

#include "gateway-stub/store/sqlite/context.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_JOURNAL_SELECT                                                                       \
    "SELECT c.chain_id, c.tenant, c.identity, j.boot_id, j.epoch, j.build, j.connected,"           \
    " j.rolled_back, j.opened_ms, j.closed_ms, c.sequence, c.hash, c.public_key, c.abandoned,"     \
    " j.away_ms"                                                                                   \
    " FROM journals j JOIN chains c ON c.chain_id = j.journal_id "

/* Up to `limit` rows of a query that begins so; it is finished afterwards. */
enum reeve_status reeve_journals_read(struct reeve_db_query *q, struct reeve_arena *arena,
                                      size_t limit, struct reeve_store_journal **journals,
                                      size_t *count) REEVE_MUST_CHECK;
void reeve_journal_read(struct reeve_db_query *q, struct reeve_arena *arena,
                        struct reeve_store_journal *journal);

#ifdef __cplusplus
}
#endif
#endif
