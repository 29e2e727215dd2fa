/* SPDX-License-Identifier: Apache-2.0 */
/* P3: a fingerprint changes with everything that gives a task its meaning and with nothing else,
 * and the manifest holds what the table holds, without local options. */
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>
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

/* ---- what changes a fingerprint ---- */

const char kBase[] = R"(syntax = "proto3";
package t;
import "buf/validate/validate.proto";
import "google/api/annotations.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/timestamp.proto";
import "reeve/v1/task.proto";

enum Kind {
  KIND_NONE = 0;
  KIND_ONE = 1;
  KIND_TWO = -2;
}
message Inner {
  string text = 1;
  Inner again = 2;
}
message Request {
  string name = 1;
  optional int32 maybe = 2;
  repeated int32 list = 3;
  map<string, int32> pairs = 4;
  oneof which {
    string left = 5;
    int64 right = 6;
  }
  oneof other {
    bool flag = 7;
  }
  Kind kind = 8;
  Inner inner = 9;
  double number = 10 [(buf.validate.field).double.gt = 1];
  google.protobuf.Timestamp at = 11;
  string code = 12 [(buf.validate.field).string = { in: ["a", "b"] min_len: 1 }];
}
service Things {
  rpc Do(Request) returns (Inner) {
  }
}
)";

/* One edit of that file. */
struct Mutation {
    const char *name;
    const char *from;
    const char *to;
    bool changes;
};

void PrintTo(const Mutation &mutation, std::ostream *to)
{
    *to << mutation.name;
}

