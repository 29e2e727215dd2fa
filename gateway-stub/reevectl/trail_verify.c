/* SPDX-License-Identifier: Apache-2.0 */
/* Verifying an export: chain by chain with the verifier of agent/audit, what stands beside the
 * records compared with them, and at last the end mark. The first thing that does not hold ends it:
 * behind a break nothing can be believed. */
#include "agent/audit/chain.h"
#include "agent/audit/verifier.h"
#include "agent/base/hash.h"
#include "gateway-stub/reevectl/trail_own.h"
#include "gateway-stub/reevectl/trail_reader.h"

#define ITEM_MEMORY ((size_t)1024 * 1024 * 1024)
#define HASHES_MAX ((size_t)8 * 1024 * 1024 * 1024)
#define SAY(trail, ...)                                                                            \
    reeve_format_cut((trail)->verdict->what, sizeof((trail)->verdict->what), __VA_ARGS__)

/* The chain that is being read. */
struct chain {
    bool open;
    struct reeve_id journal_id;
    struct reeve_bytes identity;
    struct reeve_bytes public_key;
    uint64_t last_sequence;
    struct reeve_bytes last_hash;
    struct reeve_audit_verifier verifier;
    struct reeve_buffer hashes; /* of its records, 32 bytes each */
    struct reeve_trail_chain *result;
};

struct trail {
    struct reeve_trail_own own;
    struct reeve_trail_reader reader;
    struct reeve_arena *arena; /* what outlives an item */
    struct reeve_arena item_arena;
    struct reeve_arena ahead_arena; /* for the item behind the current one */
    struct reeve_trail_verdict *verdict;
    struct reeve_trail_chain **tail;
    struct chain chain;
    struct reeve_buffer checksums;
    bool ended;
};

static struct reeve_bytes view(ProtobufCBinaryData data)
{
    return reeve_bytes_of(data.data, data.len);
}

/* The place of the fault; its words follow by SAY. */
static enum reeve_status broken(struct trail *t, const struct reeve_trail_item *item,
                                uint64_t sequence)
{
    t->verdict->item = item->index;
    t->verdict->offset = item->offset;
    t->verdict->in_chain = t->chain.open;
    t->verdict->journal_id = t->chain.journal_id;
    t->verdict->sequence = sequence;
    return REEVE_CHAIN_BROKEN;
}

/* ---- entries ---- */

static enum reeve_status to_entry(const struct reeve_v1_audit_entry *from,
                                  struct reeve_audit_entry *to)
{
    *to = (struct reeve_audit_entry){.record = view(from->record)};
    if (from->input_salt.len > 0) {
        REEVE_TRY(reeve_id_from_bytes(view(from->input_salt), &to->input_salt));
        to->has_input_salt = true;
    }
    if (from->output_salt.len > 0) {
        REEVE_TRY(reeve_id_from_bytes(view(from->output_salt), &to->output_salt));
        to->has_output_salt = true;
    }
    static const uint8_t empty[1];
    if (from->has_input_body) {
        to->input_body =
            from->input_body.len > 0 ? view(from->input_body) : reeve_bytes_of(empty, 0);
    }
    if (from->has_output_body) {
        to->output_body =
            from->output_body.len > 0 ? view(from->output_body) : reeve_bytes_of(empty, 0);
    }
    return REEVE_OK;
}

/* Whether the item behind this one is an entry or a checkpoint that tells which of two records was
 * changed. */
static void blame(struct trail *t)
{
    struct reeve_trail_reader ahead = t->reader;
    struct reeve_trail_item item;
    struct reeve_audit_entry entry;
    struct reeve_audit_verifier *v = &t->chain.verifier;
    if (reeve_trail_next(&ahead, &t->ahead_arena, &item) != REEVE_OK) {
        return;
    }
    if (item.message->item_case == REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_ENTRY &&
        item.message->entry->entry != NULL &&
        to_entry(item.message->entry->entry, &entry) == REEVE_OK) {
        reeve_audit_verifier_blame(v, &entry, NULL, &t->ahead_arena);
        return;
    }
    if (item.message->item_case != REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_CHECKPOINT ||
        item.message->checkpoint->checkpoint == NULL ||
        item.message->checkpoint->checkpoint->signature == NULL) {
        return;
    }
    const struct reeve_v1_signed_checkpoint *from = item.message->checkpoint->checkpoint;
    const struct reeve_signed_checkpoint checkpoint = {
        .checkpoint = view(from->checkpoint),
        .has_signature = true,
        .signature = {.key_id = reeve_bytes_cstr(from->signature->key_id),
                      .signature = view(from->signature->signature)},
    };
    reeve_audit_verifier_blame(v, NULL, &checkpoint, &t->ahead_arena);
}

