/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest gateway that a driver can talk to over the in-memory transport: welcomes, answers
 * heartbeats, dispatches native jobs, keeps and acknowledges outcomes and audit records. Everything
 * on the loop's thread. */
#ifndef REEVE_TESTS_UNIT_AGENT_MAIN_LITTLE_GATEWAY_H
#define REEVE_TESTS_UNIT_AGENT_MAIN_LITTLE_GATEWAY_H

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "agent/base/random.h"
#include "agent/codec/frame.h"
#include "agent/transport/memory.h"
#include "proto/runtime/table.h"

namespace reeve::test
{

struct LittleOutcome {
    reeve_outcome_status status;
    reeve_effect effect;
    reeve_reason reason;
    std::string output;
};

class LittleGateway
{
  public:
    explicit LittleGateway(const reeve_task_table *tasks);
    ~LittleGateway();
    LittleGateway(const LittleGateway &) = delete;
    LittleGateway &operator=(const LittleGateway &) = delete;

    /* The worker's end of a new connection; refused while `closed`. */
    reeve_transport *connect();
    /* Delivers what is under way. */
    void run();
    void cut();

    void dispatch(const std::string &task, const std::string &input, uint64_t time_left_ms = 30000);

    bool closed = false;             /* nobody answers */
    bool keep_outcomes_open = false; /* acknowledge none */
    int connects = 0;
    bool live = false; /* ResumeDone came */
    bool draining = false;
    int heartbeats = 0;
    uint64_t audit_sequence = 0;
    std::string build;
    std::vector<LittleOutcome> outcomes;

  private:
    void drop_link();
    void on_message(reeve_bytes message);
    void on_frame(const reeve_worker_frame &frame);
    void on_entry(const reeve_audit_entry &entry);
    void welcome(const reeve_hello &hello);
    void send(const reeve_gateway_frame &frame);
    void flush();

    const reeve_task_table *tasks_;
    reeve_memory_link *link_ = nullptr;
    std::vector<reeve_memory_link *> old_links_;
    reeve_transport *end_ = nullptr;
    bool sending_ = false;
    std::deque<std::string> queue_;
    reeve_arena arena_;
    uint64_t epoch_ = 0;
    uint64_t sequence_ = 0;
    reeve_digest audit_hash_ = {};
    uint64_t job_ = 0;
};

} // namespace reeve::test
#endif
