// SPDX-License-Identifier: Apache-2.0
// The control API: checks before anything is stored, approvals, tenants, watch (P3, P7).
#include <set>

#include "tests/unit/gateway-stub/core/harness.h"

namespace reeve_test
{

class Control : public CoreTest
{
  protected:
    void SetUp() override
    {
        CoreTest::SetUp();
        register_tasks();
    }
};

// P3: what no worker would take is not stored either.
TEST_F(Control, ValidatesInputsAndNamesTheField)
{
    std::string task = step;
    std::string input("\x0a\x03"
                      "A!?");
    reeve_v1_planned_job planned = REEVE_V1_PLANNED_JOB_INIT;
    planned.task = &task[0];
    planned.input = {input.size(), reinterpret_cast<uint8_t *>(&input[0])};
    reeve_v1_planned_job *jobs[] = {&planned, &planned};
    reeve_v1_submit_plan_request request = REEVE_V1_SUBMIT_PLAN_REQUEST_INIT;
    request.jobs = jobs;
    request.n_jobs = 2;
    const Reply reply = gateway->reply(gateway->call(
        REEVE_CONTROL_SUBMIT_PLAN, encode(reeve_v1_submit_plan_request_message, &request)));
    EXPECT_EQ(reply.code, 3);
    const auto *detail = error(reply);
    EXPECT_STREQ(detail->code, "INPUT_INVALID");
    ASSERT_EQ(detail->n_problems, 2u);
    EXPECT_STREQ(detail->problems[1]->field, "jobs[1].input.name");
    EXPECT_STREQ(detail->problems[1]->rule, "string.pattern");
    EXPECT_EQ(reeve_gateway_count(gateway->core).jobs, 0u);
}

TEST_F(Control, RefusesUnknownTasks)
{
    const Reply reply =
        gateway->reply(gateway->call(REEVE_CONTROL_SUBMIT_PLAN, submit_request("no.Such/Task")));
    EXPECT_EQ(reply.code, 3);
    EXPECT_STREQ(error(reply)->code, "UNKNOWN_TASK");
}

TEST_F(Control, ReturnsTheFirstPlanForARepeatedKey)
{
    auto *first = submit(echo, 1, "same");
    auto *second = submit(echo, 1, "same");
    ASSERT_NE(second, nullptr);
    EXPECT_EQ(std::string(reinterpret_cast<char *>(first->plan_id.data), 16),
              std::string(reinterpret_cast<char *>(second->plan_id.data), 16));
    EXPECT_EQ(reeve_gateway_count(gateway->core).jobs, 1u);
}

// P3.
TEST_F(Control, NeedsAnApprovalByAKnownKeyOfSomebodyElse)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(ticket);
    ASSERT_NE(plan, nullptr);
    EXPECT_EQ(plan->approvals_needed, 1u);
    EXPECT_TRUE(worker.dispatches().empty());
    EXPECT_STREQ(error(approve(plan, "spiffe://d/planner"))->code, "FOUR_EYES");
    plan->statement.data[0] ^= 1;
    EXPECT_STREQ(error(approve(plan))->code, "SIGNATURE_INVALID");
    plan->statement.data[0] ^= 1;
    EXPECT_EQ(approve(plan).code, 0);
    EXPECT_EQ(worker.dispatches().size(), 1u) << "at once";
    EXPECT_STREQ(error(approve(plan))->code, "PLAN_NOT_PENDING");
}

TEST_F(Control, RejectsAPlan)
{
    auto *plan = submit(ticket);
    reeve_v1_reject_plan_request request = REEVE_V1_REJECT_PLAN_REQUEST_INIT;
    std::string reason = "no";
    request.plan_id = plan->plan_id;
    request.reason = &reason[0];
    const Reply reply = gateway->reply(gateway->call(
        REEVE_CONTROL_REJECT_PLAN, encode(reeve_v1_reject_plan_request_message, &request)));
    ASSERT_EQ(reply.code, 0) << reply.text;
    const auto *after =
        as<reeve_v1_get_plan_response>(reeve_v1_get_plan_response_message, reply.bytes)->plan;
    EXPECT_EQ(after->state, REEVE_V1_PLAN_STATE_PLAN_REJECTED);
    EXPECT_EQ(after->jobs[0]->error->reason, REEVE_V1_REASON_PLAN_REJECTED);
    EXPECT_EQ(reeve_gateway_count(gateway->core).plans, 0u);
    EXPECT_EQ(gateway
                  ->reply(gateway->call(REEVE_CONTROL_REJECT_PLAN,
                                        encode(reeve_v1_reject_plan_request_message, &request)))
                  .code,
              9);
}

