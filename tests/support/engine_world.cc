// SPDX-License-Identifier: Apache-2.0
//
// The world behind engine_world.h.
#include "tests/support/engine_world.h"

#include <gtest/gtest.h>

#include <cstring>

#include "agent/audit/commitment.h"
#include "agent/base/hash.h"
#include "agent/codec/job_spec.h"

namespace
{

reeve_bytes View(const std::string &s)
{
    return reeve_bytes_of(s.data(), s.size());
}

std::string Text(reeve_bytes b)
{
    return b.len == 0 ? std::string() : std::string(reinterpret_cast<const char *>(b.data), b.len);
}

std::string Key(const reeve_id &id)
{
    return Text(reeve_id_view(&id));
}

reeve_task Task(const char *name, reeve_idempotency idempotency)
{
    reeve_task task = {};
    task.name = name;
    task.system = "desk";
    task.idempotency = static_cast<uint8_t>(idempotency);
    task.binding = REEVE_BINDING_NATIVE;
    reeve_digest digest = reeve_sha256_of(reeve_bytes_cstr(name));
    std::memcpy(task.fingerprint, digest.bytes, sizeof task.fingerprint);
    return task;
}

// A request with a sensitive field; the engine looks at nothing else of it.
const reeve_message *SensitiveMessage()
{
    static reeve_field field;
    static reeve_message message;
    field.name = "card";
    field.json_name = "card";
    field.number = 1;
    field.type = REEVE_TYPE_STRING;
    field.cardinality = REEVE_IMPLICIT;
    field.flags = REEVE_FIELD_SENSITIVE;
    message.name = "demo.v1.ApprovedRequest";
    message.fields_count = 1;
    message.fields = &field;
    return &message;
}

// The fingerprint of an older version of kCreate that this one takes jobs of.
const char kOlderCreate[] = "an older demo.v1.Desk/Create";

const uint8_t (*Accepted())[32]
{
    static uint8_t accepted[1][32];
    const reeve_digest digest = reeve_sha256_of(reeve_bytes_cstr(kOlderCreate));
    std::memcpy(accepted[0], digest.bytes, sizeof accepted[0]);
    return accepted;
}

std::vector<reeve_task> Tasks()
{
    std::vector<reeve_task> tasks;
    tasks.push_back(Task(kApproved, REEVE_NOT_IDEMPOTENT));
    tasks.back().approvals = 1;
    tasks.back().input = SensitiveMessage();
    tasks.push_back(Task(kCreate, REEVE_NOT_IDEMPOTENT));
    tasks.back().accepted = Accepted();
    tasks.back().accepted_count = 1;
    tasks.push_back(Task(kDenied, REEVE_NOT_IDEMPOTENT));
    tasks.push_back(Task(kGet, REEVE_NO_SIDE_EFFECTS));
    tasks.push_back(Task(kPut, REEVE_IDEMPOTENT));
    tasks.back().max_in_flight = 2;
    tasks.push_back(Task(kStream, REEVE_NO_SIDE_EFFECTS));
    tasks.back().server_streaming = true;
    tasks.push_back(Task(kTail, REEVE_NOT_IDEMPOTENT));
    tasks.back().server_streaming = true;
    tasks.push_back(Task(kUnconfigured, REEVE_NOT_IDEMPOTENT));
    return tasks;
}

} // namespace

EngineWorld::EngineWorld(const WorldOptions &options) : options_(options)
{
    reeve_random_seed(&random_, options.seed);
    reeve_random_seed(&gateway_random_, options.seed ^ 0x9e3779b97f4a7c15u);
    reeve_arena_init(&arena_, nullptr, size_t{1} << 30, 1u << 16);
    for (reeve_key *key : {&audit_key_, &approver_, &gateway_key_}) {
        reeve_key_init(key);
        EXPECT_EQ(reeve_key_generate(key, &gateway_random_.random), REEVE_OK);
    }
    tasks_ = Tasks();
    for (const reeve_task &task : tasks_) {
        pointers_.push_back(&task);
        unconfigured_.push_back(std::string(task.name) == kUnconfigured ? 1 : 0);
    }
    table_.version = REEVE_TABLE_VERSION;
    table_.count = static_cast<uint32_t>(pointers_.size());
    table_.tasks = pointers_.data();
    MakePolicy(true);
    reeve_audit_chain_init(&gw_durable, journal_id_);
    gw_received = gw_durable;
}

EngineWorld::~EngineWorld()
{
    reeve_engine_free(engine);
    reeve_arena_clear(&arena_);
    FreePolicy();
    for (reeve_key *key : {&audit_key_, &approver_, &gateway_key_}) {
        reeve_key_clear(key);
    }
}

void EngineWorld::MakePolicy(bool allow_create)
{
    std::vector<reeve_allow> allow;
    for (const char *name : {kApproved, kCreate, kGet, kPut, kStream, kTail, kUnconfigured}) {
        if (name == kCreate && !allow_create) {
            continue;
        }
        reeve_allow entry = {};
        entry.task = reeve_bytes_cstr(name);
        allow.push_back(entry);
    }
    reeve_approver approver = {};
    approver.name = reeve_bytes_cstr("ann");
    approver.key = approver_.public_key;
    reeve_policy_options options = {};
    options.allow = allow.data();
    options.allow_count = allow.size();
    options.approvers = &approver;
    options.approver_count = 1;
    if (policy_ != nullptr) {
        old_policies_.push_back(policy_);
    }
    EXPECT_EQ(reeve_policy_new(&options, nullptr, &policy_), REEVE_OK);
}

void EngineWorld::FreePolicy()
{
    reeve_policy_free(policy_);
    for (reeve_policy *old : old_policies_) {
        reeve_policy_free(old);
    }
}

void EngineWorld::Line(const std::string &line)
{
    trace_.push_back(line);
}

