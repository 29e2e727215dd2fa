/* SPDX-License-Identifier: Apache-2.0 */
/* The program: finds the command, reads its options, runs it. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_PROGRAM_H
#define REEVE_GATEWAY_STUB_REEVECTL_PROGRAM_H

#ifdef __cplusplus
extern "C" {
#endif

/* The exit status. Reorders argv. */
int reeve_ctl_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif
#endif
