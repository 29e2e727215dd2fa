/* SPDX-License-Identifier: Apache-2.0 */
/* A pass over an export for the gateway's own chain: see trail_own.h. */
#include "gateway-stub/reevectl/trail_own.h"

#include "agent/codec/audit_record.h"
#include "gateway-stub/reevectl/trail_reader.h"

#define HOLE_MAX 16777216u /* records */

static struct reeve_bytes view(ProtobufCBinaryData data)
{
    return reeve_bytes_of(data.data, data.len);
}

/* The key that countersigns the other chains: where head and first record agree on it. */
static void note_key(struct reeve_trail_own *own, struct reeve_bytes head_key,
                     const struct reeve_audit_record *record)
{
    const struct reeve_public_key *key = &record->as.chain_opened.audit_public_key;
    if (!own->has_gateway_key && record->event == REEVE_AUDIT_CHAIN_OPENED &&
        reeve_bytes_equal(head_key, reeve_bytes_of(key->bytes, sizeof(key->bytes)))) {
        own->has_gateway_key = true;
        own->gateway_key = *key;
    }
}

static enum reeve_status note_hole(struct reeve_trail_own *own, struct reeve_arena *arena,
                                   const struct reeve_audit_record *record)
{
    const struct reeve_gap *gap = &record->as.gap;
    if (record->event != REEVE_AUDIT_GAP || !gap->has_journal_id) {
        return REEVE_OK;
    }
    if (gap->from_sequence == 0 || gap->to_sequence < gap->from_sequence ||
        gap->to_sequence - gap->from_sequence > HOLE_MAX) {
        return REEVE_OK;
    }
    struct reeve_trail_hole *hole = reeve_arena_alloc(arena, sizeof(*hole));
    if (hole == NULL) {
        return REEVE_NO_MEMORY;
    }
    *hole = (struct reeve_trail_hole){own->holes, gap->journal_id, gap->from_sequence,
                                      gap->to_sequence};
    own->holes = hole;
    return REEVE_OK;
}

static enum reeve_status note(struct reeve_trail_own *own, struct reeve_arena *arena,
                              struct reeve_arena *scratch, struct reeve_bytes head_key,
                              const struct reeve_v1_audit_entry *entry)
{
    struct reeve_audit_record record;
    if (entry == NULL ||
        reeve_audit_record_decode(view(entry->record), scratch, &record) != REEVE_OK) {
        return REEVE_OK;
    }
    note_key(own, head_key, &record);
    return note_hole(own, arena, &record);
}

enum reeve_status reeve_trail_read_own(struct reeve_bytes file, struct reeve_arena *arena,
                                       struct reeve_arena *scratch, struct reeve_trail_own *own)
{
    struct reeve_trail_reader reader = {.file = file};
    struct reeve_bytes head_key = {.data = NULL};
    bool is_own = false;
    for (;;) {
        struct reeve_trail_item item;
        reeve_arena_reset(scratch);
        const enum reeve_status status = reeve_trail_next(&reader, scratch, &item);
        if (status != REEVE_OK) {
            return status == REEVE_NO_MEMORY ? status : REEVE_OK; /* the next pass says where */
        }
        const struct reeve_v1_export_audit_response *m = item.message;
        if (m->item_case == REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_CHAIN) {
            is_own = m->chain->identity[0] == '\0';
            REEVE_TRY(reeve_arena_dup(arena, view(m->chain->audit_public_key), &head_key));
        }
        if (is_own && m->item_case == REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_ENTRY) {
            REEVE_TRY(note(own, arena, scratch, head_key, m->entry->entry));
        }
    }
}
