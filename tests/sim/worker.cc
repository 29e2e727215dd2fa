// SPDX-License-Identifier: Apache-2.0
//
// A worker's process: the engine and the journal as agent/main drives them, runners that take
// their time, and a disk that remembers only what it was made to.
#include "agent/base/hash.h"
#include "agent/codec/checkpoint.h"
#include "agent/codec/journal_record.h"
#include "agent/codec/plan.h"
#include "tests/sim/world.h"

namespace reeve_sim
{

namespace
{

reeve_key KeyOf(const std::string &seed)
{
    reeve_key key;
    const reeve_digest digest = reeve_sha256_of(View(seed));
    reeve_key_init(&key);
    if (reeve_key_from_seed(&key, reeve_digest_view(&digest)) != REEVE_OK) {
        std::terminate();
    }
    return key;
}

std::string IntentKey(const reeve_id &job, uint32_t attempt)
{
    return Key(job) + std::to_string(attempt);
}

} // namespace

Worker::Worker(Sim &s, int n, const std::string &who) : sim(s), number(n), identity(who)
{
    reeve_memory_storage_init(&disk);
    disk.sync_loses = true;
    reeve_memory_storage_init(&spool_disk);
    audit_key = KeyOf(identity);
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
    reeve_allow allow[kKinds] = {};
    size_t count = 0;
    for (int kind = 0; kind < kKinds; kind++) {
        if (kind != kDenied) {
            allow[count++].task = reeve_bytes_cstr(Task(kind).name);
        }
    }
    reeve_approver approver = {};
    approver.name = reeve_bytes_cstr("boss");
    approver.key = sim.gateway->approver.public_key;
    reeve_policy_options options = {};
    options.allow = allow;
    options.allow_count = count;
    options.approvers = &approver;
    options.approver_count = 1;
    if (policy_ != nullptr) {
        old_policies_.push_back(policy_);
    }
    if (reeve_policy_new(&options, nullptr, &policy_) != REEVE_OK) {
        std::terminate();
    }
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
    heard_ = false;
    heard_lsn_ = 0;
    heard_status_ = REEVE_OK;
    sync_planned_ = false;
    appended_ = false;
    trimmed_ = 0;
    tick_at_ = UINT64_MAX;
    believed.clear();
    sending.clear();
    durable_epoch = 0;
    nonce_pending = false;
    intents.clear();
    records.clear();
    if (Boot()) {
        return;
    }
    Stop(true);
    sim.In(500, [this] { Start(); });
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
    journal_id = stat.journal_id;
    synced_lsn = stat.next_lsn - 1;
    reeve_engine_options o = {};
    o.tasks = &Tasks();
    o.policy.trust = policy_;
    o.policy.limits.max_in_flight = 6;
    o.policy.limits.max_unsettled = 24;
    o.policy.limits.max_input_bytes = 4096;
    o.policy.limits.max_output_bytes = 2048;
    o.policy.limits.max_memory_bytes = 4u << 20;
    o.policy.limits.max_spool_bytes = Spools() ? kMaxSpoolBytes : 0;
    o.policy.limits.window_results = kMaxResultsAhead;
    o.policy.limits.cancel_grace_ms = 400;
    o.policy.limits.max_replay_entries = 256;
    o.identity = identity.c_str();
    o.build = "reeve-agent/sim";
    o.journal_id = journal_id;
    o.boot_id = reeve_random_id(rng_->random());
    o.audit_key = &audit_key;
    o.random = rng_->random();
    o.backoff_base_ms = 100;
    o.policy.backoff_cap_ms = 1500;
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

reeve_status Worker::Replay(void *ctx, const reeve_journal_record_view *record)
{
    Worker &self = *static_cast<Worker *>(ctx);
    self.OnAppend(record->type, record->lsn, record->bytes);
    self.sim.Trace("%s replays lsn %llu: %s", self.Name().c_str(),
                   static_cast<unsigned long long>(record->lsn),
                   reeve_journal_record_name(static_cast<reeve_journal_record_type>(record->type)));
    return reeve_engine_replay(self.engine, record->type, record->lsn, record->bytes);
}

// The process is gone: what its runners still do in the outside world is theirs.
void Worker::Stop(bool silently)
{
    up = false;
    disk.dead = true;                                            // so that closing writes nothing
    spool_disk.dead = !silently || (Spools() && rng_->OneIn(2)); // nor removes anything, as a rule
    reeve_spool_close(spool);
    spool = nullptr;
    spool_disk.dead = false;
    (void)reeve_journal_close(journal);
    journal = nullptr;
    reeve_engine_free(engine);
    engine = nullptr;
    disk.dead = false;
    disk.dies_in = 0;
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
        boot_offset_ms = rng_->Between(500, 900000);
    } // else the page cache lives on, and a later power cut may still take what was not synced
    sim.In(rng_->OneIn(4) ? rng_->Between(500, 6000) : rng_->Between(20, 500), [this] { Start(); });
}

void Worker::CrashInsideStorage(reeve_crash how)
{
    disk.dies_in = rng_->Between(1, 12);
    crash_how_ = how;
    // Whatever happens first: the operation, or the end of patience.
    Later(1500, [this] {
        if (disk.dies_in > 0) {
            disk.dies_in = 0;
            Crash(crash_how_);
        }
    });
}

void Worker::Drain(uint64_t within_ms)
{
    draining_ = true;
    sim.Trace("%s is told to drain within %llu ms", Name().c_str(),
              static_cast<unsigned long long>(within_ms));
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_DRAIN;
    event.u.drain.deadline_ms = Now().boot_ms + within_ms;
    Fire(event);
}

void Worker::Reload()
{
    MakePolicy();
    reeve_engine_policy policy = {};
    policy.trust = policy_;
    policy.limits.max_input_bytes = 4096;
    policy.limits.max_output_bytes = 2048;
    policy.limits.max_memory_bytes = 4u << 20;
    policy.limits.max_spool_bytes = Spools() ? kMaxSpoolBytes : 0;
    policy.limits.window_results = kMaxResultsAhead;
    policy.limits.cancel_grace_ms = 400;
    policy.backoff_cap_ms = 1500;
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_CONFIGURATION;
    event.u.policy = &policy;
    Fire(event);
}

// ---- disks ----

void Worker::LoseDisk()
{
    if (up) {
        Stop(true);
    }
    sim.Trace("%s loses its disk", Name().c_str());
    exited_well = false;
    reeve_memory_storage_clear(&disk);
    reeve_memory_storage_init(&disk);
    disk.sync_loses = true;
    reeve_key_clear(&audit_key); // lay beside the journal
    audit_key = KeyOf(identity + " " + std::to_string(++disks));
    snapshot = Snapshot();
    sim.In(rng_->Between(50, 2000), [this] { Start(); });
}

void Worker::Retire()
{
    sim.Trace("%s is taken away", Name().c_str());
    retired = true;
    if (up) {
        Stop(true);
    }
}

std::map<std::string, std::string> Worker::Files()
{
    std::map<std::string, std::string> files;
    for (const reeve_memory_entry &entry : disk.durable) {
        if (entry.inode != nullptr) {
            files[entry.name] = Text(reeve_buffer_view(&entry.inode->durable));
        }
    }
    return files;
}

void Worker::PutFiles(const std::map<std::string, std::string> &files)
{
    reeve_memory_storage_clear(&disk);
    reeve_memory_storage_init(&disk);
    disk.sync_loses = true;
    for (const auto &[name, content] : files) {
        reeve_memory_storage_put(&disk, name.c_str(), View(content));
    }
}

// As a backup of a running machine would have it: what is durable at one moment.
void Worker::TakeSnapshot()
{
    snapshot = {true, sim.now_ms, durable_epoch, nonce_pending, journal_id, Files()};
}

void Worker::RollBack()
{
    if (up) {
        Stop(true);
    }
    exited_well = false;
    sim.Trace("%s is restored to %llu ms, epoch %llu", Name().c_str(),
              static_cast<unsigned long long>(snapshot.at),
              static_cast<unsigned long long>(snapshot.epoch));
    PutFiles(snapshot.files);
    sim.ledger.Copied(snapshot.journal_id, snapshot.epoch, snapshot.nonce_pending, snapshot.at);
    sim.In(rng_->Between(50, 2000), [this] { Start(); });
}

void Worker::CopyDiskFrom(Worker &other)
{
    sim.Trace("%s is a copy of %s", Name().c_str(), other.Name().c_str());
    original = &other;
    reeve_key_clear(&audit_key);
    audit_key = KeyOf(other.disks == 0 ? other.identity
                                       : other.identity + " " + std::to_string(other.disks));
    PutFiles(other.Files());
    sim.ledger.Copied(other.journal_id, other.durable_epoch, other.nonce_pending, sim.now_ms);
    sim.In(rng_->Between(10, 3000), [this] { Start(); });
}

// ---- events in, actions out ----

void Worker::Fire(const reeve_engine_event &event)
{
    if (!up || exiting_) {
        return;
    }
    reeve_engine_handle(engine, &event, Now());
    Act();
}

void Worker::LinkUp(uint32_t link)
{
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_LINK_UP;
    event.u.link.link = link;
    Fire(event);
}

void Worker::LinkMessage(uint32_t link, const std::string &bytes)
{
    // A block of exactly this length, so that the sanitizer sees a read behind its end.
    const std::vector<char> exact(bytes.begin(), bytes.end());
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_LINK_MESSAGE;
    event.u.link.link = link;
    event.u.link.message = reeve_bytes_of(exact.data(), exact.size());
    Fire(event);
}

void Worker::LinkSent(uint32_t link)
{
    sending.erase(link);
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_LINK_SENT;
    event.u.link.link = link;
    Fire(event);
}

void Worker::LinkDown(uint32_t link, reeve_status status)
{
    sending.erase(link);
    sim.Trace("%s link %u is down: %s", Name().c_str(), link, reeve_status_name(status));
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_LINK_DOWN;
    event.u.link.link = link;
    event.u.link.status = status;
    Fire(event);
}

void Worker::Act()
{
    reeve_engine_action action;
    for (;;) {
        while (reeve_engine_next_action(engine, &action)) {
            Carry(action);
        }
        if (journal_status_ == REEVE_OK || exiting_) {
            break;
        }
        reeve_engine_event event = {};
        event.type = REEVE_EVENT_JOURNAL_FAILED;
        event.u.failed.status = journal_status_;
        journal_status_ = REEVE_OK;
        sim.Trace("%s journal failed: %s", Name().c_str(),
                  reeve_status_name(event.u.failed.status));
        reeve_engine_handle(engine, &event, Now());
    }
    if (appended_) {
        appended_ = false;
        const reeve_status status = reeve_journal_commit(journal, Now().boot_ms);
        if (status != REEVE_OK && status != REEVE_CLOSED) {
            sim.Trace("%s begins no segment: %s", Name().c_str(), reeve_status_name(status));
        }
        PlanSync();
    }
    sim.ledger.Step(*this);
    if (exiting_) {
        const reeve_status status = exit_status_;
        sim.Trace("%s exits: %s", Name().c_str(), reeve_status_name(status));
        if (status == REEVE_OK) {
            while (reeve_journal_step(journal)) {
            }
        }
        exited_well = status == REEVE_OK && draining_;
        sim.forced = sim.forced || status != REEVE_OK;
        const bool again = !last_drain;
        Stop(false);
        disk.locked = false;
        if (again) {
            sim.In(rng_->Between(50, 1500), [this] { Start(); });
        }
        return;
    }
    PlanTick();
}

void Worker::PlanTick()
{
    const uint64_t next = reeve_engine_next_deadline(engine);
    if (next == REEVE_NEVER_MS) {
        return;
    }
    const uint64_t at =
        next <= boot_offset_ms + sim.now_ms ? sim.now_ms + 1 : next - boot_offset_ms;
    if (at == tick_at_) {
        return;
    }
    tick_at_ = at;
    const uint64_t version = ++tick_version_;
    sim.At(at, [this, version, life_then = life] {
        if (up && life == life_then && version == tick_version_) {
            tick_at_ = UINT64_MAX;
            reeve_engine_event event = {};
            event.type = REEVE_EVENT_TICK;
            Fire(event);
        }
    });
}

void Worker::Carry(reeve_engine_action &action)
{
    switch (action.type) {
    case REEVE_ACTION_CONNECT:
        sim.network.Dial(*this, action.u.connect.link);
        return;
    case REEVE_ACTION_CLOSE:
        sim.Trace("%s closes link %u: %s", Name().c_str(), action.u.close.link,
                  reeve_status_name(action.u.close.status));
        sim.network.WorkerCloses(*this, action.u.close.link, action.u.close.status);
        return;
    case REEVE_ACTION_SEND: {
        std::string bytes = Text(reeve_buffer_view(&action.u.send.message));
        reeve_buffer_clear(&action.u.send.message);
        if (!sending.insert(action.u.send.link).second) {
            sim.Fail("P7", "%s has two sends under way on one link", Name().c_str());
        }
        sim.ledger.WorkerFrames(*this, action.u.send.link, bytes, true);
        sim.network.WorkerSends(*this, action.u.send.link, std::move(bytes));
        return;
    }
    case REEVE_ACTION_APPEND: {
        uint64_t given = 0;
        reeve_status status =
            reeve_journal_append(journal, action.u.append.type, action.u.append.record, &given);
        if (status == REEVE_OK && given != action.u.append.lsn) {
            sim.Fail("P4", "%s: the journal numbers otherwise than the engine", Name().c_str());
        }
        appended_ = true;
        if (status == REEVE_OK) {
            sim.Trace("%s appends lsn %llu: %s", Name().c_str(),
                      static_cast<unsigned long long>(given),
                      reeve_journal_record_name(
                          static_cast<reeve_journal_record_type>(action.u.append.type)));
            OnAppend(action.u.append.type, given, action.u.append.record);
        }
        if (status == REEVE_CLOSED) {
            status = reeve_journal_stat(journal, 0).status;
        }
        if (status != REEVE_OK && journal_status_ == REEVE_OK) {
            sim.Trace("%s cannot append type %u: %s", Name().c_str(), action.u.append.type,
                      reeve_status_name(status));
            if (status == REEVE_LIMIT) {
                sim.Fail("P7", "%s: the limits let the journal fill up (record type %u)",
                         Name().c_str(), action.u.append.type);
            }
            journal_status_ = status;
        }
        return;
    }
    case REEVE_ACTION_START_JOB:
        OnStart(action.u.start);
        return;
    case REEVE_ACTION_CANCEL_JOB:
        OnCancel(action.u.cancel.handle);
        return;
    case REEVE_ACTION_RELEASE_RESULTS: {
        auto run = runs.find(action.u.release.handle);
        if (run != runs.end()) {
            run->second.released = action.u.release.results;
        }
        return;
    }
    case REEVE_ACTION_SPOOL_WRITE:
    case REEVE_ACTION_SPOOL_READ:
    case REEVE_ACTION_SPOOL_REMOVE:
        CarrySpool(action);
        return;
    case REEVE_ACTION_NOTE:
        sim.ledger.Noted(*this, action.u.note);
        return;
    case REEVE_ACTION_EXIT:
        exiting_ = true;
        exit_status_ = action.u.exit.status;
        return;
    }
}

// ---- the journal ----

reeve_status Worker::Head(void *ctx, const reeve_journal_segment *segment, reeve_buffer *out)
{
    Worker &self = *static_cast<Worker *>(ctx);
    reeve_journal_record record = {};
    record.type = REEVE_JOURNAL_OPENED;
    reeve_journal_opened &opened = record.as.journal_opened;
    opened.format = REEVE_JOURNAL_FORMAT;
    opened.journal_id = segment->journal_id;
    opened.segment = segment->number;
    opened.time_unix_ms = self.Now().unix_ms;
    if (self.engine != nullptr) {
        const reeve_engine_marks marks = reeve_engine_read_marks(self.engine);
        opened.audit_sequence = marks.audit_sequence;
        opened.audit_hash = marks.audit_hash;
        opened.dispatch_mark = marks.dispatch_mark;
    }
    return reeve_journal_record_encode(&record, out);
}

void Worker::Synced(void *ctx, uint64_t lsn, reeve_status status)
{
    Worker &self = *static_cast<Worker *>(ctx);
    if (!self.up) {
        return;
    }
    self.heard_lsn_ = lsn > self.heard_lsn_ ? lsn : self.heard_lsn_;
    self.heard_status_ = status != REEVE_OK ? status : self.heard_status_;
    if (!self.heard_) {
        self.heard_ = true;
        self.Later(self.rng_->Below(2), [&self] { self.Hear(); });
    }
}

void Worker::Hear()
{
    heard_ = false;
    const reeve_status status = heard_status_;
    const reeve_journal_stats stat = reeve_journal_stat(journal, Now().boot_ms);
    synced_lsn = heard_lsn_ > synced_lsn ? heard_lsn_ : synced_lsn;
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_JOURNAL_SYNCED;
    event.u.synced.lsn = heard_lsn_;
    event.u.synced.free_bytes = stat.free_bytes;
    if (heard_lsn_ > 0) {
        const uint64_t then = life;
        Fire(event);
        if (!up || life != then || exiting_) {
            return;
        }
        const uint64_t needed = reeve_engine_read_marks(engine).oldest_needed_lsn;
        if (needed > trimmed_) {
            trimmed_ = needed;
            reeve_journal_trim(journal, needed);
            PlanSync();
        }
    }
    if (status != REEVE_OK) {
        event = {};
        event.type = REEVE_EVENT_JOURNAL_FAILED;
        event.u.failed.status = status;
        sim.Trace("%s journal failed: %s", Name().c_str(), reeve_status_name(status));
        Fire(event);
    }
}

void Worker::PlanSync()
{
    if (sync_planned_) {
        return;
    }
    sync_planned_ = true;
    const bool slow = slow_sync_until > sim.now_ms;
    Later(slow ? rng_->Between(20, 900) : rng_->Below(4), [this] { SyncStep(); });
}

void Worker::SyncStep()
{
    sync_planned_ = false;
    const bool more = reeve_journal_step(journal);
    if (disk.dead) {
        disk.dead = false;
        Crash(crash_how_);
        return;
    }
    if (more) {
        PlanSync();
    }
}

// What the engine says of itself is written down when it is appended, for the ledger to compare
// with what is durable.
void Worker::OnAppend(uint8_t type, uint64_t lsn, reeve_bytes bytes)
{
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, 1u << 20, 0);
    reeve_journal_record record;
    if (reeve_journal_record_decode(type, bytes, &arena, &record) != REEVE_OK) {
        reeve_arena_clear(&arena);
        return;
    }
    reeve_audit_entry entry = {};
    if (type == REEVE_JOURNAL_INTENT) {
        intents[IntentKey(record.as.job_intent.job_id, record.as.job_intent.attempt)] = lsn;
    } else if (type == REEVE_JOURNAL_OUTCOME) {
        reeve_outcome outcome;
        if (reeve_outcome_decode(record.as.job_outcome.frame, &arena, &outcome) == REEVE_OK) {
            entry = outcome.audit;
        }
    } else if (type == REEVE_JOURNAL_AUDIT) {
        if (reeve_audit_entry_decode(record.as.audit_appended.entry, &entry) != REEVE_OK) {
            entry = {};
        }
    } else if (type == REEVE_JOURNAL_EPOCH) {
        durable_epoch = record.as.epoch_entered.epoch;
        epoch_lsn = lsn;
        nonce_pending = false;
    } else if (type == REEVE_JOURNAL_HELLO) {
        hello_lsn = lsn;
        nonce_pending = true;
    } else if (type == REEVE_JOURNAL_CHECKPOINT) {
        reeve_checkpoint signed_over;
        const reeve_bytes made = record.as.checkpoint_made.checkpoint.checkpoint;
        if (reeve_checkpoint_decode(made, &signed_over) == REEVE_OK) {
            auto at = records.find(signed_over.sequence);
            if (at != records.end() && at->second > synced_lsn) {
                sim.Fail("P5", "%s signs a checkpoint over a record that is not on disk",
                         Name().c_str());
            }
        }
    }
    reeve_audit_record audit;
    if (entry.record.len > 0 &&
        reeve_audit_record_decode(entry.record, &arena, &audit) == REEVE_OK) {
        records[audit.sequence] = lsn;
    }
    reeve_arena_clear(&arena);
}

