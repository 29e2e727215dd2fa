/* SPDX-License-Identifier: Apache-2.0 */
/* The words for a journal's problems. */
#include "agent/journal/problem.h"

#include <inttypes.h>

#include "agent/base/program_name.h"

/* Everything but what is said of damage, which names a command. */
static const char *next_step(enum reeve_status status)
{
    if (status == REEVE_LOCKED) {
        return "Next: stop the other worker, or give this one a journal directory of its own.";
    }
    if (status == REEVE_DISK_FULL) {
        return "Next: free space on the disk, or lower journal.max_bytes.";
    }
    if (status == REEVE_PERMISSION) {
        return "Next: let the user that the worker runs as read and write the directory.";
    }
    if (status == REEVE_VERSION) {
        return "Next: start the newer version that wrote it.";
    }
    if (status == REEVE_NOT_FOUND) {
        return "Next: check journal.directory.";
    }
    return "Next: check the disk and the machine's memory.";
}

enum reeve_status reeve_journal_problem_set(struct reeve_journal_problem *problem,
                                            enum reeve_status status, const char *file,
                                            uint64_t offset, const char *cause)
{
    if (problem == NULL || problem->text[0] != '\0') {
        return status;
    }
    char where[32] = "";
    if (offset != REEVE_JOURNAL_NO_OFFSET &&
        reeve_format(where, sizeof(where), " at byte %" PRIu64, offset) != REEVE_OK) {
        where[0] = '\0';
    }
    /* A text that does not fit is still the best there is, cut. */
    if (status == REEVE_CORRUPT || status == REEVE_CHECKSUM) {
        reeve_format_cut(problem->text, sizeof(problem->text),
                         "%s: %s%s (%s). Next: keep a copy of the directory, run '%s journal "
                         "verify', and restore the disk's contents; starting with an empty "
                         "directory makes a new journal, and open jobs then end as UNKNOWN.",
                         file, cause, where, reeve_status_text(status), reeve_program_name());
        return status;
    }
    reeve_format_cut(problem->text, sizeof(problem->text), "%s: %s%s (%s). %s", file, cause, where,
                     reeve_status_text(status), next_step(status));
    return status;
}