TEST_F(Control, ExpiresAPlanThatNobodyApproves)
{
    auto *plan = submit(ticket);
    gateway->advance(3601u * 1000);
    EXPECT_EQ(job(plan->jobs[0]->job_id)->error->reason, REEVE_V1_REASON_EXPIRED);
    EXPECT_EQ(reeve_gateway_count(gateway->core).plans, 0u);
}

TEST_F(Control, ShowsNothingOfAnotherTenant)
{
    auto *plan = submit(echo);
    EXPECT_NE(job(plan->jobs[0]->job_id), nullptr);
    EXPECT_EQ(job(plan->jobs[0]->job_id, "u"), nullptr);
    const Reply reply = gateway->reply(gateway->call(
        REEVE_CONTROL_SUBMIT_PLAN, submit_request(echo), "spiffe://d/planner", ~0u, "u"));
    EXPECT_STREQ(error(reply)->code, "UNKNOWN_TASK");
    Worker stranger(*gateway);
    stranger.tenant = "u";
    stranger.connect();
    EXPECT_TRUE(stranger.dispatches().empty());
}

TEST_F(Control, ChecksRoles)
{
    const Reply reply = gateway->reply(gateway->call(
        REEVE_CONTROL_SUBMIT_PLAN, submit_request(echo), "spiffe://d/auditor", REEVE_ROLE_AUDITOR));
    EXPECT_EQ(reply.code, 7);
    EXPECT_STREQ(error(reply)->code, "ROLE_MISSING");
    EXPECT_NE(std::string(error(reply)->hint).find("PLANNER"), std::string::npos);
}

// P7.
TEST_F(Control, HoldsNoMoreOpenJobsThanItMay)
{
    gateway->crash();
    gateway->options.limits.max_open_jobs = 3;
    gateway->start();
    ASSERT_NE(submit(echo, 3), nullptr);
    const Reply reply =
        gateway->reply(gateway->call(REEVE_CONTROL_SUBMIT_PLAN, submit_request(echo)));
    EXPECT_EQ(reply.code, 8);
    EXPECT_STREQ(error(reply)->code, "TOO_MANY_OPEN_JOBS");
}

TEST_F(Control, RefusesSubmitsOnAFullDiskAndKeepsWhatItHas)
{
    ASSERT_NE(submit(echo), nullptr);
    gateway->fail_store = REEVE_DISK_FULL;
    const Reply reply =
        gateway->reply(gateway->call(REEVE_CONTROL_SUBMIT_PLAN, submit_request(echo)));
    EXPECT_EQ(reply.code, 14);
    EXPECT_STREQ(error(reply)->code, "STORE_UNAVAILABLE");
    gateway->fail_store = REEVE_OK;
    EXPECT_EQ(reeve_gateway_count(gateway->core).jobs, 1u);
    ASSERT_NE(submit(echo), nullptr);
}

TEST_F(Control, WatchesAPlanToItsEnd)
{
    auto *plan = submit(step, 2);
    reeve_v1_watch_plan_request request = REEVE_V1_WATCH_PLAN_REQUEST_INIT;
    request.plan_id = plan->plan_id;
    const uint64_t call = gateway->call(REEVE_CONTROL_WATCH_PLAN,
                                        encode(reeve_v1_watch_plan_request_message, &request));
    ASSERT_EQ(gateway->reply(call).messages.size(), 1u);
    Worker worker(*gateway);
    worker.connect();
    for (auto &frame : worker.dispatches()) {
        worker.outcome(frame.frame.as.dispatch);
    }
    const Reply reply = gateway->reply(call);
    EXPECT_EQ(reply.code, 0);
    ASSERT_GE(reply.messages.size(), 2u);
    const auto *first = as<reeve_v1_watch_plan_response>(reeve_v1_watch_plan_response_message,
                                                         reply.messages.front());
    EXPECT_EQ(first->plan->n_jobs, 2u);
    const auto *last = as<reeve_v1_watch_plan_response>(reeve_v1_watch_plan_response_message,
                                                        reply.messages.back());
    EXPECT_EQ(last->plan->state, REEVE_V1_PLAN_STATE_COMPLETED);
    EXPECT_EQ(reeve_gateway_count(gateway->core).calls, 0u);
}

