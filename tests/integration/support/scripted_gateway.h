/* SPDX-License-Identifier: Apache-2.0 */
/* A gateway that does what a test says: it welcomes workers, answers heartbeats, takes outcomes and
 * acknowledges them, and gives out jobs made by hand, right ones and wrong ones. It runs on the
 * test's own thread, within until(). */
#ifndef REEVE_TESTS_INTEGRATION_SUPPORT_SCRIPTED_GATEWAY_H
#define REEVE_TESTS_INTEGRATION_SUPPORT_SCRIPTED_GATEWAY_H

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agent/audit/chain.h"
#include "agent/codec/audit_record.h"
#include "agent/codec/batch.h"
#include "agent/trust/key.h"
#include "tests/integration/support/worker_server.h"
#include "tests/integration/support/world.h"

namespace reeve::test
{

enum class Approval {
    kNone,
    kValid,
    kForged,     /* the key's name with another signature */
    kStranger,   /* signed by a key that the worker does not know */
    kOtherPlan,  /* valid, but over a plan without this job */
    kOtherTenant /* valid, but the statement names another tenant */
};

/* One job as a test thinks of it. */
struct Work {
    std::string task = kStep;
    std::string input;
    std::string tenant = "acme";
    std::string pool = "default";
    struct reeve_id job_id = {};
    struct reeve_id plan_id = {};
    struct reeve_id journal_id = {}; /* not zero: for this journal instead of a pool */
    int64_t not_before_s = -60;      /* from now */
    int64_t not_after_s = 3600;
    uint32_t attempt = 1;
    uint64_t sequence = 0; /* 0: the next */
    uint64_t time_left_ms = 600000;
    bool wrong_fingerprint = false;
    Approval approval = Approval::kNone;
    std::string raw_spec; /* instead of a JobSpec, when not empty */
};

struct Ended {
    struct reeve_id job_id;
    uint64_t sequence;
    enum reeve_outcome_status status;
    enum reeve_effect effect;
    enum reeve_reason reason;
    std::string output;
    std::string message;
    size_t violations;
};

/* An audit record, as far as tests look. */
struct Record {
    enum reeve_audit_event event;
    enum reeve_session_event_kind kind; /* SESSION */
    std::string code;                   /* SESSION */
    struct reeve_id job_id;             /* JOB_ENDED */
    enum reeve_outcome_status status;   /* JOB_ENDED */
    enum reeve_reason reason;           /* JOB_ENDED */
};

class ScriptedGateway
{
  public:
    explicit ScriptedGateway(const World &world);
    ~ScriptedGateway();
    ScriptedGateway(const ScriptedGateway &) = delete;
    ScriptedGateway &operator=(const ScriptedGateway &) = delete;

    int port() const
    {
        return server_.port();
    }
    /* Runs the gateway until it holds; false after the deadline of wait.h. */
    bool until(const std::function<bool()> &holds);

    /* ---- the present session ---- */
    bool live() const; /* welcomed, resumed and with a grant */
    size_t sessions() const
    {
        return server_.calls.size();
    }
    Side &session() const
    {
        return *server_.calls.back();
    }
    uint64_t granted() const
    {
        return granted_;
    }
    uint64_t given() const
    {
        return given_;
    }
    void send_raw(const std::string &message);
    void send(const struct reeve_gateway_frame &frame);
    std::string encode(const struct reeve_gateway_frame &frame) const;
    std::string encode_welcome(uint64_t epoch);
    std::string encode_dispatch(const Work &work);
    Work make(const std::string &task, const std::string &input) const;
    void give(const Work &work); /* waits for a grant */

    /* ---- what came ---- */
    std::vector<Ended> ended; /* each once */
    std::vector<Record> records;
    std::string received; /* every byte of every message, when `keep` */
    bool keep = false;
    struct reeve_id journal_id = {};
    std::map<std::string, struct reeve_digest> fingerprints;
    const Ended *end_of(const Work &work) const; /* the last */
    size_t ends_of(const Work &work) const;
    size_t violations(const std::string &code) const; /* SESSION records of kind VIOLATION */

    /* ---- how it behaves ---- */
    std::function<void(struct reeve_welcome &)> adjust_welcome;
    bool answers_heartbeats = true;
    bool acknowledges = true;
    uint32_t heartbeat_interval_ms = 200;
    uint32_t lease_ms = 60000;

  private:
    void open(Side &side);
    void take(Side &side, const std::string &message);
    void handle(Side &side, const struct reeve_worker_frame &frame);
    void welcome(const struct reeve_hello &hello);
    void end_older();
    bool follow(const struct reeve_audit_entry &entry);
    void note(const struct reeve_audit_record &record);
    void on_outcome(const struct reeve_outcome &outcome);
    void acknowledge();
    std::string spec_of(const Work &work) const;
    std::string statement_of(const Work &work, const std::string &spec) const;

    const World &world_;
    Loop loop_;
    WorkerServer server_;
    struct reeve_key stranger_;
    struct reeve_key countersigner_;
    struct reeve_audit_chain chain_ = {};
    uint64_t acknowledged_ = 0;
    uint64_t epoch_ = 0;
    uint64_t sequence_ = 0;
    uint64_t granted_ = 0;
    uint64_t given_ = 0;
    uint64_t beats_ = 0;
    bool resumed_ = false;
    struct reeve_arena arena_;
};

std::string text_of_id(const struct reeve_id &id);
/* A field of type string or bytes, in protobuf's binary form. */
std::string proto_text(unsigned field, const std::string &text);
std::string proto_varint(unsigned field, uint64_t value);

} // namespace reeve::test
#endif
