/* SPDX-License-Identifier: Apache-2.0 */
/* Calls about workers: list, readmit, revoke. */
#include "gateway-stub/core/control.h"
#include "gateway-stub/core/journal.h"
#include "gateway-stub/core/out.h"
#include "gateway-stub/core/session.h"

#define WORKERS_MAX 1000u

static void ask_workers(struct reeve_gateway *g, struct reeve_call *call)
{
    struct reeve_store_request *request = reeve_control_request(g, call, REEVE_STORE_LIST_JOURNALS);
    if (request == NULL) {
        return;
    }
    request->u.list_journals.tenant = call->tenant->name;
    request->u.list_journals.limit = WORKERS_MAX;
    reeve_out_store(g, request);
}

void reeve_control_list_workers(struct reeve_gateway *g, struct reeve_call *call,
                                const void *message)
{
    (void)message;
    ask_workers(g, call);
}

void reeve_control_workers_listed(struct reeve_gateway *g, struct reeve_call *call,
                                  struct reeve_store_request *request)
{
    const struct reeve_store_list_journals *s = &request->u.list_journals;
    struct reeve_v1_list_workers_response *response =
        reeve_message_new(&reeve_v1_list_workers_response_message, &call->arena);
    struct reeve_v1_worker **workers =
        reeve_arena_alloc_array(&call->arena, s->count, sizeof(struct reeve_v1_worker *));
    bool good = response != NULL && workers != NULL;
    for (size_t i = 0; good && i < s->count; i++) {
        workers[i] = reeve_view_worker(g, &call->arena, &s->journals[i]);
        good = workers[i] != NULL;
    }
    if (!good) {
        reeve_refuse_memory(g, call);
        return;
    }
    response->workers = workers;
    response->n_workers = s->count;
    reeve_reply(g, call, &reeve_v1_list_workers_response_message, response);
}

void reeve_control_readmit(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_v1_readmit_worker_request *in = message;
    struct reeve_id id;
    if (!reeve_control_id(g, call, in->journal_id, false, &id)) {
        return;
    }
    struct reeve_store_request *request = reeve_control_request(g, call, REEVE_STORE_READMIT);
    if (request == NULL) {
        return;
    }
    request->u.readmit.tenant = call->tenant->name;
    request->u.readmit.journal_id = id;
    call->chain_id = id;
    reeve_out_store(g, request);
}

/* A session that stands learns of it in the next Welcome: ask for a new one. */
void reeve_control_apply_readmitted(struct reeve_gateway *g, struct reeve_store_request *request)
{
    struct reeve_journal *journal = reeve_journal_by_id(g, &request->u.readmit.journal_id);
    if (request->status == REEVE_OK && journal != NULL && journal->session != NULL) {
        journal->session->drain_due = true;
        journal->session->drain_ms = g->delivery.lease_ms;
        reeve_out_touch(g, journal->session);
    }
}

void reeve_control_readmitted(struct reeve_gateway *g, struct reeve_call *call,
                              struct reeve_store_request *request)
{
    if (request->kind == REEVE_STORE_READMIT) {
        ask_workers(g, call);
        return;
    }
    const struct reeve_store_list_journals *s = &request->u.list_journals;
    struct reeve_v1_readmit_worker_response *response =
        reeve_message_new(&reeve_v1_readmit_worker_response_message, &call->arena);
    for (size_t i = 0; response != NULL && i < s->count; i++) {
        if (reeve_id_equal(s->journals[i].journal_id, call->chain_id)) {
            response->worker = reeve_view_worker(g, &call->arena, &s->journals[i]);
        }
    }
    if (response == NULL) {
        reeve_refuse_memory(g, call);
        return;
    }
    reeve_reply(g, call, &reeve_v1_readmit_worker_response_message, response);
}

void reeve_control_revoke(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_v1_revoke_identity_request *in = message;
    struct reeve_store_request *request = reeve_control_request(g, call, REEVE_STORE_REVOKE);
    if (request == NULL) {
        return;
    }
    request->u.revoke.tenant = call->tenant->name;
    if (reeve_arena_dup(&request->arena, reeve_bytes_cstr(in->identity),
                        &request->u.revoke.identity) != REEVE_OK) {
        reeve_store_request_free(request);
        reeve_refuse_memory(g, call);
        return;
    }
    reeve_out_store(g, request);
}

void reeve_control_apply_revoked(struct reeve_gateway *g, struct reeve_store_request *request)
{
    struct reeve_store_revoke *s = &request->u.revoke;
    if (request->status != REEVE_OK) {
        return;
    }
    for (struct reeve_list_node *n = reeve_list_front(&g->sessions_list); n != NULL;
         n = reeve_list_next(&g->sessions_list, n)) {
        struct reeve_session *session = REEVE_OWNER(n, struct reeve_session, node);
        bool theirs = session->tenant != NULL &&
                      reeve_bytes_equal(session->tenant->name, s->tenant) &&
                      reeve_bytes_equal(session->identity, s->identity);
        if (theirs && session->state != REEVE_SESSION_STATE_CLOSING) {
            reeve_session_close(g, session, REEVE_SESSION_IDENTITY_REVOKED, 60000);
            s->sessions_ended++;
        }
    }
}

void reeve_control_revoked(struct reeve_gateway *g, struct reeve_call *call,
                           struct reeve_store_request *request)
{
    struct reeve_v1_revoke_identity_response *response =
        reeve_message_new(&reeve_v1_revoke_identity_response_message, &call->arena);
    if (response == NULL) {
        reeve_refuse_memory(g, call);
        return;
    }
    response->sessions_ended = request->u.revoke.sessions_ended;
    reeve_reply(g, call, &reeve_v1_revoke_identity_response_message, response);
}
