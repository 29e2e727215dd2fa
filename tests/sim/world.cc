// SPDX-License-Identifier: Apache-2.0
//
// Time, the queue of what happens next, the trace; the course of a world.
#include "tests/sim/world.h"

#include <cstdarg>
#include <cstdio>

namespace reeve_sim
{

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
    const bool lossless = !ledger.HadLosses();
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