std::vector<std::string> EngineWorld::Trace()
{
    std::vector<std::string> trace;
    trace.swap(trace_);
    return trace;
}

// ---- the process ----

bool EngineWorld::Boot()
{
    reeve_engine_options o = {};
    o.tasks = &table_;
    o.policy.trust = policy_;
    static_assert(sizeof(bool) == 1, "unconfigured_ is read as bool");
    o.policy.unconfigured = reinterpret_cast<const bool *>(unconfigured_.data());
    o.policy.limits.max_in_flight = options_.max_in_flight;
    o.policy.limits.max_running = options_.max_running;
    o.policy.limits.max_unsettled = options_.max_unsettled;
    o.policy.limits.max_replay_entries = options_.max_replay_entries;
    o.policy.limits.max_memory_bytes = options_.max_memory_bytes;
    o.policy.limits.max_input_bytes = options_.max_input_bytes;
    o.policy.limits.max_frame_bytes = options_.max_frame_bytes;
    o.policy.limits.max_spool_bytes = options_.max_spool_bytes;
    o.policy.limits.window_results = options_.window_results;
    o.policy.limits.window_bytes = options_.window_bytes;
    o.policy.backoff_cap_ms = backoff_cap_ms;
    o.identity = "spiffe://acme/desk";
    o.build = "reeve-agent/test";
    o.journal_id = journal_id_;
    o.boot_id = reeve_random_id(&random_.random);
    o.audit_key = &audit_key_;
    o.random = &random_.random;
    o.allocator = options_.allocator;
    if (reeve_engine_new(&o, &engine) != REEVE_OK) {
        return false;
    }
    for (const WorldRecord &record : journal) {
        reeve_status status =
            reeve_engine_replay(engine, record.type, record.lsn, View(record.bytes));
        if (status == REEVE_NO_MEMORY) {
            return false;
        }
        EXPECT_EQ(status, REEVE_OK) << "replaying lsn " << record.lsn;
    }
    reeve_status status = reeve_engine_start(engine, journal.size() + 1, now);
    if (status == REEVE_NO_MEMORY) {
        return false;
    }
    EXPECT_EQ(status, REEVE_OK);
    Drive();
    return true;
}

void EngineWorld::Crash(bool lose_unsynced)
{
    reeve_engine_free(engine);
    engine = nullptr;
    running.clear();
    spool.clear(); // the next process begins with an empty one
    spool_asked = false;
    other_ = {};
    link = 0;
    connect_asked = false;
    link_up = false;
    send_in_flight = false;
    exited = false;
    if (lose_unsynced) {
        journal.resize(synced);
    }
    synced = journal.size();
    Line("CRASH");
}

// ---- events ----

void EngineWorld::Fire(const reeve_engine_event &event)
{
    if (engine == nullptr || (exited && event.type != REEVE_EVENT_JOB_FINISHED)) {
        return;
    }
    reeve_engine_handle(engine, &event, now);
    Drive();
}

void EngineWorld::Other()
{
    std::swap(link, other_.link);
    std::swap(link_up, other_.link_up);
    std::swap(connect_asked, other_.connect_asked);
    std::swap(send_in_flight, other_.send_in_flight);
    std::swap(welcomed_, other_.welcomed);
    std::swap(resume_done_, other_.resume_done);
    std::swap(fenced_, other_.fenced);
    std::swap(resumed, other_.resumed);
    std::swap(gw_received, other_.gw_received);
    std::swap(gw_granted, other_.gw_granted);
    std::swap(gw_given, other_.gw_given);
    std::swap(beat_sequence_, other_.beat_sequence);
    std::swap(last_beat_, other_.last_beat);
    std::swap(beat_sent_ms_, other_.beat_sent_ms);
    std::swap(hello_ms_, other_.hello_ms);
}

// Carries out what is about one link as if that one were looked at.
void EngineWorld::OnLink(uint32_t number, const std::function<void()> &run)
{
    if (number == link) {
        run();
        return;
    }
    ASSERT_EQ(number, other_.link) << "an action for a link that is gone";
    Other();
    run();
    Other();
}

void EngineWorld::NextSaysHello()
{
    ASSERT_TRUE(HasOther());
    Other();
    Up();
    Sync();
}

void EngineWorld::Drive()
{
    reeve_engine_action action;
    for (int i = 0; reeve_engine_next_action(engine, &action); i++) {
        if (i > 1000000) {
            ADD_FAILURE() << "the engine never stops giving actions";
            return;
        }
        Carry(action);
    }
    if (auto_sent && send_in_flight && link_up) {
        send_in_flight = false;
        reeve_engine_event event = {};
        event.type = REEVE_EVENT_LINK_SENT;
        event.u.link.link = link;
        Fire(event);
    }
    if (auto_sent && other_.send_in_flight && other_.link_up) {
        other_.send_in_flight = false;
        reeve_engine_event event = {};
        event.type = REEVE_EVENT_LINK_SENT;
        event.u.link.link = other_.link;
        Fire(event);
    }
    while (auto_spool && spool_asked && !in_spool_ && !exited) {
        in_spool_ = true;
        SpoolDone();
        in_spool_ = false;
    }
}

