/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL's text as fields, fields as parameters, and rows as messages. That the server writes
 * and takes these very texts is tests/integration/sql's. */
#include "agent/bindings/sql/value.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agent/bindings/sql/parameters.h"
#include "agent/bindings/sql/rows.h"
#include "proto/runtime/message.h"
#include "sqltest/v1/sql.reeve.h"
#include "tests/support/alloc_sweep.h"

extern "C" const struct reeve_task_table sql_test_tasks;

namespace reeve::test
{
namespace
{

constexpr uint32_t kBool = 16, kBytea = 17, kInt8 = 20, kText = 25, kJsonb = 3802, kFloat8 = 701,
                   kDate = 1082, kTimestamp = 1114, kTimestamptz = 1184, kInterval = 1186,
                   kNumeric = 1700, kUuid = 2950, kInt8s = 1016, kTexts = 1009, kByteas = 1001,
                   kUnknown = 99999;

const struct reeve_task *task(const std::string &name)
{
    for (uint32_t i = 0; i < sql_test_tasks.count; i++) {
        if ("sqltest.v1.Warehouse/" + name == sql_test_tasks.tasks[i]->name) {
            return sql_test_tasks.tasks[i];
        }
    }
    return nullptr;
}

const struct reeve_message *all()
{
    return task("Echo")->input;
}

/* The JSON of a message with only this field, or the status and why. */
std::string read(const std::string &field, uint32_t oid, const std::string &text)
{
    struct reeve_arena arena;
    struct reeve_buffer json;
    const char *why = "";
    reeve_arena_init(&arena, nullptr, 1 << 22, 0);
    reeve_buffer_init(&json, nullptr, 1 << 20);
    void *message = reeve_message_new(all(), &arena);
    const struct reeve_field *f = reeve_message_field(all(), reeve_bytes_cstr(field.c_str()));
    const enum reeve_status status =
        reeve_sql_value_store(all(), f, message, reeve_sql_type_of(oid),
                              reeve_bytes_of(text.data(), text.size()), &arena, &why);
    std::string out = std::string(reeve_status_name(status)) + ": " + why;
    if (status == REEVE_OK) {
        const struct reeve_json_options options = {};
        EXPECT_EQ(reeve_message_to_json(all(), message, &options, &json), REEVE_OK);
        out = std::string(reinterpret_cast<const char *>(json.data), json.len);
    }
    reeve_buffer_clear(&json);
    reeve_arena_clear(&arena);
    return out;
}

struct Case {
    const char *field;
    uint32_t oid;
    const char *text;
    const char *json; /* or the status's name */
};

class SqlValue : public ::testing::TestWithParam<Case>
{
};

TEST_P(SqlValue, FitsOrIsRefused)
{
    const Case &c = GetParam();
    const std::string got = read(c.field, c.oid, c.text);
    if (c.json[0] == '{') {
        EXPECT_EQ(got, c.json);
    } else {
        EXPECT_EQ(got.substr(0, got.find(':')), c.json) << got;
        EXPECT_GT(got.size(), got.find(':') + 2) << "no word on why";
    }
}

INSTANTIATE_TEST_SUITE_P(
    Scalars, SqlValue,
    ::testing::Values(
        Case{"f_int32", kInt8, "-2147483648", R"({"fInt32":-2147483648})"},
        Case{"f_int32", kInt8, "2147483648", "RANGE"}, Case{"f_uint32", kInt8, "-1", "RANGE"},
        Case{"f_uint64", kNumeric, "18446744073709551615", R"({"fUint64":"18446744073709551615"})"},
        Case{"f_uint64", kNumeric, "18446744073709551616", "RANGE"},
        Case{"f_int64", kNumeric, "12.00", R"({"fInt64":"12"})"},
        Case{"f_int64", kNumeric, "12.5", "TYPE"}, Case{"f_int64", kNumeric, "NaN", "TYPE"},
        Case{"f_int64", kText, "12", "TYPE"}, Case{"f_int64", kBool, "t", "TYPE"},
        Case{"f_double", kFloat8, "0.1", R"({"fDouble":0.1})"},
        Case{"f_double", kFloat8, "NaN", R"({"fDouble":"NaN"})"},
        Case{"f_double", kFloat8, "-Infinity", R"({"fDouble":"-Infinity"})"},
        Case{"f_double", kNumeric, "1e400", "RANGE"},
        Case{"f_double", kInt8, "9007199254740993", "RANGE"},
        Case{"f_double", kInt8, "9007199254740992", R"({"fDouble":9007199254740992})"},
        Case{"f_float", kFloat8, "1e39", "RANGE"}, Case{"f_float", kInt8, "16777217", "RANGE"},
        Case{"f_bool", kBool, "t", R"({"fBool":true})"}, Case{"f_bool", kBool, "x", "TYPE"},
        Case{"f_bool", kInt8, "1", "TYPE"},
        Case{"f_string", kText, "it's", R"({"fString":"it's"})"},
        Case{"f_string", kNumeric, "1.2300", R"({"fString":"1.2300"})"},
        Case{"f_string", kUuid, "a-b", R"({"fString":"a-b"})"},
        Case{"f_string", kJsonb, "null", R"({"fString":"null"})"},
        Case{"f_string", kBytea, "\\x00", "TYPE"}, Case{"f_string", kTexts, "{a}", "TYPE"},
        Case{"f_string", kText, "\xff", "UTF8"},
        Case{"f_bytes", kBytea, "\\x00ff", R"({"fBytes":"AP8="})"},
        Case{"f_bytes", kBytea, "\\x0", "TYPE"}, Case{"f_bytes", kBytea, "\\xgg", "TYPE"},
        Case{"f_bytes", kBytea, "abc", "TYPE"}, Case{"f_bytes", kText, "abc", "TYPE"},
        Case{"f_enum", kText, "BLUE", R"({"fEnum":"BLUE"})"},
        Case{"f_enum", kUnknown, "RED", R"({"fEnum":"RED"})"},
        Case{"f_enum", kInt8, "7", R"({"fEnum":"BLUE"})"},
        Case{"f_enum", kInt8, "55", R"({"fEnum":55})"}, Case{"f_enum", kText, "PINK", "TYPE"},
        Case{"o_int32", kInt8, "0", R"({"oInt32":0})"},
        Case{"o_string", kText, "", R"({"oString":""})"},
        Case{"w_int64", kInt8, "0", R"({"wInt64":"0"})"},
        Case{"w_bytes", kBytea, "\\x", R"({"wBytes":""})"},
        Case{"w_bool", kBool, "f", R"({"wBool":false})"}, Case{"w_bool", kText, "f", "TYPE"},
        Case{"c_int64", kInt8, "0", R"({"cInt64":"0"})"}));

INSTANTIATE_TEST_SUITE_P(
    Times, SqlValue,
    ::testing::Values(
        Case{"at", kTimestamptz, "2024-02-29 23:59:59.123456+00",
             R"({"at":"2024-02-29T23:59:59.123456Z"})"},
        Case{"at", kTimestamptz, "2024-02-29 23:59:59+00", R"({"at":"2024-02-29T23:59:59Z"})"},
        Case{"at", kTimestamptz, "2024-02-29 23:59:59+01", "RANGE"},
        Case{"at", kTimestamp, "0001-01-01 00:00:00", R"({"at":"0001-01-01T00:00:00Z"})"},
        Case{"at", kDate, "1999-12-31", R"({"at":"1999-12-31T00:00:00Z"})"},
        Case{"at", kDate, "0044-03-15 BC", "RANGE"}, Case{"at", kTimestamptz, "infinity", "RANGE"},
        Case{"at", kTimestamp, "-infinity", "RANGE"},
        Case{"at", kTimestamptz, "0044-03-15 00:00:00+00 BC", "RANGE"},
        Case{"at", kTimestamp, "10000-01-01 00:00:00", "TYPE"}, Case{"at", kText, "x", "TYPE"},
        Case{"length", kInterval, "PT0S", R"({"length":"0s"})"},
        Case{"length", kInterval, "P1DT2H3M4.5S", R"({"length":"93784.500s"})"},
        Case{"length", kInterval, "PT-1.5S", R"({"length":"-1.500s"})"},
        Case{"length", kInterval, "P1DT-0.5S", R"({"length":"86399.500s"})"},
        Case{"length", kInterval, "P-1DT0.5S", R"({"length":"-86399.500s"})"},
        Case{"length", kInterval, "PT-0.25S", R"({"length":"-0.250s"})"},
        Case{"length", kInterval, "P1M", "RANGE"}, Case{"length", kInterval, "P1Y2D", "RANGE"},
        Case{"length", kInterval, "P0Y0M1D", R"({"length":"86400s"})"},
        Case{"length", kInterval, "P178956970DT2562047788H", "RANGE"},
        Case{"length", kInterval, "P1D1D", "TYPE"}, Case{"length", kInterval, "PT1S1S", "TYPE"},
        Case{"length", kInterval, "PT1S1M", "TYPE"}, Case{"length", kInterval, "P1.5D", "TYPE"},
        Case{"length", kInterval, "PT1HT1S", "TYPE"}, Case{"length", kInterval, "P1DT", "TYPE"},
        Case{"length", kInterval, "", "TYPE"}, Case{"length", kInterval, "P", "TYPE"},
        Case{"length", kInterval, "PT99999999999999999999S", "RANGE"},
        Case{"length", kInterval, "PT0.0000000019S", R"({"length":"0.000000001s"})"},
        Case{"length", kInterval, "1 day", "TYPE"}, Case{"length", kInterval, "PT5", "TYPE"}));

INSTANTIATE_TEST_SUITE_P(
    Lists, SqlValue,
    ::testing::Values(
        Case{"r_int64", kInt8s, "{}", R"({})"},
        Case{"r_int64", kInt8s, "{1,-2}", R"({"rInt64":["1","-2"]})"},
        Case{"r_int64", kInt8s, "{1,NULL}", "TYPE"}, Case{"r_int64", kInt8s, "{{1},{2}}", "TYPE"},
        Case{"r_int64", kInt8s, "[0:1]={5,6}", R"({"rInt64":["5","6"]})"},
        Case{"r_int64", kInt8s, "{1", "TYPE"}, Case{"r_int64", kInt8s, "1}", "TYPE"},
        Case{"r_int64", kInt8s, "{1}x", "TYPE"}, Case{"r_int64", kInt8s, "[0:1]", "TYPE"},
        Case{"r_int64", kInt8, "1", "TYPE"}, Case{"r_int64", kTexts, "{1}", "TYPE"},
        Case{"r_int64", kJsonb, "[1, 2]", R"({"rInt64":["1","2"]})"},
        Case{"r_int64", kJsonb, "null", R"({})"},
        Case{"r_string", kTexts, R"({a,"b c","q\"\\,}","NULL",""})",
             R"({"rString":["a","b c","q\"\\,}","NULL",""]})"},
        Case{"r_string", kTexts, "{NULL}", "TYPE"},
        Case{"r_string", kUnknown, "{a,b}", R"({"rString":["a","b"]})"},
        Case{"r_string", kUnknown, "a", "TYPE"},
        Case{"r_bytes", kByteas, R"({"\\x01","\\x"})", R"({"rBytes":["AQ==",""]})"},
        Case{"r_enum", kUnknown, "{RED,BLUE}", R"({"rEnum":["RED","BLUE"]})"},
        Case{"r_at", 1185, R"({"2024-01-01 00:00:00+00"})", R"({"rAt":["2024-01-01T00:00:00Z"]})"},
        Case{"r_length", 1187, "{PT1S}", R"({"rLength":["1s"]})"},
        Case{"inner", kJsonb, R"({"name": "x", "n": 3, "other": 1})",
             R"({"inner":{"name":"x","n":3}})"},
        Case{"inner", kJsonb, R"({"n": "y"})", "TYPE"}, Case{"inner", kText, "{}", "TYPE"},
        Case{"inner", kJsonb, "null", R"({})"},
        Case{"r_inner", kJsonb, R"([{"n": 1}])", R"({"rInner":[{"n":1}]})"},
        Case{"r_odd", kJsonb, R"([{"n": 1}])", R"({"o\"d\\d":[{"n":1}]})"},
        Case{"r_inner", kTexts, "{}", "TYPE"},
        Case{"rw_string", kTexts, "{a,b}", R"({"rwString":["a","b"]})"},
        Case{"rw_string", kJsonb, R"(["a"])", R"({"rwString":["a"]})"},
        Case{"m_int32", kJsonb, R"({"a": 1})", R"({"mInt32":{"a":1}})"},
        Case{"m_int32", kJsonb, R"({"a": 1}, "fString": "x")", "SYNTAX"},
        Case{"r_inner", kJsonb, R"([{"n": 1}], "fString": "x")", "SYNTAX"},
        Case{"r_inner", kJsonb, R"([{"n": 1}]} {)", "SYNTAX"},
        Case{"mask", kText, "fInt32,inner.n", R"({"mask":"fInt32,inner.n"})"}));

