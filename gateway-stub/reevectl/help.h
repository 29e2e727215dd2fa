/* SPDX-License-Identifier: Apache-2.0 */
/* What --help prints, from the table of commands. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_HELP_H
#define REEVE_GATEWAY_STUB_REEVECTL_HELP_H

#include "gateway-stub/reevectl/command.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The whole program. */
void reeve_ctl_help_all(struct reeve_ctl *c);
/* The commands whose first word is `word`. */
void reeve_ctl_help_group(struct reeve_ctl *c, const char *word);
void reeve_ctl_help_command(struct reeve_ctl *c, const struct reeve_ctl_command *command);
/* Complains that there is no such command, and says which was probably meant. */
enum reeve_ctl_exit reeve_ctl_help_unknown(const struct reeve_ctl *c, const char *word);

#ifdef __cplusplus
}
#endif
#endif
