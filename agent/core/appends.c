/* SPDX-License-Identifier: Apache-2.0 */
/* Records on their way to the journal: encoded one behind the other into one buffer, numbered here,
 * lent to the driver one at a time. The journal gives the same numbers. */
#include "agent/core/engine_state.h"

static void reset_when_taken(struct reeve_engine_appends *a)
{
    if (a->next < a->count) {
        return;
    }
    a->next = 0;
    a->count = 0;
    reeve_buffer_reset(&a->bytes);
}

static enum reeve_status reserve(struct reeve_engine *e)
{
    struct reeve_engine_appends *a = &e->appends;
    if (a->count < a->capacity) {
        return REEVE_OK;
    }
    size_t more = a->capacity == 0 ? 64 : a->capacity * 2;
    void *items = a->items;
    REEVE_TRY(reeve_realloc_array(e->allocator, &items, a->capacity, more, sizeof *a->items));
    a->items = items;
    a->capacity = more;
    return REEVE_OK;
}

enum reeve_status reeve_engine_append(struct reeve_engine *e,
                                      const struct reeve_journal_record *record, uint64_t *lsn)
{
    struct reeve_engine_appends *a = &e->appends;
    if (a->failed) {
        return REEVE_STATE;
    }
    reset_when_taken(a);
    REEVE_TRY(reserve(e));
    size_t offset = a->bytes.len;
    REEVE_TRY(reeve_journal_record_encode(record, &a->bytes));
    struct reeve_engine_append_item *item = &a->items[a->count];
    item->type = (uint8_t)record->type;
    item->lsn = a->next_lsn;
    item->offset = offset;
    item->len = a->bytes.len - offset;
    a->count++;
    a->next_lsn++;
    a->since_epoch_bytes += item->len;
    a->since_seen_bytes += item->len;
    if (a->oldest_ms == REEVE_NEVER_MS) {
        a->oldest_ms = e->now.boot_ms;
    }
    if (lsn) {
        *lsn = item->lsn;
    }
    return REEVE_OK;
}

bool reeve_engine_appends_take(struct reeve_engine *e, struct reeve_engine_action *out)
{
    struct reeve_engine_appends *a = &e->appends;
    if (a->failed || a->next == a->count) {
        return false;
    }
    const struct reeve_engine_append_item *item = &a->items[a->next];
    out->type = REEVE_ACTION_APPEND;
    out->u.append.type = item->type;
    out->u.append.lsn = item->lsn;
    out->u.append.record = reeve_bytes_slice(reeve_buffer_view(&a->bytes), item->offset, item->len);
    a->next++;
    return true;
}

static void begin_hello(struct reeve_engine *e)
{
    reeve_engine_takeover_synced(e);
    if (e->link.state == REEVE_LINK_HELLO_SYNC && e->link.hello_lsn <= e->appends.synced_lsn) {
        reeve_engine_link_move(e, REEVE_LINK_HELLO_SENT);
        e->session.hello_due = true;
    }
    if (e->link.state == REEVE_LINK_WELCOME_SYNC && e->link.epoch_lsn <= e->appends.synced_lsn) {
        reeve_engine_resume_begin(e);
    }
}

void reeve_engine_synced(struct reeve_engine *e, const struct reeve_engine_event *event)
{
    struct reeve_engine_appends *a = &e->appends;
    uint64_t lsn = event->u.synced.lsn;
    a->free_bytes = event->u.synced.free_bytes;
    if (lsn >= a->next_lsn) {
        reeve_engine_invariant(e, "synced lsn was never appended");
        return;
    }
    if (lsn <= a->synced_lsn || a->failed) {
        return;
    }
    a->synced_lsn = lsn;
    a->oldest_ms = lsn + 1 == a->next_lsn ? REEVE_NEVER_MS : e->now.boot_ms;
    reeve_engine_chain_synced(e);
    reeve_engine_intents_synced(e);
    begin_hello(e);
}
