/* SPDX-License-Identifier: Apache-2.0 */
/* The tables. What is written per job is written twice only: at submit (jobs) and at its end
 * (outcomes, audit); a jobs row never changes. State follows from what exists: a job with an
 * outcome has ended, one with an assignment belongs to a journal, a dead letter says so in retries,
 * else its plan's state decides. A
 * plan's jobs have consecutive row numbers from first_job on. */
#include "gateway-stub/store/sqlite/schema.h"

static const char schema_1[] =
    "CREATE TABLE meta (id INTEGER PRIMARY KEY CHECK (id = 1), gateway_id BLOB NOT NULL,"
    "  generation INTEGER NOT NULL) STRICT;"
    "CREATE TABLE tasks (seq INTEGER PRIMARY KEY, tenant TEXT NOT NULL, task TEXT NOT NULL,"
    "  fingerprint BLOB NOT NULL, entry BLOB NOT NULL, registered_ms INTEGER NOT NULL,"
    "  UNIQUE (tenant, task, fingerprint)) STRICT;"
    "CREATE TABLE plans (seq INTEGER PRIMARY KEY, plan_id BLOB NOT NULL UNIQUE,"
    "  tenant TEXT NOT NULL, state INTEGER NOT NULL, submitted_ms INTEGER NOT NULL,"
    "  not_after_ms INTEGER NOT NULL, approvals_needed INTEGER NOT NULL,"
    "  open_jobs INTEGER NOT NULL, first_job INTEGER NOT NULL, job_count INTEGER NOT NULL,"
    "  queued_ms INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;"
    "CREATE INDEX plans_open ON plans (seq) WHERE open_jobs > 0;"
    /* apart, so that counting down open_jobs does not write them again */
    "CREATE TABLE statements (plan INTEGER PRIMARY KEY, statement BLOB NOT NULL,"
    "  title TEXT NOT NULL, submitted_by TEXT NOT NULL) STRICT;"
    "CREATE TABLE plan_keys (tenant TEXT NOT NULL, key TEXT NOT NULL, plan INTEGER NOT NULL,"
    "  PRIMARY KEY (tenant, key)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE approvals (plan INTEGER NOT NULL, key_id TEXT NOT NULL, by TEXT NOT NULL,"
    "  time_ms INTEGER NOT NULL, signature BLOB NOT NULL, PRIMARY KEY (plan, key_id),"
    "  UNIQUE (plan, by)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE jobs (seq INTEGER PRIMARY KEY, job_id BLOB NOT NULL UNIQUE,"
    "  plan INTEGER NOT NULL, task INTEGER NOT NULL, pool TEXT NOT NULL, spec BLOB NOT NULL,"
    "  timeout_ms INTEGER NOT NULL, idempotent INTEGER NOT NULL, not_before_ms INTEGER NOT NULL)"
    "  STRICT;"
    "CREATE TABLE assignments (job INTEGER PRIMARY KEY, journal INTEGER NOT NULL,"
    "  attempt INTEGER NOT NULL, assigned_ms INTEGER NOT NULL) STRICT;"
    "CREATE TABLE outcomes (job INTEGER PRIMARY KEY, journal INTEGER, attempt INTEGER NOT NULL,"
    "  status INTEGER NOT NULL, effect INTEGER NOT NULL, reason INTEGER NOT NULL, error BLOB,"
    "  output BLOB, results INTEGER NOT NULL, ended_ms INTEGER NOT NULL, audit INTEGER) STRICT;"
    "CREATE TABLE results (seq INTEGER PRIMARY KEY, job INTEGER NOT NULL, attempt INTEGER NOT NULL,"
    "  idx INTEGER NOT NULL, message BLOB NOT NULL, UNIQUE (job, attempt, idx)) STRICT;"
    "CREATE TABLE settlements (seq INTEGER PRIMARY KEY, job INTEGER NOT NULL,"
    "  status INTEGER NOT NULL, effect INTEGER NOT NULL, reason INTEGER NOT NULL,"
    "  source TEXT NOT NULL, note TEXT NOT NULL, time_ms INTEGER NOT NULL) STRICT;"
    "CREATE INDEX settlements_job ON settlements (job);"
    "CREATE TABLE journals (seq INTEGER PRIMARY KEY, journal_id BLOB NOT NULL UNIQUE,"
    "  tenant TEXT NOT NULL, identity TEXT NOT NULL, boot_id BLOB NOT NULL, nonce BLOB NOT NULL,"
    "  epoch INTEGER NOT NULL, build TEXT NOT NULL, reserved INTEGER NOT NULL,"
    "  connected INTEGER NOT NULL, rolled_back INTEGER NOT NULL, readmitted INTEGER NOT NULL,"
    "  opened_ms INTEGER NOT NULL, closed_ms INTEGER NOT NULL) STRICT;"
    "CREATE INDEX journals_tenant ON journals (tenant, opened_ms);"
    "CREATE TABLE revoked (tenant TEXT NOT NULL, identity TEXT NOT NULL,"
    "  revoked_ms INTEGER NOT NULL, PRIMARY KEY (tenant, identity)) STRICT, WITHOUT ROWID;"
    /* A journal's chain, or one of the gateway's own (journal NULL). `dispatched` is the highest
     * dispatch sequence that an outcome answered. */
    "CREATE TABLE chains (seq INTEGER PRIMARY KEY, chain_id BLOB NOT NULL UNIQUE, journal INTEGER,"
    "  tenant TEXT NOT NULL, identity TEXT NOT NULL, sequence INTEGER NOT NULL,"
    "  hash BLOB NOT NULL, time_ms INTEGER NOT NULL, dispatched INTEGER NOT NULL,"
    "  public_key BLOB NOT NULL, abandoned INTEGER NOT NULL) STRICT;"
    "CREATE INDEX chains_tenant ON chains (tenant, seq);"
    "CREATE TABLE audit (seq INTEGER PRIMARY KEY, chain INTEGER NOT NULL,"
    "  sequence INTEGER NOT NULL, hash BLOB NOT NULL, record BLOB NOT NULL, input_salt BLOB,"
    "  output_salt BLOB, input_body BLOB, output_body BLOB, received_ms INTEGER NOT NULL,"
    /* what it is about, where outcomes.audit does not lead here */
    "  job_id BLOB, plan_id BLOB, UNIQUE (chain, sequence)) STRICT;"
    "CREATE INDEX audit_job ON audit (job_id) WHERE job_id IS NOT NULL;"
    "CREATE INDEX audit_plan ON audit (plan_id) WHERE plan_id IS NOT NULL;"
    /* the newest of each chain */
    "CREATE TABLE checkpoints (chain INTEGER PRIMARY KEY, sequence INTEGER NOT NULL,"
    "  checkpoint BLOB NOT NULL, key_id TEXT NOT NULL, signature BLOB NOT NULL,"
    "  counter_key_id TEXT NOT NULL, countersignature BLOB NOT NULL) STRICT;";

