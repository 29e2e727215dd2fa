/* SPDX-License-Identifier: Apache-2.0 */
/* P3: a fingerprint changes with everything that gives a task its meaning and with nothing else,
 * and the manifest holds what the table holds, without local options. */
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>

#include "agent/base/hash.h"
#include "gen_test_tasks.reeve.h"
#include "proto/runtime/fingerprint.h"
#include "proto/schema/dynamic.h"
#include "reeve_demo_tasks.reeve.h"
#include "tests/support/alloc_sweep.h"
#include "tests/unit/proto/gen/protoc.h"
#include "tests/unit/proto/gen/view.h"

namespace
{

namespace pb = google::protobuf;

struct reeve_bytes ViewOf(const std::string &text)
{
    return reeve_bytes_of(text.data(), text.size());
}

std::string Deterministic(const pb::Message &message)
{
    std::string bytes;
    pb::io::StringOutputStream stream(&bytes);
    pb::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
    coded.Trim();
    return bytes;
}

std::string Get(const pb::Message &m, const char *field)
{
    return m.GetReflection()->GetString(m, m.GetDescriptor()->FindFieldByName(field));
}

/* What the generator computed from its model equals what the worker computes from its tables. */
TEST(Fingerprint, P3_ModelAndTablesAgree)
{
    for (const struct reeve_task_table *table : {&reeve_demo_tasks, &gen_test_tasks}) {
        for (unsigned i = 0; i < table->count; i++) {
            struct reeve_digest digest;
            ASSERT_EQ(reeve_task_fingerprint(table->tasks[i], &digest), REEVE_OK);
            EXPECT_TRUE(reeve_bytes_equal(reeve_digest_view(&digest),
                                          reeve_bytes_of(table->tasks[i]->fingerprint, 32)))
                << table->tasks[i]->name;
        }
    }
}

TEST(Fingerprint, P3_ManifestIsCanonicalAndMatchesTheTable)
{
    View view;
    auto manifest = view.New("reeve.v1.Manifest");
    ASSERT_TRUE(manifest->ParseFromString(ReadFile(REEVE_DEMO_MANIFEST)));
    const pb::Reflection *r = manifest->GetReflection();
    const pb::FieldDescriptor *tasks = manifest->GetDescriptor()->FindFieldByName("tasks");
    ASSERT_EQ(r->FieldSize(*manifest, tasks), static_cast<int>(reeve_demo_tasks.count));
    for (int i = 0; i < r->FieldSize(*manifest, tasks); i++) {
        const pb::Message &entry = r->GetRepeatedMessage(*manifest, tasks, i);
        const struct reeve_task *task = reeve_demo_tasks.tasks[i];
        SCOPED_TRACE(task->name);
        const std::string schema = Get(entry, "schema");
        const std::string fingerprint = Get(entry, "fingerprint");
        auto parsed = view.New("reeve.v1.TaskSchema");
        ASSERT_TRUE(parsed->ParseFromString(schema));
        EXPECT_EQ(Deterministic(*parsed), schema); /* canonical: the same bytes again */
        EXPECT_EQ(Get(*parsed, "task"), task->name);
        EXPECT_EQ(Get(*parsed, "input"), task->input->name);
        const std::string hashed = std::string("reeve.task.v1", 14) + schema;
        const struct reeve_digest digest = reeve_sha256_of(ViewOf(hashed));
        EXPECT_TRUE(reeve_bytes_equal(reeve_digest_view(&digest), ViewOf(fingerprint)));
        EXPECT_TRUE(reeve_bytes_equal(reeve_bytes_of(task->fingerprint, 32), ViewOf(fingerprint)));
    }
}

/* P3: what the generator writes, the gateway builds the same tables from. */
TEST(Fingerprint, P3_GatewayBuildsTablesFromTheManifest)
{
    View view;
    for (const char *path : {REEVE_DEMO_MANIFEST, REEVE_TEST_MANIFEST}) {
        auto manifest = view.New("reeve.v1.Manifest");
        ASSERT_TRUE(manifest->ParseFromString(ReadFile(path)));
        const pb::Reflection *r = manifest->GetReflection();
        const pb::FieldDescriptor *tasks = manifest->GetDescriptor()->FindFieldByName("tasks");
        ASSERT_GT(r->FieldSize(*manifest, tasks), 0);
        for (int i = 0; i < r->FieldSize(*manifest, tasks); i++) {
            const pb::Message &entry = r->GetRepeatedMessage(*manifest, tasks, i);
            const std::string schema = Get(entry, "schema");
            struct reeve_digest claimed;
            ASSERT_EQ(reeve_digest_from_bytes(ViewOf(Get(entry, "fingerprint")), &claimed),
                      REEVE_OK);
            struct reeve_dynamic *built = nullptr;
            struct reeve_problem problem = {};
            EXPECT_EQ(reeve_dynamic_new(ViewOf(schema), &claimed, nullptr, &built, &problem),
                      REEVE_OK)
                << problem.field << ": " << problem.rule << ": " << problem.text;
            reeve_dynamic_free(built);
        }
    }
}

TEST(Fingerprint, EveryFailingAllocationIsReportedAndLeaksNothing)
{
    const struct reeve_task *task = gen_test_tasks.tasks[0];
    SweepAllocations([task](const struct reeve_allocator *allocator) {
        struct reeve_buffer schema;
        reeve_buffer_init(&schema, allocator, 1 << 20);
        const enum reeve_status status = reeve_task_schema_write(task, &schema);
        EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY) << reeve_status_name(status);
        reeve_buffer_clear(&schema);
    });
}

