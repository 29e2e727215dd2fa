// SPDX-License-Identifier: Apache-2.0
// YAML: the same mapper, typed by the schema; what is refused and where (P8).
#include <gtest/gtest.h>

#include "tests/unit/proto/runtime/runtime_fixture.h"

namespace
{

#define SCALARS &runtime_testing_scalars_message
#define MAPS &runtime_testing_maps_message
#define KNOWN &runtime_testing_well_known_message
#define NODE &runtime_testing_node_message
#define ALL &runtime_testing_everything_message

TEST(Yaml, TheSchemaDecidesWhatAWordIs)
{
    Subject s(SCALARS);
    ASSERT_EQ(s.Yaml("# a comment\n"
                     "f_string: 12\n"
                     "f_int32: 12\n"
                     "fInt64: \"9223372036854775807\"\n"
                     "f_bool: true\n"
                     "f_double: 1e3\n"
                     "f_float: NaN\n"
                     "f_color: GREEN\n"
                     "f_bytes: Zm8=\n"
                     "f_uint32: ~\n"
                     "f_uint64:\n"),
              REEVE_OK)
        << s.Where() << s.problem().text;
    EXPECT_EQ(s.ToJson(), "{\"fDouble\":1000,\"fFloat\":\"NaN\",\"fInt32\":12,\"fInt64\":"
                          "\"9223372036854775807\",\"fBool\":true,\"fString\":\"12\",\"fBytes\":"
                          "\"Zm8=\",\"fColor\":\"GREEN\"}");
    ASSERT_EQ(s.Yaml("f_string: no\n"), REEVE_OK);
    EXPECT_EQ(s.ToJson(), "{\"fString\":\"no\"}");
    ASSERT_EQ(s.Yaml("f_string: \"null\"\nf_color: 5\n"), REEVE_OK);
    EXPECT_EQ(s.ToJson(), "{\"fString\":\"null\",\"fColor\":\"GREEN\"}");
}

TEST(Yaml, ListsMapsAndMessages)
{
    Subject s(ALL);
    ASSERT_EQ(s.Yaml("lists:\n"
                     "  f_int32: [1, 2]\n"
                     "  f_string:\n"
                     "    - a\n"
                     "    - |\n"
                     "      b\n"
                     "      c\n"
                     "maps:\n"
                     "  by_string: {a: b, \"c\": d}\n"
                     "  by_bool: {true: yes}\n"
                     "node:\n"
                     "  children:\n"
                     "    - name: x\n"
                     "    - {}\n"
                     "well_known:\n"
                     "  span: 2h\n"
                     "  at: 2024-01-01T00:00:00Z\n"
                     "  w_int32: 7\n"),
              REEVE_OK)
        << s.Where() << s.problem().text;
    EXPECT_EQ(
        s.ToJson(),
        "{\"lists\":{\"fInt32\":[1,2],\"fString\":[\"a\",\"b\\nc\\n\"]},\"maps\":{\"byString\":"
        "{\"a\":\"b\",\"c\":\"d\"},\"byBool\":{\"true\":\"yes\"}},\"wellKnown\":{\"at\":\"2024-"
        "01-01T00:00:00Z\",\"span\":\"7200s\",\"wInt32\":7},\"node\":{\"children\":[{\"name\":"
        "\"x\"},{}]}}");
}

TEST(Yaml, NothingIsAnEmptyMessage)
{
    for (const char *yaml : {"", "# only a comment\n", "---\n", "---\n...\n", "~\n", "{}"}) {
        Subject s(SCALARS);
        ASSERT_EQ(s.Yaml(yaml), REEVE_OK) << yaml;
        EXPECT_EQ(s.ToJson(), "{}");
    }
}

struct Refusal {
    const reeve_message *table;
    const char *yaml;
    reeve_status status;
    const char *where;
};

const Refusal kRefusals[] = {
    {SCALARS, "f_int32: x", REEVE_TYPE, "f_int32 type 1:10"},
    {SCALARS, "f_int32: 0x10", REEVE_TYPE, "f_int32 type 1:10"},
    {SCALARS, "a: 1\nb: 2", REEVE_UNKNOWN_FIELD, "a unknown_field 1:1"},
    {SCALARS, "f_int32: 1\nfInt32: 2", REEVE_DUPLICATE_FIELD, "f_int32 duplicate 2:1"},
    {SCALARS, "f_string: &a x\nf_bytes: *a", REEVE_SYNTAX, "f_string syntax 1:11"},
    {SCALARS, "f_string: *a", REEVE_SYNTAX, "f_string syntax 1:11"},
    {SCALARS, "f_string: !!str x", REEVE_SYNTAX, "f_string syntax 1:11"},
    {SCALARS, "f_string: ! x", REEVE_SYNTAX, "f_string syntax 1:11"},
    {SCALARS, "!x {}", REEVE_SYNTAX, " syntax 1:1"},
    {SCALARS, "&x {}", REEVE_SYNTAX, " syntax 1:1"},
    {SCALARS, "<<: {f_int32: 1}", REEVE_UNKNOWN_FIELD, " unknown_field 1:1"},
    {SCALARS, "f_int32: 1\n---\nf_int32: 2", REEVE_SYNTAX, " syntax 2:1"},
    {SCALARS, "? [a]\n: 1", REEVE_SYNTAX, " syntax 1:3"},
    {SCALARS, "? {a: b}\n: 1", REEVE_SYNTAX, " syntax 1:3"},
    {SCALARS, "f_bool: \"true\"", REEVE_TYPE, "f_bool type 1:9"},
    {SCALARS, "f_bool: yes", REEVE_TYPE, "f_bool type 1:9"},
    {SCALARS, "f_string: [", REEVE_TYPE, "f_string type 1:11"},
    {SCALARS, "f_string: \"a", REEVE_SYNTAX, "f_string syntax 1:13"},
    {SCALARS, "f_string: \"\\0\"", REEVE_EMBEDDED_NUL, "f_string embedded_nul 1:11"},
    {SCALARS, "- 1", REEVE_TYPE, " type 1:1"},
    {SCALARS, "word", REEVE_TYPE, " type 1:1"},
    {SCALARS, "\tf_int32: 1", REEVE_SYNTAX, " syntax 1:1"},
    {MAPS, "by_string:\n  a: 1\n  b: 2\n  a: 3\n", REEVE_DUPLICATE_FIELD,
     "by_string[\"a\"] duplicate 5:1"},
    {KNOWN, "span: 1h30m", REEVE_TYPE, "span type 1:7"},
    {NODE, "children:\n  - name: [x]\n", REEVE_TYPE, "children[0].name type 2:11"},
    {NODE, "children:\n  - ~\n", REEVE_TYPE, "children[0] type 2:5"},
};

TEST(Yaml, RefusalsNameThePlace)
{
    for (const Refusal &r : kRefusals) {
        Subject s(r.table);
        const reeve_status status = s.Yaml(r.yaml);
        EXPECT_EQ(status, r.status) << r.yaml << " gave " << reeve_status_name(status);
        EXPECT_EQ(s.Where(), r.where) << r.yaml << "\n" << s.problem().text;
        EXPECT_EQ(s.message(), nullptr);
    }
}

TEST(Yaml, DepthAndSizeAreBounded)
{
    std::string yaml;
    for (int i = 0; i < 70; i++) {
        yaml += "{next: ";
    }
    Subject s(NODE);
    EXPECT_EQ(s.Yaml(yaml), REEVE_DEPTH);
    EXPECT_EQ(s.Yaml(std::string(5 << 20, ' ')), REEVE_TOO_LARGE);
}

} // namespace
