/* SPDX-License-Identifier: Apache-2.0 */
/* A real server on loopback, for as long as the object lives; it ends with the test even if that is
 * killed. */
#ifndef REEVE_TESTS_INTEGRATION_HTTP_SERVER_PROCESS_H
#define REEVE_TESTS_INTEGRATION_HTTP_SERVER_PROCESS_H

#include <memory>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/test_pki.h"

namespace reeve::test
{

/* A port that is free now. */
int free_port();

class ServerProcess
{
  public:
    /* Starts `argv`, whose output goes to a file of `directory`, and waits until the port takes
     * connections. The test fails when it does not, or when the program is not there: scripts/setup
     * test installs it. */
    ServerProcess(const std::vector<std::string> &argv, int port, const std::string &directory);
    ~ServerProcess();
    ServerProcess(const ServerProcess &) = delete;
    ServerProcess &operator=(const ServerProcess &) = delete;

  private:
    std::unique_ptr<Child> child_;
};

/* nginx with the given content of its http block. */
std::unique_ptr<ServerProcess> start_nginx(const TempDir &directory, const std::string &http,
                                           int port);

} // namespace reeve::test
#endif
