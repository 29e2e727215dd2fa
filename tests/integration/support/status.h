/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker says of itself on its status socket. */
#ifndef REEVE_TESTS_INTEGRATION_SUPPORT_STATUS_H
#define REEVE_TESTS_INTEGRATION_SUPPORT_STATUS_H

#include <cstdint>
#include <string>
#include <vector>

namespace reeve::test
{

struct Status {
    bool answered = false;
    bool ready = false;
    std::vector<std::string> conditions;
    std::string link; /* "LIVE" */
    std::string last_end;
    std::string journal_id;
    uint64_t connects = 0;
    uint64_t epoch = 0;
    uint64_t running = 0;
    uint64_t held = 0; /* queued, starting and running */
    uint64_t unsettled = 0;
    uint64_t succeeded = 0;
    uint64_t rejected = 0;
    uint64_t spool_bytes = 0;
    uint64_t spool_results = 0;
    std::string spool_state;
    std::string document; /* as it came */

    bool has(const std::string &condition) const;
};

Status ask_status(const std::string &socket);

} // namespace reeve::test
#endif
