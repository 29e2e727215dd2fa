/* SPDX-License-Identifier: Apache-2.0 */
/* The control API for tests: one call after the other, tried again while the gateway is away. */
#ifndef REEVE_TESTS_INTEGRATION_SUPPORT_CONTROL_H
#define REEVE_TESTS_INTEGRATION_SUPPORT_CONTROL_H

#include <memory>
#include <string>
#include <vector>

#include "agent/codec/outcome_status.h"
#include "reeve/v1/control.reeve.h"
#include "tests/integration/support/world.h"
#include "tests/unit/agent/io/rpc/rpc_fixture.h"

namespace reeve::test
{

/* An id of the control API as reevectl takes and prints it. */
std::string text_of_id(const std::string &id);

/* A job to be planned; times are the gateway's defaults when 0. */
struct Planned {
    std::string task = kStep;
    std::string input; /* binary form */
    std::string fingerprint;
    std::string pool;
    uint64_t timeout_ms = 0;
};

struct JobView {
    std::string id;
    std::string task;
    enum reeve_v1_job_state state;
    enum reeve_outcome_status status;
    enum reeve_effect effect;
    enum reeve_reason reason;
    std::string message;
    std::string reference;
    std::string waiting_for;
    std::string output;
    uint32_t attempt;
    std::vector<enum reeve_reason> failures; /* of attempts that were not the end, newest first */
    int64_t next_attempt_unix_ms;            /* 0: at once */
    uint64_t results;

    bool ended() const
    {
        return state == REEVE_V1_JOB_STATE_JOB_ENDED;
    }
};

struct PlanView {
    std::string id;
    enum reeve_v1_plan_state state;
    std::string statement;
    std::vector<JobView> jobs;
};

struct Answer {
    int code = -1; /* of gRPC */
    std::string text;
    std::string error; /* an encoded ErrorDetail, or empty */
    std::string message;
};

class Control
{
  public:
    Control(const World &world, const std::string &role);

    /* Closes the connection; the next call makes a new one. A gateway that stops waits for those
     * who do not read its farewell, and this client reads only while it calls. */
    void hang_up()
    {
        channel_.reset();
        loop_.run_for(20);
    }
    /* One unary call. UNAVAILABLE is tried again until the deadline of wait.h. */
    Answer call(const std::string &method, const std::string &request);
    /* The same, tried once. */
    Answer try_call(const std::string &method, const std::string &request);
    /* These must succeed. */
    void register_tasks(const char *manifest = built::kManifest);
    PlanView submit(const std::vector<Planned> &jobs, uint64_t expires_in_ms = 0,
                    uint32_t priority = 0);
    /* As try_call(): what the gateway says of a plan that it may refuse. */
    Answer try_submit(const std::vector<Planned> &jobs);
    /* Whether the gateway counts a worker as connected; for operators and auditors. */
    bool sees_worker();
    PlanView approve(const std::string &plan_id);
    PlanView plan(const std::string &plan_id);
    JobView job(const std::string &job_id);
    void cancel_job(const std::string &job_id);
    /* The plan, once every job has ended. */
    PlanView wait_ended(const std::string &plan_id);

  private:
    std::string must(const std::string &method, const std::string &request);

    const World &world_;
    Credential credential_;
    Loop loop_;
    std::unique_ptr<Channel> channel_;
};

} // namespace reeve::test
#endif
