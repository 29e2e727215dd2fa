/* SPDX-License-Identifier: Apache-2.0 */
/* The reader's end of a chain (verifier.h). */
#include "agent/audit/verifier.h"

#include "agent/audit/commitment.h"
#include "agent/audit/introduction.h"

static const struct {
    const char *name;
    const char *text;
} faults[] = {
#define X(name, text) [REEVE_AUDIT_FAULT_##name] = {#name, text},
    REEVE_AUDIT_FAULT_MAP(X)
#undef X
};

const char *reeve_audit_fault_name(enum reeve_audit_fault fault)
{
    size_t index = (size_t)fault;
    return index < sizeof faults / sizeof faults[0] ? faults[index].name : "UNRECOGNISED";
}

const char *reeve_audit_fault_text(enum reeve_audit_fault fault)
{
    size_t index = (size_t)fault;
    return index < sizeof faults / sizeof faults[0] ? faults[index].text : "an unknown fault";
}

void reeve_audit_verifier_init(struct reeve_audit_verifier *v,
                               const struct reeve_audit_verifier_options *options)
{
    *v = (struct reeve_audit_verifier){
        .options = *options,
        .chain = options->from,
        .has_audit_key = options->has_audit_key,
        .audit_key = options->audit_key,
    };
    if (v->chain.sequence == 0) {
        v->chain.last_unix_ms = INT64_MIN;
    }
}

static enum reeve_status broken(struct reeve_audit_verifier *v, enum reeve_audit_fault fault,
                                uint64_t sequence)
{
    v->fault = fault;
    v->fault_sequence = sequence;
    v->altered_sequence = sequence;
    return REEVE_CHAIN_BROKEN;
}

/* ---- records ---- */

static enum reeve_audit_fault check_link(struct reeve_audit_verifier *v,
                                         const struct reeve_audit_record *record)
{
    if (v->options.any_journal && v->chain.sequence == 0) {
        v->chain.journal_id = record->journal_id;
    }
    if (!reeve_id_equal(record->journal_id, v->chain.journal_id)) {
        return REEVE_AUDIT_FAULT_JOURNAL;
    }
    if (record->sequence != v->chain.sequence + 1) {
        return REEVE_AUDIT_FAULT_SEQUENCE;
    }
    if (!reeve_digest_equal(record->previous_hash, v->chain.head)) {
        return REEVE_AUDIT_FAULT_PREVIOUS_HASH;
    }
    return record->time_unix_ms < v->chain.last_unix_ms ? REEVE_AUDIT_FAULT_TIME
                                                        : REEVE_AUDIT_FAULT_NONE;
}

/* One body beside the record, or the complete message from elsewhere. */
static enum reeve_audit_fault check_body(bool committed, const struct reeve_commitment *commitment,
                                         const struct reeve_id *salt, struct reeve_bytes body,
                                         struct reeve_bytes complete, enum reeve_audit_fault fault)
{
    if (!committed || (body.data == NULL && complete.data == NULL)) {
        return REEVE_AUDIT_FAULT_NONE;
    }
    if (salt == NULL) {
        return REEVE_AUDIT_FAULT_SALT;
    }
    if (body.data != NULL && reeve_audit_commitment_check(commitment, *salt, body) != REEVE_OK) {
        return fault;
    }
    if (complete.data != NULL &&
        reeve_audit_commitment_check_complete(commitment, *salt, complete) != REEVE_OK) {
        return fault;
    }
    return REEVE_AUDIT_FAULT_NONE;
}

static enum reeve_audit_fault check_bodies(const struct reeve_job_ended *ended,
                                           const struct reeve_audit_entry *entry,
                                           const struct reeve_audit_bodies *bodies)
{
    static const struct reeve_audit_bodies none;
    if (bodies == NULL) {
        bodies = &none;
    }
    enum reeve_audit_fault fault = check_body(
        ended->has_input, &ended->input, entry->has_input_salt ? &entry->input_salt : NULL,
        entry->input_body, bodies->input, REEVE_AUDIT_FAULT_INPUT_BODY);
    if (fault != REEVE_AUDIT_FAULT_NONE) {
        return fault;
    }
    return check_body(ended->has_output, &ended->output,
                      entry->has_output_salt ? &entry->output_salt : NULL, entry->output_body,
                      bodies->output, REEVE_AUDIT_FAULT_OUTPUT_BODY);
}

