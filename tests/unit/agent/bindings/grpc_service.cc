// SPDX-License-Identifier: Apache-2.0
//
// The service of grpc_service.h.
#include "tests/unit/agent/bindings/grpc_service.h"

#include <signal.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::test
{

GrpcService::GrpcService(const std::vector<std::string> &options, const std::string &program)
{
    std::vector<std::string> words = {program};
    if (program[0] != '/') {
        words = {"/usr/bin/python3",
                 std::string(REEVE_SOURCE_DIR) + "/tests/interop/grpc/" + program};
    }
    words.insert(words.end(), options.begin(), options.end());
    child_ = std::make_unique<Child>(words);
    const std::string first = child_->line();
    EXPECT_THAT(first, testing::HasSubstr("\"port\": "));
    port_ = first.substr(first.find(' ') + 1);
    port_ = port_.substr(0, port_.find('}'));
}

std::string GrpcService::target() const
{
    return "127.0.0.1:" + port_;
}

std::string GrpcService::Line(const std::string &word, int timeout_ms)
{
    for (;;) {
        const std::string line = child_->line(timeout_ms);
        if (line.empty() || line.find(word) != std::string::npos) {
            return line;
        }
    }
}

std::vector<std::string> GrpcService::Lines(int ms)
{
    std::vector<std::string> lines;
    for (std::string line = child_->line(ms); !line.empty(); line = child_->line(ms)) {
        lines.push_back(line);
    }
    return lines;
}

void GrpcService::Kill()
{
    child_->kill(SIGKILL);
    child_->wait();
}

} // namespace reeve::test
