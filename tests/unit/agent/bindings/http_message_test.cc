// SPDX-License-Identifier: Apache-2.0
// google.api.http: which field of a request goes where, on the example tasks.
#include "agent/bindings/http/http_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "reeve_demo_tasks.reeve.h"

namespace
{

using ::testing::HasSubstr;
using ::testing::Not;

const reeve_task *Task(const std::string &name)
{
    for (uint32_t i = 0; i < reeve_demo_tasks.count; i++) {
        if (name == reeve_demo_tasks.tasks[i]->name) {
            return reeve_demo_tasks.tasks[i];
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
        reeve_buffer_init(&url_, nullptr, REEVE_HTTP_URL_MAX);
        reeve_buffer_init(&body_, nullptr, 1 << 20);
    }
    void TearDown() override
    {
        reeve_buffer_clear(&url_);
        reeve_buffer_clear(&body_);
        reeve_arena_clear(&arena_);
    }
    reeve_status Write(const std::string &task, const std::string &json,
                       const char *base = "https://crm.internal/base/")
    {
        const reeve_json_options options = {};
        reeve_problem problem = {};
        void *request = nullptr;
        EXPECT_EQ(REEVE_OK, reeve_message_from_json(Task(task)->input,
                                                    reeve_bytes_of(json.data(), json.size()),
                                                    &options, &arena_, &request, &problem))
            << problem.text;
        reeve_buffer_reset(&url_);
        reeve_buffer_reset(&body_);
        return reeve_http_write_request(Task(task), request, base, &arena_, &url_, &body_, &field_);
    }
    std::string Url() const
    {
        return std::string(reinterpret_cast<const char *>(url_.data), url_.len);
    }
    std::string Body() const
    {
        return std::string(reinterpret_cast<const char *>(body_.data), body_.len);
    }
    reeve_arena arena_;
    reeve_buffer url_;
    reeve_buffer body_;
    const char *field_ = nullptr;
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
        EXPECT_STREQ("customer_id", field_);
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
                                                 reeve_bytes_of(json.data(), json.size()), &arena_,
                                                 &response, &problem));
    const reeve_json_options options = {};
    ASSERT_EQ(REEVE_OK, reeve_message_to_json(Task("demo.crm.v1.Customers/GetCustomer")->output,
                                              response, &options, &body_));
    EXPECT_EQ(R"({"customerId":"C-1"})", Body());
}

} // namespace
