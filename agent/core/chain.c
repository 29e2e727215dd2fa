/* SPDX-License-Identifier: Apache-2.0 */
/* The audit chain and what of it the gateway has not acknowledged: outcomes and records of their
 * own are entries of one list, in chain order. Three places move along it: to_sync (what is on
 * disk), to_send (what this session was given), and the front (what is acknowledged). */
#include "agent/audit/chain.h"
#include "agent/core/engine_state.h"

static struct reeve_chain_entry *entry_of(struct reeve_list_node *node)
{
    return node ? REEVE_OWNER(node, struct reeve_chain_entry, node) : NULL;
}

static struct reeve_chain_entry *following(struct reeve_engine_chain *c,
                                           const struct reeve_chain_entry *entry)
{
    return entry_of(reeve_list_next(&c->entries, &entry->node));
}

static size_t entry_size(size_t len)
{
    return sizeof(struct reeve_chain_entry) + len;
}

static enum reeve_status new_entry(struct reeve_engine *e, struct reeve_bytes bytes,
                                   const struct reeve_outcome *outcome,
                                   struct reeve_chain_entry **out)
{
    if (bytes.len > SIZE_MAX - sizeof(struct reeve_chain_entry)) {
        return REEVE_OVERFLOW;
    }
    struct reeve_chain_entry *entry = reeve_alloc(e->allocator, entry_size(bytes.len));
    if (!entry) {
        return REEVE_NO_MEMORY;
    }
    entry->len = bytes.len;
    reeve_move(entry->bytes, bytes.data, bytes.len);
    entry->is_outcome = outcome != NULL;
    if (outcome) {
        entry->job_id = outcome->job_id;
        entry->attempt = outcome->attempt;
        entry->dispatch_sequence = outcome->sequence;
        entry->results = outcome->results;
    }
    *out = entry;
    return REEVE_OK;
}

static void free_entry(struct reeve_engine *e, struct reeve_chain_entry *entry)
{
    reeve_free(e->allocator, entry, entry_size(entry->len));
}

static void link_entry(struct reeve_engine *e, struct reeve_chain_entry *entry)
{
    struct reeve_engine_chain *c = &e->chain;
    reeve_list_push_back(&c->entries, &entry->node);
    c->outcomes += entry->is_outcome ? 1 : 0;
    e->memory_bytes += entry_size(entry->len);
    if (!c->to_sync) {
        c->to_sync = entry;
    }
    if (!c->to_send) {
        c->to_send = entry;
    }
}

static enum reeve_status encode(struct reeve_engine *e, struct reeve_engine_chain_item *item,
                                struct reeve_audit_chain *head)
{
    reeve_buffer_reset(&e->record_bytes);
    reeve_buffer_reset(&e->frame_bytes);
    REEVE_TRY(reeve_audit_chain_append(head, item->record, e->now.unix_ms, &e->record_bytes));
    item->entry->record = reeve_buffer_view(&e->record_bytes);
    if (!item->outcome) {
        return reeve_audit_entry_encode(item->entry, &e->frame_bytes);
    }
    item->outcome->has_audit = true;
    item->outcome->audit = *item->entry;
    return reeve_outcome_encode(item->outcome, &e->frame_bytes);
}

static enum reeve_status journal_item(struct reeve_engine *e,
                                      const struct reeve_engine_chain_item *item, uint64_t *lsn)
{
    struct reeve_journal_record record = {.type = REEVE_JOURNAL_AUDIT};
    if (!item->outcome) {
        record.as.audit_appended.entry = reeve_buffer_view(&e->frame_bytes);
        return reeve_engine_append(e, &record, lsn);
    }
    record.type = REEVE_JOURNAL_OUTCOME;
    record.as.job_outcome.frame = reeve_buffer_view(&e->frame_bytes);
    record.as.job_outcome.not_after_unix_ms = item->not_after_unix_ms;
    record.as.job_outcome.approved = item->approved;
    return reeve_engine_append(e, &record, lsn);
}

/* All or nothing: the head moves only when the record is with the journal. */
enum reeve_status reeve_engine_chain_append(struct reeve_engine *e,
                                            struct reeve_engine_chain_item *item, uint64_t *lsn)
{
    struct reeve_audit_chain head = e->chain.head;
    REEVE_TRY(encode(e, item, &head));
    struct reeve_chain_entry *entry = NULL;
    REEVE_TRY(new_entry(e, reeve_buffer_view(&e->frame_bytes), item->outcome, &entry));
    enum reeve_status status = journal_item(e, item, &entry->lsn);
    if (status != REEVE_OK) {
        free_entry(e, entry);
        return status;
    }
    entry->sequence = head.sequence;
    entry->previous_hash = e->chain.head.head;
    entry->hash = head.head;
    e->chain.head = head;
    link_entry(e, entry);
    if (lsn) {
        *lsn = entry->lsn;
    }
    return REEVE_OK;
}

