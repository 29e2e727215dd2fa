/* SPDX-License-Identifier: Apache-2.0 */
/* What worker and keeper say to one another, one packet each, on a pair of sockets. The worker's
 * words are single bytes; its end, closed by whatever cause, is the last of them. */
#ifndef REEVE_AGENT_IO_PROCESS_REPORT_H
#define REEVE_AGENT_IO_PROCESS_REPORT_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Worker to keeper. */
#define REEVE_KEEPER_TERMINATE 'T' /* SIGTERM to the program's group */
#define REEVE_KEEPER_KILL 'K'      /* SIGKILL to all that came of it */

/* X(NAME, what failed, what to do), in the order in which they are taken. */
#define REEVE_PROCESS_STEP_MAP(X)                                                                  \
    X(NONE, "nothing", "")                                                                         \
    X(SPAWN, "starting a process",                                                                 \
      "check that /proc is mounted; raise the limits on processes, descriptors and memory")        \
    X(PLAN, "reading the plan", "report this with the worker's version")                           \
    X(FORK, "making the program's process", "raise the limit on processes (TasksMax, pids.max)")   \
    X(SESSION, "making a session of its own", "report this with the worker's version")             \
    X(DESCRIPTORS, "arranging descriptors", "raise the limit on open files")                       \
    X(GROUPS, "giving up supplementary groups",                                                    \
      "run the worker as root, or leave out user and group")                                       \
    X(GROUP, "changing to the configured group",                                                   \
      "run the worker as root, or leave out user and group")                                       \
    X(USER, "changing to the configured user",                                                     \
      "run the worker as root, or leave out user and group")                                       \
    X(PRIVILEGES, "giving up privileges", "report this with the kernel's version")                 \
    X(DIRECTORY, "entering the working directory",                                                 \
      "check that working_directory exists and that the program's user may enter it")              \
    X(SIGNALS, "resetting signals", "report this with the kernel's version")                       \
    X(LIMITS, "setting the limits", "check limits in the program's configuration")                 \
    X(KEEPER, "staying under its keeper", "the worker or its keeper ended; nothing is to be done") \
    X(EXECUTE, "executing the program",                                                            \
      "check the path, its first line (#!) and that the program's user may execute it")

#define X(name, what, next) REEVE_PROCESS_STEP_##name,
enum reeve_process_step { REEVE_PROCESS_STEP_MAP(X) };
#undef X

/* Static strings; "an unknown step" and "" for other numbers. */
const char *reeve_process_step_text(enum reeve_process_step step);
const char *reeve_process_step_next(enum reeve_process_step step);

enum reeve_process_report_kind {
    REEVE_REPORT_FAILED = 1, /* the program was not started: step and errno */
    REEVE_REPORT_EXITED = 2, /* value: exit status */
    REEVE_REPORT_KILLED = 3, /* value: signal */
};

/* Keeper to worker. */
struct reeve_process_report {
    enum reeve_process_report_kind kind;
    enum reeve_process_step step;
    int value;
};

#define REEVE_PROCESS_REPORT_SIZE 12u

void reeve_process_report_write(const struct reeve_process_report *report,
                                uint8_t out[REEVE_PROCESS_REPORT_SIZE]);
/* MALFORMED. */
enum reeve_status reeve_process_report_read(struct reeve_bytes bytes,
                                            struct reeve_process_report *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
