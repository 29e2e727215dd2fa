/* SPDX-License-Identifier: Apache-2.0 */
/* One SQLite connection: statements, parameters, rows, result codes. */
#include "gateway-stub/store/sqlite/db.h"

enum reeve_status reeve_db_status(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return REEVE_OK;
    case SQLITE_FULL:
        return REEVE_DISK_FULL;
    case SQLITE_NOMEM:
        return REEVE_NO_MEMORY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return REEVE_CORRUPT;
    case SQLITE_CONSTRAINT:
        return REEVE_EXISTS;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
        return REEVE_PERMISSION;
    case SQLITE_TOOBIG:
        return REEVE_TOO_LARGE;
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_ERROR:
        return REEVE_INTERNAL;
    default:
        return REEVE_IO;
    }
}

enum reeve_status reeve_db_execute(struct reeve_db *db, const char *sql)
{
    return reeve_db_status(sqlite3_exec(db->connection, sql, NULL, NULL, NULL));
}

enum reeve_status reeve_db_open(struct reeve_db *db, const char *path, int flags)
{
    reeve_zero(db, sizeof(*db));
    int code = sqlite3_open_v2(path, &db->connection, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK) {
        reeve_db_close(db);
        return reeve_db_status(code);
    }
    (void)sqlite3_extended_result_codes(db->connection, 1);
    (void)sqlite3_busy_timeout(db->connection, 5000);
    enum reeve_status status =
        reeve_db_execute(db, "PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;"
                             "PRAGMA trusted_schema = OFF; PRAGMA cache_size = -16384;");
    if (status != REEVE_OK) {
        reeve_db_close(db);
    }
    return status;
}

void reeve_db_close(struct reeve_db *db)
{
    for (size_t i = 0; i < REEVE_DB_STATEMENTS; i++) {
        (void)sqlite3_finalize(db->statements[i].statement);
        db->statements[i] = (struct reeve_db_statement){0};
    }
    (void)sqlite3_close(db->connection);
    db->connection = NULL;
}

/* The cache is a hash table on the literal's address: the same address always holds the same text.
 */
static enum reeve_status prepared(struct reeve_db *db, const char *sql, sqlite3_stmt **statement)
{
    size_t at = (size_t)(((uintptr_t)sql >> 3) % REEVE_DB_STATEMENTS);
    for (size_t tries = 0; tries < REEVE_DB_STATEMENTS; tries++) {
        struct reeve_db_statement *entry = &db->statements[(at + tries) % REEVE_DB_STATEMENTS];
        if (entry->sql == sql) {
            *statement = entry->statement;
            return REEVE_OK;
        }
        if (entry->sql != NULL) {
            continue;
        }
        int code = sqlite3_prepare_v3(db->connection, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                      &entry->statement, NULL);
        if (code != SQLITE_OK) {
            return reeve_db_status(code);
        }
        entry->sql = sql;
        *statement = entry->statement;
        return REEVE_OK;
    }
    return REEVE_LIMIT;
}

struct reeve_db_query reeve_db_query(struct reeve_db *db, const char *sql)
{
    struct reeve_db_query q = {.db = db};
    q.status = prepared(db, sql, &q.statement);
    return q;
}

static void bound(struct reeve_db_query *q, int code)
{
    if (q->status == REEVE_OK) {
        q->status = reeve_db_status(code);
    }
}

void reeve_db_bind_i64(struct reeve_db_query *q, int64_t v)
{
    bound(q, q->status == REEVE_OK ? sqlite3_bind_int64(q->statement, ++q->bound, v) : 0);
}

void reeve_db_bind_u64(struct reeve_db_query *q, uint64_t v)
{
    if (v > INT64_MAX && q->status == REEVE_OK) {
        q->status = REEVE_RANGE;
        return;
    }
    reeve_db_bind_i64(q, (int64_t)v);
}

void reeve_db_bind_text(struct reeve_db_query *q, struct reeve_bytes text)
{
    if (q->status != REEVE_OK) {
        return;
    }
    bound(q, sqlite3_bind_text64(q->statement, ++q->bound,
                                 text.len == 0 ? "" : (const char *)text.data, text.len,
                                 SQLITE_STATIC, SQLITE_UTF8));
}

