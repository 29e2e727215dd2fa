/* SPDX-License-Identifier: Apache-2.0 */
/* P3: what is called compatible is: one edit of a .proto per row, what is said of it, and in which
 * directions the two versions are compatible. */
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "agent/base/arena.h"
#include "proto/schema/compare.h"
#include "proto/schema/dynamic.h"
#include "tests/support/alloc_sweep.h"
#include "tests/unit/proto/gen/protoc.h"
#include "tests/unit/proto/gen/view.h"

namespace
{

namespace pb = google::protobuf;

const char kBase[] = R"(syntax = "proto3";
package t;
import "buf/validate/validate.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
import "reeve/v1/task.proto";

enum Kind {
  KIND_NONE = 0;
  KIND_ONE = 1;
}
enum Closed {
  CLOSED_NONE = 0;
  CLOSED_ONE = 1;
}
message Both {
  string text = 1;
  Both again = 2;
}
message Ask {
  string name = 1 [(buf.validate.field).string.max_len = 10];
  int32 size = 2 [(buf.validate.field).int32 = { gt: 0 lte: 9 }];
  optional int32 maybe = 3;
  repeated string list = 4 [(buf.validate.field).repeated.max_items = 3];
  map<string, int32> pairs = 5;
  oneof which {
    string left = 6;
    int64 right = 7;
  }
  Kind kind = 8;
  Both both = 9;
  google.protobuf.Timestamp at = 10;
  string code = 11 [(buf.validate.field).string = { in: ["a", "b"] }];
  string secret = 12 [(reeve.v1.field).sensitive = true];
  string zero = 13 [(buf.validate.field) = { ignore: IGNORE_IF_ZERO_VALUE string: { min_len: 2 } }];
  double outside = 14 [(buf.validate.field).double = { gt: 5 lt: 1 }];
}
message Answer {
  string id = 1 [(buf.validate.field).string.min_len = 3];
  Both both = 2;
  Kind kind = 3;
  Closed closed = 4 [(buf.validate.field).enum.defined_only = true];
  google.protobuf.StringValue wrapped = 5;
  string hidden = 6 [(reeve.v1.field).sensitive = true];
}
service Things {
  rpc Do(Ask) returns (Answer) {
    option idempotency_level = IDEMPOTENT;
    option (reeve.v1.task).approvals = 1;
  }
}
)";

struct Edit {
    const char *name;
    const char *from;
    const char *to;
    bool inputs;
    bool outputs;
    const char *said; /* "ELEMENT: WHAT", in part */
};

void PrintTo(const Edit &edit, std::ostream *to)
{
    *to << edit.name;
}

const bool kFits = true;
const bool kBreaks = false;

