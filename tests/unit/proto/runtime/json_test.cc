// SPDX-License-Identifier: Apache-2.0
// JSON: what is refused, where the problem is said to be (P8), and that no text holds a value.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/alloc_sweep.h"
#include "tests/unit/proto/runtime/runtime_fixture.h"

namespace
{

struct Refusal {
    const reeve_message *table;
    const char *json;
    reeve_status status;
    const char *where;
};

#define SCALARS &runtime_testing_scalars_message
#define LISTS &runtime_testing_lists_message
#define MAPS &runtime_testing_maps_message
#define CHOICES &runtime_testing_choices_message
#define KNOWN &runtime_testing_well_known_message
#define NODE &runtime_testing_node_message
#define LOOSE &runtime_testing_loose_message
#define BOXED &runtime_testing_boxed_message
#define ALL &runtime_testing_everything_message

const Refusal kRefusals[] = {
    {SCALARS, "", REEVE_SYNTAX, " syntax 1:1"},
    {SCALARS, "{", REEVE_SYNTAX, " syntax 1:2"},
    {SCALARS, "{}x", REEVE_SYNTAX, " syntax 1:3"},
    {SCALARS, "{}{}", REEVE_SYNTAX, " syntax 1:3"},
    {SCALARS, "{'a':1}", REEVE_SYNTAX, " syntax 1:2"},
    {SCALARS, "{\"fInt32\":01}", REEVE_SYNTAX, "f_int32 syntax 1:12"},
    {SCALARS, "{\"fInt32\":,}", REEVE_SYNTAX, "f_int32 syntax 1:11"},
    {SCALARS, "{\"fInt32\" 5}", REEVE_SYNTAX, "f_int32 syntax 1:11"},
    {SCALARS, "{\n \"fInt32\": 5,\n}", REEVE_SYNTAX, "f_int32 syntax 3:1"},
    {SCALARS, "[]", REEVE_TYPE, " type 1:1"},
    {SCALARS, "null", REEVE_TYPE, " type 1:1"},
    {SCALARS, "7", REEVE_TYPE, " type 1:1"},
    {SCALARS, "\"secret\"", REEVE_TYPE, " type 1:1"},
    {SCALARS, "{\"nope\":1}", REEVE_UNKNOWN_FIELD, "nope unknown_field 1:2"},
    {SCALARS, "{\"no\\npe\":1}", REEVE_UNKNOWN_FIELD, " unknown_field 1:2"},
    {SCALARS, "{\"fInt32\":1,\"fInt32\":1}", REEVE_DUPLICATE_FIELD, "f_int32 duplicate 1:13"},
    {SCALARS, "{\"fInt32\":1,\n  \"f_int32\":1}", REEVE_DUPLICATE_FIELD, "f_int32 duplicate 2:3"},
    {SCALARS, "{\"fInt32\":2147483648}", REEVE_RANGE, "f_int32 range 1:11"},
    {SCALARS, "{\"fInt32\":1.5}", REEVE_TYPE, "f_int32 type 1:11"},
    {SCALARS, "{\"fInt32\":\" 1\"}", REEVE_TYPE, "f_int32 type 1:11"},
    {SCALARS, "{\"fInt32\":\"\"}", REEVE_TYPE, "f_int32 type 1:11"},
    {SCALARS, "{\"fInt32\":true}", REEVE_TYPE, "f_int32 type 1:11"},
    {SCALARS, "{\"fUint32\":-1}", REEVE_RANGE, "f_uint32 range 1:12"},
    {SCALARS, "{\"fUint32\":4294967296}", REEVE_RANGE, "f_uint32 range 1:12"},
    {SCALARS, "{\"fUint64\":18446744073709551616}", REEVE_RANGE, "f_uint64 range 1:12"},
    {SCALARS, "{\"fFloat\":1e39}", REEVE_RANGE, "f_float range 1:11"},
    {SCALARS, "{\"fDouble\":1e400}", REEVE_RANGE, "f_double range 1:12"},
    {SCALARS, "{\"fDouble\":\"nan\"}", REEVE_TYPE, "f_double type 1:12"},
    {SCALARS, "{\"fBool\":\"true\"}", REEVE_TYPE, "f_bool type 1:10"},
    {SCALARS, "{\"fBool\":1}", REEVE_TYPE, "f_bool type 1:10"},
    {SCALARS, "{\"fString\":5}", REEVE_TYPE, "f_string type 1:12"},
    {SCALARS, "{\"fString\":{}}", REEVE_TYPE, "f_string type 1:12"},
    {SCALARS, "{\"fString\":[]}", REEVE_TYPE, "f_string type 1:12"},
    {SCALARS, "{\"fString\":\"a\\u0000b\"}", REEVE_EMBEDDED_NUL, "f_string embedded_nul 1:12"},
    {SCALARS, "{\"fString\":\"\\ud800\"}", REEVE_UTF8, "f_string utf8 1:12"},
    {SCALARS, "{\"fString\":\"\\ud800\\u0041\"}", REEVE_UTF8, "f_string utf8 1:12"},
    {SCALARS, "{\"fString\":\"\\udc00\"}", REEVE_UTF8, "f_string utf8 1:12"},
    {SCALARS, "{\"fString\":\"\\ud83d\\\\ude00\"}", REEVE_UTF8, "f_string utf8 1:12"},
    {SCALARS, "{\"fString\":\"\xff\"}", REEVE_SYNTAX, "f_string syntax 1:12"},
    {SCALARS, "{\"fString\":\"\xc0\x80\"}", REEVE_UTF8, "f_string utf8 1:12"},
    {SCALARS, "{\"fString\":\"\xed\xa0\x80\"}", REEVE_UTF8, "f_string utf8 1:12"},
    {SCALARS, "{\"fBytes\":\"?\"}", REEVE_TYPE, "f_bytes type 1:11"},
    {SCALARS, "{\"fColor\":\"BLUE\"}", REEVE_TYPE, "f_color enum 1:11"},
    {SCALARS, "{\"fColor\":1.5}", REEVE_TYPE, "f_color type 1:11"},
    {LISTS, "{\"fInt32\":1}", REEVE_TYPE, "f_int32 type 1:11"},
    {LISTS, "{\"fInt32\":{}}", REEVE_TYPE, "f_int32 type 1:11"},
    {LISTS, "{\"fInt32\":[1,\n2,\"x\"]}", REEVE_TYPE, "f_int32[2] type 2:3"},
    {LISTS, "{\"fInt32\":[null]}", REEVE_TYPE, "f_int32[0] type 1:12"},
    {LISTS, "{\"fInt32\":[[1]]}", REEVE_TYPE, "f_int32 type 1:12"},
    {LISTS, "{\"fScalars\":[{},{\"fInt32\":\"y\"}]}", REEVE_TYPE, "f_scalars[1].f_int32 type 1:27"},
    {MAPS, "{\"byString\":[]}", REEVE_TYPE, "by_string type 1:13"},
    {MAPS, "{\"byString\":\"a\"}", REEVE_TYPE, "by_string type 1:13"},
    {MAPS, "{\"byString\":{\"a\":null}}", REEVE_TYPE, "by_string[\"a\"] type 1:18"},
    {MAPS, "{\"byString\":{\"a\":\"1\",\"b\":\"2\",\"a\":\"3\"}}", REEVE_DUPLICATE_FIELD,
     "by_string[\"a\"] duplicate 1:37"},
    {MAPS, "{\"byInt32\":{\"1\":{},\"1e0\":{}}}", REEVE_DUPLICATE_FIELD,
     "by_int32[1] duplicate 1:28"},
    {MAPS, "{\"byInt32\":{\"x\":{}}}", REEVE_TYPE, "by_int32 type 1:13"},
    {MAPS, "{\"byInt32\":{\"7\":{\"fBool\":3}}}", REEVE_TYPE, "by_int32[7].f_bool type 1:26"},
    {MAPS, "{\"byBool\":{\"yes\":\"\"}}", REEVE_TYPE, "by_bool type 1:12"},
    {MAPS, "{\"secrets\":{\"hunter2\":5}}", REEVE_TYPE, "secrets[(sensitive)] type 1:23"},
    {CHOICES, "{\"number\":1,\"text\":\"x\"}", REEVE_DUPLICATE_FIELD, "text oneof 1:20"},
    {CHOICES, "{\"number\":0,\"scalars\":{}}", REEVE_DUPLICATE_FIELD, "scalars oneof 1:23"},
    {KNOWN, "{\"at\":\"yesterday\"}", REEVE_TYPE, "at type 1:7"},
    {KNOWN, "{\"at\":5}", REEVE_TYPE, "at type 1:7"},
    {KNOWN, "{\"at\":{\"seconds\":5}}", REEVE_TYPE, "at type 1:7"},
    {KNOWN, "{\"span\":\"2h\"}", REEVE_TYPE, "span type 1:9"},
    {KNOWN, "{\"nothing\":\"\"}", REEVE_TYPE, "nothing type 1:12"},
    {KNOWN, "{\"nothing\":{\"x\":1}}", REEVE_UNKNOWN_FIELD, "nothing.x unknown_field 1:13"},
    {KNOWN, "{\"mask\":\"a_b\"}", REEVE_TYPE, "mask type 1:9"},
    {KNOWN, "{\"mask\":\"a,,b\"}", REEVE_TYPE, "mask type 1:9"},
    {KNOWN, "{\"wInt32\":{\"value\":1}}", REEVE_TYPE, "w_int32 type 1:11"},
    {KNOWN, "{\"times\":[\"2024-01-01T00:00:00Z\",\"x\"]}", REEVE_TYPE, "times[1] type 1:34"},
    {ALL, "{\"node\":{\"children\":[{\"named\":{\"k\":{\"bad\":1}}}]}}", REEVE_UNKNOWN_FIELD,
     "node.children[0].named[\"k\"].bad unknown_field 1:37"},
};

TEST(Json, RefusalsNameThePlace)
{
    for (const Refusal &r : kRefusals) {
        Subject s(r.table);
        EXPECT_EQ(s.Json(r.json), r.status)
            << r.json << " gave " << reeve_status_name(s.Json(r.json));
        EXPECT_EQ(s.Where(), r.where) << r.json;
        EXPECT_EQ(s.message(), nullptr);
        EXPECT_NE(std::string(s.problem().text), "");
        EXPECT_EQ(std::string(s.problem().text).find("hunter2"), std::string::npos);
    }
}

TEST(Json, AcceptedForms)
{
    Subject s(SCALARS);
    ASSERT_EQ(s.Json("{\"f_int32\":\"12\",\"fInt64\":1e3,\"fUint64\":\"18446744073709551615\","
                     "\"fDouble\":\"-Infinity\",\"fFloat\":\"1.5\",\"fColor\":5,\"fBytes\":\"-_8\","
                     "\"fString\":\"\\ud83d\\ude00\\u00e4\",\"fBool\":null, \"fSint32\" : -0.0 }"),
              REEVE_OK)
        << s.Where();
    const auto *m = s.As<runtime_testing_scalars>();
    EXPECT_EQ(m->f_int32, 12);
    EXPECT_EQ(m->f_int64, 1000);
    EXPECT_EQ(m->f_uint64, UINT64_MAX);
    EXPECT_TRUE(std::isinf(m->f_double));
    EXPECT_EQ(m->f_float, 1.5F);
    EXPECT_EQ(static_cast<int>(m->f_color), 5);
    EXPECT_EQ(m->f_bytes.len, 2u);
    EXPECT_STREQ(m->f_string, "\xf0\x9f\x98\x80\xc3\xa4");
    EXPECT_EQ(s.ToJson(), "{\"fDouble\":\"-Infinity\",\"fFloat\":1.5,\"fInt32\":12,\"fInt64\":"
                          "\"1000\",\"fUint64\":\"18446744073709551615\",\"fString\":"
                          "\"\xf0\x9f\x98\x80\xc3\xa4\",\"fBytes\":\"+/8=\",\"fColor\":\"GREEN\"}");
}

/* What is read is written back the same. */
TEST(Json, ValuesOfAnyShape)
{
    static const char *const kSame[] = {
        "{\"object\":{}}",
        "{\"object\":{\"a\":{\"b\":[1,[],{}]},\"n\":null}}",
        "{\"anyValue\":null}",
        "{\"anyValue\":[null,true,\"x\",1.5,[[]],{\"k\":[{}]}]}",
        "{\"anyValue\":{}}",
        "{\"list\":[]}",
        "{\"list\":[1,\"1\",null],\"values\":[null,[],{},\"\",0,false]}",
        "{\"objects\":[{},{\"a\":1}],\"lists\":[[],[[1]]]}",
        "{\"byName\":{\"a\":null,\"b\":[{}],\"c\":{\"d\":{}}}}",
        "{\"nothing\":null}",
        "{\"nothing\":-5}", // an open enum
        "{\"something\":null}",
        "{\"some\":[]}",
    };
    for (const char *json : kSame) {
        Subject s(&runtime_testing_loose_message);
        ASSERT_EQ(s.Json(json), REEVE_OK) << json << s.Where();
        EXPECT_EQ(s.ToJson(), json);
        Subject again(&runtime_testing_loose_message);
        ASSERT_EQ(again.Decode(s.Encode()), REEVE_OK) << json;
        EXPECT_EQ(again.ToJson(), json);
    }
}

TEST(Json, ValuesOfAnyShapeRefused)
{
    static const Refusal kRefused[] = {
        {LOOSE, "{\"object\":[]}", REEVE_TYPE, "object type 1:11"},
        {LOOSE, "{\"object\":1}", REEVE_TYPE, "object type 1:11"},
        {LOOSE, "{\"list\":{}}", REEVE_TYPE, "list type 1:9"},
        {LOOSE, "{\"list\":\"\"}", REEVE_TYPE, "list type 1:9"},
        {LOOSE, "{\"values\":{}}", REEVE_TYPE, "values type 1:11"},
        {LOOSE, "{\"objects\":[null]}", REEVE_TYPE, "objects[0] type 1:13"},
        {LOOSE, "{\"object\":{\"a\":1,\"a\":2}}", REEVE_DUPLICATE_FIELD,
         "object[\"a\"] duplicate 1:23"},
        {LOOSE, "{\"anyValue\":{\"a\":[1,{\"b\":1e999}]}}", REEVE_RANGE,
         "any_value[\"a\"][1][\"b\"] range 1:26"},
        {LOOSE, "{\"nothing\":null,\"something\":null}", REEVE_DUPLICATE_FIELD,
         "something oneof 1:29"},
        {LOOSE, "{\"some\":[],\"something\":[]}", REEVE_DUPLICATE_FIELD, "something oneof 1:24"},
        {BOXED, "{\"box\":{}}", REEVE_UNSUPPORTED, "box type 1:8"},
    };
    for (const Refusal &r : kRefused) {
        Subject s(r.table);
        EXPECT_EQ(s.Json(r.json), r.status) << r.json;
        EXPECT_EQ(s.Where(), r.where) << r.json;
    }
}

TEST(Json, ValuesThatHaveNoJson)
{
    const struct {
        const char *bytes;
        size_t size;
        reeve_status status;
    } kCases[] = {
        {"\x12\x00", 2, REEVE_INVALID},                        /* no member */
        {"\x12\x09\x11\0\0\0\0\0\0\xf8\x7f", 11, REEVE_RANGE}, /* NaN */
        {"\x22\x09\x11\0\0\0\0\0\0\xf0\xff", 11, REEVE_RANGE}, /* -Infinity */
    };
    for (const auto &c : kCases) {
        Subject s(LOOSE);
        ASSERT_EQ(s.Decode(std::string(c.bytes, c.size)), REEVE_OK);
        reeve_buffer b;
        reeve_buffer_init(&b, nullptr, 100);
        EXPECT_EQ(reeve_message_to_json(LOOSE, s.message(), nullptr, &b), c.status);
        EXPECT_EQ(b.len, 0u);
        reeve_buffer_clear(&b);
    }
}

/* What JSON nests, binary nests too: neither direction passes the other's depth. */
TEST(Json, WhatIsReadCanBeEncodedAndDecoded)
{
    for (size_t levels = 1; levels < 120; levels++) {
        const std::string open = "{\"a\":";
        std::string json = "{\"anyValue\":";
        for (size_t i = 0; i < levels; i++) {
            json += open;
        }
        json += "1";
        json.append(levels + 1, '}');
        reeve_json_options o = {};
        o.max_depth = 100;
        Subject s(LOOSE);
        if (s.Json(json, o) != REEVE_OK) {
            EXPECT_GT(levels, 30u);
            EXPECT_STREQ(s.problem().rule, "depth");
            return;
        }
        reeve_decode_options d = {};
        d.max_depth = 100;
        Subject again(LOOSE);
        ASSERT_EQ(again.Decode(s.Encode(), d), REEVE_OK) << levels;
        EXPECT_EQ(again.ToJson(), json);
    }
    FAIL() << "no bound was met";
}

TEST(Json, WellKnownTypesInMaps)
{
    const std::string json = "{\"bySfixed64\":{\"-1\":\"0s\",\"5\":\"-1.500s\"}}";
    Subject s(MAPS);
    ASSERT_EQ(s.Json(json), REEVE_OK);
    EXPECT_EQ(s.ToJson(), json);
    ASSERT_EQ(s.Decode(s.Encode()), REEVE_OK);
    EXPECT_EQ(s.ToJson(), json);
}

TEST(Json, NullIsAbsent)
{
    Subject s(ALL);
    ASSERT_EQ(s.Json("{\"scalars\":null,\"more\":null,\"maps\":{\"byString\":null},"
                     "\"choices\":{\"number\":null,\"text\":\"x\"},\"wellKnown\":{\"at\":null}}"),
              REEVE_OK);
    EXPECT_EQ(s.ToJson(), "{\"maps\":{},\"choices\":{\"text\":\"x\"},\"wellKnown\":{}}");
}

TEST(Json, UnknownMembersAreDroppedOnRequest)
{
    reeve_json_options o = {};
    o.ignore_unknown = true;
    Subject s(SCALARS);
    ASSERT_EQ(
        s.Json("{\"x\":{\"a\":[1,{\"b\":[]}],\"a\":2},\"fInt32\":3,\"y\":[],\"fColor\":\"BLUE\","
               "\"z\":null}",
               o),
        REEVE_OK)
        << s.Where();
    EXPECT_EQ(s.ToJson(), "{\"fInt32\":3}");
    Subject lists(LISTS);
    ASSERT_EQ(lists.Json("{\"fColor\":[\"RED\",\"BLUE\",\"GREEN\"]}", o), REEVE_OK);
    EXPECT_EQ(lists.ToJson(), "{\"fColor\":[\"RED\",\"GREEN\"]}");
}

std::string Nested(const std::string &open, const std::string &close, int n)
{
    std::string s;
    for (int i = 0; i < n; i++) {
        s += open;
    }
    for (int i = 0; i < n; i++) {
        s += close;
    }
    return s;
}

TEST(Json, DepthIsBounded)
{
    Subject s(NODE);
    EXPECT_EQ(s.Json(Nested("{\"next\":", "}", 64).insert(64 * 8, "{}")), REEVE_DEPTH);
    EXPECT_EQ(s.Json(Nested("{\"next\":", "}", 63).insert(63 * 8, "{}")), REEVE_OK);
    EXPECT_EQ(s.Json(Nested("{\"children\":[", "]}", 64)), REEVE_OK);
    EXPECT_EQ(s.Json(Nested("{\"children\":[", "]}", 65)), REEVE_DEPTH);
    EXPECT_EQ(s.Json(Nested("[", "]", 100000)), REEVE_TYPE);
    reeve_json_options o = {};
    o.ignore_unknown = true;
    EXPECT_EQ(s.Json("{\"x\":" + Nested("[", "]", 100000) + "}", o), REEVE_DEPTH);
    EXPECT_EQ(s.Json("{\"x\":" + Nested("[", "]", 60) + "}", o), REEVE_OK);
}

TEST(Json, MemoryIsBoundedByTheArena)
{
    std::string json = "{\"children\":[";
    for (int i = 0; i < 100000; i++) {
        json += i == 0 ? "{}" : ",{}";
    }
    Subject s(NODE, 1 << 20);
    EXPECT_EQ(s.Json(json + "]}"), REEVE_NO_MEMORY);
}

TEST(Json, CutAfterEveryByteIsNeverAccepted)
{
    const std::string json =
        "{\"scalars\":{\"fString\":\"a\\u00e4\",\"fInt32\":-12},\"lists\":{\"fInt32\":[1,2]},"
        "\"maps\":{\"byString\":{\"k\":\"v\"}},\"wellKnown\":{\"at\":\"2024-01-01T00:00:00Z\"}}";
    for (size_t n = 0; n < json.size(); n++) {
        Subject s(ALL);
        EXPECT_EQ(s.Json(json.substr(0, n)), REEVE_SYNTAX) << json.substr(0, n);
    }
    Subject s(ALL);
    EXPECT_EQ(s.Json(json), REEVE_OK);
}

TEST(Json, EveryAllocationMayFail)
{
    // A token that is long enough for the parser to need more than the memory that it brings, and
    // more of them than fit into a few blocks.
    std::string many = "\"first\"";
    for (int i = 0; i < 1000; i++) {
        many += ",\"" + std::to_string(i) + " of many\"";
    }
    const std::string json =
        "{\"scalars\":{\"fString\":\"a\\u00e4bc" + std::string(3000, 'x') +
        "\",\"fBytes\":\"Zm8=\"},\"lists\":{\"fInt32\":[1,2,3,4,5],\"fString\":[" + many +
        "]},\"maps\":{\"byString\":{\"k\":\"v\",\"a\":\"b\"}},\"wellKnown\":{\"mask\":\"a,b\"}}";
    const uint64_t requests = SweepAllocations([&](const reeve_allocator *a) {
        reeve_arena arena;
        void *m;
        reeve_problem problem;
        reeve_arena_init(&arena, a, 1 << 20, 64);
        const reeve_status status =
            reeve_message_from_json(ALL, View(json), nullptr, &arena, &m, &problem);
        EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY) << reeve_status_name(status);
        if (status == REEVE_OK) {
            reeve_buffer b;
            reeve_buffer_init(&b, a, 1 << 20);
            const reeve_status written = reeve_message_to_json(ALL, m, nullptr, &b);
            EXPECT_TRUE(written == REEVE_OK || written == REEVE_NO_MEMORY);
            reeve_buffer_clear(&b);
        }
        reeve_arena_clear(&arena);
    });
    EXPECT_GT(requests, 10u);
}

