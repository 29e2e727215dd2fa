/* Made by protoc-gen-reeve: every task of one worker. */
#include "reeve_demo_tasks.reeve.h"

#include "demo/crm/v1/crm.reeve.h"
#include "demo/native/v1/native.reeve.h"

static const struct reeve_task *const tasks[] = {
    &demo_crm_v1_customers_get_customer_task, /* demo.crm.v1.Customers/GetCustomer */
    &demo_crm_v1_customers_search_customers_task, /* demo.crm.v1.Customers/SearchCustomers */
    &demo_crm_v1_tickets_close_ticket_task, /* demo.crm.v1.Tickets/CloseTicket */
    &demo_crm_v1_tickets_create_ticket_task, /* demo.crm.v1.Tickets/CreateTicket */
    &demo_crm_v1_tickets_get_ticket_task, /* demo.crm.v1.Tickets/GetTicket */
    &demo_native_v1_native_count_task, /* demo.native.v1.Native/Count */
    &demo_native_v1_native_echo_task, /* demo.native.v1.Native/Echo */
    &demo_native_v1_native_step_task, /* demo.native.v1.Native/Step */
};

const struct reeve_task_table reeve_demo_tasks = {
    .version = REEVE_TABLE_VERSION,
    .count = 8,
    .tasks = tasks,
};
