/* SPDX-License-Identifier: Apache-2.0 */
/* Calls about the audit trail: list, export. */
#include "gateway-stub/core/control.h"
#include "gateway-stub/core/out.h"

#define EXPORT_PAGE 64u

/* Sequences count within one chain: with anything else they would be a bound that is not looked at.
 */
static bool sequences_are_good(struct reeve_gateway *g, struct reeve_call *call,
                               const struct reeve_v1_list_audit_request *in)
{
    const bool has_any = in->after_sequence != 0 || in->before_sequence != 0;
    if (!has_any || (in->journal_id.len != 0 && in->job_id.len == 0 && in->plan_id.len == 0)) {
        return true;
    }
    const struct reeve_refusal refusal = {
        .status = REEVE_INVALID,
        .code = "REQUEST_INVALID",
        .message = "after_sequence and before_sequence are places in one chain",
        .hint = "give journal_id, and neither job_id nor plan_id",
    };
    reeve_refuse(g, call, &refusal);
    return false;
}

void reeve_control_list_audit(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_v1_list_audit_request *in = message;
    struct reeve_id chain_id;
    struct reeve_id job_id;
    struct reeve_id plan_id;
    if (!reeve_control_id(g, call, in->journal_id, true, &chain_id) ||
        !reeve_control_id(g, call, in->job_id, true, &job_id) ||
        !reeve_control_id(g, call, in->plan_id, true, &plan_id) ||
        !sequences_are_good(g, call, in)) {
        return;
    }
    struct reeve_store_request *request = reeve_control_request(g, call, REEVE_STORE_LIST_AUDIT);
    if (request == NULL) {
        return;
    }
    request->u.list_audit = (struct reeve_store_list_audit){
        .tenant = call->tenant->name,
        .chain_id = chain_id,
        .job_id = job_id,
        .plan_id = plan_id,
        .after_sequence = in->after_sequence,
        .before_sequence = in->before_sequence,
        .limit = reeve_control_limit(in->limit),
    };
    reeve_out_store(g, request);
}

void reeve_control_audit_listed(struct reeve_gateway *g, struct reeve_call *call,
                                struct reeve_store_request *request)
{
    const struct reeve_store_list_audit *s = &request->u.list_audit;
    struct reeve_v1_list_audit_response *response =
        reeve_message_new(&reeve_v1_list_audit_response_message, &call->arena);
    struct reeve_v1_stored_audit **entries =
        reeve_arena_alloc_array(&call->arena, s->count, sizeof(struct reeve_v1_stored_audit *));
    bool good = response != NULL && entries != NULL;
    for (size_t i = 0; good && i < s->count; i++) {
        entries[i] = reeve_view_audit(&call->arena, &s->entries[i]);
        good = entries[i] != NULL;
    }
    if (!good) {
        reeve_refuse_memory(g, call);
        return;
    }
    response->entries = entries;
    response->n_entries = s->count;
    reeve_reply(g, call, &reeve_v1_list_audit_response_message, response);
}

/* ---- export: page by page, as fast as the caller reads ---- */

static void ask_page(struct reeve_gateway *g, struct reeve_call *call)
{
    struct reeve_store_request *request = reeve_control_request(g, call, REEVE_STORE_EXPORT_AUDIT);
    if (request == NULL) {
        return;
    }
    request->u.export_audit = (struct reeve_store_export_audit){
        .tenant = call->tenant->name,
        .one_chain = call->one_chain,
        .chain_id = call->chain_id,
        .cursor_chain = call->cursor_chain,
        .cursor_sequence = call->cursor_sequence,
        .limit = EXPORT_PAGE,
    };
    call->reading = true;
    reeve_out_store(g, request);
}

void reeve_control_export(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_v1_export_audit_request *in = message;
    if (!reeve_control_id(g, call, in->journal_id, true, &call->chain_id)) {
        return;
    }
    call->one_chain = in->journal_id.len != 0;
    ask_page(g, call);
}

static enum reeve_status stream_head(struct reeve_gateway *g, struct reeve_call *call,
                                     struct reeve_arena *arena,
                                     const struct reeve_store_journal *chain)
{
    struct reeve_v1_export_audit_response *item =
        reeve_message_new(&reeve_v1_export_audit_response_message, arena);
    struct reeve_v1_chain_head *head = reeve_message_new(&reeve_v1_chain_head_message, arena);
    if (item == NULL || head == NULL) {
        return REEVE_NO_MEMORY;
    }
    head->journal_id = reeve_view_bytes(reeve_id_view(&chain->journal_id));
    head->identity = reeve_arena_strdup(arena, chain->identity);
    head->audit_public_key = reeve_view_bytes(reeve_bytes_of(chain->audit_public_key, 32));
    head->last_sequence = chain->audit_sequence;
    head->last_hash = reeve_view_bytes(reeve_digest_view(&chain->audit_hash));
    head->abandoned = chain->abandoned;
    item->item_case = REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_CHAIN;
    item->chain = head;
    return reeve_call_stream(g, call, &reeve_v1_export_audit_response_message, item);
}

