// SPDX-License-Identifier: Apache-2.0
// Whether a job may run here: each check refuses with its own reason, and approvals count distinct
// trusted keys over exactly the bytes that arrived (P3).
#include "agent/trust/job_check.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "agent/base/hash.h"
#include "agent/trust/dsse.h"
#include "tests/support/alloc_sweep.h"
#include "tests/support/bytes.h"

namespace
{

constexpr int64_t kNow = 1'700'000'000'000;

std::string Take(reeve_buffer *b)
{
    std::string out(reinterpret_cast<char *>(b->data), b->len);
    reeve_buffer_clear(b);
    return out;
}

using reeve::test::View;

// A job, its plan, two approvers and a stranger; tests bend one thing at a time.
class JobCheck : public testing::Test
{
  protected:
    void SetUp() override
    {
        for (reeve_key &key : keys_) {
            reeve_key_init(&key);
            ASSERT_EQ(reeve_key_generate(&key, reeve_random_system()), REEVE_OK);
        }
        spec_.tenant = reeve_bytes_cstr("acme");
        spec_.job_id.bytes[0] = 1;
        spec_.plan_id.bytes[0] = 2;
        spec_.task = reeve_bytes_cstr("crm.v1.Tickets/Create");
        spec_.fingerprint.bytes[0] = 3;
        spec_.pool = reeve_bytes_cstr("blue");
        spec_.not_before_unix_ms = kNow - 1000;
        spec_.not_after_unix_ms = kNow + 1000;
        allow_.task = reeve_bytes_cstr("crm.v1.Tickets/*");
        allow_.approvals = 2;
        plan_tenant_ = "acme";
        plan_id_ = spec_.plan_id;
        signers_ = {&keys_[0], &keys_[1]};
        pools_ = {reeve_bytes_cstr("red"), reeve_bytes_cstr("blue")};
        journal_.bytes[0] = 9;
    }
    void TearDown() override
    {
        reeve_plan_cache_free(cache_);
        reeve_policy_free(policy_);
        for (reeve_key &key : keys_) {
            reeve_key_clear(&key);
        }
    }

    void MakePolicy()
    {
        reeve_approver approvers[2] = {};
        approvers[0].key = keys_[0].public_key;
        approvers[1].key = keys_[1].public_key;
        reeve_policy_options options = {};
        options.allow = &allow_;
        options.allow_count = 1;
        options.approvers = approvers;
        options.approver_count = 2;
        ASSERT_EQ(reeve_policy_new(&options, nullptr, &policy_), REEVE_OK);
        cache_ = reeve_plan_cache_new(policy_, 4, nullptr, reeve_random_system());
        ASSERT_NE(cache_, nullptr);
    }
    void MakeJob()
    {
        reeve_buffer b;
        reeve_buffer_init(&b, nullptr, 1 << 20);
        ASSERT_EQ(reeve_job_spec_encode(&spec_, &b), REEVE_OK);
        job_bytes_ = Take(&b);
    }
    void MakePlan()
    {
        reeve_digest digest = reeve_sha256_of(View(job_bytes_));
        digest.bytes[0] = static_cast<uint8_t>(digest.bytes[0] ^ digest_xor_);
        reeve_bytes digests[2] = {View(other_digest_), reeve_digest_view(&digest)};
        reeve_plan_statement statement = {};
        statement.tenant = View(plan_tenant_);
        statement.plan_id = plan_id_;
        statement.job_digests.items = digests;
        statement.job_digests.count = 2;
        reeve_buffer b;
        reeve_buffer_init(&b, nullptr, 1 << 20);
        ASSERT_EQ(reeve_plan_statement_encode(&statement, &b), REEVE_OK);
        statement_ = Take(&b);
        signed_.resize(signers_.size());
        views_.clear();
        for (size_t i = 0; i < signers_.size(); i++) {
            ASSERT_EQ(reeve_dsse_sign(signers_[i], type_, View(statement_), nullptr, &signed_[i]),
                      REEVE_OK);
            views_.push_back(reeve_signed_view(&signed_[i]));
        }
    }
    enum reeve_status Check()
    {
        if (policy_ == nullptr) {
            MakePolicy();
        }
        MakeJob();
        MakePlan();
        return Ask();
    }
    enum reeve_status Ask()
    {
        reeve_trust_identity identity = {reeve_bytes_cstr("acme"), pools_.data(), pools_.size(),
                                         journal_};
        reeve_signed_plan plan = {View(statement_), {views_.data(), views_.size()}};
        reeve_trust_question question = {};
        question.job_spec_bytes = View(job_bytes_);
        question.spec = &spec_;
        question.plan = with_plan_ ? &plan : nullptr;
        question.task_approvals = task_approvals_;
        question.now_unix_ms = now_;
        return reeve_trust_check_job(policy_, cache_, &identity, &question, &answer_);
    }

