/* SPDX-License-Identifier: Apache-2.0 */
/* WatchPlan. */
#include "gateway-stub/core/watch.h"

#include "gateway-stub/core/control.h"
#include "gateway-stub/core/job.h"
#include "gateway-stub/core/out.h"

#define WORDS (REEVE_PLAN_JOBS_MAX / 64)
#define RESULTS_PAGE 1000u

static void set_bit(uint64_t *bits, uint32_t index)
{
    bits[index / 64] |= UINT64_C(1) << (index % 64);
}

static void clear_bit(uint64_t *bits, uint32_t index)
{
    bits[index / 64] &= ~(UINT64_C(1) << (index % 64));
}

static bool has_bit(const uint64_t *bits, uint32_t index)
{
    return (bits[index / 64] >> (index % 64) & 1) != 0;
}

/* ---- asking the store ---- */

/* Of a job whose results are not all told, nothing else is asked yet. */
static uint64_t may_ask(const struct reeve_call *call, size_t word)
{
    return call->first_sent ? call->dirty[word] & ~call->results_dirty[word] : 0;
}

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
    for (size_t i = 0; i < WORDS; i++) {
        s->only[i] = may_ask(call, i);
        call->dirty[i] &= ~s->only[i];
    }
    call->plan_dirty = false;
    call->reading = true;
    reeve_out_store(g, request);
}

static void ask_results(struct reeve_gateway *g, struct reeve_call *call)
{
    uint32_t index = 0;
    while (!has_bit(call->results_dirty, index)) {
        index++;
    }
    struct reeve_store_request *request = reeve_control_request(g, call, REEVE_STORE_LIST_RESULTS);
    if (request == NULL) {
        return;
    }
    const struct reeve_watched_results *watched = &call->results[index];
    request->u.list_results = (struct reeve_store_list_results){
        .tenant = call->tenant->name,
        .job_id = watched->job_id,
        .attempt = watched->attempt,
        .index = watched->index,
        .limit = RESULTS_PAGE,
    };
    clear_bit(call->results_dirty, index); /* what is stored from here on sets it again */
    call->reading = true;
    reeve_out_store(g, request);
}

static bool anything_dirty(const struct reeve_call *call)
{
    uint64_t any = call->plan_dirty ? 1 : 0;
    for (size_t i = 0; i < WORDS; i++) {
        any |= may_ask(call, i);
    }
    return any != 0;
}

static bool results_wait(const struct reeve_call *call)
{
    uint64_t any = 0;
    for (size_t i = 0; call->first_sent && i < WORDS; i++) {
        any |= call->results_dirty[i];
    }
    return any != 0;
}

static void go_on(struct reeve_gateway *g, struct reeve_call *call)
{
    bool idle =
        !call->reading && !call->sending && !call->reply_due && reeve_list_empty(&call->backlog);
    if (idle && anything_dirty(call)) {
        ask(g, call);
    } else if (idle && results_wait(call)) {
        ask_results(g, call);
    }
}

void reeve_control_watch(struct reeve_gateway *g, struct reeve_call *call, const void *message)
{
    const struct reeve_v1_watch_plan_request *in = message;
    if (!reeve_control_id(g, call, in->plan_id, false, &call->plan_id)) {
        return;
    }
    if (in->results) {
        call->results =
            reeve_arena_alloc_array(&call->arena, REEVE_PLAN_JOBS_MAX, sizeof(*call->results));
        if (call->results == NULL) {
            reeve_refuse_memory(g, call);
            return;
        }
    }
    reeve_list_push_back(&g->watches, &call->watch_node);
    ask(g, call);
}

/* ---- telling ---- */

static bool streams(struct reeve_gateway *g, const struct reeve_store_job *job)
{
    const struct reeve_job *live = reeve_job_by_id(g, &job->job_id);
    return live != NULL && live->queue->version->server_streaming;
}

/* The first message: whose results there are to tell. */
static void begin_results(struct reeve_gateway *g, struct reeve_call *call,
                          const struct reeve_store_plan *plan)
{
    for (size_t i = 0; i < plan->jobs_count && i < REEVE_PLAN_JOBS_MAX; i++) {
        const struct reeve_store_job *job = &plan->jobs[i];
        call->results[i].job_id = job->job_id;
        if (job->end.results > 0 || streams(g, job)) {
            set_bit(call->results_dirty, (uint32_t)i);
        }
    }
}

static bool results_untold(const struct reeve_call *call, const struct reeve_store_job *job)
{
    return job->state == REEVE_JOB_ENDED && job->end.results > 0 &&
           !call->results[job->index].read_out;
}

/* Ends wait for their results. */
static void hold_back(struct reeve_call *call, struct reeve_store_plan *plan)
{
    size_t kept = 0;
    for (size_t i = 0; i < plan->jobs_count; i++) {
        const uint32_t index = plan->jobs[i].index;
        if (index < REEVE_PLAN_JOBS_MAX && results_untold(call, &plan->jobs[i])) {
            set_bit(call->results_dirty, index);
            set_bit(call->dirty, index);
            continue;
        }
        plan->jobs[kept++] = plan->jobs[i];
    }
    plan->jobs_count = kept;
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
            set_bit(call->told, index);
        }
    }
    bool all = true;
    for (uint32_t index = 0; plan->open_jobs == 0 && index < call->jobs_count; index++) {
        if (!has_bit(call->told, index)) {
            set_bit(call->dirty, index);
            all = false;
        }
    }
    return all && plan->open_jobs == 0;
}

