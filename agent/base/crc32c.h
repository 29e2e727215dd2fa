/* SPDX-License-Identifier: Apache-2.0 */
/* The portable CRC-32C, beside the hardware one that reeve_crc32c() in hash.h prefers. It has a
 * name of its own so that a test can hold one against the other. */
#ifndef REEVE_AGENT_BASE_CRC32C_H
#define REEVE_AGENT_BASE_CRC32C_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Continues `crc` (0 to start). Thread-safe. */
uint32_t reeve_crc32c_portable(uint32_t crc, struct reeve_bytes bytes);

#ifdef __cplusplus
}
#endif
#endif
