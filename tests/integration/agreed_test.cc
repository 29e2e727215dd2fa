// SPDX-License-Identifier: Apache-2.0
//
// P3: the worker runs what was agreed and nothing else. A scripted gateway asks for what it may
// not: every refusal is typed and audited, and whoever breaks the protocol loses the session and
// nothing more.
#include <gtest/gtest.h>

#include "tests/integration/support/files.h"
#include "tests/integration/support/scripted_gateway.h"

namespace reeve::test
{
namespace
{

class P3Agreed : public testing::Test
{
  protected:
    void SetUp() override
    {
        world.agent_settings.gateway_port = gateway.port();
        world.agent_settings.max_input_bytes = 300u << 10;
        world.agent_settings.max_in_flight = 16;
        world.agent_settings.crm_port = 9; /* configured; nothing may ever go there */
        world.write_token();
        world.start_agent();
        ASSERT_TRUE(gateway.until([this] { return gateway.live(); }));
    }
    Work step() const
    {
        return gateway.make(kStep, proto_text(1, "p3"));
    }
    Work ticket(Approval approval) const
    {
        Work work = gateway.make(kCreateTicket, proto_text(1, "Refund") + proto_text(4, "C-1001"));
        work.approval = approval;
        return work;
    }
    size_t records_of(const Work &work) const
    {
        size_t count = 0;
        for (const Record &record : gateway.records) {
            count +=
                record.event == REEVE_AUDIT_JOB_ENDED && reeve_id_equal(record.job_id, work.job_id);
        }
        return count;
    }
    void expect_refused(const Work &work, enum reeve_reason reason)
    {
        const size_t steps = world.steps().size();
        const size_t ends = gateway.ended.size();
        gateway.give(work);
        ASSERT_TRUE(gateway.until([&] { return gateway.ended.size() > ends; }));
        const Ended &ended = gateway.ended.back();
        EXPECT_EQ(REEVE_OUTCOME_REJECTED, ended.status) << reeve_outcome_status_name(ended.status);
        EXPECT_EQ(REEVE_EFFECT_NONE, ended.effect);
        EXPECT_EQ(reason, ended.reason) << reeve_reason_name(ended.reason);
        const Record &record = gateway.records.back();
        EXPECT_EQ(REEVE_AUDIT_JOB_ENDED, record.event) << "a refusal is audited";
        EXPECT_EQ(reason, record.reason);
        EXPECT_TRUE(reeve_id_equal(ended.job_id, record.job_id));
        EXPECT_EQ(steps, world.steps().size()) << "nothing was started";
    }
    void expect_works()
    {
        const Work work = step();
        const size_t steps = world.steps().size();
        gateway.give(work);
        ASSERT_TRUE(gateway.until([&] { return gateway.end_of(work) != nullptr; }));
        EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, gateway.end_of(work)->status);
        EXPECT_EQ(steps + 1, world.steps().size());
        EXPECT_EQ(1u, records_of(work));
    }
    /* The worker ends the session over what is sent, records it once, dials again, and works. */
    void expect_ends_session(const std::string &message, const std::string &code)
    {
        ASSERT_TRUE(gateway.until([this] { return gateway.live(); }));
        const size_t sessions = gateway.sessions();
        const size_t before = gateway.violations(code);
        const size_t ends = gateway.ended.size();
        gateway.send_raw(message);
        ASSERT_TRUE(gateway.until([&] {
            return gateway.sessions() > sessions && gateway.live() &&
                   gateway.violations(code) > before;
        })) << "sessions "
            << gateway.sessions() - sessions << ", last record "
            << (gateway.records.empty() ? "" : gateway.records.back().code);
        EXPECT_EQ(sessions + 1, gateway.sessions());
        EXPECT_EQ(before + 1, gateway.violations(code));
        EXPECT_EQ(ends, gateway.ended.size()) << "nothing else comes of it";
        EXPECT_TRUE(world.agent->running());
    }

