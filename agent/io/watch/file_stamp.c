/* SPDX-License-Identifier: Apache-2.0 */
/* A file as it was: see file_stamp.h. */
#include "agent/io/watch/file_stamp.h"

#include <errno.h>

struct reeve_file_stamp reeve_file_stamp_of(const char *path)
{
    struct stat st;
    struct reeve_file_stamp stamp = {.problem = 0};
    if (path == NULL) {
        return stamp;
    }
    if (stat(path, &st) != 0) {
        stamp.problem = errno;
        return stamp;
    }
    stamp.device = st.st_dev;
    stamp.inode = st.st_ino;
    stamp.size = st.st_size;
    stamp.mode = st.st_mode;
    stamp.modified = st.st_mtim;
    stamp.changed = st.st_ctim;
    return stamp;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool reeve_file_stamp_equal(const struct reeve_file_stamp *a, const struct reeve_file_stamp *b)
{
    return a->problem == b->problem && a->device == b->device && a->inode == b->inode &&
           a->size == b->size && a->mode == b->mode && same_time(&a->modified, &b->modified) &&
           same_time(&a->changed, &b->changed);
}