const Edit kEdits[] = {
    {"FieldAdded", "message Ask {", "message Ask { string more = 20;", kFits, kFits,
     "t.Ask.more: field 20 (string) is new"},
    {"FieldAddedThatMustBeThere", "message Ask {",
     "message Ask { string more = 20 [(buf.validate.field).required = true];", kBreaks, kFits,
     "t.Ask.more: field 20 (string) is new"},
    {"FieldAddedWhoseDefaultFails", "message Ask {",
     "message Ask { string more = 20 [(buf.validate.field).string.min_len = 1];", kBreaks, kFits,
     "t.Ask.more: "},
    {"OptionalAddedWithRules", "message Ask {",
     "message Ask { optional string more = 20 [(buf.validate.field).string.min_len = 1];", kFits,
     kFits, "t.Ask.more: field 20 (optional string) is new"},
    {"FieldRemoved", "optional int32 maybe = 3;", "", kBreaks, kFits,
     "t.Ask.maybe: field 3 (optional int32) is gone"},
    {"OutputFieldAdded", "message Answer {", "message Answer { string more = 20;", kFits, kBreaks,
     "t.Answer.more: field 20 (string) is new"},
    {"OutputFieldRemoved", "  google.protobuf.StringValue wrapped = 5;\n", "", kFits, kFits,
     "t.Answer.wrapped: field 5 (google.protobuf.StringValue) is gone"},
    {"OutputFieldRemovedThatMustBeThere",
     "  string id = 1 [(buf.validate.field).string.min_len = 3];\n", "", kFits, kBreaks,
     "t.Answer.id: field 1 (string) is gone"},
    {"AddedOnBothSides", "message Both {", "message Both { int32 more = 3;", kFits, kBreaks,
     "t.Both.more: field 3 (int32) is new"},
    {"Renamed", "string text = 1", "string words = 1", kBreaks, kBreaks,
     "t.Both.words: its name was text"},
    {"JsonRenamed", "string text = 1", "string text = 1 [json_name = \"Text\"]", kBreaks, kBreaks,
     "t.Both.text: its JSON name is Text and was text"},
    {"Renumbered", "string text = 1", "string text = 3", kBreaks, kBreaks,
     "t.Both.text: field 1 (string) is gone"},
    {"OtherType", "optional int32 maybe", "optional int64 maybe", kBreaks, kFits,
     "t.Ask.maybe: is optional int64 and was optional int32"},
    {"PresenceLost", "optional int32 maybe", "int32 maybe", kBreaks, kFits, "t.Ask.maybe: is "},
    {"ListNow", "Both again", "repeated Both again", kBreaks, kBreaks,
     "t.Both.again: is repeated t.Both and was t.Both"},
    {"OtherMapKey", "map<string, int32>", "map<int32, int32>", kBreaks, kFits,
     "t.Ask.pairs: is map<int32, int32> and was map<string, int32>"},
    {"OtherWellKnown", "google.protobuf.Timestamp at", "google.protobuf.Duration at", kBreaks,
     kFits, "t.Ask.at: is "},
    {"OtherWrapper", "google.protobuf.StringValue", "google.protobuf.BytesValue", kFits, kBreaks,
     "t.Answer.wrapped: is "},
    {"TypeRenamed", "Both again = 2;\n}",
     "Again again = 2;\n}\nmessage Again { string text = 1; "
     "Again again = 2; }",
     kFits, kFits, "t.Both.again: its type is called t.Again and was t.Both"},
    {"Packed", "  optional int32 maybe = 3;", "  optional int32 maybe = 3; repeated bool p = 30;",
     kFits, kFits, "t.Ask.p: "},
    {"OutOfItsOneof", "    int64 right = 7;\n  }", "  }\n  optional int64 right = 7;", kBreaks,
     kFits, "t.Ask.right: is in oneof \"\" and was in \"which\""},
    {"OneofRenamed", "oneof which", "oneof what", kBreaks, kFits, "t.Ask.left: is in oneof"},
    {"OneofMemberAdded", "int64 right = 7;", "int64 right = 7; bool up = 20;", kFits, kFits,
     "t.Ask.up: field 20 (bool) is new"},
    {"OneofRequired", "oneof which {", "oneof which { option (buf.validate.oneof).required = true;",
     kBreaks, kFits, "t.Ask.which: the oneof is required now"},
    {"MessageOneof", "message Ask {",
     "message Ask { option (buf.validate.message).oneof = { fields: [\"name\", \"at\"] };", kBreaks,
     kFits, "t.Ask: the rule that at most one is set of name, at is new"},
    {"SensitiveNow", "optional int32 maybe = 3;",
     "optional int32 maybe = 3 [(reeve.v1.field).sensitive = true];", kFits, kFits,
     "t.Ask.maybe: is sensitive now"},
    {"SensitiveNoMore", "string secret = 12 [(reeve.v1.field).sensitive = true];",
     "string secret = 12;", kBreaks, kFits, "t.Ask.secret: is no longer sensitive"},
    {"OutputSensitiveNow", "Kind kind = 3;", "Kind kind = 3 [(reeve.v1.field).sensitive = true];",
     kFits, kBreaks, "t.Answer.kind: is sensitive now"},
    {"OutputSensitiveNoMore", "string hidden = 6 [(reeve.v1.field).sensitive = true];",
     "string hidden = 6;", kFits, kBreaks, "t.Answer.hidden: is no longer sensitive"},
    /* enums */
    {"EnumValueAdded", "KIND_ONE = 1;", "KIND_ONE = 1; KIND_TWO = 2;", kFits, kFits,
     "t.Kind.KIND_TWO: value 2 is new"},
    {"EnumValueGone", "  KIND_ONE = 1;\n", "", kBreaks, kFits, "t.Kind.KIND_ONE: value 1 is gone"},
    {"EnumValueMoved", "KIND_ONE = 1;", "KIND_ONE = 2;", kBreaks, kBreaks,
     "t.Kind.KIND_ONE: value 2 was 1"},
    {"ClosedEnumGrows", "CLOSED_ONE = 1;", "CLOSED_ONE = 1; CLOSED_TWO = 2;", kFits, kBreaks,
     "t.Answer.closed: the enum has a new value"},
    /* rules */
    {"Looser", "max_len = 10", "max_len = 20", kFits, kFits, "t.Ask.name: rule string.max_len"},
    {"Stricter", "max_len = 10", "max_len = 9", kBreaks, kFits, "t.Ask.name: rule string.max_len"},
    {"RuleGone", " [(buf.validate.field).string.max_len = 10]", "", kFits, kFits,
     "t.Ask.name: rule string.max_len (must have at most 10"},
    {"RuleNew", "optional int32 maybe = 3;",
     "optional int32 maybe = 3 [(buf.validate.field).int32.gt = 1];", kBreaks, kFits,
     "t.Ask.maybe: rule int32.gt"},
    {"ExactLengthWithin", "max_len = 10", "len = 10", kBreaks, kFits, "t.Ask.name: rule"},
    {"SameBoundSaidOtherwise", "gt: 0 lte: 9", "gte: 0 lt: 10", kFits, kFits,
     "t.Ask.size: rule int32.gte"},
    {"BoundExcluded", "gt: 0 lte: 9", "gt: 0 lt: 9", kBreaks, kFits, "t.Ask.size: rule int32.lt"},
    {"BoundTurnedOver", "gt: 0 lte: 9", "gt: 9 lte: 0", kBreaks, kFits, "t.Ask.size: rule"},
    {"OutsideWidened", "gt: 5 lt: 1", "gt: 4 lt: 1", kBreaks, kFits, "t.Ask.outside: rule"},
    {"ListGrows", "in: [\"a\", \"b\"]", "in: [\"c\", \"b\", \"a\"]", kFits, kFits,
     "t.Ask.code: rule string.in"},
    {"ListShrinks", "in: [\"a\", \"b\"]", "in: \"a\"", kBreaks, kFits,
     "t.Ask.code: rule string.in"},
    {"ZeroNoLongerIgnored", "ignore: IGNORE_IF_ZERO_VALUE ", "", kBreaks, kFits,
     "t.Ask.zero: rule ignore_if_zero_value is gone"},
    {"ItemsRule", "max_items = 3",
     "max_items = 3, (buf.validate.field).repeated.items.string.max_len "
     "= 3",
     kBreaks, kFits, "t.Ask.list: rule string.max_len (must have at most 3"},
    {"OutputLooser", "min_len = 3", "min_len = 2", kFits, kBreaks,
     "t.Answer.id: rule string.min_len"},
    {"OutputStricter", "min_len = 3", "min_len = 4", kFits, kFits,
     "t.Answer.id: rule string.min_len"},
    /* the task */
    {"StreamNow", "returns (Answer)", "returns (stream Answer)", kFits, kBreaks,
     "t.Things/Do: answers with a stream now"},
    {"MoreApprovals", "approvals = 1", "approvals = 2", kBreaks, kFits,
     "t.Things/Do: takes 2 approvals and took 1"},
    {"FewerApprovals", "approvals = 1", "approvals = 0", kFits, kFits,
     "t.Things/Do: takes 0 approvals and took 1"},
    {"LessIdempotent", "option idempotency_level = IDEMPOTENT;", "", kBreaks, kFits,
     "t.Things/Do: is not idempotent and was idempotent"},
    {"MoreIdempotent", "= IDEMPOTENT", "= NO_SIDE_EFFECTS", kFits, kFits,
     "t.Things/Do: is without side effects and was idempotent"},
    {"OtherOutput", "returns (Answer)", "returns (Both)", kFits, kBreaks,
     "t.Things/Do: its output is called t.Both and was t.Answer"},
};

