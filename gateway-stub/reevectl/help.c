/* SPDX-License-Identifier: Apache-2.0 */
/* Help, and the commands `help` and `version`. */
#include "gateway-stub/reevectl/help.h"

#include "agent/cli/suggest.h"
#include "gateway-stub/reevectl/complaint.h"

static const char ABOUT[] =
    "reevectl, the command line of a reeve gateway: register tasks, submit plans, approve them,\n"
    "watch them run, read and verify the audit trail.\n"
    "\n"
    "usage: reevectl [OPTION …] COMMAND [WORD …] [OPTION …]\n";

static const char EPILOGUE[] =
    "\n"
    "First steps:\n"
    "  reevectl whoami                              is the configuration fine, and who am I?\n"
    "  reevectl tasks                               what may be asked for\n"
    "  reevectl submit plan.json --watch            ask for it, and see what comes back\n"
    "  source <(reevectl completion bash)           complete commands with the tab key\n"
    "\n"
    "The configuration is a YAML file: --config FILE, else $REEVECTL_CONFIG, else\n"
    "~/.config/reeve/reevectl.yaml:\n"
    "  gateway: { address: \"gateway.example.com:8443\", ca_file: ca.pem }\n"
    "  identity: { certificate_file: me.pem, key_file: me.key }\n"
    "  approver_key_file: approver.key              # only to approve\n"
    "\n"
    "Ids may be shortened to any beginning that only one has.\n"
    "\n";

static const char EXITS[] =
    "Exit status:\n"
    "  0  done\n"
    "  1  the answer is no: a job did not succeed, the audit trail does not verify\n"
    "  2  the command line, a local file or the configuration is wrong\n"
    "  3  the gateway or the local check refused: invalid input, wrong state, not found\n"
    "  4  the identity is not known or its roles do not allow this\n"
    "  5  the gateway cannot be reached, or cannot answer now\n";

static void say_options(struct reeve_ctl *c, const char *title, const struct reeve_option *options,
                        size_t count)
{
    reeve_ctl_say(c, "%s\n", reeve_ctl_painted(c, "1", title));
    if (reeve_options_print(options, count, &c->out) != REEVE_OK) {
        c->print_failed = true;
    }
}

static void say_line(struct reeve_ctl *c, const struct reeve_ctl_command *command)
{
    const char *left = reeve_output_text(c->arena, "%s%s%s", command->name,
                                         command->words[0] != '\0' ? " " : "", command->words);
    reeve_ctl_say(c, "  %-28s %s\n", left, command->summary);
}

void reeve_ctl_help_all(struct reeve_ctl *c)
{
    const char *group = "";
    reeve_ctl_say(c, "%s", ABOUT);
    for (size_t i = 0; i < reeve_ctl_commands_count; i++) {
        const struct reeve_ctl_command *command = reeve_ctl_commands[i];
        if (!reeve_bytes_equal_cstr(reeve_bytes_cstr(command->group), group)) {
            group = command->group;
            reeve_ctl_say(c, "\n%s\n", reeve_ctl_painted(c, "1", group));
        }
        say_line(c, command);
    }
    reeve_ctl_say(c, "\n");
    say_options(c, "Options of every command", reeve_ctl_globals, REEVE_CTL_GLOBALS);
    reeve_ctl_say(c,
                  "  --help             explain the program, or the command that stands there\n");
    reeve_ctl_say(c, "%s%s", EPILOGUE, EXITS);
}

static bool is_in_group(const struct reeve_ctl_command *command, struct reeve_bytes word)
{
    const struct reeve_bytes name = reeve_bytes_cstr(command->name);
    return reeve_bytes_starts_with(name, word) && name.len > word.len && name.data[word.len] == ' ';
}

void reeve_ctl_help_group(struct reeve_ctl *c, const char *word)
{
    reeve_ctl_say(c, "usage: reevectl %s COMMAND [WORD …] [OPTION …]\n\n", word);
    for (size_t i = 0; i < reeve_ctl_commands_count; i++) {
        if (is_in_group(reeve_ctl_commands[i], reeve_bytes_cstr(word))) {
            say_line(c, reeve_ctl_commands[i]);
        }
    }
    reeve_ctl_say(c, "\n`reevectl %s COMMAND --help` explains each.\n", word);
}

void reeve_ctl_help_command(struct reeve_ctl *c, const struct reeve_ctl_command *command)
{
    reeve_ctl_say(c, "%s\n\nusage: reevectl %s%s%s [OPTION …]\n\n%s\n", command->summary,
                  command->name, command->words[0] != '\0' ? " " : "", command->words,
                  command->text);
    if (command->options_count > 0) {
        say_options(c, "Options", command->options, command->options_count);
        reeve_ctl_say(c, "\n");
    }
    say_options(c, "Options of every command", reeve_ctl_globals, REEVE_CTL_GLOBALS);
}

enum reeve_ctl_exit reeve_ctl_help_unknown(const struct reeve_ctl *c, const char *word)
{
    struct reeve_suggestion s = {.wrong = reeve_bytes_cstr(word)};
    for (size_t i = 0; i < reeve_ctl_commands_count; i++) {
        reeve_suggestion_try(&s, reeve_ctl_commands[i]->name);
    }
    return reeve_ctl_refuse(c, REEVE_CTL_USAGE,
                            s.best != NULL
                                ? reeve_output_text(c->arena, "did you mean reevectl %s?", s.best)
                                : "reevectl --help lists the commands",
                            "there is no command \"%s\"", word);
}

/* ---- help ---- */

static enum reeve_ctl_exit run_help(struct reeve_ctl *c)
{
    char *argv[REEVE_WORDS_MAX];
    int argc = 0;
    const char *word;
    bool group;
    for (size_t i = 0; i < c->arguments.words_count; i++) {
        argv[argc++] = reeve_output_text(c->arena, "%s", c->arguments.words[i]);
    }
    const struct reeve_ctl_command *command = reeve_ctl_command_find(&argc, argv, &word, &group);
    if (word == NULL) {
        reeve_ctl_help_all(c);
        return REEVE_CTL_DONE;
    }
    if (command != NULL) {
        reeve_ctl_help_command(c, command);
        return REEVE_CTL_DONE;
    }
    if (group) {
        reeve_ctl_help_group(c, word);
        return REEVE_CTL_DONE;
    }
    return reeve_ctl_help_unknown(c, word);
}

const struct reeve_ctl_command reeve_ctl_help = {
    .group = "The program itself",
    .name = "help",
    .words = "[COMMAND]",
    .summary = "explain the program or a command",
    .text = "  reevectl help\n"
            "  reevectl help audit verify\n",
    .words_most = 2,
    .run = run_help,
};

/* ---- version ---- */

static enum reeve_ctl_exit run_version(struct reeve_ctl *c)
{
    if (c->json) {
        reeve_ctl_say(c, "{ \"program\": \"%s\", \"version\": \"%s\" }\n", REEVE_CTL_PROGRAM,
                      REEVE_CTL_VERSION);
        return REEVE_CTL_DONE;
    }
    reeve_ctl_say(c, "%s %s\n", REEVE_CTL_PROGRAM, REEVE_CTL_VERSION);
    return REEVE_CTL_DONE;
}

const struct reeve_ctl_command reeve_ctl_version = {
    .group = "The program itself",
    .name = "version",
    .words = "",
    .summary = "print this program's version",
    .text = "The gateway's version is in `reevectl whoami`.\n"
            "\n"
            "  reevectl version\n"
            "  reevectl version --json\n",
    .run = run_version,
};
