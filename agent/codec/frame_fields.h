/* SPDX-License-Identifier: Apache-2.0 */
/* The message inside a frame and its fields, for the batch writer. Private to agent/codec. */
#ifndef REEVE_AGENT_CODEC_FRAME_FIELDS_H
#define REEVE_AGENT_CODEC_FRAME_FIELDS_H

#include "agent/codec/bind.h"

#ifdef __cplusplus
extern "C" {
#endif

/* NULL for type NONE. */
const pb_msgdesc_t *reeve_worker_frame_fields(const struct reeve_worker_frame *frame,
                                              const void **message);
const pb_msgdesc_t *reeve_gateway_frame_fields(const struct reeve_gateway_frame *frame,
                                               const void **message);

#ifdef __cplusplus
}
#endif
#endif