/* The tables of the one task of a file. */
class Task
{
  public:
    explicit Task(const std::string &text)
    {
        Protoc protoc;
        View view;
        protoc.Add("t.proto", text);
        EXPECT_TRUE(protoc.Run({"t.proto"}, "tasks,manifest=t")) << protoc.Messages();
        auto manifest = view.New("reeve.v1.Manifest");
        EXPECT_TRUE(
            pb::TextFormat::ParseFromString(protoc.Output("t.manifest.txtpb"), manifest.get()));
        const pb::FieldDescriptor *tasks = manifest->GetDescriptor()->FindFieldByName("tasks");
        const pb::Reflection *r = manifest->GetReflection();
        if (r->FieldSize(*manifest, tasks) == 0) {
            return;
        }
        const pb::Message &entry = r->GetRepeatedMessage(*manifest, tasks, 0);
        const std::string schema = entry.GetReflection()->GetString(
            entry, entry.GetDescriptor()->FindFieldByName("schema"));
        struct reeve_problem problem = {};
        EXPECT_EQ(reeve_dynamic_new(reeve_bytes_of(schema.data(), schema.size()), nullptr, nullptr,
                                    &built_, &problem),
                  REEVE_OK)
            << problem.field << problem.text;
    }
    ~Task()
    {
        reeve_dynamic_free(built_);
    }
    Task(const Task &) = delete;
    Task &operator=(const Task &) = delete;
    const struct reeve_task *get() const
    {
        return reeve_dynamic_task(built_);
    }

