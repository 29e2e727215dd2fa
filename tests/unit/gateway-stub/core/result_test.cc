// SPDX-License-Identifier: Apache-2.0
// Results (P4, P5, P7): stored once and in order, acknowledged when durable, counted by the
// outcome, read page by page and watched as they come.
#include "agent/audit/commitment.h"
#include "tests/unit/gateway-stub/core/harness.h"

namespace reeve_test
{

class Results : public CoreTest
{
  protected:
    void SetUp() override
    {
        CoreTest::SetUp();
        register_tasks();
    }

    static std::string text(uint64_t index)
    {
        return "message " + std::to_string(index);
    }

    static reeve_digest head_of(uint64_t results)
    {
        reeve_digest head{};
        for (uint64_t i = 0; i < results; i++) {
            const std::string message = text(i);
            head = reeve_audit_results_head(head, reeve_bytes_of(message.data(), message.size()));
        }
        return head;
    }

    static reeve_resume_entry entry_of(const reeve_dispatch &dispatch, uint64_t next_index,
                                       reeve_resume_state state = REEVE_RESUME_RUNNING)
    {
        reeve_job_spec spec{};
        EXPECT_EQ(reeve_job_spec_decode(dispatch.job_spec, &spec), REEVE_OK);
        reeve_resume_entry entry{};
        entry.job_id = spec.job_id;
        entry.attempt = dispatch.attempt;
        entry.sequence = dispatch.sequence;
        entry.state = state;
        entry.next_index = next_index;
        return entry;
    }

    static void send_results(Worker &worker, const reeve_dispatch &dispatch, uint64_t from,
                             uint64_t to)
    {
        for (uint64_t i = from; i < to; i++) {
            worker.result(dispatch, i, text(i));
        }
    }

    static reeve_result_ack ack_of(const Worker &worker, const reeve_dispatch &dispatch)
    {
        const auto entry = entry_of(dispatch, 0);
        const auto found =
            worker.result_acks.find(to_string(entry.job_id) + std::to_string(dispatch.attempt));
        return found == worker.result_acks.end() ? reeve_result_ack{} : found->second;
    }

    static void finish(Worker &worker, const reeve_dispatch &dispatch, uint64_t results,
                       reeve_outcome_status status = REEVE_OUTCOME_SUCCEEDED)
    {
        worker.results = results;
        worker.results_head = head_of(results);
        worker.outcome(dispatch, status);
        worker.results = 0;
    }

    reeve_v1_list_results_response *page(const ProtobufCBinaryData &id, uint32_t attempt = 0,
                                         uint64_t index = 0, uint32_t limit = 0)
    {
        reeve_v1_list_results_request request = REEVE_V1_LIST_RESULTS_REQUEST_INIT;
        request.job_id = id;
        request.attempt = attempt;
        request.index = index;
        request.limit = limit;
        const Reply reply = gateway->reply(gateway->call(
            REEVE_CONTROL_LIST_RESULTS, encode(reeve_v1_list_results_request_message, &request)));
        EXPECT_EQ(reply.code, 0) << reply.text;
        return as<reeve_v1_list_results_response>(reeve_v1_list_results_response_message,
                                                  reply.bytes);
    }

    void expect_stored(const ProtobufCBinaryData &id, uint64_t results, uint32_t attempt)
    {
        const auto *all = page(id, 0, 0, 1000);
        ASSERT_EQ(all->n_results, results);
        for (uint64_t i = 0; i < results; i++) {
            EXPECT_EQ(all->results[i]->index, i);
            EXPECT_EQ(all->results[i]->attempt, attempt);
            EXPECT_EQ(std::string(reinterpret_cast<char *>(all->results[i]->message.data),
                                  all->results[i]->message.len),
                      text(i));
        }
    }

    uint64_t watch(const reeve_v1_plan *plan)
    {
        reeve_v1_watch_plan_request request = REEVE_V1_WATCH_PLAN_REQUEST_INIT;
        request.plan_id = plan->plan_id;
        request.results = true;
        return gateway->call(REEVE_CONTROL_WATCH_PLAN,
                             encode(reeve_v1_watch_plan_request_message, &request));
    }

