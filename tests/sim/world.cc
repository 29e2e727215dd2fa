// SPDX-License-Identifier: Apache-2.0
//
// Time, randomness, the queue of what happens next, the trace; the course of a world.
#include "tests/sim/world.h"

#include <cstdarg>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "agent/base/arena.h"
#include "proto/runtime/message.h"
#include "reeve/v1/control.reeve.h"
#include "reeve/v1/manifest.reeve.h"
#include "tests/sim/events.h"

namespace reeve_sim
{

// ---- bytes ----

std::string Text(reeve_bytes bytes)
{
    return bytes.len == 0 ? std::string()
                          : std::string(reinterpret_cast<const char *>(bytes.data), bytes.len);
}

std::string Key(const reeve_id &id)
{
    return std::string(reinterpret_cast<const char *>(id.bytes), sizeof id.bytes);
}

reeve_bytes View(const std::string &text)
{
    return reeve_bytes_of(text.data(), text.size());
}

reeve_id IdOf(const std::string &key)
{
    reeve_id id = {};
    reeve_move(id.bytes, key.data(), key.size() < sizeof id.bytes ? key.size() : sizeof id.bytes);
    return id;
}

// ---- faults and profiles ----

const char *FaultText(int fault)
{
    static const char *const texts[] = {
#define X(name, text) text,
        REEVE_SIM_FAULTS(X)
#undef X
    };
    return fault >= 0 && fault < kFaults ? texts[fault] : "";
}

namespace
{

constexpr uint32_t Bit(int fault)
{
    return 1u << fault;
}

constexpr uint32_t kNetworkFaults = Bit(kDisconnect) | Bit(kCut) | Bit(kHalfOpen) |
                                    Bit(kPartition) | Bit(kSlowLink) | Bit(kSlowReader) |
                                    Bit(kGoaway);
constexpr uint32_t kRestarts = Bit(kWorkerDrains) | Bit(kGatewayKilled) | Bit(kGatewayDrains) |
                               Bit(kSyncSlow) | Bit(kStoreSlow) | Bit(kReload) | Bit(kSpoolFails);
constexpr uint32_t kCrashes = Bit(kWorkerKilled) | Bit(kWorkerPower) | Bit(kWorkerTorn) |
                              Bit(kSyncFails) | Bit(kDiskFull) | Bit(kDiskBroken) |
                              Bit(kStoreFails);
constexpr uint32_t kLosses =
    Bit(kDiskLost) | Bit(kJournalBack) | Bit(kJournalCopied) | Bit(kStoreBack);

const Profile kProfiles[] = {
    {"calm", 0},
    {"network", kNetworkFaults},
    {"restarts", kNetworkFaults | kRestarts},
    {"crashes", kNetworkFaults | kRestarts | kCrashes},
    {"crashes", kNetworkFaults | kRestarts | kCrashes},
    {"disks", kCrashes | Bit(kSyncSlow) | Bit(kDisconnect)},
    {"hostile", kNetworkFaults | kRestarts | Bit(kForge) | Bit(kClockJump)},
    {"lost disks", kCrashes | Bit(kDisconnect) | Bit(kDiskLost)},
    {"lost state", kNetworkFaults | kCrashes | Bit(kGatewayKilled) | kLosses},
    {"everything", (1u << kFaults) - 1u},
};

} // namespace

const Profile &ProfileOf(uint64_t seed)
{
    return kProfiles[seed % (sizeof kProfiles / sizeof kProfiles[0])];
}

// ---- tasks ----

const TaskInfo &Task(int kind)
{
    static const TaskInfo tasks[] = {
        {"simtest.v1.Desk/Approved", REEVE_NOT_IDEMPOTENT, false, true, 0},
        {"simtest.v1.Desk/Create", REEVE_NOT_IDEMPOTENT, false, false, 0},
        {"simtest.v1.Desk/Denied", REEVE_NOT_IDEMPOTENT, false, false, 0},
        {"simtest.v1.Desk/Get", REEVE_NO_SIDE_EFFECTS, false, false, 0},
        {"simtest.v1.Desk/Put", REEVE_IDEMPOTENT, false, false, 2},
        {"simtest.v1.Desk/Stream", REEVE_NO_SIDE_EFFECTS, true, false, 0},
        {"simtest.v1.Desk/Tail", REEVE_NOT_IDEMPOTENT, true, false, 0},
    };
    return tasks[kind];
}

bool Once(int kind)
{
    return Task(kind).idempotency == REEVE_NOT_IDEMPOTENT;
}

int KindOf(reeve_bytes task)
{
    for (int kind = 0; kind < kKinds; kind++) {
        if (reeve_bytes_equal_cstr(task, Task(kind).name)) {
            return kind;
        }
    }
    return kKinds;
}

const std::string &ManifestBytes()
{
    static const std::string bytes = [] {
        std::ifstream file(REEVE_SIM_MANIFEST, std::ios::binary);
        std::ostringstream all;
        all << file.rdbuf();
        return all.str();
    }();
    return bytes;
}

namespace
{

reeve_arena &Forever()
{
    static reeve_arena arena = [] {
        reeve_arena a;
        reeve_arena_init(&a, nullptr, size_t{1} << 28, 1 << 14);
        return a;
    }();
    return arena;
}

void *Decoded(const reeve_message &type, reeve_bytes bytes)
{
    reeve_decode_options options = {};
    options.unknown = REEVE_UNKNOWN_DROP;
    reeve_problem problem = {};
    void *message = nullptr;
    if (reeve_message_decode(&type, bytes, &options, &Forever(), &message, &problem) != REEVE_OK) {
        std::fprintf(stderr, "sim: the manifest %s cannot be read\n", REEVE_SIM_MANIFEST);
        std::terminate();
    }
    return message;
}

struct Table {
    reeve_task tasks[kKinds];
    const reeve_task *pointers[kKinds];
    reeve_task_table table;
};

void Fingerprint(const reeve_v1_manifest &manifest, int kind, uint8_t to[32])
{
    for (size_t i = 0; i < manifest.n_tasks; i++) {
        const ProtobufCBinaryData schema = manifest.tasks[i]->schema;
        const auto *decoded = static_cast<const reeve_v1_task_schema *>(
            Decoded(reeve_v1_task_schema_message, reeve_bytes_of(schema.data, schema.len)));
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(decoded->task), Task(kind).name)) {
            reeve_move(to, manifest.tasks[i]->fingerprint.data, 32);
            return;
        }
    }
}