  private:
    struct reeve_dynamic *built_ = nullptr;
};

std::string Edited(const Edit &edit)
{
    std::string text = kBase;
    const size_t at = text.find(edit.from);
    EXPECT_NE(at, std::string::npos) << edit.from;
    return text.replace(at, std::string(edit.from).size(), edit.to);
}

class Edits : public testing::TestWithParam<Edit>
{
};

TEST_P(Edits, P3_AreCompatibleWhereTheyAreProvedToBe)
{
    static const Task older(kBase);
    const Edit &edit = GetParam();
    const Task newer(Edited(edit));
    struct reeve_arena arena;
    struct reeve_comparison c;
    reeve_arena_init(&arena, nullptr, 1 << 22, 4096);
    ASSERT_EQ(reeve_task_compare(older.get(), newer.get(), &arena, &c), REEVE_OK);
    std::string said;
    for (size_t i = 0; i < c.changes_count; i++) {
        const struct reeve_change &change = c.changes[i];
        said +=
            std::string(change.element) + ": " + change.what +
            "\n    inputs: " + (change.breaks_inputs == nullptr ? "-" : change.breaks_inputs) +
            "\n    outputs: " + (change.breaks_outputs == nullptr ? "-" : change.breaks_outputs) +
            "\n";
    }
    EXPECT_FALSE(c.same);
    EXPECT_GT(c.changes_count, 0u);
    EXPECT_EQ(c.inputs_compatible, edit.inputs) << said;
    EXPECT_EQ(c.outputs_compatible, edit.outputs) << said;
    EXPECT_NE(said.find(edit.said), std::string::npos) << said;
    reeve_arena_clear(&arena);
}

INSTANTIATE_TEST_SUITE_P(Table, Edits, testing::ValuesIn(kEdits),
                         [](const auto &row) { return std::string(row.param.name); });

TEST(Compare, AVersionIsTheSameAsItself)
{
    const Task task(kBase);
    struct reeve_arena arena;
    struct reeve_comparison c;
    reeve_arena_init(&arena, nullptr, 1 << 20, 4096);
    ASSERT_EQ(reeve_task_compare(task.get(), task.get(), &arena, &c), REEVE_OK);
    EXPECT_TRUE(c.same && c.inputs_compatible && c.outputs_compatible);
    EXPECT_EQ(c.changes_count, 0u);
    reeve_arena_clear(&arena);
}

