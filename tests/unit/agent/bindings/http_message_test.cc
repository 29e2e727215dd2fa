// SPDX-License-Identifier: Apache-2.0
// google.api.http: which field of a request goes where, on the example tasks.
#include "agent/bindings/http/http_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "http_test_tasks.reeve.h"
#include "reeve_demo_tasks.reeve.h"
#include "tests/support/alloc_sweep.h"
#include "tests/support/message_json.h"

namespace
{

using ::testing::HasSubstr;
using ::testing::Not;

const reeve_task *Task(const std::string &name)
{
    for (const reeve_task_table *table : {&reeve_demo_tasks, &http_test_tasks}) {
        for (uint32_t i = 0; i < table->count; i++) {
            if (name == table->tasks[i]->name) {
                return table->tasks[i];
            }
        }
    }
    return nullptr;
}

class HttpMessage : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        reeve_arena_init(&arena_, nullptr, 1 << 20, 0);
        reeve_http_parts_init(&parts_, nullptr);
    }
    void TearDown() override
    {
        reeve_http_parts_clear(&parts_);
        reeve_arena_clear(&arena_);
    }
    reeve_status Write(const std::string &task, const std::string &json,
                       const char *base = "https://crm.internal/base/")
    {
        const void *request = reeve::test::FromJson(Task(task)->input, json, &arena_);
        reeve_http_parts_clear(&parts_);
        return reeve_http_write_request(Task(task), request, base, &arena_, &parts_);
    }
    std::string Url() const
    {
        return std::string(reinterpret_cast<const char *>(parts_.url.data), parts_.url.len);
    }
    std::string Body() const
    {
        return std::string(reinterpret_cast<const char *>(parts_.body.data), parts_.body.len);
    }
    reeve_arena arena_;
    reeve_http_parts parts_;
};

TEST_F(HttpMessage, PathVariable)
{
    ASSERT_EQ(REEVE_OK, Write("demo.crm.v1.Customers/GetCustomer", R"({"customerId":"C-1"})"));
    EXPECT_EQ("https://crm.internal/base/api/v1/customers/C-1", Url());
    EXPECT_EQ("", Body());
}

