/* SPDX-License-Identifier: Apache-2.0 */
/* Every generated table that the tests know, found by walking from a few. */
#ifndef REEVE_TESTS_UNIT_PROTO_GEN_TABLES_H
#define REEVE_TESTS_UNIT_PROTO_GEN_TABLES_H

#include <map>
#include <string>

#include "demo/crm/v1/crm.reeve.h"
#include "demo/native/v1/native.reeve.h"
#include "gentest/nopackage.reeve.h"
#include "gentest/v1/everything.reeve.h"
#include "gentest/v1/nasty.reeve.h"
#include "gentest/v2/same.reeve.h"
#include "reeve/v1/audit.reeve.h"
#include "reeve/v1/config.reeve.h"
#include "reeve/v1/control.reeve.h"
#include "reeve/v1/manifest.reeve.h"
#include "reeve/v1/worker.reeve.h"

using Tables = std::map<std::string, const struct reeve_message *>;

inline void Reach(const struct reeve_message *table, Tables *tables)
{
    if (!tables->emplace(table->name, table).second) {
        return;
    }
    for (unsigned i = 0; i < table->fields_count; i++) {
        if (table->fields[i].message != nullptr) {
            Reach(table->fields[i].message, tables);
        }
    }
}

inline Tables AllTables()
{
    Tables tables;
    for (const struct reeve_message *root : {&linux__message,
                                             &gentest_v1_implicit_message,
                                             &gentest_v1_optional_message,
                                             &gentest_v1_repeated_message,
                                             &gentest_v1_maps_message,
                                             &gentest_v1_choice_message,
                                             &gentest_v1_well_known_message,
                                             &gentest_v1_tree_message,
                                             &gentest_v1_ring_message,
                                             &gentest_v1_all_message,
                                             &gentest_v1_rules_message,
                                             &gentest_v1_put_request_message,
                                             &gentest_v1_put_response_message,
                                             &gentest_v1_nasty_message,
                                             &gentest_v1_http_server2_config_message,
                                             &gentest_v1_snake_case_message,
                                             &gentest_v1_holder_message,
                                             &gentest_v2_same_message,
                                             &demo_crm_v1_create_ticket_request_message,
                                             &demo_crm_v1_ticket_message,
                                             &demo_crm_v1_search_customers_response_message,
                                             &demo_crm_v1_search_customers_request_message,
                                             &demo_native_v1_echo_request_message,
                                             &demo_native_v1_step_response_message,
                                             &reeve_v1_agent_config_message,
                                             &reeve_v1_gateway_config_message,
                                             &reeve_v1_manifest_message,
                                             &reeve_v1_task_schema_message,
                                             &reeve_v1_audit_record_message,
                                             &reeve_v1_audit_entry_message,
                                             &reeve_v1_submit_plan_request_message,
                                             &reeve_v1_watch_plan_response_message,
                                             &reeve_v1_list_workers_response_message,
                                             &reeve_v1_export_audit_response_message,
                                             &reeve_v1_worker_message_message,
                                             &reeve_v1_gateway_message_message}) {
        Reach(root, &tables);
    }
    return tables;
}

#endif
