/* SPDX-License-Identifier: Apache-2.0 */
/* Names of hosts and what is built from them, as protovalidate's isHostname, isHostAndPort and
 * isEmail take them. */
#ifndef REEVE_PROTO_RUNTIME_HOST_H
#define REEVE_PROTO_RUNTIME_HOST_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Labels of 1 to 63 letters, digits and inner hyphens; 253 bytes without the dot that may end it;
 * the last label is not all digits (RFC 1123). */
bool reeve_is_hostname(struct reeve_bytes text);
/* "host:80", "192.0.2.1:80", "[2001:db8::1]:80"; the port is needed. */
bool reeve_is_host_and_port(struct reeve_bytes text);
/* The grammar of HTML's email input, which is narrower than RFC 5322: no quotes, no comments. */
bool reeve_is_email(struct reeve_bytes text);

#ifdef __cplusplus
}
#endif
#endif