    // "0 1 2 ENDED": what a watch told, in its order.
    std::string told(uint64_t call)
    {
        std::string line;
        for (const std::string &bytes : gateway->reply(call).messages) {
            const auto *message =
                as<reeve_v1_watch_plan_response>(reeve_v1_watch_plan_response_message, bytes);
            for (size_t i = 0; i < message->n_results; i++) {
                line += std::to_string(message->results[i]->attempt) + "." +
                        std::to_string(message->results[i]->index) + " ";
            }
            for (size_t i = 0; message->plan != nullptr && i < message->plan->n_jobs; i++) {
                line +=
                    message->plan->jobs[i]->state == REEVE_V1_JOB_STATE_JOB_ENDED ? "ENDED " : "";
            }
        }
        return line;
    }
};

TEST_F(Results, AreStoredAcknowledgedAndCounted)
{
    Worker worker(*gateway);
    worker.connect();
    EXPECT_GT(worker.welcome.result_limit, 0u);
    EXPECT_GT(worker.welcome.max_job_results, 0u);
    auto *plan = submit(counting);
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 1u);
    const auto &dispatch = got[0].frame.as.dispatch;
    send_results(worker, dispatch, 0, 3);
    EXPECT_EQ(ack_of(worker, dispatch).next_index, 3u);
    EXPECT_GT(ack_of(worker, dispatch).limit, 3u);
    EXPECT_EQ(job(plan->jobs[0]->job_id)->results, 3u);
    finish(worker, dispatch, 3);
    const auto *ended = job(plan->jobs[0]->job_id);
    EXPECT_EQ(ended->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
    EXPECT_EQ(ended->results, 3u);
    expect_stored(plan->jobs[0]->job_id, 3, 1);
}

// Nothing is acknowledged before it is durable.
TEST_F(Results, P4AcknowledgedOnlyWhenDurable)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(counting), nullptr);
    auto got = worker.dispatches();
    const auto &dispatch = got.at(0).frame.as.dispatch;
    gateway->hold_store = true;
    send_results(worker, dispatch, 0, 2);
    EXPECT_EQ(ack_of(worker, dispatch).limit, 0u) << "no ResultAck yet";
    gateway->hold_store = false;
    gateway->settle();
    worker.dispatches();
    EXPECT_EQ(ack_of(worker, dispatch).next_index, 2u);
}

TEST_F(Results, ArePagedWhileTheJobRunsAndAfterwards)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(counting);
    auto got = worker.dispatches();
    const auto &dispatch = got.at(0).frame.as.dispatch;
    send_results(worker, dispatch, 0, 5);
    const auto &id = plan->jobs[0]->job_id;
    auto *first = page(id, 0, 0, 2);
    EXPECT_EQ(first->n_results, 2u);
    EXPECT_TRUE(first->more);
    auto *second = page(id, first->attempt, first->index, 2);
    EXPECT_EQ(second->results[0]->index, 2u);
    EXPECT_TRUE(second->more);
    auto *third = page(id, second->attempt, second->index, 2);
    EXPECT_EQ(third->n_results, 1u);
    EXPECT_FALSE(third->more);
    EXPECT_EQ(third->index, 5u);
    send_results(worker, dispatch, 5, 6);
    EXPECT_EQ(page(id, third->attempt, third->index)->results[0]->index, 5u);
    EXPECT_EQ(page(id, 7, 4)->n_results, 6u) << "another attempt: from the first";
    // One large message more ends a page.
    worker.result(dispatch, 6, std::string(900000, 'x'), 500000);
    worker.result(dispatch, 7, std::string(900000, 'y'), 500000);
    auto *large = page(id, 1, 6);
    EXPECT_EQ(large->n_results, 1u);
    EXPECT_TRUE(large->more);
}

TEST_F(Results, ListingNeedsAJob)
{
    reeve_v1_list_results_request request = REEVE_V1_LIST_RESULTS_REQUEST_INIT;
    uint8_t id[16] = {1};
    request.job_id = {16, id};
    EXPECT_EQ(gateway
                  ->reply(gateway->call(REEVE_CONTROL_LIST_RESULTS,
                                        encode(reeve_v1_list_results_request_message, &request)))
                  .code,
              5);
}

// P4: the session is lost with acknowledgements under way; the gateway says what it has.
TEST_F(Results, P4ReconnectGoesOnWithoutLossOrDouble)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(counting);
    auto got = worker.dispatches();
    const auto &dispatch = got.at(0).frame.as.dispatch;
    send_results(worker, dispatch, 0, 4);
    worker.disconnect();
    worker.result_acks.clear();
    worker.connect({entry_of(dispatch, 2)}); // two acknowledgements never came
    worker.dispatches();
    EXPECT_EQ(ack_of(worker, dispatch).next_index, 4u) << "it knows better";
    send_results(worker, dispatch, 2, 6); // some of it repeated
    finish(worker, dispatch, 6);
    EXPECT_EQ(job(plan->jobs[0]->job_id)->results, 6u);
    expect_stored(plan->jobs[0]->job_id, 6, 1);
}

