/* SPDX-License-Identifier: Apache-2.0 */
/* Files, whole. */
#ifndef REEVE_TESTS_INTEGRATION_SUPPORT_FILES_H
#define REEVE_TESTS_INTEGRATION_SUPPORT_FILES_H

#include <map>
#include <string>

namespace reeve::test
{

/* Empty when there is none. */
std::string read_file(const std::string &path);
/* Written beside it and renamed into place: a reader sees the old file or the new one. */
void write_file(const std::string &path, const std::string &content, unsigned mode = 0600);
/* Every regular file below a folder, by path. */
std::map<std::string, std::string> read_tree(const std::string &folder);

} // namespace reeve::test
#endif
