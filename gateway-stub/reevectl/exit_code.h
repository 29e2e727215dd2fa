/* SPDX-License-Identifier: Apache-2.0 */
/* The program's exit statuses. Scripts branch on them: a number never changes its meaning. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_EXIT_CODE_H
#define REEVE_GATEWAY_STUB_REEVECTL_EXIT_CODE_H

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_ctl_exit {
    REEVE_CTL_DONE = 0,
    REEVE_CTL_NO = 1,      /* the answer is negative: a job did not succeed, a trail is broken, two
                              versions of a task are not compatible */
    REEVE_CTL_USAGE = 2,   /* the command line, a local file or the configuration is wrong */
    REEVE_CTL_REFUSED = 3, /* the gateway or the local check said no: input, state, not found */
    REEVE_CTL_DENIED = 4,  /* the identity is unknown or its roles do not allow the call */
    REEVE_CTL_UNREACHABLE = 5, /* the gateway cannot be reached or cannot answer now: try again */
};

#ifdef __cplusplus
}
#endif
#endif
