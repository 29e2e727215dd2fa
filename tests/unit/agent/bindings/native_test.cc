// SPDX-License-Identifier: Apache-2.0
// The native binding by itself: what a handler is given, every way of answering, and the two sides
// of a stream that waits: the handler's thread and the loop that resumes or cancels it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "agent/base/time.h"
#include "agent/bindings/native/native.h"
#include "demo/native/v1/native.reeve.h"
#include "reeve/handler.h"

namespace
{

using ::testing::ElementsAre;

// What the task's function does in this test.
std::function<void(reeve_native_call *)> handler;

void Handle(reeve_native_call *call)
{
    handler(call);
}

// One job of a task like the generated one, and its runner.
class Job
{
  public:
    explicit Job(const reeve_task &like) : task(like)
    {
        task.native = Handle;
        reeve_arena_init(&arena, nullptr, 1 << 20, 0);
        work.task = &task;
        work.arena = &arena;
        work.deadline_ms = reeve_now_read().boot_ms + 60000;
        work.max_output_bytes = 1000;
        work.owner = &OWNER;
        reeve_buffer_init(&work.answer.output, nullptr, work.max_output_bytes);
        work.job_id.bytes[0] = 7;
        EXPECT_EQ(reeve_native_binding_new(&binding), REEVE_OK);
    }
    ~Job()
    {
        reeve_answer_clear(&work.answer);
        reeve_arena_clear(&arena);
        reeve_binding_free(binding);
    }
    Job(const Job &) = delete;
    Job &operator=(const Job &) = delete;

    void start()
    {
        binding->vtable->start(binding, &work);
    }
    // The loop's part of a cancel.
    void cancel(enum reeve_reason reason = REEVE_REASON_CANCEL_REQUESTED)
    {
        __atomic_store_n(&work.cancel_reason, static_cast<int>(reason), __ATOMIC_RELEASE);
        binding->vtable->cancel(binding, &work);
    }
    void resume()
    {
        binding->vtable->resume(binding, &work);
    }
    std::string message() const
    {
        return reeve_answer_message(&work.answer);
    }

    // The runner keeps more beside a work, too.
    struct Owned {
        reeve_work work;
        Job *job;
    };
    reeve_task task;
    Owned owned{{}, this};
    reeve_work &work = owned.work;
    reeve_arena arena{};
    reeve_binding *binding = nullptr;
    int answers = 0;
    std::vector<uint64_t> progress;
    std::vector<uint32_t> emitted;
    size_t room = SIZE_MAX; // messages until PAUSE