// P5, as a watcher sees it: the store may know of an end before the gateway has heard so.
TEST_F(Control, TellsEveryEndBeforeAWatchIsOver)
{
    auto *plan = submit(step, 3);
    reeve_v1_watch_plan_request request = REEVE_V1_WATCH_PLAN_REQUEST_INIT;
    request.plan_id = plan->plan_id;
    const uint64_t call = gateway->call(REEVE_CONTROL_WATCH_PLAN,
                                        encode(reeve_v1_watch_plan_request_message, &request));
    Worker worker(*gateway);
    worker.connect();
    auto dispatches = worker.dispatches();
    gateway->hold_store = true;
    for (auto &frame : dispatches) {
        worker.outcome(frame.frame.as.dispatch);
    }
    gateway->hold_store = false;
    gateway->queries_first = true;
    gateway->settle();
    const Reply reply = gateway->reply(call);
    EXPECT_EQ(reply.code, 0);
    std::set<std::string> ended;
    for (const std::string &bytes : reply.messages) {
        const auto *message =
            as<reeve_v1_watch_plan_response>(reeve_v1_watch_plan_response_message, bytes);
        for (size_t i = 0; i < message->plan->n_jobs; i++) {
            const reeve_v1_job *job = message->plan->jobs[i];
            if (job->state == REEVE_V1_JOB_STATE_JOB_ENDED) {
                ended.insert(
                    std::string(reinterpret_cast<const char *>(job->job_id.data), job->job_id.len));
            }
        }
    }
    EXPECT_EQ(ended.size(), 3u);
}

TEST_F(Control, ExportsChainsThatVerify)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(step), nullptr);
    worker.outcome(worker.dispatches()[0].frame.as.dispatch);
    worker.checkpoint();
    gateway->advance(2000);
    const uint64_t call = gateway->call(REEVE_CONTROL_EXPORT_AUDIT, "");
    const Reply reply = gateway->reply(call);
    EXPECT_EQ(reply.code, 0) << reply.text;
    size_t heads = 0;
    size_t checkpoints = 0;
    reeve_audit_verifier verifier{};
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, 1 << 20, 0);
    for (const std::string &bytes : reply.messages) {
        const auto *item =
            as<reeve_v1_export_audit_response>(reeve_v1_export_audit_response_message, bytes);
        if (item->item_case == REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_CHAIN) {
            reeve_audit_verifier_options options{};
            options.any_journal = true;
            reeve_audit_verifier_init(&verifier, &options);
            heads++;
        } else if (item->item_case == REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_ENTRY) {
            reeve_audit_entry entry{};
            entry.record =
                reeve_bytes_of(item->entry->entry->record.data, item->entry->entry->record.len);
            EXPECT_EQ(reeve_audit_verifier_entry(&verifier, &entry, nullptr, &arena, nullptr),
                      REEVE_OK)
                << reeve_audit_fault_text(verifier.fault);
        } else {
            reeve_signed_checkpoint checkpoint{};
            const auto *from = item->checkpoint->checkpoint;
            checkpoint.checkpoint = reeve_bytes_of(from->checkpoint.data, from->checkpoint.len);
            checkpoint.has_signature = true;
            checkpoint.signature.key_id = reeve_bytes_cstr(from->signature->key_id);
            checkpoint.signature.signature =
                reeve_bytes_of(from->signature->signature.data, from->signature->signature.len);
            EXPECT_EQ(reeve_audit_verifier_checkpoint(&verifier, &checkpoint), REEVE_OK)
                << reeve_audit_fault_text(verifier.fault);
            checkpoints++;
        }
    }
    reeve_arena_clear(&arena);
    EXPECT_EQ(heads, 2u) << "the worker's and the gateway's own";
    EXPECT_EQ(checkpoints, 2u);
}

