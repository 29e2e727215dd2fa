// SPDX-License-Identifier: Apache-2.0
//
// What either side says, and when it may say it.
#include "agent/audit/verifier.h"
#include "agent/base/arena.h"
#include "agent/codec/audit_record.h"
#include "agent/codec/batch.h"
#include "agent/codec/job_spec.h"
#include "tests/sim/frames.h"
#include "tests/sim/world.h"

namespace reeve_sim
{

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

void Ledger::TakeFrame(const Worker &worker, uint64_t conn, const reeve_worker_frame &frame)
{
    Session &session = sessions_[conn];
    switch (frame.type) {
    case REEVE_WORKER_FRAME_HELLO:
        session.journal = Key(frame.as.hello.journal_id);
        session.worker = worker.number;
        session.leased_from = sim_.now_ms;
        return;
    case REEVE_WORKER_FRAME_HEARTBEAT:
        session.beats[frame.as.heartbeat.sequence] = sim_.now_ms;
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
    std::vector<reeve_worker_frame> frames;
    std::string line;
    if (!ReadFrames(bytes, &arena, &frames)) {
        sim_.Fail("P6", "%s sends what nobody understands", worker.Name().c_str());
    }
    for (const reeve_worker_frame &frame : frames) {
        if (sent) {
            line += std::string(" ") + reeve_worker_frame_name(frame.type);
            CheckFrame(worker, static_cast<uint32_t>(at), frame);
        } else {
            TakeFrame(worker, at, frame);
        }
    }
    if (frames.size() > 1 && bytes.size() > REEVE_BATCH_BYTES) {
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
    for (Restore &restore : restores_) {
        restore.welcomed.emplace(std::make_pair(session.journal, session.worker), sim_.now_ms);
    }
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
               (before->second.life == sim_.gateway->life || restores_.empty())) {
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
    case REEVE_GATEWAY_FRAME_HEARTBEAT:
        session.leased_from =
            std::max(session.leased_from, session.beats[frame.as.heartbeat.answers]);
        return;
    case REEVE_GATEWAY_FRAME_OUTCOME_ACK:
        promised_[session.journal] =
            std::max(promised_[session.journal], frame.as.outcome_ack.audit_sequence);
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
        worker.session_link = link;
        worker.dialled_since_welcome = false;
        worker.epoch = frame.as.welcome.epoch;
    }
    b.told_to_drain = b.told_to_drain || frame.type == REEVE_GATEWAY_FRAME_DRAIN;
    if (frame.type == REEVE_GATEWAY_FRAME_HEARTBEAT &&
        b.beats.count(frame.as.heartbeat.answers) != 0) {
        b.lease_base_ms = std::max(b.lease_base_ms, b.beats[frame.as.heartbeat.answers]);
    }
    if (frame.type == REEVE_GATEWAY_FRAME_OUTCOME_ACK) {
        uint64_t &acked = acked_[Key(worker.journal_id)];
        acked = std::max(acked, std::min(frame.as.outcome_ack.audit_sequence,
                                         promised_[Key(worker.journal_id)]));
    }
}

void Ledger::GatewayFrames(Worker *worker, uint64_t at, const std::string &bytes, bool sent)
{
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, 1u << 22, 0);
    std::vector<reeve_gateway_frame> frames;
    std::string line;
    if (!ReadFrames(bytes, &arena, &frames)) {
        sim_.Fail("P6", "the gateway sends what nobody understands");
    }
    for (const reeve_gateway_frame &frame : frames) {
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
        away_.try_emplace(session.journal, Away{session.leased_from});
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

} // namespace reeve_sim
