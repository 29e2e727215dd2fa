// SPDX-License-Identifier: Apache-2.0
// P3: an approver signs what is shown and nothing else. A gateway that shows other jobs than those
// whose digests are in the statement is refused.
#include "gateway-stub/reevectl/statement.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "agent/base/hash.h"
#include "tests/support/bytes.h"

namespace
{

using reeve::test::Text;
using reeve::test::View;

ProtobufCBinaryData Binary(const std::string &s)
{
    return {s.size(), reinterpret_cast<uint8_t *>(const_cast<char *>(s.data()))};
}

reeve_id Id(uint8_t first)
{
    reeve_id id = {};
    id.bytes[0] = first;
    return id;
}

constexpr char kTask[] = "demo.crm.v1.Tickets/CreateTicket";

class StatementTest : public ::testing::Test
{
  protected:
    StatementTest()
    {
        reeve_arena_init(&arena_, nullptr, 1 << 20, 0);
        reeve_ctl_init(&ctl_, &arena_);
        for (uint8_t i = 0; i < 3; i++) {
            specs.push_back(Spec(static_cast<uint8_t>(0x10 + i), Id(1), "acme", "input"));
        }
        jobs.resize(specs.size());
        statement = Statement(Id(1), "acme", specs);
    }
    ~StatementTest() override
    {
        reeve_ctl_clear(&ctl_);
        reeve_arena_clear(&arena_);
    }
    static std::string Spec(uint8_t job, reeve_id plan, const char *tenant, const char *input)
    {
        reeve_job_spec spec = {};
        reeve_buffer out;
        spec.tenant = reeve_bytes_cstr(tenant);
        spec.job_id = Id(job);
        spec.plan_id = plan;
        spec.task = reeve_bytes_cstr(kTask);
        spec.fingerprint.bytes[0] = 1;
        spec.input = reeve_bytes_cstr(input);
        spec.pool = reeve_bytes_cstr("default");
        spec.not_before_unix_ms = 1;
        spec.not_after_unix_ms = 2;
        reeve_buffer_init(&out, nullptr, 1 << 16);
        EXPECT_EQ(reeve_job_spec_encode(&spec, &out), REEVE_OK);
        std::string bytes = Text(reeve_buffer_view(&out));
        reeve_buffer_clear(&out);
        return bytes;
    }
    static std::string Statement(reeve_id plan, const char *tenant,
                                 const std::vector<std::string> &specs)
    {
        std::vector<reeve_digest> digests;
        std::vector<reeve_bytes> views;
        for (const std::string &spec : specs) {
            digests.push_back(reeve_sha256_of(View(spec)));
        }
        for (const reeve_digest &digest : digests) {
            views.push_back(reeve_digest_view(&digest));
        }
        reeve_plan_statement statement = {};
        reeve_buffer out;
        statement.tenant = reeve_bytes_cstr(tenant);
        statement.plan_id = plan;
        statement.job_digests = {views.data(), views.size()};
        statement.issued_at_unix_ms = 1;
        reeve_buffer_init(&out, nullptr, 1 << 16);
        EXPECT_EQ(reeve_plan_statement_encode(&statement, &out), REEVE_OK);
        std::string bytes = Text(reeve_buffer_view(&out));
        reeve_buffer_clear(&out);
        return bytes;
    }
    enum reeve_ctl_exit Open(reeve_id asked = Id(1))
    {
        reeve_v1_plan plan;
        std::vector<reeve_v1_job *> list;
        std::vector<std::string> ids;
        reeve_v1_plan_init(&plan);
        for (size_t i = 0; i < specs.size(); i++) {
            const reeve_id id = Id(static_cast<uint8_t>(0x10 + i));
            ids.push_back(Text(reeve_id_view(&id)));
        }
        for (size_t i = 0; i < specs.size(); i++) {
            reeve_v1_job_init(&jobs[i]);
            jobs[i].job_id = Binary(ids[i]);
            jobs[i].task = const_cast<char *>(task.c_str());
            jobs[i].job_spec = Binary(specs[i]);
            list.push_back(&jobs[i]);
        }
        plan.jobs = list.data();
        plan.n_jobs = list.size();
        plan.statement = Binary(statement);
        return reeve_ctl_statement_open(&ctl_, &plan, reeve_id_view(&asked), &opened);
    }
    std::vector<std::string> specs;
    std::vector<reeve_v1_job> jobs;
    std::string statement;
    std::string task = kTask;
    reeve_ctl_statement opened;

  private:
    reeve_arena arena_;
    reeve_ctl ctl_;
};

TEST_F(StatementTest, P3WhatFitsIsOpened)
{
    ASSERT_EQ(Open(), REEVE_CTL_DONE);
    EXPECT_EQ(opened.count, 3u);
    EXPECT_TRUE(reeve_bytes_equal_cstr(opened.specs[2].input, "input"));
    EXPECT_TRUE(reeve_bytes_equal(opened.bytes, View(statement)));
}

TEST_F(StatementTest, P3AnotherInputThanTheSignedOneIsRefused)
{
    specs[1] = Spec(0x11, Id(1), "acme", "another input");
    EXPECT_EQ(Open(), REEVE_CTL_REFUSED);
}

TEST_F(StatementTest, P3JobsInAnotherOrderAreRefused)
{
    std::swap(specs[0], specs[1]);
    EXPECT_EQ(Open(), REEVE_CTL_REFUSED);
}

TEST_F(StatementTest, P3AHiddenJobIsRefused)
{
    specs.pop_back();
    EXPECT_EQ(Open(), REEVE_CTL_REFUSED);
}

TEST_F(StatementTest, P3AnotherPlansStatementIsRefused)
{
    EXPECT_EQ(Open(Id(2)), REEVE_CTL_REFUSED);
    statement = Statement(Id(2), "acme", specs);
    EXPECT_EQ(Open(Id(2)), REEVE_CTL_REFUSED); /* the jobs are plan 1's */
}

TEST_F(StatementTest, P3AnotherTenantsJobIsRefused)
{
    specs[0] = Spec(0x10, Id(1), "other", "input");
    statement = Statement(Id(1), "acme", specs);
    EXPECT_EQ(Open(), REEVE_CTL_REFUSED);
}

TEST_F(StatementTest, P3AJobListedUnderAnotherTaskIsRefused)
{
    task = "demo.crm.v1.Tickets/GetTicket";
    EXPECT_EQ(Open(), REEVE_CTL_REFUSED);
}

TEST_F(StatementTest, P3EveryChangedByteOfTheStatementIsRefusedOrSignsTheSameJobs)
{
    const std::string good = statement;
    for (size_t i = 0; i < good.size(); i++) {
        statement = good;
        statement[i] = static_cast<char>(statement[i] ^ 1);
        if (Open() == REEVE_CTL_DONE) {
            EXPECT_EQ(opened.count, 3u) << "byte " << i; /* issued_at alone */
            EXPECT_TRUE(reeve_id_equal(opened.statement.plan_id, Id(1)));
        }
    }
}

} // namespace
