/* SPDX-License-Identifier: Apache-2.0 */
/* `reevectl completion`: shell functions, printed from the table of commands. */
#include "gateway-stub/reevectl/command.h"

static struct reeve_bytes first_word(const char *name)
{
    const struct reeve_bytes whole = reeve_bytes_cstr(name);
    const size_t space = reeve_bytes_find(whole, reeve_bytes_cstr(" "));
    return reeve_bytes_slice(whole, 0, space == SIZE_MAX ? whole.len : space);
}

static const char *second_word(const char *name)
{
    const struct reeve_bytes whole = reeve_bytes_cstr(name);
    const size_t space = reeve_bytes_find(whole, reeve_bytes_cstr(" "));
    return space == SIZE_MAX ? "" : name + space + 1;
}

/* Whether a command before this one begins with the same word. */
static bool is_repeated(size_t i)
{
    for (size_t before = 0; before < i; before++) {
        if (reeve_bytes_equal(first_word(reeve_ctl_commands[before]->name),
                              first_word(reeve_ctl_commands[i]->name))) {
            return true;
        }
    }
    return false;
}

static void say_first_words(struct reeve_ctl *c)
{
    for (size_t i = 0; i < reeve_ctl_commands_count; i++) {
        if (!is_repeated(i)) {
            reeve_ctl_say(c, "%s", i > 0 ? " " : "");
            reeve_ctl_put(c, first_word(reeve_ctl_commands[i]->name));
        }
    }
}

static void say_second_words(struct reeve_ctl *c, size_t i)
{
    for (size_t other = i; other < reeve_ctl_commands_count; other++) {
        if (reeve_bytes_equal(first_word(reeve_ctl_commands[other]->name),
                              first_word(reeve_ctl_commands[i]->name))) {
            reeve_ctl_say(c, "%s%s", other > i ? " " : "",
                          second_word(reeve_ctl_commands[other]->name));
        }
    }
}

static void say_option_names(struct reeve_ctl *c, const struct reeve_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        reeve_ctl_say(c, "%s ", options[i].name);
    }
}

/* ---- bash, and zsh through its emulation ---- */

static void say_bash_cases(struct reeve_ctl *c)
{
    for (size_t i = 0; i < reeve_ctl_commands_count; i++) {
        const struct reeve_ctl_command *command = reeve_ctl_commands[i];
        reeve_ctl_say(c, "    \"%s\"%s) options=\"", command->name,
                      second_word(command->name)[0] == '\0' ? "*" : "");
        say_option_names(c, command->options, command->options_count);
        reeve_ctl_say(c, "\" ;;\n");
    }
}

static void say_bash_groups(struct reeve_ctl *c)
{
    for (size_t i = 0; i < reeve_ctl_commands_count; i++) {
        if (second_word(reeve_ctl_commands[i]->name)[0] == '\0' || is_repeated(i)) {
            continue;
        }
        reeve_ctl_say(c, "    ");
        reeve_ctl_put(c, first_word(reeve_ctl_commands[i]->name));
        reeve_ctl_say(c, ") COMPREPLY=($(compgen -W \"");
        say_second_words(c, i);
        reeve_ctl_say(c, "\" -- \"$word\")); return ;;\n");
    }
}

static bool has_choices(const struct reeve_option *option)
{
    return option->value != NULL &&
           reeve_bytes_find(reeve_bytes_cstr(option->value), reeve_bytes_cstr("|")) != SIZE_MAX;
}

/* The choices "a|b" as words. */
static void say_choices(struct reeve_ctl *c, const struct reeve_option *option)
{
    for (const char *at = option->value; *at != '\0'; at++) {
        reeve_ctl_say(c, "%c", *at == '|' ? ' ' : *at);
    }
}

/* What stands behind an option: choices, a file, or something that only the user knows. `before` is
 * a pattern for the command. */
