// SPDX-License-Identifier: Apache-2.0
//
// The worker's engine alone: dispatch bytes in, outcome bytes out, in memory, on one thread. The
// journal counts as synced at once and the job is done when it is started, so what is measured is
// what each job costs in decisions, frames, journal records and audit chain.
//
//   jobs_per_s    with the engine's own time only; what the peer's side costs is not counted
//   ns_per_job    the same the other way round
#include <deque>

#include "agent/core/engine.h"
#include "reeve_demo_tasks.reeve.h"
#include "tests/bench/support/bench.h"
#include "tests/bench/support/handout.h"

namespace
{

using namespace reeve::bench;

class Worker
{
  public:
    Worker(const std::string &task, uint32_t in_flight, Handout *handout);
    ~Worker()
    {
        reeve_engine_free(engine_);
        reeve_policy_free(policy_);
        reeve_key_clear(&key_);
    }
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    // Lets the other side speak, then finishes what runs; false when nothing moved.
    bool turn();
    void connect();
    uint64_t engine_ns = 0;

  private:
    void handle(const struct reeve_engine_event &event);
    void carry_out(struct reeve_engine_action *action);
    void sync();
    void finish_all();

    struct reeve_engine *engine_ = nullptr;
    struct reeve_policy *policy_ = nullptr;
    struct reeve_key key_;
    Handout *handout_;
    std::deque<reeve_job_handle> running_;
    uint64_t appended_ = 0;
    uint64_t synced_ = 0;
    uint32_t link_ = 0;
    bool sending_ = false;
};

Worker::Worker(const std::string &task, uint32_t in_flight, Handout *handout) : handout_(handout)
{
    struct reeve_policy_options policy = {};
    struct reeve_allow allow = {};
    struct reeve_engine_options o = {};
    reeve_key_init(&key_);
    must(reeve_key_generate(&key_, reeve_random_system()), "make a key");
    allow.task = view(task);
    policy.allow = &allow;
    policy.allow_count = 1;
    must(reeve_policy_new(&policy, nullptr, &policy_), "make a policy");
    o.tasks = &reeve_demo_tasks;
    o.policy.trust = policy_;
    o.policy.limits.max_in_flight = in_flight;
    o.identity = "spiffe://bench/worker";
    o.build = "bench";
    o.journal_id = {{1, 2, 3}};
    o.boot_id = {{4, 5, 6}};
    o.audit_key = &key_;
    o.random = reeve_random_system();
    must(reeve_engine_new(&o, &engine_), "make an engine");
    must(reeve_engine_start(engine_, 1, reeve_now_read()), "start the engine");
}

void Worker::handle(const struct reeve_engine_event &event)
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

void Worker::carry_out(struct reeve_engine_action *action)
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
        appended_ = action->u.append.lsn;
        return;
    case REEVE_ACTION_START_JOB:
        running_.push_back(action->u.start.handle);
        return;
    case REEVE_ACTION_NOTE:
        return;
    case REEVE_ACTION_CLOSE:
    case REEVE_ACTION_CANCEL_JOB:
    case REEVE_ACTION_RELEASE_RESULTS: /* no task here streams */
    case REEVE_ACTION_EXIT:
        fail("the engine gave up");
    }
}

void Worker::sync()
{
    while (synced_ < appended_) {
        struct reeve_engine_event event = {};
        event.type = REEVE_EVENT_JOURNAL_SYNCED;
        event.u.synced.lsn = synced_ = appended_;
        event.u.synced.free_bytes = UINT64_MAX;
        handle(event);
    }
}

void Worker::finish_all()
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

void Worker::connect()
{
    struct reeve_engine_event event = {};
    event.type = REEVE_EVENT_TICK;
    handle(event);
    sync();
    event.type = REEVE_EVENT_LINK_UP;
    event.u.link.link = link_;
    handle(event);
    while (!handout_->live() && turn()) {
    }
}

bool Worker::turn()
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
    moved = moved || synced_ < appended_ || !running_.empty();
    sync();
    finish_all();
    sync();
    return moved;
}

} // namespace

int main(int argc, char **argv)
{
    const Arguments arguments(argc, argv,
                              {{"task", "demo.native.v1.Native/Echo"},
                               {"seconds", "1"},
                               {"in-flight", "1024"},
                               {"payload", "16"}});
    const std::string &task = arguments["task"];
    Handout handout(find_task(task), input_of(task, arguments.number("payload")));
    Worker worker(task, static_cast<uint32_t>(arguments.number("in-flight")), &handout);
    worker.connect();

    const Watch watch;
    const uint64_t before = handout.ended();
    worker.engine_ns = 0;
    while (watch.seconds() < arguments.seconds("seconds")) {
        if (!worker.turn()) {
            fail("the engine stands still");
        }
    }
    const double jobs = static_cast<double>(handout.ended() - before);
    const double ns = static_cast<double>(worker.engine_ns) / jobs;
    Json json;
    json.add("bench", "engine_jobs").add("task", task).add("jobs", jobs);
    json.add("jobs_per_s", 1e9 / ns).add("ns_per_job", ns);
    json.print();
    return 0;
}
