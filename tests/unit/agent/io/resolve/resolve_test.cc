// SPDX-License-Identifier: Apache-2.0
// Questions to the resolver that need no name server: when answers come, from where, and what
// becomes of questions that nobody waits for any more. Names from a server: the bindings' tests.
#include "agent/io/resolve/resolve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace
{

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

struct Question {
    reeve_resolve resolve{}; // first: on_done gets it
    int answers = 0;

    explicit Question(const char *host)
    {
        resolve.host = host;
        resolve.on_done = [](reeve_resolve *r) { reinterpret_cast<Question *>(r)->answers++; };
    }
    std::vector<std::string> addresses() const
    {
        return {resolve.addresses, resolve.addresses + resolve.count};
    }
};

// The thread that waits on descriptors.
class Resolve : public ::testing::Test
{
  protected:
    Resolve()
    {
        watch.ctx = this;
        watch.watch = [](void *ctx, int fd, bool readable, bool writable) {
            auto *self = static_cast<Resolve *>(ctx);
            const short events =
                static_cast<short>((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
            if (events == 0) {
                self->watched.erase(fd);
                return;
            }
            self->watched[fd] = events;
        };
    }
    void SetUp() override
    {
        ASSERT_EQ(reeve_resolver_new(&watch, &resolver), REEVE_OK);
    }
    void TearDown() override
    {
        reeve_resolver_free(resolver);
        EXPECT_TRUE(watched.empty()) << "a descriptor is closed and still watched";
    }
    // Runs until the question is answered, as a loop would.
    void wait(const Question &question)
    {
        while (question.answers == 0) {
            const uint64_t now_ms = reeve_now_read().boot_ms;
            const uint64_t until_ms = reeve_resolver_deadline(resolver, now_ms);
            ASSERT_NE(until_ms, REEVE_NEVER_MS) << "nothing is asked, and nothing was answered";
            poll_once(until_ms > now_ms ? static_cast<int>(until_ms - now_ms) : 0);
            reeve_resolver_tick(resolver);
        }
    }
    void poll_once(int timeout_ms)
    {
        std::vector<pollfd> fds;
        for (const auto &[fd, events] : watched) {
            fds.push_back({fd, events, 0});
        }
        (void)poll(fds.data(), fds.size(), timeout_ms);
        for (const pollfd &fd : fds) {
            if (fd.revents != 0) {
                reeve_resolver_ready(resolver, fd.fd, (fd.revents & ~POLLOUT) != 0,
                                     (fd.revents & POLLOUT) != 0);
            }
        }
    }
    reeve_resolver_watch watch{};
    reeve_resolver *resolver = nullptr;
    std::map<int, short> watched;
};

TEST_F(Resolve, AnswersFromTickAndNeverFromStart)
{
    Question question("2001:db8::1");
    ASSERT_EQ(reeve_resolver_start(resolver, &question.resolve), REEVE_OK);
    EXPECT_EQ(question.answers, 0) << "its caller is not ready yet";
    EXPECT_EQ(reeve_resolver_deadline(resolver, 5000), 0u) << "at once";
    reeve_resolver_tick(resolver);
    EXPECT_EQ(question.answers, 1);
    EXPECT_EQ(question.resolve.status, REEVE_OK);
    EXPECT_STREQ(question.resolve.problem, "");
    EXPECT_THAT(question.addresses(), ElementsAre("2001:db8::1"));
    reeve_resolver_tick(resolver);
    EXPECT_EQ(question.answers, 1) << "exactly once";
    EXPECT_EQ(reeve_resolver_deadline(resolver, 5000), REEVE_NEVER_MS);
}

TEST_F(Resolve, TakesAddressesAsTheyAre)
{
    for (const char *address : {"::1", "2001:db8::5"}) {
        Question question(address);
        ASSERT_EQ(reeve_resolver_start(resolver, &question.resolve), REEVE_OK);
        wait(question);
        EXPECT_EQ(question.resolve.status, REEVE_OK) << address;
        EXPECT_THAT(question.addresses(), ElementsAre(address));
    }
}

TEST_F(Resolve, KnowsTheMachineItself)
{
    Question question("localhost");
    ASSERT_EQ(reeve_resolver_start(resolver, &question.resolve), REEVE_OK);
    wait(question);
    EXPECT_EQ(question.resolve.status, REEVE_OK) << question.resolve.problem;
    EXPECT_THAT(question.addresses(), Contains(AnyOf("127.0.0.1", "::1")));
}

TEST_F(Resolve, SaysThatANameCannotBeOne)
{
    Question question("no..such..name");
    ASSERT_EQ(reeve_resolver_start(resolver, &question.resolve), REEVE_OK);
    wait(question);
    EXPECT_EQ(question.resolve.status, REEVE_NOT_FOUND);
    EXPECT_EQ(question.resolve.count, 0u);
    EXPECT_STRNE(question.resolve.problem, "");
}

// The host is borrowed until _start returns, and no longer.
TEST_F(Resolve, KeepsNothingOfTheName)
{
    auto host = std::make_unique<std::string>("2001:db8::7");
    Question question(host->c_str());
    ASSERT_EQ(reeve_resolver_start(resolver, &question.resolve), REEVE_OK);
    host.reset();
    wait(question);
    EXPECT_THAT(question.addresses(), ElementsAre("2001:db8::7"));
}

TEST_F(Resolve, AForgottenQuestionIsNotAnswered)
{
    Question kept("2001:db8::1");
    Question answered("2001:db8::2");
    auto forgotten = std::make_unique<Question>("2001:db8::3");
    ASSERT_EQ(reeve_resolver_start(resolver, &answered.resolve), REEVE_OK);
    ASSERT_EQ(reeve_resolver_start(resolver, &forgotten->resolve), REEVE_OK);
    ASSERT_EQ(reeve_resolver_start(resolver, &kept.resolve), REEVE_OK);
    reeve_resolver_forget(resolver, &forgotten->resolve);
    forgotten.reset(); // its memory is the caller's again
    reeve_resolver_tick(resolver);
    EXPECT_EQ(kept.answers, 1);
    EXPECT_EQ(answered.answers, 1);
    reeve_resolver_forget(resolver, &kept.resolve);
    reeve_resolver_tick(resolver);
    EXPECT_EQ(kept.answers, 1) << "forgetting what is answered changes nothing";
}

// What is forgotten from within an answer is not answered either.
TEST_F(Resolve, AnAnswerMayForgetAnother)
{
    struct Pair {
        Question first{"2001:db8::1"};
        Question second{"2001:db8::2"};
        reeve_resolver *resolver = nullptr;
    } pair;
    pair.resolver = resolver;
    pair.first.resolve.on_done = [](reeve_resolve *r) {
        auto *both = reinterpret_cast<Pair *>(r);
        both->first.answers++;
        reeve_resolver_forget(both->resolver, &both->second.resolve);
    };
    ASSERT_EQ(reeve_resolver_start(resolver, &pair.first.resolve), REEVE_OK);
    ASSERT_EQ(reeve_resolver_start(resolver, &pair.second.resolve), REEVE_OK);
    reeve_resolver_tick(resolver);
    EXPECT_EQ(pair.first.answers, 1);
    EXPECT_EQ(pair.second.answers, 0);
}

// With questions under way, to a server and answered: nobody hears of them again.
TEST_F(Resolve, FreeForgetsWhatIsStillAsked)
{
    Question asked("host.reeve.invalid");
    Question answered("2001:db8::1");
    ASSERT_EQ(reeve_resolver_start(resolver, &asked.resolve), REEVE_OK);
    ASSERT_EQ(reeve_resolver_start(resolver, &answered.resolve), REEVE_OK);
    reeve_resolver_free(resolver);
    resolver = nullptr;
    EXPECT_EQ(asked.answers, 0);
    EXPECT_EQ(answered.answers, 0);
    reeve_resolver_free(nullptr);
}

} // namespace