static void say_bash_value(struct reeve_ctl *c, const char *before,
                           const struct reeve_option *option)
{
    if (option->value == NULL) {
        return;
    }
    reeve_ctl_say(c, "    %s\" %s\") ", before, option->name);
    if (has_choices(option)) {
        reeve_ctl_say(c, "COMPREPLY=($(compgen -W \"");
        say_choices(c, option);
        reeve_ctl_say(c, "\" -- \"$word\")); ");
    } else if (reeve_bytes_equal_cstr(reeve_bytes_cstr(option->value), "FILE")) {
        reeve_ctl_say(c, "COMPREPLY=($(compgen -f -- \"$word\")); ");
    }
    reeve_ctl_say(c, "return ;;\n");
}

static void say_bash_values(struct reeve_ctl *c)
{
    for (size_t i = 0; i < REEVE_CTL_GLOBALS; i++) {
        say_bash_value(c, "*", &reeve_ctl_globals[i]);
    }
    for (size_t i = 0; i < reeve_ctl_commands_count; i++) {
        const struct reeve_ctl_command *command = reeve_ctl_commands[i];
        /* A command of one word may have a word of its own behind it. */
        const char *before = second_word(command->name)[0] == '\0'
                                 ? reeve_output_text(c->arena, "\"%s \"*", command->name)
                                 : reeve_output_text(c->arena, "\"%s\"", command->name);
        for (size_t o = 0; o < command->options_count; o++) {
            say_bash_value(c, before, &command->options[o]);
        }
    }
}

static void say_bash(struct reeve_ctl *c)
{
    reeve_ctl_say(c, "# bash completion for reevectl: source <(reevectl completion bash)\n"
                     "_reevectl() {\n"
                     "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
                     "  local first= second= options= i\n"
                     "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
                     "    case ${COMP_WORDS[i]} in\n"
                     "    --config|--timeout) i=$((i + 1)) ;;\n"
                     "    -*) ;;\n"
                     "    *) if [ -z \"$first\" ]; then first=${COMP_WORDS[i]};\n"
                     "       elif [ -z \"$second\" ]; then second=${COMP_WORDS[i]}; fi ;;\n"
                     "    esac\n"
                     "  done\n"
                     "  case \"$first $second $before\" in\n");
    say_bash_values(c);
    reeve_ctl_say(c, "  esac\n"
                     "  if [ -z \"$first\" ] && [[ $word != -* ]]; then\n"
                     "    COMPREPLY=($(compgen -W \"");
    say_first_words(c);
    reeve_ctl_say(c, "\" -- \"$word\")); return\n"
                     "  fi\n"
                     "  if [ -z \"$second\" ] && [[ $word != -* ]]; then\n"
                     "    case $first in\n");
    say_bash_groups(c);
    reeve_ctl_say(c, "    esac\n"
                     "  fi\n"
                     "  if [[ $word != -* ]]; then\n"
                     "    COMPREPLY=($(compgen -f -- \"$word\")); return\n"
                     "  fi\n"
                     "  case \"$first${second:+ $second}\" in\n");
    say_bash_cases(c);
    reeve_ctl_say(c, "  esac\n"
                     "  COMPREPLY=($(compgen -W \"$options ");
    say_option_names(c, reeve_ctl_globals, REEVE_CTL_GLOBALS);
    reeve_ctl_say(c, "--help\" -- \"$word\"))\n"
                     "}\n"
                     "complete -o filenames -F _reevectl reevectl\n");
}

static void say_zsh(struct reeve_ctl *c)
{
    reeve_ctl_say(c, "#compdef reevectl\n"
                     "# zsh completion for reevectl: source <(reevectl completion zsh)\n"
                     "autoload -U +X bashcompinit && bashcompinit\n");
    say_bash(c);
}

/* ---- fish ---- */

/* Quotes text for fish: inside of single quotes only ' and \ are special. */
static void say_fish_quoted(struct reeve_ctl *c, const char *text)
{
    reeve_ctl_say(c, "'");
    for (const char *at = text; *at != '\0'; at++) {
        reeve_ctl_say(c, "%s%c", *at == '\'' || *at == '\\' ? "\\" : "", *at);
    }
    reeve_ctl_say(c, "'");
}

