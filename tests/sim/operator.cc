// SPDX-License-Identifier: Apache-2.0
//
// Operators: people and programs on the control API. What gets no answer is asked again, a submit
// with the same idempotency key.
#include "agent/base/arena.h"
#include "agent/trust/dsse.h"
#include "reeve/v1/control.reeve.h"
#include "tests/sim/events.h"
#include "tests/sim/world.h"

namespace reeve_sim
{

namespace
{

ProtobufCBinaryData Data(std::string &bytes)
{
    return {bytes.size(), reinterpret_cast<uint8_t *>(&bytes[0])};
}

std::string BytesOf(const ProtobufCBinaryData &data)
{
    return Text(reeve_bytes_of(data.data, data.len));
}

bool MustAskAgain(int code)
{
    return code == -1 || code == 14; // nobody there; UNAVAILABLE
}

} // namespace

void Operator::Begin()
{
    const size_t count = sim_.rng.Between(4, 18);
    plans_.resize(count);
    for (size_t i = 0; i < count; i++) {
        plans_[i].request = MakeRequest(i, &plans_[i].approve);
        sim_.At(sim_.rng.Between(100, sim_.calm_at - 500), [this, i] { Submit(i); });
    }
    sim_.In(500, [this] { Watch(); });
}

std::string Operator::MakeRequest(size_t number, bool *approve)
{
    static const int kinds[] = {kApproved, kApproved, kCreate, kCreate, kCreate, kGet,
                                kPut,      kPut,      kStream, kTail,   kTail};
    std::vector<reeve_v1_planned_job> planned(sim_.rng.Between(1, 3));
    std::vector<reeve_v1_planned_job *> jobs;
    std::vector<std::string> names;
    std::string input("\x0a\x03"
                      "abc");
    std::string key = "plan-" + std::to_string(number);
    names.reserve(planned.size());
    for (reeve_v1_planned_job &job : planned) {
        const int kind =
            sim_.rng.OneIn(40) ? int{kDenied} : kinds[sim_.rng.Below(std::size(kinds))];
        names.push_back(Task(kind).name);
        reeve_v1_planned_job_init(&job);
        job.task = &names.back()[0];
        job.input = Data(input);
        jobs.push_back(&job);
        *approve = *approve || Task(kind).approved;
    }
    reeve_v1_submit_plan_request request = REEVE_V1_SUBMIT_PLAN_REQUEST_INIT;
    request.jobs = jobs.data();
    request.n_jobs = jobs.size();
    request.idempotency_key = &key[0];
    request.expires_in_ms = sim_.rng.OneIn(4) ? sim_.rng.Between(1000, 8000) : 0;
    if (sim_.rng.OneIn(5)) {
        request.not_before_unix_ms = kUnixMs + static_cast<int64_t>(sim_.rng.Below(sim_.calm_at));
    }
    return Encoded(reeve_v1_submit_plan_request_message, &request);
}

void Operator::Submit(size_t plan)
{
    sim_.gateway->Call(
        REEVE_CONTROL_SUBMIT_PLAN, plans_[plan].request,
        [this, plan](int code, const std::string &bytes) { Submitted(plan, code, bytes); });
}

void Operator::Submitted(size_t plan, int code, const std::string &bytes)
{
    if (code != 0) {
        sim_.Trace("submit %zu: code %d", plan, code);
        if (sim_.now_ms < sim_.calm_at + 3000) {
            sim_.In(sim_.rng.Between(100, 600), [this, plan] { Submit(plan); });
        }
        return;
    }
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, 1u << 20, 0);
    reeve_decode_options options = {};
    options.unknown = REEVE_UNKNOWN_DROP;
    reeve_problem problem = {};
    void *message = nullptr;
    if (reeve_message_decode(&reeve_v1_submit_plan_response_message, View(bytes), &options, &arena,
                             &message, &problem) == REEVE_OK) {
        const reeve_v1_plan &answer = *static_cast<reeve_v1_submit_plan_response *>(message)->plan;
        std::vector<std::string> jobs;
        for (size_t i = 0; i < answer.n_jobs; i++) {
            jobs.push_back(BytesOf(answer.jobs[i]->job_id));
        }
        plans_[plan].id = BytesOf(answer.plan_id);
        plans_[plan].statement = BytesOf(answer.statement);
        sim_.ledger.Confirmed(jobs);
        jobs_.insert(jobs_.end(), jobs.begin(), jobs.end());
        sim_.Trace("submit %zu is answered: %zu jobs", plan, jobs.size());
    }
    reeve_arena_clear(&arena);
    if (plans_[plan].approve && !sim_.rng.OneIn(12)) {
        sim_.In(sim_.rng.Between(1, 800), [this, plan] { Approve(plan); });
    }
}

