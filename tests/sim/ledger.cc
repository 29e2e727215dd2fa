// SPDX-License-Identifier: Apache-2.0
//
// What really happened, and what must hold after every step.
#include "agent/audit/verifier.h"
#include "agent/base/arena.h"
#include "agent/codec/audit_record.h"
#include "agent/codec/batch.h"
#include "agent/codec/job_spec.h"
#include "tests/sim/world.h"

namespace reeve_sim
{

namespace
{

constexpr uint8_t kUnknown = 6;
constexpr uint8_t kSucceeded = 1;
constexpr uint8_t kNone = 1;
constexpr uint8_t kDone = 2;

std::string AttemptKey(const reeve_id &job, uint32_t attempt)
{
    return Key(job) + std::to_string(attempt);
}

bool Once(int kind)
{
    return Task(kind).idempotency == REEVE_NOT_IDEMPOTENT;
}

unsigned long long U(uint64_t n)
{
    return n;
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

// ---- the store ----

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
    case REEVE_STORE_OPEN_SESSION: {
        const reeve_store_open_session &s = r.u.open_session;
        uint64_t &epoch = epochs_[Key(s.journal_id)];
        if (s.epoch <= epoch) {
            sim_.Fail("P4", "epoch %llu of journal %s was given out before", U(s.epoch),
                      sim_.Short(Key(s.journal_id)).c_str());
        }
        epoch = s.epoch;
        sim_.Trace("store opens epoch %llu of journal %s%s", U(s.epoch),
                   sim_.Short(Key(s.journal_id)).c_str(), s.is_rolled_back ? ", rolled back" : "");
        return;
    }
    case REEVE_STORE_READMIT:
        readmitted_[Key(r.u.readmit.journal_id)] = sim_.now_ms;
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
    welcomed_since_restore_.clear();
    acked_.clear();
    restored_ = true;
}

void Ledger::NewOutcome(JobFact &job)
{
    const OutcomeRow &o = job.outcome;
    outcomes++;
    unknown += o.status == kUnknown ? 1 : 0;
    sim_.Trace("end of %s: %s %s %s", sim_.Short(job.id).c_str(),
               reeve_outcome_status_name(static_cast<reeve_outcome_status>(o.status)),
               reeve_effect_name(static_cast<reeve_effect>(o.effect)),
               reeve_reason_name(static_cast<reeve_reason>(o.reason)));
    const bool gentle =
        !HadLosses() && !sim_.forced && !sim_.Knows(kWorkerKilled) && !sim_.Knows(kClockJump);
    auto away = away_.find(assigned_[job.id]);
    const bool lost = o.reason == REEVE_REASON_WORKER_LOST && away != away_.end() &&
                      sim_.now_ms >= away->second.since + kLostAfterMs;
    if (gentle && o.status == kUnknown && Once(job.kind) && !job.forged && !lost) {
        sim_.Fail("P6", "%s ended UNKNOWN, and no worker ever crashed", sim_.Short(job.id).c_str());
    }
    if (o.status != kSucceeded || job.forged) {
        return;
    }
    if (Task(job.kind).streams) {
        if (!restored_) { // else the store may have lost what it had acknowledged
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

// ---- a job begins, acts, speaks ----

// What the design cannot tell apart, and says so (docs/simulation.md): a journal that was copied or
// restored within the very epoch in which the job was given out, one that was restored between an
// operator's readmission and the Hello that it was meant for, and a store that was restored while
// the worker that knows better stays away.
bool Ledger::Excused(const JobFact &job)
{
    const StartFact &before = job.starts.back();
    for (const Copy &copy : copies_) {
        const uint64_t last = copy.epoch + (copy.nonce_pending ? 1 : 0);
        const bool same = copy.journal == before.journal && before.at >= copy.at;
        auto readmitted = readmitted_.find(copy.journal);
        const bool meant = readmitted != readmitted_.end() && readmitted->second <= copy.used;
        if (same && (before.epoch <= last || meant)) {
            return true;
        }
    }
    return restored_ && before.at >= sim_.gateway->restored_to &&
           welcomed_since_restore_.count(before.journal) == 0;
}

void Ledger::CheckStartAgain(JobFact &job, const Worker &worker)
{
    if (job.excused) {
        return;
    }
    if (Excused(job)) {
        job.excused = true;
        excuses++;
        sim_.Trace("%s starts again, which the design does not exclude",
                   sim_.Short(job.id).c_str());
        return;
    }
    sim_.Fail("P4", "%s is not idempotent and is started a second time, by %s",
              sim_.Short(job.id).c_str(), worker.Name().c_str());
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
    if (Once(kind)) {
        auto intent = worker.intents.find(AttemptKey(start.job_id, start.attempt));
        if (intent == worker.intents.end() || intent->second > worker.synced_lsn) {
            sim_.Fail("P4", "%s was started before its intent was durable", sim_.Short(id).c_str());
        }
        if (!job->starts.empty()) {
            CheckStartAgain(*job, worker);
        }
    }
    job->starts.push_back({sim_.now_ms, start.attempt, worker.number, worker.life,
                           Key(worker.journal_id), worker.epoch});
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

// ---- the wire: what a worker says ----

void Ledger::CheckEntry(Worker &worker, const reeve_audit_entry &entry, const char *what)
{
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, 1u << 20, 0);
    reeve_audit_record record;
    if (reeve_audit_record_decode(entry.record, &arena, &record) == REEVE_OK) {
        auto at = worker.records.find(record.sequence);
        if (at == worker.records.end() || at->second > worker.synced_lsn) {
            sim_.Fail("P4", "%s sends %s before it is durable (record %llu)", worker.Name().c_str(),
                      what, U(record.sequence));
        }
    }
    reeve_arena_clear(&arena);
}

void Ledger::CheckFrame(Worker &worker, uint32_t link, const reeve_worker_frame &frame)
{
    switch (frame.type) {
    case REEVE_WORKER_FRAME_HELLO:
        worker.believed[link].hello_ms = worker.Now().boot_ms;
        if (worker.hello_lsn > worker.synced_lsn) {
            sim_.Fail("P4", "%s says Hello before its nonce is durable", worker.Name().c_str());
        }
        return;
    case REEVE_WORKER_FRAME_RESUME_DONE:
        if (worker.epoch_lsn > worker.synced_lsn) {
            sim_.Fail("P4", "%s resumes before its epoch is durable", worker.Name().c_str());
        }
        return;
    case REEVE_WORKER_FRAME_OUTCOME:
        CheckEntry(worker, frame.as.outcome.audit, "an outcome");
        return;
    case REEVE_WORKER_FRAME_AUDIT: {
        for (size_t i = 0; i < frame.as.audit_batch.entries.count; i++) {
            CheckEntry(worker, frame.as.audit_batch.entries.items[i], "a record");
        }
        reeve_checkpoint checkpoint;
        if (frame.as.audit_batch.has_checkpoint &&
            reeve_audit_checkpoint_verify(&frame.as.audit_batch.checkpoint,
                                          &worker.audit_key.public_key, &checkpoint) == REEVE_OK) {
            auto at = worker.records.find(checkpoint.sequence);
            if (at != worker.records.end() && at->second > worker.synced_lsn) {
                sim_.Fail("P5", "%s signed a checkpoint of record %llu before it was durable",
                          worker.Name().c_str(), U(checkpoint.sequence));
            }
        }
        return;
    }
    case REEVE_WORKER_FRAME_HEARTBEAT:
        worker.believed[link].beats[frame.as.heartbeat.sequence] = worker.Now().boot_ms;
        return;
    default:
        return;
    }
}

void Ledger::ResumeDone(Session &session)
{
    session.resume_done = true;
    for (auto at = given_.begin(); at != given_.end();) {
        const bool gone =
            at->second.journal == session.journal && session.resumed.count(at->first) == 0;
        at = gone ? given_.erase(at) : std::next(at);
    }
}

void Ledger::TakeFrame(uint64_t conn, const reeve_worker_frame &frame)
{
    Session &session = sessions_[conn];
    switch (frame.type) {
    case REEVE_WORKER_FRAME_HELLO:
        session.journal = Key(frame.as.hello.journal_id);
        return;
    case REEVE_WORKER_FRAME_RESUME:
        for (size_t i = 0; i < frame.as.resume.entries.count; i++) {
            const std::string id = Key(frame.as.resume.entries.items[i].job_id);
            session.resumed.insert(id);
            auto at = given_.find(id);
            if (at != given_.end() && at->second.journal != session.journal) {
                given_.erase(at); // an earlier attempt goes on elsewhere, and may be taken up
            }
        }
        return;
    case REEVE_WORKER_FRAME_RESUME_DONE:
        ResumeDone(session);
        return;
    case REEVE_WORKER_FRAME_LIMIT:
        session.granted = std::max(session.granted, frame.as.limit.dispatches);
        return;
    case REEVE_WORKER_FRAME_RECALLED:
        for (size_t i = 0; i < frame.as.recalled.sequences.count; i++) {
            for (auto at = given_.begin(); at != given_.end();) {
                const bool back = at->second.journal == session.journal &&
                                  at->second.sequence == frame.as.recalled.sequences.items[i];
                at = back ? given_.erase(at) : std::next(at);
            }
        }
        return;
    default:
        return;
    }
}

void Ledger::WorkerFrames(Worker &worker, uint64_t at, const std::string &bytes, bool sent)
{
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, 1u << 22, 0);
    reeve_batch_reader reader;
    reeve_batch_frame raw;
    reeve_batch_reader_init(&reader, View(bytes), size_t{1} << 24);
    if (!sent) {
        sessions_[at].heard = sim_.now_ms;
    }
    size_t frames = 0;
    std::string line;
    while (reeve_batch_reader_next(&reader, &raw) == REEVE_OK && raw.number != 0) {
        reeve_worker_frame frame;
        frames++;
        if (reeve_worker_frame_decode(raw.number, raw.payload, &arena, &frame) != REEVE_OK) {
            sim_.Fail("P6", "%s sends what nobody understands", worker.Name().c_str());
            break;
        }
        if (sent) {
            line += std::string(" ") + reeve_worker_frame_name(frame.type);
            CheckFrame(worker, static_cast<uint32_t>(at), frame);
        } else {
            TakeFrame(at, frame);
        }
    }
    if (frames > 1 && bytes.size() > REEVE_BATCH_BYTES) {
        sim_.Fail("P7", "a batch of %zu bytes", bytes.size());
    }
    if (sent) {
        sim_.Trace("%s >%.300s", worker.Name().c_str(), line.c_str());
    }
    reeve_arena_clear(&arena);
}

// ---- the wire: what the gateway says ----

void Ledger::OnWelcome(Session &session, const reeve_welcome &welcome)
{
    sessions++;
    session.epoch = welcome.epoch;
    if (epochs_[session.journal] < welcome.epoch) {
        sim_.Fail("P4", "a Welcome for an epoch that is not stored");
    }
    welcomed_[session.journal] = welcome.epoch;
    auto away = away_.find(session.journal);
    if (away != away_.end() && sim_.now_ms >= away->second.since + kGraceMs) {
        // Its grace may be over: what it had may go out again, whoever comes.
        for (auto at = given_.begin(); at != given_.end();) {
            at = at->second.journal == session.journal ? given_.erase(at) : std::next(at);
        }
    }
    away_.erase(session.journal);
    welcomed_since_restore_.insert(session.journal);
}

void Ledger::OnDispatch(Session &session, const reeve_dispatch &dispatch)
{
    reeve_job_spec spec;
    dispatches++;
    if (reeve_job_spec_decode(dispatch.job_spec, &spec) != REEVE_OK) {
        sim_.Fail("P4", "the gateway dispatches what is no job");
        return;
    }
    const std::string id = Key(spec.job_id);
    JobFact *job = Find(id);
    sim_.Trace("dispatch %llu of %s attempt %u", U(dispatch.sequence), sim_.Short(id).c_str(),
               dispatch.attempt);
    if (job == nullptr || job->forgotten) {
        sim_.Fail("P3", "the gateway dispatches a job that is not stored");
        return;
    }
    if (!session.resume_done) {
        sim_.Fail("P4", "%s is dispatched before ResumeDone came", sim_.Short(id).c_str());
    }
    if (session.dispatched >= session.granted) {
        sim_.Fail("P7", "%s is dispatched beyond the limit", sim_.Short(id).c_str());
    }
    session.dispatched++;
    uint64_t &highest = sequences_[session.journal];
    if (dispatch.sequence <= highest) {
        sim_.Fail("P4", "dispatch sequence %llu was given out before", U(dispatch.sequence));
    }
    highest = dispatch.sequence;
    if (Task(job->kind).approved && approved_.count(job->plan) == 0) {
        sim_.Fail("P3", "%s is dispatched, and nobody approved it", sim_.Short(id).c_str());
    }
    auto before = given_.find(id);
    if (Once(job->kind)) {
        auto assigned = assigned_.find(id);
        if (session.epoch != welcomed_[session.journal]) {
            sim_.Fail("P4", "%s is dispatched in an epoch that is fenced", sim_.Short(id).c_str());
        }
        if (job->has_outcome) {
            sim_.Fail("P4", "%s is dispatched after its end", sim_.Short(id).c_str());
        }
        if (assigned == assigned_.end() || assigned->second != session.journal) {
            sim_.Fail("P4", "%s is dispatched before its assignment is durable",
                      sim_.Short(id).c_str());
        }
    } else if (before != given_.end() && before->second.journal != session.journal &&
               (before->second.life == sim_.gateway->life || !restored_)) {
        // A gateway's restart shortens no grace, unless its store forgot who was there.
        auto away = away_.find(before->second.journal);
        if (away != away_.end() && sim_.now_ms < away->second.since + kGraceMs) {
            sim_.Fail("P4", "%s is given out again before its worker's grace is over",
                      sim_.Short(id).c_str());
        }
    }
    given_[id] = {session.journal, dispatch.sequence, sim_.gateway->life};
    sim_.network.Note(dispatch);
}

void Ledger::CheckFrame(uint64_t conn, const reeve_gateway_frame &frame)
{
    Session &session = sessions_[conn];
    switch (frame.type) {
    case REEVE_GATEWAY_FRAME_WELCOME:
        OnWelcome(session, frame.as.welcome);
        return;
    case REEVE_GATEWAY_FRAME_DISPATCH:
        OnDispatch(session, frame.as.dispatch);
        return;
    case REEVE_GATEWAY_FRAME_OUTCOME_ACK:
        if (frame.as.outcome_ack.audit_sequence >
            sim_.gateway->store.AuditSequence(IdOf(session.journal))) {
            sim_.Fail("P4", "record %llu is acknowledged before it is stored",
                      U(frame.as.outcome_ack.audit_sequence));
        }
        return;
    default:
        return;
    }
}

void Ledger::TakeFrame(Worker &worker, uint32_t link, const reeve_gateway_frame &frame)
{
    Worker::Believed &b = worker.believed[link];
    if (frame.type == REEVE_GATEWAY_FRAME_WELCOME) {
        b.lease_base_ms = b.hello_ms;
        b.lease_ms = frame.as.welcome.lease_ms;
        worker.epoch = frame.as.welcome.epoch;
    }
    if (frame.type == REEVE_GATEWAY_FRAME_HEARTBEAT &&
        b.beats.count(frame.as.heartbeat.answers) != 0) {
        b.lease_base_ms = std::max(b.lease_base_ms, b.beats[frame.as.heartbeat.answers]);
    }
    if (frame.type == REEVE_GATEWAY_FRAME_OUTCOME_ACK) {
        uint64_t &acked = acked_[Key(worker.journal_id)];
        acked = std::max(acked, frame.as.outcome_ack.audit_sequence);
    }
}

void Ledger::GatewayFrames(Worker *worker, uint64_t at, const std::string &bytes, bool sent)
{
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, 1u << 22, 0);
    reeve_batch_reader reader;
    reeve_batch_frame raw;
    reeve_batch_reader_init(&reader, View(bytes), size_t{1} << 24);
    std::string line;
    while (reeve_batch_reader_next(&reader, &raw) == REEVE_OK && raw.number != 0) {
        reeve_gateway_frame frame;
        if (reeve_gateway_frame_decode(raw.number, raw.payload, &arena, &frame) != REEVE_OK) {
            sim_.Fail("P6", "the gateway sends what nobody understands");
            break;
        }
        if (sent) {
            line += std::string(" ") + reeve_gateway_frame_name(frame.type);
            CheckFrame(at, frame);
        } else {
            TakeFrame(*worker, static_cast<uint32_t>(at), frame);
        }
    }
    if (sent) {
        sim_.Trace("gateway > conn%llu%.300s", U(at), line.c_str());
    }
    reeve_arena_clear(&arena);
}

void Ledger::Left(const Session &session)
{
    if (session.epoch != 0 && session.epoch == epochs_[session.journal]) {
        away_.try_emplace(session.journal, Away{session.heard});
    }
}

void Ledger::GatewayDied()
{
    for (const auto &[conn, session] : sessions_) {
        Left(session);
    }
}

void Ledger::SessionClosed(uint64_t conn, const char *code)
{
    auto at = sessions_.find(conn);
    if (at == sessions_.end()) {
        return;
    }
    const Session &session = at->second;
    Left(session);
    static const char *const accusations[] = {"MALFORMED",        "OUT_OF_ORDER",
                                              "SEQUENCE_INVALID", "LIMIT_EXCEEDED",
                                              "FRAME_TOO_LARGE",  "AUDIT_BROKEN"};
    for (const char *accusation : accusations) {
        if (code != nullptr && !HadLosses() && !sim_.Knows(kForge) &&
            std::string(code).find(accusation) != std::string::npos) {
            sim_.Fail("P6", "the gateway accuses an honest worker: %s", code);
        }
    }
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
            job.outcome.effect == kNone || Task(job.kind).approved != approved) {
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
        if (!job.forgotten && job.has_outcome && job.outcome.status == kUnknown) {
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

// ---- the end ----

// An outcome that says NONE or DONE is true of the world.
void Ledger::CheckHonesty(JobFact &job)
{
    if (!Once(job.kind) || job.forgotten || !job.has_outcome || job.excused) {
        return;
    }
    if (restored_ && !job.starts.empty() && job.starts[0].at >= sim_.gateway->restored_to) {
        return; // the store forgot that it was ever given out
    }
    if (!job.starts.empty() && Excused(job)) {
        excuses++; // what ran was forgotten, and ended as if it had not
        return;
    }
    for (const SettlementRow &settlement : settlements_) {
        if (settlement.job == job.id) {
            return; // a later word stands beside it
        }
    }
    if (job.outcome.effect == kNone && job.effects > 0) {
        sim_.Fail("P4", "%s ended with effect NONE, and it had one", sim_.Short(job.id).c_str());
    }
    if (job.outcome.effect == kDone && job.effects == 0) {
        sim_.Fail("P4", "%s ended with effect DONE, and it had none", sim_.Short(job.id).c_str());
    }
}

// P5: each chain is whole, from its first record; a hole is on record, with its exact bounds.
void Ledger::CheckChain(const Store::Chain &chain,
                        const std::set<std::pair<std::string, uint64_t>> &holes)
{
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, size_t{1} << 26, 1u << 14);
    reeve_audit_chain follow;
    reeve_audit_chain_init(&follow, IdOf(chain.id));
    for (const Store::Chain::Record &r : chain.records) {
        reeve_audit_record record;
        if (reeve_audit_record_decode(View(r.bytes), &arena, &record) != REEVE_OK) {
            sim_.Fail("P5", "a stored record cannot be read");
            break;
        }
        const bool hole = r.sequence != follow.sequence + 1;
        if (hole && holes.count({chain.id, follow.sequence + 1}) != 0) {
            reeve_audit_chain_restore(&follow, IdOf(chain.id), record.sequence - 1,
                                      record.previous_hash, 0);
        }
        if (record.event == REEVE_AUDIT_GAP) {
            follow.last_unix_ms = 0; // a restored journal's clock may be another one
        }
        if (reeve_audit_chain_follow(&follow, View(r.bytes), &arena) != REEVE_OK) {
            sim_.Fail("P5", "the chain of %s breaks at record %llu", sim_.Short(chain.id).c_str(),
                      U(r.sequence));
            break;
        }
    }
    if (follow.sequence != chain.sequence ||
        (chain.sequence > 0 && Text(reeve_digest_view(&follow.head)) != chain.hash)) {
        sim_.Fail("P5", "the chain of %s ends at %llu, its head is %llu",
                  sim_.Short(chain.id).c_str(), U(follow.sequence), U(chain.sequence));
    }
    reeve_arena_clear(&arena);
}

void Ledger::Final()
{
    Store &store = sim_.gateway->store;
    due_ = true;
    AfterWrite();
    const std::map<std::string, int64_t> stored = store.Jobs();
    for (auto &[id, job] : facts_) {
        if (!job.forgotten && stored.count(id) == 0) {
            sim_.Fail("P4", "%s was accepted and is gone", sim_.Short(id).c_str());
        }
        CheckHonesty(job);
    }
    std::set<std::pair<std::string, uint64_t>> holes;
    const std::vector<Store::Chain> chains = store.Chains();
    for (const Store::Chain &chain : chains) {
        for (const Store::Chain::Record &r : chain.records) {
            reeve_arena arena;
            reeve_arena_init(&arena, nullptr, 1u << 20, 0);
            reeve_audit_record record;
            if (chain.own &&
                reeve_audit_record_decode(View(r.bytes), &arena, &record) == REEVE_OK &&
                record.event == REEVE_AUDIT_GAP) {
                holes.insert({Key(record.as.gap.journal_id), record.as.gap.from_sequence});
            }
            reeve_arena_clear(&arena);
        }
    }
    if (!holes.empty() && !restored_) {
        sim_.Fail("P5", "a hole is on record, and no store was rolled back");
    }
    for (const Store::Chain &chain : chains) {
        CheckChain(chain, holes);
    }
    for (const auto &[journal, sequence] : acked_) {
        if (store.AuditSequence(IdOf(journal)) < sequence) {
            sim_.Fail("P4", "record %llu was acknowledged and is gone", U(sequence));
        }
    }
}

} // namespace reeve_sim
