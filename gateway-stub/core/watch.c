/* SPDX-License-Identifier: Apache-2.0 */
/* WatchPlan. */
#include "gateway-stub/core/watch.h"

#include "gateway-stub/core/control.h"
#include "gateway-stub/core/job.h"
#include "gateway-stub/core/out.h"

static void ask(struct reeve_gateway *g, struct reeve_call *call)
{
    struct reeve_store_request *request = reeve_control_request(g, call, REEVE_STORE_GET_PLAN);
    if (request == NULL) {
        return;
    }
    struct reeve_store_get_plan *s = &request->u.get_plan;
    s->tenant = call->tenant->name;
    s->plan_id = call->plan_id;
    s->want_outputs = true;
    for (size_t i = 0; i < REEVE_PLAN_JOBS_MAX / 64; i++) {
        s->only[i] = call->first_sent ? call->dirty[i] : 0;
        call->dirty[i] = 0;
    }
    call->plan_dirty = false;
    call->reading = true;
    reeve_out_store(g, request);
}

static bool anything_dirty(const struct reeve_call *call)
{
    uint64_t any = call->plan_dirty ? 1 : 0;
    for (size_t i = 0; i < REEVE_PLAN_JOBS_MAX / 64; i++) {
        any |= call->dirty[i];
    }
    return any != 0;
}

static void go_on(struct reeve_gateway *g, struct reeve_call *call)
{
    bool idle =
        !call->reading && !call->sending && !call->reply_due && reeve_list_empty(&call->backlog);
    if (idle && anything_dirty(call)) {
        ask(g, call);
    }
}

void reeve_control_watch(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_v1_watch_plan_request *in = message;
    if (!reeve_control_id(g, call, in->plan_id, false, &call->plan_id)) {
        return;
    }
    reeve_list_push_back(&g->watches, &call->watch_node);
    ask(g, call);
}

/* The store may know an end before the event that makes its job dirty was handled: a watch is over
 * only when every end was in one of its messages. */
static bool all_told(struct reeve_call *call, const struct reeve_store_plan *plan)
{
    if (!call->first_sent) {
        call->jobs_count = (uint32_t)plan->jobs_count;
    }
    for (size_t i = 0; i < plan->jobs_count; i++) {
        uint32_t index = plan->jobs[i].index;
        if (plan->jobs[i].state == REEVE_JOB_ENDED && index < REEVE_PLAN_JOBS_MAX) {
            call->told[index / 64] |= UINT64_C(1) << (index % 64);
        }
    }
    bool all = true;
    for (uint32_t index = 0; plan->open_jobs == 0 && index < call->jobs_count; index++) {
        if ((call->told[index / 64] >> (index % 64) & 1) == 0) {
            call->dirty[index / 64] |= UINT64_C(1) << (index % 64);
            all = false;
        }
    }
    return all && plan->open_jobs == 0;
}

void reeve_control_watched(struct reeve_gateway *g, struct reeve_call *call,
                           struct reeve_store_request *request)
{
    struct reeve_arena *arena = &request->arena; /* dies with the message */
    const struct reeve_store_plan *plan = &request->u.get_plan.plan;
    struct reeve_v1_watch_plan_response *response =
        reeve_message_new(&reeve_v1_watch_plan_response_message, arena);
    unsigned what = REEVE_VIEW_OUTPUTS | (call->first_sent ? 0u : (unsigned)REEVE_VIEW_SPECS);
    if (response != NULL) {
        response->plan = reeve_view_plan(g, arena, plan, what);
    }
    if (response == NULL || response->plan == NULL ||
        reeve_call_stream(g, call, &reeve_v1_watch_plan_response_message, response) != REEVE_OK) {
        reeve_refuse_memory(g, call);
        return;
    }
    const bool over = all_told(call, plan);
    call->first_sent = true;
    if (over) {
        call->reply_due = true; /* behind the message */
        call->grpc_code = 0;
    }
    reeve_call_touch(g, call);
}

static void tell(struct reeve_gateway *g, const struct reeve_id *plan_id, uint32_t index)
{
    for (struct reeve_list_node *n = reeve_list_front(&g->watches); n != NULL;
         n = reeve_list_next(&g->watches, n)) {
        struct reeve_call *call = REEVE_OWNER(n, struct reeve_call, watch_node);
        if (!reeve_id_equal(call->plan_id, *plan_id)) {
            continue;
        }
        if (index < REEVE_PLAN_JOBS_MAX) {
            call->dirty[index / 64] |= UINT64_C(1) << (index % 64);
        } else {
            call->plan_dirty = true;
        }
    }
}

void reeve_watch_touch(struct reeve_gateway *g, const struct reeve_job *job)
{
    if (!reeve_list_empty(&g->watches)) {
        tell(g, &job->plan->id, job->index);
    }
}

void reeve_watch_plan(struct reeve_gateway *g, const struct reeve_id *plan_id)
{
    if (!reeve_list_empty(&g->watches)) {
        tell(g, plan_id, REEVE_PLAN_JOBS_MAX);
    }
}

void reeve_watch_pump(struct reeve_gateway *g)
{
    for (struct reeve_list_node *n = reeve_list_front(&g->watches); n != NULL;
         n = reeve_list_next(&g->watches, n)) {
        go_on(g, REEVE_OWNER(n, struct reeve_call, watch_node));
    }
}
