// SPDX-License-Identifier: Apache-2.0
//
// Configuration files as text.
#include "tests/integration/support/settings.h"

#include <sstream>

namespace reeve::test
{

namespace
{

/* `more` is the rest of the gateway's entry. */
std::string peer(const std::string &host, int gateway_port, const std::string &leaf,
                 const std::string &more = "")
{
    return "gateway: { address: \"" + host + ":" + std::to_string(gateway_port) +
           "\", server_name: localhost, ca_file: pki/ca.pem" + more + " }\n" +
           "identity: { certificate_file: pki/" + leaf + ".pem, key_file: pki/" + leaf + ".key }\n";
}

std::string http_system(const std::string &name, int port, const std::string &auth)
{
    return "  " + name + ": { http: { base_url: \"http://127.0.0.1:" + std::to_string(port) +
           "/\", auth: " + auth + " } }\n";
}

std::string grpc_system(const std::string &name, int port, const std::string &auth)
{
    return "  " + name + ": { grpc: { target: \"127.0.0.1:" + std::to_string(port) +
           "\", auth: " + auth + " } }\n";
}

/* With the credential, so that a program can try to give it away. */
std::string exec_system(const std::string &program)
{
    std::string out = "systems:\n  scripts:\n    exec:\n      programs:\n";
    for (const char *operation : {"Greet", "look", "count", "print"}) {
        out += "        " + std::string(operation) + ": { path: \"" + program +
               "\", secrets: [ { secret: crm-token, variable: TOKEN } ] }\n";
    }
    return out + "secrets:\n  crm-token: { file: { path: crm/token } }\n";
}

std::string systems(const AgentSettings &s)
{
    if (!s.systems.empty()) {
        return s.systems;
    }
    if (!s.program.empty()) {
        return exec_system(s.program);
    }
    if (s.stock_over_grpc) {
        return "systems:\n" +
               grpc_system("stock", s.crm_port, "{ bearer: { secret: crm-token } }") +
               "secrets:\n  crm-token: { file: { path: crm/token } }\n";
    }
    if (s.proxy_port != 0) {
        return "secrets:\n  proxy-password: { file: { path: crm/proxy-password } }\n";
    }
    const std::string bearer = "{ bearer: { secret: crm-token } }";
    const std::string basic = "{ basic: { username: reeve, password_secret: crm-token } }";
    return s.crm_port == 0 ? ""
                           : "systems:\n" + http_system("crm", s.crm_port, bearer) +
                                 http_system("ticketing", s.crm_port,
                                             s.basic_auth_for_tickets ? basic : bearer) +
                                 "secrets:\n  crm-token: { file: { path: crm/token } }\n";
}

std::string proxy(const AgentSettings &s)
{
    return s.proxy_port == 0
               ? ""
               : ", proxy: { url: \"http://127.0.0.1:" + std::to_string(s.proxy_port) +
                     "\", username: reeve, password_secret: proxy-password }";
}

/* Of the CRM's tasks none may be named while its systems are not configured. */
std::string allowlist(const AgentSettings &s)
{
    std::string out = "allow:\n";
    for (const std::string &task : s.allow) {
        if (s.crm_port != 0 || task.rfind("demo.crm.", 0) != 0) {
            out += "  - { task: \"" + task + "\" }\n";
        }
    }
    return out;
}

} // namespace

std::string agent_yaml(const AgentSettings &s)
{
    std::ostringstream out;
    out << peer(s.gateway_host, s.gateway_port, "agent", proxy(s)) << "journal: { directory: \""
        << s.journal_directory << "\", max_bytes: " << s.journal_max_bytes << " }\n"
        << (s.spool.empty() ? "" : "spool: " + s.spool + "\n") << systems(s) << allowlist(s);
    out << "trust:\n  approvers:\n    - { name: ann, public_key: \"" << s.approver_key << "\" }\n"
        << "limits: { max_in_flight: " << s.max_in_flight << ", max_running: " << s.max_running
        << ", pool_threads: " << s.pool_threads << ", max_input_bytes: " << s.max_input_bytes
        << ", max_output_bytes: " << s.max_output_bytes << " }\n"
        << "status: { socket: \"" << s.status_socket << "\" }\n"
        << "max_backoff: 1s\n"
        << "drain_timeout: " << s.drain_timeout << "\n"
        << "log: { level: " << s.log_level << " }\n";
    return out.str();
}

std::string gateway_yaml(const GatewaySettings &s)
{
    std::ostringstream out;
    out << "listen: " << s.listen_host << ":" << s.port << "\n"
        << "tls: { certificate_file: pki/gateway.pem, key_file: pki/gateway.key, "
           "client_ca_file: pki/ca.pem }\n"
        << "store: { sqlite: { path: gateway/reeve.db } }\n"
        << "grants:\n";
    for (const char *role : {"worker", "planner", "approver", "auditor", "operator"}) {
        std::string upper = role;
        for (char &c : upper) {
            c = static_cast<char>(c - 'a' + 'A');
        }
        out << "  - { identity: \"spiffe://test.reeve/acme/" << role
            << "/*\", tenant: acme, roles: [" << upper << "] }\n";
    }
    out << "approvers:\n  - { tenant: acme, name: ann, public_key: \"" << s.approver_key << "\" }\n"
        << "delivery: { heartbeat_interval: " << s.heartbeat_interval << ", lease: " << s.lease
        << ", grace: " << s.grace << ", lost_after: " << s.lost_after
        << ", max_attempts: " << s.max_attempts << ", retries: " << s.retries << " }\n"
        << "limits: { max_frame_bytes: " << s.max_frame_bytes
        << ", max_job_spec_bytes: " << s.max_job_spec_bytes << " }\n"
        << "log: { level: " << s.log_level << " }\n";
    return out.str();
}

std::string control_yaml(const std::string &role, int gateway_port)
{
    return peer("127.0.0.1", gateway_port, role) +
           (role == "approver" ? "approver_key_file: keys/approver.key\n" : "");
}

} // namespace reeve::test