const Table &BuiltTable()
{
    static const Table *const table = [] {
        static Table t = {};
        const auto *manifest = static_cast<const reeve_v1_manifest *>(
            Decoded(reeve_v1_manifest_message, View(ManifestBytes())));
        for (int kind = 0; kind < kKinds; kind++) {
            reeve_task &task = t.tasks[kind];
            task.name = Task(kind).name;
            task.system = "desk";
            task.idempotency = static_cast<uint8_t>(Task(kind).idempotency);
            task.binding = REEVE_BINDING_NATIVE;
            task.server_streaming = Task(kind).streams;
            task.approvals = Task(kind).approved ? 1 : 0;
            task.max_in_flight = Task(kind).max_in_flight;
            Fingerprint(*manifest, kind, task.fingerprint);
            t.pointers[kind] = &task;
        }
        t.table.version = REEVE_TABLE_VERSION;
        t.table.count = kKinds;
        t.table.tasks = t.pointers;
        return &t;
    }();
    return *table;
}

} // namespace

reeve_digest FingerprintOf(int kind)
{
    reeve_digest digest = {};
    reeve_move(digest.bytes, BuiltTable().tasks[kind].fingerprint, sizeof digest.bytes);
    return digest;
}

const reeve_task_table &Tasks()
{
    return BuiltTable().table;
}

std::string RegisterRequest()
{
    reeve_v1_register_tasks_request request = REEVE_V1_REGISTER_TASKS_REQUEST_INIT;
    request.manifest =
        static_cast<reeve_v1_manifest *>(Decoded(reeve_v1_manifest_message, View(ManifestBytes())));
    return Encoded(reeve_v1_register_tasks_request_message, &request);
}

// ---- randomness ----

Rng::Rng(uint64_t seed)
{
    reeve_random_seed(&state_, seed);
}

uint64_t Rng::Below(uint64_t below)
{
    return reeve_random_below(&state_.random, below);
}

uint64_t Rng::Between(uint64_t from, uint64_t to)
{
    return from + Below(to - from + 1);
}

bool Rng::OneIn(uint64_t n)
{
    return Below(n) == 0;
}

bool Rng::Percent(uint64_t p)
{
    return Below(100) < p;
}

const reeve_random *Rng::random() const
{
    return &state_.random;
}

// ---- deadlines ----

bool Alarm::Move(uint64_t deadline_ms, uint64_t boot_ms, uint64_t now_ms)
{
    if (deadline_ms == REEVE_NEVER_MS) {
        return false;
    }
    const uint64_t to = now_ms + (deadline_ms <= boot_ms ? 1 : deadline_ms - boot_ms);
    if (to == at) {
        return false;
    }
    at = to;
    version++;
    return true;
}

bool Alarm::Rings(uint64_t set)
{
    if (set != version) {
        return false;
    }
    at = UINT64_MAX;
    return true;
}

// ---- the world ----

Sim::Sim(const Options &o)
    : options(o), profile(ProfileOf(o.seed)), rng(o.seed * 0x9e3779b97f4a7c15u + 1), network(*this),
      ledger(*this), faults(*this), operators(*this)
{
    calm_at = rng.Between(6000, 16000);
    gateway = std::make_unique<GatewayNode>(*this);
    const int count = static_cast<int>(rng.Between(1, 3));
    for (int i = 0; i < count; i++) {
        workers.push_back(
            std::make_unique<Worker>(*this, i, "spiffe://sim/worker-" + std::to_string(i)));
    }
}

