// SPDX-License-Identifier: Apache-2.0
//
// Files, whole.
#include "tests/integration/support/files.h"

#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace reeve::test
{

std::string read_file(const std::string &path)
{
    std::ifstream in(path, std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    return content.str();
}

void write_file(const std::string &path, const std::string &content, unsigned mode)
{
    const std::string fresh = path + ".new";
    std::ofstream(fresh, std::ios::binary | std::ios::trunc) << content;
    if (chmod(fresh.c_str(), mode) != 0 || rename(fresh.c_str(), path.c_str()) != 0) {
        std::perror(path.c_str());
        std::abort();
    }
}

std::map<std::string, std::string> read_tree(const std::string &folder)
{
    std::map<std::string, std::string> files;
    std::error_code error;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(folder, error)) {
        if (entry.is_regular_file(error)) {
            files[entry.path().string()] = read_file(entry.path().string());
        }
    }
    return files;
}

} // namespace reeve::test