void EngineWorld::Carry(reeve_engine_action &action)
{
    switch (action.type) {
    case REEVE_ACTION_CONNECT:
        EXPECT_GT(action.u.connect.link, std::max(link, other_.link));
        EXPECT_FALSE(connect_asked && other_.connect_asked) << "P7: a third link";
        if (connect_asked) { // make before break
            EXPECT_TRUE(welcomed_ && resume_done_) << "a second link beside one that is not live";
            other_ = {};
            other_.link = action.u.connect.link;
            other_.connect_asked = true;
        } else {
            link = action.u.connect.link;
            connect_asked = true;
        }
        Line("CONNECT");
        return;
    case REEVE_ACTION_CLOSE:
        EXPECT_TRUE(action.u.close.link == link || action.u.close.link == other_.link);
        closed_link = action.u.close.link;
        closed_code = static_cast<int>(action.u.close.session_code);
        Line(std::string("CLOSE ") +
             reeve_session_code_name(static_cast<reeve_session_code>(closed_code)));
        return;
    case REEVE_ACTION_SEND:
        OnLink(action.u.send.link, [&] { OnSend(action); });
        return;
    case REEVE_ACTION_APPEND:
        OnAppend(action);
        return;
    case REEVE_ACTION_START_JOB:
        OnStart(action.u.start);
        return;
    case REEVE_ACTION_CANCEL_JOB:
        EXPECT_EQ(running.count(action.u.cancel.handle), 1u);
        running[action.u.cancel.handle].cancelled = static_cast<int>(action.u.cancel.why);
        Line("CANCEL " + running[action.u.cancel.handle].task);
        return;
    case REEVE_ACTION_RELEASE_RESULTS:
        EXPECT_EQ(running.count(action.u.release.handle), 1u);
        EXPECT_GT(action.u.release.results, running[action.u.release.handle].released);
        running[action.u.release.handle].released = action.u.release.results;
        running[action.u.release.handle].released_bytes = action.u.release.bytes;
        Line("RELEASE " + std::to_string(action.u.release.results));
        return;
    case REEVE_ACTION_SPOOL_WRITE:
    case REEVE_ACTION_SPOOL_READ:
    case REEVE_ACTION_SPOOL_REMOVE:
        OnSpool(action);
        return;
    case REEVE_ACTION_NOTE:
        notes[action.u.note.code]++;
        if (action.u.note.code == REEVE_NOTE_INVARIANT) {
            ADD_FAILURE() << "invariant: " << (action.u.note.state ? action.u.note.state : "");
        }
        return;
    case REEVE_ACTION_EXIT:
        exited = true;
        exit_status = action.u.exit.status;
        Line(std::string("EXIT ") + reeve_status_name(exit_status));
        return;
    }
    ADD_FAILURE() << "unknown action";
}

void EngineWorld::OnSpool(reeve_engine_action &action)
{
    EXPECT_FALSE(spool_asked) << "P7: two operations of the spool";
    spool_asked = true;
    spool_work = {};
    spool_work.type = action.type;
    if (action.type == REEVE_ACTION_SPOOL_WRITE) {
        spool_work.stream = action.u.spool_write.stream;
        spool_work.from = action.u.spool_write.number;
        spool_work.bytes = Text(reeve_buffer_view(&action.u.spool_write.bytes));
        reeve_buffer_clear(&action.u.spool_write.bytes);
        EXPECT_EQ(spool.count({spool_work.stream, spool_work.from}), 0u) << "a name used twice";
        spool_writes++;
        Line("SPOOL WRITE");
    } else if (action.type == REEVE_ACTION_SPOOL_READ) {
        spool_work.stream = action.u.spool_read.stream;
        spool_work.from = action.u.spool_read.number;
        spool_reads++;
        Line("SPOOL READ");
        spool_work.size = action.u.spool_read.bytes;
    } else {
        spool_work.stream = action.u.spool_remove.stream;
        spool_work.from = action.u.spool_remove.from;
        spool_work.until = action.u.spool_remove.until;
        EXPECT_LT(spool_work.from, spool_work.until);
        Line("SPOOL REMOVE");
    }
}

uint64_t EngineWorld::SpoolBytes() const
{
    uint64_t bytes = 0;
    for (const auto &[name, block] : spool) {
        bytes += block.size();
    }
    return bytes;
}

void EngineWorld::SpoolDone(reeve_status status)
{
    ASSERT_TRUE(spool_asked);
    spool_asked = false;
    const WorldSpoolWork work = spool_work;
    reeve_buffer read;
    reeve_buffer_init(&read, nullptr, size_t{64} << 20);
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_SPOOL_DONE;
    event.u.spool.status = status;
    if (work.type == REEVE_ACTION_SPOOL_WRITE) {
        const size_t half = work.bytes.size() / 2;
        spool[{work.stream, work.from}] =
            status == REEVE_OK ? work.bytes : work.bytes.substr(0, half);
        spool_most_bytes = std::max(spool_most_bytes, SpoolBytes());
        EXPECT_LE(SpoolBytes(), options_.max_spool_bytes) << "P7: over its bound";
    } else if (work.type == REEVE_ACTION_SPOOL_READ && status == REEVE_OK) {
        ASSERT_EQ(spool.count({work.stream, work.from}), 1u) << "read what is not there";
        const std::string &block = spool[{work.stream, work.from}];
        ASSERT_EQ(reeve_buffer_append(&read, View(block)), REEVE_OK);
        const bool whole = block.size() == work.size;
        event.u.spool.status = whole ? REEVE_OK : REEVE_CORRUPT;
        event.u.spool.bytes = whole ? &read : nullptr;
    } else if (work.type == REEVE_ACTION_SPOOL_REMOVE && status == REEVE_OK) {
        spool.erase(spool.lower_bound({work.stream, work.from}),
                    spool.lower_bound({work.stream, work.until}));
    }
    Fire(event);
    reeve_buffer_clear(&read);
}

void EngineWorld::OnAppend(const reeve_engine_action &action)
{
    EXPECT_EQ(action.u.append.lsn, journal.size() + 1) << "the journal numbers without holes";
    journal.push_back({action.u.append.type, action.u.append.lsn, Text(action.u.append.record)});
    Line(std::string("APPEND ") +
         reeve_journal_record_name(static_cast<reeve_journal_record_type>(action.u.append.type)));
}

