/* SPDX-License-Identifier: Apache-2.0 */
/* Notices that a file changed, however that was done: written in place, renamed into place as
 * editors do, or by a symbolic link on its way that points elsewhere, as Kubernetes does with a
 * ConfigMap (`..data`). Linux's inotify on the directories that the name leads through; where that
 * is not to be had (no watch is left, a file system without it), a look every five seconds. */
#ifndef REEVE_AGENT_IO_WATCH_FILE_WATCH_H
#define REEVE_AGENT_IO_WATCH_FILE_WATCH_H

#include "agent/io/loop/loop.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_file_watch;

/* Starts a thread that does nothing else. `on_changed` comes on the loop's thread: once at the
 * start, as nobody knows what happened before, and then when the file is another, has other
 * metadata, is gone or is there again, about 100 ms after the last of several changes. Several may
 * be told as one. `loop` and `path` are borrowed. NO_MEMORY; LIMIT: no thread or descriptor was to
 * be had. */
enum reeve_status reeve_file_watch_new(struct reeve_loop *loop, const char *path,
                                       void (*on_changed)(void *ctx), void *ctx,
                                       struct reeve_file_watch **out) REEVE_MUST_CHECK;
/* Ends the thread; nothing is posted any more. NULL is fine. */
void reeve_file_watch_stop(struct reeve_file_watch *w);
/* After the loop has run its last task. Stops, too. NULL is fine. */
void reeve_file_watch_free(struct reeve_file_watch *w);

#ifdef __cplusplus
}
#endif
#endif
