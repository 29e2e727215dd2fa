// SPDX-License-Identifier: Apache-2.0
// TaskSchema and fingerprint: what is written by hand reads as the .proto file says, and whatever
// gives a task its meaning changes the fingerprint (P3).
#include <gtest/gtest.h>

#include "agent/base/hash.h"
#include "proto/runtime/fingerprint.h"
#include "runtime_rules.reeve.h"
#include "tests/support/alloc_sweep.h"
#include "tests/unit/proto/runtime/cxx_peer.h"
#include "tests/unit/proto/runtime/runtime_fixture.h"

namespace
{

reeve_task Task()
{
    reeve_task t = {};
    t.name = "runtime_testing.Service/Do";
    t.input = &runtime_rules_lists_message;
    t.output = &runtime_testing_everything_message;
    t.server_streaming = true;
    t.idempotency = REEVE_IDEMPOTENT;
    t.approvals = 2;
    return t;
}

std::string Schema(const reeve_task &t)
{
    reeve_buffer b;
    reeve_buffer_init(&b, nullptr, 1 << 20);
    EXPECT_EQ(reeve_task_schema_write(&t, &b), REEVE_OK);
    std::string out(reinterpret_cast<const char *>(b.data), b.len);
    reeve_buffer_clear(&b);
    return out;
}

std::string Fingerprint(const reeve_task &t)
{
    reeve_digest d = {};
    EXPECT_EQ(reeve_task_fingerprint(&t, &d), REEVE_OK);
    return std::string(reinterpret_cast<const char *>(d.bytes), sizeof d.bytes);
}

TEST(Fingerprint, TheSchemaIsCanonicalProtobuf)
{
    const std::string bytes = Schema(Task());
    auto schema = NewCxx("reeve.v1.TaskSchema");
    ASSERT_TRUE(Parse(bytes, schema.get()));
    EXPECT_EQ(Serialize(*schema), bytes) << "fields in order, defaults omitted, nothing unknown";
    const std::string text = schema->DebugString();
    for (const char *part :
         {"task: \"runtime_testing.Service/Do\"", "input: \"runtime_rules.Lists\"",
          "output: \"runtime_testing.Everything\"", "server_streaming: true",
          "idempotency: IDEMPOTENCY_IDEMPOTENT", "approvals: 2",
          "id: \"repeated.min_items\"\n      unsigned_value: 1", "target: RULE_TARGET_ITEM",
          "target: RULE_TARGET_KEY", "map_key: FIELD_TYPE_SFIXED64", "sensitive: true",
          "name: \"google.protobuf.Timestamp\"\n}", "name: \"NEGATIVE\"\n    number: -3"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    }
    EXPECT_EQ(text.find("Entry\""), std::string::npos) << "map entries are no types of their own";
}

TEST(Fingerprint, MeaningChangesIt)
{
    const std::string base = Fingerprint(Task());
    reeve_task t = Task();
    EXPECT_EQ(Fingerprint(t), base);
    t.max_in_flight = 7;
    t.timeout_ms = 5;
    t.documentation = "other words";
    t.system = "elsewhere";
    EXPECT_EQ(Fingerprint(t), base) << "what is local or for people only";
    t = Task();
    t.approvals = 1;
    EXPECT_NE(Fingerprint(t), base);
    t = Task();
    t.idempotency = REEVE_NOT_IDEMPOTENT;
    EXPECT_NE(Fingerprint(t), base);
    t = Task();
    t.server_streaming = false;
    EXPECT_NE(Fingerprint(t), base);
    t = Task();
    t.name = "runtime_testing.Service/Undo";
    EXPECT_NE(Fingerprint(t), base);
    t = Task();
    t.input = t.output;
    EXPECT_NE(Fingerprint(t), base);
}

TEST(Fingerprint, TheOrderOfATableDoesNotMatter)
{
    const reeve_message &table = runtime_rules_texts_message;
    std::vector<reeve_field> fields(table.fields, table.fields + table.fields_count);
    std::reverse(fields.begin(), fields.end());
    reeve_message reversed = table;
    reversed.fields = fields.data();
    reeve_task a = Task();
    reeve_task b = Task();
    a.input = &table;
    b.input = &reversed;
    EXPECT_EQ(Schema(a), Schema(b));
}

TEST(Fingerprint, IsTheHashOfDomainAndSchema)
{
    const std::string schema = Schema(Task());
    const std::string whole = std::string("reeve.task.v1") + '\0' + schema;
    const reeve_digest expected = reeve_sha256_of(View(whole));
    EXPECT_EQ(Fingerprint(Task()), std::string(reinterpret_cast<const char *>(expected.bytes), 32));
}

TEST(Fingerprint, EveryAllocationMayFail)
{
    const reeve_task t = Task();
    SweepAllocations([&](const reeve_allocator *a) {
        reeve_buffer b;
        reeve_buffer_init(&b, a, 1 << 20);
        const reeve_status status = reeve_task_schema_write(&t, &b);
        EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY);
        EXPECT_TRUE(status == REEVE_OK || b.len == 0);
        reeve_buffer_clear(&b);
    });
}

} // namespace
