// SPDX-License-Identifier: Apache-2.0
// Attempts that fail (P4, P5): which are followed by another one, when, what is left of them, and
// what an operator can do when they are used up.
#include "tests/unit/gateway-stub/core/harness.h"

namespace reeve_test
{

class Retry : public CoreTest
{
  protected:
    void SetUp() override
    {
        CoreTest::SetUp();
        policy.task = "demo.native.v1.*";
        policy.max_attempts = 3;
        policy.backoff_ms = 1000;
        policy.max_backoff_ms = 1500;
        start();
    }

    // Anew, with the policy as it is.
    void start()
    {
        gateway->crash();
        gateway->options.retries = &policy;
        gateway->options.retries_count = 1;
        gateway->start();
        register_tasks();
    }

    void restart()
    {
        gateway->crash();
        gateway->start();
    }

    static void failing(Worker &worker, enum reeve_reason reason, enum reeve_effect effect)
    {
        worker.reason = reason;
        worker.effect = effect;
    }

    // Takes the one dispatch that is there and fails it, with nothing done.
    static void fail(Worker &worker, uint32_t attempt)
    {
        auto got = worker.dispatches();
        ASSERT_EQ(got.size(), 1u) << "attempt " << attempt;
        EXPECT_EQ(got[0].frame.as.dispatch.attempt, attempt);
        failing(worker, REEVE_REASON_UPSTREAM_UNREACHABLE, REEVE_EFFECT_NONE);
        worker.outcome(got[0].frame.as.dispatch, REEVE_OUTCOME_FAILED);
    }

    static void succeed(Worker &worker, uint32_t attempt)
    {
        auto got = worker.dispatches();
        ASSERT_EQ(got.size(), 1u) << "attempt " << attempt;
        EXPECT_EQ(got[0].frame.as.dispatch.attempt, attempt);
        failing(worker, REEVE_REASON_UNSPECIFIED, REEVE_EFFECT_DONE);
        worker.outcome(got[0].frame.as.dispatch);
    }

    // A job whose attempts are used up, at a connected worker.
    reeve_v1_plan *dead(Worker &worker, const char *task)
    {
        policy.dead_letters = true;
        start();
        worker.connect();
        auto *plan = submit(task);
        for (uint32_t attempt = 1; attempt <= 3; attempt++) {
            fail(worker, attempt);
            pass(worker, 2000);
        }
        return plan;
    }

    void pass(Worker &worker, uint64_t ms)
    {
        gateway->advance(ms);
        worker.heartbeat();
    }

    Reply requeue(const ProtobufCBinaryData &id, uint32_t roles = ~0u)
    {
        reeve_v1_requeue_job_request request = REEVE_V1_REQUEUE_JOB_REQUEST_INIT;
        request.job_id = id;
        return gateway->reply(gateway->call(REEVE_CONTROL_REQUEUE_JOB,
                                            encode(reeve_v1_requeue_job_request_message, &request),
                                            "spiffe://d/operator", roles));
    }

    size_t listed(enum reeve_v1_job_state state)
    {
        reeve_v1_list_jobs_request request = REEVE_V1_LIST_JOBS_REQUEST_INIT;
        request.state = state;
        const Reply reply = gateway->reply(gateway->call(
            REEVE_CONTROL_LIST_JOBS, encode(reeve_v1_list_jobs_request_message, &request)));
        return as<reeve_v1_list_jobs_response>(reeve_v1_list_jobs_response_message, reply.bytes)
            ->n_jobs;
    }

    // Records of the gateway's own chain that are about the job.
    size_t records_of(const ProtobufCBinaryData &id)
    {
        reeve_v1_list_audit_request request = REEVE_V1_LIST_AUDIT_REQUEST_INIT;
        request.job_id = id;
        const Reply reply = gateway->reply(gateway->call(
            REEVE_CONTROL_LIST_AUDIT, encode(reeve_v1_list_audit_request_message, &request)));
        return as<reeve_v1_list_audit_response>(reeve_v1_list_audit_response_message, reply.bytes)
            ->n_entries;
    }

