/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for something to become true in another process. The deadline only keeps a broken test
 * from hanging; no test passes or fails by how fast the machine is. */
#ifndef REEVE_TESTS_INTEGRATION_SUPPORT_WAIT_H
#define REEVE_TESTS_INTEGRATION_SUPPORT_WAIT_H

#include <chrono>
#include <cstdlib>
#include <functional>
#include <thread>

namespace reeve::test
{

/* Shorter for whoever is looking for a mistake: REEVE_TEST_PATIENCE_S. */
inline std::chrono::seconds patience()
{
    const char *given = std::getenv("REEVE_TEST_PATIENCE_S");
    return std::chrono::seconds(given != nullptr ? std::atoi(given) : 90);
}

/* Asks until it holds; false after the deadline. */
inline bool eventually(const std::function<bool()> &holds)
{
    const auto end = std::chrono::steady_clock::now() + patience();
    while (!holds()) {
        if (std::chrono::steady_clock::now() >= end) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

} // namespace reeve::test
#endif
