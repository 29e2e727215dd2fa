/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a segment: a header of 64 bytes, then records of 24 bytes and their content, then
 * zeros. docs/reference/journal.md is the specification. Pure functions. */
#ifndef REEVE_AGENT_JOURNAL_FORMAT_H
#define REEVE_AGENT_JOURNAL_FORMAT_H

#include "agent/journal/journal.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    REEVE_JOURNAL_HEADER_SIZE = 64,
    REEVE_JOURNAL_FRAME_SIZE = 24,
};

/* Writes the header and returns its checksum, which seeds those of the segment's records, so that
 * a record of another segment or journal is not taken for one of this. */
uint32_t reeve_journal_header_encode(const struct reeve_journal_segment *segment,
                                     uint8_t out[REEVE_JOURNAL_HEADER_SIZE]);
/* CORRUPT: not a segment's header, or damaged. VERSION: intact, of a format that this build does
 * not know. */
enum reeve_status reeve_journal_header_decode(struct reeve_bytes image,
                                              struct reeve_journal_segment *segment,
                                              uint32_t *seed) REEVE_MUST_CHECK;

struct reeve_journal_frame {
    uint8_t type;
    uint64_t lsn;
    uint32_t position; /* in the batch that was written and synced as one; 0: its first */
    struct reeve_bytes content;
};

void reeve_journal_frame_encode(uint32_t seed, const struct reeve_journal_frame *frame,
                                uint8_t out[REEVE_JOURNAL_FRAME_SIZE]);
/* Whether an intact record with a number in [lowest, highest] stands at the front of `image`;
 * *frame borrows from it. */
bool reeve_journal_frame_decode(uint32_t seed, struct reeve_bytes image, uint64_t lowest,
                                uint64_t highest, struct reeve_journal_frame *frame);
/* Bytes that it takes on disk. */
uint64_t reeve_journal_frame_size(const struct reeve_journal_frame *frame);

#ifdef __cplusplus
}
#endif
#endif
