// SPDX-License-Identifier: Apache-2.0
// A gateway that does whatever it likes, against a worker's engine (P3, P4, P5, P7). The input is a
// program of what happens: frames that make sense, nearly make sense or are noise, links that come
// and go, disks that sync late or fail, runners that end, time, configuration, crashes. What must
// hold is in engine_driver.h. At the end an honest gateway takes over: the worker's journal is
// still its own, everything that started has its one end, and the gateway hears of all of it.
#include "agent/base/hash.h"
#include "tests/fuzz/worker_world.h"

namespace reeve::fuzz
{

namespace
{

constexpr size_t kMaxSteps = 300;

} // namespace

uint32_t WorkerWorld::PickLink()
{
    if (worker_.links.empty()) {
        return 0;
    }
    auto at = worker_.links.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(in_.Below(worker_.links.size())));
    return at->first;
}

// One that is up, brought up if need be.
uint32_t WorkerWorld::OpenLink()
{
    const uint32_t link = PickLink();
    if (link != 0 && !worker_.links[link].up) {
        worker_.Up(link);
    }
    return worker_.links.count(link) != 0 ? link : 0;
}

// What a quiet moment brings: disk and sockets get done.
void WorkerWorld::Settle()
{
    for (int i = 0; i < 40; i++) {
        bool again =
            worker_.Running() && !worker_.failed && worker_.synced < worker_.journal.size();
        worker_.SyncAll();
        for (const auto &[number, link] : std::map<uint32_t, EngineDriver::Link>(worker_.links)) {
            if (link.closed) {
                worker_.Down(number, REEVE_CANCELLED);
                again = true;
            } else if (link.sending && worker_.Running()) {
                worker_.Sent(number);
                again = true;
            }
        }
        if (!again) {
            return;
        }
    }
}

void WorkerWorld::LinkStep()
{
    const uint32_t link = PickLink();
    if (link == 0) {
        worker_.Advance(in_.Below(4) * 700);
        return;
    }
    const EngineDriver::Link &state = worker_.links[link];
    if (!state.up && in_.Below(4) != 3) {
        worker_.Up(link);
    } else if (state.sending && in_.Flag()) {
        worker_.Sent(link);
    } else if (in_.Below(4) == 3 || state.closed) {
        worker_.Down(link,
                     static_cast<reeve_status>(in_.Flag() ? REEVE_UNAVAILABLE : REEVE_CANCELLED));
    }
}

void WorkerWorld::RunnerStep()
{
    if (worker_.running.empty()) {
        return;
    }
    auto at = worker_.running.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(in_.Below(worker_.running.size())));
    const reeve_job_handle handle = at->first;
    const EngineDriver::Run &run = at->second;
    const uint64_t kind = in_.Below(8);
    if (reeve_sim::Task(run.kind).streams && kind < 4 && run.emitted - run.released < 6) {
        worker_.Emit(handle, kind == 3 ? kLargeOutput : in_.Near(20) % 4096);
    } else if (kind == 4) {
        worker_.Progress(handle, in_.Number(), in_.Number());
    } else if (kind < 7) {
        worker_.Finish(handle, REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE, 0,
                       kind == 6 ? kLargeOutput : in_.Near(10) % 4096);
    } else {
        const auto status = static_cast<reeve_outcome_status>(2 + in_.Below(4));
        worker_.Finish(handle, status, static_cast<reeve_effect>(in_.Below(4)),
                       static_cast<uint32_t>(in_.Near(REEVE_REASON_UPSTREAM_FAILED)), 0);
    }
}

void WorkerWorld::Restart()
{
    worker_.Crash(worker_.synced + in_.Below(worker_.journal.size() - worker_.synced + 1));
    sides_.clear();
    worker_.Boot();
}

void WorkerWorld::WorkerStep()
{
    const uint64_t kind = in_.Below(9);
    if (kind == 0) {
        worker_.Renew();
    } else if (kind == 1) {
        worker_.Reload(in_.Flag());
    } else if (kind == 2) {
        worker_.Drain(in_.Near(500));
    } else if (kind == 3) {
        worker_.FailJournal(in_.Flag() ? REEVE_IO : REEVE_DISK_FULL);
    } else if (kind == 4) {
        Restart();
    } else if (kind == 5) {
        worker_.now.unix_ms += static_cast<int64_t>(in_.Below(200000)) - 100000;
    } else if (kind == 6) {
        worker_.Sync(worker_.synced + 1 + in_.Below(4), in_.Near(1u << 20));
    } else if (kind == 8) {
        const uint32_t link = PickLink();
        if (link != 0 && worker_.links[link].up) {
            worker_.Leaving(link);
        }
    } else {
        Settle();
    }
}