// P4: the gateway is gone in mid-stream, its store is not.
TEST_F(Results, P4GatewayRestartInMidStream)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(counting);
    auto got = worker.dispatches();
    const auto &dispatch = got.at(0).frame.as.dispatch;
    send_results(worker, dispatch, 0, 3);
    gateway->crash();
    gateway->start();
    worker.result_acks.clear();
    worker.connect({entry_of(dispatch, 2)});
    worker.dispatches();
    EXPECT_EQ(ack_of(worker, dispatch).next_index, 2u);
    send_results(worker, dispatch, 2, 5);
    finish(worker, dispatch, 5);
    EXPECT_EQ(job(plan->jobs[0]->job_id)->results, 5u);
    expect_stored(plan->jobs[0]->job_id, 5, 1);
}

// The outcome itself was on its way when the gateway went: Resume lists it as ended.
TEST_F(Results, P5OutcomeBehindAGatewayRestart)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(counting);
    auto got = worker.dispatches();
    const auto &dispatch = got.at(0).frame.as.dispatch;
    send_results(worker, dispatch, 0, 3);
    gateway->crash();
    gateway->start();
    worker.connect({entry_of(dispatch, 3, REEVE_RESUME_ENDED)});
    finish(worker, dispatch, 3);
    EXPECT_EQ(job(plan->jobs[0]->job_id)->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
    expect_stored(plan->jobs[0]->job_id, 3, 1);
}

// P4: a new attempt starts at 0 and takes the place of the old one's results; what the old one
// still sends is let go of, and its outcome ends nothing.
TEST_F(Results, P4NewAttemptTakesTheOldOnesPlace)
{
    Worker first(*gateway, 1);
    first.connect();
    auto *plan = submit(counting);
    auto got = first.dispatches();
    const auto &old = got.at(0).frame.as.dispatch;
    send_results(first, old, 0, 4);
    first.disconnect();
    Worker second(*gateway, 2);
    second.connect();
    for (int i = 0; i < 7; i++) { // until grace is over
        gateway->advance(3000);
        second.heartbeat();
    }
    auto again = second.dispatches();
    ASSERT_EQ(again.size(), 1u);
    const auto &dispatch = again[0].frame.as.dispatch;
    EXPECT_EQ(dispatch.attempt, 2u);
    send_results(second, dispatch, 0, 2);
    first.result_acks.clear();
    first.connect({entry_of(old, 4)});
    send_results(first, old, 4, 6);
    EXPECT_EQ(ack_of(first, old).next_index, 6u) << "let go of";
    finish(first, old, 6);
    EXPECT_NE(job(plan->jobs[0]->job_id)->state, REEVE_V1_JOB_STATE_JOB_ENDED);
    finish(second, dispatch, 2);
    EXPECT_EQ(job(plan->jobs[0]->job_id)->results, 2u);
    expect_stored(plan->jobs[0]->job_id, 2, 2);
}

// A job that ended otherwise does not keep the worker from letting go of its results.
TEST_F(Results, OfAJobThatIsGoneAreAcknowledgedUnread)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(counting);
    auto got = worker.dispatches();
    const auto &dispatch = got.at(0).frame.as.dispatch;
    send_results(worker, dispatch, 0, 2);
    finish(worker, dispatch, 2);
    send_results(worker, dispatch, 2, 4);
    EXPECT_EQ(ack_of(worker, dispatch).next_index, 4u);
    EXPECT_TRUE(gateway->closed.empty());
    expect_stored(plan->jobs[0]->job_id, 2, 1);
}

// Fewer than were stored: the outcome's count is what stays. None: nothing stays.
TEST_F(Results, OutcomeCountsWhatStays)
{
    Worker worker(*gateway);
    worker.connect();
    for (uint64_t kept : {1u, 0u}) {
        auto *plan = submit(counting);
        auto got = worker.dispatches();
        const auto &dispatch = got.at(0).frame.as.dispatch;
        send_results(worker, dispatch, 0, 3);
        finish(worker, dispatch, kept, REEVE_OUTCOME_FAILED);
        EXPECT_EQ(job(plan->jobs[0]->job_id)->results, kept);
        expect_stored(plan->jobs[0]->job_id, kept, 1);
    }
}

// Nobody's word counts them: what came stays to be looked at.
TEST_F(Results, OfAnUnknownEndAreKept)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(counting);
    auto got = worker.dispatches();
    const auto &dispatch = got.at(0).frame.as.dispatch;
    send_results(worker, dispatch, 0, 3);
    finish(worker, dispatch, 0, REEVE_OUTCOME_UNKNOWN);
    EXPECT_EQ(job(plan->jobs[0]->job_id)->results, 3u);
    expect_stored(plan->jobs[0]->job_id, 3, 1);
}

