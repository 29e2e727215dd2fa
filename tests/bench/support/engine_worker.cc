// SPDX-License-Identifier: Apache-2.0
//
// The worker's engine without a wire: see engine_worker.h.
#include "tests/bench/support/engine_worker.h"

#include "reeve_demo_tasks.reeve.h"
#include "tests/bench/support/bench.h"

namespace reeve::bench
{

EngineWorker::EngineWorker(const EngineOptions &options, Handout *handout, Log *log)
    : handout_(handout), log_(log)
{
    struct reeve_policy_options policy = {};
    struct reeve_allow allow = {};
    struct reeve_engine_options o = {};
    reeve_key_init(&key_);
    must(reeve_key_generate(&key_, reeve_random_system()), "make a key");
    allow.task = view(options.task);
    policy.allow = &allow;
    policy.allow_count = 1;
    must(reeve_policy_new(&policy, nullptr, &policy_), "make a policy");
    o.tasks = &reeve_demo_tasks;
    o.policy.trust = policy_;
    o.policy.limits.max_in_flight = options.in_flight;
    o.identity = "spiffe://bench/worker";
    o.build = "bench";
    o.journal_id = options.journal_id;
    o.boot_id = {{4, 5, 6}};
    o.audit_key = &key_;
    o.random = options.random == nullptr ? reeve_random_system() : options.random;
    must(reeve_engine_new(&o, &engine_), "make an engine");
}

EngineWorker::~EngineWorker()
{
    reeve_engine_free(engine_);
    reeve_policy_free(policy_);
    reeve_key_clear(&key_);
}

void EngineWorker::replay(uint8_t type, uint64_t lsn, struct reeve_bytes record)
{
    must(reeve_engine_replay(engine_, type, lsn, record), "replay a record");
}

void EngineWorker::start(uint64_t next_lsn)
{
    must(reeve_engine_start(engine_, next_lsn, reeve_now_read()), "start the engine");
}

void EngineWorker::handle(const struct reeve_engine_event &event)
{
    struct reeve_engine_action action;
    const Watch watch;
    reeve_engine_handle(engine_, &event, reeve_now_read());
    while (reeve_engine_next_action(engine_, &action)) {
        const Watch theirs;
        carry_out(&action);
        engine_ns -= theirs.ns();
    }
    engine_ns += watch.ns();
}

void EngineWorker::carry_out(struct reeve_engine_action *action)
{
    switch (action->type) {
    case REEVE_ACTION_CONNECT:
        link_ = action->u.connect.link;
        return;
    case REEVE_ACTION_SEND:
        handout_->receive(reeve_buffer_view(&action->u.send.message));
        reeve_buffer_clear(&action->u.send.message);
        sending_ = true;
        return;
    case REEVE_ACTION_APPEND:
        log_->append(action->u.append.type, action->u.append.lsn, action->u.append.record);
        appended_ = true;
        return;
    case REEVE_ACTION_START_JOB:
        running_.push_back(action->u.start.handle);
        return;
    case REEVE_ACTION_NOTE:
        return;
    case REEVE_ACTION_CLOSE:
    case REEVE_ACTION_CANCEL_JOB:
    case REEVE_ACTION_RELEASE_RESULTS: /* no task here streams */
    case REEVE_ACTION_SPOOL_WRITE:
    case REEVE_ACTION_SPOOL_READ:
    case REEVE_ACTION_SPOOL_REMOVE:
    case REEVE_ACTION_EXIT:
        fail("the engine gave up");
    }
}

// One commit for each turn, as the worker's loop has it.
void EngineWorker::sync()
{
    if (appended_) {
        appended_ = false;
        log_->commit();
    }
    for (uint64_t now = log_->synced(); synced_ < now; now = log_->synced()) {
        struct reeve_engine_event event = {};
        event.type = REEVE_EVENT_JOURNAL_SYNCED;
        event.u.synced.lsn = synced_ = now;
        event.u.synced.free_bytes = UINT64_MAX;
        handle(event);
        log_->trim(marks().oldest_needed_lsn);
    }
}

void EngineWorker::finish_all()
{
    while (!running_.empty()) {
        struct reeve_buffer output;
        struct reeve_engine_result result = {};
        struct reeve_engine_event event = {};
        reeve_buffer_init(&output, nullptr, size_t{1} << 20);
        must(reeve_buffer_append_cstr(&output, "\x12\x04"
                                               "done"),
             "make an output");
        result.status = REEVE_OUTCOME_SUCCEEDED;
        result.output = &output;
        event.type = REEVE_EVENT_JOB_FINISHED;
        event.u.finished.handle = running_.front();
        event.u.finished.result = &result;
        running_.pop_front();
        handle(event);
        reeve_buffer_clear(&output);
    }
}

void EngineWorker::connect()
{
    struct reeve_engine_event event = {};
    start(1);
    event.type = REEVE_EVENT_TICK;
    handle(event);
    sync();
    event.type = REEVE_EVENT_LINK_UP;
    event.u.link.link = link_;
    handle(event);
    for (const Watch watch; !handout_->live();) {
        if (!turn()) {
            log_->wait_beyond(synced_);
        }
        if (watch.seconds() > 60) {
            fail("the engine does not connect");
        }
    }
}

bool EngineWorker::turn()
{
    struct reeve_engine_event event = {};
    bool moved = false;
    if (sending_) {
        sending_ = false;
        event.type = REEVE_EVENT_LINK_SENT;
        event.u.link.link = link_;
        handle(event);
        moved = true;
    }
    struct reeve_buffer message;
    reeve_buffer_init(&message, nullptr, size_t{2} << 20);
    if (handout_->next(&message)) {
        event = {};
        event.type = REEVE_EVENT_LINK_MESSAGE;
        event.u.link.link = link_;
        event.u.link.message = reeve_buffer_view(&message);
        handle(event);
        moved = true;
    }
    reeve_buffer_clear(&message);
    moved = moved || synced_ < log_->synced() || appended_ || !running_.empty();
    sync();
    finish_all();
    sync();
    return moved;
}

void EngineWorker::run(double seconds)
{
    for (const Watch watch; watch.seconds() < seconds;) {
        if (!turn()) {
            log_->wait_beyond(synced_);
        }
    }
}

} // namespace reeve::bench
