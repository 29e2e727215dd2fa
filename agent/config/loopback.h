/* SPDX-License-Identifier: Apache-2.0 */
/* Which addresses never leave this machine: plaintext to them is nobody's to read. Internal to this
 * folder. */
#ifndef REEVE_AGENT_CONFIG_LOOPBACK_H
#define REEVE_AGENT_CONFIG_LOOPBACK_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `address`: "host" or "host:port", an IPv6 address in brackets. By its form alone: a name but
 * localhost may be anybody's. */
bool reeve_config_is_loopback(struct reeve_bytes address);

#ifdef __cplusplus
}
#endif
#endif