static enum reeve_status entry_broken(struct trail *t, const struct reeve_trail_item *item,
                                      bool hash_fits)
{
    const struct reeve_audit_verifier *v = &t->chain.verifier;
    if (v->fault == REEVE_AUDIT_FAULT_PREVIOUS_HASH) {
        /* A record whose own hash stands beside it was not changed without that; nor the one before
         * it, which was compared with its hash, too: somebody changed a record and its hash. */
        if (hash_fits) {
            blame(t);
        } else {
            t->chain.verifier.altered_sequence = v->fault_sequence;
        }
    }
    const enum reeve_status status = broken(t, item, v->altered_sequence);
    SAY(t, "%s (%s)", reeve_audit_fault_text(v->fault), reeve_audit_fault_name(v->fault));
    return status;
}

/* What the chain's head says about its first record. */
static enum reeve_status check_opening(struct trail *t, const struct reeve_trail_item *item,
                                       const struct reeve_audit_record *record)
{
    const struct chain *chain = &t->chain;
    const struct reeve_chain_opened *opened = &record->as.chain_opened;
    enum reeve_status status = REEVE_OK;
    if (!reeve_id_equal(record->journal_id, chain->journal_id)) {
        status = broken(t, item, 0);
        SAY(t, "the chain's head names another journal than its first record");
    } else if (!reeve_bytes_equal(chain->public_key,
                                  reeve_bytes_of(opened->audit_public_key.bytes,
                                                 sizeof(opened->audit_public_key.bytes)))) {
        status = broken(t, item, 0);
        SAY(t, "the chain's head names another audit key than its first record");
    } else if (!reeve_bytes_equal(chain->identity, opened->identity)) {
        status = broken(t, item, 0);
        SAY(t, "the chain's head names another identity than its first record");
    }
    return status;
}

static enum reeve_status check_beside(struct trail *t, const struct reeve_trail_item *item,
                                      const struct reeve_audit_record *record,
                                      struct reeve_digest hash)
{
    const struct reeve_v1_stored_audit *stored = item->message->entry;
    const uint64_t sequence = t->chain.verifier.chain.sequence;
    if (!reeve_bytes_equal(view(stored->hash), reeve_digest_view(&hash))) {
        const enum reeve_status status = broken(t, item, sequence);
        SAY(t, "the record's bytes do not give the hash that the gateway stored beside it");
        return status;
    }
    if (sequence == 1) {
        REEVE_TRY(check_opening(t, item, record));
    }
    if (!reeve_bytes_equal(reeve_bytes_cstr(stored->identity), t->chain.identity)) {
        const enum reeve_status status = broken(t, item, sequence);
        SAY(t, "the identity beside the record is not the chain's");
        return status;
    }
    return REEVE_OK;
}

/* Goes on behind records that the gateway says it lost, if the record stands there. Nothing vouches
 * for the link over the hole but that word. */
static enum reeve_status pass_hole(struct trail *t, struct reeve_bytes record_bytes)
{
    static const struct reeve_digest lost;
    struct reeve_audit_verifier *v = &t->chain.verifier;
    struct reeve_audit_record record;
    const struct reeve_trail_hole *hole = t->own.holes;
    while (hole != NULL && (hole->from != v->chain.sequence + 1 ||
                            !reeve_id_equal(hole->journal_id, t->chain.journal_id))) {
        hole = hole->next;
    }
    if (hole == NULL ||
        reeve_audit_record_decode(record_bytes, &t->ahead_arena, &record) != REEVE_OK ||
        record.sequence != hole->to + 1) {
        return REEVE_OK; /* the verifier says what it thinks of it */
    }
    for (uint64_t i = hole->from; i < hole->to; i++) {
        REEVE_TRY(reeve_buffer_append(&t->chain.hashes, reeve_digest_view(&lost)));
    }
    REEVE_TRY(reeve_buffer_append(&t->chain.hashes, reeve_digest_view(&record.previous_hash)));
    if (hole->from == 1) {
        v->has_audit_key = reeve_copy(v->audit_key.bytes, sizeof(v->audit_key.bytes),
                                      t->chain.public_key) == REEVE_OK;
    }
    t->chain.result->lost += hole->to - hole->from + 1;
    reeve_audit_chain_restore(&v->chain, t->chain.journal_id, hole->to, record.previous_hash,
                              v->chain.last_unix_ms);
    return REEVE_OK;
}

