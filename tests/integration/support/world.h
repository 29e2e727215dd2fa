/* SPDX-License-Identifier: Apache-2.0 */
/* A world for one test: a folder with certificates, keys and configuration, and the real programs
 * in it: reeve-agent, reeve-gateway, an internal API. Everything listens on loopback, on free
 * ports; everything is killed by its pid when the world goes; the logs are shown when the test
 * failed. */
#ifndef REEVE_TESTS_INTEGRATION_SUPPORT_WORLD_H
#define REEVE_TESTS_INTEGRATION_SUPPORT_WORLD_H

#include <memory>
#include <string>
#include <vector>

#include "agent/trust/key.h"
#include "tests/integration/support/process.h"
#include "tests/integration/support/settings.h"
#include "tests/integration/support/status.h"
#include "tests/support/test_pki.h"

namespace reeve::test
{

inline constexpr char kWorkerId[] = "spiffe://test.reeve/acme/worker/berlin-1";

/* What a program is started by beside its own words. */
struct Launch {
    std::vector<std::string> prefix;      /* "nsenter", "--net=…": becomes the program itself */
    std::vector<std::string> environment; /* "NAME=value" */
};

class World
{
  public:
    World();
    ~World();
    World(const World &) = delete;
    World &operator=(const World &) = delete;

    /* A path below the world's folder. */
    std::string path(const std::string &name) const
    {
        return dir_.path() + "/" + name;
    }
    const TestPki &pki() const
    {
        return pki_;
    }
    /* Certificate and key of a role that is in pki/: "gateway", "agent", "planner" … */
    Credential credential(const std::string &name) const;
    /* Replaces pki/agent.pem and .key by new ones of the same identity. */
    void renew_agent_certificate();
    const struct reeve_key &approver() const
    {
        return approver_;
    }
    /* The lines that demo.native.v1.Native/Step wrote: one per start, "NAME JOB". */
    std::vector<std::string> steps() const;

    /* Each is started from the settings as they are then, and waits until it can be used. */
    void write_token() const;
    void start_crm(bool misbehave = false);
    void start_api(const std::string &script); /* another internal API in the CRM's place */
    void start_gateway();
    void start_agent();
    /* Another worker, `program`, with a folder `name` for journal and status; ready to be used. */
    std::unique_ptr<Process> start_worker(const std::string &name, const std::string &program);
    Status status() const
    {
        return ask_status(path("agent/agent.sock"));
    }
    bool wait_ready() const;
    /* reevectl as "planner", "approver", "auditor" or "operator". */
    Finished ctl(const std::string &role, const std::vector<std::string> &words) const;
    std::string log(const std::string &name) const; /* "agent", "gateway", "crm" */
    /* P5: the exported audit trail is one unbroken chain for each journal. */
    void expect_unbroken_audit() const;
    /* What ThreadSanitizer says in the programs' logs, where they are built with it. Whatever is
     * there when the world goes is a failure. */
    std::string races() const;

    std::string agent_program; /* reeve-agent, or another worker */
    unsigned step_ms = 0;      /* how long demo.native.v1.Native/Step takes, one after the other */
    Launch agent_launch;
    Launch gateway_launch;
    AgentSettings agent_settings;
    GatewaySettings gateway_settings;
    std::string token = "t0ken/of\"the\\CRM+a&b=c?9xYz";
    std::unique_ptr<Process> crm;
    std::unique_ptr<Process> gateway;
    std::unique_ptr<Process> agent;

  private:
    void make_credential(const std::string &name, const std::string &id);
    int wait_port(const std::string &file, Process &process, const std::string &name) const;
    std::unique_ptr<Process> start(const std::string &name, const std::vector<std::string> &argv,
                                   const Launch &launch = {}) const;

    TempDir dir_;
    TestPki pki_;
    struct reeve_key approver_;
};

/* Paths of the built programs and of the manifest of the example tasks. */
namespace built
{
extern const char *const kAgent;
extern const char *const kStockWorker; /* of docs/reference/grpc-binding.md */
extern const char *const kStockManifest;
extern const char *const kDevPki;
extern const char *const kGateway;
extern const char *const kControl;
extern const char *const kManifest;
extern const char *const kSource; /* the repository */
} // namespace built

} // namespace reeve::test
#endif
