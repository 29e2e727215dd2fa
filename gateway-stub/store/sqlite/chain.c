/* SPDX-License-Identifier: Apache-2.0 */
/* Chain heads and records. */
#include "gateway-stub/store/sqlite/chain.h"

enum reeve_status reeve_chain_find(struct reeve_db *db, const struct reeve_id *chain_id,
                                   struct reeve_chain_row *chain)
{
    struct reeve_db_query q = reeve_db_query(
        db, "SELECT seq, sequence, hash, time_ms, dispatched FROM chains WHERE chain_id = ?");
    reeve_db_bind_id(&q, chain_id);
    REEVE_TRY(reeve_db_step(&q));
    *chain = (struct reeve_chain_row){
        .row = reeve_db_i64(&q, 0),
        .sequence = reeve_db_u64(&q, 1),
        .hash = reeve_db_digest(&q, 2),
        .time_unix_ms = reeve_db_i64(&q, 3),
        .dispatched = reeve_db_u64(&q, 4),
    };
    reeve_db_finish(&q);
    return REEVE_OK;
}

enum reeve_status reeve_chain_insert(struct reeve_db *db, const struct reeve_chain_new *chain,
                                     struct reeve_chain_row *row)
{
    static const struct reeve_digest zero;
    struct reeve_db_query q = reeve_db_query(
        db, "INSERT INTO chains (chain_id, journal, tenant, identity, sequence, hash, time_ms,"
            " dispatched, public_key, abandoned) VALUES (?, ?, ?, ?, 0, ?, 0, 0, ?, 0)");
    reeve_db_bind_id(&q, &chain->chain_id);
    if (chain->journal_row == 0) {
        reeve_db_bind_null(&q);
    } else {
        reeve_db_bind_i64(&q, chain->journal_row);
    }
    reeve_db_bind_text(&q, chain->tenant);
    reeve_db_bind_text(&q, chain->identity);
    reeve_db_bind_digest(&q, &zero);
    reeve_db_bind_blob(&q, chain->public_key);
    REEVE_TRY(reeve_db_run(&q));
    *row = (struct reeve_chain_row){.row = reeve_db_inserted(db)};
    return REEVE_OK;
}

enum reeve_status reeve_chain_advance(struct reeve_db *db, const struct reeve_chain_row *chain)
{
    struct reeve_db_query q = reeve_db_query(
        db, "UPDATE chains SET sequence = ?, hash = ?, time_ms = ?, dispatched = ? WHERE seq = ?");
    reeve_db_bind_u64(&q, chain->sequence);
    reeve_db_bind_digest(&q, &chain->hash);
    reeve_db_bind_i64(&q, chain->time_unix_ms);
    reeve_db_bind_u64(&q, chain->dispatched);
    reeve_db_bind_i64(&q, chain->row);
    return reeve_db_run(&q);
}

static void bind_optional(struct reeve_db_query *q, bool present, struct reeve_bytes bytes)
{
    if (present) {
        reeve_db_bind_blob(q, bytes);
        return;
    }
    reeve_db_bind_null(q);
}

static void bind_optional_id(struct reeve_db_query *q, const struct reeve_id *id)
{
    bind_optional(q, id != NULL, id == NULL ? reeve_bytes_of(NULL, 0) : reeve_id_view(id));
}

enum reeve_status reeve_chain_append(struct reeve_db *db, int64_t chain_row,
                                     const struct reeve_store_audit *audit,
                                     const struct reeve_id *job_id, const struct reeve_id *plan_id,
                                     int64_t *audit_row)
{
    struct reeve_db_query q = reeve_db_query(
        db, "INSERT INTO audit (chain, sequence, hash, record, input_salt, output_salt, input_body,"
            " output_body, received_ms, job_id, plan_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    reeve_db_bind_i64(&q, chain_row);
    reeve_db_bind_u64(&q, audit->sequence);
    reeve_db_bind_digest(&q, &audit->hash);
    reeve_db_bind_blob(&q, audit->record);
    bind_optional(&q, audit->input_salt.len != 0, audit->input_salt);
    bind_optional(&q, audit->output_salt.len != 0, audit->output_salt);
    bind_optional(&q, audit->has_input_body, audit->input_body);
    bind_optional(&q, audit->has_output_body, audit->output_body);
    reeve_db_bind_i64(&q, audit->received_unix_ms);
    bind_optional_id(&q, job_id);
    bind_optional_id(&q, plan_id);
    REEVE_TRY(reeve_db_run(&q));
    *audit_row = reeve_db_inserted(db);
    return REEVE_OK;
}

enum reeve_status reeve_chain_checkpoint(struct reeve_db *db, int64_t chain_row,
                                         const struct reeve_store_checkpoint *checkpoint)
{
    struct reeve_db_query q = reeve_db_query(
        db, "INSERT INTO checkpoints (chain, sequence, checkpoint, key_id, signature,"
            " counter_key_id, countersignature) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (chain) DO UPDATE SET sequence = excluded.sequence,"
            " checkpoint = excluded.checkpoint, key_id = excluded.key_id,"
            " signature = excluded.signature, counter_key_id = excluded.counter_key_id,"
            " countersignature = excluded.countersignature"
            " WHERE excluded.sequence >= checkpoints.sequence");
    reeve_db_bind_i64(&q, chain_row);
    reeve_db_bind_u64(&q, checkpoint->sequence);
    reeve_db_bind_blob(&q, checkpoint->checkpoint);
    reeve_db_bind_text(&q, checkpoint->key_id);
    reeve_db_bind_blob(&q, checkpoint->signature);
    reeve_db_bind_text(&q, checkpoint->counter_key_id);
    reeve_db_bind_blob(&q, checkpoint->countersignature);
    return reeve_db_run(&q);
}
