/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of gateway-stub/main share: certificates and a configuration in a directory, and
 * the real service on a thread of its own, with real mTLS on loopback and a real SQLite file. */
#ifndef REEVE_TESTS_UNIT_GATEWAY_STUB_MAIN_GATEWAY_FIXTURE_H
#define REEVE_TESTS_UNIT_GATEWAY_STUB_MAIN_GATEWAY_FIXTURE_H

#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

#include "gateway-stub/main/service.h"
#include "tests/unit/agent/io/rpc/rpc_fixture.h"

namespace reeve::test
{

inline bool wait_until(const std::function<bool()> &done, int timeout_ms = 20000)
{
    for (int waited = 0; waited < timeout_ms; waited += 5) {
        if (done()) {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return done();
}

inline std::string read_file(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/* Certificates of everybody, and gateway.yaml. */
class GatewayFiles
{
  public:
    GatewayFiles()
    {
        dir.write("ca.pem", pki.ca_pem(), 0600);
        dir.write_credential("gateway", pki.server());
        write_config("");
    }
    TestPki pki;
    TempDir dir;
    std::string grants =
        "  - { identity: spiffe://test.reeve/worker/*, tenant: acme, roles: [WORKER] }\n"
        "  - { identity: spiffe://test.reeve/planner/*, tenant: acme, roles: [PLANNER] }\n"
        "  - { identity: spiffe://test.reeve/approver/*, tenant: acme, roles: [APPROVER] }\n"
        "  - { identity: spiffe://test.reeve/operator/*, tenant: acme, roles: [OPERATOR] }\n"
        "  - { identity: spiffe://test.reeve/auditor/*, tenant: acme, roles: [AUDITOR] }\n";

    std::string config() const
    {
        return dir.path() + "/gateway.yaml";
    }
    std::string port_file() const
    {
        return dir.path() + "/port";
    }
    void write_config(const std::string &more, const std::string &store = "store/reeve.db") const
    {
        dir.write("gateway.yaml",
                  "listen: 127.0.0.1:0\n"
                  "tls: { certificate_file: gateway.pem, key_file: gateway.key, client_ca_file: "
                  "ca.pem }\n"
                  "store: { sqlite: { path: " +
                      store + " } }\ngrants:\n" + grants + more,
                  0600);
    }
    Credential of(const std::string &role) const
    {
        return pki.worker("spiffe://test.reeve/" + role + "/one");
    }
};

/* The service as `serve` runs it, less signals and hardening. */
class Gateway
{
  public:
    explicit Gateway(const GatewayFiles &files) : files_(files)
    {
        std::remove(files.port_file().c_str());
        thread_ = std::thread([this] { run(); });
        (void)wait_until([this] { return port() != 0 || ended_; });
    }
    ~Gateway()
    {
        stop();
    }
    Gateway(const Gateway &) = delete;
    Gateway &operator=(const Gateway &) = delete;

    int port() const
    {
        return std::atoi(read_file(files_.port_file()).c_str());
    }
    std::string target() const
    {
        return "127.0.0.1:" + std::to_string(port());
    }
    /* Runs it on the service's thread and waits. */
    void on_loop(const std::function<void(struct reeve_service *)> &what)
    {
        if (ended_) {
            return;
        }
        Task task;
        task.self = this;
        task.what = &what;
        task.node.run = [](struct reeve_task_node *node) {
            Task &t = *REEVE_OWNER(node, Task, node);
            (*t.what)(t.self->service_);
            t.done = true;
        };
        reeve_rpc_loop_post(loop_, &task.node);
        (void)wait_until([&task] { return task.done.load(); });
    }
    void signal_stop()
    {
        stopping_ = true;
        on_loop([](struct reeve_service *s) { reeve_service_signal_stop(s); });
    }
    void reload()
    {
        on_loop([](struct reeve_service *s) { reeve_service_reload(s); });
    }
    /* Stops in order, and waits. */
    enum reeve_status stop()
    {
        if (thread_.joinable()) {
            if (!stopping_) { /* a second one would not wait for the drain */
                signal_stop();
            }
            thread_.join();
        }
        return status;
    }
    void join()
    {
        thread_.join();
    }
    enum reeve_status status = REEVE_INTERNAL;
    char why[1024] = "";

  private:
    struct Task {
        struct reeve_task_node node;
        Gateway *self;
        const std::function<void(struct reeve_service *)> *what;
        std::atomic<bool> done{false};
    };
    const GatewayFiles &files_;
    std::thread thread_;
    struct reeve_rpc_loop *loop_ = nullptr;
    struct reeve_service *service_ = nullptr;
    std::atomic<bool> ended_{false};
    bool stopping_ = false;

    void run()
    {
        const std::string config = files_.config();
        const std::string port_file = files_.port_file();
        struct reeve_service_options options = {};
        options.config_path = config.c_str();
        options.port_file = port_file.c_str();
        status = make(&options);
        if (status == REEVE_OK) {
            status = reeve_service_run(service_, why);
            ended_ = true;
            reeve_service_stop(service_);
        }
        reeve_rpc_loop_free(loop_);
        reeve_service_free(service_);
        ended_ = true;
    }
    enum reeve_status make(struct reeve_service_options *options)
    {
        const struct reeve_now now = reeve_now_read();
        struct reeve_config_report report;
        reeve_config_report_init(&report, options->config_path);
        enum reeve_status s =
            reeve_gateway_config_load(options->config_path, &report, &options->config);
        if (s == REEVE_OK) {
            s = reeve_tls_files_open(options->config, &now, &report, &options->tls);
        }
        EXPECT_EQ(REEVE_OK, s) << (report.count > 0 ? report.items[0].text : "");
        reeve_config_report_clear(&report);
        if (s != REEVE_OK) {
            reeve_gateway_config_free(options->config);
            return s;
        }
        EXPECT_EQ(REEVE_OK, reeve_rpc_loop_new(nullptr, &loop_));
        options->loop = loop_;
        return reeve_service_new(options, &service_, why);
    }
};

/* A running gateway and a client's loop. */
class GatewayTest : public ::testing::Test
{
  protected:
    void start()
    {
        gateway = std::make_unique<Gateway>(files);
        ASSERT_NE(0, gateway->port()) << gateway->why;
    }
    std::unique_ptr<Channel> dial(const Credential &credential)
    {
        auto channel = std::make_unique<Channel>(
            loop, gateway->target(), credential, files.pki.ca_pem(),
            [](struct reeve_rpc_channel_options &o) { o.max_message_bytes = size_t{64} << 20; });
        EXPECT_EQ(REEVE_OK, channel->status);
        return channel;
    }
    /* One request, one end. */
    std::unique_ptr<Side> ask(Channel &channel, const std::string &method,
                              const std::string &request)
    {
        auto side = std::make_unique<Side>();
        side->when_open = [request](Side &s) {
            const enum reeve_status sent = s.send(request);
            EXPECT_TRUE(sent == REEVE_OK || sent == REEVE_CLOSED);
        };
        side->when_sent = [](Side &s) { (void)half_close(s); };
        path_ = "/reeve.v1.ControlService/" + method;
        channel.start(*side, path_.c_str(), 60000);
        EXPECT_TRUE(loop.run_until([&side] { return side->closed > 0; }));
        return side;
    }
    std::unique_ptr<Side> ask_as(const std::string &role, const std::string &method,
                                 const std::string &request)
    {
        auto channel = dial(files.of(role));
        return ask(*channel, method, request);
    }
    static bool half_close(Side &s)
    {
        return reeve_rpc_call_half_close(s.call) == REEVE_OK;
    }

    GatewayFiles files;
    std::unique_ptr<Gateway> gateway;
    Loop loop;

  private:
    std::string path_;
};

} // namespace reeve::test
#endif
