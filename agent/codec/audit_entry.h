/* SPDX-License-Identifier: Apache-2.0 */
/* An audit record with what travels beside it (reeve.v1.AuditEntry). */
#ifndef REEVE_AGENT_CODEC_AUDIT_ENTRY_H
#define REEVE_AGENT_CODEC_AUDIT_ENTRY_H

#include "agent/base/buffer.h"
#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Views point into the decoded bytes. */
struct reeve_audit_entry {
    struct reeve_bytes record; /* AuditRecord bytes, exactly as hashed */
    bool has_input_salt;
    struct reeve_id input_salt;
    bool has_output_salt;
    struct reeve_id output_salt;
    /* data == NULL: absent, which is something else than an empty body. */
    struct reeve_bytes input_body;
    struct reeve_bytes output_body;
};

/* MALFORMED: not an AuditEntry, a salt of another length than 16, or no record. */
enum reeve_status reeve_audit_entry_decode(struct reeve_bytes bytes,
                                           struct reeve_audit_entry *out) REEVE_MUST_CHECK;
enum reeve_status reeve_audit_entry_encode(const struct reeve_audit_entry *entry,
                                           struct reeve_buffer *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
