// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/support/sockets.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace reeve::test
{

namespace fs = std::filesystem;

static std::string proc(pid_t pid, const std::string &rest)
{
    return "/proc/" + std::to_string(pid) + "/" + rest;
}

static std::set<std::string> socket_inodes(pid_t pid)
{
    std::set<std::string> inodes;
    std::error_code error;
    for (const fs::directory_entry &entry : fs::directory_iterator(proc(pid, "fd"), error)) {
        const std::string target = fs::read_symlink(entry.path(), error).string();
        const std::string head = "socket:[";
        if (target.compare(0, head.size(), head) == 0) {
            inodes.insert(target.substr(head.size(), target.size() - head.size() - 1));
        }
    }
    return inodes;
}

size_t open_descriptors(pid_t pid)
{
    size_t count = 0;
    std::error_code error;
    for (const fs::directory_entry &entry : fs::directory_iterator(proc(pid, "fd"), error)) {
        count += entry.path().empty() ? 0 : 1;
    }
    return count;
}

/* Columns: sl local rem st tx:rx tr:when retrnsmt uid timeout inode … State 0A: LISTEN. A UDP
 * socket in state 07 is not connected. */
static void look(pid_t pid, const std::string &table, const std::string &state,
                 const std::set<std::string> &inodes, std::vector<std::string> *found)
{
    std::ifstream lines(proc(pid, "net/" + table));
    std::string line;
    std::getline(lines, line); // the heading
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        std::vector<std::string> word;
        for (std::string w; words >> w;) {
            word.push_back(w);
        }
        if (word.size() > 9 && word[3] == state && inodes.count(word[9]) > 0) {
            found->push_back(table + ": " + line);
        }
    }
}

std::vector<std::string> listening_ip_sockets(pid_t pid)
{
    const std::set<std::string> inodes = socket_inodes(pid);
    std::vector<std::string> found;
    look(pid, "tcp", "0A", inodes, &found);
    look(pid, "tcp6", "0A", inodes, &found);
    look(pid, "udp", "07", inodes, &found);
    look(pid, "udp6", "07", inodes, &found);
    return found;
}

} // namespace reeve::test
