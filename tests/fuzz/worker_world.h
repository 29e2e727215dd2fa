// SPDX-License-Identifier: Apache-2.0
// The world of worker_session_fuzz.cc: a worker's engine, its links, and all that a gateway may say
// to it.
//
//   worker_gateway.cc       what the gateway hears and says, honest or odd
//   worker_session_fuzz.cc  the steps, and the end
#ifndef REEVE_TESTS_FUZZ_WORKER_WORLD_H
#define REEVE_TESTS_FUZZ_WORKER_WORLD_H

#include "agent/codec/job_spec.h"
#include "tests/fuzz/engine_driver.h"
#include "tests/fuzz/input.h"
#include "tests/sim/keys.h"

namespace reeve::fuzz
{

struct Keys {
    reeve_key approver = reeve_sim::KeyOf(88);
    reeve_key stranger = reeve_sim::KeyOf(66);
    reeve_key gateway = reeve_sim::KeyOf(77);
};
const Keys &TheKeys();

// What a gateway knows of one link.
struct Side {
    bool said_hello = false;
    reeve_hello hello = {}; // numbers only: what it borrowed is gone
    uint64_t last_beat = 0;
    uint64_t beats = 0;
    uint64_t audit_sequence = 0; // highest seen
    bool resume_done = false;
    uint64_t granted = 0;
    uint64_t given = 0;
    uint64_t answered = 0; // the last beat that an honest gateway answered
};

class WorkerWorld
{
  public:
    explicit WorkerWorld(Input &in)
        : in_(in), worker_("spiffe://fuzz/worker", 1, TheKeys().approver.public_key)
    {
        reeve_arena_init(&arena_, nullptr, size_t{1} << 22, 0);
        worker_.on_send = [this](uint32_t link, const std::string &bytes) { Heard(link, bytes); };
        worker_.approved = &approved_;
        worker_.Boot();
    }
    ~WorkerWorld()
    {
        reeve_arena_clear(&arena_);
    }
    WorkerWorld(const WorkerWorld &) = delete;
    WorkerWorld &operator=(const WorkerWorld &) = delete;

    void Run();

  private:
    void Step();
    void LinkStep();
    void WorkerStep();
    void RunnerStep();
    void Settle();
    void Restart();
    void End();
    bool TryMeet();
    void Meet();
    void Heard(uint32_t link, const std::string &bytes);
    uint32_t PickLink();
    uint32_t OpenLink();
    std::string PickJob();
    reeve_gateway_frame Make(uint32_t link);
    void MakeWelcome(const Side &side, reeve_welcome *w);
    void MakeDispatch(reeve_dispatch *d);
    void MakeSpec(reeve_job_spec *spec);
    void Sign(const reeve_job_spec &spec, reeve_dispatch *d);
    reeve_bytes Keep(const std::string &bytes);
    uint64_t Odd(uint64_t usual); // as it should be, but for the one that Pick() chose
    void Choose(uint64_t fields);
    uint32_t Live();
    void Chores(uint32_t link);
    void Give(uint32_t link);

    Input &in_;
    std::set<std::string> approved_;
    EngineDriver worker_;
    std::map<uint32_t, Side> sides_;
    std::vector<std::string> jobs_; // dispatched
    uint64_t odd_ = 0;              // fields until the one that is not as it should be
    reeve_arena arena_;             // what a frame under construction borrows from
    std::string spec_;
    std::string checkpoint_; // the newest that came
    uint64_t sequence_ = 0;
    uint64_t epoch_ = 0;
    uint8_t made_ = 0;                        // jobs
    std::map<std::string, uint64_t> results_; // that came, by job
    std::map<uint64_t, reeve_digest> hashes_; // audit records that came, by sequence
};

} // namespace reeve::fuzz

#endif
