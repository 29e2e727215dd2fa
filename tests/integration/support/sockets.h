/* SPDX-License-Identifier: Apache-2.0 */
/* Which IP sockets of a process wait for others to come: read from /proc, as an auditor would. */
#ifndef REEVE_TESTS_INTEGRATION_SUPPORT_SOCKETS_H
#define REEVE_TESTS_INTEGRATION_SUPPORT_SOCKETS_H

#include <string>
#include <vector>

#include <sys/types.h>

namespace reeve::test
{

/* One line of /proc/PID/net for each listening TCP socket and each UDP socket that is bound and not
 * connected, IPv4 and IPv6, whose inode the process has open. */
std::vector<std::string> listening_ip_sockets(pid_t pid);
/* How many descriptors the process has open: shows that /proc could be read at all. */
size_t open_descriptors(pid_t pid);

} // namespace reeve::test
#endif
