// SPDX-License-Identifier: Apache-2.0
// Planners and operators on the control API.
#include "proto/runtime/message.h"
#include "tests/fuzz/gateway_world.h"
#include "tests/sim/events.h"

namespace reeve::fuzz
{

void GatewayWorld::Call(reeve_control_method method, const std::string &request)
{
    reeve_peer peer = {};
    peer.identity = "spiffe://fuzz/planner";
    peer.tenant = "t";
    peer.roles = ~0u;
    reeve_gateway_event event = reeve_sim::GatewayEvent(REEVE_GATEWAY_CALL);
    event.call = ++handles_;
    event.method = method;
    event.peer = &peer;
    event.bytes = View(request);
    calls_open_ = 1;
    Fire(event);
    const bool held = hold_store_;
    hold_store_ = false;
    while (calls_open_ == 1 && StoreStep()) {
    }
    hold_store_ = held;
    Require(calls_open_ == 0, "P8: no answer");
    Trace("call %d: code %d", static_cast<int>(method), code_);
}

void GatewayWorld::Submit(const char *pool, std::vector<int> kinds)
{
    std::vector<reeve_v1_planned_job> planned(kinds.size());
    std::vector<reeve_v1_planned_job *> jobs;
    std::vector<std::string> names;
    std::string pool_name = pool;
    std::string input("\x0a\x03"
                      "abc");
    names.reserve(kinds.size());
    for (size_t i = 0; i < kinds.size(); i++) {
        reeve_v1_planned_job_init(&planned[i]);
        names.push_back(reeve_sim::Task(kinds[i]).name);
        planned[i].task = &names.back()[0];
        planned[i].pool = &pool_name[0];
        planned[i].input = {input.size(), reinterpret_cast<uint8_t *>(&input[0])};
        jobs.push_back(&planned[i]);
    }
    reeve_v1_submit_plan_request request = REEVE_V1_SUBMIT_PLAN_REQUEST_INIT;
    request.jobs = jobs.data();
    request.n_jobs = jobs.size();
    request.priority = static_cast<uint32_t>(in_.Below(10));
    Call(REEVE_CONTROL_SUBMIT_PLAN,
         reeve_sim::Encoded(reeve_v1_submit_plan_request_message, &request));
    if (code_ != 0) {
        return; // the store failed
    }
    reeve_decode_options options = {};
    options.unknown = REEVE_UNKNOWN_DROP;
    reeve_problem problem = {};
    void *message = nullptr;
    reeve_arena_reset(&arena_);
    Require(reeve_message_decode(&reeve_v1_submit_plan_response_message, View(answer_), &options,
                                 &arena_, &message, &problem) == REEVE_OK,
            "answer");
    const reeve_v1_plan &plan = *static_cast<reeve_v1_submit_plan_response *>(message)->plan;
    for (size_t i = 0; i < plan.n_jobs; i++) {
        kinds_[Text(reeve_bytes_of(plan.jobs[i]->job_id.data, plan.jobs[i]->job_id.len))] =
            kinds[i];
        pools_[Text(reeve_bytes_of(plan.jobs[i]->job_id.data, plan.jobs[i]->job_id.len))] = pool;
    }
}

// An operator cancels a job, or gives a dead letter out again.
void GatewayWorld::Interfere()
{
    if (pools_.empty()) {
        return;
    }
    auto at = pools_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(in_.Below(pools_.size())));
    std::string id = at->first;
    const ProtobufCBinaryData job_id = {id.size(), reinterpret_cast<uint8_t *>(&id[0])};
    if (in_.Flag()) {
        reeve_v1_requeue_job_request request = REEVE_V1_REQUEUE_JOB_REQUEST_INIT;
        request.job_id = job_id;
        Call(REEVE_CONTROL_REQUEUE_JOB,
             reeve_sim::Encoded(reeve_v1_requeue_job_request_message, &request));
        return;
    }
    cancels_ = cancels_ || at->second == kGoodPool;
    reeve_v1_cancel_job_request request = REEVE_V1_CANCEL_JOB_REQUEST_INIT;
    request.job_id = job_id;
    Call(REEVE_CONTROL_CANCEL_JOB,
         reeve_sim::Encoded(reeve_v1_cancel_job_request_message, &request));
}

} // namespace reeve::fuzz
