/* SPDX-License-Identifier: Apache-2.0 */
/* Verifying a journal: see journal_check.h. Audit records are in AuditAppended records and inside
 * outcomes, in the chain's order. */
#include "agent/main/journal_check.h"

#include "agent/audit/verifier.h"
#include "agent/codec/journal_record.h"
#include "agent/codec/outcome.h"

#define RECORD_MEMORY_MAX ((size_t)32 * 1024 * 1024)

struct check {
    struct reeve_journal_verdict *verdict;
    struct reeve_audit_verifier verifier;
    struct reeve_arena arena;
    bool begun;
};

static void begin(struct check *c, const struct reeve_journal_opened *opened)
{
    struct reeve_audit_verifier_options options = {.require_introduction = true};
    reeve_audit_chain_init(&options.from, opened->journal_id);
    if (opened->audit_sequence > 0) {
        reeve_audit_chain_restore(&options.from, opened->journal_id, opened->audit_sequence,
                                  opened->audit_hash, 0);
    }
    reeve_audit_verifier_init(&c->verifier, &options);
    c->begun = true;
}

/* CHAIN_BROKEN ends the walk; the verdict says where. */
static enum reeve_status explain(struct check *c, enum reeve_status status,
                                 const struct reeve_journal_record_view *record)
{
    if (status != REEVE_CHAIN_BROKEN) {
        return status;
    }
    if (reeve_format(c->verdict->problem, sizeof(c->verdict->problem),
                     "audit record %llu (journal record %llu, segment %llu, offset %llu): %s",
                     (unsigned long long)c->verifier.fault_sequence,
                     (unsigned long long)record->lsn, (unsigned long long)record->segment,
                     (unsigned long long)record->offset,
                     reeve_audit_fault_text(c->verifier.fault)) != REEVE_OK) {
        return REEVE_INTERNAL;
    }
    return status;
}

static enum reeve_status on_entry(struct check *c, const struct reeve_audit_entry *entry,
                                  const struct reeve_journal_record_view *record)
{
    c->verdict->audit_records++;
    return explain(c, reeve_audit_verifier_entry(&c->verifier, entry, NULL, &c->arena, NULL),
                   record);
}

static enum reeve_status on_outcome(struct check *c, struct reeve_bytes frame,
                                    const struct reeve_journal_record_view *record)
{
    struct reeve_outcome outcome;
    REEVE_TRY(reeve_outcome_decode(frame, &c->arena, &outcome));
    return outcome.has_audit ? on_entry(c, &outcome.audit, record) : REEVE_OK;
}

/* Checkpoints are verified where the chain stands at them. */
static enum reeve_status on_checkpoint(struct check *c, const struct reeve_checkpoint_made *made,
                                       const struct reeve_journal_record_view *record)
{
    struct reeve_checkpoint checkpoint;
    if (!made->has_checkpoint || !c->verifier.has_audit_key) {
        return REEVE_OK;
    }
    const enum reeve_status status =
        reeve_audit_checkpoint_verify(&made->checkpoint, &c->verifier.audit_key, &checkpoint);
    if (status == REEVE_OK && checkpoint.sequence != c->verifier.chain.sequence) {
        return REEVE_OK; /* of an earlier head: its countersignature came later */
    }
    return explain(c, reeve_audit_verifier_checkpoint(&c->verifier, &made->checkpoint), record);
}

static enum reeve_status on_record(struct check *c, const struct reeve_journal_record *decoded,
                                   const struct reeve_journal_record_view *record)
{
    struct reeve_audit_entry entry;
    switch (decoded->type) {
    case REEVE_JOURNAL_OPENED:
        if (!c->begun) {
            begin(c, &decoded->as.journal_opened);
        }
        return REEVE_OK;
    case REEVE_JOURNAL_AUDIT:
        REEVE_TRY(reeve_audit_entry_decode(decoded->as.audit_appended.entry, &entry));
        return on_entry(c, &entry, record);
    case REEVE_JOURNAL_OUTCOME:
        return on_outcome(c, decoded->as.job_outcome.frame, record);
    case REEVE_JOURNAL_CHECKPOINT:
        return on_checkpoint(c, &decoded->as.checkpoint_made, record);
    case REEVE_JOURNAL_NONE:
    case REEVE_JOURNAL_HELLO:
    case REEVE_JOURNAL_EPOCH:
    case REEVE_JOURNAL_INTENT:
    case REEVE_JOURNAL_ACK:
    case REEVE_JOURNAL_STATE:
    case REEVE_JOURNAL_MARK:
    case REEVE_JOURNAL_REMEMBERED:
        return REEVE_OK;
    }
    return REEVE_OK; /* of a later version */
}

static enum reeve_status visit(void *ctx, const struct reeve_journal_record_view *record)
{
    struct check *c = ctx;
    struct reeve_journal_record decoded;
    reeve_arena_reset(&c->arena);
    const enum reeve_status status =
        reeve_journal_record_decode(record->type, record->bytes, &c->arena, &decoded);
    if (status == REEVE_NOT_FOUND) {
        return REEVE_OK; /* a kind of a later version */
    }
    REEVE_TRY(status);
    return on_record(c, &decoded, record);
}

static bool is_unreadable(enum reeve_status status)
{
    return status == REEVE_NOT_FOUND || status == REEVE_PERMISSION || status == REEVE_IO ||
           status == REEVE_VERSION || status == REEVE_NO_MEMORY;
}

enum reeve_status reeve_journal_verify(const char *directory, struct reeve_journal_verdict *out)
{
    struct reeve_journal_problem problem = {""};
    struct check c = {.verdict = out};
    *out = (struct reeve_journal_verdict){.intact = false};
    reeve_arena_init(&c.arena, NULL, RECORD_MEMORY_MAX, 0);
    const enum reeve_status status =
        reeve_journal_read(directory, NULL, NULL, visit, &c, &out->report, &problem);
    reeve_arena_clear(&c.arena);
    out->audit_sequence = c.begun ? c.verifier.chain.sequence : 0;
    out->intact = status == REEVE_OK;
    if (status != REEVE_OK && out->problem[0] == '\0' &&
        reeve_format(out->problem, sizeof(out->problem), "%.500s",
                     problem.text[0] != '\0' ? problem.text : reeve_status_text(status)) !=
            REEVE_OK) {
        return REEVE_INTERNAL;
    }
    return is_unreadable(status) ? status : REEVE_OK;
}
