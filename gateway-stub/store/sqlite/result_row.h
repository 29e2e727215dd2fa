/* SPDX-License-Identifier: Apache-2.0 */
/* Results of server-streaming jobs: rows of one attempt, the newest, in the order of their index.
 */
#ifndef REEVE_GATEWAY_STUB_STORE_SQLITE_RESULT_ROW_H
#define REEVE_GATEWAY_STUB_STORE_SQLITE_RESULT_ROW_H

#include "gateway-stub/store/sqlite/context.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Stores one, once; one of a job that has ended, or of no job, is let go. The first of an attempt
 * takes the place of what earlier attempts left. */
enum reeve_status reeve_result_store(struct reeve_db *db, struct reeve_bytes tenant,
                                     const struct reeve_store_result *result) REEVE_MUST_CHECK;

/* The job ends: what of its results stays, and how many these are. */
enum reeve_status reeve_results_close(struct reeve_db *db, int64_t job_row,
                                      const struct reeve_store_end *end,
                                      uint64_t *results) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
