/* SPDX-License-Identifier: Apache-2.0 */
/* P3: the printed task tables say what the .proto says: types, options, http rules, handlers. */
#include <gtest/gtest.h>

#include "demo/crm/v1/crm.reeve.h"
#include "demo/native/v1/native.reeve.h"
#include "gen_test_tasks.reeve.h"
#include "gentest/v1/everything.reeve.h"
#include "reeve/handler.h"
#include "reeve_demo_tasks.reeve.h"

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
    ASSERT_EQ(reeve_demo_tasks.count, 7u);
    for (unsigned i = 1; i < reeve_demo_tasks.count; i++) {
        EXPECT_LT(std::string(reeve_demo_tasks.tasks[i - 1]->name),
                  reeve_demo_tasks.tasks[i]->name);
    }
    EXPECT_EQ(gen_test_tasks.count, 3u);
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

} // namespace
