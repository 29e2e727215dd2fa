// SPDX-License-Identifier: Apache-2.0
// Constraints: every rule on both sides of its edge, with protovalidate's paths and ids (P3).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "proto/runtime/pattern.h"
#include "proto/runtime/rule.h"
#include "proto/runtime/unique.h"
#include "runtime_rules.reeve.h"
#include "tests/support/alloc_sweep.h"
#include "tests/unit/proto/runtime/runtime_fixture.h"

namespace
{

#define NUMBERS &runtime_rules_numbers_message
#define TEXTS &runtime_rules_texts_message
#define LISTS &runtime_rules_lists_message
#define PRESENCE &runtime_rules_presence_message

// The time in all tests here: 1,000 seconds after 1970, and half a second.
constexpr int64_t kNow = 1000500;

// "field rule; field rule", or "ok"; a rule of a map's key has "key " in front.
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
    const reeve_status status = reeve_message_validate(table, s.message(), kNow, &problems);
    std::string all;
    for (size_t i = 0; i < problems.count; i++) {
        all += (i == 0 ? "" : "; ") + std::string(room[i].for_key ? "key " : "") + room[i].field +
               " " + room[i].rule;
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
     "key labels[\"long\"] string.max_len; labels[\"x\"] int32.gt"},
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

const Case kForms[] = {
    {"{}", "ok"},
    {"{\"email\":\"\",\"hostname\":\"\",\"ip\":\"\",\"ipv4\":\"\",\"ipv6\":\"\",\"uri\":\"\"}",
     "email string.email_empty; hostname string.hostname_empty; ip string.ip_empty; ipv4 "
     "string.ipv4_empty; ipv6 string.ipv6_empty; uri string.uri_empty"},
    {"{\"uriRef\":\"\",\"headerValue\":\"\",\"looseValue\":\"\",\"off\":\"\",\"nothing\":\"\\n\"}",
     "ok"},
    {"{\"address\":\"\",\"uuid\":\"\",\"tuuid\":\"\",\"ulid\":\"\",\"headerName\":\"\","
     "\"looseName\":\"\"}",
     "address string.address_empty; uuid string.uuid_empty; tuuid string.tuuid_empty; ulid "
     "string.ulid_empty; header_name string.well_known_regex.header_name_empty; loose_name "
     "string.well_known_regex.header_name_empty"},
    {"{\"ipWithPrefixlen\":\"\",\"ipv4WithPrefixlen\":\"\",\"ipv6WithPrefixlen\":\"\",\"ipPrefix\":"
     "\"\","
     "\"ipv4Prefix\":\"\",\"ipv6Prefix\":\"\",\"hostAndPort\":\"\",\"protobufFqn\":\"\","
     "\"protobufDotFqn\":\"\"}",
     "ip_with_prefixlen string.ip_with_prefixlen_empty; ipv4_with_prefixlen "
     "string.ipv4_with_prefixlen_empty; ipv6_with_prefixlen string.ipv6_with_prefixlen_empty; "
     "ip_prefix string.ip_prefix_empty; ipv4_prefix string.ipv4_prefix_empty; ipv6_prefix "
     "string.ipv6_prefix_empty; host_and_port string.host_and_port_empty; protobuf_fqn "
     "string.protobuf_fqn_empty; protobuf_dot_fqn string.protobuf_dot_fqn_empty"},
    {"{\"email\":\"a\",\"hostname\":\"_\",\"ip\":\"a\",\"ipv4\":\"::\",\"ipv6\":\"1.2.3.4\","
     "\"uri\":\"a\","
     "\"uriRef\":\":\",\"address\":\"_\",\"uuid\":\"0\",\"tuuid\":\"0\",\"ulid\":\"0\"}",
     "email string.email; hostname string.hostname; ip string.ip; ipv4 string.ipv4; ipv6 "
     "string.ipv6; uri string.uri; uri_ref string.uri_ref; address string.address; uuid "
     "string.uuid; tuuid string.tuuid; ulid string.ulid"},
    {"{\"ipWithPrefixlen\":\"::\",\"ipv4WithPrefixlen\":\"::/0\",\"ipv6WithPrefixlen\":\"1.2.3.4/"
     "8\","
     "\"ipPrefix\":\"::1/0\",\"ipv4Prefix\":\"1.2.3.4/8\",\"ipv6Prefix\":\"::1/"
     "8\",\"hostAndPort\":\"a\","
     "\"protobufFqn\":\".a\",\"protobufDotFqn\":\"a\"}",
     "ip_with_prefixlen string.ip_with_prefixlen; ipv4_with_prefixlen string.ipv4_with_prefixlen; "
     "ipv6_with_prefixlen string.ipv6_with_prefixlen; ip_prefix string.ip_prefix; ipv4_prefix "
     "string.ipv4_prefix; ipv6_prefix string.ipv6_prefix; host_and_port string.host_and_port; "
     "protobuf_fqn string.protobuf_fqn; protobuf_dot_fqn string.protobuf_dot_fqn"},
    {"{\"headerName\":\"a b\",\"looseName\":\"a "
     "b\",\"headerValue\":\"\\u0001\",\"looseValue\":\"\\u0001\"}",
     "header_name string.well_known_regex.header_name; header_value "
     "string.well_known_regex.header_value"},
    {"{\"looseName\":\"\\n\",\"looseValue\":\"\\n\"}",
     "loose_name string.well_known_regex.header_name; loose_value "
     "string.well_known_regex.header_value"},
};

TEST(Validate, Forms)
{
    for (const Case &c : kForms) {
        EXPECT_EQ(Violations(&runtime_rules_forms_message, c.json), c.violations) << c.json;
    }
}

const Case kOctets[] = {
    {"{\"ip\":\"AQIDBA==\",\"ipv4\":\"AQIDBA==\",\"pattern\":\"YWI=\",\"contains\":\"AP96\"}",
     "ok"},
    {"{\"ip\":\"AAAAAAAAAAAAAAAAAAAAAA==\",\"ipv6\":\"AAAAAAAAAAAAAAAAAAAAAA==\",\"uuid\":"
     "\"AAAAAAAAAAAAAAAAAAAAAA==\",\"exact\":\"YWI=\",\"choice\":\"AA==\"}",
     "ok"},
    {"{\"ip\":\"\",\"ipv4\":\"\",\"ipv6\":\"\",\"uuid\":\"\"}",
     "ip bytes.ip_empty; ipv4 bytes.ipv4_empty; ipv6 bytes.ipv6_empty; uuid bytes.uuid_empty"},
    {"{\"ip\":\"AA==\",\"ipv4\":\"AAAAAAAAAAAAAAAAAAAAAA==\",\"ipv6\":\"AQIDBA==\",\"uuid\":\"AA=="
     "\"}",
     "ip bytes.ip; ipv4 bytes.ipv4; ipv6 bytes.ipv6; uuid bytes.uuid"},
    {"{\"pattern\":\"YWJj\",\"contains\":\"AP8=\",\"exact\":\"YWI9\"}",
     "pattern bytes.pattern; contains bytes.suffix; exact bytes.const; exact bytes.len"},
    /* Not UTF-8. */
    {"{\"pattern\":\"Yf8=\",\"contains\":\"/wB6\"}",
     "pattern bytes.pattern; contains bytes.contains"},
    {"{\"pattern\":\"YcOk\",\"choice\":\"YQ==\"}", "choice bytes.not_in"},
    {"{\"choice\":\"Yg==\"}", "choice bytes.in; choice bytes.not_in"},
};

TEST(Validate, Octets)
{
    for (const Case &c : kOctets) {
        EXPECT_EQ(Violations(&runtime_rules_octets_message, c.json), c.violations) << c.json;
    }
}

const Case kTimes[] = {
    {"{\"past\":\"1970-01-01T00:16:40.5Z\",\"future\":\"1970-01-01T00:16:40.5Z\",\"near\":"
     "\"1970-01-01T00:16:50.500000005Z\",\"after\":\"1970-01-01T00:16:40Z\"}",
     "ok"},
    {"{\"past\":\"1970-01-01T00:16:40.500000001Z\",\"future\":\"1970-01-01T00:16:40.499999999Z\","
     "\"near\":\"1970-01-01T00:16:50.500000006Z\"}",
     "past timestamp.lt_now; future timestamp.gt_now; near timestamp.within"},
    {"{\"near\":\"1970-01-01T00:16:30.499999995Z\"}", "ok"},
    {"{\"near\":\"1970-01-01T00:16:30.499999994Z\"}", "near timestamp.within"},
    {"{\"past\":\"9999-12-31T23:59:59Z\",\"future\":\"0001-01-01T00:00:00Z\",\"near\":"
     "\"9999-12-31T23:59:59Z\"}",
     "past timestamp.lt_now; future timestamp.gt_now; near timestamp.within"},
    {"{\"after\":\"1970-01-01T00:01:40Z\"}", "after timestamp.gt"},
    {"{\"after\":\"1970-01-01T00:16:41Z\",\"never\":\"1970-01-01T00:16:40.5Z\"}",
     "after timestamp.lt_now; never timestamp.within"},
    {"{\"exact\":\"1969-12-31T23:59:59.999999999Z\",\"some\":\"-0.000000001s\",\"none\":\"1.1s\"}",
     "ok"},
    {"{\"exact\":\"1970-01-01T00:00:00Z\",\"some\":\"0s\",\"none\":\"1s\"}",
     "exact timestamp.const; some duration.in; none duration.not_in"},
};

TEST(Validate, NowIsTheCallers)
{
    for (const Case &c : kTimes) {
        EXPECT_EQ(Violations(&runtime_rules_times_message, c.json), c.violations) << c.json;
    }
}

TEST(Validate, AnyNowIsTaken)
{
    Subject s(&runtime_rules_times_message);
    ASSERT_EQ(s.Json("{\"past\":\"1970-01-01T00:00:00Z\",\"near\":\"1970-01-01T00:00:00Z\"}"),
              REEVE_OK);
    for (const int64_t now : {INT64_MIN, INT64_MIN + 1, INT64_C(-1), INT64_C(0), INT64_MAX}) {
        reeve_problem room[4];
        reeve_problems problems = {room, 4, 0, 0};
        (void)!reeve_message_validate(&runtime_rules_times_message, s.message(), now, &problems);
        const bool near = now == -1 || now == 0;
        EXPECT_EQ(problems.total, (now < 0 ? 1u : 0u) + (near ? 0u : 1u)) << now;
    }
}

const Case kMasks[] = {
    {"{\"exact\":\"a,b.c\",\"some\":\"a.x,b.c,b.c.d\",\"none\":\"b,ax,b.cx\",\"empty\":\"\"}",
     "ok"},
    {"{\"exact\":\"b.c,a\",\"some\":\"b\",\"none\":\"b.c.d\",\"empty\":\"a\"}",
     "exact field_mask.const; some field_mask.in; none field_mask.not_in; empty field_mask.const"},
    {"{\"exact\":\"a\",\"some\":\"ax\",\"none\":\"x,a\"}",
     "exact field_mask.const; some field_mask.in; none field_mask.not_in"},
    {"{\"exact\":\"\",\"some\":\"\",\"none\":\"\"}", "exact field_mask.const"},
};

TEST(Validate, FieldMasks)
{
    for (const Case &c : kMasks) {
        EXPECT_EQ(Violations(&runtime_rules_masks_message, c.json), c.violations) << c.json;
    }
}

const Case kIgnores[] = {
    {"{\"both\":\"x\"}", "ok"},
    {"{}", "both required"},
    {"{\"both\":\"x\",\"zero\":1,\"present\":0,\"never\":1}", "zero int32.gt; present int32.gt"},
    {"{\"both\":\"x\",\"inner\":{},\"list\":[{}],\"items\":[{}],\"values\":{\"a\":{}},\"empty\":[{}"
     "]}",
     "ok"},
    {"{\"both\":\"x\",\"items\":[{},{},{}],\"empty\":[{\"next\":{}}]}",
     "items repeated.max_items; empty[0].name string.min_len; empty[0].next.name string.min_len"},
    {"{\"both\":\"x\",\"reals\":[0,-0.0,4,1],\"texts\":{\"\":\"\"},\"numbers\":[]}",
     "reals[3] double.gt"},
    {"{\"both\":\"x\",\"texts\":{\"a\":\"b\"},\"numbers\":[1]}",
     "key texts[\"a\"] string.min_len; texts[\"a\"] string.min_len; numbers repeated.min_items"},
    {"{\"both\":\"x\",\"wrapped\":[\"aa\",\"b\",\"aa\"]}",
     "wrapped repeated.unique; wrapped[1] string.min_len"},
    {"{\"both\":\"x\",\"wrapped\":[\"aa\",\"ab\"]}", "ok"},
};

TEST(Validate, Ignore)
{
    for (const Case &c : kIgnores) {
        EXPECT_EQ(Violations(&runtime_rules_ignores_message, c.json), c.violations) << c.json;
    }
}

const Case kSeveral[] = {
    {"{\"second\":4,\"own\":\"abc\"}", "ok"},
    {"{\"first\":\"abc\",\"own\":\"abc\"}", "ok"},
    {"{\"own\":\"abc\"}", " message.oneof"},
    {"{\"first\":\"abc\",\"second\":4,\"own\":\"abc\"}", " message.oneof"},
    {"{\"first\":\"a\",\"own\":\"abc\"}", "first string.min_len"},
    {"{\"second\":0}", "second int32.gt; own string.min_len"},
    {"{\"second\":4,\"own\":\"abc\",\"list\":[1]}", "list repeated.min_items"},
    {"{\"second\":4,\"own\":\"abc\",\"list\":[1,2],\"inner\":{\"second\":4,\"own\":\"abc\"}}",
     " message.oneof"},
    {"{\"second\":4,\"own\":\"abc\",\"inner\":{\"own\":\"abc\"}}", "inner message.oneof"},
};

TEST(Validate, RulesOverSeveralFields)
{
    for (const Case &c : kSeveral) {
        EXPECT_EQ(Violations(&runtime_rules_several_message, c.json), c.violations) << c.json;
    }
}

TEST(Validate, TheTextOfAKeySaysSo)
{
    Subject s(LISTS);
    ASSERT_EQ(s.Json("{\"items\":[\"a\"],\"labels\":{\"long\":1}}"), REEVE_OK);
    reeve_problem room[2];
    reeve_problems problems = {room, 2, 0, 0};
    ASSERT_EQ(reeve_message_validate(LISTS, s.message(), 0, &problems), REEVE_CONSTRAINT);
    EXPECT_TRUE(room[0].for_key);
    EXPECT_STREQ(room[0].text, "the key must have at most 3 characters");
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

// The only memory that validating asks for; running out of it is no verdict.
TEST(Unique, EveryAllocationMayFail)
{
    Subject s(LISTS);
    ASSERT_EQ(s.Json("{\"items\":[\"a\",\"b\",\"a\"],\"reals\":[1,2]}"), REEVE_OK);
    for (const size_t field : {0, 1}) {
        const reeve_status wanted = field == 0 ? REEVE_CONSTRAINT : REEVE_OK;
        const uint64_t requests = SweepAllocations([&](const reeve_allocator *a) {
            const reeve_status status =
                reeve_check_unique(&runtime_rules_lists_message.fields[field], s.message(), a);
            EXPECT_TRUE(status == wanted || status == REEVE_NO_MEMORY);
        });
        EXPECT_EQ(requests, 1u);
    }
}

TEST(Unique, LongListsAreNotComparedPairByPair)
{
    std::string items;
    for (int i = 0; i < 100000; i++) {
        items += (i == 0 ? "" : ",") + std::to_string(i * 7919 % 100003);
    }
    Subject s(LISTS);
    ASSERT_EQ(s.Json("{\"reals\":[" + items + "]}"), REEVE_OK);
    const reeve_field *reals = &runtime_rules_lists_message.fields[1];
    EXPECT_EQ(reeve_check_unique(reals, s.message(), nullptr), REEVE_OK);
    Subject twice(LISTS);
    ASSERT_EQ(twice.Json("{\"reals\":[" + items + ",0]}"), REEVE_OK);
    EXPECT_EQ(reeve_check_unique(reals, twice.message(), nullptr), REEVE_CONSTRAINT);
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