void Operator::Approve(size_t plan)
{
    Plan &p = plans_[plan];
    reeve_signed signature;
    if (reeve_dsse_sign(&sim_.gateway->approver, REEVE_PLAN_STATEMENT_TYPE, View(p.statement),
                        nullptr, &signature) != REEVE_OK) {
        return;
    }
    reeve_v1_signature message = REEVE_V1_SIGNATURE_INIT;
    message.key_id = signature.key_id;
    message.signature = {64, signature.signature};
    reeve_v1_approve_plan_request request = REEVE_V1_APPROVE_PLAN_REQUEST_INIT;
    request.plan_id = Data(p.id);
    request.signature = &message;
    sim_.gateway->Call(REEVE_CONTROL_APPROVE_PLAN,
                       Encoded(reeve_v1_approve_plan_request_message, &request),
                       [this, plan](int code, const std::string &) {
                           sim_.Trace("approve %zu: code %d", plan, code);
                           if (MustAskAgain(code) && sim_.now_ms < sim_.calm_at + 3000) {
                               sim_.In(300, [this, plan] { Approve(plan); });
                           }
                       });
}

void Operator::CancelSome()
{
    if (jobs_.empty()) {
        return;
    }
    std::string id = jobs_[sim_.rng.Below(jobs_.size())];
    JobFact *job = sim_.ledger.Find(id);
    const auto ignore = [](int, const std::string &) {};
    if (job != nullptr && sim_.rng.OneIn(4)) {
        std::string plan = job->plan;
        reeve_v1_cancel_plan_request request = REEVE_V1_CANCEL_PLAN_REQUEST_INIT;
        request.plan_id = Data(plan);
        sim_.Trace("operator cancels the plan of %s", sim_.Short(id).c_str());
        sim_.gateway->Call(REEVE_CONTROL_CANCEL_PLAN,
                           Encoded(reeve_v1_cancel_plan_request_message, &request), ignore);
        return;
    }
    reeve_v1_cancel_job_request request = REEVE_V1_CANCEL_JOB_REQUEST_INIT;
    request.job_id = Data(id);
    sim_.ledger.CancelAsked(id);
    sim_.Trace("operator cancels %s", sim_.Short(id).c_str());
    sim_.gateway->Call(REEVE_CONTROL_CANCEL_JOB,
                       Encoded(reeve_v1_cancel_job_request_message, &request), ignore);
}

void Operator::ResolveSome()
{
    std::vector<std::string> unknown = sim_.ledger.Unknown();
    if (unknown.empty()) {
        return;
    }
    std::string id = unknown[sim_.rng.Below(unknown.size())];
    char note[] = "looked it up";
    reeve_v1_resolve_job_request request = REEVE_V1_RESOLVE_JOB_REQUEST_INIT;
    request.job_id = Data(id);
    request.status = static_cast<reeve_v1_outcome_status>(REEVE_OUTCOME_SUCCEEDED);
    request.effect = static_cast<reeve_v1_effect>(REEVE_EFFECT_DONE);
    request.note = note;
    sim_.Trace("operator resolves %s", sim_.Short(id).c_str());
    sim_.gateway->Call(REEVE_CONTROL_RESOLVE_JOB,
                       Encoded(reeve_v1_resolve_job_request_message, &request),
                       [](int, const std::string &) {});
}

// Looks around twice a second. A worker is readmitted when its journal has one user only.
void Operator::Watch()
{
    if (sim_.rng.OneIn(4) && !sim_.Calm()) {
        CancelSome();
    }
    if (sim_.rng.OneIn(3)) {
        ResolveSome();
    }
    for (auto &worker : sim_.workers) {
        if (!worker->up || !worker->Status().rolled_back || !sim_.rng.OneIn(3)) {
            continue;
        }
        bool shared = false;
        for (auto &other : sim_.workers) {
            const bool same = reeve_id_equal(other->journal_id, worker->journal_id);
            shared = shared || (other != worker && same && !other->retired);
        }
        if (!shared) {
            Readmit(worker->journal_id);
        }
    }
    sim_.In(500, [this] { Watch(); });
}

void Operator::Readmit(const reeve_id &journal_id)
{
    std::string id = Key(journal_id);
    if (!readmitting_.insert(id).second) {
        return;
    }
    reeve_v1_readmit_worker_request request = REEVE_V1_READMIT_WORKER_REQUEST_INIT;
    request.journal_id = Data(id);
    sim_.Trace("operator readmits %s", sim_.Short(id).c_str());
    sim_.gateway->Call(REEVE_CONTROL_READMIT_WORKER,
                       Encoded(reeve_v1_readmit_worker_request_message, &request),
                       [this, id](int code, const std::string &) {
                           sim_.Trace("readmit %s: code %d", sim_.Short(id).c_str(), code);
                           readmitting_.erase(id);
                       });
}

} // namespace reeve_sim
