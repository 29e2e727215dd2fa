/* SPDX-License-Identifier: Apache-2.0 */
/* What a process of ours takes away from itself before it does anything else, and what it takes. */
#ifndef REEVE_AGENT_IO_PROCESS_PROCESS_H
#define REEVE_AGENT_IO_PROCESS_PROCESS_H

#include "agent/base/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* umask 077, no core dumps (P2), no ptrace by other processes of this user, stdin from /dev/null,
 * no SIGPIPE or SIGXFSZ: what cannot be written is an error there. IO: a part of it was refused.
 * Before other threads exist. */
enum reeve_status reeve_process_harden(void) REEVE_MUST_CHECK;

/* The part of it that concerns memory and files alone: umask, core dumps, ptrace. For a process
 * whose standard input and signals are not its own. IO: a part of it was refused. */
enum reeve_status reeve_process_hide(void) REEVE_MUST_CHECK;

/* Raises the soft limit on descriptors to the hard one: a connection, a request or a program takes
 * one or a few. The soft limit is there for programs that use select(); nothing here does, and a
 * program that a job runs has its own. Once, before other threads exist. */
void reeve_process_raise_descriptors(void);

/* Ends the process now, without waiting for threads that do not end; for handlers of jobs that do
 * not stop. Everything durable has been closed before. */
void reeve_process_leave(int code);

#ifdef __cplusplus
}
#endif
#endif