TEST_F(HttpMessage, PathVariablesAreEscapedAndCannotClimb)
{
    ASSERT_EQ(REEVE_OK,
              Write("demo.crm.v1.Customers/GetCustomer", R"({"customerId":"a/b?c#d e%2e\u00e4"})"));
    EXPECT_EQ("https://crm.internal/base/api/v1/customers/a%2Fb%3Fc%23d%20e%252e%C3%A4", Url());
    // A proxy that decodes the path before it resolves the dots would climb for whoever asked.
    for (const char *bad :
         {"", ".", "..", "a/../../admin", "../admin", "a/..", "a/.", "a\\\\..\\\\b", "..;",
          "..;x=1/admin", "a/..;/b", "a\\r\\nX: y", "a\\u007f"}) {
        EXPECT_EQ(REEVE_INVALID, Write("demo.crm.v1.Customers/GetCustomer",
                                       std::string(R"({"customerId":")") + bad + "\"}"));
        EXPECT_STREQ("customer_id", parts_.field);
    }
}

TEST_F(HttpMessage, RemainingFieldsBecomeTheQuery)
{
    ASSERT_EQ(REEVE_OK, Write("demo.crm.v1.Customers/SearchCustomers",
                              R"({"text":"a&b=c","tiers":["CUSTOMER_TIER_GOLD",7],"limit":5})"));
    EXPECT_EQ("https://crm.internal/base/api/v1/customers?text=a%26b%3Dc"
              "&tiers=CUSTOMER_TIER_GOLD&tiers=7&limit=5",
              Url());
}

TEST_F(HttpMessage, WholeMessageAsBody)
{
    ASSERT_EQ(REEVE_OK,
              Write("demo.crm.v1.Tickets/CreateTicket",
                    R"({"subject":"Rain","customerId":"C-1","labels":{"b":"2","a":"1"}})"));
    EXPECT_EQ("https://crm.internal/base/api/v2/tickets", Url());
    EXPECT_EQ(R"({"subject":"Rain","customerId":"C-1","labels":{"b":"2","a":"1"}})", Body());
}

TEST_F(HttpMessage, PathFieldsAreNotRepeatedInTheBody)
{
    ASSERT_EQ(REEVE_OK,
              Write("demo.crm.v1.Tickets/CloseTicket", R"({"ticketId":"T-1","resolution":"done"})",
                    "http://127.0.0.1:8080"));
    EXPECT_EQ("http://127.0.0.1:8080/api/v2/tickets/T-1:close", Url());
    EXPECT_EQ(R"({"resolution":"done"})", Body());
}

TEST_F(HttpMessage, TooLongUrlIsRefused)
{
    std::string json = R"({"text":")" + std::string(20000, 'x') + "\"}";
    EXPECT_EQ(REEVE_LIMIT, Write("demo.crm.v1.Customers/SearchCustomers", json));
}

// P3: what is not declared in the output message does not come in.
TEST_F(HttpMessage, P3UndeclaredMembersAreDropped)
{
    const std::string json = R"({"customerId":"C-1","internalRating":"B-","deep":{"x":[1,{}]}})";
    reeve_problem problem = {};
    void *response = nullptr;
    ASSERT_EQ(REEVE_OK, reeve_http_read_response(Task("demo.crm.v1.Customers/GetCustomer"),
                                                 Task("demo.crm.v1.Customers/GetCustomer")->http,
                                                 reeve_bytes_of(json.data(), json.size()), &arena_,
                                                 &response, &problem));
    const reeve_json_options options = {};
    ASSERT_EQ(REEVE_OK, reeve_message_to_json(Task("demo.crm.v1.Customers/GetCustomer")->output,
                                              response, &options, &parts_.body));
    EXPECT_EQ(R"({"customerId":"C-1"})", Body());
}

// "METHOD path body" of a request to an httptest task.
class HttpRules : public HttpMessage
{
  protected:
    std::string Line(const std::string &rpc, const std::string &json)
    {
        reeve_status status = Write("httptest.v1.Things/" + rpc, json, "http://h");
        if (status != REEVE_OK) {
            return std::string(reeve_status_name(status)) + " " + parts_.field;
        }
        std::string line = std::string(parts_.rule->method) + " " + Url().substr(8);
        return Body().empty() ? line : line + " " + Body();
    }
};

TEST_F(HttpRules, PatternsHaveToMatch)
{
    EXPECT_EQ("GET /v1/shelves/1/books/b%20c", Line("Get", R"({"name":"shelves/1/books/b c"})"));
    EXPECT_EQ("GET /v2/library/alpine/tags/list", Line("Rest", R"({"name":"library/alpine"})"));
    EXPECT_EQ("GET /v2/alpine/tags/list", Line("Rest", R"({"name":"alpine"})"));
    EXPECT_EQ("GET /v1/a/1/z/2", Line("Tail", R"({"name":"a/1/z/2"})"));
    EXPECT_EQ("GET /v1/a/1/2/3/z/2", Line("Tail", R"({"name":"a/1/2/3/z/2"})"));
    for (const char *bad : {"a/z/2", "a/1/z", "b/1/z/2", "a/1/y/2", "a", "a/1/z/2/3", "a/1/z/",
                            "/a/1/z/2", "a//z/2", "a/../z/2", "a/..\\\\x/z/2"}) {
        EXPECT_EQ("INVALID name", Line("Tail", std::string(R"({"name":")") + bad + "\"}")) << bad;
    }
}

// The first rule of main and additional_bindings whose variables fit; a variable that another rule
// does not bind goes into the query.
TEST_F(HttpRules, AdditionalBindingsAreTriedInOrder)
{
    EXPECT_EQ("GET /v1/shelves/1/books/2?flavour=f",
              Line("Get", R"({"name":"shelves/1/books/2","flavour":"f"})"));
    EXPECT_EQ("GET /v1/drafts/1/2/3:draft", Line("Get", R"({"name":"drafts/1/2/3"})"));
    EXPECT_EQ("LIST /v1/all?name=other%2Fthing", Line("Get", R"({"name":"other/thing"})"));
    EXPECT_EQ("LIST /v1/all", Line("Get", "{}"));
}

TEST_F(HttpRules, TextAroundAVariableAndLiteralPatterns)
{
    EXPECT_EQ("GET /odata/Things('a%27b')/plain",
              Line("Odata", R"({"name":"a'b","flavour":"plain"})"));
    EXPECT_EQ("INVALID flavour", Line("Odata", R"({"name":"a","flavour":"other"})"));
    EXPECT_EQ("INVALID name", Line("Odata", R"({"flavour":"plain"})"));
}

TEST_F(HttpRules, EveryScalarInAPath)
{
    EXPECT_EQ("GET /v1/-9223372036854775808/4294967295/true/RED/-_8%3D/0.5/0",
              Line("Scalars", R"({"i64":"-9223372036854775808","u32":4294967295,"flag":true,)"
                              R"("colour":"RED","data":"+/8=","real":0.5,"maybe":0})"));
    // Without presence 0 is a value; a text, bytes, or an optional field has to be there.
    EXPECT_EQ("GET /v1/0/0/false/COLOUR_UNSPECIFIED/AA%3D%3D/NaN/7",
              Line("Scalars", R"({"data":"AA==","real":"NaN","maybe":7})"));
    EXPECT_EQ("INVALID maybe", Line("Scalars", R"({"data":"AA=="})"));
    EXPECT_EQ("INVALID data", Line("Scalars", R"({"maybe":1})"));
}

TEST_F(HttpRules, QueryOfEveryKindOfField)
{
    EXPECT_EQ("GET /v1/things?owner.mail=a%40b&owner.place.cityName=K%C3%B6ln",
              Line("Query", R"({"owner":{"mail":"a@b","place":{"cityName":"K\u00f6ln"}}})"));
    EXPECT_EQ("GET /v1/things?sizes=1&sizes=-2&words=a&words=&colours=RED&colours=9",
              Line("Query", R"({"sizes":[1,-2],"words":["a",""],"colours":["RED",9]})"));
    EXPECT_EQ(
        "GET /v1/things?since=2026-01-02T03%3A04%3A05.500Z&within=1.500s&mask=a.bC%2Cd",
        Line("Query", R"({"since":"2026-01-02T03:04:05.5Z","within":"1.5s","mask":"a.bC,d"})"));
    EXPECT_EQ(
        "GET /v1/things?text=&number=-5&blob=-_8%3D&flag=false&data=-_8%3D",
        Line("Query", R"({"text":"","number":"-5","blob":"-_8=","flag":false,"data":"+/8="})"));
    EXPECT_EQ("GET /v1/things?moments=1970-01-01T00%3A00%3A00Z&moments=1970-01-01T00%3A00%3A01Z"
              "&ratio=-Infinity&note=",
              Line("Query", R"({"moments":["1970-01-01T00:00:00Z","1970-01-01T00:00:01Z"],)"
                            R"("ratio":"-Infinity","note":""})"));
    EXPECT_EQ("GET /v1/things?right=0&snakeCaseName=x",
              Line("Query", R"({"right":"0","snakeCaseName":"x","nothing":{}})"));
}

TEST_F(HttpRules, OneFieldAsBodyTheRestAsQuery)
{
    EXPECT_EQ(R"(PUT /v1/things/7?tags=a&force=true {"title":"x"})",
              Line("Put", R"({"thing":{"id":"7","title":"x"},"tags":["a"],"force":true})"));
    EXPECT_EQ("INVALID thing.id", Line("Put", R"({"thing":{"title":"x"}})"));
    EXPECT_EQ("INVALID thing.id", Line("Put", "{}"));
    EXPECT_EQ(R"(PATCH /v1/tags?force=true ["a","b"])",
              Line("PutTags", R"({"tags":["a","b"],"force":true})"));
    EXPECT_EQ("PATCH /v1/tags", Line("PutTags", "{}"));
    EXPECT_EQ(R"(PATCH /v1/odd?a%26b%3Dc=y "x")", Line("PutOdd", R"({"o\"d\\d":"x","a&b=c":"y"})"));
    EXPECT_EQ("DELETE /v1/a%2Fb?flavour=x", Line("Delete", R"({"name":"a/b","flavour":"x"})"));
}

TEST_F(HttpRules, ResponseBodyIsTheValueOfItsField)
{
    const reeve_task *task = Task("httptest.v1.Things/Put");
    const reeve_json_options options = {};
    reeve_problem problem = {};
    void *response = nullptr;
    const std::string json = R"({"id":"7","more":1})";
    ASSERT_EQ(REEVE_OK,
              reeve_http_read_response(task, task->http, reeve_bytes_of(json.data(), json.size()),
                                       &arena_, &response, &problem));
    ASSERT_EQ(REEVE_OK, reeve_message_to_json(task->output, response, &options, &parts_.body));
    EXPECT_EQ(R"({"thing":{"id":"7"}})", Body());
}

// P3: a body that closes the field's value and goes on does not become other fields.
TEST_F(HttpRules, P3ResponseBodyIsOneValue)
{
    const reeve_task *task = Task("httptest.v1.Things/Put");
    for (const char *body : {R"({"id":"7"},"revision":"x")", R"({"id":"7"},{})", R"({"id":"7"}})",
                             R"({"id":"7"} {"id":"8"})", R"({"id":"7")", "]["}) {
        reeve_problem problem = {};
        void *response = nullptr;
        const std::string json = body;
        EXPECT_NE(REEVE_OK, reeve_http_read_response(task, task->http,
                                                     reeve_bytes_of(json.data(), json.size()),
                                                     &arena_, &response, &problem))
            << body;
    }
}

// P7: every allocation that writing a request makes fails once; nothing is leaked, nothing half
// written is taken for a request.
TEST(HttpMessageMemory, P7EachAllocationFailsOnce)
{
    struct {
        const char *task;
        const char *json;
    } const cases[] = {
        {"httptest.v1.Things/Get", R"({"name":"drafts/1/2/3","flavour":"f"})"},
        {"httptest.v1.Things/Put", R"({"thing":{"id":"7","title":"x"},"tags":["a"],"force":true})"},
        {"httptest.v1.Things/Query", R"({"owner":{"mail":"a@b"},"sizes":[1],"mask":"a.b"})"},
        {"demo.crm.v1.Tickets/CreateTicket", R"({"subject":"Rain","customerId":"C-1"})"},
    };
    for (const auto &c : cases) {
        SweepAllocations([&](const reeve_allocator *a) {
            const reeve_json_options options = {};
            reeve_problem problem = {};
            reeve_arena arena;
            reeve_http_parts parts;
            void *request = nullptr;
            reeve_arena_init(&arena, a, 1 << 20, 0);
            reeve_http_parts_init(&parts, a);
            const std::string json = c.json;
            reeve_status status = reeve_message_from_json(Task(c.task)->input,
                                                          reeve_bytes_of(json.data(), json.size()),
                                                          &options, &arena, &request, &problem);
            if (status == REEVE_OK) {
                status =
                    reeve_http_write_request(Task(c.task), request, "https://h", &arena, &parts);
            }
            EXPECT_THAT(status, ::testing::AnyOf(REEVE_OK, REEVE_NO_MEMORY, REEVE_LIMIT)) << c.task;
            reeve_http_parts_clear(&parts);
            reeve_arena_clear(&arena);
        });
    }
}

} // namespace