const Mutation kMutations[] = {
    /* meaning */
    {"FieldName", "string name = 1;", "string title = 1;", true},
    {"FieldNumber", "string name = 1;", "string name = 13;", true},
    {"FieldType", "string name = 1;", "bytes name = 1;", true},
    {"FieldAdded", "string name = 1;", "string name = 1; string more = 13;", true},
    {"FieldRemoved", "string name = 1;", "", true},
    {"JsonName", "string name = 1;", "string name = 1 [json_name = \"Name\"];", true},
    {"SignedType", "optional int32 maybe", "optional sint32 maybe", true},
    {"WiderType", "optional int32 maybe", "optional int64 maybe", true},
    {"PresenceLost", "optional int32 maybe", "int32 maybe", true},
    {"PresenceWon", "string name = 1;", "optional string name = 1;", true},
    {"Repeated", "string name = 1;", "repeated string name = 1;", true},
    {"NotPacked", "list = 3;", "list = 3 [packed = false];", true},
    {"MapKey", "map<string, int32>", "map<int32, int32>", true},
    {"MapValue", "map<string, int32>", "map<string, int64>", true},
    {"MapValueMessage", "map<string, int32>", "map<string, Inner>", true},
    {"OneofLeft", "    int64 right = 6;\n  }", "  }\n  int64 right = 6;", true},
    {"OneofJoined", "  oneof other {\n    bool flag = 7;\n  }", "  bool flag = 7;", true},
    {"OneofName", "oneof which", "oneof what", true},
    {"OneofRequired", "oneof which {", "oneof which { option (buf.validate.oneof).required = true;",
     true},
    {"EnumValueName", "KIND_ONE = 1", "KIND_UNO = 1", true},
    {"EnumValueNumber", "KIND_ONE = 1", "KIND_ONE = 3", true},
    {"EnumValueAdded", "KIND_ONE = 1;", "KIND_ONE = 1; KIND_MORE = 4;", true},
    {"EnumAliasAdded", "KIND_ONE = 1;", "KIND_ONE = 1; UNO = 1; option allow_alias = true;", true},
    {"FarField", "string text = 1;", "string text = 1; bool far = 3;", true},
    {"MessageType", "Inner inner = 9", "Request inner = 9", true},
    {"WellKnownType", "google.protobuf.Timestamp at", "google.protobuf.Duration at", true},
    {"RuleOperand", ".double.gt = 1", ".double.gt = 2", true},
    {"RuleKind", ".double.gt = 1", ".double.gte = 1", true},
    {"RuleRemoved", " [(buf.validate.field).double.gt = 1]", "", true},
    {"RuleAdded", "name = 1;", "name = 1 [(buf.validate.field).required = true];", true},
    {"RuleListItem", "in: [\"a\", \"b\"]", "in: [\"a\", \"c\"]", true},
    {"RuleOnItems", "list = 3;", "list = 3 [(buf.validate.field).repeated.items.int32.gt = 0];",
     true},
    {"MessageOneof", "message Request {",
     "message Request { option (buf.validate.message).oneof = { fields: [\"name\", \"kind\"] };",
     true},
    {"Sensitive", "name = 1;", "name = 1 [(reeve.v1.field).sensitive = true];", true},
    {"Streaming", "returns (Inner)", "returns (stream Inner)", true},
    {"Output", "returns (Inner)", "returns (Request)", true},
    {"Idempotent", "(Inner) {", "(Inner) { option idempotency_level = IDEMPOTENT;", true},
    {"NoSideEffects", "(Inner) {", "(Inner) { option idempotency_level = NO_SIDE_EFFECTS;", true},
    {"Approvals", "(Inner) {", "(Inner) { option (reeve.v1.task).approvals = 1;", true},
    {"Method", "rpc Do", "rpc Make", true},
    {"Service", "service Things", "service Objects", true},
    {"Package", "package t;", "package u;", true},
    {"MessageName", "message Inner {\n  string text = 1;\n  Inner again = 2;\n}",
     "message Inner { string text = 1; Nested again = 2; message Nested {} }", true},
    /* none */
    {"FieldsReordered", "  string name = 1;\n  optional int32 maybe = 2;",
     "  optional int32 maybe = 2;\n  string name = 1;", false},
    {"OneofsReordered",
     "  oneof which {\n    string left = 5;\n    int64 right = 6;\n  }\n"
     "  oneof other {\n    bool flag = 7;\n  }",
     "  oneof other {\n    bool flag = 7;\n  }\n"
     "  oneof which {\n    int64 right = 6;\n    string left = 5;\n  }",
     false},
    {"EnumReordered", "  KIND_ONE = 1;\n  KIND_TWO = -2;", "  KIND_TWO = -2;\n  KIND_ONE = 1;",
     false},
    {"ImportsReordered",
     "import \"buf/validate/validate.proto\";\nimport \"google/api/annotations.proto\";",
     "import \"google/api/annotations.proto\";\nimport \"buf/validate/validate.proto\";", false},
    {"RulesReordered", "in: [\"a\", \"b\"] min_len: 1", "min_len: 1 in: [\"a\", \"b\"]", false},
    {"RuleListReordered", "in: [\"a\", \"b\"]", "in: [\"b\", \"a\"]", false},
    {"RuleListItemTwice", "in: [\"a\", \"b\"]", "in: [\"a\", \"b\", \"a\"]", false},
    {"RulesInSeveralOptions", "[(buf.validate.field).string = { in: [\"a\", \"b\"] min_len: 1 }]",
     "[(buf.validate.field).string.min_len = 1, (buf.validate.field).string.in = \"a\", "
     "(buf.validate.field).string.in = \"b\"]",
     false},
    {"Comment", "message Request {", "// Words.\nmessage Request { // more", false},
    {"TypeWrittenInFull", "Inner inner = 9", ".t.Inner inner = 9", false},
    {"SameJsonName", "name = 1;", "name = 1 [json_name = \"name\"];", false},
    {"PackedSaid", "list = 3;", "list = 3 [packed = true];", false},
    {"Deprecated", "name = 1;", "name = 1 [deprecated = true];", false},
    {"Reserved", "message Request {", "message Request { reserved 100 to 200;", false},
    {"Unrelated", "service Things {", "message Unrelated { int32 x = 1; }\nservice Things {",
     false},
    {"AnotherTask", "service Things {", "service Things { rpc Zap(Inner) returns (Inner);", false},
    {"FileOption", "package t;", "package t; option java_package = \"x\";", false},
    {"Example", "min_len: 1", "min_len: 1 example: \"a\"", false},
    {"System", "service Things {", "service Things { option (reeve.v1.system) = \"s\";", false},
    {"Http", "service Things {\n  rpc Do(Request) returns (Inner) {",
     "service Things { option (reeve.v1.system) = \"s\";\n  rpc Do(Request) returns (Inner) { "
     "option (google.api.http) = { post: \"/x\" body: \"*\" };",
     false},
    {"MaxInFlight", "(Inner) {", "(Inner) { option (reeve.v1.task).max_in_flight = 3;", false},
    {"Timeout", "(Inner) {", "(Inner) { option (reeve.v1.task).timeout.seconds = 3;", false},
    {"ResultBytes", "(Inner) {", "(Inner) { option (reeve.v1.task).max_result_bytes = 3;", false},
    {"Binding", "service Things {\n  rpc Do(Request) returns (Inner) {",
     "service Things { option (reeve.v1.system) = \"s\";\n  rpc Do(Request) returns (Inner) { "
     "option (reeve.v1.task) = { binding: BINDING_EXEC operation: \"o\" };",
     false},
};

