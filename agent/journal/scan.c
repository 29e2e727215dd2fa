/* SPDX-License-Identifier: Apache-2.0 */
/* The walk through a segment's image. */
#include "agent/journal/scan.h"

enum reeve_status reeve_journal_scan_begin(struct reeve_journal_scan *scan,
                                           struct reeve_bytes image)
{
    reeve_zero(scan, sizeof(*scan));
    REEVE_TRY(reeve_journal_header_decode(image, &scan->segment, &scan->seed));
    scan->image = image;
    scan->next_lsn = scan->segment.first_lsn;
    scan->offset = REEVE_JOURNAL_HEADER_SIZE;
    return REEVE_OK;
}

static struct reeve_bytes rest_from(const struct reeve_journal_scan *scan, size_t offset)
{
    return reeve_bytes_slice(scan->image, offset, SIZE_MAX);
}

static bool at_head(const struct reeve_journal_scan *scan)
{
    return scan->offset == REEVE_JOURNAL_HEADER_SIZE;
}

/* Whether an intact record of the expected number is the one that should come next. */
static bool is_next(const struct reeve_journal_scan *scan, const struct reeve_journal_frame *frame)
{
    bool head = frame->type == REEVE_JOURNAL_HEAD_TYPE;
    bool in_batch = frame->position == 0 || frame->position == scan->next_position;
    return head == at_head(scan) && in_batch;
}

static void advance(struct reeve_journal_scan *scan, const struct reeve_journal_frame *frame)
{
    scan->record_offset = scan->offset;
    scan->offset += (size_t)reeve_journal_frame_size(frame);
    if (frame->type == REEVE_JOURNAL_HEAD_TYPE) {
        return;
    }
    scan->next_lsn = frame->lsn + 1;
    scan->next_position = frame->position + 1;
}

/* Whether an intact record of a batch that began after the record that is missing stands anywhere
 * behind it. */
static bool later_batch_follows(const struct reeve_journal_scan *scan)
{
    struct reeve_journal_frame frame;
    size_t offset = scan->offset + 1;
    /* As many numbers as there can be records. */
    uint64_t highest = scan->next_lsn + scan->image.len / REEVE_JOURNAL_FRAME_SIZE;
    while (offset < scan->image.len) {
        if (!reeve_journal_frame_decode(scan->seed, rest_from(scan, offset), scan->next_lsn + 1,
                                        highest, &frame)) {
            offset++;
            continue;
        }
        if (frame.lsn - scan->next_lsn > frame.position) {
            return true;
        }
        offset += (size_t)reeve_journal_frame_size(&frame);
    }
    return false;
}

enum reeve_journal_verdict reeve_journal_scan_next(struct reeve_journal_scan *scan,
                                                   struct reeve_journal_frame *frame)
{
    struct reeve_bytes rest = rest_from(scan, scan->offset);
    if (reeve_journal_frame_decode(scan->seed, rest, scan->next_lsn, scan->next_lsn, frame) &&
        is_next(scan, frame)) {
        advance(scan, frame);
        return REEVE_SCAN_RECORD;
    }
    if (at_head(scan)) {
        return REEVE_SCAN_DAMAGED;
    }
    if (reeve_bytes_is_zero(rest)) {
        return REEVE_SCAN_END;
    }
    return later_batch_follows(scan) ? REEVE_SCAN_DAMAGED : REEVE_SCAN_TORN;
}

uint64_t reeve_journal_scan_torn_bytes(const struct reeve_journal_scan *scan)
{
    size_t end = scan->image.len;
    while (end > scan->offset && scan->image.data[end - 1] == 0) {
        end--;
    }
    return end - scan->offset;
}
