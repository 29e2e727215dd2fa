/* SPDX-License-Identifier: Apache-2.0 */
/* Stands between worker and gateway with certificates of its own, hands every message on as it is,
 * both ways, and remembers all bytes: what really travels inside the TLS. It runs on a thread of
 * its own. */
#ifndef REEVE_TESTS_INTEGRATION_SUPPORT_PROXY_H
#define REEVE_TESTS_INTEGRATION_SUPPORT_PROXY_H

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "tests/integration/support/worker_server.h"
#include "tests/integration/support/world.h"

namespace reeve::test
{

class RecordingProxy
{
  public:
    /* In front of the world's gateway, which must be there. */
    explicit RecordingProxy(const World &world);
    ~RecordingProxy();
    RecordingProxy(const RecordingProxy &) = delete;
    RecordingProxy &operator=(const RecordingProxy &) = delete;

    int port() const
    {
        return port_;
    }
    /* As a proxy that is restarted: says GOAWAY on every connection, whose streams go on, and takes
     * new ones on the same port. Once. */
    void go_away()
    {
        go_away_ = true;
    }
    std::string from_worker() const;
    std::string from_gateway() const;

  private:
    struct Pair;
    void run();
    void join(Side &worker);

    const World &world_;
    mutable std::mutex lock_; /* guards the two recordings */
    std::string from_worker_;
    std::string from_gateway_;
    std::atomic<int> port_{0};
    std::atomic<bool> stop_{false};
    std::atomic<bool> go_away_{false};
    Loop *loop_ = nullptr; /* the thread's own, as are the pairs */
    std::vector<std::unique_ptr<Pair>> pairs_;
    std::thread thread_;
};

} // namespace reeve::test
#endif