/* ---- parameters ---- */

struct Written {
    enum reeve_status status = REEVE_OK;
    std::vector<std::string> values; /* "NULL" for NULL */
    std::string why;
};

Written write(const std::string &statement, const std::string &json, bool enum_numbers = false)
{
    Written out;
    struct reeve_arena arena;
    struct reeve_sql_statement parsed = {};
    struct reeve_sql_fault fault = {};
    struct reeve_sql_parameters parameters = {};
    struct reeve_sql_unknown unknown = {};
    struct reeve_problem problem = {};
    const struct reeve_json_options options = {};
    const char *const *values = nullptr;
    struct reeve_bytes field = {};
    const char *why = "";
    void *message = nullptr;
    reeve_arena_init(&arena, nullptr, 1 << 22, 0);
    EXPECT_EQ(
        reeve_sql_statement_parse(reeve_bytes_cstr(statement.c_str()), &arena, &parsed, &fault),
        REEVE_OK);
    out.status =
        reeve_sql_parameters_resolve(&parsed, all(), enum_numbers, &arena, &parameters, &unknown);
    if (out.status == REEVE_OK) {
        EXPECT_EQ(reeve_message_from_json(all(), reeve_bytes_cstr(json.c_str()), &options, &arena,
                                          &message, &problem),
                  REEVE_OK)
            << problem.text;
        out.status =
            reeve_sql_parameters_write(&parameters, message, &arena, &values, &field, &why);
        out.why = why;
    } else {
        out.why = unknown.text;
    }
    for (uint32_t i = 0; out.status == REEVE_OK && i < parameters.count; i++) {
        out.values.emplace_back(values[i] == nullptr ? "NULL" : values[i]);
    }
    reeve_arena_clear(&arena);
    return out;
}

