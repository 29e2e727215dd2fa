// SPDX-License-Identifier: Apache-2.0
// The enums of this folder are those of the contract, number for number and name for name.
#include <gtest/gtest.h>

#include "agent/codec/audit_record.h"
#include "agent/codec/batch.h"
#include "agent/codec/journal_record.h"
#include "tests/unit/agent/codec/contract.h"

namespace pb = google::protobuf;

namespace
{

// Every value of a contract's enum has its name here; one beyond has none.
template <typename Enum>
void SameEnum(const std::string &message, const std::string &field, const std::string &prefix,
              const char *(*name)(Enum))
{
    auto holder = Contract::Get().New(message);
    const pb::EnumDescriptor *d = holder->GetDescriptor()->FindFieldByName(field)->enum_type();
    for (int i = 0; i < d->value_count(); i++) {
        std::string full = d->value(i)->name();
        ASSERT_EQ(full.rfind(prefix, 0), 0u) << full;
        EXPECT_EQ(name(static_cast<Enum>(d->value(i)->number())), full.substr(prefix.size()));
    }
    EXPECT_STREQ(name(static_cast<Enum>(127)), "UNRECOGNISED");
}

std::string Upper(std::string text)
{
    for (char &c : text) {
        c = static_cast<char>(std::toupper(c));
    }
    return text;
}

template <typename Enum>
void SameOneof(const std::string &message, const char *(*name)(Enum))
{
    auto holder = Contract::Get().New(message);
    const pb::OneofDescriptor *d = holder->GetDescriptor()->oneof_decl(0);
    ASSERT_GT(d->field_count(), 0);
    for (int i = 0; i < d->field_count(); i++) {
        EXPECT_EQ(name(static_cast<Enum>(d->field(i)->number())), Upper(d->field(i)->name()));
    }
    EXPECT_STREQ(name(static_cast<Enum>(0)), "UNRECOGNISED");
}

} // namespace

TEST(Names, Enums)
{
    SameEnum("Outcome", "status", "OUTCOME_STATUS_", reeve_outcome_status_name);
    SameEnum("Outcome", "effect", "EFFECT_", reeve_effect_name);
    SameEnum("JobError", "reason", "REASON_", reeve_reason_name);
    SameEnum("Retry", "code", "SESSION_CODE_", reeve_session_code_name);
}

TEST(Names, Oneofs)
{
    SameOneof("WorkerFrame", reeve_worker_frame_name);
    SameOneof("GatewayFrame", reeve_gateway_frame_name);
    SameOneof("AuditRecord", reeve_audit_event_name);
    SameOneof("JournalRecord", reeve_journal_record_name);
}

TEST(Names, NestedEnums)
{
    EXPECT_STREQ(reeve_standing_name(REEVE_STANDING_DRIFTED), "DRIFTED");
    EXPECT_STREQ(reeve_session_event_kind_name(REEVE_SESSION_EVENT_CLONED), "CLONED");
    EXPECT_STREQ(reeve_session_event_kind_name(static_cast<reeve_session_event_kind>(7)),
                 "UNRECOGNISED");
}

TEST(Names, EveryStatusHasASessionCode)
{
    struct Pair {
        enum reeve_status status;
        enum reeve_session_code code;
    };
    const Pair pairs[] = {{REEVE_OK, REEVE_SESSION_UNSPECIFIED},
                          {REEVE_TRUNCATED, REEVE_SESSION_MALFORMED},
                          {REEVE_UTF8, REEVE_SESSION_MALFORMED},
                          {REEVE_DUPLICATE_FIELD, REEVE_SESSION_MALFORMED},
                          {REEVE_TOO_LARGE, REEVE_SESSION_MALFORMED},
                          {REEVE_FRAME_TOO_LARGE, REEVE_SESSION_FRAME_TOO_LARGE},
                          {REEVE_OUT_OF_ORDER, REEVE_SESSION_OUT_OF_ORDER},
                          {REEVE_LIMIT_EXCEEDED, REEVE_SESSION_LIMIT_EXCEEDED},
                          {REEVE_SEQUENCE, REEVE_SESSION_SEQUENCE_INVALID},
                          {REEVE_CHAIN_BROKEN, REEVE_SESSION_AUDIT_BROKEN},
                          {REEVE_CLONED, REEVE_SESSION_CLONED},
                          {REEVE_VERSION, REEVE_SESSION_VERSION_UNSUPPORTED},
                          {REEVE_LIVENESS, REEVE_SESSION_LIVENESS_LOST},
                          {REEVE_DRAINING, REEVE_SESSION_DRAINED},
                          {REEVE_NO_MEMORY, REEVE_SESSION_INTERNAL},
                          {REEVE_INTERNAL, REEVE_SESSION_INTERNAL}};
    for (const Pair &pair : pairs) {
        EXPECT_EQ(reeve_session_code_of(pair.status), pair.code) << reeve_status_name(pair.status);
    }
}

TEST(Names, SessionCodesThereAndBack)
{
#define X(name, number, status_)                                                                   \
    {                                                                                              \
        enum reeve_session_code code;                                                              \
        ASSERT_EQ(reeve_session_code_parse(reeve_bytes_cstr(#name), &code), REEVE_OK);             \
        EXPECT_EQ(code, REEVE_SESSION_##name);                                                     \
        EXPECT_EQ(reeve_session_code_status(code), REEVE_##status_);                               \
    }
    REEVE_SESSION_CODE_MAP(X)
#undef X
    enum reeve_session_code code;
    EXPECT_EQ(reeve_session_code_parse(reeve_bytes_cstr("NONSENSE"), &code), REEVE_NOT_FOUND);
    EXPECT_EQ(reeve_session_code_status(static_cast<reeve_session_code>(99)), REEVE_PROTOCOL);
}

TEST(Names, ReasonsOfStatuses)
{
    EXPECT_EQ(reeve_reason_of(REEVE_REPLAYED), REEVE_REASON_REPLAYED);
    EXPECT_EQ(reeve_reason_of(REEVE_NOT_APPROVED), REEVE_REASON_NOT_APPROVED);
    EXPECT_EQ(reeve_reason_of(REEVE_OUTPUT_WITHHELD), REEVE_REASON_OUTPUT_WITHHELD);
    EXPECT_EQ(reeve_reason_of(REEVE_OK), REEVE_REASON_UNSPECIFIED);
}

TEST(Names, ControlFrames)
{
    EXPECT_TRUE(reeve_worker_frame_is_control(REEVE_WORKER_FRAME_HEARTBEAT));
    EXPECT_TRUE(reeve_worker_frame_is_control(REEVE_WORKER_FRAME_LIMIT));
    EXPECT_FALSE(reeve_worker_frame_is_control(REEVE_WORKER_FRAME_OUTCOME));
    EXPECT_TRUE(reeve_gateway_frame_is_control(REEVE_GATEWAY_FRAME_CANCEL));
    EXPECT_FALSE(reeve_gateway_frame_is_control(REEVE_GATEWAY_FRAME_DISPATCH));
}
