// SPDX-License-Identifier: Apache-2.0
//
// The control API's client for tests.
#include "tests/integration/support/control.h"

#include <algorithm>

#include "agent/codec/plan.h"
#include "agent/trust/dsse.h"
#include "proto/runtime/message.h"
#include "tests/integration/support/files.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{

namespace
{

std::string text_of(const ProtobufCBinaryData &data)
{
    return std::string(reinterpret_cast<const char *>(data.data), data.len);
}

JobView view_of(const struct reeve_v1_job &job)
{
    JobView view = {};
    view.id = text_of(job.job_id);
    view.task = job.task;
    view.state = job.state;
    view.status = static_cast<enum reeve_outcome_status>(job.status);
    view.effect = static_cast<enum reeve_effect>(job.effect);
    view.waiting_for = job.waiting_for;
    view.output = text_of(job.output);
    view.attempt = job.attempt;
    for (size_t i = 0; i < job.n_attempts; i++) {
        const struct reeve_v1_job_error *error = job.attempts[i]->error;
        view.failures.push_back(
            static_cast<enum reeve_reason>(error == nullptr ? 0 : error->reason));
    }
    view.next_attempt_unix_ms = job.next_attempt_unix_ms;
    view.results = job.results;
    if (job.error != nullptr) {
        view.reason = static_cast<enum reeve_reason>(job.error->reason);
        view.message = job.error->message;
        view.reference = job.error->reference;
    }
    return view;
}

PlanView view_of(const struct reeve_v1_plan &plan)
{
    PlanView view = {text_of(plan.plan_id), plan.state, text_of(plan.statement), {}};
    for (size_t i = 0; i < plan.n_jobs; i++) {
        view.jobs.push_back(view_of(*plan.jobs[i]));
    }
    return view;
}

/* Decodes an answer and hands it to `read`. */
template <typename Message, typename Read>
void read_answer(const struct reeve_message &table, const std::string &bytes, Read read)
{
    struct reeve_arena arena;
    reeve_arena_init(&arena, nullptr, size_t{64} << 20, 0);
    void *message = nullptr;
    EXPECT_EQ(REEVE_OK,
              reeve_message_decode(&table, bytes_of(bytes), nullptr, &arena, &message, nullptr));
    if (message != nullptr) {
        read(*static_cast<const Message *>(message));
    }
    reeve_arena_clear(&arena);
}

} // namespace

std::string text_of_id(const std::string &id)
{
    struct reeve_id parsed;
    EXPECT_EQ(REEVE_OK, reeve_id_from_bytes(bytes_of(id), &parsed));
    return text_of_id(parsed);
}

Control::Control(const World &world, const std::string &role)
    : world_(world), credential_(world.credential(role))
{
}

Answer Control::try_call(const std::string &method, const std::string &request)
{
    if (channel_ == nullptr) {
        channel_ = std::make_unique<Channel>(
            loop_, "127.0.0.1:" + std::to_string(world_.gateway_settings.port), credential_,
            world_.pki().ca_pem());
    }
    Side side;
    channel_->start(side, ("/reeve.v1.ControlService/" + method).c_str(), 30000);
    side.offer(request);
    EXPECT_TRUE(loop_.run_until([&] { return side.closed != 0; }, 60000)) << method;
    Answer answer{side.code, side.text, side.error,
                  side.messages.empty() ? "" : side.messages.back()};
    if (answer.code != REEVE_RPC_OK) {
        channel_.reset(); /* an old one answers from its memory for a while */
    }
    return answer;
}

Answer Control::call(const std::string &method, const std::string &request)
{
    Answer answer;
    (void)eventually([&] {
        answer = try_call(method, request);
        return answer.code != REEVE_RPC_UNAVAILABLE;
    });
    return answer;
}

std::string Control::must(const std::string &method, const std::string &request)
{
    const Answer answer = call(method, request);
    EXPECT_EQ(REEVE_RPC_OK, answer.code) << method << ": " << answer.text << " " << answer.error;
    return answer.message;
}

