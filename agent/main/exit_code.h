/* SPDX-License-Identifier: Apache-2.0 */
/* The program's exit statuses, as include/reeve/worker.h promises them. */
#ifndef REEVE_AGENT_MAIN_EXIT_CODE_H
#define REEVE_AGENT_MAIN_EXIT_CODE_H

enum reeve_exit {
    REEVE_EXIT_OK = 0,
    REEVE_EXIT_NO = 1,
    REEVE_EXIT_USAGE = 2,
    REEVE_EXIT_CANNOT_START = 3,
    REEVE_EXIT_BROKEN_OFF = 4,
};

#endif