static enum reeve_status take_entry(struct trail *t, const struct reeve_trail_item *item)
{
    const struct reeve_v1_stored_audit *stored = item->message->entry;
    struct reeve_audit_entry entry;
    struct reeve_audit_record record;
    struct reeve_audit_verifier *v = &t->chain.verifier;
    if (!t->chain.open || stored->entry == NULL || to_entry(stored->entry, &entry) != REEVE_OK) {
        const enum reeve_status status = broken(t, item, t->chain.open ? v->chain.sequence + 1 : 0);
        SAY(t, "%s",
            t->chain.open ? "the entry has no record, or a salt of another length"
                          : "a record stands before the head of any chain");
        return status;
    }
    const struct reeve_digest hash = reeve_audit_record_hash(entry.record);
    REEVE_TRY(pass_hole(t, entry.record));
    const enum reeve_status status =
        reeve_audit_verifier_entry(v, &entry, NULL, &t->item_arena, &record);
    if (status == REEVE_CHAIN_BROKEN) {
        return entry_broken(t, item,
                            reeve_bytes_equal(view(stored->hash), reeve_digest_view(&hash)));
    }
    REEVE_TRY(status);
    REEVE_TRY(check_beside(t, item, &record, hash));
    REEVE_TRY(reeve_buffer_append(&t->chain.hashes, reeve_digest_view(&hash)));
    t->chain.result->records++;
    t->verdict->records++;
    return REEVE_OK;
}

/* ---- checkpoints ---- */

/* The hash of a record of this chain that was read; false: there is none. */
static bool hash_at(const struct chain *chain, uint64_t sequence, struct reeve_digest *out)
{
    const struct reeve_bytes all = reeve_buffer_view(&chain->hashes);
    if (sequence == 0 || sequence > all.len / sizeof(out->bytes)) {
        return false;
    }
    return reeve_digest_from_bytes(reeve_bytes_slice(all,
                                                     (size_t)(sequence - 1) * sizeof(out->bytes),
                                                     sizeof(out->bytes)),
                                   out) == REEVE_OK;
}

static enum reeve_status head_broken(struct trail *t, const struct reeve_trail_item *item,
                                     const char *what)
{
    const enum reeve_status status = broken(t, item, t->chain.verifier.chain.sequence);
    SAY(t, "the signed head behind this record: %s", what);
    return status;
}

static enum reeve_status take_countersignature(struct trail *t, const struct reeve_trail_item *item,
                                               const struct reeve_checkpoint *checkpoint)
{
    const struct reeve_v1_countersignature *from = item->message->checkpoint->countersignature;
    struct reeve_checkpoint signed_head;
    struct reeve_digest hash;
    if (from->signature == NULL) {
        return head_broken(t, item, "the countersignature has no signature");
    }
    if (!t->own.has_gateway_key) {
        t->chain.result->countersignature_unchecked = true;
        return REEVE_OK;
    }
    const struct reeve_countersignature countersignature = {
        .checkpoint = view(from->checkpoint),
        .has_signature = true,
        .signature = {.key_id = reeve_bytes_cstr(from->signature->key_id),
                      .signature = view(from->signature->signature)},
    };
    if (reeve_audit_countersignature_verify(&countersignature, &t->own.gateway_key, &signed_head) !=
        REEVE_OK) {
        return head_broken(t, item, reeve_audit_fault_text(REEVE_AUDIT_FAULT_COUNTERSIGNATURE));
    }
    if (!reeve_id_equal(signed_head.journal_id, checkpoint->journal_id) ||
        !hash_at(&t->chain, signed_head.sequence, &hash) ||
        !reeve_digest_equal(hash, signed_head.head_hash)) {
        return head_broken(t, item, "the countersignature is over another head");
    }
    t->chain.result->countersigned_through = signed_head.sequence;
    return REEVE_OK;
}

static enum reeve_status take_checkpoint(struct trail *t, const struct reeve_trail_item *item)
{
    const struct reeve_v1_stored_checkpoint *stored = item->message->checkpoint;
    const struct reeve_v1_signed_checkpoint *from = stored->checkpoint;
    struct reeve_checkpoint head;
    struct reeve_digest hash;
    if (!t->chain.open || from == NULL || from->signature == NULL ||
        reeve_checkpoint_decode(view(from->checkpoint), &head) != REEVE_OK) {
        return head_broken(t, item, reeve_audit_fault_text(REEVE_AUDIT_FAULT_CHECKPOINT_MALFORMED));
    }
    const struct reeve_signed_checkpoint checkpoint = {
        .checkpoint = view(from->checkpoint),
        .has_signature = true,
        .signature = {.key_id = reeve_bytes_cstr(from->signature->key_id),
                      .signature = view(from->signature->signature)},
    };
    if (!hash_at(&t->chain, head.sequence, &hash)) {
        return head_broken(t, item, "it is over a record that is not in the file, or was changed");
    }
    struct reeve_audit_verifier *v = &t->chain.verifier;
    if (reeve_audit_verifier_checkpoint_behind(v, &checkpoint, hash) != REEVE_OK) {
        return head_broken(t, item, reeve_audit_fault_text(v->fault));
    }
    t->chain.result->signed_through = v->checkpointed;
    return stored->countersignature != NULL ? take_countersignature(t, item, &head) : REEVE_OK;
}