using Values = std::vector<std::string>;

TEST(SqlParameters, WriteEveryType)
{
    EXPECT_EQ(write("SELECT :f_double, :f_float, :f_int64, :f_uint64, :f_bool, :f_string, :f_bytes",
                    R"({"fDouble":-0.5,"fFloat":0.1,"fInt64":"-5","fUint64":"18446744073709551615",
                       "fBool":true,"fString":"it's","fBytes":"AP8="})")
                  .values,
              (Values{"-0.5", "0.1", "-5", "18446744073709551615", "true", "it's", "\\x00ff"}));
    EXPECT_EQ(write("SELECT :f_double, :at, :length, :w_int64, :mask, :inner, :inner.n",
                    R"({"fDouble":"NaN","at":"2024-01-02T03:04:05.006Z","length":"-1.5s",
                       "wInt64":"7","mask":"fInt32,inner.n","inner":{"name":"x","n":2}})")
                  .values,
              (Values{"NaN", "2024-01-02T03:04:05.006Z", "-1.500000000 seconds", "7",
                      "fInt32,inner.n", R"({"name":"x","n":2})", "2"}));
}

TEST(SqlParameters, WriteNullWhereNothingIsPresent)
{
    EXPECT_EQ(write("SELECT :o_int32, :o_string, :w_int64, :at, :inner, :inner.n, :c_string", "{}")
                  .values,
              Values(7, "NULL"));
    EXPECT_EQ(
        write("SELECT :f_int32, :f_string, :f_enum, :r_int64, :m_int32, :r_inner", "{}").values,
        (Values{"0", "", "COLOUR_UNSPECIFIED", "{}", "{}", "[]"}));
}

