/* SPDX-License-Identifier: Apache-2.0 */
/* Signed heads of the audit chain: at most a second or 1,000 records behind, never ahead of what is
 * on disk, and kept until the gateway's countersignature came. Only the newest matters. */
#include "agent/core/engine_state.h"

static uint64_t behind(const struct reeve_engine *e)
{
    return e->chain.synced.sequence - e->checkpoint.sequence;
}

uint64_t reeve_engine_checkpoint_due_ms(const struct reeve_engine *e)
{
    if (e->appends.failed || e->chain.synced.sequence <= e->checkpoint.sequence) {
        return REEVE_NEVER_MS;
    }
    if (behind(e) >= REEVE_ENGINE_CHECKPOINT_RECORDS) {
        return 0;
    }
    return e->checkpoint.made_ms + REEVE_ENGINE_CHECKPOINT_MS;
}

static enum reeve_status sign(struct reeve_engine *e, struct reeve_signed *signature)
{
    reeve_buffer_reset(&e->record_bytes);
    REEVE_TRY(
        reeve_audit_checkpoint_make(&e->chain.synced, reeve_engine_unix_ms(e), &e->record_bytes));
    return reeve_audit_checkpoint_sign(e->audit_key, reeve_buffer_view(&e->record_bytes),
                                       signature);
}

static enum reeve_status make(struct reeve_engine *e)
{
    struct reeve_signed signature;
    REEVE_TRY(sign(e, &signature));
    struct reeve_journal_record record = {.type = REEVE_JOURNAL_CHECKPOINT};
    struct reeve_checkpoint_made *made = &record.as.checkpoint_made;
    made->has_checkpoint = true;
    made->checkpoint.checkpoint = reeve_buffer_view(&e->record_bytes);
    made->checkpoint.has_signature = true;
    made->checkpoint.signature = reeve_signed_view(&signature);
    reeve_buffer_reset(&e->frame_bytes);
    REEVE_TRY(reeve_signed_checkpoint_encode(&made->checkpoint, &e->frame_bytes));
    REEVE_TRY(reeve_buffer_reserve(&e->checkpoint.bytes, e->frame_bytes.len));
    REEVE_TRY(reeve_engine_append(e, &record, NULL));
    reeve_buffer_reset(&e->checkpoint.bytes);
    return reeve_buffer_append(&e->checkpoint.bytes, reeve_buffer_view(&e->frame_bytes));
}

void reeve_engine_checkpoint_make(struct reeve_engine *e, bool now)
{
    uint64_t due_ms = reeve_engine_checkpoint_due_ms(e);
    if (due_ms == REEVE_NEVER_MS || (!now && due_ms > e->now.boot_ms)) {
        return;
    }
    enum reeve_status status = make(e);
    if (status != REEVE_OK) {
        reeve_engine_note(e, REEVE_NOTE_CHECKPOINT_FAILED, status, e->chain.synced.sequence);
        e->checkpoint.made_ms = e->now.boot_ms; /* tried again a second later */
        return;
    }
    e->checkpoint.sequence = e->chain.synced.sequence;
    e->checkpoint.head_hash = e->chain.synced.head;
    e->checkpoint.made_ms = e->now.boot_ms;
    e->checkpoint.to_send = true;
}

static enum reeve_status keep(struct reeve_engine *e, const struct reeve_countersignature *c)
{
    struct reeve_signed_checkpoint signed_checkpoint;
    REEVE_TRY(reeve_signed_checkpoint_decode(reeve_buffer_view(&e->checkpoint.bytes),
                                             &signed_checkpoint));
    if (!reeve_bytes_equal(signed_checkpoint.checkpoint, c->checkpoint)) {
        return REEVE_NOT_FOUND; /* of an older one: the newest will be countersigned, too */
    }
    struct reeve_journal_record record = {.type = REEVE_JOURNAL_CHECKPOINT};
    record.as.checkpoint_made.has_checkpoint = true;
    record.as.checkpoint_made.checkpoint = signed_checkpoint;
    record.as.checkpoint_made.has_countersignature = true;
    record.as.checkpoint_made.countersignature = *c;
    return reeve_engine_append(e, &record, NULL);
}

void reeve_engine_countersigned(struct reeve_engine *e, const struct reeve_countersignature *c)
{
    if (!e->session.has_countersign_key) {
        return;
    }
    struct reeve_checkpoint checkpoint;
    enum reeve_status status =
        reeve_audit_countersignature_verify(c, &e->session.countersign_key, &checkpoint);
    if (status == REEVE_OK && !reeve_id_equal(checkpoint.journal_id, e->journal_id)) {
        status = REEVE_WRONG_AUDIENCE;
    }
    if (status != REEVE_OK) {
        reeve_engine_note(e, REEVE_NOTE_COUNTERSIGNATURE_INVALID, status, 0);
        return;
    }
    if (checkpoint.sequence <= e->checkpoint.countersigned) {
        return;
    }
    if (keep(e, c) == REEVE_OK) {
        e->checkpoint.countersigned = checkpoint.sequence;
    }
}
