// SPDX-License-Identifier: Apache-2.0
//
// A gRPC service as a process of its own: grpcio, an HTTP/2 peer that breaks off, or grpc-go.
#ifndef REEVE_TESTS_UNIT_AGENT_BINDINGS_GRPC_SERVICE_H
#define REEVE_TESTS_UNIT_AGENT_BINDINGS_GRPC_SERVICE_H

#include <memory>
#include <string>
#include <vector>

#include "tests/support/child.h"

namespace reeve::test
{

// What it prints is one JSON object a line.
class GrpcService
{
  public:
    // `program`: a script of tests/interop/grpc, or the path of an executable.
    explicit GrpcService(const std::vector<std::string> &options = {},
                         const std::string &program = "service.py");
    std::string target() const;
    // The next line that has `word` in it.
    std::string Line(const std::string &word, int timeout_ms = 20000);
    // Everything that comes within `ms` of silence.
    std::vector<std::string> Lines(int ms);
    void Kill();

  private:
    std::unique_ptr<Child> child_;
    std::string port_;
};

} // namespace reeve::test

#endif