bool EngineWorld::IsDurable(uint8_t type,
                            const std::function<bool(const reeve_journal_record &)> &match)
{
    for (size_t i = synced; i-- > 0;) {
        if (journal[i].type != type) {
            continue;
        }
        reeve_journal_record record;
        EXPECT_EQ(reeve_journal_record_decode(type, View(journal[i].bytes), &arena_, &record),
                  REEVE_OK);
        if (match(record)) {
            return true;
        }
    }
    return false;
}

void EngineWorld::OnStart(const reeve_engine_start_job &start)
{
    std::string job = Key(start.job_id);
    Line(std::string("START ") + start.task->name);
    EXPECT_EQ(running.count(start.handle), 0u) << "P4: a handle was used twice";
    EXPECT_TRUE(link_up || other_.link_up || start.task->idempotency == REEVE_NOT_IDEMPOTENT)
        << "P4: started without a session, and without a durable intent";
    EXPECT_LE(now.boot_ms, lease_base_ms_ + gw_lease_ms) << "P4: started after the lease ran out";
    WorldRunning &run = running[start.handle];
    run = {job, start.task->name, Text(start.input), start.deadline_ms};
    run.max_output_bytes = start.max_output_bytes;
    if (start.task->idempotency == REEVE_NOT_IDEMPOTENT) {
        EXPECT_TRUE(starts[job].empty()) << "P4: not idempotent, and started twice";
        EXPECT_TRUE(IsDurable(REEVE_JOURNAL_INTENT, [&](const reeve_journal_record &r) {
            return Key(r.as.job_intent.job_id) == job;
        })) << "P4: started before its intent was durable";
    }
    starts[job].push_back(start.attempt);
}

void EngineWorld::Up()
{
    ASSERT_TRUE(connect_asked);
    link_up = true;
    welcomed_ = false;
    resume_done_ = false;
    fenced_ = false;
    resumed.clear();
    if (!other_.link_up) {
        Supersede();
    }
    gw_granted = 0;
    gw_given = 0;
    beat_sequence_ = 0;
    last_beat_ = 0;
    beat_sent_ms_.clear();
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_LINK_UP;
    event.u.link.link = link;
    Fire(event);
}

// What the gateway had not made durable is gone with the older session.
void EngineWorld::Supersede()
{
    gw_received = gw_durable;
    while (!outcomes.empty() && outcomes.back().audit_sequence > gw_durable.sequence) {
        outcomes.pop_back();
    }
    for (auto &[key, stream] : streams) {
        stream.messages.resize(stream.durable);
        stream.partial.clear();
    }
    unary.clear();
}

void EngineWorld::Renew()
{
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_RENEW;
    Fire(event);
}

void EngineWorld::Leaving()
{
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_LINK_LEAVING;
    event.u.link.link = link;
    Fire(event);
}

void EngineWorld::DrainSession()
{
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_DRAIN;
    Send(frame);
}

void EngineWorld::Down(reeve_status status)
{
    ASSERT_TRUE(connect_asked);
    connect_asked = false;
    link_up = false;
    send_in_flight = false;
    Line("DOWN");
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_LINK_DOWN;
    event.u.link.link = link;
    event.u.link.status = status;
    Fire(event);
}

void EngineWorld::Sync(uint64_t free_bytes)
{
    // What is appended because of this is synced by the next call only, but a test wants quiet.
    while (engine != nullptr && !exited && synced < journal.size()) {
        synced = journal.size();
        Line("SYNC");
        reeve_engine_event event = {};
        event.type = REEVE_EVENT_JOURNAL_SYNCED;
        event.u.synced.lsn = journal.back().lsn;
        event.u.synced.free_bytes = free_bytes;
        Fire(event);
    }
}

void EngineWorld::FailJournal(reeve_status status)
{
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_JOURNAL_FAILED;
    event.u.failed.status = status;
    Fire(event);
}

void EngineWorld::Tick()
{
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_TICK;
    Fire(event);
}

void EngineWorld::Advance(uint64_t ms)
{
    uint64_t until = now.boot_ms + ms;
    for (int i = 0; engine != nullptr && !exited; i++) {
        uint64_t next = reeve_engine_next_deadline(engine);
        if (next > until) {
            break;
        }
        if (i > 100000) {
            ADD_FAILURE() << "deadlines do not move on";
            break;
        }
        if (next > now.boot_ms) {
            now.unix_ms += static_cast<int64_t>(next - now.boot_ms);
            now.boot_ms = next;
        }
        Tick();
    }
    now.unix_ms += static_cast<int64_t>(until - now.boot_ms);
    now.boot_ms = until;
}

void EngineWorld::Drain(uint64_t within_ms)
{
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_DRAIN;
    event.u.drain.deadline_ms = now.boot_ms + within_ms;
    Fire(event);
}

void EngineWorld::Finish(reeve_job_handle handle, reeve_outcome_status status, reeve_effect effect,
                         const std::string &output, reeve_reason reason)
{
    ASSERT_EQ(running.count(handle), 1u);
    Line("FINISH " + running[handle].task);
    running.erase(handle);
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, size_t{64} << 20);
    ASSERT_EQ(reeve_buffer_append(&buffer, View(output)), REEVE_OK);
    reeve_engine_result result = {};
    result.status = static_cast<uint8_t>(status);
    result.effect = static_cast<uint8_t>(effect);
    result.reason = static_cast<uint32_t>(reason);
    result.output = &buffer;
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_JOB_FINISHED;
    event.u.finished.handle = handle;
    event.u.finished.result = &result;
    Fire(event);
    EXPECT_EQ(buffer.data, nullptr) << "the output was not taken";
    reeve_buffer_clear(&buffer);
}

void EngineWorld::FinishAll()
{
    while (!running.empty()) {
        auto [handle, job] = *running.begin();
        Finish(handle, REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE, "output of " + job.input);
    }
}

