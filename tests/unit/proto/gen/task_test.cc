/* SPDX-License-Identifier: Apache-2.0 */
/* P3: the printed task tables say what the .proto says: types, options, http rules, handlers. */
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "demo/crm/v1/crm.reeve.h"
#include "demo/native/v1/native.reeve.h"
#include "gen_test_tasks.reeve.h"
#include "gentest/v1/everything.reeve.h"
#include "proto/runtime/message.h"
#include "reeve/handler.h"
#include "reeve_demo_tasks.reeve.h"
#include "tests/unit/proto/gen/tables.h"

/* What a worker would bring: the handlers, and the call that they are given. */
struct reeve_native_call {
    const void *request;
    const char *handler;
};

const void *reeve_native_request(const struct reeve_native_call *call)
{
    return call->request;
}

void demo_native_v1_native_echo(struct reeve_native_call *call,
                                const struct demo_native_v1_echo_request *request)
{
    call->handler = request->text;
}

void demo_native_v1_native_step(struct reeve_native_call *call,
                                const struct demo_native_v1_step_request *request)
{
    call->handler = request->name;
}

void demo_native_v1_native_count(struct reeve_native_call *call,
                                 const struct demo_native_v1_count_request *request)
{
    (void)request;
    call->handler = "count";
}

void gentest_v1_things_everything(struct reeve_native_call *call,
                                  const struct gentest_v1_all *request)
{
    (void)request;
    call->handler = "everything";
}

void gentest_v1_things_watch(struct reeve_native_call *call,
                             const struct google_protobuf_empty *request)
{
    (void)request;
    call->handler = "watch";
}

