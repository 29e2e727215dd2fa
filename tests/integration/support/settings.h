/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration files of the programs under test, put together from what a test wants otherwise. */
#ifndef REEVE_TESTS_INTEGRATION_SUPPORT_SETTINGS_H
#define REEVE_TESTS_INTEGRATION_SUPPORT_SETTINGS_H

#include <string>
#include <vector>

namespace reeve::test
{

inline constexpr char kEchoTask[] = "demo.native.v1.Native/Echo"; /* no side effects */
inline constexpr char kStep[] = "demo.native.v1.Native/Step";     /* not idempotent */
inline constexpr char kGetCustomer[] = "demo.crm.v1.Customers/GetCustomer";
inline constexpr char kGetTicket[] = "demo.crm.v1.Tickets/GetTicket";
inline constexpr char kCreateTicket[] = "demo.crm.v1.Tickets/CreateTicket"; /* 1 approval */
inline constexpr char kCloseTicket[] = "demo.crm.v1.Tickets/CloseTicket";   /* 1 approval */

/* Paths are relative to the world's folder. */
struct AgentSettings {
    std::string gateway_host = "127.0.0.1";
    int gateway_port = 0;
    int crm_port = 0; /* 0: the two systems of the CRM are not configured */
    bool basic_auth_for_tickets = false;
    std::string systems; /* not empty: in place of all below, `systems` and `secrets` as YAML */
    bool stock_over_grpc = false; /* in place of the CRM's systems: the system of stock-worker */
    std::string
        program; /* not empty: in place of them, what every task of reeve-exec-worker runs */
    std::vector<std::string> allow = {"demo.native.v1.Native/*", "demo.crm.v1.Customers/*",
                                      kGetTicket, kCreateTicket};
    std::string approver_key; /* base64 */
    int proxy_port = 0; /* not 0: the way to the gateway, for "reeve" with crm/proxy-password */
    unsigned max_in_flight = 0;
    unsigned max_running = 0;
    unsigned pool_threads = 0;
    unsigned long long max_input_bytes = 0;
    unsigned long long max_output_bytes = 0;
    std::string journal_directory = "agent/journal";
    std::string status_socket = "agent/agent.sock";
    unsigned long long journal_max_bytes = 0;
    std::string spool; /* not empty: the entry's value, as YAML */
    std::string drain_timeout = "60s";
    std::string log_level = "DEBUG";
};
std::string agent_yaml(const AgentSettings &settings);

struct GatewaySettings {
    std::string listen_host = "127.0.0.1";
    int port = 0;
    std::string approver_key;
    std::string heartbeat_interval = "0.2s";
    std::string lease = "2s";
    std::string grace = "2s";
    std::string lost_after = "86400s";
    unsigned max_attempts = 0;
    std::string retries = "[]"; /* delivery.retries, as YAML */
    unsigned max_frame_bytes = 0;
    unsigned max_job_spec_bytes = 0;
    std::string log_level = "DEBUG";
};
std::string gateway_yaml(const GatewaySettings &settings);

/* reevectl's, as `role`. */
std::string control_yaml(const std::string &role, int gateway_port);

} // namespace reeve::test
#endif