Sim::~Sim()
{
    workers.clear(); // while the network stands
    gateway.reset();
}

void Sim::At(uint64_t at, std::function<void()> what)
{
    queue_.push({at < now_ms ? now_ms : at, order_++, std::move(what)});
}

void Sim::Trace(const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    if (reeve_format_list(text, sizeof text, format, arguments) != REEVE_OK) {
        text[sizeof text - 1] = '\0'; // cut, and good enough
    }
    va_end(arguments);
    uint64_t time = now_ms;
    for (int i = 0; i < 8; i++, time >>= 8) {
        hash_ = (hash_ ^ (time & 0xff)) * 0x100000001b3u;
    }
    for (const char *c = text; *c != '\0'; c++) {
        hash_ = (hash_ ^ static_cast<uint8_t>(*c)) * 0x100000001b3u;
    }
    if (options.trace) {
        char line[600];
        reeve_format_cut(line, sizeof line, "%6llu.%03llu  %s",
                         static_cast<unsigned long long>(now_ms / 1000),
                         static_cast<unsigned long long>(now_ms % 1000), text);
        lines_.push_back(line);
    }
}

void Sim::Fail(const char *promise, const char *format, ...)
{
    if (!failure_.empty()) {
        return;
    }
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    if (reeve_format_list(text, sizeof text, format, arguments) != REEVE_OK) {
        text[sizeof text - 1] = '\0'; // cut, and good enough
    }
    va_end(arguments);
    failure_ = text;
    promise_ = promise;
    Trace("BROKEN %s: %s", promise, text);
}

std::string Sim::Short(const std::string &id)
{
    auto [at, fresh] = names_.try_emplace(id);
    if (fresh) {
        at->second = "#" + std::to_string(names_.size());
    }
    return at->second;
}

bool Sim::Step()
{
    if (queue_.empty() || !failure_.empty()) {
        return false;
    }
    // The queue gives only const access to what is about to leave it.
    Event event = std::move(const_cast<Event &>(queue_.top()));
    queue_.pop();
    now_ms = event.at;
    steps++;
    event.what();
    return failure_.empty();
}

// The faults stop: what is apart comes together, what is down comes up. What is lost stays lost.
void Sim::CalmDown()
{
    Trace("CALM");
    network.Heal();
    gateway->fail_until = 0;
    gateway->slow_until = 0;
    gateway->wall_offset_ms = 0;
    for (auto &worker : workers) {
        worker->slow_sync_until = 0;
        worker->disk.broken = REEVE_OK;
        worker->wall_offset_ms = 0;
        if (worker->original != nullptr) {
            const bool lives = worker->up && worker->Status().link_state == std::string("LIVE");
            (lives ? *worker->original : *worker).Retire();
        }
    }
}

// P6: with nothing in the way, a drain ends well.
void Sim::DrainAll()
{
    Trace("DRAIN ALL");
    for (auto &worker : workers) {
        if (worker->up) {
            worker->last_drain = true;
            worker->Drain(8000);
        }
    }
    const uint64_t until = now_ms + 10000;
    while (now_ms <= until && Step()) {
        bool all = true;
        for (auto &worker : workers) {
            all = all && !(worker->up && worker->last_drain);
        }
        if (all) {
            break;
        }
    }
    if (!failure_.empty()) {
        return;
    }
    const bool lossless = (profile.faults & kLosses) == 0;
    for (auto &worker : workers) {
        if (worker->last_drain && (worker->up || (lossless && !worker->exited_well))) {
            Fail("P6", "%s did not drain well, with nothing in the way", worker->Name().c_str());
        }
    }
}

void Sim::Run()
{
    Trace("SEED %llu PROFILE %s WORKERS %zu", static_cast<unsigned long long>(options.seed),
          profile.name, workers.size());
    gateway->Start();
    for (auto &worker : workers) {
        Worker *w = worker.get();
        In(rng.Between(0, 300), [w] { w->Start(); });
    }
    operators.Begin();
    faults.Begin();
    At(calm_at, [this] { CalmDown(); });
    // Every job ends by its expiry plus lost_after; the last one is submitted before the calm.
    const uint64_t slack = 90000;
    const uint64_t until = calm_at + kExpiryMs + kLostAfterMs + slack;
    while (Step()) {
        // What was told to stop before the calm has come back by then.
        if (now_ms > calm_at + 6000 && steps % 64 == 0 && gateway->up && ledger.AllEnded()) {
            break;
        }
        if (now_ms > until) {
            break;
        }
    }
    if (!failure_.empty()) {
        return;
    }
    if (!ledger.AllEnded()) {
        const std::vector<std::string> open = ledger.Open();
        Fail("P5", "%zu jobs have no end after expiry and lost_after, %s first", open.size(),
             Short(open[0]).c_str());
        return;
    }
    DrainAll();
    if (failure_.empty()) {
        ledger.Final();
    }
}

} // namespace reeve_sim
