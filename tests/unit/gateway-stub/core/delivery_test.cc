// SPDX-License-Identifier: Apache-2.0
// Delivery (P4, P5): leases, redelivery, fencing, loss, late words, limits.
#include "tests/unit/gateway-stub/core/harness.h"

namespace reeve_test
{

class Delivery : public CoreTest
{
  protected:
    void SetUp() override
    {
        CoreTest::SetUp();
        register_tasks();
    }

    static reeve_resume_entry running(const Frame &frame)
    {
        reeve_job_spec spec{};
        EXPECT_EQ(reeve_job_spec_decode(frame.frame.as.dispatch.job_spec, &spec), REEVE_OK);
        reeve_resume_entry entry{};
        entry.job_id = spec.job_id;
        entry.attempt = frame.frame.as.dispatch.attempt;
        entry.sequence = frame.frame.as.dispatch.sequence;
        entry.state = REEVE_RESUME_RUNNING;
        return entry;
    }
};

TEST_F(Delivery, RunsAJobFromSubmitToAcknowledgedOutcome)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(step);
    ASSERT_NE(plan, nullptr);
    EXPECT_EQ(plan->state, REEVE_V1_PLAN_STATE_APPROVED);
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 1u) << "pushed, nothing polls";
    EXPECT_EQ(got[0].frame.as.dispatch.attempt, 1u);
    EXPECT_EQ(got[0].frame.as.dispatch.sequence, worker.welcome.dispatch_base + 1);
    worker.outcome(got[0].frame.as.dispatch, REEVE_OUTCOME_SUCCEEDED, "\x08\x01");
    EXPECT_EQ(worker.acked, 2u);
    auto *ended = job(plan->jobs[0]->job_id);
    ASSERT_NE(ended, nullptr);
    EXPECT_EQ(ended->state, REEVE_V1_JOB_STATE_JOB_ENDED);
    EXPECT_EQ(ended->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
    EXPECT_EQ(ended->output.len, 2u);
    EXPECT_EQ(reeve_gateway_count(gateway->core).jobs, 0u);
}

TEST_F(Delivery, P6_ADrainingWorkerGetsNothingMoreAndWhatItGivesBackGoesElsewhere)
{
    Worker leaving(*gateway);
    leaving.connect();
    auto *first = submit(step);
    ASSERT_NE(first, nullptr);
    auto got = leaving.dispatches();
    ASSERT_EQ(got.size(), 1u);
    reeve_worker_frame draining{};
    draining.type = REEVE_WORKER_FRAME_DRAINING;
    draining.as.draining.drain_ms = 1000;
    leaving.send({draining});
    ASSERT_NE(submit(step), nullptr);
    EXPECT_TRUE(leaving.dispatches().empty());
    uint64_t sequence = got[0].frame.as.dispatch.sequence;
    reeve_worker_frame recalled{};
    recalled.type = REEVE_WORKER_FRAME_RECALLED;
    recalled.as.recalled.sequences = {&sequence, 1};
    leaving.send({recalled});
    EXPECT_TRUE(leaving.dispatches().empty());
    Worker other(*gateway, 2);
    other.connect();
    auto taken = other.dispatches();
    ASSERT_EQ(taken.size(), 2u);
    for (const Frame &frame : taken) {
        EXPECT_EQ(frame.frame.as.dispatch.attempt, 1u) << "nothing was tried yet";
    }
}

