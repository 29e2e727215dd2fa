/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a problem into words: where, what, and what to do next (P8). */
#ifndef REEVE_AGENT_JOURNAL_PROBLEM_H
#define REEVE_AGENT_JOURNAL_PROBLEM_H

#include "agent/journal/journal.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_JOURNAL_NO_OFFSET UINT64_MAX

/* "segment-0000000003.log: damaged at byte 1234. Next: …". `problem` may be NULL; the first problem
 * stays. Returns `status`. */
enum reeve_status reeve_journal_problem_set(struct reeve_journal_problem *problem,
                                            enum reeve_status status, const char *file,
                                            uint64_t offset, const char *cause);

#ifdef __cplusplus
}
#endif
#endif
