/* SPDX-License-Identifier: Apache-2.0 */
/* IP addresses as text, as protovalidate's isIp and isIpPrefix take them: IPv4 in dotted decimal
 * without superfluous zeros, IPv6 by RFC 4291, section 2.2, with a zone ("%" and any text) by RFC
 * 4007; a prefix is an address without zone, "/" and the prefix length. */
#ifndef REEVE_PROTO_RUNTIME_IP_H
#define REEVE_PROTO_RUNTIME_IP_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

bool reeve_is_ipv4(struct reeve_bytes text);
bool reeve_is_ipv6(struct reeve_bytes text);
/* Without a zone, as it stands in a URI's brackets. */
bool reeve_is_ipv6_unzoned(struct reeve_bytes text);

/* `strict`: the bits behind the prefix are zero. */
bool reeve_is_ipv4_prefix(struct reeve_bytes text, bool strict);
bool reeve_is_ipv6_prefix(struct reeve_bytes text, bool strict);

#ifdef __cplusplus
}
#endif
#endif