void Control::register_tasks(const char *manifest)
{
    must("RegisterTasks", proto_text(1, read_file(manifest)));
}

static std::string submit_request(const std::vector<Planned> &jobs, uint64_t expires_in_ms,
                                  uint32_t priority)
{
    static int count = 0;
    std::string request;
    for (const Planned &job : jobs) {
        request += proto_text(1, proto_text(1, job.task) + proto_text(2, job.fingerprint) +
                                     proto_text(3, job.input) + proto_text(4, job.pool) +
                                     proto_varint(5, job.timeout_ms));
    }
    return request + proto_text(2, "test-" + std::to_string(count++)) +
           proto_varint(4, expires_in_ms) + proto_varint(6, priority);
}

PlanView Control::submit(const std::vector<Planned> &jobs, uint64_t expires_in_ms,
                         uint32_t priority)
{
    PlanView view;
    read_answer<struct reeve_v1_submit_plan_response>(
        reeve_v1_submit_plan_response_message,
        must("SubmitPlan", submit_request(jobs, expires_in_ms, priority)),
        [&](const struct reeve_v1_submit_plan_response &r) { view = view_of(*r.plan); });
    return view;
}

Answer Control::try_submit(const std::vector<Planned> &jobs)
{
    return try_call("SubmitPlan", submit_request(jobs, 0, 0));
}

bool Control::sees_worker()
{
    bool sees = false;
    read_answer<struct reeve_v1_list_workers_response>(
        reeve_v1_list_workers_response_message, must("ListWorkers", ""),
        [&](const struct reeve_v1_list_workers_response &r) {
            for (size_t i = 0; i < r.n_workers; i++) {
                sees = sees || r.workers[i]->connected != 0;
            }
        });
    return sees;
}

PlanView Control::approve(const std::string &plan_id)
{
    const std::string statement = plan(plan_id).statement;
    struct reeve_signed made;
    EXPECT_EQ(REEVE_OK, reeve_dsse_sign(&world_.approver(), REEVE_PLAN_STATEMENT_TYPE,
                                        bytes_of(statement), nullptr, &made));
    const std::string signature(reinterpret_cast<const char *>(made.signature),
                                sizeof made.signature);
    PlanView view;
    read_answer<struct reeve_v1_approve_plan_response>(
        reeve_v1_approve_plan_response_message,
        must("ApprovePlan", proto_text(1, plan_id) + proto_text(2, proto_text(1, made.key_id) +
                                                                       proto_text(2, signature))),
        [&](const struct reeve_v1_approve_plan_response &r) { view = view_of(*r.plan); });
    return view;
}

PlanView Control::plan(const std::string &plan_id)
{
    PlanView view;
    read_answer<struct reeve_v1_get_plan_response>(
        reeve_v1_get_plan_response_message, must("GetPlan", proto_text(1, plan_id)),
        [&](const struct reeve_v1_get_plan_response &r) { view = view_of(*r.plan); });
    return view;
}

JobView Control::job(const std::string &job_id)
{
    JobView view = {};
    read_answer<struct reeve_v1_get_job_response>(
        reeve_v1_get_job_response_message, must("GetJob", proto_text(1, job_id)),
        [&](const struct reeve_v1_get_job_response &r) { view = view_of(*r.job); });
    return view;
}

void Control::cancel_job(const std::string &job_id)
{
    must("CancelJob", proto_text(1, job_id));
}

PlanView Control::wait_ended(const std::string &plan_id)
{
    PlanView view;
    const bool ended = eventually([&] {
        view = plan(plan_id);
        return !view.jobs.empty() && std::all_of(view.jobs.begin(), view.jobs.end(),
                                                 [](const JobView &job) { return job.ended(); });
    });
    EXPECT_TRUE(ended) << "not every job has ended";
    for (const JobView &job : view.jobs) {
        EXPECT_TRUE(job.ended()) << job.task << " is in state " << job.state << ", waits for "
                                 << job.waiting_for;
    }
    return view;
}

} // namespace reeve::test