/* Attempts that failed and did not end their job, and where the job stands for them. */
static const char schema_2[] =
    "CREATE TABLE attempts (job INTEGER NOT NULL, attempt INTEGER NOT NULL, journal INTEGER,"
    "  status INTEGER NOT NULL, effect INTEGER NOT NULL, reason INTEGER NOT NULL, error BLOB,"
    "  ended_ms INTEGER NOT NULL, PRIMARY KEY (job, attempt)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE retries (job INTEGER PRIMARY KEY, attempt INTEGER NOT NULL,"
    "  answered INTEGER NOT NULL, base INTEGER NOT NULL, effect INTEGER NOT NULL,"
    "  reason INTEGER NOT NULL, retry_ms INTEGER NOT NULL, dead INTEGER NOT NULL) STRICT;"
    /* 0 to 9; the higher goes out first */
    "ALTER TABLE jobs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;";

/* Since when a journal is away; 0: it is connected, as far as the store knows. And jobs that are to
 * be cancelled, of those that a worker had when that was asked for. */
static const char schema_3[] =
    "CREATE TABLE cancels (job INTEGER PRIMARY KEY) STRICT;"
    "ALTER TABLE journals ADD COLUMN away_ms INTEGER NOT NULL DEFAULT 0;"
    "UPDATE journals SET away_ms = closed_ms WHERE closed_ms >= opened_ms;";

/* Plans up to this one were submitted before a restored store was found out: what became of their
 * jobs since is not known. */
static const char schema_4[] = "ALTER TABLE meta ADD COLUMN doubtful INTEGER NOT NULL DEFAULT 0;";

/* Entry n takes a file from version n to n + 1. Never changed once released, only added to. */
static const char *const migrations[] = {schema_1, schema_2, schema_3, schema_4};
#define SCHEMA_VERSION (sizeof(migrations) / sizeof(migrations[0]))

static enum reeve_status version_read(struct reeve_db *db, uint64_t *version)
{
    struct reeve_db_query q = reeve_db_query(db, "PRAGMA user_version");
    REEVE_TRY(reeve_db_step(&q));
    *version = reeve_db_u64(&q, 0);
    reeve_db_finish(&q);
    return REEVE_OK;
}

static enum reeve_status migrate_from(struct reeve_db *db, uint64_t version)
{
    char set[64];
    REEVE_TRY(reeve_format(set, sizeof(set), "PRAGMA user_version = %u", (unsigned)version + 1));
    REEVE_TRY(reeve_db_execute(db, "BEGIN EXCLUSIVE"));
    enum reeve_status status = reeve_db_execute(db, migrations[version]);
    if (status == REEVE_OK) {
        status = reeve_db_execute(db, set);
    }
    if (status == REEVE_OK) {
        status = reeve_db_execute(db, "COMMIT");
    }
    if (status != REEVE_OK && !sqlite3_get_autocommit(db->connection)) {
        (void)sqlite3_exec(db->connection, "ROLLBACK", NULL, NULL, NULL);
    }
    return status;
}

enum reeve_status reeve_schema_migrate(struct reeve_db *db)
{
    uint64_t version = 0;
    REEVE_TRY(version_read(db, &version));
    if (version > SCHEMA_VERSION) {
        return REEVE_VERSION;
    }
    for (; version < SCHEMA_VERSION; version++) {
        REEVE_TRY(migrate_from(db, version));
    }
    return REEVE_OK;
}

enum reeve_status reeve_schema_mint(struct reeve_db *db, const struct reeve_random *random)
{
    struct reeve_id id = reeve_random_id(random);
    struct reeve_db_query q =
        reeve_db_query(db, "INSERT INTO meta (id, gateway_id, generation) VALUES (1, ?, 1)"
                           " ON CONFLICT (id) DO UPDATE SET generation = generation + 1");
    reeve_db_bind_id(&q, &id);
    return reeve_db_run(&q);
}

enum reeve_status reeve_schema_check(struct reeve_db *db)
{
    struct reeve_db_query q = reeve_db_query(db, "PRAGMA quick_check(1)");
    REEVE_TRY(reeve_db_step(&q));
    bool good = reeve_bytes_equal_cstr(reeve_db_bytes(&q, 0), "ok");
    reeve_db_finish(&q);
    return good ? REEVE_OK : REEVE_CORRUPT;
}
