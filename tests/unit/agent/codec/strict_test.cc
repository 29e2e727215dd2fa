// SPDX-License-Identifier: Apache-2.0
// What approvers sign is read strictly: a JobSpec or PlanStatement with anything undeclared,
// doubled, missing or out of form is refused (P3).
#include <gtest/gtest.h>

#include <functional>

#include "agent/codec/job_spec.h"
#include "agent/codec/plan.h"
#include "tests/unit/agent/codec/contract.h"

namespace pb = google::protobuf;

namespace
{

// A valid message, bent by one rule of reflection.
std::string
Bent(const std::string &type,
     const std::function<void(pb::Message *, const pb::Reflection *, const pb::Descriptor *)> &bend)
{
    std::mt19937 rng(11);
    auto message = Contract::Get().Random(type, rng);
    bend(message.get(), message->GetReflection(), message->GetDescriptor());
    return Wire(*message);
}

std::string BentBytes(const std::string &type, const std::string &field, const std::string &value)
{
    return Bent(type, [&](pb::Message *m, const pb::Reflection *r, const pb::Descriptor *d) {
        r->SetString(m, d->FindFieldByName(field), value);
    });
}

enum reeve_status Spec(const std::string &wire)
{
    reeve_job_spec spec;
    return reeve_job_spec_decode(View(wire), &spec);
}

enum reeve_status Statement(const std::string &wire)
{
    Memory memory;
    reeve_plan_statement statement;
    return reeve_plan_statement_decode(View(wire), &memory.arena, &statement);
}

std::string Field(int number, const std::string &payload)
{
    std::string out;
    out.push_back(static_cast<char>(number << 3 | 2));
    out.push_back(static_cast<char>(payload.size()));
    return out + payload;
}

} // namespace

TEST(StrictJobSpec, UnknownAndRepeatedFields)
{
    std::mt19937 rng(1);
    std::string good = Wire(*Contract::Get().Random("JobSpec", rng));
    ASSERT_EQ(Spec(good), REEVE_OK);
    EXPECT_EQ(Spec(good + Field(15, "x")), REEVE_UNKNOWN_FIELD);
    EXPECT_EQ(Spec(good + std::string("\xf8\x07\x01", 3)), REEVE_UNKNOWN_FIELD) << "number 127";
    EXPECT_EQ(Spec(good + Field(1, "acme")), REEVE_DUPLICATE_FIELD);
    EXPECT_EQ(Spec(good + Field(6, "")), REEVE_DUPLICATE_FIELD);
}

TEST(StrictJobSpec, LengthsAndForms)
{
    for (const char *id : {"job_id", "plan_id"}) {
        for (size_t n : {0, 1, 15, 17, 32}) {
            EXPECT_EQ(Spec(BentBytes("JobSpec", id, std::string(n, 'x'))), REEVE_MALFORMED)
                << id << n;
        }
        EXPECT_EQ(Spec(BentBytes("JobSpec", id, std::string(16, '\0'))), REEVE_MALFORMED);
    }
    EXPECT_EQ(Spec(BentBytes("JobSpec", "fingerprint", std::string(31, 'x'))), REEVE_MALFORMED);
    EXPECT_EQ(Spec(BentBytes("JobSpec", "tenant", "")), REEVE_MALFORMED);
    EXPECT_EQ(Spec(BentBytes("JobSpec", "tenant", "Acme")), REEVE_MALFORMED);
    EXPECT_EQ(Spec(BentBytes("JobSpec", "tenant", std::string(63, 'a'))), REEVE_OK);
    EXPECT_EQ(Spec(BentBytes("JobSpec", "tenant", std::string(64, 'a'))), REEVE_MALFORMED);
    EXPECT_EQ(Spec(BentBytes("JobSpec", "task", "")), REEVE_MALFORMED);
    EXPECT_EQ(Spec(BentBytes("JobSpec", "task", std::string(255, 'a'))), REEVE_OK);
    EXPECT_EQ(Spec(BentBytes("JobSpec", "task", std::string(256, 'a'))), REEVE_TOO_LARGE);
    EXPECT_EQ(Spec(BentBytes("JobSpec", "input", "")), REEVE_OK) << "an empty input is an input";
}

TEST(StrictJobSpec, Strings)
{
    std::mt19937 rng(1);
    auto message = Contract::Get().Random("JobSpec", rng);
    message->GetReflection()->ClearField(message.get(),
                                         message->GetDescriptor()->FindFieldByName("task"));
    std::string rest = Wire(*message);
    EXPECT_EQ(Spec(rest + Field(4, "a.B/C")), REEVE_OK);
    EXPECT_EQ(Spec(rest + Field(4, "a.B/\xff")), REEVE_UTF8);
    EXPECT_EQ(Spec(rest + Field(4, std::string("a.B/C\0x", 7))), REEVE_EMBEDDED_NUL);
}

