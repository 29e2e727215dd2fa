/* SPDX-License-Identifier: Apache-2.0 */
/* How much memory another process holds (P7). */
#ifndef REEVE_TESTS_INTEGRATION_SUPPORT_MEMORY_H
#define REEVE_TESTS_INTEGRATION_SUPPORT_MEMORY_H

#include <cstddef>

#include <sys/types.h>

namespace reeve::test
{

/* VmRSS in KiB; 0 when the process is gone. */
size_t resident_kib(pid_t pid);

} // namespace reeve::test
#endif
