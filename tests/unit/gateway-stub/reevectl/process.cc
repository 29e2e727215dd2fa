// SPDX-License-Identifier: Apache-2.0
//
// Starting reevectl: see process.h.
#include "tests/unit/gateway-stub/reevectl/process.h"

#include <regex>
#include <sstream>

#include "tests/support/child.h"

namespace reeve::test
{

Answer Ctl(std::vector<std::string> words, const std::vector<std::string> &environment)
{
    words.insert(words.begin(), REEVE_REEVECTL);
    Child child(words, environment);
    Answer answer;
    answer.text = child.rest();
    answer.status = child.wait();
    return answer;
}

Answer CtlOnTerminal(const std::string &words, const std::string &environment)
{
    const std::string command = "env " + environment + " " + REEVE_REEVECTL + " " + words;
    Child child({"script", "--quiet", "--return", "--command", command, "/dev/null"});
    Answer answer;
    answer.text = child.rest();
    answer.status = child.wait();
    return answer;
}

std::string Json(const std::string &text, const std::string &expression)
{
    Child child({"/usr/bin/python3", "-c",
                 "import json, sys\n"
                 "d = json.loads(sys.argv[1])\n"
                 "print((" +
                     expression + "), end='')",
                 text});
    const std::string out = child.rest();
    return child.wait() == 0 ? out : "(no JSON) " + text + out;
}

std::vector<std::string> Commands()
{
    std::vector<std::string> commands;
    std::istringstream help(Ctl({"--help"}).text);
    const std::regex row("^  ([a-z]+(?: [a-z]+)?)(?: [A-Z\\[|a-z-]*\\]?)* {2,}[a-z].*$");
    std::smatch match;
    bool in_options = false;
    for (std::string line; std::getline(help, line);) {
        in_options = in_options || line.rfind("Options", 0) == 0;
        if (!in_options && std::regex_match(line, match, row)) {
            commands.push_back(match[1]);
        }
    }
    return commands;
}

std::vector<std::string> Split(const std::string &text)
{
    std::istringstream in(text);
    std::vector<std::string> words;
    for (std::string word; in >> word;) {
        words.push_back(word);
    }
    return words;
}

} // namespace reeve::test
