/* SPDX-License-Identifier: Apache-2.0 */
/* From a command line to an exit status: see program.h. */
#include "gateway-stub/reevectl/program.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agent/base/character.h"
#include "agent/base/log.h"
#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/help.h"

/* Answers, and what is printed of them. */
#define MEMORY_MAX ((size_t)1024 * 1024 * 1024)
#define TIMEOUT_MAX_SECONDS 86400u

static size_t join_options(const struct reeve_ctl_command *command,
                           struct reeve_option out[REEVE_OPTIONS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < REEVE_CTL_GLOBALS; i++) {
        out[count++] = reeve_ctl_globals[i];
    }
    for (size_t i = 0; i < command->options_count && count < REEVE_OPTIONS_MAX; i++) {
        out[count++] = command->options[i];
    }
    return count;
}

static enum reeve_ctl_exit take_globals(struct reeve_ctl *c)
{
    uint32_t seconds = 0;
    c->json = c->arguments.values[REEVE_CTL_JSON] != NULL;
    c->colour = !c->json && c->arguments.values[REEVE_CTL_NO_COLOR] == NULL &&
                reeve_output_colour(STDOUT_FILENO);
    if (c->arguments.values[REEVE_CTL_TIMEOUT] == NULL) {
        return REEVE_CTL_DONE;
    }
    const char *text = c->arguments.values[REEVE_CTL_TIMEOUT];
    for (const char *at = text; *at != '\0' && seconds <= TIMEOUT_MAX_SECONDS; at++) {
        const bool digit = reeve_is_digit(*at);
        seconds = digit ? seconds * 10 + (uint32_t)(*at - '0') : TIMEOUT_MAX_SECONDS + 1;
    }
    if (seconds == 0 || seconds > TIMEOUT_MAX_SECONDS) {
        return reeve_ctl_refuse(c, REEVE_CTL_USAGE, "write whole seconds, for example --timeout 30",
                                "--timeout takes 1 to %u, not \"%s\"", TIMEOUT_MAX_SECONDS, text);
    }
    c->timeout_ms = (uint64_t)seconds * 1000;
    return REEVE_CTL_DONE;
}

static enum reeve_ctl_exit complain_usage(const struct reeve_ctl *c,
                                          const struct reeve_ctl_command *command,
                                          const char *problem)
{
    const char *next =
        reeve_output_text(c->arena, "reevectl %s%s%s, or reevectl %s --help", command->name,
                          command->words[0] != '\0' ? " " : "", command->words, command->name);
    return reeve_ctl_refuse(c, REEVE_CTL_USAGE, next, "%s: %s", command->name, problem);
}

static enum reeve_ctl_exit run(struct reeve_ctl *c, const struct reeve_ctl_command *command,
                               int argc, char *const *argv)
{
    struct reeve_option options[REEVE_OPTIONS_MAX];
    char problem[256];
    const size_t count = join_options(command, options);
    if (reeve_options_parse(options, count, command->words_most, argc, argv, &c->arguments,
                            problem) != REEVE_OK) {
        return complain_usage(c, command, problem);
    }
    const enum reeve_ctl_exit status = take_globals(c);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    if (c->arguments.help) {
        reeve_ctl_help_command(c, command);
        return REEVE_CTL_DONE;
    }
    if (c->arguments.words_count < command->words_least) {
        return complain_usage(c, command, "something is missing");
    }
    return command->run(c);
}

/* Options alone: --help or --version, or nothing to do. */
static enum reeve_ctl_exit run_options(struct reeve_ctl *c, int argc, char *const *argv)
{
    struct reeve_option options[REEVE_CTL_GLOBALS + 1];
    char problem[256];
    for (size_t i = 0; i < REEVE_CTL_GLOBALS; i++) {
        options[i] = reeve_ctl_globals[i];
    }
    options[REEVE_CTL_GLOBALS] = (struct reeve_option){"--version", NULL, ""};
    if (reeve_options_parse(options, REEVE_CTL_GLOBALS + 1, 0, argc, argv, &c->arguments,
                            problem) != REEVE_OK) {
        return reeve_ctl_refuse(c, REEVE_CTL_USAGE, "reevectl --help", "%s", problem);
    }
    const enum reeve_ctl_exit status = take_globals(c);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    if (c->arguments.values[REEVE_CTL_GLOBALS] != NULL && !c->arguments.help) {
        return reeve_ctl_version.run(c);
    }
    reeve_ctl_help_all(c);
    return c->arguments.help ? REEVE_CTL_DONE : REEVE_CTL_USAGE;
}

/* Without a command: a group of them, a word that is none, or options alone. */
static enum reeve_ctl_exit run_nothing(struct reeve_ctl *c, int argc, char *const *argv,
                                       const char *word, bool group)
{
    c->colour = reeve_output_colour(STDOUT_FILENO);
    if (group) {
        reeve_ctl_help_group(c, word);
        return reeve_bytes_equal_cstr(reeve_bytes_cstr(argv[argc - 1]), "--help") ? REEVE_CTL_DONE
                                                                                  : REEVE_CTL_USAGE;
    }
    if (word != NULL) {
        return reeve_ctl_help_unknown(c, word);
    }
    return run_options(c, argc, argv);
}

/* Keys pass through here: no core dumps; and a closed pipe is an answer, not a death. */
static void prepare_process(void)
{
    const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)signal(SIGPIPE, SIG_IGN);
    reeve_log_configure(REEVE_LOG_ERROR, REEVE_LOG_FORMAT_TEXT, STDERR_FILENO);
}

/* Errors of the command line are told like any other, so this is known before it is read. */
static bool wants_json(int argc, char *const *argv)
{
    for (int i = 0; i < argc; i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(argv[i]), "--json")) {
            return true;
        }
    }
    return false;
}

int reeve_ctl_main(int argc, char **argv)
{
    struct reeve_arena arena;
    struct reeve_ctl c;
    const char *word;
    bool group;
    prepare_process();
    reeve_arena_init(&arena, NULL, MEMORY_MAX, 64u * 1024u);
    reeve_ctl_init(&c, &arena);
    int count = argc > 0 ? argc - 1 : 0;
    c.json = wants_json(count, argv + 1);
    const struct reeve_ctl_command *command =
        reeve_ctl_command_find(&count, argv + 1, &word, &group);
    enum reeve_ctl_exit status = command != NULL ? run(&c, command, count, argv + 1)
                                                 : run_nothing(&c, count, argv + 1, word, group);
    reeve_ctl_flush(&c);
    if (c.print_failed && status == REEVE_CTL_DONE) {
        status = REEVE_CTL_USAGE;
    }
    reeve_ctl_clear(&c);
    reeve_arena_clear(&arena);
    return (int)status;
}