// ---- the spool ----

// Nothing of a spool outlives its process: the worlds in which workers are killed do without one.
bool Worker::Spools() const
{
    return !sim.Knows(kWorkerKilled);
}

bool Worker::OpenSpool()
{
    reeve_spool_options o = {};
    o.storage = &spool_disk.storage;
    o.on_done = SpoolDone;
    o.ctx = this;
    o.manual = true;
    const reeve_status status = reeve_spool_open(&o, &spool);
    if (status != REEVE_OK) {
        sim.Trace("%s cannot open its spool: %s", Name().c_str(), reeve_status_name(status));
    }
    return status == REEVE_OK;
}

void Worker::CarrySpool(reeve_engine_action &action)
{
    if (action.type == REEVE_ACTION_SPOOL_WRITE) {
        spool_writes++;
        reeve_spool_write(spool, action.u.spool_write.stream, action.u.spool_write.number,
                          &action.u.spool_write.bytes);
    } else if (action.type == REEVE_ACTION_SPOOL_READ) {
        reeve_spool_read(spool, action.u.spool_read.stream, action.u.spool_read.number,
                         action.u.spool_read.bytes);
    } else {
        reeve_spool_remove(spool, action.u.spool_remove.stream, action.u.spool_remove.from,
                           action.u.spool_remove.until);
    }
    const bool slow = slow_sync_until > sim.now_ms;
    Later(slow ? rng_->Between(20, 900) : rng_->Below(4), [this] {
        (void)reeve_spool_step(spool);
        sim.ledger.Spooled(*this);
    });
}