/* A key that a later record could not take back: set only when the introduction holds. */
static enum reeve_audit_fault check_opened(struct reeve_audit_verifier *v,
                                           const struct reeve_audit_record *record)
{
    const struct reeve_chain_opened *opened = &record->as.chain_opened;
    if (v->has_audit_key && !reeve_public_key_equal(&v->audit_key, &opened->audit_public_key)) {
        return REEVE_AUDIT_FAULT_AUDIT_KEY;
    }
    if (v->options.require_introduction &&
        reeve_audit_introduction_verify(record->journal_id, opened) != REEVE_OK) {
        return REEVE_AUDIT_FAULT_INTRODUCTION;
    }
    v->audit_key = opened->audit_public_key;
    v->has_audit_key = true;
    return REEVE_AUDIT_FAULT_NONE;
}

static enum reeve_audit_fault check_event(struct reeve_audit_verifier *v,
                                          const struct reeve_audit_record *record,
                                          const struct reeve_audit_entry *entry,
                                          const struct reeve_audit_bodies *bodies)
{
    bool opens = record->event == REEVE_AUDIT_CHAIN_OPENED;
    if (opens != (record->sequence == 1)) {
        return REEVE_AUDIT_FAULT_NOT_OPENED;
    }
    if (opens) {
        return check_opened(v, record);
    }
    if (record->event == REEVE_AUDIT_JOB_ENDED) {
        return check_bodies(&record->as.job_ended, entry, bodies);
    }
    const struct reeve_gap *gap = &record->as.gap;
    if (record->event == REEVE_AUDIT_GAP &&
        (gap->from_sequence == 0 || gap->from_sequence > gap->to_sequence)) {
        return REEVE_AUDIT_FAULT_GAP;
    }
    return REEVE_AUDIT_FAULT_NONE;
}

enum reeve_status reeve_audit_verifier_entry(struct reeve_audit_verifier *v,
                                             const struct reeve_audit_entry *entry,
                                             const struct reeve_audit_bodies *bodies,
                                             struct reeve_arena *arena,
                                             struct reeve_audit_record *out)
{
    struct reeve_audit_record record;
    uint64_t sequence = v->chain.sequence + 1;
    if (v->fault != REEVE_AUDIT_FAULT_NONE) {
        return REEVE_STATE;
    }
    enum reeve_status status = reeve_audit_record_decode(entry->record, arena, &record);
    if (status == REEVE_NO_MEMORY) {
        return status;
    }
    if (status != REEVE_OK) {
        return broken(v, REEVE_AUDIT_FAULT_RECORD_MALFORMED, sequence);
    }
    struct reeve_digest hash = reeve_audit_record_hash(entry->record);
    enum reeve_audit_fault fault = check_link(v, &record);
    if (fault == REEVE_AUDIT_FAULT_NONE) {
        fault = check_event(v, &record, entry, bodies);
    }
    if (fault != REEVE_AUDIT_FAULT_NONE) {
        v->suspect = hash;
        (void)broken(v, fault, sequence);
        if (fault == REEVE_AUDIT_FAULT_PREVIOUS_HASH && sequence > 1) {
            v->altered_sequence = sequence - 1;
        }
        return REEVE_CHAIN_BROKEN;
    }
    reeve_audit_chain_restore(&v->chain, record.journal_id, sequence, hash, record.time_unix_ms);
    if (out != NULL) {
        *out = record;
    }
    return REEVE_OK;
}

/* Does what comes behind the suspect record fit it? False when nothing can tell. */
static bool follows_suspect(const struct reeve_audit_verifier *v,
                            const struct reeve_audit_entry *behind,
                            const struct reeve_signed_checkpoint *checkpoint,
                            struct reeve_arena *arena, bool *intact)
{
    struct reeve_audit_record record;
    struct reeve_checkpoint head;
    if (behind != NULL && reeve_audit_record_decode(behind->record, arena, &record) == REEVE_OK) {
        *intact = reeve_digest_equal(record.previous_hash, v->suspect);
        return true;
    }
    if (checkpoint != NULL && v->has_audit_key &&
        reeve_audit_checkpoint_verify(checkpoint, &v->audit_key, &head) == REEVE_OK &&
        head.sequence == v->fault_sequence) {
        *intact = reeve_digest_equal(head.head_hash, v->suspect);
        return true;
    }
    return false;
}