TEST(SqlParameters, WriteLists)
{
    EXPECT_EQ(write("SELECT :r_int64, :r_string, :r_bytes, :r_enum, :r_inner, :m_int32",
                    R"({"rInt64":[1,2],"rString":["a\"b\\","NULL","{}",""],"rBytes":["AQ=="],
                       "rEnum":["RED"],"rInner":[{"n":1}],"mInt32":{"k":5}})")
                  .values,
              (Values{R"({"1","2"})", R"({"a\"b\\","NULL","{}",""})", R"({"\\x01"})", R"({"RED"})",
                      R"([{"n":1}])", R"({"k":5})"}));
}

TEST(SqlParameters, WriteListsOfWrappersAsArrays)
{
    EXPECT_EQ(write("SELECT :rw_string", R"({"rwString":["a","b"]})").values,
              Values{R"({"a","b"})"});
}

TEST(SqlParameters, WriteListsOfFieldsWithOddJsonNames)
{
    EXPECT_EQ(write("SELECT :r_odd", R"({"o\"d\\d":[{"n":1}]})").values, Values{R"([{"n":1}])"});
}

TEST(SqlParameters, WriteEnumsByNameOrNumber)
{
    EXPECT_EQ(write("SELECT :f_enum", R"({"fEnum":"BLUE"})").values, Values{"BLUE"});
    EXPECT_EQ(write("SELECT :f_enum", R"({"fEnum":"BLUE"})", true).values, Values{"7"});
    EXPECT_EQ(write("SELECT :f_enum", R"({"fEnum":55})", true).values, Values{"55"});
    EXPECT_EQ(write("SELECT :f_enum", R"({"fEnum":55})").status, REEVE_INVALID);
}