    reeve_gateway_retry policy{};
};

// P5: the failed attempt is acknowledged and on record, the job has one end.
TEST_F(Retry, TriesAgainAfterABackoffAndKeepsTheHistory)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(echo);
    fail(worker, 1);
    EXPECT_EQ(worker.acked, 2u);
    auto *waiting = job(plan->jobs[0]->job_id);
    EXPECT_EQ(waiting->state, REEVE_V1_JOB_STATE_JOB_QUEUED);
    EXPECT_STREQ(waiting->waiting_for, "RETRY_BACKOFF");
    const int64_t wait_ms = waiting->next_attempt_unix_ms - gateway->now.unix_ms;
    EXPECT_GE(wait_ms, 500);
    EXPECT_LE(wait_ms, 1000);
    pass(worker, static_cast<uint64_t>(wait_ms) - 1);
    EXPECT_TRUE(worker.dispatches().empty());
    pass(worker, 1);
    succeed(worker, 2);
    auto *ended = job(plan->jobs[0]->job_id);
    EXPECT_EQ(ended->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
    ASSERT_EQ(ended->n_attempts, 1u);
    EXPECT_EQ(ended->attempts[0]->attempt, 1u);
    EXPECT_EQ(ended->attempts[0]->status, REEVE_V1_OUTCOME_STATUS_FAILED);
    EXPECT_EQ(ended->attempts[0]->effect, REEVE_V1_EFFECT_NONE);
    EXPECT_EQ(ended->attempts[0]->error->reason, REEVE_V1_REASON_UPSTREAM_UNREACHABLE);
    EXPECT_STREQ(ended->attempts[0]->worker, "spiffe://d/worker");
    EXPECT_EQ(records_of(ended->job_id), 2u) << "each attempt is in its worker's chain";
}

TEST_F(Retry, DoublesTheBackoffUpToItsBound)
{
    policy.max_attempts = 10;
    start();
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(echo);
    for (uint32_t attempt = 1; attempt <= 4; attempt++) {
        fail(worker, attempt);
        const int64_t wait_ms =
            job(plan->jobs[0]->job_id)->next_attempt_unix_ms - gateway->now.unix_ms;
        EXPECT_LE(wait_ms, attempt == 1 ? 1000 : 1500);
        EXPECT_GE(wait_ms, attempt == 1 ? 500 : 750);
        pass(worker, 1500);
    }
}

// P4: what is not idempotent goes out again only when nothing came of it.
TEST_F(Retry, P4NeverTriesAgainWhatMayHaveHadAnEffect)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(step);
    auto got = worker.dispatches();
    failing(worker, REEVE_REASON_UPSTREAM_INTERRUPTED, REEVE_EFFECT_MAYBE);
    worker.outcome(got[0].frame.as.dispatch, REEVE_OUTCOME_FAILED);
    auto *ended = job(plan->jobs[0]->job_id);
    EXPECT_EQ(ended->status, REEVE_V1_OUTCOME_STATUS_FAILED);
    EXPECT_EQ(ended->effect, REEVE_V1_EFFECT_MAYBE);
    auto *harmless = submit(step);
    fail(worker, 1);
    pass(worker, 1000);
    succeed(worker, 2);
    EXPECT_EQ(job(harmless->jobs[0]->job_id)->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
}

TEST_F(Retry, EndsWhatNoPolicyNames)
{
    Worker worker(*gateway);
    worker.connect();
    auto *refused = submit(echo);
    auto got = worker.dispatches();
    failing(worker, REEVE_REASON_UPSTREAM_REFUSED, REEVE_EFFECT_NONE);
    worker.outcome(got[0].frame.as.dispatch, REEVE_OUTCOME_FAILED);
    EXPECT_EQ(job(refused->jobs[0]->job_id)->status, REEVE_V1_OUTCOME_STATUS_FAILED);
    policy.task = "demo.other.v1.*";
    worker.disconnect();
    start();
    worker.connect();
    auto *other = submit(echo);
    got = worker.dispatches();
    failing(worker, REEVE_REASON_UPSTREAM_UNREACHABLE, REEVE_EFFECT_NONE);
    worker.outcome(got[0].frame.as.dispatch, REEVE_OUTCOME_FAILED);
    EXPECT_EQ(job(other->jobs[0]->job_id)->status, REEVE_V1_OUTCOME_STATUS_FAILED);
}

TEST_F(Retry, EndsAsTheLastAttemptDid)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(echo);
    for (uint32_t attempt = 1; attempt <= 3; attempt++) {
        fail(worker, attempt);
        pass(worker, 2000);
    }
    auto *ended = job(plan->jobs[0]->job_id);
    EXPECT_EQ(ended->status, REEVE_V1_OUTCOME_STATUS_FAILED);
    EXPECT_EQ(ended->error->reason, REEVE_V1_REASON_UPSTREAM_UNREACHABLE);
    EXPECT_EQ(ended->attempt, 3u);
    EXPECT_EQ(ended->n_attempts, 2u);
    EXPECT_EQ(reeve_gateway_count(gateway->core).jobs, 0u);
}