void EngineWorld::Emit(reeve_job_handle handle, const std::string &message)
{
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, size_t{64} << 20);
    ASSERT_EQ(reeve_buffer_append(&buffer, View(message)), REEVE_OK);
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_JOB_RESULT;
    event.u.job_result.handle = handle;
    event.u.job_result.message = &buffer;
    Fire(event);
    EXPECT_EQ(buffer.data, nullptr) << "the message was not taken";
    reeve_buffer_clear(&buffer);
}

void EngineWorld::Configure(bool allow_create)
{
    MakePolicy(allow_create);
    reeve_engine_policy policy = {};
    policy.trust = policy_;
    policy.unconfigured = reinterpret_cast<const bool *>(unconfigured_.data());
    policy.backoff_cap_ms = backoff_cap_ms;
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_CONFIGURATION;
    event.u.policy = &policy;
    Fire(event);
}

void EngineWorld::Message(const std::string &bytes)
{
    // A block of exactly this length, so that the sanitizer sees a read behind its end.
    std::unique_ptr<char[]> exact(new char[bytes.size()]);
    std::copy(bytes.begin(), bytes.end(), exact.get());
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_LINK_MESSAGE;
    event.u.link.link = link;
    event.u.link.message = reeve_bytes_of(exact.get(), bytes.size());
    Fire(event);
}

// ---- what the worker sends ----

void EngineWorld::OnSend(reeve_engine_action &action)
{
    EXPECT_TRUE(link_up);
    EXPECT_EQ(action.u.send.link, link);
    EXPECT_FALSE(send_in_flight) << "P7: two sends in flight";
    send_in_flight = true;
    kept_.push_back(Text(reeve_buffer_view(&action.u.send.message)));
    reeve_buffer_clear(&action.u.send.message);
    const std::string &bytes = kept_.back();
    reeve_batch_reader reader;
    reeve_batch_reader_init(&reader, View(bytes), gw_max_frame);
    size_t frames = 0;
    for (;; frames++) {
        reeve_batch_frame raw;
        ASSERT_EQ(reeve_batch_reader_next(&reader, &raw), REEVE_OK);
        if (raw.number == 0) {
            break;
        }
        reeve_worker_frame frame;
        ASSERT_EQ(reeve_worker_frame_decode(raw.number, raw.payload, &arena_, &frame), REEVE_OK);
        OnFrame(frame);
    }
    EXPECT_GT(frames, 0u);
    EXPECT_TRUE(frames == 1 || bytes.size() <= REEVE_BATCH_BYTES) << "P7: " << bytes.size();
}

void EngineWorld::OnFrame(const reeve_worker_frame &frame)
{
    Line(std::string("SEND ") + reeve_worker_frame_name(frame.type));
    if (frame.type == REEVE_WORKER_FRAME_HELLO) {
        OnHello(frame.as.hello);
        return;
    }
    if (fenced_) {
        return; // nobody looks at it
    }
    EXPECT_TRUE(welcomed_) << "a frame before Welcome";
    if (!resume_done_) {
        EXPECT_TRUE(frame.type == REEVE_WORKER_FRAME_RESUME ||
                    frame.type == REEVE_WORKER_FRAME_RESUME_DONE)
            << "P4: a frame before ResumeDone: " << reeve_worker_frame_name(frame.type);
        EXPECT_TRUE(IsDurable(REEVE_JOURNAL_EPOCH, [&](const reeve_journal_record &r) {
            return r.as.epoch_entered.epoch == gw_epoch;
        })) << "P4: sent before the epoch was durable";
    }
    switch (frame.type) {
    case REEVE_WORKER_FRAME_RESUME:
        EXPECT_LE(frame.as.resume.entries.count, 512u);
        resumed.insert(resumed.end(), frame.as.resume.entries.items,
                       frame.as.resume.entries.items + frame.as.resume.entries.count);
        return;
    case REEVE_WORKER_FRAME_RESUME_DONE:
        EXPECT_EQ(frame.as.resume_done.entries, resumed.size());
        resume_done_ = true;
        return;
    case REEVE_WORKER_FRAME_LIMIT:
        gw_granted = std::max(gw_granted, frame.as.limit.dispatches);
        EXPECT_LE(gw_granted - gw_given, options_.max_in_flight) << "P7: more than fits";
        return;
    case REEVE_WORKER_FRAME_OUTCOME:
        OnOutcome(frame.as.outcome);
        return;
    case REEVE_WORKER_FRAME_RESULT_CHUNK:
        OnChunk(frame.as.result_chunk);
        return;
    case REEVE_WORKER_FRAME_AUDIT:
        OnAudit(frame.as.audit_batch);
        return;
    case REEVE_WORKER_FRAME_HEARTBEAT:
        heartbeats++;
        EXPECT_EQ(frame.as.heartbeat.sequence, last_beat_ + 1);
        last_beat_ = frame.as.heartbeat.sequence;
        beat_sent_ms_[last_beat_] = now.boot_ms;
        return;
    case REEVE_WORKER_FRAME_RECALLED:
        recalled.insert(recalled.end(), frame.as.recalled.sequences.items,
                        frame.as.recalled.sequences.items + frame.as.recalled.sequences.count);
        return;
    default:
        return;
    }
}

void EngineWorld::OnHello(const reeve_hello &frame)
{
    hello = frame;
    hello_ms_ = now.boot_ms;
    for (size_t i = 0; i < frame.tasks.count; i++) {
        const reeve_task_offer &offer = frame.tasks.items[i];
        std::vector<std::string> &older = accepted[Text(offer.task)];
        older.clear();
        for (size_t j = 0; j < offer.accepted_fingerprints.count; j++) {
            older.push_back(Text(offer.accepted_fingerprints.items[j]));
        }
    }
    EXPECT_FALSE(welcomed_);
    EXPECT_TRUE(IsDurable(REEVE_JOURNAL_HELLO, [&](const reeve_journal_record &r) {
        return reeve_id_equal(r.as.hello_prepared.nonce, frame.nonce);
    })) << "P4: Hello before its nonce was durable";
}