TEST(StrictJobSpec, AudienceIsExactlyOne)
{
    std::mt19937 rng(1);
    auto message = Contract::Get().Random("JobSpec", rng);
    const pb::Descriptor *d = message->GetDescriptor();
    message->GetReflection()->ClearOneof(message.get(), d->FindOneofByName("audience"));
    std::string none = Wire(*message);
    EXPECT_EQ(Spec(none), REEVE_MALFORMED);
    EXPECT_EQ(Spec(none + Field(7, "blue")), REEVE_OK);
    EXPECT_EQ(Spec(none + Field(8, std::string(16, 'j'))), REEVE_OK);
    EXPECT_EQ(Spec(none + Field(7, "blue") + Field(8, std::string(16, 'j'))), REEVE_MALFORMED);
    EXPECT_EQ(Spec(none + Field(7, "blue") + Field(7, "red")), REEVE_DUPLICATE_FIELD);
}

TEST(StrictJobSpec, WindowIsNotEmpty)
{
    auto window = [](int64_t before, int64_t after) {
        return Bent("JobSpec",
                    [=](pb::Message *m, const pb::Reflection *r, const pb::Descriptor *d) {
                        r->SetInt64(m, d->FindFieldByName("not_before_unix_ms"), before);
                        r->SetInt64(m, d->FindFieldByName("not_after_unix_ms"), after);
                    });
    };
    EXPECT_EQ(Spec(window(5, 6)), REEVE_OK);
    EXPECT_EQ(Spec(window(5, 5)), REEVE_MALFORMED);
    EXPECT_EQ(Spec(window(-9, -8)), REEVE_OK);
    EXPECT_EQ(Spec(window(6, 5)), REEVE_MALFORMED);
}

// nanopb hands a callback its own stack when a number comes where a string was declared.
TEST(StrictJobSpec, NumberWhereTextWasDeclared)
{
    std::mt19937 rng(1);
    auto message = Contract::Get().Random("JobSpec", rng);
    message->GetReflection()->ClearField(message.get(),
                                         message->GetDescriptor()->FindFieldByName("input"));
    std::string rest = Wire(*message);
    EXPECT_EQ(Spec(rest + std::string("\x30\x05", 2)), REEVE_WIRE_TYPE);
    EXPECT_EQ(Spec(rest + std::string("\x31xxxxxxxx", 9)), REEVE_WIRE_TYPE);
    EXPECT_EQ(Spec(rest + std::string("\x35xxxx", 5)), REEVE_WIRE_TYPE);
    EXPECT_EQ(Spec(rest + std::string("\x33", 1)), REEVE_MALFORMED) << "a group";
}

TEST(StrictJobSpec, EncoderRefusesWhatADecoderWould)
{
    reeve_job_spec spec = {};
    Memory memory;
    EXPECT_EQ(reeve_job_spec_encode(&spec, &memory.buffer), REEVE_INVALID);
    EXPECT_EQ(memory.buffer.len, 0u);
}

TEST(StrictPlanStatement, UnknownRepeatedMissing)
{
    std::mt19937 rng(1);
    std::string good = Wire(*Contract::Get().Random("PlanStatement", rng));
    ASSERT_EQ(Statement(good), REEVE_OK);
    EXPECT_EQ(Statement(good + Field(6, "x")), REEVE_UNKNOWN_FIELD);
    EXPECT_EQ(Statement(good + Field(2, std::string(16, 'x'))), REEVE_DUPLICATE_FIELD);
    EXPECT_EQ(Statement(good + Field(3, std::string(32, 'x'))), REEVE_OK) << "one more job";
    EXPECT_EQ(Statement(good + Field(3, std::string(31, 'x'))), REEVE_MALFORMED);
    EXPECT_EQ(Statement(Bent("PlanStatement",
                             [](pb::Message *m, const pb::Reflection *r, const pb::Descriptor *d) {
                                 r->ClearField(m, d->FindFieldByName("job_digests"));
                             })),
              REEVE_MALFORMED);
}

TEST(StrictPlanStatement, AtMost256Jobs)
{
    auto jobs = [](int n) {
        return Bent("PlanStatement",
                    [n](pb::Message *m, const pb::Reflection *r, const pb::Descriptor *d) {
                        const pb::FieldDescriptor *f = d->FindFieldByName("job_digests");
                        r->ClearField(m, f);
                        for (int i = 0; i < n; i++) {
                            r->AddString(m, f, std::string(32, 'x'));
                        }
                    });
    };
    EXPECT_EQ(Statement(jobs(256)), REEVE_OK);
    EXPECT_EQ(Statement(jobs(257)), REEVE_TOO_LARGE);
}
