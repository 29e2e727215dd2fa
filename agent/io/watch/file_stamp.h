/* SPDX-License-Identifier: Apache-2.0 */
/* What tells one state of a file from another: a renamed-in file has another inode, a written one
 * another time or size. For whoever looks at a file again and reads it only when it changed. */
#ifndef REEVE_AGENT_IO_WATCH_FILE_STAMP_H
#define REEVE_AGENT_IO_WATCH_FILE_STAMP_H

#include <sys/stat.h>
#include <time.h>

#include "agent/base/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_file_stamp {
    int problem; /* errno, 0: it is there */
    dev_t device;
    ino_t inode;
    off_t size;
    mode_t mode;
    struct timespec modified;
    struct timespec changed; /* chmod changes only this one and the mode */
};

/* Any thread; blocking. NULL: no file, always the same. Taken before the file is read: one that
 * changes meanwhile differs at the next look. */
struct reeve_file_stamp reeve_file_stamp_of(const char *path);
bool reeve_file_stamp_equal(const struct reeve_file_stamp *a, const struct reeve_file_stamp *b);

#ifdef __cplusplus
}
#endif
#endif