    reeve_key keys_[3];
    reeve_job_spec spec_ = {};
    reeve_allow allow_ = {};
    std::string plan_tenant_, job_bytes_, statement_;
    std::string other_digest_ = std::string(32, 'x');
    reeve_id plan_id_ = {}, journal_ = {};
    std::vector<const reeve_key *> signers_;
    std::vector<reeve_signed> signed_;
    std::vector<reeve_signature> views_;
    std::vector<reeve_bytes> pools_;
    const char *type_ = REEVE_PLAN_STATEMENT_TYPE;
    uint8_t digest_xor_ = 0;
    bool with_plan_ = true;
    uint32_t task_approvals_ = 0;
    int64_t now_ = kNow;
    reeve_policy *policy_ = nullptr;
    reeve_plan_cache *cache_ = nullptr;
    reeve_trust_answer answer_;
};

} // namespace

TEST_F(JobCheck, ApprovedJobPasses)
{
    EXPECT_EQ(Check(), REEVE_OK);
    EXPECT_EQ(answer_.approvals_needed, 2u);
    EXPECT_EQ(answer_.approver_count, 2u);
    EXPECT_NE(answer_.entry, nullptr);
}

TEST_F(JobCheck, Audience)
{
    EXPECT_EQ(Check(), REEVE_OK);
    spec_.pool = reeve_bytes_cstr("green");
    EXPECT_EQ(Check(), REEVE_WRONG_AUDIENCE);
    spec_.pool = reeve_bytes_of(nullptr, 0);
    spec_.has_journal_id = true;
    spec_.journal_id = journal_;
    EXPECT_EQ(Check(), REEVE_OK);
    spec_.journal_id.bytes[1] = 1;
    EXPECT_EQ(Check(), REEVE_WRONG_AUDIENCE);
}

TEST_F(JobCheck, Tenant)
{
    spec_.tenant = reeve_bytes_cstr("acme2");
    EXPECT_EQ(Check(), REEVE_WRONG_AUDIENCE);
}

TEST_F(JobCheck, SingleJournalWhereTheAllowlistAsksForIt)
{
    allow_.single_journal = true;
    EXPECT_EQ(Check(), REEVE_WRONG_AUDIENCE);
    spec_.pool = reeve_bytes_of(nullptr, 0);
    spec_.has_journal_id = true;
    spec_.journal_id = journal_;
    EXPECT_EQ(Check(), REEVE_OK);
}

// P3: what local configuration does not allow is refused, however many approved it.
TEST_F(JobCheck, Allowlist)
{
    spec_.task = reeve_bytes_cstr("crm.v1.Customers/Delete");
    EXPECT_EQ(Check(), REEVE_NOT_ALLOWED);
}

TEST_F(JobCheck, WindowWithSkew)
{
    now_ = spec_.not_after_unix_ms + REEVE_TRUST_SKEW_MS;
    EXPECT_EQ(Check(), REEVE_EXPIRED);
    now_--;
    EXPECT_EQ(Check(), REEVE_OK);
    now_ = spec_.not_before_unix_ms - REEVE_TRUST_SKEW_MS;
    EXPECT_EQ(Check(), REEVE_OK);
    now_--;
    EXPECT_EQ(Check(), REEVE_NOT_YET_VALID);
    spec_.not_before_unix_ms = INT64_MIN;
    spec_.not_after_unix_ms = INT64_MAX;
    EXPECT_EQ(Check(), REEVE_OK);
}

TEST_F(JobCheck, TooFewApprovals)
{
    signers_ = {&keys_[0]};
    EXPECT_EQ(Check(), REEVE_NOT_APPROVED);
    signers_ = {&keys_[0], &keys_[0]};
    EXPECT_EQ(Check(), REEVE_NOT_APPROVED) << "one key counts once";
    signers_ = {&keys_[0], &keys_[2]};
    EXPECT_EQ(Check(), REEVE_NOT_APPROVED) << "a stranger counts nothing";
    signers_ = {&keys_[2], &keys_[1], &keys_[0]};
    EXPECT_EQ(Check(), REEVE_OK);
    with_plan_ = false;
    EXPECT_EQ(Check(), REEVE_NOT_APPROVED);
}

TEST_F(JobCheck, TaskAsksForMoreThanTheAllowlist)
{
    allow_.approvals = 0;
    signers_ = {&keys_[0]};
    EXPECT_EQ(Check(), REEVE_OK);
    task_approvals_ = 2;
    EXPECT_EQ(Check(), REEVE_NOT_APPROVED);
}