void WorkerWorld::Step()
{
    static const uint64_t times[] = {1, 10, 50, 400, 1300, 5000, 11000, 60000};
    const uint64_t kind = in_.Below(16);
    reeve_arena_reset(&arena_);
    if (kind < 3) {
        const uint32_t link = Live();
        if (link != 0 && kind == 0) {
            Chores(link);
        } else if (link != 0) {
            Give(link);
        }
    } else if (kind < 6) {
        const uint32_t link = OpenLink();
        if (link == 0) {
            worker_.Advance(100);
            return;
        }
        std::vector<reeve_gateway_frame> frames;
        for (uint64_t i = 1 + in_.Below(3); i > 0; i--) {
            frames.push_back(Make(link));
        }
        std::string bytes = Encode(frames);
        if (kind == 5 && !bytes.empty()) { // damaged, or cut
            const size_t at = in_.Below(bytes.size());
            bytes[at] = static_cast<char>(bytes[at] ^ in_.Byte());
            bytes.resize(bytes.size() - in_.Below(3) % bytes.size());
        }
        worker_.Message(link, bytes);
    } else if (kind == 6) {
        const uint32_t link = OpenLink();
        if (link != 0) {
            worker_.Message(link, in_.Bytes(in_.Below(64)));
        }
    } else if (kind == 7) {
        LinkStep();
    } else if (kind == 8) {
        worker_.Advance(times[in_.Below(8)]);
    } else if (kind < 12) {
        RunnerStep();
    } else if (kind == 12) {
        WorkerStep();
    } else {
        Settle();
    }
}

// ---- the end ----

// An honest gateway, the one that was there before all this, that knows what this worker was told
// to be settled, and nothing more.
bool WorkerWorld::TryMeet()
{
    for (int i = 0; i < 4100 && worker_.links.empty(); i++) {
        worker_.Advance(i < 400 ? 100 : 1000); // Retry may ask for an hour
        worker_.SyncAll();
    }
    if (worker_.links.size() != 1) {
        return false;
    }
    const uint32_t link = worker_.links.begin()->first;
    worker_.Up(link);
    Settle();
    if (!sides_[link].said_hello) {
        return false;
    }
    const reeve_hello &hello = sides_[link].hello;
    reeve_gateway_frame frame = {};
    reeve_welcome &w = frame.as.welcome;
    const reeve_bytes pool = reeve_bytes_cstr("desk");
    frame.type = REEVE_GATEWAY_FRAME_WELCOME;
    w.version = 1;
    w.epoch = hello.last_epoch + 1;
    w.gateway_id.bytes[0] = 1;
    w.tenant = reeve_bytes_cstr("t");
    w.pools.items = &pool;
    w.pools.count = 1;
    w.dispatch_mark = hello.dispatch_mark;
    w.dispatch_base = hello.dispatch_mark;
    w.audit_sequence = hello.settled_mark;
    for (const EngineDriver::Record &record : worker_.journal) {
        if (record.audit_sequence == w.audit_sequence && w.audit_sequence > 0) {
            w.audit_hash = reeve_sha256_of(View(record.audit));
        }
    }
    w.heartbeat_interval_ms = 400;
    w.lease_ms = 1200;
    w.max_frame_bytes = 1u << 20;
    w.max_job_spec_bytes = 1u << 16;
    w.max_result_bytes = 1u << 20;
    w.result_limit = 1000000;
    worker_.Message(link, Encode({frame}));
    Settle();
    if (!sides_[link].resume_done) {
        return false;
    }
    // Everything that is not settled comes; then it is.
    for (const EngineDriver::Record &record : worker_.journal) {
        if (record.audit_sequence > w.audit_sequence && hashes_.count(record.audit_sequence) == 0) {
            return false;
        }
    }
    frame = {};
    frame.type = REEVE_GATEWAY_FRAME_OUTCOME_ACK;
    frame.as.outcome_ack.audit_sequence = sides_[link].audit_sequence;
    worker_.Message(link, Encode({frame}));
    Settle();
    return worker_.links.count(link) == 1 && !worker_.links[link].closed &&
           worker_.Status().unsettled == 0;
}

// A session comes about, lasts, and all that is in the journal is told and settled in it (P4, P5,
// P6). Where memory was short, another is allowed.
void WorkerWorld::Meet()
{
    for (int tries = 0; !TryMeet(); tries++) {
        Require(WasShort() && tries < 3, "P6: no good session with an honest gateway");
        for (const auto &entry : std::map<uint32_t, EngineDriver::Link>(worker_.links)) {
            worker_.Down(entry.first, REEVE_UNAVAILABLE);
        }
    }
}

void WorkerWorld::End()
{
    // This process comes to an end of its jobs.
    for (const auto &entry : std::map<uint32_t, EngineDriver::Link>(worker_.links)) {
        worker_.Down(entry.first, REEVE_UNAVAILABLE);
    }
    while (!worker_.running.empty() && worker_.Running()) {
        worker_.Finish(worker_.running.begin()->first, REEVE_OUTCOME_SUCCEEDED, REEVE_EFFECT_DONE,
                       0, 4);
    }
    Settle();
    worker_.Advance(200); // what could not be stored at once is stored now
    Settle();
    if (worker_.Running() && !worker_.failed && !worker_.drains) {
        Meet();
        worker_.Down(worker_.links.begin()->first, REEVE_UNAVAILABLE);
    }
    worker_.Crash(worker_.synced);
    sides_.clear();
    hashes_.clear();
    worker_.Boot();
    worker_.SyncAll();
    worker_.CheckEnds();
    Meet();
}

void WorkerWorld::Run()
{
    for (size_t steps = 0; !in_.Empty() && steps < kMaxSteps; steps++) {
        if (worker_.exited) {
            Restart();
        }
        Step();
    }
    End();
}

} // namespace reeve::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return reeve::fuzz::Play<reeve::fuzz::WorkerWorld>(data, size);
}
