/* SPDX-License-Identifier: Apache-2.0 */
/* A journal and the audit chain in it, verified without the worker: every checksum, every record's
 * place in the chain, the signatures of its checkpoints. */
#ifndef REEVE_AGENT_MAIN_JOURNAL_CHECK_H
#define REEVE_AGENT_MAIN_JOURNAL_CHECK_H

#include "agent/journal/reader.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_journal_verdict {
    bool intact;
    struct reeve_journal_report report;
    uint64_t audit_records;  /* found */
    uint64_t audit_sequence; /* of the last good one */
    char problem[512];       /* "" when intact */
};

/* Reads all of it. OK also when it is not intact. NOT_FOUND, PERMISSION, IO, VERSION: it could not
 * be read, `problem` says why; NO_MEMORY. */
enum reeve_status reeve_journal_verify(const char *directory,
                                       struct reeve_journal_verdict *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
