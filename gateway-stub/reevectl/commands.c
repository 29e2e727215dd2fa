/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands, and how one is found on a command line. */
#include "gateway-stub/reevectl/command.h"

/* A command of two words stands in front of the one of its first. */
const struct reeve_ctl_command *const reeve_ctl_commands[] = {
    &reeve_ctl_register,   &reeve_ctl_tasks_diff,     &reeve_ctl_tasks,
    &reeve_ctl_submit,     &reeve_ctl_plans,          &reeve_ctl_get_plan,
    &reeve_ctl_approve,    &reeve_ctl_reject,         &reeve_ctl_cancel_plan,
    &reeve_ctl_watch,      &reeve_ctl_jobs,           &reeve_ctl_get_job,
    &reeve_ctl_cancel_job, &reeve_ctl_requeue,        &reeve_ctl_job_resolve,
    &reeve_ctl_workers,    &reeve_ctl_worker_readmit, &reeve_ctl_identity_revoke,
    &reeve_ctl_audit_list, &reeve_ctl_audit_export,   &reeve_ctl_audit_verify,
    &reeve_ctl_key_new,    &reeve_ctl_key_show,       &reeve_ctl_whoami,
    &reeve_ctl_completion, &reeve_ctl_help,           &reeve_ctl_version,
};
const size_t reeve_ctl_commands_count = sizeof(reeve_ctl_commands) / sizeof(reeve_ctl_commands[0]);

const struct reeve_option reeve_ctl_globals[REEVE_CTL_GLOBALS] = {
    [REEVE_CTL_CONFIG] = {"--config", "FILE", "which gateway, and as whom [$REEVECTL_CONFIG]"},
    [REEVE_CTL_JSON] = {"--json", NULL, "print JSON for programs"},
    [REEVE_CTL_NO_COLOR] = {"--no-color", NULL, "no colour, not even on a terminal"},
    [REEVE_CTL_TIMEOUT] = {"--timeout", "SECONDS", "how long to wait for an answer [30]"},
};

/* Whether the option is one that takes the next argument as its value. Only global ones stand in
 * front of a command. */
static bool takes_next(const char *argument)
{
    for (size_t i = 0; i < REEVE_CTL_GLOBALS; i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(argument), reeve_ctl_globals[i].name)) {
            return reeve_ctl_globals[i].value != NULL;
        }
    }
    return false;
}

/* The place of the next argument that is no option, from `at` on; argc when there is none. */
static int next_word(int argc, char *const *argv, int at)
{
    while (at < argc && argv[at][0] == '-' && argv[at][1] != '\0') {
        at += takes_next(argv[at]) ? 2 : 1;
    }
    return at < argc ? at : argc;
}

static void take_out(int *argc, char **argv, int at)
{
    for (int i = at; i + 1 < *argc; i++) {
        argv[i] = argv[i + 1];
    }
    *argc -= 1;
}

/* Whether `name` is `first`, or `first` and `second` with a space between. */
static bool is_name(const char *name, const char *first, const char *second)
{
    const struct reeve_bytes whole = reeve_bytes_cstr(name);
    const size_t space = reeve_bytes_find(whole, reeve_bytes_cstr(" "));
    if (space == SIZE_MAX) {
        return reeve_bytes_equal_cstr(whole, first);
    }
    return second != NULL && reeve_bytes_equal_cstr(reeve_bytes_slice(whole, 0, space), first) &&
           reeve_bytes_equal_cstr(reeve_bytes_slice(whole, space + 1, whole.len), second);
}

static bool begins_with(const char *name, const char *first)
{
    const struct reeve_bytes whole = reeve_bytes_cstr(name);
    const size_t space = reeve_bytes_find(whole, reeve_bytes_cstr(" "));
    return space != SIZE_MAX && reeve_bytes_equal_cstr(reeve_bytes_slice(whole, 0, space), first);
}

static bool has_two_words(const char *name)
{
    return reeve_bytes_contains_cstr(reeve_bytes_cstr(name), " ");
}

const struct reeve_ctl_command *reeve_ctl_command_find(int *argc, char **argv, const char **word,
                                                       bool *group)
{
    const int first = next_word(*argc, argv, 0);
    const int second = next_word(*argc, argv, first < *argc ? first + 1 : first);
    *word = first < *argc ? argv[first] : NULL;
    *group = false;
    for (size_t i = 0; *word != NULL && i < reeve_ctl_commands_count; i++) {
        const struct reeve_ctl_command *command = reeve_ctl_commands[i];
        if (is_name(command->name, *word, second < *argc ? argv[second] : NULL)) {
            if (has_two_words(command->name)) {
                take_out(argc, argv, second);
            }
            take_out(argc, argv, first);
            return command;
        }
        *group = *group || begins_with(command->name, *word);
    }
    return NULL;
}