// P4, P7: in whatever order a worker lists them, each is given back once, and nothing else is.
TEST_F(Delivery, TakesRecalledDispatchesInAnyOrder)
{
    Worker leaving(*gateway);
    leaving.connect();
    ASSERT_NE(submit(echo, 40), nullptr);
    ASSERT_NE(submit(step, 40), nullptr);
    auto got = leaving.dispatches();
    ASSERT_EQ(got.size(), 80u);
    std::vector<uint64_t> sequences{0, UINT64_MAX};
    for (size_t i = got.size(); i > 0; i -= 2) {
        sequences.push_back(got[i - 1].frame.as.dispatch.sequence);
        sequences.push_back(got[i - 1].frame.as.dispatch.sequence);
    }
    reeve_worker_frame draining{};
    draining.type = REEVE_WORKER_FRAME_DRAINING;
    draining.as.draining.drain_ms = 1000;
    reeve_worker_frame recalled{};
    recalled.type = REEVE_WORKER_FRAME_RECALLED;
    recalled.as.recalled.sequences = {sequences.data(), sequences.size()};
    leaving.send({draining, recalled});
    EXPECT_EQ(reeve_gateway_count(gateway->core).leased, 40u);
    Worker other(*gateway, 2);
    other.connect();
    EXPECT_EQ(other.dispatches().size(), 40u);
    for (size_t i = 0; i < got.size(); i += 2) {
        leaving.outcome(got[i].frame.as.dispatch);
    }
    EXPECT_EQ(reeve_gateway_count(gateway->core).jobs, 40u);
}

TEST_F(Delivery, DispatchesNothingBeforeResumeDoneAndWithinTheLimitOnly)
{
    ASSERT_NE(submit(echo, 5), nullptr);
    Worker worker(*gateway);
    worker.hello();
    ASSERT_TRUE(worker.take_welcome());
    worker.limit(3);
    EXPECT_TRUE(worker.dispatches().empty());
    worker.resume();
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 3u);
    for (size_t i = 1; i < got.size(); i++) {
        EXPECT_GT(got[i].frame.as.dispatch.sequence, got[i - 1].frame.as.dispatch.sequence);
    }
    worker.limit(3);
    EXPECT_TRUE(worker.dispatches().empty()) << "a repeated Limit changes nothing";
    worker.limit(5);
    EXPECT_EQ(worker.dispatches().size(), 2u);
}

TEST_F(Delivery, KeepsToATasksOwnLimit)
{
    ASSERT_NE(submit(echo, 5), nullptr);
    ASSERT_NE(submit(step, 2), nullptr);
    Worker worker(*gateway);
    worker.offers[0].max_in_flight = 1;
    worker.connect();
    EXPECT_EQ(worker.dispatches().size(), 3u) << "one echo, two steps";
}

// Nothing of a non-idempotent job leaves the gateway before its assignment is durable.
TEST_F(Delivery, AssignsDurablyBeforeItDispatches)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(step), nullptr);
    worker.dispatches();
    gateway->hold_store = true;
    gateway->call(REEVE_CONTROL_SUBMIT_PLAN, submit_request(step));
    EXPECT_TRUE(worker.dispatches().empty());
    gateway->hold_store = false;
    gateway->settle();
    EXPECT_EQ(worker.dispatches().size(), 1u);
}

TEST_F(Delivery, KeepsRunningJobsOverAReconnect)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(step, 2), nullptr);
    auto first = worker.dispatches();
    ASSERT_EQ(first.size(), 2u);
    worker.disconnect();
    worker.connect({running(first[0])});
    auto again = worker.dispatches();
    ASSERT_EQ(again.size(), 1u) << "the one that is not listed did not start";
    EXPECT_EQ(again[0].frame.as.dispatch.attempt, 2u);
    EXPECT_GT(again[0].frame.as.dispatch.sequence, first[1].frame.as.dispatch.sequence);
    worker.outcome(first[0].frame.as.dispatch);
    worker.outcome(again[0].frame.as.dispatch);
    EXPECT_EQ(reeve_gateway_count(gateway->core).jobs, 0u);
}

TEST_F(Delivery, GivesIdempotentJobsOutAgainAfterGrace)
{
    Worker gone(*gateway, 1);
    gone.connect();
    auto *echoes = submit(echo);
    auto *steps = submit(step);
    ASSERT_EQ(gone.dispatches().size(), 2u);
    gone.disconnect();
    Worker other(*gateway, 2);
    other.connect();
    for (int i = 0; i < 2; i++) {
        gateway->advance(6000);
        other.heartbeat();
    }
    EXPECT_TRUE(other.dispatches().empty());
    gateway->advance(4000);
    auto got = other.dispatches();
    ASSERT_EQ(got.size(), 1u) << "the step waits for its journal";
    EXPECT_EQ(got[0].frame.as.dispatch.attempt, 2u);
    other.outcome(got[0].frame.as.dispatch);
    EXPECT_EQ(job(echoes->jobs[0]->job_id)->state, REEVE_V1_JOB_STATE_JOB_ENDED);
    EXPECT_STREQ(job(steps->jobs[0]->job_id)->waiting_for, "WORKER_AWAY");
}