TEST(Fingerprint, TablesThatCannotBeUsedAreInvalid)
{
    struct reeve_rule rule = {};
    rule.id = "string.min_len";
    rule.code = 60000;
    struct reeve_field field = {};
    field.name = "a";
    field.json_name = "a";
    field.number = 1;
    field.type = REEVE_TYPE_STRING;
    field.cardinality = REEVE_IMPLICIT;
    struct reeve_message message = {};
    message.name = "t.M";
    message.fields_count = 1;
    message.fields = &field;
    struct reeve_task task = {};
    task.name = "t.S/R";
    task.input = &message;
    task.output = &message;
    struct reeve_digest digest;
    EXPECT_EQ(reeve_task_fingerprint(&task, &digest), REEVE_OK);
    field.rules = &rule;
    field.rules_count = 1;
    EXPECT_EQ(reeve_task_fingerprint(&task, &digest), REEVE_INVALID); /* an unknown rule */
    field.rules_count = 0;
    field.type = REEVE_TYPE_MESSAGE;
    EXPECT_EQ(reeve_task_fingerprint(&task, &digest), REEVE_INVALID); /* no table */
    field.cardinality = REEVE_MAP;
    EXPECT_EQ(reeve_task_fingerprint(&task, &digest), REEVE_INVALID);
    field.type = REEVE_TYPE_ENUM;
    field.cardinality = REEVE_IMPLICIT;
    EXPECT_EQ(reeve_task_fingerprint(&task, &digest), REEVE_INVALID);
}

/* P2: what is local stays local. */
TEST(Fingerprint, P2_ManifestHasNoLocalOption)
{
    const std::string manifest = ReadFile(REEVE_DEMO_MANIFEST);
    ASSERT_NE(manifest.find("demo.crm.v1.Tickets/CreateTicket"), std::string::npos);
    for (const char *local : {"ticketing", "/api/v", "POST", "http"}) {
        EXPECT_EQ(manifest.find(local), std::string::npos) << local;
    }
}

/* The first fingerprint in the JSON manifest of a service with one task. */
std::string FingerprintOf(const std::string &message, const std::string &rpc_options,
                          const std::string &around = "")
{
    Protoc protoc;
    protoc.Add("t.proto",
               "syntax = \"proto3\";\npackage t;\n"
               "import \"buf/validate/validate.proto\";\n"
               "import \"google/api/annotations.proto\";\n"
               "import \"reeve/v1/task.proto\";\n" +
                   around + "\nmessage M { " + message +
                   " }\nservice S { option (reeve.v1.system) = \"s\"; rpc R(M) returns (M) { " +
                   rpc_options + " } }\n");
    EXPECT_TRUE(protoc.Run({"t.proto"}, "tasks,manifest=t")) << protoc.Messages();
    const std::string json = protoc.Output("t.manifest.json");
    const std::string key = "\"fingerprint\": \"";
    const size_t at = json.find(key);
    EXPECT_NE(at, std::string::npos);
    return at == std::string::npos ? "" : json.substr(at + key.size(), 64);
}

const char kMessage[] = "string a = 1;";

TEST(Fingerprint, P3_ChangesWithMeaning)
{
    const std::string first = FingerprintOf(kMessage, "");
    const char *const messages[] = {
        "string b = 1;",
        "string a = 2;",
        "bytes a = 1;",
        "optional string a = 1;",
        "repeated string a = 1;",
        "oneof o { string a = 1; }",
        "string a = 1; string b = 2;",
        "string a = 1 [json_name = \"x\"];",
        "string a = 1 [(reeve.v1.field).sensitive = true];",
        "string a = 1 [(buf.validate.field).string.min_len = 1];",
        "string a = 1 [(buf.validate.field).string.min_len = 2];",
        "string a = 1 [(buf.validate.field).required = true];",
        "map<string, string> a = 1;",
        "map<int32, string> a = 1;",
    };
    std::vector<std::string> seen = {first};
    for (const char *message : messages) {
        seen.push_back(FingerprintOf(message, ""));
    }
    for (const char *options :
         {"option idempotency_level = IDEMPOTENT;", "option idempotency_level = NO_SIDE_EFFECTS;",
          "option (reeve.v1.task).approvals = 1;", "option (reeve.v1.task).approvals = 2;"}) {
        seen.push_back(FingerprintOf(kMessage, options));
    }
    for (size_t i = 0; i < seen.size(); i++) {
        for (size_t j = 0; j < i; j++) {
            EXPECT_NE(seen[i], seen[j]) << i << " and " << j;
        }
    }
}

TEST(Fingerprint, P3_StaysWithEverythingElse)
{
    const std::string first = FingerprintOf(kMessage, "");
    EXPECT_EQ(first, FingerprintOf("// A comment.\n string a = 1;", ""));
    EXPECT_EQ(first,
              FingerprintOf(kMessage, "option (google.api.http) = { post: \"/x\" body: \"*\" };"));
    EXPECT_EQ(first, FingerprintOf(kMessage, "option (reeve.v1.task).max_in_flight = 3;"));
    EXPECT_EQ(first, FingerprintOf(kMessage, "option (reeve.v1.task).timeout.seconds = 3;"));
    EXPECT_EQ(first, FingerprintOf(kMessage, "option deprecated = true;"));
    EXPECT_EQ(first, FingerprintOf(kMessage, "", "message Unrelated { int32 x = 1; }"));
    EXPECT_EQ(first,
              FingerprintOf("string a = 1 [(buf.validate.field).string.example = \"x\"];", ""));
}

} // namespace
