// SPDX-License-Identifier: Apache-2.0
//
// Reads /proc/PID/status.
#include "tests/integration/support/memory.h"

#include <fstream>
#include <string>

namespace reeve::test
{

size_t resident_kib(pid_t pid)
{
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.rfind("VmRSS:", 0) == 0) {
            return std::stoul(line.substr(6));
        }
    }
    return 0;
}

} // namespace reeve::test