uint64_t EngineWorld::TakeEntry(const reeve_audit_entry &entry)
{
    reeve_audit_record record;
    EXPECT_EQ(reeve_audit_record_decode(entry.record, &arena_, &record), REEVE_OK);
    EXPECT_EQ(reeve_audit_chain_follow(&gw_received, entry.record, &arena_), REEVE_OK)
        << "P5: record " << record.sequence << " does not follow " << gw_received.sequence;
    return record.sequence;
}

void EngineWorld::OnOutcome(const reeve_outcome &outcome)
{
    EXPECT_TRUE(IsDurable(REEVE_JOURNAL_OUTCOME, [&](const reeve_journal_record &r) {
        reeve_outcome stored;
        EXPECT_EQ(reeve_outcome_decode(r.as.job_outcome.frame, &arena_, &stored), REEVE_OK);
        return stored.sequence == outcome.sequence && stored.status == outcome.status;
    })) << "P4: an outcome was sent before it was durable";
    uint64_t audit_sequence = TakeEntry(outcome.audit);
    CheckResults(outcome);
    reeve_audit_record record;
    EXPECT_EQ(reeve_audit_record_decode(outcome.audit.record, &arena_, &record), REEVE_OK);
    std::string job = Key(outcome.job_id);
    std::string output = Text(outcome.output);
    if (output.empty() && unary.count(job) != 0) {
        output = unary[job];
    }
    outcomes.push_back(
        {job, outcome.attempt, outcome.sequence, outcome.status, outcome.effect,
         outcome.error.reason, output, audit_sequence,
         outcome.audit.input_body.data != nullptr && outcome.audit.input_body.len == 0,
         outcome.results, Text(reeve_digest_view(&record.as.job_ended.fingerprint))});
    Line(std::string("  ") + reeve_outcome_status_name(outcome.status) + " " +
         reeve_effect_name(outcome.effect) +
         (outcome.has_error ? std::string(" ") + reeve_reason_name(outcome.error.reason) : ""));
}

// The record counts what the outcome counts, all of it durable, and commits to the results' chain.
void EngineWorld::CheckResults(const reeve_outcome &outcome)
{
    reeve_audit_record record;
    ASSERT_EQ(reeve_audit_record_decode(outcome.audit.record, &arena_, &record), REEVE_OK);
    EXPECT_EQ(record.as.job_ended.results, outcome.results);
    if (outcome.results == 0) {
        return;
    }
    WorldStream &stream = streams[{Key(outcome.job_id), outcome.attempt}];
    ASSERT_LE(outcome.results, stream.durable) << "P4: results that are not durable are promised";
    reeve_digest head = {};
    for (size_t i = 0; i < outcome.results; i++) {
        head = reeve_audit_results_head(head, View(stream.messages[i]));
    }
    ASSERT_TRUE(record.as.job_ended.has_output);
    EXPECT_EQ(reeve_audit_commitment_check_complete(
                  &record.as.job_ended.output, outcome.audit.output_salt, reeve_digest_view(&head)),
              REEVE_OK);
}

void EngineWorld::OnChunk(const reeve_result_chunk &chunk)
{
    std::string job = Key(chunk.job_id);
    WorldStream &stream = streams[{job, chunk.attempt}];
    stream.chunks++;
    if (chunk.index < stream.messages.size()) {
        stream.repeated++;
        return;
    }
    EXPECT_LT(chunk.index, std::max(stream.limit, gw_result_window)) << "P7: over the limit";
    EXPECT_EQ(chunk.index, stream.messages.size()) << "P4: a result is missing";
    if (chunk.offset == 0) {
        stream.partial.clear();
    }
    EXPECT_EQ(chunk.offset, stream.partial.size());
    stream.partial += Text(chunk.data);
    if (!chunk.last) {
        EXPECT_FALSE(chunk.has_digest);
        return;
    }
    EXPECT_EQ(chunk.has_digest, chunk.offset > 0);
    if (chunk.has_digest) {
        EXPECT_TRUE(reeve_digest_equal(chunk.digest, reeve_sha256_of(View(stream.partial))));
    }
    stream.messages.push_back(stream.partial);
    unary[job] = stream.partial;
    stream.partial.clear();
}

void EngineWorld::OnAudit(const reeve_audit_batch &audit)
{
    for (size_t i = 0; i < audit.entries.count; i++) {
        TakeEntry(audit.entries.items[i]);
    }
    if (audit.has_checkpoint) {
        OnCheckpoint(audit.checkpoint);
    }
}

void EngineWorld::OnCheckpoint(const reeve_signed_checkpoint &checkpoint)
{
    reeve_checkpoint decoded;
    ASSERT_EQ(reeve_audit_checkpoint_verify(&checkpoint, &audit_key_.public_key, &decoded),
              REEVE_OK);
    EXPECT_EQ(decoded.sequence, gw_received.sequence) << "P5: not right behind its record";
    EXPECT_TRUE(reeve_digest_equal(decoded.head_hash, gw_received.head)) << "P5";
    gw_checkpoint = decoded.sequence;
}

// ---- what the gateway sends ----

std::string EngineWorld::Encode(const reeve_gateway_frame &frame) const
{
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, size_t{64} << 20);
    reeve_batch_writer writer;
    reeve_batch_writer_init(&writer, &buffer, size_t{32} << 20);
    EXPECT_EQ(reeve_batch_writer_add_gateway(&writer, &frame), REEVE_OK);
    std::string bytes = Text(reeve_buffer_view(&buffer));
    reeve_buffer_clear(&buffer);
    return bytes;
}