void reeve_db_bind_blob(struct reeve_db_query *q, struct reeve_bytes blob)
{
    if (q->status != REEVE_OK) {
        return;
    }
    bound(q, sqlite3_bind_blob64(q->statement, ++q->bound,
                                 blob.len == 0 ? (const void *)"" : blob.data, blob.len,
                                 SQLITE_STATIC));
}

void reeve_db_bind_id(struct reeve_db_query *q, const struct reeve_id *id)
{
    reeve_db_bind_blob(q, reeve_id_view(id));
}

void reeve_db_bind_digest(struct reeve_db_query *q, const struct reeve_digest *digest)
{
    reeve_db_bind_blob(q, reeve_digest_view(digest));
}

void reeve_db_bind_null(struct reeve_db_query *q)
{
    bound(q, q->status == REEVE_OK ? sqlite3_bind_null(q->statement, ++q->bound) : 0);
}

enum reeve_status reeve_db_step(struct reeve_db_query *q)
{
    int code = q->status == REEVE_OK ? sqlite3_step(q->statement) : SQLITE_OK;
    if (code == SQLITE_ROW) {
        return REEVE_OK;
    }
    if (q->status == REEVE_OK) {
        q->status = code == SQLITE_DONE ? REEVE_NOT_FOUND : reeve_db_status(code);
    }
    enum reeve_status status = q->status;
    reeve_db_finish(q);
    return status;
}

enum reeve_status reeve_db_run(struct reeve_db_query *q)
{
    enum reeve_status status = reeve_db_step(q);
    if (status == REEVE_NOT_FOUND) {
        return REEVE_OK;
    }
    reeve_db_finish(q);
    return status;
}

void reeve_db_finish(struct reeve_db_query *q)
{
    if (q->statement == NULL) {
        return;
    }
    (void)sqlite3_reset(q->statement);
    (void)sqlite3_clear_bindings(q->statement);
    q->statement = NULL;
}

uint64_t reeve_db_changes(const struct reeve_db *db)
{
    return (uint64_t)sqlite3_changes64(db->connection);
}

int64_t reeve_db_inserted(const struct reeve_db *db)
{
    return sqlite3_last_insert_rowid(db->connection);
}

int64_t reeve_db_i64(const struct reeve_db_query *q, int column)
{
    return sqlite3_column_int64(q->statement, column);
}

uint64_t reeve_db_u64(const struct reeve_db_query *q, int column)
{
    int64_t v = reeve_db_i64(q, column);
    return v < 0 ? 0 : (uint64_t)v;
}

bool reeve_db_is_null(const struct reeve_db_query *q, int column)
{
    return sqlite3_column_type(q->statement, column) == SQLITE_NULL;
}

struct reeve_bytes reeve_db_bytes(const struct reeve_db_query *q, int column)
{
    const void *data = sqlite3_column_blob(q->statement, column);
    int len = sqlite3_column_bytes(q->statement, column);
    return reeve_bytes_of(data, data == NULL || len < 0 ? 0 : (size_t)len);
}

struct reeve_bytes reeve_db_copy(struct reeve_db_query *q, int column, struct reeve_arena *arena)
{
    struct reeve_bytes copy = {0};
    enum reeve_status status = reeve_arena_dup(arena, reeve_db_bytes(q, column), &copy);
    if (status != REEVE_OK && q->status == REEVE_OK) {
        q->status = status;
    }
    return copy;
}

struct reeve_id reeve_db_id(const struct reeve_db_query *q, int column)
{
    struct reeve_id id = {{0}};
    if (reeve_id_from_bytes(reeve_db_bytes(q, column), &id) != REEVE_OK) {
        reeve_zero(&id, sizeof(id));
    }
    return id;
}

struct reeve_digest reeve_db_digest(const struct reeve_db_query *q, int column)
{
    struct reeve_digest digest = {{0}};
    if (reeve_digest_from_bytes(reeve_db_bytes(q, column), &digest) != REEVE_OK) {
        reeve_zero(&digest, sizeof(digest));
    }
    return digest;
}
