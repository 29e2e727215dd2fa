/* SPDX-License-Identifier: Apache-2.0 */
/* URIs by RFC 3986, with zones of IPv6 addresses by RFC 6874 ("%25"); what a host escapes must be
 * UTF-8. As protovalidate's isUri and isUriRef. */
#ifndef REEVE_PROTO_RUNTIME_URI_H
#define REEVE_PROTO_RUNTIME_URI_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

bool reeve_is_uri(struct reeve_bytes text);
/* A URI, or a reference relative to one; "" is one. */
bool reeve_is_uri_reference(struct reeve_bytes text);

#ifdef __cplusplus
}
#endif
#endif
