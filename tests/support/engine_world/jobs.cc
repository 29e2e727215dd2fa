// SPDX-License-Identifier: Apache-2.0
//
// Jobs: their specs, their plans, their dispatch.
#include "tests/support/engine_world.h"

#include <gtest/gtest.h>

#include "agent/base/hash.h"
#include "agent/codec/job_spec.h"
#include "tests/support/bytes.h"
#include "tests/support/engine_world/tasks.h"

using reeve::test::Text;
using reeve::test::View;

WorldJob EngineWorld::Job(const std::string &task)
{
    WorldJob job;
    job.task = task;
    job.job_id = reeve_random_id(&gateway_random_.random);
    job.plan_id = reeve_random_id(&gateway_random_.random);
    job.not_before = now.unix_ms - 1000;
    job.not_after = now.unix_ms + 3600000;
    job.sign = task == kApproved;
    return job;
}

std::string EngineWorld::Spec(const WorldJob &job) const
{
    if (!job.raw_spec.empty()) {
        return job.raw_spec;
    }
    reeve_job_spec spec = {};
    spec.tenant = View(job.tenant);
    spec.job_id = job.job_id;
    spec.plan_id = job.plan_id;
    spec.task = View(job.task);
    const std::string version = job.older_fingerprint ? kOlderCreate : job.task;
    spec.fingerprint = reeve_sha256_of(View(job.wrong_fingerprint ? "another" : version));
    spec.input = View(job.input);
    spec.has_journal_id = !reeve_id_is_zero(job.audience);
    spec.journal_id = job.audience;
    spec.pool = spec.has_journal_id ? reeve_bytes_of(nullptr, 0) : View(job.pool);
    spec.not_before_unix_ms = job.not_before;
    spec.not_after_unix_ms = job.not_after;
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, size_t{32} << 20);
    EXPECT_EQ(reeve_job_spec_encode(&spec, &buffer), REEVE_OK);
    std::string bytes = Text(reeve_buffer_view(&buffer));
    reeve_buffer_clear(&buffer);
    return bytes;
}

void EngineWorld::Dispatch(const WorldJob &job)
{
    std::string spec = Spec(job);
    reeve_digest digest = reeve_sha256_of(View(spec));
    reeve_bytes digest_view = reeve_digest_view(&digest);
    reeve_plan_statement statement = {};
    statement.tenant = View(job.tenant);
    statement.plan_id = job.plan_id;
    statement.job_digests.items = &digest_view;
    statement.job_digests.count = 1;
    statement.issued_at_unix_ms = now.unix_ms;
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, 65536);
    EXPECT_EQ(reeve_plan_statement_encode(&statement, &buffer), REEVE_OK);
    reeve_signed sig;
    EXPECT_EQ(reeve_dsse_sign(&approver_, REEVE_PLAN_STATEMENT_TYPE, reeve_buffer_view(&buffer),
                              nullptr, &sig),
              REEVE_OK);
    reeve_signature signature = reeve_signed_view(&sig);
    reeve_gateway_frame frame = {};
    frame.type = REEVE_GATEWAY_FRAME_DISPATCH;
    reeve_dispatch &d = frame.as.dispatch;
    d.sequence = job.sequence != 0 ? job.sequence : ++gw_sequence;
    d.attempt = job.attempt;
    d.priority = job.priority;
    d.lease_ms = job.lease_ms;
    d.time_left_ms = job.time_left_ms;
    d.job_spec = View(spec);
    d.has_plan = job.sign;
    if (job.sign) {
        d.plan.statement = reeve_buffer_view(&buffer);
        d.plan.signatures.items = &signature;
        d.plan.signatures.count = 1;
    }
    gw_given++;
    Send(frame);
    reeve_buffer_clear(&buffer);
}

WorldJob EngineWorld::Give(const std::string &task)
{
    WorldJob job = Job(task);
    Dispatch(job);
    return job;
}