TEST(Compare, EveryAllocationMayFail)
{
    const Task older(kBase);
    const Task newer(Edited(kEdits[0]));
    SweepAllocations([&](const struct reeve_allocator *a) {
        struct reeve_arena arena;
        struct reeve_comparison c;
        reeve_arena_init(&arena, a, 1 << 22, 64);
        const enum reeve_status status = reeve_task_compare(older.get(), newer.get(), &arena, &c);
        EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY);
        reeve_arena_clear(&arena);
    });
}

/* ---- accepts=FILE ---- */

std::string Ledger(const std::string &from = "", const std::string &to = "")
{
    std::string text =
        ReadFile(REEVE_SOURCE_DIR "/tests/support/upgrade/newer/acme/ledger/v1/ledger.proto");
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

const char kAccepts[] = "tasks,manifest=l,accepts=" REEVE_UPGRADE_OLDER;

TEST(Accepts, P3_ACompatibleOlderVersionIsInTheTable)
{
    Protoc protoc;
    protoc.Add("l.proto", Ledger());
    ASSERT_TRUE(protoc.Run({"l.proto"}, kAccepts)) << protoc.Messages();
    const std::string source = protoc.Output("l.reeve.c");
    EXPECT_NE(source.find("static const uint8_t accepted_of_acme_ledger_v1_ledger_post[][32]"),
              std::string::npos);
    EXPECT_NE(source.find("    .accepted_count = 1,\n"), std::string::npos);
    /* The version that it is itself, and the same one twice, are no more. */
    ASSERT_TRUE(protoc.Run({"l.proto"}, std::string(kAccepts) + ",accepts=" REEVE_UPGRADE_OLDER
                                                                ",accepts=" REEVE_UPGRADE_NEWER))
        << protoc.Messages();
    EXPECT_EQ(protoc.Output("l.reeve.c"), source);
}

TEST(Accepts, P3_WhatIsNotCompatibleIsRefusedChangeByChange)
{
    Protoc protoc;
    protoc.Add("l.proto", Ledger("int64 cents = 2;", "int32 cents = 2; string more = 4 "
                                                     "[(buf.validate.field).required = true];"));
    EXPECT_FALSE(protoc.Run({"l.proto"}, kAccepts));
    for (const char *expected :
         {"l.proto:12: acme.ledger.v1.Ledger.Post: jobs of version ",
          "older.manifest.binpb) cannot be taken: acme.ledger.v1.PostRequest.cents: is int32 and "
          "was int64; inputs: values of the two are not the same. Undo the change",
          "acme.ledger.v1.PostRequest.more: field 4 (string) is new; inputs: its rules fail where "
          "it is absent."}) {
        EXPECT_NE(protoc.Messages().find(expected), std::string::npos) << expected << "\n"
                                                                       << protoc.Messages();
    }
    EXPECT_EQ(protoc.Output("l.reeve.c"), "");
}

TEST(Accepts, TasksOfOthersInTheManifestDoNotMatter)
{
    Protoc protoc;
    protoc.Add("l.proto", Ledger("rpc Post", "rpc Put"));
    ASSERT_TRUE(protoc.Run({"l.proto"}, kAccepts)) << protoc.Messages();
    EXPECT_EQ(protoc.Output("l.reeve.c").find("accepted"), std::string::npos);
}

TEST(Accepts, AFileThatIsNoManifestIsRefused)
{
    Protoc protoc;
    protoc.Add("l.proto", Ledger());
    EXPECT_FALSE(protoc.Run({"l.proto"}, "tasks,accepts=/nowhere"));
    EXPECT_NE(protoc.Messages().find("parameter \"accepts=/nowhere\": it cannot be read. Name a "),
              std::string::npos)
        << protoc.Messages();
    EXPECT_FALSE(protoc.Run({"l.proto"}, "tasks,accepts=/bin/sh"));
    EXPECT_NE(protoc.Messages().find("it is no manifest"), std::string::npos) << protoc.Messages();
}

} // namespace
