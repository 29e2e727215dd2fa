/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the SQLite store and their versions (PRAGMA user_version). */
#ifndef REEVE_GATEWAY_STUB_STORE_SQLITE_SCHEMA_H
#define REEVE_GATEWAY_STUB_STORE_SQLITE_SCHEMA_H

#include "agent/base/random.h"
#include "gateway-stub/store/sqlite/db.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Brings the file's schema up to date, each step in a transaction of its own. VERSION: made by a
 * newer program. */
enum reeve_status reeve_schema_migrate(struct reeve_db *db) REEVE_MUST_CHECK;
/* Mints the gateway's id if there is none and counts this opening. */
enum reeve_status reeve_schema_mint(struct reeve_db *db,
                                    const struct reeve_random *random) REEVE_MUST_CHECK;
/* CORRUPT when the file is damaged. */
enum reeve_status reeve_schema_check(struct reeve_db *db) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