// ---- chunks ----

TEST_F(Results, UnaryOutputInChunks)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(step);
    auto got = worker.dispatches();
    const auto &dispatch = got.at(0).frame.as.dispatch;
    worker.chunked_output = std::string(300000, 'o');
    worker.result(dispatch, 0, worker.chunked_output, 65000);
    worker.outcome(dispatch);
    const auto *ended = job(plan->jobs[0]->job_id);
    ASSERT_EQ(ended->state, REEVE_V1_JOB_STATE_JOB_ENDED);
    EXPECT_EQ(ended->output.len, 300000u);
    EXPECT_EQ(page(plan->jobs[0]->job_id)->n_results, 0u);
}

TEST_F(Results, P5OutcomeWhoseOutputDidNotComeEndsTheSession)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(step), nullptr);
    auto got = worker.dispatches();
    worker.chunked_output = "never sent";
    worker.outcome(got.at(0).frame.as.dispatch);
    EXPECT_EQ(gateway->closed[worker.session].code, "AUDIT_BROKEN");
}

TEST_F(Results, P5OutcomeThatCountsMoreThanCameEndsTheSession)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(counting), nullptr);
    auto got = worker.dispatches();
    send_results(worker, got.at(0).frame.as.dispatch, 0, 2);
    finish(worker, got.at(0).frame.as.dispatch, 3);
    EXPECT_EQ(gateway->closed[worker.session].code, "AUDIT_BROKEN");
}

TEST_F(Results, P5OutcomeThatCommitsToOtherResultsEndsTheSession)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(counting), nullptr);
    auto got = worker.dispatches();
    const auto &dispatch = got.at(0).frame.as.dispatch;
    worker.result(dispatch, 0, "something else");
    finish(worker, dispatch, 1);
    EXPECT_EQ(gateway->closed[worker.session].code, "AUDIT_BROKEN");
}

class BadChunk : public Results
{
  protected:
    void expect(const std::function<void(reeve_result_chunk &)> &change, const char *code)
    {
        Worker worker(*gateway, ++number_);
        worker.connect();
        ASSERT_NE(submit(counting), nullptr);
        auto got = worker.dispatches();
        ASSERT_FALSE(got.empty());
        reeve_worker_frame frame{};
        frame.type = REEVE_WORKER_FRAME_RESULT_CHUNK;
        const auto entry = entry_of(got[0].frame.as.dispatch, 0);
        frame.as.result_chunk.job_id = entry.job_id;
        frame.as.result_chunk.attempt = entry.attempt;
        frame.as.result_chunk.data = reeve_bytes_cstr("data");
        frame.as.result_chunk.total_size = 4;
        frame.as.result_chunk.last = true;
        change(frame.as.result_chunk);
        worker.send({frame});
        EXPECT_EQ(gateway->closed[worker.session].code, code) << int{number_};
    }
    uint8_t number_ = 10;
};

TEST_F(BadChunk, P7EndsTheSession)
{
    expect([](reeve_result_chunk &c) { c.index = 1; }, "LIMIT_EXCEEDED");
    expect([](reeve_result_chunk &c) { c.total_size = 5; }, "MALFORMED");
    expect([](reeve_result_chunk &c) { c.total_size = 0; }, "MALFORMED");
    expect([](reeve_result_chunk &c) { c.offset = 4; }, "MALFORMED");
    expect(
        [](reeve_result_chunk &c) {
            c.has_digest = true;
            c.digest.bytes[0] = 1;
        },
        "MALFORMED");
    expect([](reeve_result_chunk &c) { c.total_size = (1u << 20) + 1; }, "LIMIT_EXCEEDED");
}

// P7: more than was granted, in messages, in one message, in all of a job's bytes.
TEST_F(Results, P7AFloodEndsTheSession)
{
    gateway->options.limits.max_job_results = 4;
    gateway->crash();
    gateway->start();
    Worker worker(*gateway);
    worker.connect();
    EXPECT_EQ(worker.welcome.max_job_results, 4u);
    ASSERT_NE(submit(counting), nullptr);
    auto got = worker.dispatches();
    const auto &dispatch = got.at(0).frame.as.dispatch;
    send_results(worker, dispatch, 0, 4);
    EXPECT_TRUE(gateway->closed.empty());
    send_results(worker, dispatch, 4, 5);
    EXPECT_EQ(gateway->closed[worker.session].code, "LIMIT_EXCEEDED");
}