/* ---- chains ---- */

/* Whether the record at `sequence` is here and is the one that the chain's head calls its last. */
static bool is_last(const struct chain *chain, uint64_t sequence)
{
    struct reeve_digest hash;
    return hash_at(chain, sequence, &hash) &&
           reeve_bytes_equal(reeve_digest_view(&hash), chain->last_hash);
}

/* Whether everything is there that the chain's head says. More may be: the worker went on. */
static enum reeve_status close_chain(struct trail *t, const struct reeve_trail_item *item)
{
    struct chain *chain = &t->chain;
    const uint64_t records = chain->verifier.chain.sequence;
    if (!chain->open) {
        return REEVE_OK;
    }
    if (is_last(chain, chain->last_sequence)) {
        chain->open = false;
        return REEVE_OK;
    }
    const bool missing = records < chain->last_sequence && !is_last(chain, records);
    const enum reeve_status status = broken(t, item, missing ? records + 1 : 0);
    if (missing) {
        SAY(t, "the chain's head names %llu records, and %llu are here",
            (unsigned long long)chain->last_sequence, (unsigned long long)records);
    } else {
        SAY(t, "the chain's head names another number or hash of its last record");
    }
    return status;
}

/* A gateway's own chain has no identity and introduces its key itself. */
static void begin_verifier(struct chain *chain)
{
    const struct reeve_audit_verifier_options options = {
        .any_journal = true,
        .require_introduction = chain->identity.len > 0,
    };
    reeve_audit_verifier_init(&chain->verifier, &options);
}

static enum reeve_status take_head(struct trail *t, const struct reeve_trail_item *item)
{
    const struct reeve_v1_chain_head *head = item->message->chain;
    struct chain *chain = &t->chain;
    REEVE_TRY(close_chain(t, item));
    struct reeve_trail_chain *result = reeve_arena_alloc(t->arena, sizeof(*result));
    if (result == NULL ||
        reeve_id_from_bytes(view(head->journal_id), &chain->journal_id) != REEVE_OK) {
        if (result != NULL) {
            (void)broken(t, item, 0);
            SAY(t, "the chain's head has no journal id");
        }
        return result == NULL ? REEVE_NO_MEMORY : REEVE_CHAIN_BROKEN;
    }
    REEVE_TRY(reeve_arena_dup(t->arena, reeve_bytes_cstr(head->identity), &chain->identity));
    REEVE_TRY(reeve_arena_dup(t->arena, view(head->audit_public_key), &chain->public_key));
    REEVE_TRY(reeve_arena_dup(t->arena, view(head->last_hash), &chain->last_hash));
    chain->open = true;
    chain->last_sequence = head->last_sequence;
    chain->result = result;
    reeve_buffer_reset(&chain->hashes);
    result->journal_id = chain->journal_id;
    result->abandoned = head->abandoned != 0;
    result->identity = reeve_arena_strdup(t->arena, chain->identity);
    begin_verifier(chain);
    *t->tail = result;
    t->tail = &result->next;
    return result->identity != NULL ? REEVE_OK : REEVE_NO_MEMORY;
}

/* ---- the end mark ---- */

/* Where item `index` is, and which record it holds, for a fault that only a checksum showed. */
static enum reeve_status blame_item(struct trail *t, size_t index)
{
    struct reeve_trail_reader again = {.file = t->reader.file};
    struct reeve_trail_item item = {.index = 0};
    uint64_t sequence = 0;
    t->chain.open = false;
    do {
        reeve_arena_reset(&t->ahead_arena);
        REEVE_TRY(reeve_trail_next(&again, &t->ahead_arena, &item));
        if (item.message->item_case == REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_CHAIN) {
            REEVE_TRY(
                reeve_id_from_bytes(view(item.message->chain->journal_id), &t->chain.journal_id));
            t->chain.open = true;
            sequence = 0;
        }
        sequence += item.message->item_case == REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_ENTRY ? 1 : 0;
    } while (item.index < index);
    const enum reeve_status status = broken(t, &item, sequence);
    SAY(t, "what stands beside this record was changed after the export");
    return status;
}

