/* SPDX-License-Identifier: Apache-2.0 */
/* Ids, states and times as people read them. Texts are in the call's arena or static. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_WORDS_H
#define REEVE_GATEWAY_STUB_REEVECTL_WORDS_H

#include "gateway-stub/reevectl/ctl.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_bytes reeve_words_bytes(ProtobufCBinaryData data);
/* A view as protobuf-c's struct; nobody writes through it. */
ProtobufCBinaryData reeve_words_binary(struct reeve_bytes bytes);

/* UUID text; "-" when it is no id. */
const char *reeve_words_id(struct reeve_ctl *c, ProtobufCBinaryData id);
/* The first 12 hex digits of a fingerprint or hash. */
const char *reeve_words_short_digest(struct reeve_ctl *c, ProtobufCBinaryData digest);
const char *reeve_words_hex(struct reeve_ctl *c, struct reeve_bytes bytes);

/* "2026-11-20 08:15:02Z (3 min ago)"; "-" for 0. */
const char *reeve_words_time(struct reeve_ctl *c, int64_t unix_ms);
/* "3 min ago", "in 2 h"; "-" for 0. */
const char *reeve_words_ago(struct reeve_ctl *c, int64_t unix_ms);
/* "250 ms", "10 s", "1.5 h" */
const char *reeve_words_duration(struct reeve_ctl *c, uint64_t ms);

/* The enum's value in lower case without its type's prefix: "pending approval", "succeeded". */
const char *reeve_words_enum(struct reeve_ctl *c, const struct reeve_enum *e, int32_t number,
                             const char *prefix);
const char *reeve_words_plan_state(struct reeve_ctl *c, const struct reeve_v1_plan *plan);
/* State and, for a job that waits or ended, why and how; in its colour. */
const char *reeve_words_job_state(struct reeve_ctl *c, const struct reeve_v1_job *job);
/* "-" for an empty text; else without anything that a terminal acts on. */
const char *reeve_words_or_dash(struct reeve_ctl *c, const char *text);

#ifdef __cplusplus
}
#endif
#endif