    World world;
    ScriptedGateway gateway{world};
};

TEST_F(P3Agreed, TasksAndInputs)
{
    Work work = step();
    work.task = "demo.native.v1.Native/Missing";
    {
        SCOPED_TRACE("a task that is not compiled in");
        expect_refused(work, REEVE_REASON_UNKNOWN_TASK);
    }
    work = step();
    work.wrong_fingerprint = true;
    {
        SCOPED_TRACE("another fingerprint");
        expect_refused(work, REEVE_REASON_FINGERPRINT_MISMATCH);
    }
    {
        SCOPED_TRACE("bytes that are no message");
        expect_refused(gateway.make(kStep, "\xff\xff\xff"), REEVE_REASON_BAD_INPUT);
    }
    {
        SCOPED_TRACE("a field that the schema does not declare");
        expect_refused(gateway.make(kStep, proto_text(1, "p3") + proto_varint(77, 1)),
                       REEVE_REASON_BAD_INPUT);
    }
    {
        SCOPED_TRACE("a value that breaks constraints");
        expect_refused(gateway.make(kStep, proto_text(1, "NOT SO") + proto_varint(2, 1001)),
                       REEVE_REASON_CONSTRAINT_VIOLATED);
        EXPECT_EQ(2u, gateway.ended.back().violations);
    }
    {
        SCOPED_TRACE("a task that the allowlist does not name");
        work = gateway.make(kCloseTicket, proto_text(1, "T-1") + proto_text(2, "done"));
        work.approval = Approval::kValid;
        expect_refused(work, REEVE_REASON_NOT_ALLOWED);
    }
    expect_works();
}

TEST_F(P3Agreed, Sizes)
{
    {
        SCOPED_TRACE("a JobSpec over Welcome's limit");
        expect_refused(gateway.make(kEchoTask, proto_text(2, std::string(280u << 10, 'x'))),
                       REEVE_REASON_TOO_LARGE);
    }
    {
        SCOPED_TRACE("no JobSpec at all");
        Work work = step();
        work.raw_spec = "not a job";
        expect_refused(work, REEVE_REASON_MALFORMED);
    }
    {
        SCOPED_TRACE("a JobSpec with a field more");
        Work work = step();
        work.raw_spec = proto_text(1, "acme") + proto_text(99, "more");
        expect_refused(work, REEVE_REASON_MALFORMED);
    }
    expect_works();
}

TEST_F(P3Agreed, InputsOverTheLocalLimit)
{
    world.agent->kill();
    world.agent_settings.max_input_bytes = 4096;
    world.start_agent();
    ASSERT_TRUE(gateway.until([this] { return gateway.sessions() == 2 && gateway.live(); }));
    expect_refused(gateway.make(kEchoTask, proto_text(2, std::string(4096, 'x'))),
                   REEVE_REASON_TOO_LARGE);
    expect_works();
}

TEST_F(P3Agreed, TimesAndAudience)
{
    struct {
        const char *name;
        enum reeve_reason reason;
        std::function<void(Work &)> twist;
    } const cases[] = {
        {"expired", REEVE_REASON_EXPIRED,
         [](Work &w) { w.not_before_s = -7200, w.not_after_s = -3600; }},
        {"not yet valid", REEVE_REASON_NOT_YET_VALID,
         [](Work &w) { w.not_before_s = 3600, w.not_after_s = 7200; }},
        {"no time left", REEVE_REASON_EXPIRED, [](Work &w) { w.time_left_ms = 0; }},
        {"another tenant", REEVE_REASON_WRONG_AUDIENCE, [](Work &w) { w.tenant = "other"; }},
        {"another pool", REEVE_REASON_WRONG_AUDIENCE, [](Work &w) { w.pool = "other"; }},
        {"another journal", REEVE_REASON_WRONG_AUDIENCE,
         [](Work &w) { w.journal_id.bytes[3] = 9; }},
    };
    for (const auto &c : cases) {
        SCOPED_TRACE(c.name);
        Work work = step();
        c.twist(work);
        expect_refused(work, c.reason);
    }
    Work mine = step();
    mine.journal_id = gateway.journal_id;
    gateway.give(mine);
    ASSERT_TRUE(gateway.until([&] { return gateway.end_of(mine) != nullptr; }));
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, gateway.end_of(mine)->status);
    expect_works();
}

