/* SPDX-License-Identifier: Apache-2.0 */
/* What this process is called: for complaints and next steps, which name commands of the program
 * that the reader has. A worker of one's own is the same program under another name. */
#ifndef REEVE_AGENT_BASE_PROGRAM_NAME_H
#define REEVE_AGENT_BASE_PROGRAM_NAME_H

#ifdef __cplusplus
extern "C" {
#endif

/* What the process is called until it says otherwise. */
#define REEVE_PROGRAM_NAME "reeve-agent"

/* Takes the last part of argv[0]; REEVE_PROGRAM_NAME when there is none. argv is borrowed for good.
 * Once, before any thread exists. */
void reeve_program_name_take(int argc, char **argv);
/* Any thread. */
const char *reeve_program_name(void);

#ifdef __cplusplus
}
#endif
#endif
