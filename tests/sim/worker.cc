// SPDX-License-Identifier: Apache-2.0
//
// A worker's process: how it starts, stops, crashes and drains.
#include "tests/sim/events.h"
#include "tests/sim/keys.h"
#include "tests/sim/world.h"

namespace reeve_sim
{

Worker::Worker(Sim &s, int n, const std::string &who) : sim(s), number(n), identity(who)
{
    reeve_memory_storage_init(&disk);
    disk.sync_loses = true;
    reeve_memory_storage_init(&spool_disk);
    audit_key = KeyFrom(identity);
    rng_ = std::make_unique<Rng>(sim.options.seed * 131 + static_cast<uint64_t>(number) * 7919 + 5);
    boot_offset_ms = sim.rng.Between(1000, 900000);
    wall_offset_ms = static_cast<int64_t>(sim.rng.Below(400)) - 200;
    MakePolicy();
}

Worker::~Worker()
{
    if (up) {
        Stop(true);
    }
    reeve_policy_free(policy_);
    for (reeve_policy *policy : old_policies_) {
        reeve_policy_free(policy);
    }
    reeve_key_clear(&audit_key);
    reeve_memory_storage_clear(&disk);
    reeve_memory_storage_clear(&spool_disk);
}

std::string Worker::Name() const
{
    return "worker" + std::to_string(number);
}

reeve_now Worker::Now() const
{
    reeve_now now;
    now.boot_ms = boot_offset_ms + sim.now_ms;
    now.unix_ms = kUnixMs + static_cast<int64_t>(sim.now_ms) + wall_offset_ms;
    return now;
}

void Worker::Later(uint64_t ms, std::function<void()> what)
{
    sim.In(ms, [this, life_then = life, what = std::move(what)] {
        if (up && life == life_then) {
            what();
        }
    });
}

void Worker::MakePolicy()
{
    if (policy_ != nullptr) {
        old_policies_.push_back(policy_);
    }
    policy_ = PolicyOf(sim.gateway->approver.public_key, true);
}

reeve_engine_policy Worker::Policy() const
{
    reeve_engine_policy policy = {};
    policy.trust = policy_;
    policy.limits.max_in_flight = 6;
    policy.limits.max_unsettled = 24;
    policy.limits.max_input_bytes = 4096;
    policy.limits.max_output_bytes = 2048;
    policy.limits.max_memory_bytes = 4u << 20;
    policy.limits.max_spool_bytes = kMaxSpoolBytes;
    policy.limits.window_results = kMaxResultsAhead;
    policy.limits.cancel_grace_ms = 400;
    policy.limits.max_replay_entries = 256;
    policy.backoff_cap_ms = kBackoffCapMs;
    policy.failed_grace_ms = static_cast<uint32_t>(kFailedGraceMs);
    return policy;
}

// ---- the process ----

void Worker::Start()
{
    if (up || retired) {
        return;
    }
    OpenOrWait();
}

void Worker::OpenOrWait()
{
    life++;
    up = true;
    exiting_ = false;
    draining_ = false;
    drained_before = exited_well;
    exited_well = false;
    journal_status_ = REEVE_OK;
    failure = REEVE_OK;
    open_links.clear();
    session_link = 0;
    dialled_since_welcome = false;
    heard_ = false;
    heard_lsn_ = 0;
    heard_status_ = REEVE_OK;
    sync_planned_ = false;
    appended_ = false;
    trimmed_ = 0;
    alarm_.Clear();
    believed.clear();
    sending.clear();
    durable_epoch = 0;
    nonce_pending = false;
    intents.clear();
    records.clear();
    if (Boot()) {
        CutPowerNext();
        return;
    }
    Stop(true);
    sim.In(500, [this] { Start(); });
}

// What a killed process left unsynced is its successor's to make durable, before it builds on it:
// the power goes at one of the successor's first operations on the disk, or a little later.
void Worker::CutPowerNext()
{
    if (!power_cut_next || sim.Calm()) {
        return;
    }
    power_cut_next = false;
    sim.faults.counts[kWorkerPower]++;
    sim.Trace("FAULT %s, after a kill", FaultText(kWorkerPower));
    if (!rng_->OneIn(4)) {
        crash_how_ = REEVE_CRASH_KEEP_NONE;
        disk.dies_in = rng_->Between(1, 6);
        return;
    }
    Later(rng_->Between(20, 1500), [this] { Crash(REEVE_CRASH_KEEP_NONE); });
}

// P4: whatever the journal said is durable is there, however the process before ended.
void Worker::CheckKept(const reeve_journal_stats &stat)
{
    if (reeve_id_equal(stat.journal_id, journal_id) && stat.next_lsn <= synced_lsn) {
        sim.Fail("P4", "%s has lost records that were durable: lsn %llu is the next, and was %llu",
                 Name().c_str(), U(stat.next_lsn), U(synced_lsn + 1));
    }
}

bool Worker::Boot()
{
    reeve_journal_options j = {};
    j.storage = &disk.storage;
    j.max_bytes = 192 * 1024;
    j.segment_bytes = 4 * 1024;
    j.head = Head;
    j.on_synced = Synced;
    j.ctx = this;
    j.manual = true;
    j.random = rng_->random();
    reeve_journal_problem problem = {};
    reeve_status status = reeve_journal_open(&j, &journal, &problem);
    if (status != REEVE_OK) {
        sim.Trace("%s cannot open its journal: %s", Name().c_str(), reeve_status_name(status));
        if (status == REEVE_CORRUPT) {
            sim.Fail("P4", "%s: a crash left a journal that is called corrupt: %s", Name().c_str(),
                     problem.text);
        }
        return false;
    }
    if (!OpenSpool()) {
        return false;
    }
    const reeve_journal_stats stat = reeve_journal_stat(journal, 0);
    CheckKept(stat);
    journal_id = stat.journal_id;
    synced_lsn = stat.next_lsn - 1;
    reeve_engine_options o = {};
    o.tasks = &Tasks();
    o.policy = Policy();
    o.identity = identity.c_str();
    o.build = "reeve-agent/sim";
    o.journal_id = journal_id;
    o.boot_id = reeve_random_id(rng_->random());
    o.audit_key = &audit_key;
    o.random = rng_->random();
    o.backoff_base_ms = 100;
    o.backoff_refused_ms = 2500;
    o.connect_timeout_ms = 2000;
    status = reeve_engine_new(&o, &engine);
    if (status == REEVE_OK) {
        status = reeve_journal_replay(journal, Replay, this, &problem);
    }
    if (status == REEVE_OK) {
        sim.Trace("%s boots: journal %s lsn %llu torn %llu", Name().c_str(),
                  sim.Short(Key(journal_id)).c_str(),
                  static_cast<unsigned long long>(stat.next_lsn),
                  static_cast<unsigned long long>(stat.torn_bytes));
        status = reeve_engine_start(engine, stat.next_lsn, Now());
    }
    if (status != REEVE_OK) {
        sim.Trace("%s cannot replay: %s", Name().c_str(), reeve_status_name(status));
        sim.Fail("P4", "%s: its own journal cannot be replayed: %s", Name().c_str(),
                 reeve_status_name(status));
        return false;
    }
    Act();
    return true;
}

// The process is gone: what its runners still do in the outside world is theirs.
void Worker::Stop(bool silently)
{
    up = false;
    disk.dead = true;                              // so that closing writes nothing
    spool_disk.dead = !silently || rng_->OneIn(2); // nor removes anything, as a rule
    reeve_spool_close(spool);
    spool = nullptr;
    spool_disk.dead = false;
    (void)reeve_journal_close(journal);
    journal = nullptr;
    reeve_engine_free(engine);
    engine = nullptr;
    disk.dead = false;
    disk.dies_in = 0;
    disk.dies_behind_rename = false;
    for (uint64_t &dies_at : disk.dies_at) {
        dies_at = 0;
    }
    for (auto &[handle, run] : runs) {
        // A request that was on its way out may still arrive.
        if (!run.effect_done && Task(run.kind).idempotency != REEVE_NO_SIDE_EFFECTS &&
            rng_->OneIn(2)) {
            sim.In(rng_->Below(50),
                   [this, late = run] { sim.ledger.Effect(late, "after the crash"); });
        }
    }
    runs.clear();
    sim.network.WorkerDied(*this, silently);
}

void Worker::Crash(reeve_crash how)
{
    if (!up) {
        return;
    }
    sim.Trace("%s crashes: %s", Name().c_str(), how == REEVE_CRASH_KEEP_ALL ? "process" : "power");
    const bool power = how != REEVE_CRASH_KEEP_ALL;
    Stop(power);
    disk.locked = false;
    if (power) {
        reeve_memory_storage_crash(&disk, how, rng_->random());
        reeve_memory_storage_crash(&spool_disk, how, rng_->random());
        boot_offset_ms = rng_->Between(500, 900000);
    } // else the page cache lives on, and a later power cut may still take what was not synced
    sim.In(rng_->OneIn(4) ? rng_->Between(500, 6000) : rng_->Between(20, 500), [this] { Start(); });
}

// A name is made once in a segment, and much depends on it: the moment in which it is there and not
// durable gets more than its share, and is waited for.
void Worker::CrashInsideStorage(reeve_crash how)
{
    static const reeve_memory_operation rare[] = {REEVE_MEMORY_CREATE, REEVE_MEMORY_RENAME,
                                                  REEVE_MEMORY_SYNC_DIR, REEVE_MEMORY_REMOVE};
    uint64_t patience_ms = 1500;
    crash_how_ = how;
    if (!rng_->OneIn(3)) {
        disk.dies_behind_rename = true;
        patience_ms = 12000;
    } else if (rng_->OneIn(2)) {
        disk.dies_at[rare[rng_->Below(std::size(rare))]] = 1;
    } else {
        disk.dies_in = rng_->Between(1, 12);
    }
    // Whatever happens first: the operation, or the end of patience.
    Later(patience_ms, [this] { Crash(crash_how_); });
}

void Worker::Drain(uint64_t within_ms)
{
    draining_ = true;
    sim.Trace("%s is told to drain within %llu ms", Name().c_str(),
              static_cast<unsigned long long>(within_ms));
    reeve_engine_event event = EngineEvent(REEVE_EVENT_DRAIN);
    event.u.drain.deadline_ms = Now().boot_ms + within_ms;
    Fire(event);
}

void Worker::Reload()
{
    MakePolicy();
    const reeve_engine_policy policy = Policy();
    reeve_engine_event event = EngineEvent(REEVE_EVENT_CONFIGURATION);
    event.u.policy = &policy;
    Fire(event);
}

void Worker::Rotate()
{
    Fire(EngineEvent(REEVE_EVENT_RENEW));
}

} // namespace reeve_sim
