// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/engine_driver.h"

#include "agent/codec/journal_record.h"
#include "tests/fuzz/input.h"
#include "tests/sim/events.h"
#include "tests/sim/frames.h"
#include "tests/sim/keys.h"

namespace reeve::fuzz
{

using reeve_sim::EngineEvent;
using reeve_sim::LinkEvent;

namespace
{

constexpr int kMaxActions = 100000;
constexpr int kMaxTicks = 2000;

template <typename Frame, typename Add>
std::string EncodeAll(const std::vector<Frame> &frames, Add add)
{
    reeve_buffer buffer;
    reeve_batch_writer writer;
    reeve_buffer_init(&buffer, nullptr, size_t{1} << 24);
    reeve_batch_writer_init(&writer, &buffer, size_t{1} << 24);
    for (const Frame &frame : frames) {
        (void)add(&writer, &frame); // one that cannot be said is left out
    }
    std::string bytes = Text(reeve_buffer_view(&buffer));
    reeve_buffer_clear(&buffer);
    return bytes;
}

// Both ends: ids of the gateway begin with the time, those of a fuzz target end in zeros.
std::string Name(const std::string &job)
{
    std::string name;
    for (const char c : job.size() == 16 ? job.substr(0, 2) + job.substr(14) : job) {
        char hex[8];
        (void)std::snprintf(hex, sizeof hex, "%02x", static_cast<unsigned char>(c));
        name += hex;
    }
    return name;
}

bool Idempotent(int kind)
{
    return reeve_sim::Task(kind).idempotency != REEVE_NOT_IDEMPOTENT;
}

} // namespace

std::string Encode(const std::vector<reeve_gateway_frame> &frames)
{
    return EncodeAll(frames, reeve_batch_writer_add_gateway);
}

std::string Encode(const std::vector<reeve_worker_frame> &frames)
{
    return EncodeAll(frames, reeve_batch_writer_add_worker);
}

EngineDriver::EngineDriver(const char *identity, uint8_t number, const reeve_public_key &approver)
    : identity_(identity), number_(number), approver_(approver)
{
    reeve_random_seed(&random_, number);
    reeve_arena_init(&arena_, nullptr, size_t{1} << 22, 0);
    audit_key_ = reeve_sim::KeyOf(number);
    MakePolicy();
}

EngineDriver::~EngineDriver()
{
    reeve_engine_free(engine_);
    memory_.RequireEmpty();
    for (reeve_policy *policy : policies_) {
        reeve_policy_free(policy);
    }
    reeve_key_clear(&audit_key_);
    reeve_arena_clear(&arena_);
}

void EngineDriver::MakePolicy()
{
    policies_.push_back(reeve_sim::PolicyOf(approver_, allow_create));
}

static reeve_engine_limits Limits()
{
    reeve_engine_limits limits = {};
    limits.max_in_flight = kMaxInFlight;
    limits.max_unsettled = 4 * kMaxInFlight;
    limits.max_replay_entries = 32;
    limits.max_input_bytes = kMaxInput;
    limits.max_output_bytes = kMaxOutput;
    limits.max_memory_bytes = 512 * 1024;
    limits.max_frame_bytes = kMaxWorkerFrame;
    limits.cancel_grace_ms = 400;
    return limits;
}

reeve_id EngineDriver::JournalId() const
{
    reeve_id id = {};
    id.bytes[0] = 0x6a;
    id.bytes[15] = number_;
    return id;
}

// ---- the process ----

bool EngineDriver::TryBoot()
{
    reeve_engine_options o = {};
    o.tasks = &reeve_sim::Tasks();
    o.policy.trust = policies_.back();
    o.policy.limits = Limits();
    o.identity = identity_.c_str();
    o.build = "reeve-agent/fuzz";
    o.journal_id = JournalId();
    o.boot_id = reeve_random_id(&random_.random);
    o.audit_key = &audit_key_;
    o.random = &random_.random;
    o.allocator = memory_.allocator();
    o.backoff_base_ms = 100;
    o.policy.backoff_cap_ms = 1500;
    o.backoff_refused_ms = 2500;
    o.connect_timeout_ms = 2000;
    exited = false;
    failed = false;
    drains = false;
    Trace("boots with %zu records", journal.size());
    reeve_status status = reeve_engine_new(&o, &engine_);
    for (size_t i = 0; status == REEVE_OK && i < journal.size(); i++) {
        status = reeve_engine_replay(engine_, journal[i].type, i + 1, View(journal[i].bytes));
    }
    if (status == REEVE_OK) {
        status = reeve_engine_start(engine_, journal.size() + 1, now);
    }
    if (status == REEVE_NO_MEMORY && WasShort()) {
        reeve_engine_free(engine_);
        engine_ = nullptr;
        memory_.RequireEmpty();
        return false;
    }
    Require(status == REEVE_OK, "P4: its own journal is refused", reeve_status_name(status));
    Drive();
    return true;
}

void EngineDriver::Boot()
{
    if (!TryBoot()) { // memory is short once
        Require(TryBoot(), "P6: it does not start again");
    }
}

void EngineDriver::Crash(size_t keep)
{
    reeve_engine_free(engine_);
    engine_ = nullptr;
    Trace("crashes: %llu of %zu records synced, %zu kept", static_cast<unsigned long long>(synced),
          journal.size(), std::max<size_t>(keep, synced));
    memory_.RequireEmpty();
    running.clear();
    links.clear();
    handles_.clear();
    numbers_.clear();
    while (journal.size() > std::max<size_t>(keep, synced)) {
        lsn_of_.erase(journal.back().audit);
        journal.pop_back();
    }
    synced = journal.size();
}

// ---- events ----

void EngineDriver::Fire(const reeve_engine_event &event)
{
    if (!Running()) {
        return;
    }
    reeve_engine_handle(engine_, &event, now);
    Drive();
}

void EngineDriver::Up(uint32_t link)
{
    links[link].up = true;
    Trace("link %u is up", link);
    Fire(LinkEvent(REEVE_EVENT_LINK_UP, link));
}

void EngineDriver::Message(uint32_t link, const std::string &bytes)
{
    const reeve_sim::Exact exact(bytes);
    reeve_engine_event event = LinkEvent(REEVE_EVENT_LINK_MESSAGE, link);
    event.u.link.message = exact.View();
    Fire(event);
}

void EngineDriver::Sent(uint32_t link)
{
    links[link].sending = false;
    Fire(LinkEvent(REEVE_EVENT_LINK_SENT, link));
}

void EngineDriver::Down(uint32_t link, reeve_status status)
{
    links.erase(link);
    Trace("link %u is down: %s", link, reeve_status_name(status));
    Fire(LinkEvent(REEVE_EVENT_LINK_DOWN, link, status));
}

void EngineDriver::Leaving(uint32_t link)
{
    Trace("link %u: its peer goes away", link);
    Fire(LinkEvent(REEVE_EVENT_LINK_LEAVING, link));
}

void EngineDriver::Sync(uint64_t lsn, uint64_t free_bytes)
{
    if (failed || lsn > journal.size() || lsn <= synced) {
        return;
    }
    synced = lsn;
    Trace("synced to %llu", static_cast<unsigned long long>(lsn));
    reeve_engine_event event = EngineEvent(REEVE_EVENT_JOURNAL_SYNCED);
    event.u.synced.lsn = lsn;
    event.u.synced.free_bytes = free_bytes;
    Fire(event);
}

void EngineDriver::SyncAll()
{
    for (int i = 0; Running() && !failed && synced < journal.size(); i++) {
        Require(i < 1000, "every sync brings about another");
        Sync(journal.size());
    }
}

void EngineDriver::FailJournal(reeve_status status)
{
    failed = true;
    Trace("the journal fails");
    reeve_engine_event event = EngineEvent(REEVE_EVENT_JOURNAL_FAILED);
    event.u.failed.status = status;
    Fire(event);
}

void EngineDriver::Advance(uint64_t ms)
{
    const uint64_t until = now.boot_ms + ms;
    Trace("%llu ms go by", static_cast<unsigned long long>(ms));
    reeve_engine_event event = EngineEvent(REEVE_EVENT_TICK);
    for (int i = 0; Running() && i < kMaxTicks; i++) {
        const uint64_t next = reeve_engine_next_deadline(engine_);
        if (next > until) {
            break;
        }
        if (next > now.boot_ms) {
            now.unix_ms += static_cast<int64_t>(next - now.boot_ms);
            now.boot_ms = next;
            i = 0;
        }
        Require(i < kMaxTicks - 1, "P7: a deadline that does not move on");
        Fire(event);
        if (until - now.boot_ms > 3600000) { // of hours nobody waits for every beat
            break;
        }
    }
    now.unix_ms += static_cast<int64_t>(until - now.boot_ms);
    now.boot_ms = until;
    Fire(event);
}

void EngineDriver::Drain(uint64_t within_ms)
{
    drains = true;
    Trace("drains within %llu ms", static_cast<unsigned long long>(within_ms));
    reeve_engine_event event = EngineEvent(REEVE_EVENT_DRAIN);
    event.u.drain.deadline_ms = now.boot_ms + within_ms;
    Fire(event);
}

void EngineDriver::Reload(bool allow)
{
    allow_create = allow;
    Trace("reloads");
    MakePolicy();
    reeve_engine_policy policy = {};
    policy.trust = policies_.back();
    policy.limits = Limits();
    policy.backoff_cap_ms = 1500;
    reeve_engine_event event = EngineEvent(REEVE_EVENT_CONFIGURATION);
    event.u.policy = &policy;
    Fire(event);
}

void EngineDriver::Renew()
{
    Trace("renews");
    Fire(EngineEvent(REEVE_EVENT_RENEW));
}

static void Fill(reeve_buffer *buffer, size_t length)
{
    const std::string bytes(length, 'o');
    reeve_buffer_init(buffer, nullptr, size_t{1} << 20);
    Require(reeve_buffer_append(buffer, View(bytes)) == REEVE_OK, "memory");
}

void EngineDriver::Finish(reeve_job_handle handle, reeve_outcome_status status, reeve_effect effect,
                          uint32_t reason, size_t output)
{
    reeve_buffer buffer;
    Fill(&buffer, std::min<size_t>(output, kMaxOutput));
    Trace("%s ends: %s", Name(running[handle].job).c_str(), reeve_outcome_status_name(status));
    running.erase(handle);
    reeve_engine_result result = {};
    result.status = static_cast<uint8_t>(status);
    result.effect = static_cast<uint8_t>(effect);
    result.reason = reason;
    result.output = status == REEVE_OUTCOME_SUCCEEDED ? &buffer : nullptr;
    reeve_engine_event event = EngineEvent(REEVE_EVENT_JOB_FINISHED);
    event.u.finished.handle = handle;
    event.u.finished.result = &result;
    Fire(event);
    reeve_buffer_clear(&buffer);
}

void EngineDriver::Emit(reeve_job_handle handle, size_t length)
{
    reeve_buffer buffer;
    Fill(&buffer, std::min<size_t>(length, kMaxOutput));
    running[handle].emitted++;
    reeve_engine_event event = EngineEvent(REEVE_EVENT_JOB_RESULT);
    event.u.job_result.handle = handle;
    event.u.job_result.message = &buffer;
    Fire(event);
    reeve_buffer_clear(&buffer);
}

void EngineDriver::Progress(reeve_job_handle handle, uint64_t done, uint64_t total)
{
    reeve_engine_event event = EngineEvent(REEVE_EVENT_JOB_PROGRESS);
    event.u.progress.handle = handle;
    event.u.progress.steps_done = done;
    event.u.progress.steps_total = total;
    Fire(event);
}

reeve_engine_status EngineDriver::Status() const
{
    reeve_engine_status status;
    reeve_engine_read_status(engine_, now, &status);
    return status;
}

// ---- actions ----

void EngineDriver::Drive()
{
    reeve_engine_action action;
    for (int i = 0; reeve_engine_next_action(engine_, &action); i++) {
        Require(i < kMaxActions, "P7: actions without end");
        Require(!exited, "an action behind EXIT");
        Carry(action);
    }
    CheckBounds();
}

void EngineDriver::Carry(reeve_engine_action &action)
{
    switch (action.type) {
    case REEVE_ACTION_CONNECT:
        Require(numbers_.insert(action.u.connect.link).second, "a link's number, again");
        links[action.u.connect.link] = {};
        Trace("  connect %u", action.u.connect.link);
        Require(links.size() <= 4, "P7: links");
        return;
    case REEVE_ACTION_CLOSE:
        Require(links.count(action.u.close.link) == 1, "closed, and not there");
        Require(!links[action.u.close.link].closed, "closed twice");
        links[action.u.close.link].closed = true;
        Trace("  close %u: %s", action.u.close.link, reeve_status_name(action.u.close.status));
        return;
    case REEVE_ACTION_SEND: {
        const std::string bytes = Text(reeve_buffer_view(&action.u.send.message));
        const uint32_t number = action.u.send.link;
        reeve_buffer_clear(&action.u.send.message);
        Require(links.count(number) == 1 && links[number].up, "sent, and not up");
        Require(!links[number].sending, "P7: two sends under way");
        links[number].sending = true;
        CheckBatch(bytes);
        if (on_send) {
            on_send(number, bytes);
        }
        return;
    }
    case REEVE_ACTION_APPEND:
        OnAppend(action);
        return;
    case REEVE_ACTION_START_JOB:
        OnStart(action.u.start);
        return;
    case REEVE_ACTION_CANCEL_JOB:
        Require(running.count(action.u.cancel.handle) == 1, "cancelled, and not there");
        running[action.u.cancel.handle].cancelled = true;
        Trace("  cancel %s", Name(running[action.u.cancel.handle].job).c_str());
        return;
    case REEVE_ACTION_RELEASE_RESULTS: {
        Require(running.count(action.u.release.handle) == 1, "released, and not there");
        Run &run = running[action.u.release.handle];
        Require(action.u.release.results > run.released, "released again");
        Require(action.u.release.results <= run.emitted, "released before it was there");
        run.released = action.u.release.results;
        return;
    }
    case REEVE_ACTION_SPOOL_WRITE:
    case REEVE_ACTION_SPOOL_READ:
    case REEVE_ACTION_SPOOL_REMOVE:
        Require(false, "spooled, and there is no spool");
        return;
    case REEVE_ACTION_NOTE:
        Trace("  note %s %s %llu", reeve_engine_note_name(action.u.note.code),
              reeve_status_name(action.u.note.status),
              static_cast<unsigned long long>(action.u.note.number));
        Require(action.u.note.code != REEVE_NOTE_INVARIANT, "an internal invariant",
                action.u.note.state != nullptr ? action.u.note.state : "");
        return;
    case REEVE_ACTION_EXIT:
        exited = true;
        Trace("  exit: %s", reeve_status_name(action.u.exit.status));
        return;
    }
    Require(false, "an action that nobody knows");
}

void EngineDriver::OnAppend(const reeve_engine_action &action)
{
    Record made;
    reeve_journal_record record;
    reeve_audit_entry entry = {};
    Require(action.u.append.lsn == journal.size() + 1, "the journal numbers without holes");
    made.type = action.u.append.type;
    made.bytes = Text(action.u.append.record);
    reeve_arena_reset(&arena_);
    Require(reeve_journal_record_decode(made.type, View(made.bytes), &arena_, &record) == REEVE_OK,
            "a record that does not decode");
    if (made.type == REEVE_JOURNAL_INTENT) {
        made.job = Text(reeve_id_view(&record.as.job_intent.job_id));
        made.sequence = record.as.job_intent.sequence;
        made.attempt = record.as.job_intent.attempt;
    } else if (made.type == REEVE_JOURNAL_OUTCOME) {
        reeve_outcome outcome;
        Require(reeve_outcome_decode(record.as.job_outcome.frame, &arena_, &outcome) == REEVE_OK,
                "an outcome that does not decode");
        made.job = Text(reeve_id_view(&outcome.job_id));
        made.sequence = outcome.sequence;
        made.attempt = outcome.attempt;
        made.status = static_cast<uint8_t>(outcome.status);
        made.effect = static_cast<uint8_t>(outcome.effect);
        Require(outcome.has_error == (outcome.status != REEVE_OUTCOME_SUCCEEDED), "P8: no reason");
        entry = outcome.audit;
    } else if (made.type == REEVE_JOURNAL_AUDIT) {
        Require(reeve_audit_entry_decode(record.as.audit_appended.entry, &entry) == REEVE_OK,
                "an entry that does not decode");
    }
    if (entry.record.len > 0) {
        reeve_audit_record audit;
        Require(reeve_audit_record_decode(entry.record, &arena_, &audit) == REEVE_OK,
                "a record that does not decode");
        made.audit = Text(entry.record);
        made.audit_sequence = audit.sequence;
        Require(lsn_of_.emplace(made.audit, action.u.append.lsn).second, "P5: recorded twice");
    }
    Trace("  append %llu: %s %s %s", static_cast<unsigned long long>(action.u.append.lsn),
          reeve_journal_record_name(static_cast<reeve_journal_record_type>(made.type)),
          Name(made.job).c_str(),
          made.status != 0
              ? reeve_outcome_status_name(static_cast<reeve_outcome_status>(made.status))
              : "");
    journal.push_back(std::move(made));
    if (journal.back().audit_sequence > 0 || journal.back().type == REEVE_JOURNAL_INTENT) {
        CheckJournal();
    }
}

// Of the newest record only: the others were looked at when they were the newest.
void EngineDriver::CheckJournal() const
{
    const Record &newest = journal.back();
    for (size_t i = journal.size() - 1; i-- > 0;) {
        const Record &before = journal[i];
        if (newest.audit_sequence > 0 && before.audit_sequence > 0) {
            reeve_audit_record record;
            reeve_arena arena;
            reeve_arena_init(&arena, nullptr, size_t{1} << 20, 0);
            Require(reeve_audit_record_decode(View(newest.audit), &arena, &record) == REEVE_OK);
            const bool gap = record.event == REEVE_AUDIT_GAP &&
                             record.as.gap.from_sequence == before.audit_sequence + 1 &&
                             record.as.gap.to_sequence + 1 == newest.audit_sequence;
            reeve_arena_clear(&arena);
            Require(gap || newest.audit_sequence == before.audit_sequence + 1,
                    "P5: a hole that nobody names");
            break;
        }
    }
    if (newest.status == 0 || newest.status == REEVE_OUTCOME_REJECTED) {
        return;
    }
    for (size_t i = 0; i + 1 < journal.size(); i++) {
        Require(journal[i].status == 0 || journal[i].status == REEVE_OUTCOME_REJECTED ||
                    journal[i].sequence != newest.sequence,
                "P4: two ends of one dispatch", Name(newest.job));
    }
}

void EngineDriver::OnStart(const reeve_engine_start_job &start)
{
    const int kind = reeve_sim::KindOf(reeve_bytes_cstr(start.task->name));
    const std::string job = Text(reeve_id_view(&start.job_id));
    Require(handles_.insert(start.handle).second, "P4: a handle was used twice");
    Require(kind < reeve_sim::kKinds && kind != reeve_sim::kDenied, "P3: not on the allowlist");
    Require(start.input.len <= kMaxInput, "P7: too large an input");
    Require(start.deadline_ms > now.boot_ms, "P3: started when its time was over");
    Trace("  start %s: %s attempt %u", Name(job).c_str(), start.task->name, start.attempt);
    Run run;
    run.job = job;
    run.kind = kind;
    run.attempt = start.attempt;
    run.input = Text(start.input);
    running[start.handle] = run;
    started++;
    Require(running.size() <= kMaxInFlight, "P7: jobs");
    if (Idempotent(kind)) {
        return;
    }
    const Record *intent = nullptr;
    for (size_t i = 0; i < synced; i++) {
        const Record &record = journal[i];
        if (record.type == REEVE_JOURNAL_INTENT && record.job == job &&
            record.attempt == start.attempt && sequences_.count(record.sequence) == 0) {
            intent = &record;
        }
    }
    Require(intent != nullptr, "P4: started without a durable intent of its own", Name(job));
    sequences_.insert(intent->sequence);
    if (reeve_sim::Task(kind).approved) {
        Require(approved == nullptr || approved->count(job) == 1, "P3: nobody approved it");
        for (const uint32_t before : approvals_used_[job]) {
            Require(before < start.attempt, "P4: an approval was used twice", Name(job));
        }
        for (const Record &record : journal) {
            Require(record.job != job || record.status == 0 || record.attempt >= start.attempt ||
                        record.effect == REEVE_EFFECT_NONE,
                    "P4: started again after an effect", Name(job));
        }
        approvals_used_[job].push_back(start.attempt);
    }
}

// A runner may say that it did not begin, and a dispatch that comes again is refused: only of other
// ends there is at most one (CheckJournal).
void EngineDriver::CheckEnds() const
{
    for (const uint64_t sequence : sequences_) {
        bool ended = false;
        for (const Record &record : journal) {
            ended = ended || (record.status != 0 && record.sequence == sequence);
        }
        Require(ended, "P5: it started, and has no end", std::to_string(sequence));
    }
}

// ---- what leaves ----

void EngineDriver::CheckLeaves(reeve_bytes record, const char *what)
{
    const auto at = lsn_of_.find(Text(record));
    Require(at != lsn_of_.end(), "P4: sent, and not in the journal", what);
    Require(at->second <= synced, "P4: sent before it was durable", what);
}

void EngineDriver::CheckBatch(const std::string &bytes)
{
    std::vector<reeve_worker_frame> frames;
    reeve_arena_reset(&arena_);
    Require(reeve_sim::ReadFrames(bytes, &arena_, &frames), "a message that does not decode");
    for (const reeve_worker_frame &frame : frames) {
        Trace("  send %s", reeve_worker_frame_name(frame.type));
        if (frame.type == REEVE_WORKER_FRAME_OUTCOME) {
            sent_outcomes++;
            CheckLeaves(frame.as.outcome.audit.record, "an outcome");
        } else if (frame.type == REEVE_WORKER_FRAME_AUDIT) {
            for (size_t i = 0; i < frame.as.audit_batch.entries.count; i++) {
                CheckLeaves(frame.as.audit_batch.entries.items[i].record, "an audit record");
            }
        }
    }
    const bool small = frames.size() == 1 || bytes.size() <= REEVE_BATCH_BYTES;
    Require(!frames.empty() && small, "P7: a batch's size");
}

void EngineDriver::CheckBounds()
{
    Require(memory_.bytes() <= kMaxWorkerMemory, "P7: memory", std::to_string(memory_.bytes()));
    Require(reeve_engine_read_marks(engine_).oldest_needed_lsn <= journal.size() + 1, "P4: marks");
}

} // namespace reeve::fuzz
