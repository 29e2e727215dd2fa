/* SPDX-License-Identifier: Apache-2.0 */
/* An exported audit trail: writing the file, reading it item by item, and verifying every chain in
 * it (P5). The file's form is in reeve/v1/control.proto at ExportAuditResponse. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_TRAIL_H
#define REEVE_GATEWAY_STUB_REEVECTL_TRAIL_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"
#include "agent/codec/signature.h"
#include "reeve/v1/control.reeve.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_TRAIL_ITEM_MAX (64u * 1024u * 1024u)

/* ---- writing ---- */

/* What was written so far. */
struct reeve_trail_writer {
    int fd;
    uint64_t items;
    struct reeve_buffer checksums;
    struct reeve_buffer scratch;
};

void reeve_trail_writer_init(struct reeve_trail_writer *w, int fd);
void reeve_trail_writer_clear(struct reeve_trail_writer *w); /* leaves the file open */
/* IO, NO_MEMORY, TOO_LARGE. */
enum reeve_status
reeve_trail_write(struct reeve_trail_writer *w,
                  const struct reeve_v1_export_audit_response *item) REEVE_MUST_CHECK;
/* The end mark, and fsync. */
enum reeve_status reeve_trail_finish(struct reeve_trail_writer *w) REEVE_MUST_CHECK;

/* ---- verifying ---- */

/* One chain that was found unbroken. */
struct reeve_trail_chain {
    struct reeve_id journal_id;
    const char *identity; /* "" for a gateway's own chain */
    uint64_t records;
    uint64_t lost;                   /* more, which the gateway's own chain says it lost */
    uint64_t signed_through;         /* 0: by no checkpoint */
    uint64_t countersigned_through;  /* 0: not, or nobody could check */
    bool countersignature_unchecked; /* there is one, but the gateway's key is not known */
    bool abandoned;
    struct reeve_trail_chain *next;
};

/* In the arena. */
struct reeve_trail_verdict {
    bool unbroken;
    struct reeve_trail_chain *chains; /* in the file's order; up to the fault */
    uint64_t records;
    /* Where it breaks. */
    size_t item;   /* from 0 */
    size_t offset; /* of the item in the file, in bytes */
    bool in_chain; /* the next two are known */
    struct reeve_id journal_id;
    uint64_t sequence; /* the record that was changed or is missing; 0: the chain's head */
    char what[256];
};

/* `gateway_key` NULL: the key of the gateway's own chain, if the file has it. NO_MEMORY: no
 * verdict.
 */
enum reeve_status reeve_trail_verify(struct reeve_bytes file,
                                     const struct reeve_public_key *gateway_key,
                                     struct reeve_arena *arena,
                                     struct reeve_trail_verdict *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