static enum reeve_status stream_entry(struct reeve_gateway *g, struct reeve_call *call,
                                      struct reeve_arena *arena,
                                      const struct reeve_store_audit *entry)
{
    struct reeve_v1_export_audit_response *item =
        reeve_message_new(&reeve_v1_export_audit_response_message, arena);
    if (item == NULL) {
        return REEVE_NO_MEMORY;
    }
    item->item_case = REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_ENTRY;
    item->entry = reeve_view_audit(arena, entry);
    return item->entry == NULL
               ? REEVE_NO_MEMORY
               : reeve_call_stream(g, call, &reeve_v1_export_audit_response_message, item);
}

static struct reeve_v1_signature *signature(struct reeve_arena *arena, struct reeve_bytes key_id,
                                            struct reeve_bytes bytes)
{
    struct reeve_v1_signature *view = reeve_message_new(&reeve_v1_signature_message, arena);
    if (view != NULL) {
        view->key_id = reeve_arena_strdup(arena, key_id);
        view->signature = reeve_view_bytes(bytes);
    }
    return view;
}

static enum reeve_status stream_checkpoint(struct reeve_gateway *g, struct reeve_call *call,
                                           struct reeve_arena *arena,
                                           const struct reeve_store_checkpoint *from)
{
    struct reeve_v1_export_audit_response *item =
        reeve_message_new(&reeve_v1_export_audit_response_message, arena);
    struct reeve_v1_stored_checkpoint *stored =
        reeve_message_new(&reeve_v1_stored_checkpoint_message, arena);
    struct reeve_v1_signed_checkpoint *own =
        reeve_message_new(&reeve_v1_signed_checkpoint_message, arena);
    struct reeve_v1_countersignature *counter =
        reeve_message_new(&reeve_v1_countersignature_message, arena);
    if (item == NULL || stored == NULL || own == NULL || counter == NULL) {
        return REEVE_NO_MEMORY;
    }
    own->checkpoint = reeve_view_bytes(from->checkpoint);
    own->signature = signature(arena, from->key_id, from->signature);
    stored->checkpoint = own;
    if (from->counter_key_id.len != 0) {
        counter->checkpoint = own->checkpoint;
        counter->signature = signature(arena, from->counter_key_id, from->countersignature);
        stored->countersignature = counter;
    }
    item->item_case = REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_CHECKPOINT;
    item->checkpoint = stored;
    return reeve_call_stream(g, call, &reeve_v1_export_audit_response_message, item);
}

static enum reeve_status stream_page(struct reeve_gateway *g, struct reeve_call *call,
                                     struct reeve_store_request *request)
{
    const struct reeve_store_export_audit *page = &request->u.export_audit;
    struct reeve_arena *arena = &request->arena; /* dies with the page */
    if (page->begins) {
        REEVE_TRY(stream_head(g, call, arena, &page->chain));
    }
    for (size_t i = 0; i < page->count; i++) {
        REEVE_TRY(stream_entry(g, call, arena, &page->entries[i]));
    }
    return page->ends && page->has_checkpoint ? stream_checkpoint(g, call, arena, &page->checkpoint)
                                              : REEVE_OK;
}

static void end_stream(struct reeve_gateway *g, struct reeve_call *call)
{
    call->reply_due = true;
    call->grpc_code = 0;
    reeve_call_touch(g, call);
}

void reeve_control_exported(struct reeve_gateway *g, struct reeve_call *call,
                            struct reeve_store_request *request)
{
    const struct reeve_store_export_audit *page = &request->u.export_audit;
    if (page->finished) {
        end_stream(g, call);
        return;
    }
    if (stream_page(g, call, request) != REEVE_OK) {
        reeve_refuse_memory(g, call);
        return;
    }
    call->cursor_chain = page->cursor_chain;
    call->cursor_sequence = page->cursor_sequence;
    reeve_control_stream(g, call);
}

void reeve_control_stream_export(struct reeve_gateway *g, struct reeve_call *call)
{
    if (!call->reading && !call->reply_due && reeve_list_empty(&call->backlog)) {
        ask_page(g, call);
    }
}
