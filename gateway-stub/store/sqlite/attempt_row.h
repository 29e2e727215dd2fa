/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of attempts that failed and were not the end of their job, and of where the job stands. */
#ifndef REEVE_GATEWAY_STUB_STORE_SQLITE_ATTEMPT_ROW_H
#define REEVE_GATEWAY_STUB_STORE_SQLITE_ATTEMPT_ROW_H

#include "gateway-stub/store/sqlite/context.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One attempt; `journal` 0: not known whose it was. */
struct reeve_attempt_row {
    int64_t job;
    int64_t journal;
    bool answered; /* its worker told the end */
    const struct reeve_store_end *end;
    int64_t ended_unix_ms;
    int64_t retry_unix_ms;
    bool dead;
};

/* Stores an attempt, once, and moves the job on: backoff or dead letter. */
enum reeve_status reeve_attempt_store(struct reeve_db *db,
                                      const struct reeve_attempt_row *attempt) REEVE_MUST_CHECK;
/* The attempts of those jobs that have any, newest first. */
enum reeve_status reeve_attempts_read(struct reeve_db *db, struct reeve_arena *arena,
                                      struct reeve_store_job *jobs, size_t count) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
