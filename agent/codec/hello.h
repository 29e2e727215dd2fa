/* SPDX-License-Identifier: Apache-2.0 */
/* Hello: introduces the worker (reeve.v1.Hello). The first frame of a stream. */
#ifndef REEVE_AGENT_CODEC_HELLO_H
#define REEVE_AGENT_CODEC_HELLO_H

#include "agent/codec/signature.h"
#include "agent/codec/views.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_HELLO_MAX_BYTES ((size_t)256 * 1024)
#define REEVE_HELLO_BUILD_MAX 128u
#define REEVE_HELLO_TASKS_MAX 4096u
#define REEVE_HELLO_LABELS_MAX 16u
#define REEVE_HELLO_LABEL_MAX 63u
#define REEVE_HELLO_POOLS_MAX 256u
#define REEVE_HELLO_ACCEPTED_FINGERPRINTS_MAX 8u

struct reeve_task_offer {
    struct reeve_bytes task;
    struct reeve_digest fingerprint;
    bool allowed;
    uint32_t max_in_flight;
    struct reeve_views accepted_fingerprints; /* at most 8, each of 32 bytes */
};

struct reeve_task_offers {
    const struct reeve_task_offer *items;
    size_t count;
};

struct reeve_label {
    struct reeve_bytes key;
    struct reeve_bytes value;
};

struct reeve_labels {
    const struct reeve_label *items;
    size_t count;
};

struct reeve_hello {
    uint32_t version_min;
    uint32_t version_max;
    struct reeve_bytes build;
    struct reeve_id journal_id;
    struct reeve_id boot_id;
    uint64_t last_epoch;
    struct reeve_id nonce;
    uint64_t dispatch_mark;
    uint64_t audit_sequence;
    struct reeve_digest audit_hash; /* zero while audit_sequence is 0 */
    uint64_t settled_mark;
    struct reeve_task_offers tasks;
    struct reeve_labels labels;
    uint32_t max_frame_bytes;
    uint32_t max_in_flight;
    struct reeve_public_key audit_public_key;
    int64_t time_unix_ms;
    bool rolled_back;
    struct reeve_views pools;
};

#ifdef __cplusplus
}
#endif
#endif
