/* SPDX-License-Identifier: Apache-2.0 */
/* One SQLite connection with its prepared statements, and the few shapes in which this store asks
 * questions. A connection belongs to one thread.
 *
 *   struct reeve_db_query q = reeve_db_query(db, "SELECT … WHERE a = ? AND b = ?");
 *   reeve_db_bind_id(&q, &id);
 *   reeve_db_bind_u64(&q, n);
 *   REEVE_TRY(reeve_db_step(&q));         // NOT_FOUND when there is no row
 *   … reeve_db_u64(&q, 0) …
 *   reeve_db_finish(&q);
 *
 * The SQL is a string literal: statements are cached by its address. */
#ifndef REEVE_GATEWAY_STUB_STORE_SQLITE_DB_H
#define REEVE_GATEWAY_STUB_STORE_SQLITE_DB_H

#include <sqlite3.h>

#include "agent/base/arena.h"
#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_DB_STATEMENTS 128u

struct reeve_db_statement {
    const char *sql;
    sqlite3_stmt *statement;
};

struct reeve_db {
    sqlite3 *connection;
    struct reeve_db_statement statements[REEVE_DB_STATEMENTS];
};

/* Opens `path` and sets what every connection needs. `flags` are SQLite's. */
enum reeve_status reeve_db_open(struct reeve_db *db, const char *path, int flags) REEVE_MUST_CHECK;
void reeve_db_close(struct reeve_db *db); /* idempotent */
/* Statements without parameters and rows. */
enum reeve_status reeve_db_execute(struct reeve_db *db, const char *sql) REEVE_MUST_CHECK;
/* What an SQLite result code means here; OK for OK, ROW and DONE. */
enum reeve_status reeve_db_status(int code);

struct reeve_db_query {
    struct reeve_db *db;
    sqlite3_stmt *statement;
    int bound;
    enum reeve_status status; /* the first failure; everything after it does nothing */
};

struct reeve_db_query reeve_db_query(struct reeve_db *db, const char *sql);
/* Parameters from left to right; bytes are borrowed until _finish. */
void reeve_db_bind_i64(struct reeve_db_query *q, int64_t v);
void reeve_db_bind_u64(struct reeve_db_query *q, uint64_t v); /* RANGE above INT64_MAX */
void reeve_db_bind_text(struct reeve_db_query *q, struct reeve_bytes text);
void reeve_db_bind_blob(struct reeve_db_query *q, struct reeve_bytes blob); /* never NULL */
void reeve_db_bind_id(struct reeve_db_query *q, const struct reeve_id *id);
void reeve_db_bind_digest(struct reeve_db_query *q, const struct reeve_digest *digest);
void reeve_db_bind_null(struct reeve_db_query *q);

/* OK: a row is there; NOT_FOUND: no further one (the query is finished then, as after any failure).
 */
enum reeve_status reeve_db_step(struct reeve_db_query *q) REEVE_MUST_CHECK;
/* Runs a statement that gives no rows, and finishes it. */
enum reeve_status reeve_db_run(struct reeve_db_query *q) REEVE_MUST_CHECK;
void reeve_db_finish(struct reeve_db_query *q);
/* Rows that the last run changed, the row id it inserted. */
uint64_t reeve_db_changes(const struct reeve_db *db);
int64_t reeve_db_inserted(const struct reeve_db *db);

int64_t reeve_db_i64(const struct reeve_db_query *q, int column);
uint64_t reeve_db_u64(const struct reeve_db_query *q, int column);
bool reeve_db_is_null(const struct reeve_db_query *q, int column);
/* Valid until the next step. */
struct reeve_bytes reeve_db_bytes(const struct reeve_db_query *q, int column);
/* A copy in the arena; data is NULL only when memory is short, which q->status then says. */
struct reeve_bytes reeve_db_copy(struct reeve_db_query *q, int column, struct reeve_arena *arena);
/* Zero when the column does not hold exactly as many bytes. */
struct reeve_id reeve_db_id(const struct reeve_db_query *q, int column);
struct reeve_digest reeve_db_digest(const struct reeve_db_query *q, int column);

#ifdef __cplusplus
}
#endif
#endif