std::string Mutated(const Mutation &mutation)
{
    std::string text = kBase;
    const size_t at = text.find(mutation.from);
    EXPECT_NE(at, std::string::npos) << mutation.from;
    return text.replace(at, std::string(mutation.from).size(), mutation.to);
}

/* The fingerprint of the first task, which the runtime computes again from the manifest. */
std::string FingerprintOf(const std::string &text, const std::string &file = "t.proto")
{
    Protoc protoc;
    View view;
    protoc.Add(file, text);
    EXPECT_TRUE(protoc.Run({file}, "tasks,manifest=t")) << protoc.Messages();
    auto manifest = view.New("reeve.v1.Manifest");
    EXPECT_TRUE(pb::TextFormat::ParseFromString(protoc.Output("t.manifest.txtpb"), manifest.get()));
    const pb::FieldDescriptor *tasks = manifest->GetDescriptor()->FindFieldByName("tasks");
    if (manifest->GetReflection()->FieldSize(*manifest, tasks) == 0) {
        return "";
    }
    const pb::Message &entry = manifest->GetReflection()->GetRepeatedMessage(*manifest, tasks, 0);
    const std::string schema = Get(entry, "schema");
    const std::string fingerprint = Get(entry, "fingerprint");
    struct reeve_digest claimed;
    EXPECT_EQ(reeve_digest_from_bytes(ViewOf(fingerprint), &claimed), REEVE_OK);
    struct reeve_dynamic *built = nullptr;
    struct reeve_problem problem = {};
    EXPECT_EQ(reeve_dynamic_new(ViewOf(schema), &claimed, nullptr, &built, &problem), REEVE_OK)
        << problem.field << ": " << problem.rule << ": " << problem.text;
    if (built != nullptr) {
        struct reeve_digest again;
        EXPECT_EQ(reeve_task_fingerprint(reeve_dynamic_task(built), &again), REEVE_OK);
        EXPECT_TRUE(reeve_bytes_equal(reeve_digest_view(&again), ViewOf(fingerprint)));
        reeve_dynamic_free(built);
    }
    return fingerprint;
}

class Mutations : public testing::TestWithParam<Mutation>
{
};

TEST_P(Mutations, P3_ChangeTheFingerprintWithTheMeaningOnly)
{
    static const std::string base = FingerprintOf(kBase);
    const std::string mutated = FingerprintOf(Mutated(GetParam()));
    EXPECT_EQ(mutated != base, GetParam().changes) << Mutated(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Table, Mutations, testing::ValuesIn(kMutations),
                         [](const auto &row) { return std::string(row.param.name); });

TEST(Fingerprint, P3_StaysWithTheNameOfTheFile)
{
    EXPECT_EQ(FingerprintOf(kBase), FingerprintOf(kBase, "a/b/other-name.proto"));
}

} // namespace