void EngineWorld::Send(const reeve_gateway_frame &frame)
{
    Message(Encode(frame));
}

WorldStream &EngineWorld::StreamOf(const WorldJob &job)
{
    return streams[{job.key(), job.attempt}];
}

void EngineWorld::SendResultAck(const std::string &job, uint32_t attempt)
{
    WorldStream &stream = streams[{job, attempt}];
    stream.limit = stream.durable + gw_result_window;
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_RESULT_ACK;
    std::memcpy(frame.as.result_ack.job_id.bytes, job.data(), job.size());
    frame.as.result_ack.attempt = attempt;
    frame.as.result_ack.next_index = stream.durable;
    frame.as.result_ack.limit = stream.limit;
    Send(frame);
}

void EngineWorld::AckResults(const WorldJob &job, size_t durable)
{
    WorldStream &stream = StreamOf(job);
    ASSERT_LE(durable, stream.messages.size());
    stream.durable = std::max(stream.durable, durable);
    SendResultAck(job.key(), job.attempt);
}

void EngineWorld::AckResults()
{
    for (int i = 0; i < 10000; i++) {
        std::vector<std::pair<std::string, uint32_t>> waiting;
        for (auto &[key, stream] : streams) {
            if (stream.durable < stream.messages.size()) {
                waiting.push_back(key);
                stream.durable = stream.messages.size();
            }
        }
        if (waiting.empty()) {
            return;
        }
        for (const auto &[job, attempt] : waiting) {
            SendResultAck(job, attempt);
        }
    }
    ADD_FAILURE() << "results without end";
}

void EngineWorld::Welcome(const std::function<void(reeve_welcome &)> &change)
{
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_WELCOME;
    reeve_welcome &w = frame.as.welcome;
    reeve_bytes pool = reeve_bytes_cstr("desk");
    w.version = 1;
    w.epoch = std::max(gw_epoch, hello.last_epoch) + 1;
    w.gateway_id = gw_id;
    w.tenant = reeve_bytes_cstr("acme");
    w.pools.items = &pool;
    w.pools.count = 1;
    w.dispatch_mark = gw_sequence;
    w.dispatch_base = gw_sequence;
    w.audit_sequence = gw_durable.sequence;
    w.audit_hash = gw_durable.head;
    w.heartbeat_interval_ms = gw_interval_ms;
    w.lease_ms = gw_lease_ms;
    w.max_frame_bytes = gw_max_frame;
    w.max_job_spec_bytes = 1u << 20;
    w.max_result_bytes = gw_max_result;
    w.result_limit = gw_result_window;
    w.max_job_results = gw_max_job_results;
    w.max_job_result_bytes = gw_max_job_result_bytes;
    w.time_unix_ms = now.unix_ms;
    w.rolled_back = gw_rolled_back;
    w.has_countersign_public_key = true;
    w.countersign_public_key = gateway_key_.public_key;
    if (change) {
        change(w);
    }
    gw_epoch = w.epoch;
    if (other_.welcomed && other_.link_up) {
        // The store compares Hello's marks with what it has by now.
        EXPECT_GE(hello.audit_sequence, gw_durable.sequence)
            << "P4: a gateway would take this worker for rolled back";
        other_.fenced = true;
    }
    Supersede();
    welcomed_ = true;
    lease_base_ms_ = hello_ms_;
    Send(frame);
}

void EngineWorld::Live(const std::function<void(reeve_welcome &)> &change)
{
    ASSERT_TRUE(Boot());
    ASSERT_TRUE(connect_asked);
    Sync();
    Up();
    Welcome(change);
    Sync();
}

void EngineWorld::Reconnect()
{
    if (link_up) {
        Down();
    }
    for (int i = 0; i < 1000 && !connect_asked; i++) {
        uint64_t next = reeve_engine_next_deadline(engine);
        ASSERT_NE(next, REEVE_NEVER_MS);
        Advance(next > now.boot_ms ? next - now.boot_ms : 0);
    }
    ASSERT_TRUE(connect_asked);
    Sync();
    Up();
    Welcome();
    Sync();
    AnswerResumed();
}

// The contract: a gateway says for each running job behind its Resume what it holds.
void EngineWorld::AnswerResumed()
{
    for (const reeve_resume_entry &entry : std::vector<reeve_resume_entry>(resumed)) {
        if (streams.count({Key(entry.job_id), entry.attempt}) != 0) {
            SendResultAck(Key(entry.job_id), entry.attempt);
        }
    }
}

WorldJob EngineWorld::Job(const std::string &task)
{
    WorldJob job;
    job.task = task;
    job.job_id = reeve_random_id(&gateway_random_.random);
    job.plan_id = reeve_random_id(&gateway_random_.random);
    job.not_before = now.unix_ms - 1000;
    job.not_after = now.unix_ms + 3600000;
    job.sign = task == kApproved;
    return job;
}

std::string EngineWorld::Spec(const WorldJob &job) const
{
    if (!job.raw_spec.empty()) {
        return job.raw_spec;
    }
    reeve_job_spec spec = {};
    spec.tenant = View(job.tenant);
    spec.job_id = job.job_id;
    spec.plan_id = job.plan_id;
    spec.task = View(job.task);
    const std::string version = job.older_fingerprint ? kOlderCreate : job.task;
    spec.fingerprint = reeve_sha256_of(View(job.wrong_fingerprint ? "another" : version));
    spec.input = View(job.input);
    spec.has_journal_id = !reeve_id_is_zero(job.audience);
    spec.journal_id = job.audience;
    spec.pool = spec.has_journal_id ? reeve_bytes_of(nullptr, 0) : View(job.pool);
    spec.not_before_unix_ms = job.not_before;
    spec.not_after_unix_ms = job.not_after;
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, size_t{32} << 20);
    EXPECT_EQ(reeve_job_spec_encode(&spec, &buffer), REEVE_OK);
    std::string bytes = Text(reeve_buffer_view(&buffer));
    reeve_buffer_clear(&buffer);
    return bytes;
}