static void say_fish_option(struct reeve_ctl *c, const struct reeve_option *option,
                            const char *condition)
{
    const bool dashes = option->name[1] == '-';
    reeve_ctl_say(c, "complete -c reevectl%s %s %s%s", condition, dashes ? "-l" : "-s",
                  option->name + (dashes ? 2 : 1), option->value != NULL ? " -r" : "");
    if (has_choices(option)) {
        reeve_ctl_say(c, " -f -a '");
        say_choices(c, option);
        reeve_ctl_say(c, "'");
    }
    reeve_ctl_say(c, " -d ");
    say_fish_quoted(c, option->help != NULL ? option->help : "");
    reeve_ctl_say(c, "\n");
}

static void say_fish_command(struct reeve_ctl *c, size_t i)
{
    const struct reeve_ctl_command *command = reeve_ctl_commands[i];
    const char *second = second_word(command->name);
    const char *first = reeve_arena_strdup(c->arena, first_word(command->name));
    first = first != NULL ? first : "";
    const char *seen =
        second[0] == '\0'
            ? reeve_output_text(c->arena, " -n '__fish_seen_subcommand_from %s'", first)
            : reeve_output_text(c->arena,
                                " -n '__fish_seen_subcommand_from %s; and "
                                "__fish_seen_subcommand_from %s'",
                                first, second);
    if (!is_repeated(i)) {
        reeve_ctl_say(c, "complete -c reevectl -n __fish_use_subcommand -f -a %s -d ", first);
        say_fish_quoted(c, second[0] == '\0' ? command->summary : command->group);
        reeve_ctl_say(c, "\n");
    }
    if (second[0] != '\0') {
        reeve_ctl_say(c, "complete -c reevectl -n '__fish_seen_subcommand_from %s' -f -a %s -d ",
                      first, second);
        say_fish_quoted(c, command->summary);
        reeve_ctl_say(c, "\n");
    }
    for (size_t o = 0; o < command->options_count; o++) {
        say_fish_option(c, &command->options[o], seen);
    }
}

static void say_fish(struct reeve_ctl *c)
{
    reeve_ctl_say(c, "# fish completion for reevectl: reevectl completion fish | source\n");
    for (size_t i = 0; i < REEVE_CTL_GLOBALS; i++) {
        say_fish_option(c, &reeve_ctl_globals[i], "");
    }
    for (size_t i = 0; i < reeve_ctl_commands_count; i++) {
        say_fish_command(c, i);
    }
}

/* ---- completion ---- */

static const struct {
    const char *name;
    void (*say)(struct reeve_ctl *c);
} SHELLS[] = {{"bash", say_bash}, {"zsh", say_zsh}, {"fish", say_fish}};

static enum reeve_ctl_exit run(struct reeve_ctl *c)
{
    const char *shell = reeve_ctl_word(c, 0);
    for (size_t i = 0; i < sizeof(SHELLS) / sizeof(SHELLS[0]); i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(shell), SHELLS[i].name)) {
            SHELLS[i].say(c);
            return REEVE_CTL_DONE;
        }
    }
    reeve_ctl_complain("completion is there for bash, zsh and fish, not for \"%s\"", shell);
    return REEVE_CTL_USAGE;
}

const struct reeve_ctl_command reeve_ctl_completion = {
    .group = "The program itself",
    .name = "completion",
    .words = "bash|zsh|fish",
    .summary = "print a completion script for your shell",
    .text = "  source <(reevectl completion bash)           in ~/.bashrc\n"
            "  source <(reevectl completion zsh)            in ~/.zshrc\n"
            "  reevectl completion fish | source            in ~/.config/fish/config.fish\n",
    .words_least = 1,
    .words_most = 1,
    .run = run,
};
