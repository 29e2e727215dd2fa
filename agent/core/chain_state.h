/* SPDX-License-Identifier: Apache-2.0 */
/* The audit chain on its way to the gateway, its checkpoint, and the outcomes in it. Part of
 * engine_state.h. */
#ifndef REEVE_AGENT_CORE_CHAIN_STATE_H
#define REEVE_AGENT_CORE_CHAIN_STATE_H

#include "agent/audit/head.h"
#include "agent/base/list.h"
#include "agent/codec/job_error.h"
#include "agent/codec/journal_record.h"
#include "agent/core/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_engine;

#define REEVE_ENGINE_ACK_LAZY_MS 1000u
#define REEVE_ENGINE_CHECKPOINT_MS 1000u
#define REEVE_ENGINE_CHECKPOINT_RECORDS 1000u
#define REEVE_ENGINE_EVENTS 16u
/* Audit records of sessions that wait for the gateway; beyond, they are counted, not made. */
#define REEVE_ENGINE_SESSION_RECORDS 1024u

struct reeve_chain_entry {
    struct reeve_list_node node;
    uint64_t sequence;
    uint64_t lsn;
    struct reeve_digest previous_hash;
    struct reeve_digest hash;
    bool is_outcome;
    uint32_t attempt;
    uint64_t dispatch_sequence;
    uint64_t results; /* that the outcome counts */
    struct reeve_id job_id;
    size_t len;
    uint8_t bytes[]; /* encoded Outcome or AuditEntry */
};

struct reeve_engine_chain {
    struct reeve_list entries;         /* not acknowledged, by sequence */
    uint32_t outcomes;                 /* of them */
    struct reeve_audit_chain head;     /* last appended */
    struct reeve_chain_entry *to_sync; /* first that is not on disk; NULL: all are */
    struct reeve_chain_entry *to_send; /* next for this session; NULL: none */
    uint64_t sent;                     /* last sequence given to this session's link */
    struct reeve_audit_chain synced;   /* last on disk */
    uint64_t settled;
    uint64_t settled_journaled;
    uint64_t ack_due_ms;
    /* Bytes of the output of to_send that were sent as chunks, as it fits no frame. */
    uint64_t to_send_offset;
};

struct reeve_engine_checkpoint {
    struct reeve_buffer bytes; /* newest, encoded SignedCheckpoint; empty: none */
    uint64_t sequence;
    struct reeve_digest head_hash;
    uint64_t made_ms;
    uint64_t countersigned;
    bool to_send;
};

/* An audit record of the session that could not be stored yet. */
struct reeve_engine_session_event {
    uint8_t kind; /* enum reeve_session_event_kind */
    uint64_t epoch;
    const char *code; /* static */
};

/* ---- chain.c ---- */
struct reeve_engine_chain_item {
    struct reeve_audit_record *record; /* event and `as`; the header is filled in */
    struct reeve_audit_entry *entry;   /* salts and bodies; the record is filled in */
    struct reeve_outcome *outcome;     /* NULL: an audit record of its own */
    int64_t not_after_unix_ms;
    bool approved;
};
enum reeve_status reeve_engine_chain_append(struct reeve_engine *e,
                                            struct reeve_engine_chain_item *item,
                                            uint64_t *lsn) REEVE_MUST_CHECK;
enum reeve_status reeve_engine_chain_restore(struct reeve_engine *e, uint64_t lsn,
                                             struct reeve_bytes bytes,
                                             const struct reeve_outcome *outcome,
                                             const struct reeve_audit_record *record,
                                             struct reeve_bytes record_bytes) REEVE_MUST_CHECK;
void reeve_engine_chain_synced(struct reeve_engine *e);
void reeve_engine_chain_settle(struct reeve_engine *e, uint64_t sequence);
void reeve_engine_chain_rewind(struct reeve_engine *e, uint64_t after_sequence);
void reeve_engine_chain_clear(struct reeve_engine *e);
void reeve_engine_chain_journal_ack(struct reeve_engine *e); /* when due */
enum reeve_status reeve_engine_chain_open(struct reeve_engine *e) REEVE_MUST_CHECK;
void reeve_engine_audit_session(struct reeve_engine *e, enum reeve_session_event_kind kind,
                                const char *code);
void reeve_engine_audit_pending(struct reeve_engine *e); /* stores what is pending */

/* ---- checkpoint.c ---- */
void reeve_engine_checkpoint_make(struct reeve_engine *e, bool now);
uint64_t reeve_engine_checkpoint_due_ms(const struct reeve_engine *e);
void reeve_engine_countersigned(struct reeve_engine *e, const struct reeve_countersignature *c);

/* ---- outcome.c ---- */
struct reeve_engine_end {
    struct reeve_id job_id;
    struct reeve_id plan_id;
    uint32_t attempt;
    uint64_t sequence;
    struct reeve_bytes task;
    struct reeve_digest fingerprint;
    struct reeve_digest job_digest;
    const char *binding;
    struct reeve_views approved_by;
    bool has_commitment; /* else one is made when has_input */
    struct reeve_commitment commitment;
    bool has_input_salt;
    struct reeve_id input_salt;
    bool has_input;
    struct reeve_bytes input;
    struct reeve_bytes input_body;
    /* The request has sensitive fields: without a redacted body, none is audited. */
    bool sensitive_input;
    bool has_output;
    struct reeve_bytes output;
    struct reeve_bytes output_body;
    /* Server-streaming: acknowledged messages, and the head of their chain. */
    uint64_t results;
    struct reeve_digest results_head;
    int64_t started_unix_ms;
    int64_t not_after_unix_ms;
    bool approved;
    enum reeve_outcome_status status;
    enum reeve_effect effect;
    struct reeve_job_error error;
};
enum reeve_status reeve_engine_outcome(struct reeve_engine *e,
                                       const struct reeve_engine_end *end) REEVE_MUST_CHECK;
const char *reeve_engine_binding_name(uint8_t binding);

#ifdef __cplusplus
}
#endif
#endif