TEST_F(P3Agreed, Approvals)
{
    struct {
        const char *name;
        Approval approval;
    } const cases[] = {
        {"no plan", Approval::kNone},
        {"a forged signature", Approval::kForged},
        {"a stranger's key", Approval::kStranger},
        {"a plan without this job", Approval::kOtherPlan},
        {"a plan of another tenant", Approval::kOtherTenant},
    };
    for (const auto &c : cases) {
        SCOPED_TRACE(c.name);
        expect_refused(ticket(c.approval), REEVE_REASON_NOT_APPROVED);
    }
    const Work good = ticket(Approval::kValid);
    gateway.give(good);
    ASSERT_TRUE(gateway.until([&] { return gateway.end_of(good) != nullptr; }));
    EXPECT_EQ(REEVE_OUTCOME_FAILED, gateway.end_of(good)->status) << "it was tried";
    EXPECT_EQ(REEVE_REASON_UPSTREAM_UNREACHABLE, gateway.end_of(good)->reason);
    expect_works();
}

TEST_F(P3Agreed, Replays)
{
    world.agent->kill();
    world.agent_settings.crm_port = 0;
    world.start_crm();
    world.start_agent();
    ASSERT_TRUE(gateway.until([this] { return gateway.sessions() == 2 && gateway.live(); }));
    const Work first = ticket(Approval::kValid);
    gateway.give(first);
    ASSERT_TRUE(gateway.until([&] { return gateway.end_of(first) != nullptr; }));
    EXPECT_EQ(REEVE_OUTCOME_SUCCEEDED, gateway.end_of(first)->status);
    {
        SCOPED_TRACE("the same approved job under a new sequence");
        expect_refused(first, REEVE_REASON_REPLAYED);
    }
    Work second = first;
    second.attempt = 2;
    {
        SCOPED_TRACE("the same approved job as another attempt");
        expect_refused(second, REEVE_REASON_REPLAYED);
    }
    world.agent->kill();
    world.start_agent();
    ASSERT_TRUE(gateway.until([this] { return gateway.sessions() == 3 && gateway.live(); }));
    {
        SCOPED_TRACE("the same approved job after a crash");
        expect_refused(first, REEVE_REASON_REPLAYED);
    }
    Work old = step();
    old.sequence = 1;
    {
        SCOPED_TRACE("a sequence below the durable mark");
        expect_refused(old, REEVE_REASON_REPLAYED);
    }
    const std::string tickets = read_file(world.path("crm/data.json"));
    EXPECT_NE(std::string::npos, tickets.find("T-00001"));
    EXPECT_EQ(std::string::npos, tickets.find("T-00002")) << "one approval, one ticket";
    expect_works();
}

// ---- whoever breaks the protocol ----

TEST_F(P3Agreed, GarbageEndsTheSession)
{
    expect_ends_session(std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
                        "MALFORMED");
    expect_ends_session(proto_text(1, proto_text(2, "\xff\xff")), "MALFORMED");
    expect_works();
}

TEST_F(P3Agreed, TruncatedFramesEndTheSession)
{
    const std::string whole = gateway.encode_dispatch(step());
    for (const size_t cut : {size_t{1}, size_t{2}, whole.size() / 2, whole.size() - 1}) {
        SCOPED_TRACE(cut);
        expect_ends_session(whole.substr(0, cut), "MALFORMED");
    }
    EXPECT_TRUE(world.steps().empty());
    expect_works();
}

TEST_F(P3Agreed, OversizedFramesEndTheSession)
{
    Work work = step();
    work.raw_spec = std::string(4u << 20, 'x');
    expect_ends_session(gateway.encode_dispatch(work), "FRAME_TOO_LARGE");
    expect_works();

    const size_t sessions = gateway.sessions();
    work.raw_spec = std::string(12u << 20, 'x');
    gateway.send_raw(gateway.encode_dispatch(work)); /* gRPC does not even take it in */
    ASSERT_TRUE(gateway.until([&] { return gateway.sessions() > sessions && gateway.live(); }));
    expect_works();
}

TEST_F(P3Agreed, FramesOutOfOrderEndTheSession)
{
    expect_ends_session(gateway.encode_welcome(99), "OUT_OF_ORDER");
    expect_works();
}

TEST_F(P3Agreed, UnknownFramesAreIgnored)
{
    const size_t sessions = gateway.sessions();
    gateway.send_raw(proto_text(1, proto_text(999, "from the future")));
    expect_works();
    EXPECT_EQ(sessions, gateway.sessions());
}

} // namespace
} // namespace reeve::test