namespace
{

std::string PathOf(const struct reeve_task &task)
{
    std::string path;
    for (unsigned i = 0; i < task.http->parts_count; i++) {
        const struct reeve_path_part &part = task.http->parts[i];
        if (part.literal != nullptr) {
            path += part.literal;
            continue;
        }
        const struct reeve_message *m = task.input;
        path += part.multi_segment ? "{**" : "{";
        for (unsigned d = 0; d < part.field_depth; d++) {
            path += std::string(d == 0 ? "" : ".") + m->fields[part.field[d]].name;
            m = m->fields[part.field[d]].message;
        }
        path += "}";
    }
    return path;
}

TEST(Task, P3_TablesHoldEveryTaskByName)
{
    EXPECT_EQ(reeve_demo_tasks.version, static_cast<unsigned>(REEVE_TABLE_VERSION));
    ASSERT_EQ(reeve_demo_tasks.count, 8u);
    for (unsigned i = 1; i < reeve_demo_tasks.count; i++) {
        EXPECT_LT(std::string(reeve_demo_tasks.tasks[i - 1]->name),
                  reeve_demo_tasks.tasks[i]->name);
    }
    EXPECT_EQ(gen_test_tasks.count, 4u);
}

TEST(Task, P3_OptionsArriveUnchanged)
{
    const struct reeve_task &task = demo_crm_v1_tickets_create_ticket_task;
    EXPECT_STREQ(task.name, "demo.crm.v1.Tickets/CreateTicket");
    EXPECT_STREQ(task.system, "ticketing");
    EXPECT_EQ(task.input, &demo_crm_v1_create_ticket_request_message);
    EXPECT_EQ(task.output, &demo_crm_v1_ticket_message);
    EXPECT_EQ(task.idempotency, REEVE_NOT_IDEMPOTENT);
    EXPECT_EQ(task.binding, REEVE_BINDING_HTTP);
    EXPECT_EQ(task.approvals, 1);
    EXPECT_EQ(task.max_in_flight, 8u);
    EXPECT_EQ(task.timeout_ms, 10000u);
    EXPECT_EQ(task.max_result_bytes, 1048576u);
    EXPECT_EQ(task.native, nullptr);
    EXPECT_EQ(demo_crm_v1_tickets_close_ticket_task.idempotency, REEVE_IDEMPOTENT);
    EXPECT_EQ(demo_crm_v1_tickets_get_ticket_task.timeout_ms, 30000u); /* the default */
    EXPECT_EQ(gentest_v1_things_put_task.timeout_ms, 1500u);
    EXPECT_EQ(gentest_v1_things_put_task.approvals, 16);
    EXPECT_EQ(gentest_v1_things_put_task.max_result_bytes, 77u);
    EXPECT_TRUE(gentest_v1_things_watch_task.server_streaming);
    EXPECT_EQ(gentest_v1_things_watch_task.binding, REEVE_BINDING_NATIVE);
    EXPECT_STREQ(gentest_v1_things_put_task.documentation,
                 "Every kind of path part.\n  Indented, with \"quotes\", a \\ and a ?.");
}

TEST(Task, HttpRulesAreResolved)
{
    const struct reeve_task &put = gentest_v1_things_put_task;
    EXPECT_STREQ(put.http->method, "PUT");
    EXPECT_EQ(PathOf(put), "/v1/{parent.id}/things/{number}/files/{**path}:replace");
    EXPECT_FALSE(put.http->body_all);
    EXPECT_STREQ(put.input->fields[put.http->body_field].name, "content");
    EXPECT_STREQ(put.output->fields[put.http->response_field].name, "thing");
    EXPECT_STREQ(gentest_v1_things_list_task.http->method, "LIST");
    const struct reeve_task &create = demo_crm_v1_tickets_create_ticket_task;
    EXPECT_EQ(PathOf(create), "/api/v2/tickets");
    EXPECT_TRUE(create.http->body_all);
    EXPECT_EQ(create.http->body_field, -1);
    EXPECT_EQ(create.http->response_field, -1);
    EXPECT_EQ(PathOf(demo_crm_v1_tickets_close_ticket_task), "/api/v2/tickets/{ticket_id}:close");
}

TEST(Task, NativeTasksCallTheirTypedHandler)
{
    struct demo_native_v1_echo_request request;
    demo_native_v1_echo_request_init(&request);
    char text[] = "hello";
    request.text = text;
    struct reeve_native_call call = {&request, nullptr};
    demo_native_v1_native_echo_task.native(&call);
    EXPECT_STREQ(call.handler, "hello");
    EXPECT_EQ(demo_native_v1_native_echo_task.idempotency, REEVE_NO_SIDE_EFFECTS);
    EXPECT_EQ(demo_native_v1_native_step_task.idempotency, REEVE_NOT_IDEMPOTENT);
}

/* P3: a handler that nobody wrote is a link error: the object with the table asks the linker for
 * it, and not weakly. */
TEST(Task, P3_MissingHandlerIsALinkError)
{
    FILE *pipe = popen("nm -g " REEVE_DEMO_LIBRARY, "r");
    ASSERT_NE(pipe, nullptr);
    std::string symbols;
    char chunk[4096];
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, pipe)) > 0) {
        symbols.append(chunk, n);
    }
    ASSERT_EQ(pclose(pipe), 0);
    EXPECT_NE(symbols.find(" U demo_native_v1_native_echo\n"), std::string::npos);
    EXPECT_NE(symbols.find(" U demo_native_v1_native_step\n"), std::string::npos);
    EXPECT_EQ(symbols.find(" U demo_crm_v1_tickets_create_ticket\n"), std::string::npos);
}

/* The tables at work: a person's JSON becomes the struct, and the same bytes come back. */
TEST(Task, InputsTravelThroughTheRuntime)
{
    const char json[] = "{\"subject\": \"Printer on fire\", \"priority\": \"PRIORITY_HIGH\","
                        " \"customerId\": \"C-1\", \"labels\": {\"floor\": \"3\"},"
                        " \"due\": \"2030-01-02T03:04:05Z\", \"watchers\": [\"a@b.c\"]}";
    const struct reeve_message *m = demo_crm_v1_tickets_create_ticket_task.input;
    struct reeve_arena arena;
    struct reeve_problem problem = {};
    void *decoded = nullptr;
    reeve_arena_init(&arena, nullptr, 1 << 20, 0);
    ASSERT_EQ(
        reeve_message_from_json(m, reeve_bytes_cstr(json), nullptr, &arena, &decoded, &problem),
        REEVE_OK)
        << problem.field << ": " << problem.text;
    const auto *request = static_cast<struct demo_crm_v1_create_ticket_request *>(decoded);
    EXPECT_STREQ(request->subject, "Printer on fire");
    EXPECT_EQ(request->priority, DEMO_CRM_V1_PRIORITY_HIGH);
    EXPECT_EQ(request->requester_case, DEMO_CRM_V1_CREATE_TICKET_REQUEST_REQUESTER_CUSTOMER_ID);
    EXPECT_STREQ(request->customer_id, "C-1");
    ASSERT_EQ(request->n_labels, 1u);
    EXPECT_STREQ(request->labels[0]->value, "3");
    EXPECT_EQ(request->due->seconds, 1893553445);
    struct reeve_buffer bytes;
    reeve_buffer_init(&bytes, nullptr, 1 << 20);
    ASSERT_EQ(reeve_message_encode(m, decoded, &bytes), REEVE_OK);
    EXPECT_EQ(bytes.len, protobuf_c_message_get_packed_size(&request->base));
    reeve_buffer_clear(&bytes);
    reeve_arena_clear(&arena);
}

