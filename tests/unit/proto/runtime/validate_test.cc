// SPDX-License-Identifier: Apache-2.0
// Constraints: every rule on both sides of its edge, with protovalidate's paths and ids (P3).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "proto/runtime/pattern.h"
#include "proto/runtime/rule.h"
#include "runtime_rules.reeve.h"
#include "tests/unit/proto/runtime/runtime_fixture.h"

namespace
{

#define NUMBERS &runtime_rules_numbers_message
#define TEXTS &runtime_rules_texts_message
#define LISTS &runtime_rules_lists_message
#define PRESENCE &runtime_rules_presence_message

// "field rule; field rule", or "ok".
std::string Violations(const reeve_message *table, const std::string &json)
{
    Subject s(table);
    if (s.Json(json) != REEVE_OK) {
        return "not read: " + s.Where();
    }
    reeve_problem problem = {};
    EXPECT_EQ(reeve_message_prepare(table, &problem), REEVE_OK) << problem.field;
    std::vector<reeve_problem> room(20);
    reeve_problems problems = {room.data(), room.size(), 0, 0};
    const reeve_status status = reeve_message_validate(table, s.message(), 0, &problems);
    std::string all;
    for (size_t i = 0; i < problems.count; i++) {
        all += (i == 0 ? "" : "; ") + std::string(room[i].field) + " " + room[i].rule;
        EXPECT_NE(std::string(room[i].text), "");
    }
    EXPECT_EQ(problems.count, problems.total);
    EXPECT_EQ(status, problems.total == 0 ? REEVE_OK : REEVE_CONSTRAINT);
    return all.empty() ? "ok" : all;
}

struct Case {
    const char *json;
    const char *violations;
};

const Case kNumbers[] = {
    {"{\"outside\":11}", "ok"},
    {"{}", "outside int64.gt_lt_exclusive"},
    {"{\"outside\":-11,\"small\":9}", "ok"},
    {"{\"outside\":-10,\"small\":10}", "small int32.gte_lt; outside int64.gt_lt_exclusive"},
    {"{\"outside\":11,\"small\":-1}", "small int32.gte_lt"},
    {"{\"outside\":11,\"some\":4,\"none\":7}", "some uint32.in; none uint64.not_in"},
    {"{\"outside\":11,\"some\":5,\"none\":\"18446744073709551615\"}", "none uint64.not_in"},
    {"{\"outside\":11,\"atMost\":6,\"above\":-5}", "at_most sint32.lte; above sint64.gt"},
    {"{\"outside\":11,\"atMost\":5,\"above\":-4}", "ok"},
    {"{\"outside\":11,\"f32\":100,\"f64\":1,\"s32\":-2,\"s64\":2}",
     "f32 fixed32.lt; f64 fixed64.const; s32 sfixed32.gte; s64 sfixed64.lte"},
    {"{\"outside\":11,\"ratio\":1.5}", "ratio float.gte_lte"},
    {"{\"outside\":11,\"ratio\":\"NaN\"}", "ratio float.gte_lte"},
    {"{\"outside\":11,\"real\":\"NaN\"}", "real double.finite"},
    {"{\"outside\":11,\"real\":\"Infinity\"}", "real double.finite"},
    {"{\"outside\":11,\"real\":1e300,\"ratio\":1}", "ok"},
    {"{\"outside\":11,\"on\":true}", "on bool.const"},
    {"{\"outside\":11,\"kind\":3,\"chosen\":1}", "kind enum.defined_only; chosen enum.in"},
    {"{\"outside\":11,\"kind\":2,\"chosen\":2}", "ok"},
};

TEST(Validate, Numbers)
{
    for (const Case &c : kNumbers) {
        EXPECT_EQ(Violations(NUMBERS, c.json), c.violations) << c.json;
    }
}

const Case kTexts[] = {
    {"{\"must\":\"abc\"}", "ok"},
    {"{}", "must required"},
    {"{\"must\":\"ab\"}", "must string.min_len"},
    {"{\"must\":\"abc\",\"name\":\"a\"}", "name string.min_len"},
    {"{\"must\":\"abc\",\"name\":\"abcde\"}", "name string.max_len"},
    {"{\"must\":\"abc\",\"name\":\"\u00e4\u00f6\u00fc\u00df\"}", "ok"},
    {"{\"must\":\"abc\",\"code\":\"abc1\"}", "code string.pattern"},
    {"{\"must\":\"abc\",\"code\":\"abc\"}", "ok"},
    {"{\"must\":\"abc\",\"exact\":\"ab\"}", "exact string.len"},
    {"{\"must\":\"abc\",\"exact\":\"\u00e4bc\",\"sized\":\"\u00e4bc\"}", "ok"},
    {"{\"must\":\"abc\",\"sized\":\"\u00e4bcd\"}", "sized string.max_bytes"},
    {"{\"must\":\"abc\",\"affixed\":\"amz\"}", "ok"},
    {"{\"must\":\"abc\",\"affixed\":\"bqy\"}",
     "affixed string.contains; affixed string.not_contains; affixed string.prefix; affixed "
     "string.suffix"},
    {"{\"must\":\"abc\",\"affixed\":\"\"}",
     "affixed string.contains; affixed string.prefix; affixed string.suffix"},
    {"{\"must\":\"abc\",\"choice\":\"green\",\"other\":\"x\"}", "ok"},
    {"{\"must\":\"abc\",\"choice\":\"blue\",\"other\":\"root\"}",
     "choice string.in; other string.not_in"},
    {"{\"must\":\"abc\",\"blob\":\"AQI=\"}", "ok"},
    {"{\"must\":\"abc\",\"blob\":\"Ag==\"}", "blob bytes.min_len; blob bytes.prefix"},
    {"{\"must\":\"abc\",\"blob\":\"AQIDBAU=\"}", "blob bytes.max_len"},
};

std::string Sorted(std::string violations)
{
    std::vector<std::string> parts;
    for (size_t from = 0; from <= violations.size();) {
        size_t to = violations.find("; ", from);
        to = to == std::string::npos ? violations.size() : to;
        parts.push_back(violations.substr(from, to - from));
        from = to + 2;
    }
    std::sort(parts.begin(), parts.end());
    std::string all;
    for (const std::string &p : parts) {
        all += p + "; ";
    }
    return all;
}

TEST(Validate, TextsAndBytes)
{
    for (const Case &c : kTexts) {
        EXPECT_EQ(Sorted(Violations(TEXTS, c.json)), Sorted(c.violations)) << c.json;
    }
}

const Case kLists[] = {
    {"{\"items\":[\"a\"],\"labels\":{\"k\":1}}", "ok"},
    {"{}", "items repeated.min_items; labels map.min_pairs"},
    {"{\"items\":[\"a\",\"b\",\"c\",\"d\"],\"labels\":{\"k\":1}}", "items repeated.max_items"},
    {"{\"items\":[\"a\",\"b\",\"a\"],\"labels\":{\"k\":1}}", "items repeated.unique"},
    {"{\"items\":[\"a\",\"\",\"b\"],\"labels\":{\"k\":1}}", "items[1] string.min_len"},
    {"{\"items\":[\"a\"],\"reals\":[1,2,1.0],\"labels\":{\"k\":1}}", "reals repeated.unique"},
    {"{\"items\":[\"a\"],\"reals\":[\"NaN\",1,\"NaN\"],\"labels\":{\"k\":1}}", "ok"},
    {"{\"items\":[\"a\"],\"reals\":[0,-0.0],\"labels\":{\"k\":1}}", "reals repeated.unique"},
    {"{\"items\":[\"a\"],\"labels\":{\"a\":1,\"b\":1,\"c\":1}}", "labels map.max_pairs"},
    {"{\"items\":[\"a\"],\"labels\":{\"long\":1,\"x\":0}}",
     "labels[\"long\"] string.max_len; labels[\"x\"] int32.gt"},
    {"{\"items\":[\"a\"],\"labels\":{\"k\":1},\"inner\":[{\"name\":\"a\"},{\"name\":\"b\",\"next\":"
     "{}}]}",
     "inner[1].next.name string.min_len"},
    {"{\"items\":[\"a\"],\"labels\":{\"k\":1},\"named\":{\"x\":{}}}",
     "named[\"x\"].name string.min_len"},
};

TEST(Validate, ListsAndMaps)
{
    for (const Case &c : kLists) {
        EXPECT_EQ(Violations(LISTS, c.json), c.violations) << c.json;
    }
}

#define FINE "\"wanted\":0,\"inner\":{\"name\":\"a\"},\"number\":0"

const Case kPresence[] = {
    {"{" FINE "}", "ok"},
    {"{}", "wanted required; inner required; pick required"},
    {"{" FINE ",\"maybe\":5}", "maybe int32.gt"},
    {"{" FINE ",\"maybe\":6}", "ok"},
    {"{\"wanted\":1,\"inner\":{\"name\":\"a\"},\"text\":\"x\"}", "text string.min_len"},
    {"{" FINE ",\"wrapped\":3}", "wrapped int32.lt"},
    {"{" FINE ",\"wrapped\":2}", "ok"},
    {"{" FINE ",\"at\":\"1970-01-01T00:01:40Z\"}", "at timestamp.gt"},
    {"{" FINE ",\"at\":\"1970-01-01T00:01:40.000000001Z\"}", "ok"},
    {"{" FINE ",\"span\":\"0.999s\"}", "span duration.gte_lte"},
    {"{" FINE ",\"span\":\"60.001s\"}", "span duration.gte_lte"},
    {"{" FINE ",\"span\":\"60s\"}", "ok"},
};

TEST(Validate, PresenceAndWellKnownTypes)
{
    for (const Case &c : kPresence) {
        EXPECT_EQ(Violations(PRESENCE, c.json), c.violations) << c.json;
    }
}

TEST(Validate, TextsNameTheSchemaAndNeverTheValue)
{
    Subject s(NUMBERS);
    ASSERT_EQ(s.Json("{\"outside\":11,\"small\":4711,\"atMost\":4712}"), REEVE_OK);
    reeve_problem room[4];
    reeve_problems problems = {room, 4, 0, 0};
    ASSERT_EQ(reeve_message_validate(NUMBERS, s.message(), 0, &problems), REEVE_CONSTRAINT);
    ASSERT_EQ(problems.count, 2u);
    EXPECT_STREQ(room[0].text, "must be at least 0 and less than 10");
    EXPECT_STREQ(room[1].text, "must be at most 5");
}

TEST(Validate, MoreViolationsThanRoomAreCounted)
{
    Subject s(PRESENCE);
    ASSERT_EQ(s.Json("{}"), REEVE_OK);
    reeve_problem room[1];
    reeve_problems problems = {room, 1, 0, 0};
    EXPECT_EQ(reeve_message_validate(PRESENCE, s.message(), 0, &problems), REEVE_CONSTRAINT);
    EXPECT_EQ(problems.count, 1u);
    EXPECT_EQ(problems.total, 3u);
    EXPECT_EQ(reeve_message_validate(PRESENCE, s.message(), 0, nullptr), REEVE_CONSTRAINT);
}

TEST(Validate, WhatHasNoRulesIsSkipped)
{
    EXPECT_FALSE(runtime_rules_unruled_message.has_rules);
    EXPECT_TRUE(runtime_rules_lists_message.has_rules);
    EXPECT_EQ(Violations(&runtime_rules_unruled_message, "{}"), "ok");
}

TEST(Validate, AnUnpreparedPatternIsNotPassedOver)
{
    reeve_pattern *nothing = nullptr;
    reeve_rule rule = {};
    rule.id = "string.pattern";
    rule.code = REEVE_RULE_STRING_PATTERN;
    rule.kind = REEVE_OPERAND_STRING;
    rule.operand.bytes = reeve_bytes_cstr("a(");
    rule.pattern = &nothing;
    reeve_field field = runtime_rules_unruled_message.fields[0];
    field.rules = &rule;
    field.rules_count = 1;
    reeve_message table = runtime_rules_unruled_message;
    table.fields = &field;
    table.has_rules = true;
    Subject s(&table);
    reeve_problem problem = {};
    ASSERT_EQ(s.Json("{\"name\":\"a\"}"), REEVE_OK);
    EXPECT_EQ(reeve_message_validate(&table, s.message(), 0, nullptr), REEVE_STATE);
    EXPECT_EQ(reeve_message_prepare(&table, &problem), REEVE_INVALID);
    EXPECT_STREQ(problem.field, "name");
    EXPECT_STREQ(problem.rule, "string.pattern");
}

TEST(Pattern, LinearTimeAndUnanchored)
{
    reeve_pattern *p = nullptr;
    ASSERT_EQ(reeve_pattern_new(reeve_bytes_cstr("(a*)*b"), &p), REEVE_OK);
    EXPECT_FALSE(reeve_pattern_matches(p, View(std::string(100000, 'a'))));
    EXPECT_TRUE(reeve_pattern_matches(p, View("xxb")));
    reeve_pattern_free(p);
    for (const char *bad : {"(", "a{1001}", "\\1", "(?=a)", "(((a{100}){100}){100})"}) {
        EXPECT_EQ(reeve_pattern_new(reeve_bytes_cstr(bad), &p), REEVE_INVALID) << bad;
        EXPECT_EQ(p, nullptr);
    }
}

TEST(Rule, EveryRuleIsFoundByItsId)
{
    for (uint16_t code = 0; code < REEVE_RULE_COUNT_; code++) {
        const reeve_rule_kind *kind = reeve_rule_kind_at(code);
        ASSERT_NE(kind, nullptr);
        EXPECT_EQ(kind->code, code);
        EXPECT_EQ(reeve_rule_kind_find(reeve_bytes_cstr(kind->id)), kind) << kind->id;
    }
    EXPECT_EQ(reeve_rule_kind_at(REEVE_RULE_COUNT_), nullptr);
    EXPECT_EQ(reeve_rule_kind_find(reeve_bytes_cstr("string.nope")), nullptr);
}

} // namespace
