// SPDX-License-Identifier: Apache-2.0
//
// A gateway that only hands out jobs: no plans, no store, no registry. It follows the contract of
// the worker stream, dispatches one task as fast as the worker's limit allows, and acknowledges at
// once. What a worker does against it is the worker's own ceiling.
#ifndef REEVE_TESTS_BENCH_SUPPORT_HANDOUT_H
#define REEVE_TESTS_BENCH_SUPPORT_HANDOUT_H

#include <functional>
#include <string>
#include <vector>

#include "agent/base/arena.h"
#include "agent/base/buffer.h"
#include "agent/codec/batch.h"
#include "agent/trust/key.h"
#include "proto/runtime/table.h"

namespace reeve::bench
{

// The task of the example table by name; ends the program when it is not there.
const struct reeve_task *find_task(const std::string &name);
std::string encode(const struct reeve_message *type, const void *message);
// The binary input of demo.native.v1.Native/Echo or /Step, with `payload` bytes in it.
std::string input_of(const std::string &task, size_t payload);

class Handout
{
  public:
    Handout(const struct reeve_task *task, const std::string &input);
    ~Handout();
    Handout(const Handout &) = delete;
    Handout &operator=(const Handout &) = delete;

    // Takes one message of the worker.
    void receive(struct reeve_bytes message);
    // The next message for the worker: what is to be said, then as many jobs as fit. False: none.
    // The buffer is initialised by the caller and empty.
    bool next(struct reeve_buffer *out);
    // Hands out nothing more; what was handed out still ends.
    void stop()
    {
        stopped_ = true;
    }
    // At most one job under way; took_ns then has the time of each, dispatch to outcome.
    void one_at_a_time(bool one)
    {
        one_ = one;
    }
    bool live() const
    {
        return resumed_;
    }
    uint64_t given() const
    {
        return given_;
    }
    uint64_t ended() const
    {
        return ended_;
    }

    std::vector<uint64_t> took_ns;
    // Each audit entry as it comes, with the output beside it; not set: nobody looks.
    std::function<void(const struct reeve_audit_entry &, struct reeve_bytes output)> on_entry;

  private:
    void take(const struct reeve_worker_frame &frame);
    void take_outcome(const struct reeve_outcome &outcome);
    void say_welcome(struct reeve_batch_writer *writer);
    void say_acks(struct reeve_batch_writer *writer);
    bool give_one(struct reeve_batch_writer *writer);

    const struct reeve_task *task_;
    std::string spec_; // with job_id to be written at job_id_at_
    size_t job_id_at_ = 0;
    struct reeve_key key_;
    struct reeve_arena arena_;
    struct reeve_id journal_id_ = {};
    std::string checkpoint_; // to be countersigned
    uint64_t audit_sequence_ = 0;
    uint64_t acked_ = 0;
    uint64_t beat_ = 0; // to be answered
    uint64_t beats_ = 0;
    uint64_t granted_ = 0;
    uint64_t given_ = 0;
    uint64_t ended_ = 0;
    uint64_t given_at_ns_ = 0;
    bool one_ = false;
    bool greeted_ = false;
    bool welcomed_ = false;
    bool resumed_ = false;
    bool stopped_ = false;
};

} // namespace reeve::bench
#endif
