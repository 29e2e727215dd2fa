/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration file that is right, to be made wrong line by line. */
#ifndef REEVE_TESTS_UNIT_AGENT_CONFIG_CONFIG_FIXTURE_H
#define REEVE_TESTS_UNIT_AGENT_CONFIG_CONFIG_FIXTURE_H

#include <gtest/gtest.h>

#include <string>

#include "agent/config/agent_config.h"
#include "reeve_demo_tasks.reeve.h"
#include "tests/support/test_pki.h"

inline const char *const kGoodConfig = R"(gateway:
  address: gateway.example.com:8443
  ca_file: ca.pem
identity:
  certificate_file: worker.pem
  key_file: worker.key
journal:
  directory: journal
  max_bytes: 33554432
systems:
  crm:
    http:
      base_url: https://crm.internal:8443/base
      ca_file: crm-ca.pem
      auth: { bearer: { secret: crm-token } }
      headers: { X-Tenant: blue }
      connect_timeout: 3s
  ticketing:
    http:
      base_url: http://127.0.0.1:9000
      auth: { basic: { username: reeve, password_secret: ticket-password } }
secrets:
  crm-token: { file: { path: crm-token } }
  ticket-password: { environment: { variable: REEVE_TEST_TICKETS } }
allow:
  - task: demo.crm.v1.Customers/*
    max_in_flight: 3
  - task: demo.crm.v1.Tickets/CreateTicket
    approvals: 2
  - task: demo.native.v1.Native/Echo
trust:
  approvers:
    - name: ann
      public_key: AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    - name: bob
      public_key: AwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
limits:
  max_in_flight: 32
  max_input_bytes: 65536
log: { level: WARN, format: JSON }
status: { socket: run/agent.sock }
drain_timeout: 7s
pools: [desk]
labels: { site: berlin }
max_backoff: 5s
)";

/* The text with one part replaced; the part must be there. */
inline std::string with(const std::string &text, const std::string &part,
                        const std::string &replacement)
{
    const size_t at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return at == std::string::npos
               ? text
               : text.substr(0, at) + replacement + text.substr(at + part.size());
}

/* One load of a text. */
class Loaded
{
  public:
    explicit Loaded(const std::string &text, const std::string &name = "agent.yaml")
        : path_(directory_.write(name, text, 0600))
    {
        reeve_config_report_init(&report_, path_.c_str());
        status_ = reeve_agent_config_load(path_.c_str(), &reeve_demo_tasks, &report_, &config_);
    }
    ~Loaded()
    {
        reeve_agent_config_free(config_);
        reeve_config_report_clear(&report_);
    }
    Loaded(const Loaded &) = delete;
    Loaded &operator=(const Loaded &) = delete;

    enum reeve_status status() const
    {
        return status_;
    }
    const reeve_agent_config *config() const
    {
        return config_;
    }
    reeve_config_report *report()
    {
        return &report_;
    }
    const std::string &path() const
    {
        return path_;
    }
    const reeve::test::TempDir &directory() const
    {
        return directory_;
    }
    std::string in_directory(const std::string &name) const
    {
        return directory_.path() + "/" + name;
    }
    /* The report as people see it, with "agent.yaml" for the path. */
    std::string text() const
    {
        reeve_buffer out;
        reeve_buffer_init(&out, nullptr, 1 << 20);
        EXPECT_EQ(reeve_config_report_print(&report_, &out), REEVE_OK);
        std::string all(reinterpret_cast<const char *>(out.data), out.len);
        reeve_buffer_clear(&out);
        for (size_t at = all.find(path_); at != std::string::npos; at = all.find(path_)) {
            all.replace(at, path_.size(), "agent.yaml");
        }
        return all;
    }
    /* The item about a field; NULL when there is none. */
    const reeve_config_item *about(const std::string &field) const
    {
        for (size_t i = 0; i < report_.count; i++) {
            if (field == report_.items[i].field) {
                return &report_.items[i];
            }
        }
        return nullptr;
    }

  private:
    reeve::test::TempDir directory_;
    std::string path_;
    reeve_config_report report_ = {};
    reeve_agent_config *config_ = nullptr;
    enum reeve_status status_ = REEVE_INTERNAL;
};

#endif
