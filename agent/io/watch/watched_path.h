/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. The directories in which a change may make a path lead to another file. */
#ifndef REEVE_AGENT_IO_WATCH_WATCHED_PATH_H
#define REEVE_AGENT_IO_WATCH_WATCHED_PATH_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Puts watches into `inotify`: on the directory of every symbolic link that `path` leads through,
 * and on that of the file itself, or, where the path ends early, on the last directory that is
 * there; and on every other directory on the way for its own removal or renaming. False: not all
 * could be watched. */
bool reeve_watched_path_arm(int inotify, const char *path);

#ifdef __cplusplus
}
#endif
#endif