void reeve_audit_verifier_blame(struct reeve_audit_verifier *v,
                                const struct reeve_audit_entry *behind,
                                const struct reeve_signed_checkpoint *checkpoint,
                                struct reeve_arena *arena)
{
    bool intact;
    if (v->fault != REEVE_AUDIT_FAULT_PREVIOUS_HASH || v->fault_sequence == 1 ||
        !follows_suspect(v, behind, checkpoint, arena, &intact)) {
        return;
    }
    v->altered_sequence = intact ? v->fault_sequence - 1 : v->fault_sequence;
}

/* ---- heads ---- */

/* What a failed check of a signed head means. */
static enum reeve_audit_fault head_fault(enum reeve_status status, struct reeve_bytes key_id,
                                         const struct reeve_public_key *key)
{
    char id[REEVE_KEY_ID_SIZE];
    if (status != REEVE_SIGNATURE) {
        return REEVE_AUDIT_FAULT_CHECKPOINT_MALFORMED;
    }
    reeve_key_id(key, id);
    return reeve_bytes_equal_cstr(key_id, id) ? REEVE_AUDIT_FAULT_CHECKPOINT_SIGNATURE
                                              : REEVE_AUDIT_FAULT_CHECKPOINT_KEY;
}

static bool names(const struct reeve_checkpoint *checkpoint, const struct reeve_audit_verifier *v,
                  uint64_t sequence, struct reeve_digest hash)
{
    return reeve_id_equal(checkpoint->journal_id, v->chain.journal_id) &&
           checkpoint->sequence == sequence && reeve_digest_equal(checkpoint->head_hash, hash);
}

static enum reeve_status open_checkpoint(struct reeve_audit_verifier *v,
                                         const struct reeve_signed_checkpoint *signed_checkpoint,
                                         struct reeve_checkpoint *out)
{
    if (v->fault != REEVE_AUDIT_FAULT_NONE || !v->has_audit_key) {
        return REEVE_STATE;
    }
    enum reeve_status status = reeve_audit_checkpoint_verify(signed_checkpoint, &v->audit_key, out);
    if (status == REEVE_OK) {
        return REEVE_OK;
    }
    return broken(v, head_fault(status, signed_checkpoint->signature.key_id, &v->audit_key),
                  v->chain.sequence);
}

enum reeve_status reeve_audit_verifier_checkpoint(struct reeve_audit_verifier *v,
                                                  const struct reeve_signed_checkpoint *checkpoint)
{
    struct reeve_checkpoint decoded;
    REEVE_TRY(open_checkpoint(v, checkpoint, &decoded));
    if (!names(&decoded, v, v->chain.sequence, v->chain.head)) {
        return broken(v, REEVE_AUDIT_FAULT_CHECKPOINT_HEAD, v->chain.sequence);
    }
    v->checkpointed = decoded.sequence;
    return REEVE_OK;
}

enum reeve_status
reeve_audit_verifier_checkpoint_behind(struct reeve_audit_verifier *v,
                                       const struct reeve_signed_checkpoint *checkpoint,
                                       struct reeve_digest hash)
{
    struct reeve_checkpoint decoded;
    REEVE_TRY(open_checkpoint(v, checkpoint, &decoded));
    if (decoded.sequence > v->chain.sequence) {
        return REEVE_SEQUENCE;
    }
    if (!names(&decoded, v, decoded.sequence, hash)) {
        return broken(v, REEVE_AUDIT_FAULT_CHECKPOINT_HEAD, decoded.sequence);
    }
    v->checkpointed = decoded.sequence > v->checkpointed ? decoded.sequence : v->checkpointed;
    return REEVE_OK;
}

enum reeve_status reeve_audit_verifier_countersignature(struct reeve_audit_verifier *v,
                                                        const struct reeve_countersignature *c)
{
    struct reeve_checkpoint decoded;
    if (v->fault != REEVE_AUDIT_FAULT_NONE) {
        return REEVE_STATE;
    }
    if (!v->options.has_gateway_key) {
        return REEVE_NOT_FOUND;
    }
    if (reeve_audit_countersignature_verify(c, &v->options.gateway_key, &decoded) != REEVE_OK) {
        return broken(v, REEVE_AUDIT_FAULT_COUNTERSIGNATURE, v->chain.sequence);
    }
    if (!names(&decoded, v, v->chain.sequence, v->chain.head)) {
        return broken(v, REEVE_AUDIT_FAULT_CHECKPOINT_HEAD, v->chain.sequence);
    }
    v->countersigned = decoded.sequence;
    return REEVE_OK;
}