TEST_F(JobCheck, NoApprovalNeededAndNoPlan)
{
    allow_.approvals = 0;
    with_plan_ = false;
    EXPECT_EQ(Check(), REEVE_OK);
}

TEST_F(JobCheck, PlanOfAnotherJobTenantOrId)
{
    digest_xor_ = 1;
    EXPECT_EQ(Check(), REEVE_NOT_APPROVED);
    digest_xor_ = 0;
    plan_tenant_ = "other";
    EXPECT_EQ(Check(), REEVE_NOT_APPROVED);
    plan_tenant_ = "acme";
    plan_id_.bytes[5] = 1;
    EXPECT_EQ(Check(), REEVE_NOT_APPROVED);
}

TEST_F(JobCheck, SignatureOverAnotherType)
{
    type_ = "text/plain";
    EXPECT_EQ(Check(), REEVE_NOT_APPROVED);
}

// P3: approvals count for exactly the bytes that arrived.
TEST_F(JobCheck, EveryChangedByteOfStatementOrJobIsRefused)
{
    ASSERT_EQ(Check(), REEVE_OK);
    std::string statement = statement_;
    for (size_t i = 0; i < statement.size(); i++) {
        statement_ = statement;
        statement_[i] = static_cast<char>(statement_[i] ^ 1);
        EXPECT_EQ(Ask(), REEVE_NOT_APPROVED) << "statement byte " << i;
    }
    statement_ = statement;
    std::string job = job_bytes_;
    for (size_t i = 0; i < job.size(); i++) {
        job_bytes_ = job;
        job_bytes_[i] = static_cast<char>(job_bytes_[i] ^ 1);
        EXPECT_EQ(Ask(), REEVE_NOT_APPROVED) << "job byte " << i;
    }
}

TEST_F(JobCheck, StatementThatIsNoStatement)
{
    ASSERT_EQ(Check(), REEVE_OK);
    allow_.approvals = 0;
    for (const std::string &bad : {std::string(), std::string("\x08\x01", 2), std::string("xyz")}) {
        statement_ = bad;
        EXPECT_EQ(Ask(), REEVE_NOT_APPROVED);
    }
}

TEST_F(JobCheck, TooManySignatures)
{
    ASSERT_EQ(Check(), REEVE_OK);
    views_.assign(REEVE_PLAN_SIGNATURES_MAX + 1, views_[0]);
    EXPECT_EQ(Ask(), REEVE_TOO_LARGE);
}

TEST_F(JobCheck, SignaturesArePaidOncePerPlan)
{
    ASSERT_EQ(Check(), REEVE_OK);
    for (int i = 0; i < 100; i++) {
        EXPECT_EQ(Ask(), REEVE_OK);
    }
    EXPECT_EQ(reeve_plan_cache_verifications(cache_), 2u);
    EXPECT_EQ(reeve_plan_cache_count(cache_), 1u);
    reeve_plan_cache_set_policy(cache_, policy_);
    EXPECT_EQ(Ask(), REEVE_OK);
    EXPECT_EQ(reeve_plan_cache_verifications(cache_), 4u);
}

// P7: bounded, and the plan used last stays.
TEST_F(JobCheck, CacheEvictsTheOldest)
{
    ASSERT_EQ(Check(), REEVE_OK);
    std::string first = statement_;
    std::vector<reeve_signed> signed_first = signed_;
    for (uint8_t i = 1; i < 20; i++) {
        other_digest_[0] = static_cast<char>(i);
        MakePlan();
        EXPECT_EQ(Ask(), REEVE_OK);
        uint64_t before = reeve_plan_cache_verifications(cache_);
        std::string kept = statement_;
        auto kept_signed = signed_;
        auto kept_views = views_;
        statement_ = first;
        signed_ = signed_first;
        views_ = {reeve_signed_view(&signed_[0]), reeve_signed_view(&signed_[1])};
        EXPECT_EQ(Ask(), REEVE_OK);
        EXPECT_EQ(reeve_plan_cache_verifications(cache_), before)
            << "the first is used all the time";
        EXPECT_LE(reeve_plan_cache_count(cache_), 4u);
    }
}

TEST_F(JobCheck, AllocationSweep)
{
    ASSERT_EQ(Check(), REEVE_OK);
    reeve_signed_plan plan = {View(statement_), {views_.data(), views_.size()}};
    SweepAllocations([&](const reeve_allocator *a) {
        reeve_plan_cache *cache = reeve_plan_cache_new(policy_, 4, a, reeve_random_system());
        if (cache == nullptr) {
            return;
        }
        const reeve_verified_plan *verified;
        enum reeve_status status = reeve_plan_cache_verify(cache, &plan, &verified);
        EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY) << status;
        reeve_plan_cache_free(cache);
    });
}