static void end_when_told(struct reeve_gateway *g, struct reeve_call *call)
{
    if (call->all_told && !results_wait(call)) {
        call->reply_due = true; /* behind the messages */
        call->grpc_code = 0;
    }
    reeve_call_touch(g, call);
}

static void plan_read(struct reeve_gateway *g, struct reeve_call *call,
                      struct reeve_store_request *request)
{
    struct reeve_arena *arena = &request->arena; /* dies with the message */
    struct reeve_store_plan *plan = &request->u.get_plan.plan;
    struct reeve_v1_watch_plan_response *response =
        reeve_message_new(&reeve_v1_watch_plan_response_message, arena);
    unsigned what = REEVE_VIEW_OUTPUTS | (call->first_sent ? 0u : (unsigned)REEVE_VIEW_SPECS);
    if (call->results != NULL && call->first_sent) {
        hold_back(call, plan);
    } else if (call->results != NULL) {
        begin_results(g, call, plan);
    }
    if (response != NULL) {
        response->plan = reeve_view_plan(g, arena, plan, what);
    }
    if (response == NULL || response->plan == NULL ||
        reeve_call_stream(g, call, &reeve_v1_watch_plan_response_message, response) != REEVE_OK) {
        reeve_refuse_memory(g, call);
        return;
    }
    call->all_told = all_told(call, plan);
    call->first_sent = true;
    end_when_told(g, call);
}

static struct reeve_watched_results *watched_by_id(struct reeve_call *call,
                                                   const struct reeve_id *job_id, uint32_t *index)
{
    for (*index = 0; *index < call->jobs_count; (*index)++) {
        if (reeve_id_equal(call->results[*index].job_id, *job_id)) {
            return &call->results[*index];
        }
    }
    return NULL;
}

static void results_read(struct reeve_gateway *g, struct reeve_call *call,
                         struct reeve_store_request *request)
{
    const struct reeve_store_list_results *page = &request->u.list_results;
    uint32_t index = 0;
    struct reeve_watched_results *watched = watched_by_id(call, &page->job_id, &index);
    struct reeve_v1_watch_plan_response *response =
        reeve_message_new(&reeve_v1_watch_plan_response_message, &request->arena);
    struct reeve_v1_job_result **results = reeve_view_results(&request->arena, page);
    if (watched == NULL || response == NULL || results == NULL) {
        reeve_refuse_memory(g, call);
        return;
    }
    response->results = results;
    response->n_results = page->count;
    if (page->count > 0 &&
        reeve_call_stream(g, call, &reeve_v1_watch_plan_response_message, response) != REEVE_OK) {
        reeve_refuse_memory(g, call);
        return;
    }
    watched->attempt = page->attempt;
    watched->index = page->index;
    watched->read_out = !page->more && !has_bit(call->results_dirty, index);
    if (page->more) {
        set_bit(call->results_dirty, index);
    }
    end_when_told(g, call);
}

void reeve_control_watched(struct reeve_gateway *g, struct reeve_call *call,
                           struct reeve_store_request *request)
{
    if (request->kind == REEVE_STORE_LIST_RESULTS) {
        results_read(g, call, request);
        return;
    }
    plan_read(g, call, request);
}

/* ---- what happened ---- */

static void tell(struct reeve_gateway *g, const struct reeve_id *plan_id, uint32_t index,
                 bool results)
{
    for (struct reeve_list_node *n = reeve_list_front(&g->watches); n != NULL;
         n = reeve_list_next(&g->watches, n)) {
        struct reeve_call *call = REEVE_OWNER(n, struct reeve_call, watch_node);
        if (!reeve_id_equal(call->plan_id, *plan_id)) {
            continue;
        }
        if (index == REEVE_PLAN_JOBS_MAX) {
            call->plan_dirty = true;
        } else if (!results) {
            set_bit(call->dirty, index);
        } else if (call->results != NULL) {
            set_bit(call->results_dirty, index);
            call->results[index].read_out = false;
        }
    }
}

void reeve_watch_touch(struct reeve_gateway *g, const struct reeve_job *job)
{
    if (!reeve_list_empty(&g->watches) && job->index < REEVE_PLAN_JOBS_MAX) {
        tell(g, &job->plan->id, job->index, false);
    }
}

void reeve_watch_results(struct reeve_gateway *g, const struct reeve_job *job)
{
    if (!reeve_list_empty(&g->watches) && job->index < REEVE_PLAN_JOBS_MAX) {
        tell(g, &job->plan->id, job->index, true);
    }
}

void reeve_watch_plan(struct reeve_gateway *g, const struct reeve_id *plan_id)
{
    if (!reeve_list_empty(&g->watches)) {
        tell(g, plan_id, REEVE_PLAN_JOBS_MAX, false);
    }
}

void reeve_watch_pump(struct reeve_gateway *g)
{
    for (struct reeve_list_node *n = reeve_list_front(&g->watches); n != NULL;
         n = reeve_list_next(&g->watches, n)) {
        go_on(g, REEVE_OWNER(n, struct reeve_call, watch_node));
    }
}