// The engine hears of it, as from the loop, when the spool has let go.
void Worker::SpoolDone(void *ctx, reeve_status status, reeve_buffer *bytes)
{
    Worker &self = *static_cast<Worker *>(ctx);
    if (!self.up) {
        return;
    }
    auto text = std::make_shared<std::string>(bytes ? Text(reeve_buffer_view(bytes)) : "");
    const bool has_bytes = bytes != nullptr;
    self.sim.Trace("%s spool: %s", self.Name().c_str(), reeve_status_name(status));
    self.Later(0, [&self, status, text, has_bytes] {
        reeve_buffer read;
        reeve_buffer_init(&read, nullptr, SIZE_MAX);
        if (reeve_buffer_append(&read, View(*text)) != REEVE_OK) {
            std::terminate();
        }
        reeve_engine_event event = {};
        event.type = REEVE_EVENT_SPOOL_DONE;
        event.u.spool.status = status;
        event.u.spool.bytes = has_bytes ? &read : nullptr;
        self.Fire(event);
        reeve_buffer_clear(&read);
    });
}

// ---- runners ----

void Worker::OnStart(const reeve_engine_start_job &start)
{
    Run run;
    run.job = start.job_id;
    run.kind = KindOf(reeve_bytes_cstr(start.task->name));
    run.attempt = start.attempt;
    run.aware = rng_->OneIn(2);
    run.ends_well = !rng_->OneIn(8);
    run.serial = ++sim.executions;
    run.results = Task(run.kind).streams ? rng_->Below(Spools() && rng_->OneIn(3) ? 60 : 12) : 0;
    sim.ledger.Started(*this, start);
    runs[start.handle] = run;
    const uint64_t last = rng_->OneIn(6) ? rng_->Between(500, 5000) : rng_->Between(1, 120);
    const uint64_t effect = rng_->Below(last + 1);
    const reeve_job_handle handle = start.handle;
    Later(effect, [this, handle] { RunEffect(handle); });
    if (run.results > 0) {
        Later(rng_->Below(last / 4 + 1), [this, handle] { RunEmit(handle); });
    }
    Later(last, [this, handle] { RunEnd(handle); });
    // A binding keeps to the deadline by itself, too.
    const uint64_t left = start.deadline_ms > Now().boot_ms ? start.deadline_ms - Now().boot_ms : 0;
    Later(left + 1, [this, handle] {
        auto at = runs.find(handle);
        if (at != runs.end()) {
            at->second.ends_well = false;
            RunEnd(handle);
        }
    });
}