std::string Violations(const struct reeve_message *m, const char *json)
{
    struct reeve_arena arena;
    struct reeve_problem problem = {};
    void *decoded = nullptr;
    reeve_arena_init(&arena, nullptr, 1 << 20, 0);
    EXPECT_EQ(reeve_message_prepare(m, &problem), REEVE_OK) << problem.text;
    EXPECT_EQ(
        reeve_message_from_json(m, reeve_bytes_cstr(json), nullptr, &arena, &decoded, &problem),
        REEVE_OK)
        << problem.field << ": " << problem.text;
    struct reeve_problem items[16] = {};
    struct reeve_problems problems = {items, 16, 0, 0};
    const enum reeve_status status = reeve_message_validate(m, decoded, 0, &problems);
    std::string found;
    for (size_t i = 0; i < problems.count; i++) {
        found += std::string(items[i].field) + " " + items[i].rule + "\n";
    }
    EXPECT_EQ(status, found.empty() ? REEVE_OK : REEVE_CONSTRAINT);
    reeve_arena_clear(&arena);
    return found;
}

TEST(Task, P3_PrintedRulesAreChecked)
{
    const struct reeve_message *m = demo_crm_v1_tickets_create_ticket_task.input;
    EXPECT_EQ(Violations(m, "{\"subject\": \"s\", \"customerId\": \"C-1\", \"cardNumber\": "
                            "\"123456789012\"}"),
              "");
    const std::string found =
        Violations(m, "{\"priority\": 9, \"labels\": {\"UP\": \"x\"}, \"cardNumber\": \"12\","
                      " \"watchers\": [\"a@b.c\", \"a@b.c\"], \"contact\": {\"name\": \"\"}}");
    for (const char *expected :
         {"subject string.min_len\n", "priority enum.defined_only\n", "string.pattern\n",
          "card_number string.pattern\n", "watchers repeated.unique\n",
          "contact.name string.min_len\n", "contact.email string.min_len\n"}) {
        EXPECT_NE(found.find(expected), std::string::npos) << expected << "in:\n" << found;
    }
    EXPECT_NE(Violations(m, "{\"subject\": \"s\"}").find("requester"), std::string::npos);
}

TEST(Task, EveryPrintedPatternCompiles)
{
    for (const auto &[name, table] : AllTables()) {
        struct reeve_problem problem = {};
        EXPECT_EQ(reeve_message_prepare(table, &problem), REEVE_OK) << name << ": " << problem.text;
    }
}

/* What X_INIT leaves NULL counts as "". */
TEST(Task, OutputsMadeWithTheInitializerEncode)
{
    struct demo_crm_v1_ticket ticket = DEMO_CRM_V1_TICKET_INIT;
    char id[] = "T-1";
    ticket.ticket_id = id;
    struct reeve_buffer bytes;
    reeve_buffer_init(&bytes, nullptr, 1 << 20);
    ASSERT_EQ(reeve_message_encode(&demo_crm_v1_ticket_message, &ticket, &bytes), REEVE_OK);
    EXPECT_TRUE(reeve_bytes_equal(reeve_buffer_view(&bytes), reeve_bytes_cstr("\x0a\x03T-1")));
    reeve_buffer_clear(&bytes);
}

} // namespace