// P8: an end says the worst that any attempt may have done.
TEST_F(Retry, CarriesTheWorstEffectToTheEnd)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(echo);
    auto got = worker.dispatches();
    failing(worker, REEVE_REASON_UPSTREAM_INTERRUPTED, REEVE_EFFECT_MAYBE);
    worker.outcome(got[0].frame.as.dispatch, REEVE_OUTCOME_FAILED);
    pass(worker, 1000);
    got = worker.dispatches();
    ASSERT_EQ(got.size(), 1u);
    failing(worker, REEVE_REASON_UPSTREAM_REFUSED, REEVE_EFFECT_NONE);
    worker.outcome(got[0].frame.as.dispatch, REEVE_OUTCOME_FAILED);
    EXPECT_EQ(job(plan->jobs[0]->job_id)->effect, REEVE_V1_EFFECT_MAYBE);
}

// P5: an attempt whose end is on record is not taken up again, whatever its journal lists.
TEST_F(Retry, P5TakesNoAttemptUpAgainThatIsOver)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(echo);
    auto got = worker.dispatches();
    failing(worker, REEVE_REASON_UPSTREAM_FAILED, REEVE_EFFECT_NONE);
    worker.outcome(got[0].frame.as.dispatch, REEVE_OUTCOME_FAILED);
    reeve_job_spec spec{};
    ASSERT_EQ(reeve_job_spec_decode(got[0].frame.as.dispatch.job_spec, &spec), REEVE_OK);
    reeve_resume_entry entry{};
    entry.job_id = spec.job_id;
    entry.attempt = 1;
    entry.sequence = got[0].frame.as.dispatch.sequence;
    entry.state = REEVE_RESUME_RUNNING;
    worker.disconnect();
    worker.connect({entry});
    EXPECT_STREQ(job(plan->jobs[0]->job_id)->waiting_for, "RETRY_BACKOFF");
    pass(worker, 1000);
    succeed(worker, 2);
    EXPECT_EQ(job(plan->jobs[0]->job_id)->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
}

// P4, P6: attempts and the time of the next one are durable.
TEST_F(Retry, KeepsAttemptsAndBackoffOverARestart)
{
    Worker worker(*gateway);
    worker.connect();
    auto *steps = submit(step);
    fail(worker, 1);
    const int64_t at = job(steps->jobs[0]->job_id)->next_attempt_unix_ms;
    restart();
    worker.session = 0;
    worker.connect();
    auto *waiting = job(steps->jobs[0]->job_id);
    EXPECT_EQ(waiting->next_attempt_unix_ms, at);
    EXPECT_EQ(waiting->n_attempts, 1u);
    EXPECT_TRUE(worker.dispatches().empty());
    pass(worker, 1000);
    fail(worker, 2);
    pass(worker, 1500);
    fail(worker, 3);
    EXPECT_EQ(job(steps->jobs[0]->job_id)->state, REEVE_V1_JOB_STATE_JOB_ENDED);
}

TEST_F(Retry, CancelsInTheBackoff)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(echo);
    fail(worker, 1);
    reeve_v1_cancel_job_request request = REEVE_V1_CANCEL_JOB_REQUEST_INIT;
    request.job_id = plan->jobs[0]->job_id;
    gateway->call(REEVE_CONTROL_CANCEL_JOB, encode(reeve_v1_cancel_job_request_message, &request));
    auto *ended = job(request.job_id);
    EXPECT_EQ(ended->status, REEVE_V1_OUTCOME_STATUS_CANCELLED);
    EXPECT_EQ(ended->effect, REEVE_V1_EFFECT_NONE);
    EXPECT_EQ(ended->n_attempts, 1u);
}

TEST_F(Retry, TriesNotAgainWhatWouldBeTooLate)
{
    Worker worker(*gateway);
    worker.connect();
    const uint64_t call =
        gateway->call(REEVE_CONTROL_SUBMIT_PLAN, submit_request(echo, 1, "", 400));
    ASSERT_EQ(gateway->reply(call).code, 0);
    fail(worker, 1);
    EXPECT_EQ(reeve_gateway_count(gateway->core).jobs, 0u);
}

// ---- dead letters ----

TEST_F(Retry, KeepsADeadLetterWithTheReasonOfEachAttempt)
{
    Worker worker(*gateway);
    auto *plan = dead(worker, echo);
    auto *letter = job(plan->jobs[0]->job_id);
    EXPECT_EQ(letter->state, REEVE_V1_JOB_STATE_JOB_DEAD);
    EXPECT_STREQ(letter->waiting_for, "REQUEUE");
    ASSERT_EQ(letter->n_attempts, 3u);
    for (size_t i = 0; i < 3; i++) {
        EXPECT_EQ(letter->attempts[i]->attempt, 3u - i);
        EXPECT_EQ(letter->attempts[i]->error->reason, REEVE_V1_REASON_UPSTREAM_UNREACHABLE);
    }
    EXPECT_EQ(listed(REEVE_V1_JOB_STATE_JOB_DEAD), 1u);
    EXPECT_EQ(listed(REEVE_V1_JOB_STATE_JOB_QUEUED), 0u);
}