TEST(SqlParameters, RefuseNamesThatMeanNothing)
{
    EXPECT_EQ(write("SELECT :nothing", "{}").status, REEVE_NOT_FOUND);
    EXPECT_EQ(write("SELECT :inner.nothing", "{}").status, REEVE_NOT_FOUND);
    EXPECT_EQ(write("SELECT :r_inner.n", "{}").status, REEVE_NOT_FOUND);
    EXPECT_EQ(write("SELECT :m_int32.key", "{}").status, REEVE_NOT_FOUND);
    EXPECT_EQ(write("SELECT :f_int32.x", "{}").status, REEVE_NOT_FOUND);
    EXPECT_EQ(write("SELECT :oInt32", "{}").status, REEVE_OK);
}

TEST(SqlParameters, SurviveEveryFailedAllocation)
{
    struct reeve_arena request;
    struct reeve_problem problem = {};
    const struct reeve_json_options options = {};
    const std::string json = R"({"fString":"x","rString":["a","b"],"mInt32":{"a":1},"rInner":[{}],
                                "at":"2024-01-01T00:00:00Z","inner":{"n":1},"fBytes":"AP8="})";
    void *message = nullptr;
    reeve_arena_init(&request, nullptr, 1 << 20, 0);
    ASSERT_EQ(reeve_message_from_json(all(), reeve_bytes_cstr(json.c_str()), &options, &request,
                                      &message, &problem),
              REEVE_OK);
    SweepAllocations([&](const reeve_allocator *a) {
        struct reeve_arena arena;
        struct reeve_sql_statement statement = {};
        struct reeve_sql_fault fault = {};
        struct reeve_sql_parameters parameters = {};
        struct reeve_sql_unknown unknown = {};
        const char *const *values = nullptr;
        struct reeve_bytes field = {};
        const char *why = "";
        reeve_arena_init(&arena, a, 1 << 20, 64);
        enum reeve_status status = reeve_sql_statement_parse(
            reeve_bytes_cstr("SELECT :f_string, :r_string, :m_int32, :r_inner, :at, :inner.n, "
                             ":f_bytes, :o_int32"),
            &arena, &statement, &fault);
        if (status == REEVE_OK) {
            status = reeve_sql_parameters_resolve(&statement, all(), false, &arena, &parameters,
                                                  &unknown);
        }
        if (status == REEVE_OK) {
            status =
                reeve_sql_parameters_write(&parameters, message, &arena, &values, &field, &why);
        }
        EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY) << reeve_status_name(status);
        reeve_arena_clear(&arena);
    });
    reeve_arena_clear(&request);
}