// P5: a job whose worker stays away ends as UNKNOWN; a late word is a settlement.
TEST_F(Delivery, LosesAJobAfterLostAfterAndTakesALateWordAsASettlement)
{
    Worker worker(*gateway);
    worker.connect();
    auto *plan = submit(step);
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 1u);
    worker.disconnect();
    gateway->advance(25u * 3600 * 1000);
    auto *lost = job(plan->jobs[0]->job_id);
    ASSERT_EQ(lost->state, REEVE_V1_JOB_STATE_JOB_ENDED);
    EXPECT_EQ(lost->status, REEVE_V1_OUTCOME_STATUS_UNKNOWN);
    EXPECT_EQ(lost->effect, REEVE_V1_EFFECT_MAYBE);
    EXPECT_EQ(lost->error->reason, REEVE_V1_REASON_WORKER_LOST);
    worker.connect({running(got[0])});
    EXPECT_TRUE(worker.dispatches().empty());
    worker.outcome(got[0].frame.as.dispatch);
    EXPECT_EQ(worker.acked, 2u) << "acknowledged all the same";
    EXPECT_EQ(job(plan->jobs[0]->job_id)->status, REEVE_V1_OUTCOME_STATUS_UNKNOWN);
}

// P5: a worker's word counts for jobs that it was given. One that merely knows an id can neither
// end a job that waits nor one that another worker runs.
TEST_F(Delivery, P5TakesNoWordAboutAJobFromAWorkerThatNeverHadIt)
{
    auto *waiting = submit(ticket);
    ASSERT_EQ(job(waiting->jobs[0]->job_id)->state, REEVE_V1_JOB_STATE_JOB_PENDING);
    auto *queued = submit(echo);
    auto *leased = submit(step);
    Worker honest(*gateway, 1);
    honest.offers = {{step, fingerprint_of(step)}};
    honest.connect();
    auto got = honest.dispatches();
    ASSERT_EQ(got.size(), 1u);
    Worker mallory(*gateway, 2);
    mallory.identity = "spiffe://d/mallory";
    mallory.limit_granted = 0;
    mallory.connect();
    uint64_t sequence = 0;
    for (auto *plan : {waiting, queued, leased}) {
        const reeve_v1_job *about = plan->jobs[0];
        reeve_dispatch forged = got[0].frame.as.dispatch;
        std::string spec(reinterpret_cast<const char *>(forged.job_spec.data), forged.job_spec.len);
        const std::string own_id = to_string(running(got[0]).job_id);
        spec.replace(spec.find(own_id), 16, reinterpret_cast<const char *>(about->job_id.data), 16);
        spec.back() ^= 1;
        forged.job_spec = reeve_bytes_of(spec.data(), spec.size());
        forged.sequence = ++sequence;
        mallory.outcome(forged, REEVE_OUTCOME_SUCCEEDED, "forged");
        EXPECT_NE(job(about->job_id)->state, REEVE_V1_JOB_STATE_JOB_ENDED) << about->task;
    }
    honest.outcome(got[0].frame.as.dispatch);
    EXPECT_EQ(job(leased->jobs[0]->job_id)->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
}

// P5: nor does listing a job in Resume make it the worker's.
TEST_F(Delivery, P5GivesNoJobToAWorkerThatMerelyListsIt)
{
    auto *fresh = submit(step);
    auto *again = submit(echo);
    Worker honest(*gateway, 1);
    honest.offers = {{echo, fingerprint_of(echo)}};
    honest.connect();
    auto got = honest.dispatches();
    ASSERT_EQ(got.size(), 1u);
    honest.disconnect();
    gateway->advance(16000); // the echo may go to another worker now
    Worker mallory(*gateway, 2);
    mallory.identity = "spiffe://d/mallory";
    mallory.limit_granted = 0;
    std::vector<reeve_resume_entry> listed(2, running(got[0]));
    ASSERT_EQ(reeve_id_from_bytes({fresh->jobs[0]->job_id.data, 16}, &listed[1].job_id), REEVE_OK);
    mallory.connect(listed);
    EXPECT_EQ(job(fresh->jobs[0]->job_id)->state, REEVE_V1_JOB_STATE_JOB_QUEUED);
    reeve_dispatch forged = got[0].frame.as.dispatch;
    std::string spec = to_string(forged.job_spec);
    spec.back() ^= 1;
    forged.job_spec = reeve_bytes_of(spec.data(), spec.size());
    mallory.outcome(forged, REEVE_OUTCOME_SUCCEEDED, "forged");
    EXPECT_NE(job(again->jobs[0]->job_id)->state, REEVE_V1_JOB_STATE_JOB_ENDED);
    mallory.disconnect();
    honest.connect({running(got[0])});
    honest.outcome(got[0].frame.as.dispatch);
    EXPECT_EQ(job(again->jobs[0]->job_id)->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
}

TEST_F(Delivery, EndsAJobAfterItsAttempts)
{
    auto *plan = submit(echo);
    for (uint8_t i = 1; i <= 3; i++) {
        Worker worker(*gateway, i);
        worker.connect();
        ASSERT_EQ(worker.dispatches().size(), 1u) << "attempt " << int{i};
        worker.disconnect();
        gateway->advance(16000);
    }
    auto *dead = job(plan->jobs[0]->job_id);
    EXPECT_EQ(dead->status, REEVE_V1_OUTCOME_STATUS_FAILED);
    EXPECT_EQ(dead->error->reason, REEVE_V1_REASON_ATTEMPTS_EXHAUSTED);
}

TEST_F(Delivery, ExpiresWhatNobodyTook)
{
    auto *plan = submit(echo);
    EXPECT_STREQ(job(plan->jobs[0]->job_id)->waiting_for, "NO_ALIGNED_WORKER");
    gateway->advance(3601u * 1000);
    auto *expired = job(plan->jobs[0]->job_id);
    EXPECT_EQ(expired->status, REEVE_V1_OUTCOME_STATUS_REJECTED);
    EXPECT_EQ(expired->effect, REEVE_V1_EFFECT_NONE);
    EXPECT_EQ(expired->error->reason, REEVE_V1_REASON_EXPIRED);
}

// A job that expires in its queue leaves it once: those behind it are still seen.
TEST_F(Delivery, P5CountsAJobThatExpiresInItsQueueOnce)
{
    const uint64_t call =
        gateway->call(REEVE_CONTROL_SUBMIT_PLAN, submit_request(echo, 1, "", 1000));
    ASSERT_EQ(gateway->reply(call).code, 0);
    ASSERT_NE(submit(echo), nullptr);
    EXPECT_EQ(reeve_gateway_count(gateway->core).queued, 2u);
    gateway->advance(2000);
    EXPECT_EQ(reeve_gateway_count(gateway->core).queued, 1u);
    Worker worker(*gateway);
    worker.connect();
    EXPECT_EQ(worker.dispatches().size(), 1u);
}

// P4: what an intact journal does not list did not start, so its end is no riddle.
TEST_F(Delivery, P4ExpiresAJobThatItsJournalNeverStarted)
{
    const uint64_t call =
        gateway->call(REEVE_CONTROL_SUBMIT_PLAN, submit_request(step, 1, "", 5000));
    const auto *plan = as<reeve_v1_submit_plan_response>(reeve_v1_submit_plan_response_message,
                                                         gateway->reply(call).bytes)
                           ->plan;
    Worker worker(*gateway);
    worker.connect();
    ASSERT_EQ(worker.dispatches().size(), 1u);
    worker.disconnect();
    gateway->advance(6000);
    worker.connect(); // and lists nothing
    auto *expired = job(plan->jobs[0]->job_id);
    EXPECT_EQ(expired->status, REEVE_V1_OUTCOME_STATUS_REJECTED);
    EXPECT_EQ(expired->effect, REEVE_V1_EFFECT_NONE);
    EXPECT_EQ(expired->error->reason, REEVE_V1_REASON_EXPIRED);
}

TEST_F(Delivery, SpreadsJobsOverWorkers)
{
    Worker one(*gateway, 1);
    Worker two(*gateway, 2);
    one.connect();
    two.connect();
    ASSERT_NE(submit(echo, 10), nullptr);
    EXPECT_EQ(one.dispatches().size(), 5u);
    EXPECT_EQ(two.dispatches().size(), 5u);
}

TEST_F(Delivery, GivesJobsOnlyToTheFingerprintTheyArePinnedTo)
{
    Worker drifted(*gateway);
    drifted.offers[0].fingerprint.bytes[0] ^= 1;
    drifted.offers[1].allowed = false;
    drifted.connect();
    ASSERT_EQ(drifted.welcome.standings.count, 1u);
    EXPECT_EQ(drifted.welcome.aligned_tasks, 3u);
    ASSERT_NE(submit(echo), nullptr);
    ASSERT_NE(submit(step), nullptr);
    EXPECT_TRUE(drifted.dispatches().empty());
}

// A drifted worker gets no job, and the job says which versions there are.
TEST_F(Delivery, SaysWhichVersionsConnectedWorkersHave)
{
    Worker one(*gateway, 1);
    Worker two(*gateway, 2);
    Worker denying(*gateway, 3);
    one.offers[0].fingerprint.bytes[0] ^= 1;
    two.offers[0].fingerprint.bytes[0] ^= 1;
    denying.offers[0].allowed = false;
    one.connect();
    two.connect();
    denying.connect();
    auto *plan = submit(echo);
    auto *waiting = job(plan->jobs[0]->job_id);
    EXPECT_STREQ(waiting->waiting_for, "NO_ALIGNED_WORKER");
    ASSERT_EQ(waiting->n_connected_versions, 2u);
    const reeve_v1_connected_version *drifted = waiting->connected_versions[0];
    const reeve_v1_connected_version *aligned = waiting->connected_versions[1];
    EXPECT_EQ(drifted->workers, 2u);
    EXPECT_EQ(drifted->allowing, 2u);
    EXPECT_EQ(std::string(reinterpret_cast<const char *>(drifted->fingerprint.data), 32),
              to_string(reeve_digest_view(&one.offers[0].fingerprint)));
    EXPECT_EQ(aligned->workers, 1u);
    EXPECT_EQ(aligned->allowing, 0u);
    denying.disconnect();
    waiting = job(plan->jobs[0]->job_id);
    EXPECT_EQ(waiting->n_connected_versions, 1u);
    Worker fits(*gateway, 4);
    fits.connect();
    EXPECT_EQ(fits.dispatches().size(), 1u);
    EXPECT_EQ(job(plan->jobs[0]->job_id)->n_connected_versions, 0u);
}

// A worker of a newer version that accepts this one takes its jobs.
TEST_F(Delivery, GivesJobsToWorkersThatAcceptTheirVersion)
{
    Worker newer(*gateway);
    newer.offers[0].accepted = {newer.offers[0].fingerprint};
    newer.offers[0].fingerprint.bytes[0] ^= 1;
    newer.connect();
    EXPECT_EQ(newer.welcome.aligned_tasks, 4u);
    EXPECT_EQ(newer.welcome.standings.count, 0u);
    auto *plan = submit(echo);
    auto got = newer.dispatches();
    ASSERT_EQ(got.size(), 1u);
    newer.outcome(got[0].frame.as.dispatch);
    EXPECT_EQ(job(plan->jobs[0]->job_id)->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
}

TEST_F(Delivery, SupersedesTheOlderSession)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(step), nullptr);
    auto got = worker.dispatches();
    const uint64_t old = worker.session;
    worker.connect({running(got[0])});
    EXPECT_EQ(gateway->closed[old].code, "SUPERSEDED");
    EXPECT_TRUE(worker.dispatches().empty()) << "it stays where it runs";
    worker.outcome(got[0].frame.as.dispatch);
    EXPECT_EQ(reeve_gateway_count(gateway->core).jobs, 0u);
}

TEST_F(Delivery, CountersignsCheckpoints)
{
    Worker worker(*gateway);
    worker.connect();
    ASSERT_NE(submit(step), nullptr);
    worker.outcome(worker.dispatches()[0].frame.as.dispatch);
    worker.checkpoint();
    EXPECT_EQ(worker.countersigned, 1u);
}

TEST_F(Delivery, CancelsInEveryState)
{
    auto *waiting = submit(echo);
    reeve_v1_cancel_job_request request = REEVE_V1_CANCEL_JOB_REQUEST_INIT;
    request.job_id = waiting->jobs[0]->job_id;
    uint64_t call = gateway->call(REEVE_CONTROL_CANCEL_JOB,
                                  encode(reeve_v1_cancel_job_request_message, &request));
    EXPECT_EQ(gateway->reply(call).code, 0) << gateway->reply(call).text;
    EXPECT_EQ(job(request.job_id)->status, REEVE_V1_OUTCOME_STATUS_CANCELLED);

    Worker worker(*gateway);
    worker.connect();
    auto *taken = submit(step);
    auto got = worker.dispatches();
    ASSERT_EQ(got.size(), 1u);
    request.job_id = taken->jobs[0]->job_id;
    call = gateway->call(REEVE_CONTROL_CANCEL_JOB,
                         encode(reeve_v1_cancel_job_request_message, &request));
    EXPECT_EQ(gateway->reply(call).code, 0) << gateway->reply(call).text;
    worker.dispatches();
    ASSERT_EQ(worker.cancelled.size(), 1u);
    EXPECT_EQ(job(request.job_id)->state, REEVE_V1_JOB_STATE_JOB_DISPATCHED);
    worker.outcome(got[0].frame.as.dispatch, REEVE_OUTCOME_SUCCEEDED);
    EXPECT_EQ(job(request.job_id)->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED) << "what is true";
}

// Make before break: the older stream ends behind what was sent on it, what it had stays as it is,
// and what never left goes out on the newer one.
TEST_F(Delivery, P6ANewerSessionTakesOverWhatTheOlderHad)
{
    Worker worker(*gateway);
    worker.limit_granted = 1;
    worker.connect();
    auto *plan = submit(step, 2);
    auto first = worker.dispatches();
    ASSERT_EQ(first.size(), 1u);
    const uint64_t old = worker.session;
    worker.hello();
    ASSERT_TRUE(worker.take_welcome());
    EXPECT_GE(worker.welcome.dispatch_mark, first[0].frame.as.dispatch.sequence);
    const auto last = gateway->take(old);
    ASSERT_FALSE(last.empty());
    EXPECT_EQ(last.back().frame.type, REEVE_GATEWAY_FRAME_RETRY);
    EXPECT_EQ(last.back().frame.as.retry.code, REEVE_SESSION_SUPERSEDED);
    EXPECT_EQ(gateway->closed[old].code, "SUPERSEDED");
    EXPECT_TRUE(worker.dispatches().empty()) << "not before ResumeDone";
    worker.resume({running(first[0])});
    worker.limit(5);
    auto second = worker.dispatches();
    ASSERT_EQ(second.size(), 1u) << "the first is not given out again";
    EXPECT_EQ(second[0].frame.as.dispatch.attempt, 1u);
    EXPECT_GT(second[0].frame.as.dispatch.sequence, worker.welcome.dispatch_base);
    worker.outcome(first[0].frame.as.dispatch);
    worker.outcome(second[0].frame.as.dispatch);
    for (size_t i = 0; i < 2; i++) {
        EXPECT_EQ(job(plan->jobs[i]->job_id)->status, REEVE_V1_OUTCOME_STATUS_SUCCEEDED);
        EXPECT_EQ(job(plan->jobs[i]->job_id)->attempt, 1u);
    }
}

} // namespace reeve_test
