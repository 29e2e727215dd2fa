// SPDX-License-Identifier: Apache-2.0
//
// The ceiling: a libcurl-multi loop on epoll that does nothing but send the same GET and take the
// answer's bytes, with handles that are made once.
#ifndef REEVE_TESTS_BENCH_HTTP_REQUESTS_BARE_LOOP_H
#define REEVE_TESTS_BENCH_HTTP_REQUESTS_BARE_LOOP_H

#include <cstddef>
#include <string>

namespace reeve::bench
{

// Requests answered with 200 for each second.
double bare_requests_per_s(const std::string &url, size_t in_flight, double seconds);

} // namespace reeve::bench
#endif
