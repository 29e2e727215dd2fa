/* SPDX-License-Identifier: Apache-2.0 */
/* ListResults: pages of a server-streaming job's results. */
#include "gateway-stub/core/control.h"
#include "gateway-stub/core/out.h"

void reeve_control_list_results(struct reeve_gateway *g, struct reeve_call *call,
                                const void *message)
{
    const struct reeve_v1_list_results_request *in = message;
    struct reeve_id job_id;
    if (!reeve_control_id(g, call, in->job_id, false, &job_id)) {
        return;
    }
    struct reeve_store_request *request = reeve_control_request(g, call, REEVE_STORE_LIST_RESULTS);
    if (request == NULL) {
        return;
    }
    request->u.list_results = (struct reeve_store_list_results){
        .tenant = call->tenant->name,
        .job_id = job_id,
        .attempt = in->attempt,
        .index = in->index,
        .limit = reeve_control_limit(in->limit),
    };
    reeve_out_store(g, request);
}

void reeve_control_results_listed(struct reeve_gateway *g, struct reeve_call *call,
                                  struct reeve_store_request *request)
{
    const struct reeve_store_list_results *page = &request->u.list_results;
    struct reeve_v1_list_results_response *response =
        reeve_message_new(&reeve_v1_list_results_response_message, &call->arena);
    struct reeve_v1_job_result **results = reeve_view_results(&call->arena, page);
    if (response == NULL || results == NULL) {
        reeve_refuse_memory(g, call);
        return;
    }
    response->results = results;
    response->n_results = page->count;
    response->attempt = page->attempt;
    response->index = page->index;
    response->more = page->more;
    reeve_reply(g, call, &reeve_v1_list_results_response_message, response);
}
