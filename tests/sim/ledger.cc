// SPDX-License-Identifier: Apache-2.0
//
// What really happened to each job, and what must hold after every step.
#include "tests/sim/world.h"

namespace reeve_sim
{

namespace
{

std::string AttemptKey(const reeve_id &job, uint32_t attempt)
{
    return Key(job) + std::to_string(attempt);
}

} // namespace

JobFact *Ledger::Find(const std::string &id)
{
    auto at = facts_.find(id);
    return at == facts_.end() ? nullptr : &at->second;
}

bool Ledger::HadLosses() const
{
    return sim_.Knows(kJournalBack) || sim_.Knows(kJournalCopied) || sim_.Knows(kStoreBack) ||
           sim_.Knows(kDiskLost);
}

// ---- a job begins, acts, speaks ----

// What the design cannot tell apart, and says so (docs/simulation.md): a journal that was copied or
// restored within the very epoch in which the job was given out, one that was restored between an
// operator's readmission and the Hello that it was meant for, and a store that was restored while
// the worker that knows better stays away.
bool Ledger::WasCopied(const StartFact &start)
{
    for (const Copy &copy : copies_) {
        const uint64_t last = copy.epoch + (copy.nonce_pending ? 1 : 0);
        const bool same = copy.journal == start.journal && start.at >= copy.at;
        auto readmitted = readmitted_.find(copy.journal);
        const bool meant = readmitted != readmitted_.end() && readmitted->second <= copy.used;
        if (same && (start.epoch <= last || meant)) {
            return true;
        }
    }
    return false;
}

// By a store that was restored to before it; `and_away`: and its worker did not come back since.
bool Ledger::WasForgotten(const StartFact &start, bool and_away)
{
    for (const Restore &restore : restores_) {
        const bool forgotten = start.at >= restore.to && start.at <= restore.at;
        if (forgotten &&
            (!and_away || restore.welcomed.count({start.journal, start.worker}) == 0)) {
            return true;
        }
    }
    return false;
}

bool Ledger::Excused(const JobFact &job)
{
    return WasCopied(job.starts.back()) || WasForgotten(job.starts.back(), true);
}

// Either of the two may be the one on the journal that was copied.
void Ledger::CheckStartAgain(JobFact &job, const StartFact &start)
{
    if (job.excused) {
        return;
    }
    if (Excused(job) || WasCopied(start)) {
        job.excused = true;
        excuses++;
        sim_.Trace("%s starts again, which the design does not exclude",
                   sim_.Short(job.id).c_str());
        return;
    }
    sim_.Fail("P4", "%s is not idempotent and is started a second time, by worker%d",
              sim_.Short(job.id).c_str(), start.worker);
}

void Ledger::Started(Worker &worker, const reeve_engine_start_job &start)
{
    const std::string id = Key(start.job_id);
    const int kind = KindOf(reeve_bytes_cstr(start.task->name));
    const uint64_t boot_ms = worker.Now().boot_ms;
    sim_.Trace("%s starts %s attempt %u: %s", worker.Name().c_str(), sim_.Short(id).c_str(),
               start.attempt, start.task->name);
    JobFact *job = Find(id);
    if (kind == kDenied || kind == kKinds) {
        sim_.Fail("P3", "a task was started that is not allowed");
    }
    if (job == nullptr || never_[id].count(start.attempt) != 0) {
        sim_.Fail("P3", "%s was started, and is forged", sim_.Short(id).c_str());
        return;
    }
    if (Task(kind).approved && approved_.count(job->plan) == 0) {
        sim_.Fail("P3", "%s was started, and nobody approved it", sim_.Short(id).c_str());
    }
    if (worker.failure != REEVE_OK) {
        sim_.Fail("P4", "%s was started when the journal of %s had failed", sim_.Short(id).c_str(),
                  worker.Name().c_str());
    }
    if (boot_ms >= start.deadline_ms) {
        sim_.Fail("P3", "%s was started after its deadline", sim_.Short(id).c_str());
    }
    uint64_t leased_ms = 0;
    for (const auto &[link, b] : worker.believed) {
        leased_ms = std::max(leased_ms, b.lease_base_ms + b.lease_ms);
    }
    if (boot_ms > leased_ms) {
        sim_.Fail("P4", "%s was started after the lease of %s ran out", sim_.Short(id).c_str(),
                  worker.Name().c_str());
    }
    size_t same = 0;
    for (const auto &[handle, run] : worker.runs) {
        same += run.kind == kind ? 1 : 0;
    }
    const uint32_t most = Task(kind).max_in_flight;
    if (worker.runs.size() >= 6 || (most > 0 && same >= most)) {
        sim_.Fail("P7", "%s runs more than it may", worker.Name().c_str());
    }
    const StartFact fact = {sim_.now_ms, start.attempt,          worker.number,
                            worker.life, Key(worker.journal_id), worker.epoch};
    if (Once(kind)) {
        auto intent = worker.intents.find(AttemptKey(start.job_id, start.attempt));
        if (intent == worker.intents.end() || intent->second > worker.synced_lsn) {
            sim_.Fail("P4", "%s was started before its intent was durable", sim_.Short(id).c_str());
        }
        if (!job->starts.empty()) {
            CheckStartAgain(*job, fact);
        }
    }
    job->starts.push_back(fact);
}

void Ledger::Effect(const Run &run, const std::string &where)
{
    JobFact *job = Find(Key(run.job));
    if (job == nullptr) {
        return;
    }
    job->effects++;
    effects++;
    sim_.Trace("effect %llu of %s, %s", U(job->effects), sim_.Short(job->id).c_str(),
               where.c_str());
    if (Once(run.kind) && job->effects > 1 && !job->excused) {
        sim_.Fail("P4", "the effect of %s happened %llu times", sim_.Short(job->id).c_str(),
                  U(job->effects));
    }
}

void Ledger::Emitted(const Run &run, const std::string &message)
{
    if (JobFact *job = Find(Key(run.job))) {
        job->emitted[run.attempt][run.serial].push_back(message);
    }
}

void Ledger::Noted(Worker &worker, const reeve_engine_note_fields &note)
{
    switch (note.code) {
    case REEVE_NOTE_INVARIANT:
        sim_.Fail("P4", "%s: the engine's own invariant: %s", worker.Name().c_str(),
                  note.state == nullptr ? "" : note.state);
        return;
    case REEVE_NOTE_JOB_LOST_AT_RESTART:
        if (worker.drained_before) {
            sim_.Fail("P6", "%s drained, and %s was still running", worker.Name().c_str(),
                      sim_.Short(Key(note.job_id)).c_str());
        }
        return;
    case REEVE_NOTE_SESSION_VIOLATION:
        if (!HadLosses() && !sim_.Knows(kForge)) {
            sim_.Fail("P6", "%s says that the gateway broke the protocol: %s",
                      worker.Name().c_str(),
                      reeve_session_code_name(static_cast<reeve_session_code>(note.session_code)));
        }
        return;
    case REEVE_NOTE_STATE:
    case REEVE_NOTE_JOB_ACCEPTED:
    case REEVE_NOTE_JOB_STARTED:
    case REEVE_NOTE_CONNECT_LATER:
        return;
    default:
        sim_.Trace("%s notes %s %s %llu", worker.Name().c_str(), reeve_engine_note_name(note.code),
                   reeve_id_is_zero(note.job_id) ? "" : sim_.Short(Key(note.job_id)).c_str(),
                   U(note.number));
        return;
    }
}

// P7: what is on the disk, not what the worker says of it; a failed write leaves half a block until
// it is removed.
void Ledger::Spooled(const Worker &worker)
{
    uint64_t bytes = 0;
    for (const reeve_memory_entry &entry : worker.spool_disk.seen) {
        bytes += entry.inode != nullptr ? entry.inode->seen.len : 0;
    }
    if (bytes > kMaxSpoolBytes) {
        sim_.Fail("P7", "%s has %llu bytes spooled", worker.Name().c_str(), U(bytes));
    }
}

// P7, from the worker's own numbers.
void Ledger::Step(Worker &worker)
{
    const reeve_engine_status s = worker.Status();
    const uint64_t held =
        uint64_t{s.jobs_queued} + s.jobs_starting + s.jobs_running + s.jobs_delivering;
    if (s.received > s.granted || s.granted - s.received + held > 6) {
        sim_.Fail("P7", "%s granted %llu, has %llu and holds %llu", worker.Name().c_str(),
                  U(s.granted), U(s.received), U(held));
    }
    // After a restart, outcomes come back whose acknowledgement was not journaled yet.
    const bool live = s.link_state == std::string("LIVE");
    if ((live && s.unsettled + held > 24) || s.memory_bytes > (4u << 20)) {
        sim_.Fail("P7", "%s holds more than its bounds say", worker.Name().c_str());
    }
}

void Ledger::Copied(const reeve_id &journal_id, uint64_t epoch, bool nonce_pending, uint64_t at)
{
    copies_.push_back({Key(journal_id), epoch, nonce_pending, at, sim_.now_ms});
}

// ---- operators and forgers ----

void Ledger::Confirmed(const std::vector<std::string> &ids)
{
    for (const std::string &id : ids) {
        JobFact *job = Find(id);
        if (job == nullptr) {
            sim_.Fail("P4", "a submit was answered before it was stored");
            return;
        }
        job->confirmed = true;
    }
}

void Ledger::CancelAsked(const std::string &id)
{
    if (JobFact *job = Find(id)) {
        job->cancel_asked = true;
    }
}

void Ledger::Never(const std::string &job, uint32_t attempt)
{
    never_[job].insert(attempt);
}

const JobFact *Ledger::RanOn(const std::string &journal, bool approved)
{
    std::vector<const JobFact *> found;
    for (const auto &[id, job] : facts_) {
        if (!Once(job.kind) || job.starts.empty() || !job.has_outcome ||
            job.outcome.effect == REEVE_EFFECT_NONE || Task(job.kind).approved != approved) {
            continue;
        }
        if (job.starts.back().journal == journal) {
            found.push_back(&job);
        }
    }
    return found.empty() ? nullptr : found[sim_.rng.Below(found.size())];
}

std::vector<std::string> Ledger::Unknown()
{
    std::vector<std::string> ids;
    for (const auto &[id, job] : facts_) {
        if (!job.forgotten && job.has_outcome && job.outcome.status == REEVE_OUTCOME_UNKNOWN) {
            ids.push_back(id);
        }
    }
    return ids;
}

std::vector<std::string> Ledger::Open()
{
    std::vector<std::string> ids;
    for (const auto &[id, job] : facts_) {
        if (!job.forgotten && !job.has_outcome) {
            ids.push_back(id);
        }
    }
    return ids;
}

bool Ledger::AllEnded()
{
    for (const auto &[id, job] : facts_) {
        if (!job.forgotten && !job.has_outcome) {
            return false;
        }
    }
    return true;
}

} // namespace reeve_sim