  private:
    static Job *of(reeve_work *w)
    {
        return reinterpret_cast<Owned *>(w)->job;
    }
    static constexpr reeve_work_owner OWNER = {
        [](reeve_work *w) { of(w)->answers++; },
        [](reeve_work *w, uint64_t done, uint64_t total) {
            of(w)->progress = {done, total};
        },
        [](reeve_work *w, reeve_buffer *message) {
            Job *job = of(w);
            // A CountResponse of one small number: its tag and the number.
            job->emitted.push_back(message->len > 1 ? message->data[1] : 0);
            return job->emitted.size() >= job->room ? REEVE_WORK_PAUSE : REEVE_WORK_GO_ON;
        },
        nullptr};
};

enum reeve_native_flow Emit(reeve_native_call *call, uint32_t value)
{
    demo_native_v1_count_response response = DEMO_NATIVE_V1_COUNT_RESPONSE_INIT;
    response.value = value;
    return reeve_native_emit(call, &response);
}

// ---- unary tasks ----

TEST(Native, AHandlerIsGivenWhatTheJobHas)
{
    Job job(demo_native_v1_native_echo_task);
    demo_native_v1_echo_request request = DEMO_NATIVE_V1_ECHO_REQUEST_INIT;
    job.work.request = &request;
    handler = [&](reeve_native_call *call) {
        EXPECT_EQ(reeve_native_request(call), &request);
        EXPECT_EQ(reeve_native_job_id(call)[0], 7);
        EXPECT_FALSE(reeve_native_cancelled(call));
        EXPECT_GT(reeve_native_time_left_ms(call), 50000u);
        const auto *zeroed = static_cast<const uint8_t *>(reeve_native_alloc(call, 16));
        ASSERT_NE(zeroed, nullptr);
        EXPECT_EQ(zeroed[0] | zeroed[15], 0);
        EXPECT_EQ(reeve_native_alloc(call, 2 << 20), nullptr) << "P7: the job's memory bound";
        reeve_native_progress(call, 2, 5);
        demo_native_v1_echo_response response = DEMO_NATIVE_V1_ECHO_RESPONSE_INIT;
        std::string text = "hello";
        response.text = &text[0];
        reeve_native_succeed(call, &response);
    };
    job.start();
    EXPECT_EQ(job.answers, 1);
    EXPECT_EQ(job.work.answer.status, REEVE_OUTCOME_SUCCEEDED);
    EXPECT_EQ(job.work.answer.effect, REEVE_EFFECT_NONE) << "the task has no side effects";
    EXPECT_EQ(std::string(reinterpret_cast<char *>(job.work.answer.output.data),
                          job.work.answer.output.len),
              "\n\x05hello");
    EXPECT_THAT(job.progress, ElementsAre(2, 5));
}

TEST(Native, TimeThatIsOverIsNotNegative)
{
    Job job(demo_native_v1_native_echo_task);
    job.work.deadline_ms = 1;
    handler = [](reeve_native_call *call) {
        EXPECT_EQ(reeve_native_time_left_ms(call), 0u);
        reeve_native_fail(call, REEVE_NATIVE_EFFECT_NONE, nullptr);
    };
    job.start();
    EXPECT_EQ(job.message(), "");
}

TEST(Native, AFailureHasTheHandlersWordsAndEffect)
{
    Job job(demo_native_v1_native_step_task);
    handler = [](reeve_native_call *call) {
        reeve_native_fail(call, REEVE_NATIVE_EFFECT_MAYBE, std::string(600, 'x').c_str());
    };
    job.start();
    EXPECT_EQ(job.answers, 1);
    EXPECT_EQ(job.work.answer.status, REEVE_OUTCOME_FAILED);
    EXPECT_EQ(job.work.answer.reason, REEVE_REASON_HANDLER_FAILED);
    EXPECT_EQ(job.work.answer.effect, REEVE_EFFECT_MAYBE);
    EXPECT_EQ(job.message(), std::string(512, 'x')) << "cut where the contract ends";
}

// P4: what was cancelled before its start has no effect, and its handler never runs.
TEST(Native, P4ACancelBeforeTheStartIsAnsweredWithoutTheHandler)
{
    for (const reeve_task *task :
         {&demo_native_v1_native_step_task, &demo_native_v1_native_count_task}) {
        Job job(*task);
        handler = [](reeve_native_call *) { ADD_FAILURE() << "the handler ran"; };
        job.cancel(REEVE_REASON_DEADLINE);
        EXPECT_EQ(job.answers, 0) << "only start answers";
        job.start();
        EXPECT_EQ(job.answers, 1);
        EXPECT_EQ(job.work.answer.status, REEVE_OUTCOME_TIMED_OUT);
        EXPECT_EQ(job.work.answer.effect, REEVE_EFFECT_NONE);
    }
}

TEST(Native, AFailureBehindACancelIsTheCancelWithTheHandlersEffect)
{
    Job job(demo_native_v1_native_step_task);
    handler = [&](reeve_native_call *call) {
        job.cancel();
        EXPECT_TRUE(reeve_native_cancelled(call));
        reeve_native_fail(call, REEVE_NATIVE_EFFECT_DONE, "gave up");
    };
    job.start();
    EXPECT_EQ(job.work.answer.status, REEVE_OUTCOME_CANCELLED);
    EXPECT_EQ(job.work.answer.reason, REEVE_REASON_CANCEL_REQUESTED);
    EXPECT_EQ(job.work.answer.effect, REEVE_EFFECT_DONE);
    EXPECT_EQ(job.message(), "cancelled on request");
}

// A success that came all the same is one: the effect is there, and so is the output.
TEST(Native, ASuccessBehindACancelStaysOne)
{
    Job job(demo_native_v1_native_step_task);
    handler = [&](reeve_native_call *call) {
        job.cancel();
        demo_native_v1_step_response response = DEMO_NATIVE_V1_STEP_RESPONSE_INIT;
        reeve_native_succeed(call, &response);
    };
    job.start();
    EXPECT_EQ(job.work.answer.status, REEVE_OUTCOME_SUCCEEDED);
    EXPECT_EQ(job.work.answer.effect, REEVE_EFFECT_DONE);
}

TEST(Native, AUnaryHandlerCannotStream)
{
    Job job(demo_native_v1_native_step_task);
    handler = [](reeve_native_call *call) {
        EXPECT_FALSE(reeve_native_wait(call)) << "never paused";
        reeve_native_on_resume(
            call, [](reeve_native_call *, void *) { ADD_FAILURE(); }, nullptr);
        demo_native_v1_step_response response = DEMO_NATIVE_V1_STEP_RESPONSE_INIT;
        EXPECT_EQ(reeve_native_emit(call, &response), REEVE_NATIVE_STOP);
        reeve_native_finish(call);
    };
    job.start();
    job.resume(); // the loop may be late
    EXPECT_EQ(job.answers, 1);
    EXPECT_EQ(job.work.answer.status, REEVE_OUTCOME_FAILED);
    EXPECT_EQ(job.work.answer.reason, REEVE_REASON_HANDLER_FAILED);
    EXPECT_TRUE(job.emitted.empty());
}

// ---- streams ----

TEST(Native, AStreamSendsInOrderAndFinishes)
{
    Job job(demo_native_v1_native_count_task);
    handler = [](reeve_native_call *call) {
        for (uint32_t i = 1; i <= 3; i++) {
            EXPECT_EQ(Emit(call, i), REEVE_NATIVE_GO_ON);
        }
        reeve_native_finish(call);
    };
    job.start();
    EXPECT_THAT(job.emitted, ElementsAre(1, 2, 3));
    EXPECT_EQ(job.answers, 1);
    EXPECT_EQ(job.work.answer.status, REEVE_OUTCOME_SUCCEEDED);
}

// The handler waits on its own thread until the loop has room again; once for each pause.
TEST(Native, AWaitEndsWithTheLoopsResume)
{
    Job job(demo_native_v1_native_count_task);
    job.room = 1; // every message pauses
    std::promise<void> paused[2];
    handler = [&](reeve_native_call *call) {
        for (uint32_t i = 0; i < 2; i++) {
            EXPECT_EQ(Emit(call, i + 1), REEVE_NATIVE_PAUSE);
            paused[i].set_value();
            EXPECT_TRUE(reeve_native_wait(call));
        }
        reeve_native_finish(call);
    };
    std::thread pool([&] { job.start(); });
    for (auto &one : paused) {
        one.get_future().wait();
        job.resume();
    }
    pool.join();
    EXPECT_THAT(job.emitted, ElementsAre(1, 2));
    EXPECT_EQ(job.work.answer.status, REEVE_OUTCOME_SUCCEEDED);
}

// Room may be there before the emit that says PAUSE has returned: the wait does not wait then.
TEST(Native, AResumeThatComesFirstIsNotLost)
{
    Job job(demo_native_v1_native_count_task);
    job.room = 1;
    handler = [&](reeve_native_call *call) {
        job.resume();
        EXPECT_EQ(Emit(call, 1), REEVE_NATIVE_PAUSE);
        EXPECT_TRUE(reeve_native_wait(call));
        reeve_native_finish(call);
    };
    job.start();
    EXPECT_EQ(job.work.answer.status, REEVE_OUTCOME_SUCCEEDED);
}

TEST(Native, AWaitEndsWithACancelToo)
{
    Job job(demo_native_v1_native_count_task);
    job.room = 1;
    std::promise<void> paused;
    handler = [&](reeve_native_call *call) {
        EXPECT_EQ(Emit(call, 1), REEVE_NATIVE_PAUSE);
        paused.set_value();
        EXPECT_FALSE(reeve_native_wait(call));
        EXPECT_EQ(Emit(call, 2), REEVE_NATIVE_STOP);
        reeve_native_finish(call);
    };
    std::thread pool([&] { job.start(); });
    paused.get_future().wait();
    job.cancel();
    pool.join();
    EXPECT_THAT(job.emitted, ElementsAre(1));
    EXPECT_EQ(job.answers, 1);
    EXPECT_EQ(job.work.answer.status, REEVE_OUTCOME_CANCELLED);
}

// The other style: the handler returns, and its function is called on the loop's thread.
TEST(Native, AFunctionIsCalledOnceForEachPauseAndNeverBehindTheAnswer)
{
    struct Source {
        int called = 0;
    } source;
    Job job(demo_native_v1_native_count_task);
    job.room = 1;
    handler = [&](reeve_native_call *call) {
        reeve_native_on_resume(
            call,
            [](reeve_native_call *resumed, void *ctx) {
                auto *s = static_cast<Source *>(ctx);
                s->called++;
                if (s->called == 2) {
                    reeve_native_finish(resumed);
                    return;
                }
                EXPECT_EQ(Emit(resumed, 2), REEVE_NATIVE_PAUSE);
            },
            &source);
        EXPECT_EQ(Emit(call, 1), REEVE_NATIVE_PAUSE);
    };
    job.start();
    EXPECT_EQ(source.called, 0);
    job.resume();
    EXPECT_EQ(source.called, 1);
    EXPECT_EQ(job.answers, 0);
    job.resume();
    EXPECT_EQ(source.called, 2);
    EXPECT_EQ(job.answers, 1);
    job.resume();
    EXPECT_EQ(source.called, 2) << "the call is answered";
}

// Whoever is paused learns of the cancel exactly once: by the emit, or by the function.
TEST(Native, ACancelIsToldOnceWhereverItMeetsTheStream)
{
    for (int round = 0; round < 200; round++) {
        Job job(demo_native_v1_native_count_task);
        job.room = 1;
        std::atomic<int> told{0};
        std::atomic<bool> emitting{false};
        handler = [&](reeve_native_call *call) {
            reeve_native_on_resume(
                call,
                [](reeve_native_call *resumed, void *ctx) {
                    (*static_cast<std::atomic<int> *>(ctx))++;
                    reeve_native_finish(resumed);
                },
                &told);
            emitting = true;
            if (Emit(call, 1) == REEVE_NATIVE_STOP) {
                told++;
                reeve_native_finish(call);
            }
        };
        std::thread pool([&] { job.start(); });
        while (!emitting) {
            std::this_thread::yield();
        }
        job.cancel();
        pool.join();
        EXPECT_EQ(told, 1);
        EXPECT_EQ(job.answers, 1);
        EXPECT_EQ(job.work.answer.status, REEVE_OUTCOME_CANCELLED);
    }
}

} // namespace
