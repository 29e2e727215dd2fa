// SPDX-License-Identifier: Apache-2.0
//
// reevectl as a process, and what it printed.
#ifndef REEVE_TESTS_UNIT_GATEWAY_STUB_REEVECTL_PROCESS_H
#define REEVE_TESTS_UNIT_GATEWAY_STUB_REEVECTL_PROCESS_H

#include <string>
#include <vector>

namespace reeve::test
{

struct Answer {
    int status;
    std::string text; // stdout and stderr
};

Answer Ctl(std::vector<std::string> words, const std::vector<std::string> &environment = {});

// On a pseudo-terminal that script(1) makes; `environment` is "NAME=value NAME=value".
Answer CtlOnTerminal(const std::string &words, const std::string &environment = "TERM=xterm");

// Reads the text as JSON with somebody else's parser; what the Python expression over it gives, or
// "(no JSON) " and the text.
std::string Json(const std::string &text, const std::string &expression = "''");

// The commands that --help lists.
std::vector<std::string> Commands();

std::vector<std::string> Split(const std::string &text);

} // namespace reeve::test

#endif