TEST(Json, LongTokensWithEscapesFitTheParsersMemory)
{
    for (const size_t size : {2047u, 2048u, 2049u, 70000u, 1000000u}) {
        Subject s(SCALARS);
        std::string text;
        while (text.size() < size) {
            text += "\\n";
        }
        ASSERT_EQ(s.Json("{\"fString\":\"" + text + "\",\"fBytes\":\"\"}"), REEVE_OK) << size;
        EXPECT_EQ(std::string(s.As<runtime_testing_scalars>()->f_string).size(), text.size() / 2);
        EXPECT_EQ(s.Json("{\"fInt32\":" + std::string(size, '1') + "}"), REEVE_RANGE);
        EXPECT_EQ(s.Json(std::string(size, '1')), REEVE_TYPE);
        EXPECT_EQ(s.Json("\"" + text + "\""), REEVE_TYPE);
        EXPECT_EQ(s.Json("{\"" + text + "\":1}"), REEVE_UNKNOWN_FIELD);
    }
}

TEST(Json, IndentedAndMasked)
{
    Subject s(NODE);
    ASSERT_EQ(s.Json("{\"name\":\"n\",\"secret\":\"hunter2\",\"children\":[{\"secret\":\"x\"},{}],"
                     "\"named\":{}}"),
              REEVE_OK);
    reeve_json_options o = {};
    o.indent = 2;
    o.mask_sensitive = true;
    EXPECT_EQ(s.ToJson(o),
              "{\n  \"name\": \"n\",\n  \"children\": [\n    {\n      \"secret\": "
              "\"(sensitive)\"\n    },\n    {}\n  ],\n  \"secret\": \"(sensitive)\"\n}");
    reeve_message_clear_sensitive(NODE, s.message());
    EXPECT_EQ(s.ToJson(), "{\"name\":\"n\",\"children\":[{},{}]}");
    EXPECT_TRUE(reeve_message_has_sensitive(NODE));
    EXPECT_TRUE(reeve_message_has_sensitive(ALL));
    EXPECT_FALSE(reeve_message_has_sensitive(LISTS));
}

TEST(Json, TerminalControlsAreEscaped)
{
    Subject s(SCALARS);
    ASSERT_EQ(s.Json("{\"fString\":\"\\u001b[31m\\u009b\\u2028\\u007f\xc3\xa4\xe2\x82\xac\"}"),
              REEVE_OK);
    EXPECT_EQ(s.ToJson(), "{\"fString\":\"\\u001b[31m\\u009b\\u2028\\u007f\xc3\xa4\xe2\x82\xac\"}");
}

} // namespace
