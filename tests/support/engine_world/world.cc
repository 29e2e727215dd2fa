// SPDX-License-Identifier: Apache-2.0
//
// The process: its tasks, its policy, its journal; and what a test reads of it all.
#include "tests/support/engine_world.h"

#include <gtest/gtest.h>

#include "tests/support/bytes.h"
#include "tests/support/engine_world/tasks.h"

using reeve::test::Text;
using reeve::test::View;

EngineWorld::EngineWorld(const WorldOptions &options) : options_(options)
{
    reeve_random_seed(&random_, options.seed);
    reeve_random_seed(&gateway_random_, options.seed ^ 0x9e3779b97f4a7c15u);
    reeve_arena_init(&arena_, nullptr, size_t{1} << 30, 1u << 16);
    for (reeve_key *key : {&audit_key_, &approver_, &gateway_key_}) {
        reeve_key_init(key);
        EXPECT_EQ(reeve_key_generate(key, &gateway_random_.random), REEVE_OK);
    }
    tasks_ = WorldTasks();
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
