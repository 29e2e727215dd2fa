/* SPDX-License-Identifier: Apache-2.0 */
/* Who this program says it is. */
#ifndef REEVE_GATEWAY_STUB_MAIN_VERSION_H
#define REEVE_GATEWAY_STUB_MAIN_VERSION_H

#define REEVE_GATEWAY_PROGRAM "reeve-gateway"
#define REEVE_GATEWAY_VERSION "0.1.0"
/* As WhoAmI and the gateway's own audit records carry it. */
#define REEVE_GATEWAY_BUILD REEVE_GATEWAY_PROGRAM "/" REEVE_GATEWAY_VERSION
#define REEVE_GATEWAY_PROTOCOL 1u

#endif