enum reeve_status reeve_engine_chain_restore(struct reeve_engine *e, uint64_t lsn,
                                             struct reeve_bytes bytes,
                                             const struct reeve_outcome *outcome,
                                             const struct reeve_audit_record *record,
                                             struct reeve_bytes record_bytes)
{
    struct reeve_chain_entry *entry = NULL;
    REEVE_TRY(new_entry(e, bytes, outcome, &entry));
    entry->sequence = record->sequence;
    entry->previous_hash = record->previous_hash;
    entry->hash = reeve_audit_record_hash(record_bytes);
    entry->lsn = lsn;
    reeve_audit_chain_restore(&e->chain.head, e->journal_id, entry->sequence, entry->hash,
                              record->time_unix_ms > e->chain.head.last_unix_ms
                                  ? record->time_unix_ms
                                  : e->chain.head.last_unix_ms);
    link_entry(e, entry);
    return REEVE_OK;
}

void reeve_engine_chain_synced(struct reeve_engine *e)
{
    struct reeve_engine_chain *c = &e->chain;
    while (c->to_sync && c->to_sync->lsn <= e->appends.synced_lsn) {
        reeve_audit_chain_restore(&c->synced, e->journal_id, c->to_sync->sequence, c->to_sync->hash,
                                  c->head.last_unix_ms);
        c->to_sync = following(c, c->to_sync);
    }
}

static void drop_front(struct reeve_engine *e)
{
    struct reeve_engine_chain *c = &e->chain;
    struct reeve_chain_entry *entry = entry_of(reeve_list_front(&c->entries));
    if (c->to_sync == entry) {
        c->to_sync = following(c, entry);
    }
    if (c->to_send == entry) {
        c->to_send = following(c, entry);
        c->to_send_offset = 0;
    }
    c->outcomes -= entry->is_outcome ? 1 : 0;
    e->memory_bytes -= entry_size(entry->len);
    reeve_list_remove(&c->entries, &entry->node);
    free_entry(e, entry);
}

void reeve_engine_chain_settle(struct reeve_engine *e, uint64_t sequence)
{
    struct reeve_engine_chain *c = &e->chain;
    if (sequence <= c->settled) {
        return;
    }
    if (c->settled == c->settled_journaled) {
        c->ack_due_ms = e->now.boot_ms + REEVE_ENGINE_ACK_LAZY_MS;
    }
    c->settled = sequence;
    while (!reeve_list_empty(&c->entries) &&
           entry_of(reeve_list_front(&c->entries))->sequence <= sequence) {
        drop_front(e);
    }
}

/* The next session starts sending behind what its gateway holds. */
void reeve_engine_chain_rewind(struct reeve_engine *e, uint64_t after_sequence)
{
    struct reeve_engine_chain *c = &e->chain;
    struct reeve_chain_entry *entry = entry_of(reeve_list_front(&c->entries));
    while (entry && entry->sequence <= after_sequence) {
        entry = following(c, entry);
    }
    c->to_send = entry;
    c->to_send_offset = 0;
    c->sent = after_sequence;
}

void reeve_engine_chain_clear(struct reeve_engine *e)
{
    while (!reeve_list_empty(&e->chain.entries)) {
        drop_front(e);
    }
}

void reeve_engine_chain_journal_ack(struct reeve_engine *e)
{
    struct reeve_engine_chain *c = &e->chain;
    if (c->settled == c->settled_journaled) {
        return;
    }
    struct reeve_journal_record record = {.type = REEVE_JOURNAL_ACK};
    record.as.ack_received.audit_sequence = c->settled;
    if (reeve_engine_append(e, &record, NULL) != REEVE_OK) {
        reeve_engine_retry_later(e);
        return;
    }
    c->settled_journaled = c->settled;
}

enum reeve_status reeve_engine_chain_open(struct reeve_engine *e)
{
    struct reeve_audit_record record = {.event = REEVE_AUDIT_CHAIN_OPENED};
    struct reeve_chain_opened *opened = &record.as.chain_opened;
    opened->audit_public_key = e->audit_key->public_key;
    opened->identity = reeve_bytes_cstr(e->strings.identity);
    opened->identity_signature = e->strings.introduction_signature;
    opened->identity_scheme = reeve_bytes_cstr(e->strings.introduction_scheme);
    opened->identity_certificate = e->strings.introduction_certificate;
    opened->build = reeve_bytes_cstr(e->strings.build);
    struct reeve_audit_entry entry = {0};
    struct reeve_engine_chain_item item = {.record = &record, .entry = &entry};
    return reeve_engine_chain_append(e, &item, NULL);
}