void Worker::RunEffect(reeve_job_handle handle)
{
    auto at = runs.find(handle);
    if (at == runs.end() || (at->second.cancelled && at->second.aware)) {
        return;
    }
    Run &run = at->second;
    run.effect_done = true;
    if (Task(run.kind).idempotency != REEVE_NO_SIDE_EFFECTS) {
        sim.ledger.Effect(run, Name());
    }
}

void Worker::RunEmit(reeve_job_handle handle)
{
    auto at = runs.find(handle);
    if (at == runs.end() || exiting_) {
        return;
    }
    Run &run = at->second;
    if (run.emitted == run.results || (run.cancelled && run.aware)) {
        return;
    }
    if (run.emitted - run.released >= kMaxResultsAhead) {
        Later(20, [this, handle] { RunEmit(handle); }); // paused
        return;
    }
    const std::string message = "result " + std::to_string(run.emitted) + " of " +
                                std::to_string(run.attempt) +
                                std::string(rng_->Below(300), static_cast<char>('a' + run.kind));
    run.emitted++;
    sim.ledger.Emitted(run, message);
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, 1u << 16);
    if (reeve_buffer_append(&buffer, View(message)) != REEVE_OK) {
        std::terminate();
    }
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_JOB_RESULT;
    event.u.job_result.handle = handle;
    event.u.job_result.message = &buffer;
    const uint64_t gap = rng_->Below(30);
    Fire(event);
    reeve_buffer_clear(&buffer);
    if (up) {
        Later(gap, [this, handle] { RunEmit(handle); });
    }
}