/* ---- rows ---- */

struct Described {
    enum reeve_status status;
    bool collects;
    std::string why;
};

Described describe(const std::string &name, const std::vector<struct reeve_sql_described> &columns)
{
    struct reeve_arena arena;
    struct reeve_sql_rows rows = {};
    struct reeve_sql_misfit misfit = {};
    reeve_arena_init(&arena, nullptr, 1 << 20, 0);
    const enum reeve_status status =
        reeve_sql_rows_describe(task(name)->output, task(name)->server_streaming, columns.data(),
                                columns.size(), &arena, &rows, &misfit);
    const Described out = {status, rows.list != nullptr, misfit.text};
    reeve_arena_clear(&arena);
    return out;
}

TEST(SqlRows, MeetFieldsByName)
{
    EXPECT_EQ(
        describe("GetOrder", {{"id", kInt8}, {"createdAt", kTimestamptz}, {"more", kText}}).status,
        REEVE_OK);
    EXPECT_TRUE(describe("ListOrders", {{"id", kInt8}}).collects);
    EXPECT_FALSE(describe("ListOrders", {{"orders", kJsonb}}).collects);
    EXPECT_FALSE(describe("StreamOrders", {{"id", kInt8}}).collects);
    EXPECT_EQ(describe("Touch", {{"id", kInt8}}).status, REEVE_OK);
}

TEST(SqlRows, AreRefusedWhereTheyNeverFit)
{
    const Described twice = describe("GetOrder", {{"created_at", kDate}, {"createdAt", kDate}});
    EXPECT_EQ(twice.status, REEVE_OUTPUT_INVALID);
    EXPECT_NE(twice.why.find("created_at"), std::string::npos);
    const Described type = describe("GetOrder", {{"id", kText}});
    EXPECT_EQ(type.status, REEVE_OUTPUT_INVALID);
    EXPECT_NE(type.why.find("column id"), std::string::npos);
    EXPECT_EQ(describe("GetOrder", {{"nothing", kText}}).status, REEVE_OUTPUT_INVALID);
    EXPECT_EQ(describe("GetOrder", {}).status, REEVE_OUTPUT_INVALID);
}

TEST(SqlRows, SurviveEveryFailedAllocation)
{
    const std::vector<struct reeve_sql_described> columns = {
        {"f_string", kText}, {"f_bytes", kBytea},  {"at", kTimestamptz}, {"length", kInterval},
        {"w_int64", kInt8},  {"r_string", kTexts}, {"m_int32", kJsonb},  {"inner", kJsonb}};
    const std::vector<std::string> texts = {
        "abc", "\\x00ff", "2024-01-01 00:00:00+00", "PT1S", "5", "{a,b}", R"({"a": 1})", "{}"};
    SweepAllocations([&](const reeve_allocator *a) {
        struct reeve_arena arena;
        struct reeve_sql_rows rows = {};
        struct reeve_sql_misfit misfit = {};
        std::vector<struct reeve_bytes> values;
        void *message = nullptr;
        for (const std::string &t : texts) {
            values.push_back(reeve_bytes_of(t.data(), t.size()));
        }
        reeve_arena_init(&arena, a, 1 << 20, 64);
        enum reeve_status status = reeve_sql_rows_describe(all(), false, columns.data(),
                                                           columns.size(), &arena, &rows, &misfit);
        if (status == REEVE_OK) {
            status =
                reeve_sql_rows_read(&rows, values.data(), values.size(), &arena, &message, &misfit);
        }
        EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY)
            << reeve_status_name(status) << " " << misfit.text;
        EXPECT_EQ(message != nullptr, status == REEVE_OK);
        reeve_arena_clear(&arena);
    });
}

} // namespace
} // namespace reeve::test
