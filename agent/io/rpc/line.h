/* SPDX-License-Identifier: Apache-2.0 */
/* A line: a channel that many requests share, counted, so that it can be replaced while requests
 * are under way: they end on the old one, which goes with the last of them. */
#ifndef REEVE_AGENT_IO_RPC_LINE_H
#define REEVE_AGENT_IO_RPC_LINE_H

#include "agent/io/rpc/channel.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_rpc_line;

/* Any thread. As reeve_rpc_channel_new(); *out has one reference, the caller's. */
enum reeve_status reeve_rpc_line_new(struct reeve_rpc_loop *loop,
                                     const struct reeve_rpc_channel_options *options,
                                     struct reeve_rpc_line **out) REEVE_MUST_CHECK;
/* Any thread. One more reference; returns `line`. */
struct reeve_rpc_line *reeve_rpc_line_hold(struct reeve_rpc_line *line);
/* Any thread, also after the loop is gone. One reference less. NULL is fine. */
void reeve_rpc_line_drop(struct reeve_rpc_line *line);
struct reeve_rpc_channel *reeve_rpc_line_channel(const struct reeve_rpc_line *line);

#ifdef __cplusplus
}
#endif
#endif
