// SPDX-License-Identifier: Apache-2.0
//
// Runners: they take their time, heed a cancel or not, have their effect at some moment, stream
// results and pause.
#include "tests/sim/events.h"
#include "tests/sim/world.h"

namespace reeve_sim
{

void Worker::OnStart(const reeve_engine_start_job &start)
{
    Run run;
    run.job = start.job_id;
    run.kind = KindOf(reeve_bytes_cstr(start.task->name));
    run.attempt = start.attempt;
    run.aware = rng_->OneIn(2);
    run.ends_well = !rng_->OneIn(8);
    run.serial = ++sim.executions;
    run.results = Task(run.kind).streams ? rng_->Below(rng_->OneIn(3) ? 60 : 12) : 0;
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
    reeve_engine_event event = EngineEvent(REEVE_EVENT_JOB_RESULT);
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
    reeve_engine_event event = EngineEvent(REEVE_EVENT_JOB_FINISHED);
    event.u.finished.handle = handle;
    event.u.finished.result = &result;
    Fire(event);
    reeve_buffer_clear(&buffer);
}

} // namespace reeve_sim
