/* SPDX-License-Identifier: Apache-2.0 */
/* The fence: what a session may still write. */
#ifndef REEVE_GATEWAY_STUB_STORE_SQLITE_JOURNAL_ROW_H
#define REEVE_GATEWAY_STUB_STORE_SQLITE_JOURNAL_ROW_H

#include "gateway-stub/store/sqlite/db.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The journal's row when `epoch` is its newest. STATE: fenced; NOT_FOUND. */
enum reeve_status reeve_journal_fence(struct reeve_db *db, const struct reeve_id *journal_id,
                                      uint64_t epoch, int64_t *row) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