void EngineWorld::Dispatch(const WorldJob &job)
{
    std::string spec = Spec(job);
    reeve_digest digest = reeve_sha256_of(View(spec));
    reeve_bytes digest_view = reeve_digest_view(&digest);
    reeve_plan_statement statement = {};
    statement.tenant = View(job.tenant);
    statement.plan_id = job.plan_id;
    statement.job_digests.items = &digest_view;
    statement.job_digests.count = 1;
    statement.issued_at_unix_ms = now.unix_ms;
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, 65536);
    EXPECT_EQ(reeve_plan_statement_encode(&statement, &buffer), REEVE_OK);
    reeve_signed sig;
    EXPECT_EQ(reeve_dsse_sign(&approver_, REEVE_PLAN_STATEMENT_TYPE, reeve_buffer_view(&buffer),
                              nullptr, &sig),
              REEVE_OK);
    reeve_signature signature = reeve_signed_view(&sig);
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_DISPATCH;
    reeve_dispatch &d = frame.as.dispatch;
    d.sequence = job.sequence != 0 ? job.sequence : ++gw_sequence;
    d.attempt = job.attempt;
    d.priority = job.priority;
    d.lease_ms = job.lease_ms;
    d.time_left_ms = job.time_left_ms;
    d.job_spec = View(spec);
    d.has_plan = job.sign;
    if (job.sign) {
        d.plan.statement = reeve_buffer_view(&buffer);
        d.plan.signatures.items = &signature;
        d.plan.signatures.count = 1;
    }
    gw_given++;
    Send(frame);
    reeve_buffer_clear(&buffer);
}

WorldJob EngineWorld::Give(const std::string &task)
{
    WorldJob job = Job(task);
    Dispatch(job);
    return job;
}

void EngineWorld::Ack()
{
    gw_durable = gw_received;
    if (!link_up || !welcomed_) {
        return;
    }
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_OUTCOME_ACK;
    frame.as.outcome_ack.audit_sequence = gw_durable.sequence;
    Send(frame);
}

void EngineWorld::Beat()
{
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_HEARTBEAT;
    frame.as.heartbeat.sequence = ++beat_sequence_;
    frame.as.heartbeat.answers = last_beat_;
    frame.as.heartbeat.ready = true;
    if (last_beat_ > 0) {
        lease_base_ms_ = std::max(lease_base_ms_, beat_sent_ms_[last_beat_]);
    }
    Send(frame);
}

void EngineWorld::Cancel(const WorldJob &job)
{
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_CANCEL;
    frame.as.cancel.job_id = job.job_id;
    Send(frame);
}

void EngineWorld::Retry(reeve_session_code code, uint64_t after_ms)
{
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_RETRY;
    frame.as.retry.code = code;
    frame.as.retry.after_ms = after_ms;
    frame.as.retry.message = reeve_bytes_cstr("later, please");
    Send(frame);
}

// ---- what happened ----

reeve_engine_status EngineWorld::Status() const
{
    reeve_engine_status status;
    reeve_engine_read_status(engine, now, &status);
    return status;
}

const WorldOutcome *EngineWorld::OutcomeOf(const WorldJob &job) const
{
    for (const WorldOutcome &outcome : outcomes) {
        if (outcome.job == job.key()) {
            return &outcome;
        }
    }
    return nullptr;
}

reeve_job_handle EngineWorld::HandleOf(const WorldJob &job) const
{
    for (const auto &[handle, run] : running) {
        if (run.job == job.key()) {
            return handle;
        }
    }
    return 0;
}

size_t EngineWorld::StartsOf(const WorldJob &job) const
{
    auto found = starts.find(job.key());
    return found == starts.end() ? 0 : found->second.size();
}

size_t EngineWorld::CountRecords(uint8_t type) const
{
    size_t count = 0;
    for (const WorldRecord &record : journal) {
        count += record.type == type ? 1 : 0;
    }
    return count;
}

std::string EngineWorld::IntentFingerprint() const
{
    for (const WorldRecord &stored : journal) {
        reeve_arena arena;
        reeve_journal_record record;
        std::string fingerprint;
        if (stored.type != REEVE_JOURNAL_INTENT) {
            continue;
        }
        reeve_arena_init(&arena, nullptr, 1u << 20, 0);
        EXPECT_EQ(reeve_journal_record_decode(stored.type, View(stored.bytes), &arena, &record),
                  REEVE_OK);
        fingerprint = Text(reeve_digest_view(&record.as.job_intent.fingerprint));
        reeve_arena_clear(&arena);
        return fingerprint;
    }
    return "";
}

std::vector<reeve_session_event_kind> EngineWorld::SessionEvents() const
{
    std::vector<reeve_session_event_kind> kinds;
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, 1u << 24, 0);
    for (const WorldRecord &stored : journal) {
        reeve_audit_entry entry;
        reeve_audit_record record;
        reeve_journal_record outer;
        if (stored.type != REEVE_JOURNAL_AUDIT) {
            continue;
        }
        EXPECT_EQ(reeve_journal_record_decode(stored.type, View(stored.bytes), &arena, &outer),
                  REEVE_OK);
        EXPECT_EQ(reeve_audit_entry_decode(outer.as.audit_appended.entry, &entry), REEVE_OK);
        EXPECT_EQ(reeve_audit_record_decode(entry.record, &arena, &record), REEVE_OK);
        if (record.event == REEVE_AUDIT_SESSION) {
            kinds.push_back(record.as.session.kind);
        }
    }
    reeve_arena_clear(&arena);
    return kinds;
}

uint64_t EngineWorld::Credit() const
{
    return gw_granted - gw_given;
}
