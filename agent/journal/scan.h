/* SPDX-License-Identifier: Apache-2.0 */
/* Walks the image of one segment, record by record, and judges what stands behind the last intact
 * one. Pure: no disk.
 *
 * The judgement rests on how segments are written: a segment gets its name only when its header and
 * head are durable; a batch is written only when the batch before it is durable; and each record
 * says where in its batch it stood. So bytes that are not zero behind the last intact record are a
 * batch that a crash tore, unless an intact record of a *later* batch stands behind them: then what
 * is damaged had been durable once, and no crash explains it. */
#ifndef REEVE_AGENT_JOURNAL_SCAN_H
#define REEVE_AGENT_JOURNAL_SCAN_H

#include "agent/journal/format.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_journal_verdict {
    REEVE_SCAN_RECORD,  /* one more record */
    REEVE_SCAN_END,     /* nothing but zeros behind */
    REEVE_SCAN_TORN,    /* a torn batch behind; cut the file at `offset` */
    REEVE_SCAN_DAMAGED, /* at `offset`, and no crash explains it */
};

struct reeve_journal_scan {
    struct reeve_bytes image;
    struct reeve_journal_segment segment;
    uint32_t seed;
    uint64_t next_lsn;      /* of the record that should come next */
    uint32_t next_position; /* in its batch, unless it begins a new one */
    size_t offset;          /* behind the last intact record */
    size_t record_offset;   /* of the last intact record */
};

/* Reads the header; the head is the first record. CORRUPT, VERSION. `image` is borrowed. */
enum reeve_status reeve_journal_scan_begin(struct reeve_journal_scan *scan,
                                           struct reeve_bytes image) REEVE_MUST_CHECK;
/* Fills *frame for RECORD only. The other verdicts are final. */
enum reeve_journal_verdict reeve_journal_scan_next(struct reeve_journal_scan *scan,
                                                   struct reeve_journal_frame *frame);
/* Bytes behind `offset` up to the last that is not zero. */
uint64_t reeve_journal_scan_torn_bytes(const struct reeve_journal_scan *scan);

#ifdef __cplusplus
}
#endif
#endif
