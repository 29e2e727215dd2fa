/* SPDX-License-Identifier: Apache-2.0 */
/* A command of the program: a row of the table in commands.c. Help, completion and the reference
 * page are made of these rows. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_COMMAND_H
#define REEVE_GATEWAY_STUB_REEVECTL_COMMAND_H

#include "gateway-stub/reevectl/ctl.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_ctl_command {
    const char *group;   /* heading in --help */
    const char *name;    /* one word or two: "approve", "audit verify" */
    const char *words;   /* "PLAN", "[FILE]", "" */
    const char *summary; /* one line */
    const char *text;    /* what it does, and examples */
    const struct reeve_option *options;
    size_t options_count;
    size_t words_least;
    size_t words_most;
    enum reeve_ctl_exit (*run)(struct reeve_ctl *c);
};

#define REEVE_CTL_OPTIONS(table)                                                                   \
    .options = (table), .options_count = sizeof(table) / sizeof((table)[0])

/* In the order of --help. */
extern const struct reeve_ctl_command *const reeve_ctl_commands[];
extern const size_t reeve_ctl_commands_count;
/* The options that every command takes, by enum reeve_ctl_global. */
extern const struct reeve_option reeve_ctl_globals[REEVE_CTL_GLOBALS];

/* The command that argv begins with, options in front and between skipped; the words that were its
 * name are taken out of argv and *argc. NULL: there is none; *word is what stands there in its
 * place (NULL: nothing), and *group whether commands begin with that word. */
const struct reeve_ctl_command *reeve_ctl_command_find(int *argc, char **argv, const char **word,
                                                       bool *group);

extern const struct reeve_ctl_command reeve_ctl_register;
extern const struct reeve_ctl_command reeve_ctl_tasks;
extern const struct reeve_ctl_command reeve_ctl_tasks_diff;
extern const struct reeve_ctl_command reeve_ctl_submit;
extern const struct reeve_ctl_command reeve_ctl_plans;
extern const struct reeve_ctl_command reeve_ctl_get_plan;
extern const struct reeve_ctl_command reeve_ctl_get_job;
extern const struct reeve_ctl_command reeve_ctl_approve;
extern const struct reeve_ctl_command reeve_ctl_reject;
extern const struct reeve_ctl_command reeve_ctl_cancel_plan;
extern const struct reeve_ctl_command reeve_ctl_cancel_job;
extern const struct reeve_ctl_command reeve_ctl_watch;
extern const struct reeve_ctl_command reeve_ctl_jobs;
extern const struct reeve_ctl_command reeve_ctl_job_resolve;
extern const struct reeve_ctl_command reeve_ctl_requeue;
extern const struct reeve_ctl_command reeve_ctl_workers;
extern const struct reeve_ctl_command reeve_ctl_worker_readmit;
extern const struct reeve_ctl_command reeve_ctl_identity_revoke;
extern const struct reeve_ctl_command reeve_ctl_audit_list;
extern const struct reeve_ctl_command reeve_ctl_audit_export;
extern const struct reeve_ctl_command reeve_ctl_audit_verify;
extern const struct reeve_ctl_command reeve_ctl_key_new;
extern const struct reeve_ctl_command reeve_ctl_key_show;
extern const struct reeve_ctl_command reeve_ctl_whoami;
extern const struct reeve_ctl_command reeve_ctl_completion;
extern const struct reeve_ctl_command reeve_ctl_help;
extern const struct reeve_ctl_command reeve_ctl_version;

#ifdef __cplusplus
}
#endif
#endif
