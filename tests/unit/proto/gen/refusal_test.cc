/* SPDX-License-Identifier: Apache-2.0 */
/* P3: what the generator cannot compile it refuses by name, with file, line, element and what to
 * do; nothing is ignored, and nothing is written. */
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>

#include "tests/unit/proto/gen/protoc.h"

namespace
{

struct Refusal {
    const char *name;
    /* Behind `syntax = "proto3"; package t.v1;` and the imports, which take lines 1 to 8. */
    const char *text;
    /* All of these must be in the message. */
    std::vector<std::string> expected;
    const char *parameters = "tasks";
};

void PrintTo(const Refusal &refusal, std::ostream *to)
{
    *to << refusal.name;
}

const char kHead[] = "syntax = \"proto3\";\n"
                     "package t.v1;\n"
                     "import \"buf/validate/validate.proto\";\n"
                     "import \"google/api/annotations.proto\";\n"
                     "import \"google/protobuf/any.proto\";\n"
                     "import \"google/protobuf/struct.proto\";\n"
                     "import \"google/protobuf/descriptor.proto\";\n"
                     "import \"reeve/v1/task.proto\";\n";

class Refused : public testing::TestWithParam<Refusal>
{
};

TEST_P(Refused, P3_WithFileLineElementAndWhatToDo)
{
    const Refusal &refusal = GetParam();
    Protoc protoc;
    protoc.Add("t.proto", std::string(kHead) + refusal.text);
    EXPECT_FALSE(protoc.Run({"t.proto"}, refusal.parameters)) << protoc.Messages();
    for (const std::string &expected : refusal.expected) {
        EXPECT_NE(protoc.Messages().find(expected), std::string::npos)
            << "expected: " << expected << "\nin: " << protoc.Messages();
    }
    EXPECT_EQ(protoc.Output("t.reeve.h"), "");
}

const Refusal kTypes[] = {
    {"Any",
     "message M {\n  google.protobuf.Any a = 1;\n}\nservice S { rpc R(M) returns (M); }",
     {"t.proto:10: t.v1.M.a: google.protobuf.Any has no fixed shape", "t.v1.S/R reaches it",
      "Declare a message"}},
    {"Struct",
     "message M { google.protobuf.Struct a = 1; }\nmessage N { repeated M m = 1; }\n"
     "service S { rpc R(N) returns (N); }",
     {"t.proto:9: t.v1.M.a: google.protobuf.Struct has no fixed shape",
      "(t.v1.S/R reaches it through t.v1.N.m)"}},
    {"FarDown",
     "message A { repeated google.protobuf.Value far = 1; }\nmessage B { map<string, A> as = 1; }\n"
     "message C { oneof o { B b = 1; } C again = 2; }\nservice S { rpc R(C) returns (B); }",
     {"t.v1.A.far: ", "(t.v1.S/R reaches it through t.v1.C.b, t.v1.B.as)"}},
    {"ValueInAMap",
     "message M {}\nmessage N {\n\n  map<string, google.protobuf.Value> a = 1;\n}\n"
     "service S { rpc R(M) returns (stream N); }",
     {"t.proto:12: t.v1.N.a: google.protobuf.Value has no fixed shape"}},
    {"ListValueInAOneof",
     "message M {\n  oneof o {\n    int32 n = 1;\n    google.protobuf.ListValue a = 2;\n  }\n}\n"
     "service S { rpc R(M) returns (M); }",
     {"t.proto:12: t.v1.M.a: google.protobuf.ListValue has no fixed shape"}},
    {"Value",
     "message M { repeated google.protobuf.Value a = 1; }\nservice S { rpc R(M) returns (M); }",
     {"t.v1.M.a: google.protobuf.Value has no fixed shape"}},
    {"Proto2Type",
     "message M { google.protobuf.FieldOptions a = 1; }",
     {"t.proto:9: t.v1.M.a: google.protobuf.FieldOptions is declared in "
      "google/protobuf/descriptor.proto, which is not proto3"}},
    {"Proto2Enum",
     "message M {\n oneof o { buf.validate.KnownRegex a = 1; }\n}",
     {"buf.validate.KnownRegex", "proto3"}},
};

const Refusal kNames[] = {
    {"EqualAcrossNesting",
     "message B { message C {} }\nmessage BC {}\nmessage B_C {}",
     {"its C name \"t_v1_b_c\" is also that of t.v1.B.C (t.proto:9)", "t.proto:11: t.v1.B_C",
      "Rename one of the two"}},
    {"CaseOnly",
     "message Foo {}\nmessage FOO {}",
     {"\"t_v1_foo\" is also that of t.v1.FOO (t.proto:10)", "t.proto:9: t.v1.Foo"}},
    {"TaskAndMessage",
     "message M {}\nservice Box { rpc Init(M) returns (M); }\nmessage box {}",
     {"t.proto:11: t.v1.box: its C name \"t_v1_box_init\" is also that of t.v1.Box.Init "
      "(t.proto:10)"}},
    {"TaskTable",
     "message M {}\nservice S { rpc R(M) returns (M); }",
     {"t.proto:10: t.v1.S.R: its C name \"t_v1_s_r\" is also that of --reeve_out: table"},
     "tasks,table=t_v1_s_r"},
    {"TableFile",
     "message M {}",
     {"t.proto:1: t.proto: its header would be that of the parameter table=t"},
     "tasks,table=t"},
    {"EnumConstants",
     "enum A { A_B_C = 0; }\nenum A_B { C = 0; }",
     {"its C name \"T_V1_A_B_C\" is also that of t.v1.A.A_B_C (t.proto:9)",
      "t.proto:10: t.v1.A_B.C"}},
};

const Refusal kRules[] = {
    {"Cel",
     "message M {\n\n  string a = 1 [(buf.validate.field).cel = { id: \"x\" expression: \"true\" "
     "}];\n}",
     {"t.proto:11: t.v1.M.a: buf.validate rule \"cel\" is a CEL expression",
      "Write it with the standard rules"}},
    {"CelExpression",
     "message M { string a = 1 [(buf.validate.field).cel_expression = \"true\"]; }",
     {"t.v1.M.a: buf.validate rule \"cel_expression\" is a CEL expression"}},
    {"CelOnItems",
     "message M { repeated string a = 1 [(buf.validate.field).repeated.items.cel_expression = "
     "\"x\"]; }",
     {"buf.validate rule \"cel_expression\""}},
    {"CelOnKeysAndValues",
     "message M { map<string, string> a = 1 [(buf.validate.field).map = { keys: { cel_expression: "
     "\"x\" } values: { cel: { id: \"y\" } } }]; }",
     {"t.v1.M.a: buf.validate rule \"cel_expression\"", "t.v1.M.a: buf.validate rule \"cel\""}},
    {"MessageCel",
     "message M {\n  option (buf.validate.message).cel_expression = \"true\";\n}",
     {"t.proto:9: t.v1.M: buf.validate rule \"cel_expression\" is a CEL expression, which reeve "
      "does not evaluate. Use rules on fields and oneofs"}},
    {"MessageCelRule",
     "message M {\n  option (buf.validate.message).cel = { id: \"x\" };\n}",
     {"t.proto:9: t.v1.M: buf.validate rule \"cel\" is a CEL expression"}},
    {"MessageOneofWithoutFields",
     "message M { option (buf.validate.message).oneof = { required: true }; string a = 1; }",
     {"t.proto:9: t.v1.M: buf.validate rule \"message.oneof\" names no field"}},
    {"MessageOneofOfAnotherMessage",
     "message M { option (buf.validate.message).oneof = { fields: \"b\" }; string a = 1; }",
     {"t.v1.M: buf.validate rule \"message.oneof\" names \"b\", which is no field of this"}},
    {"MessageOneofTwice",
     "message M { option (buf.validate.message).oneof = { fields: [\"a\", \"a\"] }; string a = 1; "
     "}",
     {"t.v1.M: buf.validate rule \"message.oneof\" names \"a\" twice"}},
    {"WrongType",
     "message M { string a = 1 [(buf.validate.field).int32.gt = 1]; }",
     {"t.v1.M.a: buf.validate rule \"int32.gt\" does not fit the type of this field"}},
    {"WrongItemType",
     "message M { repeated int32 a = 1 [(buf.validate.field).repeated.items.string.min_len = 1]; }",
     {"\"string.min_len\" does not fit"}},
    {"RepeatedOnScalar",
     "message M { int32 a = 1 [(buf.validate.field).repeated.items.int32.gt = 1]; }",
     {"\"repeated\" does not fit"}},
    {"MapOnRepeated",
     "message M { repeated int32 a = 1 [(buf.validate.field).map.keys.int32.gt = 1]; }",
     {"\"map\" does not fit"}},
    {"RequiredItem",
     "message M { repeated int32 a = 1 [(buf.validate.field).repeated.items.required = true]; }",
     {"\"required\" says nothing of items, keys and values", "Remove it"}},
    {"PatternSyntax",
     "message M {\n  string a = 1 [(buf.validate.field).string.pattern = \"a(\"];\n}",
     {"t.proto:10: t.v1.M.a: buf.validate rule \"string.pattern\" is not a valid pattern in RE2's "
      "syntax",
      "look-around"}},
    {"LookAhead",
     "message M { bytes a = 1 [(buf.validate.field).bytes.pattern = \"(?=a)\"]; }",
     {"buf.validate rule \"bytes.pattern\" is not a valid pattern"}},
    {"PatternOfItems",
     "message M { repeated string a = 1 [(buf.validate.field).repeated.items.string.pattern = "
     "\"((a{100}){100}){100}\"]; }",
     {"\"string.pattern\" is not a valid pattern"}},
    {"NotANumber",
     "message M { double a = 1 [(buf.validate.field).double = { lt: nan }]; "
     "float b = 2 [(buf.validate.field).float = { in: [1, nan] }]; }",
     {"t.v1.M.a: buf.validate rule \"double.lt\" has NaN as operand",
      "t.v1.M.b: buf.validate rule \"float.in\" has NaN as operand"}},
    {"UniqueMessages",
     "message N {}\nmessage M { repeated N a = 1 [(buf.validate.field).repeated.unique = true]; }",
     {"t.proto:10: t.v1.M.a: buf.validate rule \"repeated.unique\" does not fit"}},
    {"FormOnBytes",
     "message M { bytes a = 1 [(buf.validate.field).string.email = true]; }",
     {"\"string.email\" does not fit the type of this field"}},
    {"AnyRules",
     "message M { string a = 1 [(buf.validate.field).any.in = \"x\"]; }",
     {"t.v1.M.a: buf.validate rule \"any.in\""}},
    {"RulesOfTheItemOnTheList",
     "message M { repeated string a = 1 [(buf.validate.field).string.min_len = 1]; }",
     {"\"string.min_len\" does not fit"}},
    {"Predefined",
     "import \"t2.proto\";\n"
     "message M { int32 a = 1 [(buf.validate.field).int32.(t2.zero) = true]; }",
     {"t.v1.M.a: buf.validate rule \"int32.(t2.zero)\" is a predefined rule, written in CEL"}},
    {"PredefinedInAMessage",
     "import \"t2.proto\";\n"
     "import \"google/protobuf/field_mask.proto\";\n"
     "message M { google.protobuf.FieldMask a = 1 "
     "[(buf.validate.field).field_mask.(t2.In.Deep.few) "
     "= true]; }",
     {"t.v1.M.a: buf.validate rule \"field_mask.(t2.In.Deep.few)\" is a predefined rule"}},
    {"PredefinedOnItems",
     "import \"t2.proto\";\n"
     "message M { repeated int32 a = 1 [(buf.validate.field).repeated.items.int32.(t2.zero) = "
     "true]; "
     "}",
     {"t.v1.M.a: buf.validate rule \"int32.(t2.zero)\" is a predefined rule"}},
    {"DurationBeyond64Bits",
     "import \"google/protobuf/duration.proto\";\n"
     "message M { google.protobuf.Duration a = 1 [(buf.validate.field).duration.lt.seconds = "
     "315576000000]; }",
     {"\"duration.lt\" has an operand beyond"}},
};

const Refusal kTasks[] = {
    {"ClientStreaming",
     "message M {}\nservice S {\n  rpc R(stream M) returns (M);\n}",
     {"t.proto:11: t.v1.S.R: a task takes one request; client streaming is not supported",
      "Remove `stream`"}},
    {"AnyAsInput",
     "message M {}\nservice S { rpc R(google.protobuf.Any) returns (M); }",
     {"t.proto:10: t.v1.S.R: google.protobuf.Any has no fixed shape"}},
    {"Proto2Input",
     "message M {}\nservice S { rpc R(M) returns (google.protobuf.FieldOptions); }",
     {"t.v1.S.R: .google.protobuf.FieldOptions is not declared in a proto3 file"}},
    {"TooManyApprovals",
     "message M {}\nservice S { rpc R(M) returns (M) { option (reeve.v1.task).approvals = 17; } }",
     {"(reeve.v1.task).approvals is over 16"}},
    {"TimeoutZero",
     "message M {}\nservice S { rpc R(M) returns (M) { option (reeve.v1.task).timeout = {}; } }",
     {"(reeve.v1.task).timeout is not between 1 ms and 24 h"}},
    {"TimeoutNegative",
     "message M {}\nservice S { rpc R(M) returns (M) { option (reeve.v1.task).timeout.seconds = "
     "-1; "
     "} }",
     {"(reeve.v1.task).timeout is not between"}},
    {"TimeoutTooLong",
     "message M {}\nservice S { rpc R(M) returns (M) { option (reeve.v1.task).timeout.seconds = "
     "86401; } }",
     {"(reeve.v1.task).timeout is not between"}},
    {"SystemName",
     "message M {}\nservice S {\n  option (reeve.v1.system) = \"Bad Name\";\n  rpc R(M) returns "
     "(M);\n}",
     {"t.proto:10: t.v1.S: (reeve.v1.system) is not 1 to 63 characters of [a-z0-9-]"}},
    {"SqlWithoutSystem",
     "message M {}\nservice S { rpc R(M) returns (M) { option (reeve.v1.task).binding = "
     "BINDING_SQL; } }",
     {"the binding is sql, and the service names no system"}},
    {"OperationOfANativeTask",
     "message M {}\nservice S { rpc R(M) returns (M) { option (reeve.v1.task).operation = \"x\"; } "
     "}",
     {"(reeve.v1.task).operation is for the sql and exec bindings only"}},
    {"OperationName",
     "message M {}\nservice S { option (reeve.v1.system) = \"s\"; rpc R(M) returns (M) { option "
     "(reeve.v1.task) = { binding: BINDING_EXEC operation: \"rm -rf\" }; } }",
     {"(reeve.v1.task).operation is not 1 to 63 characters of [A-Za-z0-9_.-]"}},
    {"ReadWriteOfAProgram",
     "message M {}\nservice S { option (reeve.v1.system) = \"s\"; rpc R(M) returns (M) { option "
     "(reeve.v1.task) = { binding: BINDING_EXEC read_write: true }; } }",
     {"(reeve.v1.task).read_write is for the sql binding only"}},
    {"ReadWriteWithoutSideEffects",
     "message M {}\nservice S { option (reeve.v1.system) = \"s\"; rpc R(M) returns (M) { option "
     "idempotency_level = NO_SIDE_EFFECTS; option (reeve.v1.task) = { binding: BINDING_SQL "
     "read_write: true }; } }",
     {"read_write contradicts idempotency_level = NO_SIDE_EFFECTS"}},
    {"HttpWithoutRule",
     "message M {}\nservice S { option (reeve.v1.system) = \"s\"; rpc R(M) returns (M) { option "
     "(reeve.v1.task).binding = BINDING_HTTP; } }",
     {"the binding is http, and there is no (google.api.http) option"}},
    {"HttpWithoutSystem",
     "message M {}\nservice S { rpc R(M) returns (M) { option (google.api.http).get = \"/a\"; } }",
     {"the binding is http, and the service names no system"}},
};

/* One rpc with the given http option, over a message with fields of all sorts. */
#define HTTP(option)                                                                               \
    "message N { string s = 1; }\n"                                                                \
    "message M { string s = 1; N n = 2; bytes b = 3; repeated string r = 4; int32 i = 5; }\n"      \
    "service S { option (reeve.v1.system) = \"s\"; rpc R(M) returns (N) { option "                 \
    "(google.api.http) = { " option " }; } }"

const Refusal kHttp[] = {
    {"NoSlash",
     HTTP("get: \"a\""),
     {"t.proto:11: t.v1.S.R: (google.api.http): path \"a\": it does not"}},
    {"NoMethod", HTTP("body: \"*\""), {"it names no HTTP method with a path"}},
    {"CustomMethod", HTTP("custom { kind: \"get it\" path: \"/a\" }"), {"it names no HTTP method"}},
    {"NotClosed", HTTP("get: \"/a/{s\""), {"a '{' is not closed"}},
    {"UnknownVariable", HTTP("get: \"/a/{nope}\""), {"{nope} is no field of t.v1.M"}},
    {"UnknownInside", HTTP("get: \"/a/{n.nope}\""), {"{n.nope} is no field of t.v1.M"}},
    {"MessageVariable",
     HTTP("get: \"/a/{n}\""),
     {"{n} is not a single number, text, bool, enum or bytes"}},
    {"ScalarWithInside", HTTP("get: \"/a/{s.x}\""), {"{s.x} is not a single number"}},
    {"RepeatedVariable", HTTP("get: \"/a/{r}\""), {"{r} is not a single number"}},
    {"Pattern", HTTP("get: \"/a/{s=x//*}\""), {"a variable's pattern is not made of segments"}},
    {"PatternEmpty", HTTP("get: \"/a/{s=}\""), {"a variable's pattern is not made of segments"}},
    {"PatternHalf", HTTP("get: \"/a/{s=x*}\""), {"a variable's pattern is not made of segments"}},
    {"PatternEnd", HTTP("get: \"/a/{s=x/}\""), {"a variable's pattern is not made of segments"}},
    {"PatternTwice", HTTP("get: \"/a/{s=**/x/**}\""), {"has \"**\" twice"}},
    {"PatternOfNumber",
     HTTP("get: \"/a/{i=x/*}\""),
     {"{i} has a pattern, and its field is not a text", "Leave the pattern out"}},
    {"Nested", HTTP("get: \"/a/{s={i}}\""), {"a variable inside a variable"}},
    {"NoName", HTTP("get: \"/a/{}\""), {"a variable is not \"{field}\""}},
    {"BadName", HTTP("get: \"/a/{n..s}\""), {"a variable is not \"{field}\""}},
    {"NotOpened", HTTP("get: \"/a/s}\""), {"a '}' that closes nothing"}},
    {"Dots", HTTP("get: \"/a/../{s}\""), {"it has an empty segment, or one that is"}},
    {"EmptySegment", HTTP("get: \"/a//{s}\""), {"it has an empty segment"}},
    {"Escape", HTTP("get: \"/a%2\""), {"it has a character that no URL path has"}},
    {"Selector", HTTP("get: \"/a\" selector: \"x\""), {"`selector` has a meaning in"}},
    {"Connect", HTTP("custom { kind: \"CONNECT\" path: \"/a\" }"), {"CONNECT is not a task's"}},
    {"BodyInPath", HTTP("post: \"/a/{s}\" body: \"s\""), {"body: \"s\" is in the path already"}},
    {"Additional",
     HTTP("get: \"/a\" additional_bindings { get: \"/a/{nope}\" }"),
     {"t.proto:11: t.v1.S.R: (google.api.http): additional_bindings[0]: path \"/a/{nope}\": {nope} "
      "is no field"}},
    {"AdditionalNested",
     HTTP("get: \"/a\" additional_bindings { get: \"/b\" additional_bindings { get: \"/c\" } }"),
     {"additional_bindings inside additional_bindings"}},
    {"Wildcard", HTTP("get: \"/a/*\""), {"a wildcard outside a variable"}},
    {"Query", HTTP("get: \"/a?b=c\""), {"it has a character that no URL path has"}},
    {"Space", HTTP("get: \"/a b\""), {"it has a character that no URL path has"}},
    {"BodyOfGet", HTTP("get: \"/a\" body: \"*\""), {"GET has no body"}},
    {"UnknownBody", HTTP("post: \"/a\" body: \"x\""), {"body: \"x\" is no field of t.v1.M"}},
    {"UnknownResponse",
     HTTP("get: \"/a\" response_body: \"x\""),
     {"response_body: \"x\" is no field of t.v1.N"}},
    {"MapInQuery",
     "message M { map<string, string> m = 1; }\n"
     "service S { option (reeve.v1.system) = \"s\"; rpc R(M) returns (M) { option "
     "(google.api.http).get = \"/a\"; } }",
     {"field \"m\" would be query parameters", "Send it in the body"}},
    {"RecursiveInQuery",
     "message M { M m = 1; }\n"
     "service S { option (reeve.v1.system) = \"s\"; rpc R(M) returns (M) { option "
     "(google.api.http).get = \"/a\"; } }",
     {"field \"m\" would be query parameters"}},
};

const Refusal kParameters[] = {
    {"Unknown", "message M {}", {"--reeve_out: parameter \"speed=9\" is not known"}, "speed=9"},
    {"TableWithoutTasks",
     "message M {}",
     {"asks for a table or manifest, or to accept another, without tasks"},
     "table=t"},
    {"TableName", "message M {}", {"\"table=1x\" does not give a C name"}, "tasks,table=1x"},
    {"TableKeyword", "message M {}", {"\"table=int\" does not give a C name"}, "tasks,table=int"},
    {"ManifestPath", "message M {}", {"does not give a file's name"}, "tasks,manifest=../x"},
};

std::string NameOf(const testing::TestParamInfo<Refusal> &info)
{
    return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Types, Refused, testing::ValuesIn(kTypes), NameOf);
INSTANTIATE_TEST_SUITE_P(Names, Refused, testing::ValuesIn(kNames), NameOf);
INSTANTIATE_TEST_SUITE_P(Tasks, Refused, testing::ValuesIn(kTasks), NameOf);
INSTANTIATE_TEST_SUITE_P(Http, Refused, testing::ValuesIn(kHttp), NameOf);
INSTANTIATE_TEST_SUITE_P(Parameters, Refused, testing::ValuesIn(kParameters), NameOf);

class RefusedRule : public Refused
{
};

/* With a file of predefined rules beside it. */
TEST_P(RefusedRule, P3_WithFileLineElementAndWhatToDo)
{
    const Refusal &refusal = GetParam();
    Protoc protoc;
    protoc.Add("t2.proto", "syntax = \"proto2\";\npackage t2;\n"
                           "import \"buf/validate/validate.proto\";\n"
                           "extend buf.validate.Int32Rules {\n"
                           "  optional bool zero = 1001 [(buf.validate.predefined).cel = {\n"
                           "    id: \"int32.zero\" expression: \"!rule || this == 0\" }];\n}\n"
                           "message In { message Deep { extend buf.validate.FieldMaskRules {\n"
                           "  optional bool few = 1001;\n} } }\n");
    protoc.Add("t.proto", std::string(kHead) + refusal.text);
    EXPECT_FALSE(protoc.Run({"t.proto"}, refusal.parameters)) << protoc.Messages();
    for (const std::string &expected : refusal.expected) {
        EXPECT_NE(protoc.Messages().find(expected), std::string::npos)
            << "expected: " << expected << "\nin: " << protoc.Messages();
    }
}
INSTANTIATE_TEST_SUITE_P(Rules, RefusedRule, testing::ValuesIn(kRules), NameOf);

struct Unknown {
    const char *text;
    std::vector<std::string> expected;
};

/* Members of a later buf/validate/validate.proto, wherever they stand. */
const Unknown kUnknown[] = {
    {"message M { string a = 1 [(buf.validate.field).later = true]; }", {"FieldRules.(40)"}},
    {"message M { string a = 1 [(buf.validate.field).later_rules.min_len = 1]; }",
     {"FieldRules.(41)"}},
    {"message M { string a = 1 [(buf.validate.field).string.later = true]; }", {"string.(900)"}},
    {"message M { repeated string a = 1 [(buf.validate.field).repeated.later = 1]; }",
     {"repeated.(900)"}},
    {"message M { repeated string a = 1 [(buf.validate.field).repeated.items.later = true]; }",
     {"FieldRules.(40)"}},
    {"message M { map<string, string> a = 1 [(buf.validate.field).map = { keys: { string: { later: "
     "true } } values: { later: true } }]; }",
     {"string.(900)", "FieldRules.(40)"}},
    {"message M { string a = 1 [(buf.validate.field).ignore = IGNORE_LATER]; }", {"ignore: 7"}},
    {"message M { string a = 1 [(buf.validate.field).string.well_known_regex = KNOWN_REGEX_LATER]; "
     "}",
     {"string.well_known_regex\" names an expression that"}},
    {"message M { option (buf.validate.message).later = true; string a = 1; }",
     {"t.v1.M: ", "MessageRules.(9)"}},
    {"message M { option (buf.validate.message).oneof = { fields: \"a\" later: true }; string a = "
     "1; }",
     {"t.v1.M: ", "message.oneof.(9)"}},
    {"message M { oneof o { option (buf.validate.oneof).later = true; string a = 1; } }",
     {"t.v1.M.o: ", "OneofRules.(9)"}},
};

void Insert(std::string *text, const std::string &behind, const std::string &line)
{
    const size_t at = text->find(behind);
    ASSERT_NE(at, std::string::npos) << behind;
    text->insert(at + behind.size(), line);
}

TEST(Refusal, P3_WhatALaterVersionOfTheRulesAddsIsNeverIgnored)
{
    std::string rules = ReadFile(REEVE_SOURCE_DIR "/proto/third_party/buf/validate/validate.proto");
    Insert(&rules, "message FieldRules {",
           " optional bool later = 40; optional StringRules "
           "later_rules = 41; ");
    Insert(&rules, "message StringRules {", " optional bool later = 900; ");
    Insert(&rules, "message RepeatedRules {", " optional uint64 later = 900; ");
    Insert(&rules, "message MessageRules {", " optional bool later = 9; ");
    Insert(&rules, "message MessageOneofRule {", " optional bool later = 9; ");
    Insert(&rules, "message OneofRules {", " optional bool later = 9; ");
    Insert(&rules, "enum Ignore {", " IGNORE_LATER = 7; ");
    Insert(&rules, "enum KnownRegex {", " KNOWN_REGEX_LATER = 7; ");
    for (const Unknown &c : kUnknown) {
        Protoc protoc;
        protoc.Add("buf/validate/validate.proto", rules);
        protoc.Add("t.proto", std::string(kHead) + c.text);
        EXPECT_FALSE(protoc.Run({"t.proto"}, "tasks")) << c.text;
        for (const std::string &expected : c.expected) {
            EXPECT_NE(protoc.Messages().find(expected), std::string::npos)
                << "expected: " << expected << "\nin: " << protoc.Messages();
        }
        EXPECT_NE(protoc.Messages().find("this generator"), std::string::npos) << protoc.Messages();
        EXPECT_EQ(protoc.Output("t.reeve.h"), "");
    }
}

TEST(Refusal, Proto2FileIsRefused)
{
    Protoc protoc;
    protoc.Add("old.proto", "syntax = \"proto2\";\nmessage M { optional group G = 1 { } }\n");
    EXPECT_FALSE(protoc.Run({"old.proto"}));
    EXPECT_NE(protoc.Messages().find("old.proto:1: old.proto: the file is not proto3"),
              std::string::npos)
        << protoc.Messages();
}

/* What a gateway would not take is refused before anybody registers it. */
TEST(Refusal, P3_WhatAGatewayWouldRefuse)
{
    std::string wide = "message Wide {\n";
    for (int i = 1; i <= 1001; i++) {
        wide += "  bool f" + std::to_string(i) + " = " + std::to_string(i) + ";\n";
    }
    Protoc protoc;
    protoc.Add("t.proto", std::string(kHead) + wide +
                              "}\nmessage M { Wide w = 1; }\n"
                              "service S { rpc R(M) returns (M); }\n");
    EXPECT_FALSE(protoc.Run({"t.proto"}, "tasks"));
    EXPECT_NE(protoc.Messages().find("t.proto:9: t.v1.Wide: a gateway would refuse it as part of "
                                     "t.v1.S/R: too many fields"),
              std::string::npos)
        << protoc.Messages();
}

TEST(Refusal, FilesThatNoIncludeCanName)
{
    Protoc protoc;
    protoc.Add("a\"b.proto", "syntax = \"proto3\";\nmessage M {}\n");
    EXPECT_FALSE(protoc.Run({"a\"b.proto"}));
    EXPECT_NE(protoc.Messages().find(":1: a\"b.proto: no C file could #include"), std::string::npos)
        << protoc.Messages();
}

TEST(Refusal, P3_FilesWithOneStemNameBoth)
{
    Protoc protoc;
    protoc.Add("same", "syntax = \"proto3\";\nmessage A {}\n");
    protoc.Add("same.proto", "syntax = \"proto3\";\nmessage B {}\n");
    EXPECT_FALSE(protoc.Run({"same", "same.proto"}));
    EXPECT_NE(protoc.Messages().find("same.proto:1: same.proto: its header would be that of same"),
              std::string::npos)
        << protoc.Messages();
}

/* In the order of the source, whichever pass found them. */
TEST(Refusal, ReasonsComeInTheOrderOfTheSource)
{
    Protoc protoc;
    protoc.Add("t.proto",
               std::string(kHead) +
                   "service S {\n  rpc R(stream M) returns (M);\n}\n"
                   "message M {\n  string a = 1 [(buf.validate.field).int32.gt = 1];\n}\n"
                   "message Foo {}\nmessage FOO {}\n");
    EXPECT_FALSE(protoc.Run({"t.proto"}, "tasks"));
    const size_t task = protoc.Messages().find("t.proto:10: t.v1.S.R: ");
    const size_t rule = protoc.Messages().find("t.proto:13: t.v1.M.a: ");
    const size_t name = protoc.Messages().find("t.proto:15: t.v1.Foo: ");
    ASSERT_NE(task, std::string::npos) << protoc.Messages();
    EXPECT_LT(task, rule) << protoc.Messages();
    EXPECT_LT(rule, name) << protoc.Messages();
}

TEST(Refusal, EveryReasonIsNamedAtOnce)
{
    Protoc protoc;
    protoc.Add("t.proto", std::string(kHead) + "message M {\n  google.protobuf.Any a = 1;\n"
                                               "  google.protobuf.Struct b = 2;\n}\n"
                                               "service S { rpc R(M) returns (M); }\n");
    EXPECT_FALSE(protoc.Run({"t.proto"}, "tasks"));
    EXPECT_NE(protoc.Messages().find("t.v1.M.a:"), std::string::npos);
    EXPECT_NE(protoc.Messages().find("t.v1.M.b:"), std::string::npos);
}

/* What no task reaches is nobody's order: the runtime carries it. */
TEST(Refusal, ShapelessFieldsCompileWhereNoTaskReachesThem)
{
    Protoc protoc;
    protoc.Add("t.proto",
               std::string(kHead) +
                   "message M { google.protobuf.Any a = 1; google.protobuf.Struct b = 2; }\n"
                   "message N {}\nservice S { rpc R(N) returns (N); }\n");
    EXPECT_TRUE(protoc.Run({"t.proto"}, "tasks")) << protoc.Messages();
}

/* The same names in two packages whose C names meet. */
TEST(Refusal, P3_CollisionAcrossPackagesNamesBothFiles)
{
    Protoc protoc;
    protoc.Add("one.proto", "syntax = \"proto3\";\npackage a.b;\nmessage C {}\n");
    protoc.Add("two.proto", "syntax = \"proto3\";\npackage a;\nmessage B { message C {} }\n");
    EXPECT_FALSE(protoc.Run({"one.proto", "two.proto"}));
    EXPECT_NE(protoc.Messages().find("a.B.C (two.proto:3)"), std::string::npos)
        << protoc.Messages();
    EXPECT_NE(protoc.Messages().find("one.proto:3: a.b.C: "), std::string::npos)
        << protoc.Messages();
}

/* Without the parameter a service is not a task service: nothing about it is looked at. */
TEST(Refusal, ServicesAreLeftAloneWithoutTheParameter)
{
    Protoc protoc;
    protoc.Add("t.proto", std::string(kHead) +
                              "message M {}\nservice S { rpc R(stream M) returns (stream M); }\n");
    EXPECT_TRUE(protoc.Run({"t.proto"})) << protoc.Messages();
    EXPECT_EQ(protoc.Output("t.reeve.c").find("reeve_task"), std::string::npos);
}

/* Rules of messages that nothing generated reaches are nobody's business. */
TEST(Refusal, UnreachedImportsMayUseAnything)
{
    Protoc protoc;
    protoc.Add("lib.proto",
               "syntax = \"proto3\";\npackage lib;\nimport \"google/protobuf/any.proto\";\n"
               "message Unused { google.protobuf.Any a = 1; }\nmessage Used {}\n");
    protoc.Add("t.proto", "syntax = \"proto3\";\npackage t;\nimport \"lib.proto\";\n"
                          "message M { lib.Used u = 1; }\n");
    EXPECT_TRUE(protoc.Run({"t.proto"})) << protoc.Messages();
}

/* A request that was cut anywhere ends with words or with a response, never with a signal. */
TEST(Refusal, CutRequestsAreNotFatal)
{
    Protoc protoc;
    const std::string request = protoc.Request("gentest/v2/same.proto");
    ASSERT_GT(request.size(), 1000u);
    for (size_t length = 0; length < request.size(); length += 1 + request.size() / 200) {
        const int status = RunGenerator(request.substr(0, length));
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) <= 1) << "cut at " << length;
    }
    EXPECT_EQ(RunGenerator(request), 0);
}

TEST(Generator, StartedByHandSaysHowItIsUsed)
{
    const std::string command = REEVE_GENERATOR " --help </dev/null | grep -q '^usage: protoc '";
    EXPECT_EQ(0, std::system(command.c_str()));
}

} // namespace
