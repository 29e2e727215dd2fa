/* SPDX-License-Identifier: Apache-2.0 */
/* The reader's end of a chain: takes entries and checkpoints in order and names the exact record
 * that breaks, and how (P5). Used by the gateway when it takes records in, and by whoever verifies
 * a trail afterwards. One thread at a time. */
#ifndef REEVE_AGENT_AUDIT_VERIFIER_H
#define REEVE_AGENT_AUDIT_VERIFIER_H

#include "agent/audit/head.h"
#include "agent/codec/audit_entry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* X(NAME, text) */
#define REEVE_AUDIT_FAULT_MAP(X)                                                                   \
    X(NONE, "unbroken")                                                                            \
    X(RECORD_MALFORMED, "the record does not parse")                                               \
    X(JOURNAL, "the record belongs to another journal")                                            \
    X(SEQUENCE, "records are missing before this one, or it comes twice")                          \
    X(PREVIOUS_HASH, "the record does not follow from the one before it")                          \
    X(TIME, "the record's time is before its predecessor's")                                       \
    X(NOT_OPENED, "the chain does not begin with ChainOpened, or has a second one")                \
    X(INTRODUCTION, "the identity's signature over the audit key does not verify")                 \
    X(AUDIT_KEY, "the chain introduces another audit key than the expected one")                   \
    X(INPUT_BODY, "the input beside the record is not the one that was committed to")              \
    X(OUTPUT_BODY, "the output beside the record is not the one that was committed to")            \
    X(SALT, "a commitment lacks its salt")                                                         \
    X(GAP, "a gap record contradicts the chain")                                                   \
    X(CHECKPOINT_MALFORMED, "the checkpoint does not parse")                                       \
    X(CHECKPOINT_KEY, "the checkpoint is signed by another key")                                   \
    X(CHECKPOINT_SIGNATURE, "the checkpoint's signature does not verify")                          \
    X(CHECKPOINT_HEAD, "the checkpoint names another head than the records give")                  \
    X(COUNTERSIGNATURE, "the gateway's countersignature does not verify")

#define X(name, text) REEVE_AUDIT_FAULT_##name,
enum reeve_audit_fault { REEVE_AUDIT_FAULT_MAP(X) };
#undef X

const char *reeve_audit_fault_name(enum reeve_audit_fault fault); /* "PREVIOUS_HASH"; static */
const char *reeve_audit_fault_text(enum reeve_audit_fault fault);

struct reeve_audit_verifier_options {
    /* Where to begin: a chain's start when sequence is 0, else behind a known record. */
    struct reeve_audit_chain from;
    bool any_journal;   /* from.journal_id is not known: the first record tells it */
    bool has_audit_key; /* known already (Hello, or an earlier ChainOpened) */
    struct reeve_public_key audit_key;
    bool has_gateway_key; /* countersignatures can be verified */
    struct reeve_public_key gateway_key;
    /* ChainOpened must carry a valid identity signature; false for a gateway's own chain. */
    bool require_introduction;
};

/* In caller's memory; nothing to clear. */
struct reeve_audit_verifier {
    struct reeve_audit_verifier_options options;
    struct reeve_audit_chain chain; /* the last good record */
    struct reeve_digest suspect;    /* hash of the record that did not fit, for _blame() */
    bool has_audit_key;
    struct reeve_public_key audit_key;
    uint64_t checkpointed; /* sequence of the highest verified checkpoint */
    uint64_t countersigned;
    enum reeve_audit_fault fault;
    uint64_t fault_sequence; /* where the chain stops: the place of the record that does not fit */
    uint64_t altered_sequence; /* the record that was changed, as far as is known: the same one, or
                                  the one before it when only the link between the two is wrong */
};

void reeve_audit_verifier_init(struct reeve_audit_verifier *v,
                               const struct reeve_audit_verifier_options *options);

/* Bodies that travel elsewhere than in the entry: the JobSpec's input and the Outcome's output. */
struct reeve_audit_bodies {
    struct reeve_bytes input; /* data == NULL: not at hand, so it is not checked */
    struct reeve_bytes output;
};

/* Checks the next entry. `bodies` may be NULL. An entry without a body is fine: bodies may be
 * erased, with their salts. On OK *out (may be NULL) is the decoded record, in `entry` and the
 * arena. CHAIN_BROKEN: see fault and fault_sequence; the verifier then stays broken (STATE for
 * everything that follows). NO_MEMORY: nothing is said about the chain and the entry may be fed
 * again. */
enum reeve_status reeve_audit_verifier_entry(struct reeve_audit_verifier *v,
                                             const struct reeve_audit_entry *entry,
                                             const struct reeve_audit_bodies *bodies,
                                             struct reeve_arena *arena,
                                             struct reeve_audit_record *out) REEVE_MUST_CHECK;
/* After a fault PREVIOUS_HASH: what tells which of the two records was changed. `behind` is the
 * entry behind the one that did not fit; where that one was the last, `checkpoint` is the signed
 * head over it; either may be NULL. If what follows fits the record that did not, that record is
 * intact and the one before it was changed; else it was changed itself. Sets altered_sequence;
 * never fails. */
void reeve_audit_verifier_blame(struct reeve_audit_verifier *v,
                                const struct reeve_audit_entry *behind,
                                const struct reeve_signed_checkpoint *checkpoint,
                                struct reeve_arena *arena);
/* Checks a checkpoint over the last record that was fed. CHAIN_BROKEN, STATE as above; also STATE:
 * the audit key is not known yet. */
enum reeve_status
reeve_audit_verifier_checkpoint(struct reeve_audit_verifier *v,
                                const struct reeve_signed_checkpoint *checkpoint) REEVE_MUST_CHECK;
/* The same for one that lies behind the last record: `hash` is what the caller kept of the record
 * that the checkpoint names. SEQUENCE: it names a later record than the last one. */
enum reeve_status
reeve_audit_verifier_checkpoint_behind(struct reeve_audit_verifier *v,
                                       const struct reeve_signed_checkpoint *checkpoint,
                                       struct reeve_digest hash) REEVE_MUST_CHECK;
/* The same for a countersignature over the last record. NOT_FOUND: no gateway key was given. */
enum reeve_status
reeve_audit_verifier_countersignature(struct reeve_audit_verifier *v,
                                      const struct reeve_countersignature *c) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
