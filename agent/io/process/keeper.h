/* SPDX-License-Identifier: Apache-2.0 */
/* The role `exec-child`: the worker's own binary, started anew, so that nothing has to fork in a
 * process that runs gRPC. It becomes the keeper of one program: it starts it with everything that
 * the plan says, passes the worker's signals on, tells how it ended, and leaves nothing behind that
 * came of it. When the worker is gone, so is the program.
 *
 * Descriptors on entry: 0 to 2 are the program's, 3 the control socket (report.h), 4 the plan
 * (plan.h), from 5 on the secrets' files. */
#ifndef REEVE_AGENT_IO_PROCESS_KEEPER_H
#define REEVE_AGENT_IO_PROCESS_KEEPER_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_PROCESS_ROLE "exec-child"

enum reeve_keeper_descriptor {
    REEVE_KEEPER_CONTROL = 3,
    REEVE_KEEPER_PLAN = 4,
    REEVE_KEEPER_SECRETS = 5,
};

/* Whether a program was started in this role: its only argument says so. */
bool reeve_process_is_role(int argc, char *const *argv);
/* The role. To be called first thing in main, before any thread exists; the exit status, for main
 * to return without running anything else. */
int reeve_process_role_main(void);

#ifdef __cplusplus
}
#endif
#endif
