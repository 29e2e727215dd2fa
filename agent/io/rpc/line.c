/* SPDX-License-Identifier: Apache-2.0 */
/* A channel with a count: see line.h. */
#include "agent/io/rpc/line.h"

struct reeve_rpc_line {
    struct reeve_rpc_channel *channel;
    uint32_t references; /* atomic */
};

enum reeve_status reeve_rpc_line_new(struct reeve_rpc_loop *loop,
                                     const struct reeve_rpc_channel_options *options,
                                     struct reeve_rpc_line **out)
{
    struct reeve_rpc_line *line = reeve_alloc(NULL, sizeof(*line));

    if (line == NULL) {
        return REEVE_NO_MEMORY;
    }
    enum reeve_status status = reeve_rpc_channel_new(loop, options, &line->channel);
    if (status != REEVE_OK) {
        reeve_free(NULL, line, sizeof(*line));
        return status;
    }
    line->references = 1;
    *out = line;
    return REEVE_OK;
}

struct reeve_rpc_line *reeve_rpc_line_hold(struct reeve_rpc_line *line)
{
    (void)__atomic_add_fetch(&line->references, 1, __ATOMIC_RELAXED);
    return line;
}

void reeve_rpc_line_drop(struct reeve_rpc_line *line)
{
    if (line == NULL || __atomic_sub_fetch(&line->references, 1, __ATOMIC_ACQ_REL) > 0) {
        return;
    }
    reeve_rpc_channel_release(line->channel);
    reeve_free(NULL, line, sizeof(*line));
}

struct reeve_rpc_channel *reeve_rpc_line_channel(const struct reeve_rpc_line *line)
{
    return line->channel;
}
