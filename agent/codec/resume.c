/* SPDX-License-Identifier: Apache-2.0 */
/* Resume, its entries, and ResumeDone (resume.h). */
#include "agent/codec/resume.h"

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/message.h"
#include "agent/codec/read.h"
#include "agent/codec/wire.h"

PB_BIND(reeve_v1_ResumeEntry, reeve_resume_entry, 4)
PB_BIND(reeve_v1_Resume, reeve_resume, 4)
PB_BIND(reeve_v1_ResumeDone, reeve_resume_done, 4)

#define ENTRIES 1u

enum reeve_status reeve_resume_entry_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                          void *out)
{
    reeve_resume_entry *entry = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_resume_entry_msg, bytes, out));
    REEVE_TRY(reeve_check_id(entry->job_id));
    if (entry->state != REEVE_RESUME_RUNNING && entry->state != REEVE_RESUME_ENDED) {
        return REEVE_MALFORMED;
    }
    return REEVE_OK;
}

enum reeve_status reeve_resume_read(struct reeve_bytes bytes, struct reeve_arena *arena, void *out)
{
    static const struct reeve_wire_list entries = {ENTRIES, REEVE_RESUME_ENTRIES_MAX,
                                                   sizeof(struct reeve_resume_entry),
                                                   reeve_resume_entry_read};
    struct reeve_resume *resume = out;
    void *items;
    REEVE_TRY(reeve_wire_read_list(bytes, &entries, arena, &items, &resume->entries.count));
    resume->entries.items = items;
    return REEVE_OK;
}

enum reeve_status reeve_resume_done_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                         void *out)
{
    (void)arena;
    return reeve_pb_decode(&reeve_resume_done_msg, bytes, out);
}