TEST_F(Results, P7AFloodOfBytesEndsTheSession)
{
    gateway->options.limits.max_job_result_bytes = 2000;
    gateway->crash();
    gateway->start();
    Worker worker(*gateway);
    worker.connect();
    EXPECT_EQ(worker.welcome.max_job_result_bytes, 2000u);
    ASSERT_NE(submit(counting), nullptr);
    auto got = worker.dispatches();
    const auto &dispatch = got.at(0).frame.as.dispatch;
    worker.result(dispatch, 0, std::string(1500, 'x'));
    EXPECT_TRUE(gateway->closed.empty());
    worker.result(dispatch, 1, std::string(600, 'x'));
    EXPECT_EQ(gateway->closed[worker.session].code, "LIMIT_EXCEEDED");
}

TEST_F(Results, P7WhatTheStoreHasNotTakenIsBounded)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(counting), nullptr);
    auto got = worker.dispatches();
    const auto &dispatch = got.at(0).frame.as.dispatch;
    gateway->hold_store = true;
    send_results(worker, dispatch, 0, worker.welcome.result_limit);
    EXPECT_TRUE(gateway->closed.empty());
    send_results(worker, dispatch, worker.welcome.result_limit, worker.welcome.result_limit + 1);
    EXPECT_EQ(gateway->closed[worker.session].code, "LIMIT_EXCEEDED");
    gateway->hold_store = false;
    gateway->settle();
}

// ---- watching ----

TEST_F(Results, AreWatchedAsTheyCome)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(counting);
    auto got = worker.dispatches();
    const auto &dispatch = got.at(0).frame.as.dispatch;
    send_results(worker, dispatch, 0, 1);
    const uint64_t call = watch(plan);
    EXPECT_EQ(told(call), "1.0 ");
    send_results(worker, dispatch, 1, 3);
    EXPECT_EQ(told(call), "1.0 1.1 1.2 ");
    finish(worker, dispatch, 3);
    EXPECT_EQ(told(call), "1.0 1.1 1.2 ENDED ");
    EXPECT_EQ(gateway->reply(call).code, 0) << "the watch is over";
}

TEST_F(Results, OfAnEndedJobAreWatchedBehindItsState)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(counting);
    auto got = worker.dispatches();
    send_results(worker, got.at(0).frame.as.dispatch, 0, 2);
    finish(worker, got.at(0).frame.as.dispatch, 2);
    const uint64_t call = watch(plan);
    EXPECT_EQ(told(call), "ENDED 1.0 1.1 ");
    EXPECT_EQ(gateway->reply(call).code, 0);
}

// The store knows the end before the watch has read the results: it tells them first.
TEST_F(Results, AWatchTellsResultsBeforeTheEnd)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(counting, 2);
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 2u);
    const uint64_t call = watch(plan);
    gateway->queries_first = true;
    for (const Frame &frame : got) {
        send_results(worker, frame.frame.as.dispatch, 0, 3);
        finish(worker, frame.frame.as.dispatch, 3);
    }
    gateway->settle();
    EXPECT_EQ(told(call), "1.0 1.1 1.2 ENDED 1.0 1.1 1.2 ENDED ");
    EXPECT_EQ(gateway->reply(call).code, 0);
}

TEST_F(Results, OfANewAttemptAreWatchedFromItsFirst)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(counting);
    auto got = worker.dispatches();
    const uint64_t call = watch(plan);
    send_results(worker, got.at(0).frame.as.dispatch, 0, 2);
    worker.disconnect();
    worker.connect(); // not listed: the worker forgot it
    auto again = worker.dispatches();
    ASSERT_EQ(again.size(), 1u);
    send_results(worker, again[0].frame.as.dispatch, 0, 1);
    finish(worker, again[0].frame.as.dispatch, 1);
    EXPECT_EQ(told(call), "1.0 1.1 2.0 ENDED ");
}

TEST_F(Results, AreNotWatchedUnlessAskedFor)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(counting);
    reeve_v1_watch_plan_request request = REEVE_V1_WATCH_PLAN_REQUEST_INIT;
    request.plan_id = plan->plan_id;
    const uint64_t call = gateway->call(REEVE_CONTROL_WATCH_PLAN,
                                        encode(reeve_v1_watch_plan_request_message, &request));
    auto got = worker.dispatches();
    send_results(worker, got.at(0).frame.as.dispatch, 0, 2);
    finish(worker, got.at(0).frame.as.dispatch, 2);
    EXPECT_EQ(told(call), "ENDED ");
    EXPECT_EQ(gateway->reply(call).code, 0);
}

} // namespace reeve_test