static enum reeve_status end_broken(struct trail *t, const struct reeve_trail_item *item,
                                    const char *what)
{
    t->chain.open = false;
    const enum reeve_status status = broken(t, item, 0);
    SAY(t, "%s", what);
    return status;
}

static enum reeve_status take_end(struct trail *t, const struct reeve_trail_item *item)
{
    const struct reeve_v1_export_end *end = item->message->end;
    const struct reeve_bytes claimed = view(end->item_checksums);
    const struct reeve_bytes found = reeve_buffer_view(&t->checksums);
    REEVE_TRY(close_chain(t, item));
    if (end->checksum != reeve_crc32c(0, claimed)) {
        return end_broken(t, item, "the end mark was changed");
    }
    if (end->items != item->index || claimed.len != found.len) {
        return end_broken(t, item, "the end mark counts other items than are here");
    }
    for (size_t i = 0; i + 4 <= found.len; i += 4) {
        if (reeve_load_le32(found.data + i) != reeve_load_le32(claimed.data + i)) {
            return blame_item(t, i / 4);
        }
    }
    t->ended = true;
    return REEVE_OK;
}

/* ---- the file ---- */

static enum reeve_status take(struct trail *t, const struct reeve_trail_item *item)
{
    uint8_t checksum[4];
    if (t->ended) {
        return end_broken(t, item, "the file goes on behind its end mark");
    }
    switch (item->message->item_case) {
    case REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_CHAIN:
        REEVE_TRY(take_head(t, item));
        break;
    case REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_ENTRY:
        REEVE_TRY(take_entry(t, item));
        break;
    case REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_CHECKPOINT:
        REEVE_TRY(take_checkpoint(t, item));
        break;
    case REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_END:
        return take_end(t, item);
    case REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_NOT_SET: {
        const enum reeve_status status = broken(t, item, t->chain.verifier.chain.sequence + 1);
        SAY(t, "the item is empty");
        return status;
    }
    }
    reeve_store_le32(checksum, reeve_crc32c(0, item->bytes));
    return reeve_buffer_append(&t->checksums, reeve_bytes_of(checksum, sizeof(checksum)));
}

static enum reeve_status unreadable(struct trail *t, const struct reeve_trail_item *item,
                                    const char *problem)
{
    const enum reeve_status status =
        broken(t, item, t->chain.open ? t->chain.verifier.chain.sequence + 1 : 0);
    SAY(t, "%s", problem);
    return status;
}

static enum reeve_status read_all(struct trail *t)
{
    for (;;) {
        struct reeve_trail_item item;
        reeve_arena_reset(&t->item_arena);
        const enum reeve_status status = reeve_trail_next(&t->reader, &t->item_arena, &item);
        if (status == REEVE_NOT_FOUND) {
            return t->ended ? REEVE_OK
                            : unreadable(t, &item, "the file is cut: its end mark is missing");
        }
        if (status == REEVE_TRUNCATED || status == REEVE_MALFORMED) {
            return unreadable(t, &item, t->reader.problem);
        }
        REEVE_TRY(status);
        REEVE_TRY(take(t, &item));
    }
}

enum reeve_status reeve_trail_verify(struct reeve_bytes file,
                                     const struct reeve_public_key *gateway_key,
                                     struct reeve_arena *arena, struct reeve_trail_verdict *out)
{
    struct trail t = {
        .reader = {.file = file}, .arena = arena, .verdict = out, .tail = &out->chains};
    *out = (struct reeve_trail_verdict){.unbroken = false};
    reeve_arena_init(&t.item_arena, NULL, ITEM_MEMORY, 64u * 1024u);
    reeve_arena_init(&t.ahead_arena, NULL, ITEM_MEMORY, 64u * 1024u);
    reeve_buffer_init(&t.chain.hashes, NULL, HASHES_MAX);
    reeve_buffer_init(&t.checksums, NULL, HASHES_MAX);
    if (gateway_key != NULL) {
        t.own.has_gateway_key = true;
        t.own.gateway_key = *gateway_key;
    }
    enum reeve_status status = reeve_trail_read_own(file, arena, &t.item_arena, &t.own);
    status = status == REEVE_OK ? read_all(&t) : status;
    out->unbroken = status == REEVE_OK;
    reeve_buffer_clear(&t.checksums);
    reeve_buffer_clear(&t.chain.hashes);
    reeve_arena_clear(&t.ahead_arena);
    reeve_arena_clear(&t.item_arena);
    return status == REEVE_CHAIN_BROKEN ? REEVE_OK : status;
}
