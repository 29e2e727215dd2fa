// SPDX-License-Identifier: Apache-2.0
//
// What is stored, and what must hold of it.
#include "tests/sim/world.h"

namespace reeve_sim
{

void Ledger::Stored(const reeve_store_request &r)
{
    if (r.status != REEVE_OK) {
        sim_.Trace("store refuses %d: %s", static_cast<int>(r.kind), reeve_status_name(r.status));
        return;
    }
    switch (r.kind) {
    case REEVE_STORE_SUBMIT_PLAN: {
        const reeve_store_submit_plan &s = r.u.submit_plan;
        for (size_t i = 0; i < s.plan.jobs_count && !s.existing; i++) {
            JobFact &job = facts_[Key(s.plan.jobs[i].job_id)];
            job.id = Key(s.plan.jobs[i].job_id);
            job.kind = KindOf(s.plan.jobs[i].task);
            job.plan = Key(s.plan.plan_id);
            job.not_after = s.plan.not_after_unix_ms;
            job.stored_at = sim_.now_ms;
            jobs++;
            sim_.Trace("stored job %s: %s", sim_.Short(job.id).c_str(), Task(job.kind).name);
        }
        return;
    }
    case REEVE_STORE_APPROVE_PLAN:
        if (r.u.approve_plan.state == REEVE_PLAN_APPROVED) {
            approved_.insert(Key(r.u.approve_plan.plan_id));
        }
        return;
    case REEVE_STORE_ASSIGN:
        for (size_t i = 0; i < r.u.assign.count; i++) {
            if (r.u.assign.jobs[i].applied) {
                assigned_[Key(r.u.assign.jobs[i].job_id)] = Key(r.u.assign.journal_id);
            }
        }
        return;
    case REEVE_STORE_RELEASE:
        for (size_t i = 0; i < r.u.release.count; i++) {
            if (r.u.release.jobs[i].applied) {
                assigned_.erase(Key(r.u.release.jobs[i].job_id));
            }
        }
        return;
    case REEVE_STORE_OPEN_SESSION:
        OnSession(r.u.open_session);
        return;
    case REEVE_STORE_READMIT:
        readmitted_[Key(r.u.readmit.journal_id)] = sim_.now_ms;
        readmitted_next_.insert(Key(r.u.readmit.journal_id));
        return;
    case REEVE_STORE_SETTLE:
    case REEVE_STORE_END_JOBS:
    case REEVE_STORE_END_PLAN:
    case REEVE_STORE_RESOLVE:
        due_ = true;
        return;
    default:
        return;
    }
}

// P4: each epoch is new, and for a journal that knows of the one before, or says the very Hello
// again whose Welcome got lost; any other is a copy, unless an operator let it in.
void Ledger::OnSession(const reeve_store_open_session &s)
{
    const std::string journal = Key(s.journal_id);
    const std::string nonce = Key(s.nonce);
    uint64_t &epoch = epochs_[journal];
    if (s.epoch <= epoch) {
        sim_.Fail("P4", "epoch %llu of journal %s was given out before", U(s.epoch),
                  sim_.Short(journal).c_str());
    }
    if (s.last_epoch < epoch && nonce != nonces_[journal] && readmitted_next_.count(journal) == 0) {
        sim_.Fail("P4", "journal %s quotes epoch %llu, which is old, and is let in",
                  sim_.Short(journal).c_str(), U(s.last_epoch));
    }
    epoch = s.epoch;
    nonces_[journal] = nonce;
    readmitted_next_.erase(journal);
    sim_.Trace("store opens epoch %llu of journal %s%s", U(s.epoch), sim_.Short(journal).c_str(),
               s.is_rolled_back ? ", rolled back" : "");
}

// P5: an end is one, and stays; settlements are only added.
void Ledger::AfterWrite()
{
    if (!due_) {
        return;
    }
    due_ = false;
    const std::map<std::string, OutcomeRow> rows = sim_.gateway->store.Outcomes();
    for (const auto &[id, row] : rows) {
        JobFact *job = Find(id);
        if (job == nullptr) {
            sim_.Fail("P5", "an outcome is stored of a job that nobody submitted");
            return;
        }
        if (!job->has_outcome) {
            job->has_outcome = true;
            job->outcome = row;
            NewOutcome(*job);
        } else if (!(job->outcome == row)) {
            sim_.Fail("P5", "the outcome of %s changed from %u to %u", sim_.Short(id).c_str(),
                      job->outcome.status, row.status);
        }
    }
    for (const auto &[id, job] : facts_) {
        if (job.has_outcome && !job.forgotten && rows.count(id) == 0) {
            sim_.Fail("P5", "the outcome of %s is gone", sim_.Short(id).c_str());
        }
    }
    if (sim_.gateway->store.MiscountedPlans() > 0) {
        sim_.Fail("P5", "a plan counts other jobs as open than those without an end");
    }
    const std::vector<SettlementRow> now = sim_.gateway->store.Settlements();
    for (size_t i = 0; i < settlements_.size(); i++) {
        if (i >= now.size() || now[i].job != settlements_[i].job ||
            now[i].status != settlements_[i].status) {
            sim_.Fail("P5", "a settlement changed");
            return;
        }
    }
    settled += now.size() - settlements_.size();
    settlements_ = now;
}

void Ledger::SnapshotTaken()
{
    kept_.outcomes.clear();
    for (const auto &[id, job] : facts_) {
        if (!job.forgotten) {
            kept_.outcomes[id] = {job.has_outcome, job.outcome};
        }
    }
    kept_.assigned = assigned_;
    kept_.epochs = epochs_;
    kept_.sequences = sequences_;
    kept_.nonces = nonces_;
    kept_.readmitted = readmitted_next_;
    kept_.settlements = settlements_;
}

void Ledger::Restored()
{
    for (auto &[id, job] : facts_) {
        auto at = kept_.outcomes.find(id);
        job.forgotten = at == kept_.outcomes.end();
        if (!job.forgotten) {
            job.has_outcome = at->second.first;
            job.outcome = at->second.second;
        }
    }
    assigned_ = kept_.assigned;
    epochs_ = kept_.epochs;
    sequences_ = kept_.sequences;
    settlements_ = kept_.settlements;
    nonces_ = kept_.nonces;
    readmitted_next_ = kept_.readmitted;
    acked_.clear();
    promised_.clear();
    const uint64_t to = sim_.gateway->restored_to;
    for (Restore &restore : restores_) {
        for (auto at = restore.welcomed.begin(); at != restore.welcomed.end();) {
            at = at->second >= to ? restore.welcomed.erase(at) : std::next(at);
        }
    }
    restores_.push_back({to, sim_.now_ms, {}});
}

void Ledger::NewOutcome(JobFact &job)
{
    const OutcomeRow &o = job.outcome;
    outcomes++;
    unknown += o.status == REEVE_OUTCOME_UNKNOWN ? 1 : 0;
    sim_.Trace("end of %s: %s %s %s", sim_.Short(job.id).c_str(),
               reeve_outcome_status_name(static_cast<reeve_outcome_status>(o.status)),
               reeve_effect_name(static_cast<reeve_effect>(o.effect)),
               reeve_reason_name(static_cast<reeve_reason>(o.reason)));
    const bool gentle =
        !HadLosses() && !sim_.forced && !sim_.Knows(kWorkerKilled) && !sim_.Knows(kClockJump);
    auto away = away_.find(assigned_[job.id]);
    const bool lost = o.reason == REEVE_REASON_WORKER_LOST && away != away_.end() &&
                      sim_.now_ms >= away->second.since + kLostAfterMs;
    if (gentle && o.status == REEVE_OUTCOME_UNKNOWN && Once(job.kind) && !job.forged && !lost) {
        sim_.Fail("P6", "%s ended UNKNOWN, and no worker ever crashed", sim_.Short(job.id).c_str());
    }
    if (o.status != REEVE_OUTCOME_SUCCEEDED || job.forged) {
        return;
    }
    if (Task(job.kind).streams) {
        if (restores_.empty()) { // else the store may have lost what it had acknowledged
            CheckResults(job);
        }
        return;
    }
    const std::string wanted = "done " + job.id + " " + std::to_string(o.attempt);
    if (o.output != wanted) {
        sim_.Fail("P4", "%s succeeded with an output that its runner did not give",
                  sim_.Short(job.id).c_str());
    }
}

// P4: what a stream emitted is what is stored, each message once, in order.
void Ledger::CheckResults(const JobFact &job)
{
    const std::map<uint64_t, std::string> stored =
        sim_.gateway->store.Results(job.id, job.outcome.attempt);
    std::vector<std::string> messages;
    for (const auto &[index, message] : stored) {
        if (index != messages.size()) {
            sim_.Fail("P4", "%s: result %zu is missing", sim_.Short(job.id).c_str(),
                      messages.size());
            return;
        }
        messages.push_back(message);
    }
    if (messages.size() != job.outcome.results) {
        sim_.Fail("P4", "%s: %zu results are stored, its outcome counts %llu",
                  sim_.Short(job.id).c_str(), messages.size(), U(job.outcome.results));
        return;
    }
    if (messages.empty()) {
        return;
    }
    auto attempt = job.emitted.find(job.outcome.attempt);
    bool found = false;
    if (attempt != job.emitted.end()) {
        for (const auto &[life, emitted] : attempt->second) {
            found = found || emitted == messages;
        }
    }
    if (!found) {
        sim_.Fail("P4", "%s: the stored results are not those of any execution",
                  sim_.Short(job.id).c_str());
    }
}

} // namespace reeve_sim