// P4: a new series, audited in the gateway's own chain.
TEST_F(Retry, RequeuesADeadLetter)
{
    Worker worker(*gateway);
    auto *plan = dead(worker, step);
    const size_t before = records_of(plan->jobs[0]->job_id);
    EXPECT_EQ(requeue(plan->jobs[0]->job_id, REEVE_ROLE_PLANNER).code, 7) << "operators only";
    const Reply reply = requeue(plan->jobs[0]->job_id);
    EXPECT_EQ(reply.code, 0) << reply.text;
    EXPECT_EQ(records_of(plan->jobs[0]->job_id), before + 1);
    for (uint32_t attempt = 4; attempt <= 6; attempt++) {
        fail(worker, attempt);
        pass(worker, 2000);
    }
    EXPECT_EQ(job(plan->jobs[0]->job_id)->state, REEVE_V1_JOB_STATE_JOB_DEAD);
    EXPECT_EQ(requeue(plan->jobs[0]->job_id).code, 0);
    succeed(worker, 7);
    auto *ended = job(plan->jobs[0]->job_id);
    EXPECT_EQ(ended->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
    EXPECT_EQ(ended->n_attempts, 6u);
    EXPECT_STREQ(error(requeue(plan->jobs[0]->job_id))->code, "ENDED");
}

TEST_F(Retry, RequeuesOnlyDeadLetters)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(echo);
    EXPECT_STREQ(error(requeue(plan->jobs[0]->job_id))->code, "NOT_DEAD");
    fail(worker, 1);
    EXPECT_STREQ(error(requeue(plan->jobs[0]->job_id))->code, "NOT_DEAD");
    reeve_id unknown{{9}};
    EXPECT_EQ(requeue({16, unknown.bytes}).code, 5);
}

// P5: nobody requeues it: it ends with its plan.
TEST_F(Retry, P5EndsADeadLetterWhenItsPlanExpires)
{
    Worker worker(*gateway);
    auto *plan = dead(worker, step);
    worker.disconnect();
    gateway->advance(3600u * 1000);
    auto *ended = job(plan->jobs[0]->job_id);
    EXPECT_EQ(ended->status, REEVE_V1_OUTCOME_STATUS_FAILED);
    EXPECT_EQ(ended->effect, REEVE_V1_EFFECT_NONE);
    EXPECT_EQ(ended->error->reason, REEVE_V1_REASON_ATTEMPTS_EXHAUSTED);
}

TEST_F(Retry, KeepsDeadLettersOverARestart)
{
    Worker worker(*gateway);
    auto *plan = dead(worker, step);
    restart();
    worker.session = 0;
    worker.connect();
    EXPECT_TRUE(worker.dispatches().empty());
    EXPECT_EQ(listed(REEVE_V1_JOB_STATE_JOB_DEAD), 1u);
    worker.disconnect();
    EXPECT_EQ(requeue(plan->jobs[0]->job_id).code, 0);
    restart();
    worker.session = 0;
    worker.connect();
    fail(worker, 4);
    restart();
    worker.session = 0;
    worker.connect();
    pass(worker, 1000);
    succeed(worker, 5);
    EXPECT_EQ(job(plan->jobs[0]->job_id)->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
}

// P5: attempts whose workers were lost are on record, too; a late word still is the one end.
TEST_F(Retry, RecordsLostAttemptsAndTakesALateWord)
{
    policy.dead_letters = true;
    start();
    auto *plan = submit(echo);
    std::vector<std::unique_ptr<Worker>> workers;
    std::vector<Frame> got;
    for (uint8_t i = 1; i <= 3; i++) {
        workers.push_back(std::make_unique<Worker>(*gateway, i));
        workers.back()->connect();
        auto taken = workers.back()->dispatches();
        ASSERT_EQ(taken.size(), 1u);
        got.push_back(taken[0]);
        workers.back()->disconnect();
        gateway->advance(16000);
    }
    auto *letter = job(plan->jobs[0]->job_id);
    ASSERT_EQ(letter->state, REEVE_V1_JOB_STATE_JOB_DEAD);
    ASSERT_EQ(letter->n_attempts, 3u);
    EXPECT_EQ(letter->attempts[0]->error->reason, REEVE_V1_REASON_WORKER_LOST);
    EXPECT_EQ(letter->attempts[0]->status, REEVE_V1_OUTCOME_STATUS_UNKNOWN);
    EXPECT_EQ(records_of(letter->job_id), 3u);
    workers[1]->connect();
    workers[1]->outcome(got[1].frame.as.dispatch);
    EXPECT_EQ(job(plan->jobs[0]->job_id)->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
    EXPECT_EQ(reeve_gateway_count(gateway->core).jobs, 0u);
}

} // namespace reeve_test
