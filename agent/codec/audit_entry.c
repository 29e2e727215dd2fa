/* SPDX-License-Identifier: Apache-2.0 */
/* AuditEntry (audit_entry.h). */
#include "agent/codec/audit_entry.h"

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/message.h"
#include "agent/codec/read.h"

PB_BIND(reeve_v1_AuditEntry, reeve_audit_entry, 4)

enum reeve_status reeve_audit_entry_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                         void *out)
{
    reeve_audit_entry *entry = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_audit_entry_msg, bytes, out));
    reeve_check_absent_id(&entry->has_input_salt, &entry->input_salt);
    reeve_check_absent_id(&entry->has_output_salt, &entry->output_salt);
    return entry->record.len > 0 ? REEVE_OK : REEVE_MALFORMED;
}

enum reeve_status reeve_audit_entry_decode(struct reeve_bytes bytes, struct reeve_audit_entry *out)
{
    *out = (struct reeve_audit_entry){.record = {NULL, 0}};
    return reeve_audit_entry_read(bytes, NULL, out);
}

enum reeve_status reeve_audit_entry_encode(const struct reeve_audit_entry *entry,
                                           struct reeve_buffer *out)
{
    return reeve_pb_append(&reeve_audit_entry_msg, entry, out);
}
