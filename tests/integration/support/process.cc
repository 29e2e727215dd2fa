// SPDX-License-Identifier: Apache-2.0
//
// Programs under test.
#include "tests/integration/support/process.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/integration/support/files.h"
#include "tests/integration/support/wait.h"
#include "tests/support/test_pki.h"

extern char **environ;

namespace reeve::test
{

namespace
{

std::vector<char *> pointers(std::vector<std::string> &words)
{
    std::vector<char *> out;
    for (std::string &word : words) {
        out.push_back(word.data());
    }
    out.push_back(nullptr);
    return out;
}

std::vector<std::string> environment_with(const std::vector<std::string> &added)
{
    std::vector<std::string> all = added;
    for (char **entry = environ; *entry != nullptr; entry++) {
        all.emplace_back(*entry);
    }
    return all;
}

pid_t spawn(const std::vector<std::string> &argv, const std::vector<std::string> &environment,
            const std::string &out, const std::string &err)
{
    /* A test that is killed takes its programs along. */
    std::vector<std::string> words = {"setpriv", "--pdeathsig", "KILL"};
    words.insert(words.end(), argv.begin(), argv.end());
    std::vector<std::string> settings = environment_with(environment);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    pid_t pid = -1;
    const int failed = posix_spawnp(&pid, words[0].c_str(), &actions, nullptr,
                                    pointers(words).data(), pointers(settings).data());
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        std::fprintf(stderr, "%s cannot be started\n", words[0].c_str());
        std::abort();
    }
    return pid;
}

} // namespace

Process::Process(const std::vector<std::string> &argv, const std::string &out,
                 const std::string &err, const std::vector<std::string> &environment)
    : pid_(spawn(argv, environment, out, err))
{
}

Process::~Process()
{
    kill();
}

bool Process::reap(bool block)
{
    int status = 0;
    if (ended_) {
        return true;
    }
    if (waitpid(pid_, &status, block ? 0 : WNOHANG) != pid_) {
        return false;
    }
    ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return true;
}

bool Process::running()
{
    return !reap(false);
}

void Process::signal(int number) const
{
    if (!ended_) {
        ::kill(pid_, number);
    }
}

void Process::kill()
{
    signal(SIGKILL);
    reap(true);
}

std::optional<int> Process::wait()
{
    (void)eventually([this] { return reap(false); });
    return ended_;
}

Finished run(const std::vector<std::string> &argv, const std::vector<std::string> &environment)
{
    const TempDir dir;
    const std::string out = dir.path() + "/out";
    const std::string err = dir.path() + "/err";
    Process process(argv, out, err, environment);
    Finished finished;
    finished.status = process.wait().value_or(-1000);
    finished.output = read_file(out);
    finished.error = read_file(err);
    return finished;
}

} // namespace reeve::test
