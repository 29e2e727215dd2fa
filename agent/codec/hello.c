/* SPDX-License-Identifier: Apache-2.0 */
/* Hello (hello.h). */
#include "agent/codec/hello.h"

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/job_spec.h"
#include "agent/codec/message.h"
#include "agent/codec/read.h"
#include "agent/codec/wire.h"

PB_BIND(reeve_v1_TaskOffer, reeve_task_offer, 4)
PB_BIND(reeve_v1_Label, reeve_label, 4)
PB_BIND(reeve_v1_Hello, reeve_hello, 4)

#define ACCEPTED_FINGERPRINTS 5u
#define TASKS 12u
#define LABELS 13u
#define POOLS 19u

enum reeve_status reeve_task_offer_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                        void *out)
{
    struct reeve_task_offer *offer = out;
    REEVE_TRY(reeve_pb_decode(&reeve_task_offer_msg, bytes, offer));
    REEVE_TRY(reeve_check_some(offer->task, REEVE_JOB_SPEC_TASK_MAX));
    REEVE_TRY(reeve_check_digest(offer->fingerprint));
    return reeve_wire_read_blobs(bytes, ACCEPTED_FINGERPRINTS,
                                 REEVE_HELLO_ACCEPTED_FINGERPRINTS_MAX, sizeof(struct reeve_digest),
                                 arena, &offer->accepted_fingerprints);
}

enum reeve_status reeve_label_read(struct reeve_bytes bytes, struct reeve_arena *arena, void *out)
{
    reeve_label *label = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_label_msg, bytes, out));
    REEVE_TRY(reeve_check_some(label->key, REEVE_HELLO_LABEL_MAX));
    return reeve_check_max(label->value, REEVE_HELLO_LABEL_MAX);
}

static enum reeve_status read_lists(struct reeve_bytes bytes, struct reeve_arena *arena,
                                    struct reeve_hello *hello)
{
    static const struct reeve_wire_list tasks = {
        TASKS, REEVE_HELLO_TASKS_MAX, sizeof(struct reeve_task_offer), reeve_task_offer_read};
    static const struct reeve_wire_list labels = {LABELS, REEVE_HELLO_LABELS_MAX,
                                                  sizeof(struct reeve_label), reeve_label_read};
    void *items;
    REEVE_TRY(reeve_wire_read_list(bytes, &tasks, arena, &items, &hello->tasks.count));
    hello->tasks.items = items;
    REEVE_TRY(reeve_wire_read_list(bytes, &labels, arena, &items, &hello->labels.count));
    hello->labels.items = items;
    return reeve_wire_read_texts(bytes, POOLS, REEVE_HELLO_POOLS_MAX, REEVE_JOB_SPEC_POOL_MAX,
                                 arena, &hello->pools);
}

enum reeve_status reeve_hello_read(struct reeve_bytes bytes, struct reeve_arena *arena, void *out)
{
    struct reeve_hello *hello = out;
    REEVE_TRY(reeve_check_max(bytes, REEVE_HELLO_MAX_BYTES));
    REEVE_TRY(reeve_pb_decode(&reeve_hello_msg, bytes, hello));
    REEVE_TRY(reeve_check_max(hello->build, REEVE_HELLO_BUILD_MAX));
    REEVE_TRY(reeve_check_id(hello->journal_id));
    REEVE_TRY(reeve_check_id(hello->boot_id));
    REEVE_TRY(reeve_check_id(hello->nonce));
    return read_lists(bytes, arena, hello);
}