TEST_F(Control, SaysWhatItDoesNotDo)
{
    reeve_v1_create_join_token_request request = REEVE_V1_CREATE_JOIN_TOKEN_REQUEST_INIT;
    std::string identity = "spiffe://d/w";
    request.identity = &identity[0];
    const Reply reply =
        gateway->reply(gateway->call(REEVE_CONTROL_CREATE_JOIN_TOKEN,
                                     encode(reeve_v1_create_join_token_request_message, &request)));
    EXPECT_EQ(reply.code, 12);
    EXPECT_STREQ(error(reply)->code, "UNIMPLEMENTED");
}

// A sequence is a place in one chain: with anything else it would be a bound that nobody looks at.
TEST_F(Control, TakesSequencesOfOneChainOnly)
{
    auto *plan = submit(echo);
    std::string chain(16, '\x01');
    const ProtobufCBinaryData journal{chain.size(), reinterpret_cast<uint8_t *>(&chain[0])};
    const auto ask = [&](ProtobufCBinaryData in, ProtobufCBinaryData about, uint64_t after,
                         uint64_t before) {
        reeve_v1_list_audit_request request = REEVE_V1_LIST_AUDIT_REQUEST_INIT;
        request.journal_id = in;
        request.plan_id = about;
        request.after_sequence = after;
        request.before_sequence = before;
        return gateway->reply(gateway->call(REEVE_CONTROL_LIST_AUDIT,
                                            encode(reeve_v1_list_audit_request_message, &request)));
    };
    EXPECT_EQ(ask(journal, {}, 1, 0).code, 0);
    EXPECT_EQ(ask(journal, {}, 0, 9).code, 0);
    EXPECT_EQ(ask(journal, plan->plan_id, 0, 0).code, 0);
    EXPECT_STREQ(error(ask({}, {}, 1, 0))->code, "REQUEST_INVALID");
    EXPECT_STREQ(error(ask({}, {}, 0, 9))->code, "REQUEST_INVALID");
    EXPECT_STREQ(error(ask(journal, plan->plan_id, 1, 0))->code, "REQUEST_INVALID");
}

TEST_F(Control, RevokesAnIdentity)
{
    Worker worker(*gateway);
    worker.connect();
    const uint64_t old = worker.session;
    reeve_v1_revoke_identity_request request = REEVE_V1_REVOKE_IDENTITY_REQUEST_INIT;
    std::string identity = "spiffe://d/worker";
    request.identity = &identity[0];
    const Reply reply = gateway->reply(gateway->call(
        REEVE_CONTROL_REVOKE_IDENTITY, encode(reeve_v1_revoke_identity_request_message, &request)));
    EXPECT_EQ(reply.code, 0) << reply.text;
    EXPECT_EQ(gateway->closed[old].code, "IDENTITY_REVOKED");
    worker.hello();
    EXPECT_EQ(gateway->closed[worker.session].code, "IDENTITY_REVOKED");
}

TEST_F(Control, ListsAndTellsWhoAsks)
{
    Worker worker(*gateway);
    worker.connect();
    submit(echo);
    for (auto method :
         {REEVE_CONTROL_LIST_TASKS, REEVE_CONTROL_LIST_PLANS, REEVE_CONTROL_LIST_JOBS,
          REEVE_CONTROL_LIST_WORKERS, REEVE_CONTROL_LIST_AUDIT, REEVE_CONTROL_WHO_AM_I}) {
        const Reply reply = gateway->reply(gateway->call(method, ""));
        EXPECT_EQ(reply.code, 0) << reeve_control_method_path(method) << ": " << reply.text;
        EXPECT_FALSE(reply.bytes.empty());
    }
}

TEST_F(Control, RefusesGarbage)
{
    for (int m = 0; m < REEVE_CONTROL_METHODS; m++) {
        const Reply reply = gateway->reply(
            gateway->call(static_cast<enum reeve_control_method>(m), "\xff\x01garbage"));
        EXPECT_EQ(reply.code, 3) << m;
        EXPECT_STREQ(error(reply)->code, "REQUEST_INVALID");
    }
}

} // namespace reeve_test