void Worker::RunEnd(reeve_job_handle handle)
{
    auto at = runs.find(handle);
    if (at == runs.end()) {
        return;
    }
    Run &run = at->second;
    const bool stopped = run.cancelled && run.aware;
    if (!stopped && run.emitted < run.results && run.ends_well) {
        Later(25, [this, handle] { RunEnd(handle); });
        return;
    }
    if (stopped) {
        Finish(handle, REEVE_OUTCOME_CANCELLED,
               run.effect_done ? REEVE_EFFECT_DONE : REEVE_EFFECT_NONE, "");
        return;
    }
    if (!run.ends_well) {
        Finish(handle, REEVE_OUTCOME_FAILED,
               run.effect_done ? REEVE_EFFECT_DONE : REEVE_EFFECT_MAYBE, "");
        return;
    }
    Finish(handle, REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE,
           "done " + Key(run.job) + " " + std::to_string(run.attempt));
}

void Worker::OnCancel(reeve_job_handle handle)
{
    auto at = runs.find(handle);
    if (at == runs.end()) {
        return;
    }
    at->second.cancelled = true;
    if (at->second.aware) {
        Later(rng_->Below(40), [this, handle] { RunEnd(handle); });
    }
}

void Worker::Finish(reeve_job_handle handle, reeve_outcome_status status, reeve_effect effect,
                    const std::string &output)
{
    runs.erase(handle);
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, 1u << 16);
    if (reeve_buffer_append(&buffer, View(output)) != REEVE_OK) {
        std::terminate();
    }
    reeve_engine_result result = {};
    result.status = static_cast<uint8_t>(status);
    result.effect = static_cast<uint8_t>(effect);
    result.output = &buffer;
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_JOB_FINISHED;
    event.u.finished.handle = handle;
    event.u.finished.result = &result;
    Fire(event);
    reeve_buffer_clear(&buffer);
}

reeve_engine_status Worker::Status() const
{
    reeve_engine_status status;
    reeve_engine_read_status(engine, Now(), &status);
    return status;
}

bool Worker::Quiet() const
{
    return !up || (runs.empty() && Status().unsettled == 0);
}

} // namespace reeve_sim
