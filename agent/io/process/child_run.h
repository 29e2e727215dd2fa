/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. A running child as its loop sees it: what may happen at its descriptors, and when it is
 * over. Everything: the loop's own thread. */
#ifndef REEVE_AGENT_IO_PROCESS_CHILD_RUN_H
#define REEVE_AGENT_IO_PROCESS_CHILD_RUN_H

#include "agent/base/list.h"
#include "agent/io/process/child.h"
#include "agent/io/process/launch.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_child_run;

/* One descriptor in the epoll set. */
struct reeve_child_watch {
    struct reeve_child_run *run;
    void (*ready)(struct reeve_child_run *run);
    int *fd;
    bool watched;
};

struct reeve_child_run {
    struct reeve_list_node node; /* among those that run, then among those to be freed */
    struct reeve_child *child;
    int epoll_fd;
    struct reeve_launch launch;
    struct reeve_child_watch input;
    struct reeve_child_watch output;
    struct reeve_child_watch problems;
    struct reeve_child_watch control;
    struct reeve_child_watch keeper;
    size_t written;
    uint32_t rest_reads;
    uint64_t kill_at_ms;  /* SIGKILL by the keeper; REEVE_NEVER_MS */
    uint64_t leave_at_ms; /* the keeper itself is killed */
    bool ending;          /* it was told to end: output is dropped */
    bool lent;            /* output is the caller's */
    bool gone;            /* the keeper has been reaped */
};

/* Starts the child; its status says why not. *out is NULL then. */
enum reeve_status reeve_child_run_new(struct reeve_child *child, const char *executable,
                                      int epoll_fd, struct reeve_child_run **out) REEVE_MUST_CHECK;
/* No event can come for it any more; one of this turn that names it finds it not watched. */
void reeve_child_run_close(struct reeve_child_run *run);
void reeve_child_run_free(struct reeve_child_run *run);

/* Asks it to end; `status` is the child's unless it has another already. */
void reeve_child_run_end(struct reeve_child_run *run, enum reeve_status status, uint64_t grace_ms,
                         uint64_t now_ms);
void reeve_child_run_resumed(struct reeve_child_run *run);
void reeve_child_run_tick(struct reeve_child_run *run, uint64_t now_ms);
uint64_t reeve_child_run_deadline(const struct reeve_child_run *run);
/* Reads what is left once the keeper is gone; true when nothing more is to come. */
bool reeve_child_run_is_over(struct reeve_child_run *run);

#ifdef __cplusplus
}
#endif
#endif
