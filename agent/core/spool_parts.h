/* SPDX-License-Identifier: Apache-2.0 */
/* What the spool's files share: spool.c, spool_write.c, spool_read.c. */
#ifndef REEVE_AGENT_CORE_SPOOL_PARTS_H
#define REEVE_AGENT_CORE_SPOOL_PARTS_H

#include "agent/core/engine_state.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_ENGINE_DISK_BLOCK UINT64_C(4096)

static inline struct reeve_engine_spool_block *reeve_engine_block_of(struct reeve_list_node *node)
{
    return node ? REEVE_OWNER(node, struct reeve_engine_spool_block, node) : NULL;
}

static inline struct reeve_engine_spool_block *
reeve_engine_block_first(const struct reeve_engine_stream *s)
{
    return reeve_engine_block_of(reeve_list_front(&s->blocks));
}

/* What a file takes at least, and in which steps it grows. */
static inline uint64_t reeve_engine_block_on_disk(uint64_t size)
{
    return (size + REEVE_ENGINE_DISK_BLOCK - 1) / REEVE_ENGINE_DISK_BLOCK * REEVE_ENGINE_DISK_BLOCK;
}

void reeve_engine_block_free(struct reeve_engine *e, struct reeve_engine_spool_block *block);
/* Off the disk, when the spool has nothing else to do. */
void reeve_engine_block_remove_later(struct reeve_engine *e,
                                     struct reeve_engine_spool_block *block);
/* The one operation that is on its way. `s` may be NULL, and is in no list until it is done. */
void reeve_engine_spool_begin(struct reeve_engine *e, enum reeve_engine_spool_work work,
                              struct reeve_engine_stream *s,
                              struct reeve_engine_spool_block *block);

bool reeve_engine_spool_take_write(struct reeve_engine *e, struct reeve_engine_action *out);
/* `s` is NULL when it was dropped meanwhile. */
void reeve_engine_spool_written(struct reeve_engine *e, struct reeve_engine_stream *s,
                                struct reeve_engine_spool_block *block, enum reeve_status status);
bool reeve_engine_spool_take_read(struct reeve_engine *e, struct reeve_engine_action *out);
void reeve_engine_spool_was_read(struct reeve_engine *e, struct reeve_engine_stream *s,
                                 struct reeve_engine_spool_block *block,
                                 const struct reeve_engine_event *event);

#ifdef __cplusplus
}
#endif
#endif
