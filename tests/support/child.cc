/* SPDX-License-Identifier: Apache-2.0 */
/* Child processes for tests. */
#include "tests/support/child.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace reeve::test
{
namespace
{

std::vector<char *> pointers(std::vector<std::string> &strings)
{
    std::vector<char *> list;
    for (std::string &s : strings) {
        list.push_back(s.data());
    }
    list.push_back(nullptr);
    return list;
}

} // namespace

Child::Child(const std::vector<std::string> &argv, const std::vector<std::string> &environment)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return;
    }
    std::vector<std::string> args = argv;
    std::vector<std::string> env = environment;
    for (char **e = environ; *e != nullptr; e++) {
        env.emplace_back(*e);
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    if (posix_spawnp(&pid_, args[0].c_str(), &actions, nullptr, pointers(args).data(),
                     pointers(env).data()) != 0) {
        pid_ = -1;
    }
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    out_ = ends[0];
}

Child::~Child()
{
    kill(SIGKILL);
    wait();
    if (out_ >= 0) {
        close(out_);
    }
}

bool Child::read_more(int timeout_ms)
{
    struct pollfd p = {out_, POLLIN, 0};
    char piece[4096];
    if (out_ < 0 || poll(&p, 1, timeout_ms) <= 0) {
        return false;
    }
    const ssize_t n = read(out_, piece, sizeof piece);
    if (n <= 0) {
        return false;
    }
    buffered_.append(piece, static_cast<size_t>(n));
    return true;
}

std::string Child::line(int timeout_ms)
{
    size_t end = 0;
    while ((end = buffered_.find('\n')) == std::string::npos) {
        if (!read_more(timeout_ms)) {
            return std::string();
        }
    }
    const std::string text = buffered_.substr(0, end);
    buffered_.erase(0, end + 1);
    return text;
}

std::string Child::rest(int timeout_ms)
{
    while (read_more(timeout_ms)) {
    }
    std::string text;
    text.swap(buffered_);
    return text;
}

void Child::kill(int signal) const
{
    if (pid_ > 0) {
        ::kill(pid_, signal);
    }
}

int Child::wait()
{
    if (pid_ <= 0) {
        return status_;
    }
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return status_;
}

} // namespace reeve::test
