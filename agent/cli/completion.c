/* SPDX-License-Identifier: Apache-2.0 */
/* Shell functions, printed from a table of commands: see completion.h. */
#include "agent/cli/completion.h"

#include "agent/base/character.h"

struct script {
    const struct reeve_completion *of;
    struct reeve_buffer *out;
    enum reeve_status status; /* the first failure; nothing is said behind it */
};

static void put(struct script *s, struct reeve_bytes text)
{
    if (s->status == REEVE_OK) {
        s->status = reeve_buffer_append(s->out, text);
    }
}

static void say(struct script *s, const char *text)
{
    put(s, reeve_bytes_cstr(text));
}

/* The texts one behind the other, up to NULL. */
static void say_all(struct script *s, const char *const *texts)
{
    for (size_t i = 0; texts[i] != NULL; i++) {
        say(s, texts[i]);
    }
}

#define SAY(s, ...) say_all((s), (const char *const[]){__VA_ARGS__, NULL})

/* ---- the table ---- */

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

static bool is_single(const struct reeve_completion_command *command)
{
    return second_word(command->name)[0] == '\0';
}

static bool same_first(const struct script *s, size_t a, size_t b)
{
    return reeve_bytes_equal(first_word(s->of->commands[a].name),
                             first_word(s->of->commands[b].name));
}

/* Whether a command before this one begins with the same word. */
static bool is_repeated(const struct script *s, size_t i)
{
    for (size_t before = 0; before < i; before++) {
        if (same_first(s, before, i)) {
            return true;
        }
    }
    return false;
}

static bool has_choices(const char *text)
{
    return text != NULL && reeve_bytes_contains_cstr(reeve_bytes_cstr(text), "|");
}

/* The choices "a|b" as words. */
static void say_choices(struct script *s, const char *choices)
{
    for (const char *at = choices; *at != '\0'; at++) {
        put(s, reeve_bytes_of(*at == '|' ? " " : at, 1));
    }
}

/* "_acme_worker": no name of a function has all that a program's may have. */
static void say_function(struct script *s)
{
    say(s, "_");
    for (const char *at = s->of->program; *at != '\0'; at++) {
        put(s, reeve_bytes_of(*at == '-' || *at == '.' ? "_" : at, 1));
    }
}

static void say_first_words(struct script *s)
{
    for (size_t i = 0; i < s->of->commands_count; i++) {
        if (!is_repeated(s, i)) {
            say(s, i > 0 ? " " : "");
            put(s, first_word(s->of->commands[i].name));
        }
    }
}

static void say_second_words(struct script *s, size_t i)
{
    for (size_t other = i; other < s->of->commands_count; other++) {
        if (same_first(s, other, i)) {
            SAY(s, other > i ? " " : "", second_word(s->of->commands[other].name));
        }
    }
}

static void say_option_names(struct script *s, const struct reeve_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        SAY(s, options[i].name, " ");
    }
}

/* ---- bash, and zsh through its emulation ---- */

static void say_bash_cases(struct script *s)
{
    for (size_t i = 0; i < s->of->commands_count; i++) {
        const struct reeve_completion_command *command = &s->of->commands[i];
        SAY(s, "    \"", command->name, is_single(command) ? "\"*" : "\"", ") options=\"");
        say_option_names(s, command->options, command->options_count);
        say(s, "\" ;;\n");
    }
}

/* What stands behind the first word: the second words of the commands that begin so, or choices. */
static void say_bash_seconds(struct script *s)
{
    for (size_t i = 0; i < s->of->commands_count; i++) {
        const struct reeve_completion_command *command = &s->of->commands[i];
        if (is_repeated(s, i) || (is_single(command) && !has_choices(command->words))) {
            continue;
        }
        say(s, "    ");
        put(s, first_word(command->name));
        say(s, ") COMPREPLY=($(compgen -W \"");
        if (is_single(command)) {
            say_choices(s, command->words);
        } else {
            say_second_words(s, i);
        }
        say(s, "\" -- \"$word\")); return ;;\n");
    }
}

static void say_value_names(struct script *s, const struct reeve_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (options[i].value != NULL) {
            SAY(s, "|", options[i].name);
        }
    }
}

/* Words that are an option's value are no commands; bash makes "=" a word of its own. */
static void say_bash_skips(struct script *s)
{
    say(s, "    =");
    say_value_names(s, s->of->globals, s->of->globals_count);
    for (size_t i = 0; i < s->of->commands_count; i++) {
        say_value_names(s, s->of->commands[i].options, s->of->commands[i].options_count);
    }
    say(s, ") i=$((i + 1)); [ \"${COMP_WORDS[i]}\" != = ] || i=$((i + 1)) ;;\n");
}

/* What stands behind an option: choices, a file, or something that only the user knows. `before`
 * and `behind` make a pattern for the command. */
static void say_bash_value(struct script *s, const char *const pattern[3],
                           const struct reeve_option *option)
{
    if (option->value == NULL) {
        return;
    }
    SAY(s, "    ", pattern[0], pattern[1], pattern[2], "\" ", option->name, "\") ");
    if (has_choices(option->value)) {
        say(s, "COMPREPLY=($(compgen -W \"");
        say_choices(s, option->value);
        say(s, "\" -- \"$word\")); ");
    } else if (reeve_bytes_equal_cstr(reeve_bytes_cstr(option->value), "FILE") ||
               reeve_bytes_equal_cstr(reeve_bytes_cstr(option->value), "DIR")) {
        say(s, "COMPREPLY=($(compgen -f -- \"$word\")); ");
    }
    say(s, "return ;;\n");
}

static void say_bash_values(struct script *s)
{
    static const char *const ANY[3] = {"*", "", ""};
    for (size_t i = 0; i < s->of->globals_count; i++) {
        say_bash_value(s, ANY, &s->of->globals[i]);
    }
    for (size_t i = 0; i < s->of->commands_count; i++) {
        const struct reeve_completion_command *command = &s->of->commands[i];
        /* A command of one word may have a word of its own behind it. */
        const char *const pattern[3] = {"\"", command->name, is_single(command) ? " \"*" : "\""};
        for (size_t o = 0; o < command->options_count; o++) {
            say_bash_value(s, pattern, &command->options[o]);
        }
    }
}

static void say_bash_head(struct script *s)
{
    SAY(s, "# bash completion for ", s->of->program, ": source <(", s->of->program,
        " completion bash)\n");
    say_function(s);
    say(s, "() {\n"
           "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
           "  local first= second= options= i\n"
           "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "    case ${COMP_WORDS[i]} in\n");
    say_bash_skips(s);
    say(s, "    -*) ;;\n"
           "    *) if [ -z \"$first\" ]; then first=${COMP_WORDS[i]};\n"
           "       elif [ -z \"$second\" ]; then second=${COMP_WORDS[i]}; fi ;;\n"
           "    esac\n"
           "  done\n"
           "  case \"$first $second $before\" in\n");
    say_bash_values(s);
    say(s, "  esac\n");
}

static void say_bash(struct script *s)
{
    say_bash_head(s);
    say(s, "  if [ -z \"$first\" ] && [[ $word != -* ]]; then\n"
           "    COMPREPLY=($(compgen -W \"");
    say_first_words(s);
    say(s, "\" -- \"$word\")); return\n"
           "  fi\n"
           "  if [ -z \"$second\" ] && [[ $word != -* ]]; then\n"
           "    case $first in\n");
    say_bash_seconds(s);
    say(s, "    esac\n"
           "  fi\n"
           "  if [[ $word != -* ]]; then\n"
           "    COMPREPLY=($(compgen -f -- \"$word\")); return\n"
           "  fi\n"
           "  case \"$first${second:+ $second}\" in\n");
    say_bash_cases(s);
    say(s, "  esac\n"
           "  COMPREPLY=($(compgen -W \"$options ");
    say_option_names(s, s->of->globals, s->of->globals_count);
    say(s, "--help\" -- \"$word\"))\n"
           "}\n"
           "complete -o filenames -F ");
    say_function(s);
    SAY(s, " ", s->of->program, "\n");
}

static void say_zsh(struct script *s)
{
    SAY(s, "#compdef ", s->of->program, "\n", "# zsh completion for ", s->of->program,
        ": source <(", s->of->program, " completion zsh)\n",
        "autoload -U +X bashcompinit && bashcompinit\n");
    say_bash(s);
}

/* ---- fish ---- */

/* Quotes text for fish: inside of single quotes only ' and \ are special. */
static void say_fish_quoted(struct script *s, const char *text)
{
    say(s, "'");
    for (const char *at = text; *at != '\0'; at++) {
        say(s, *at == '\'' || *at == '\\' ? "\\" : "");
        put(s, reeve_bytes_of(at, 1));
    }
    say(s, "'");
}

/* " -n '__fish_seen_subcommand_from FIRST; and …'", or nothing for an option of every command. */
static void say_fish_condition(struct script *s, const char *name)
{
    if (name[0] == '\0') {
        return;
    }
    say(s, " -n '__fish_seen_subcommand_from ");
    put(s, first_word(name));
    if (second_word(name)[0] != '\0') {
        SAY(s, "; and __fish_seen_subcommand_from ", second_word(name));
    }
    say(s, "'");
}

static void say_fish_option(struct script *s, const char *command,
                            const struct reeve_option *option)
{
    const bool dashes = option->name[1] == '-';
    SAY(s, "complete -c ", s->of->program);
    say_fish_condition(s, command);
    SAY(s, dashes ? " -l " : " -s ", option->name + (dashes ? 2 : 1),
        option->value != NULL ? " -r" : "");
    if (has_choices(option->value)) {
        say(s, " -f -a '");
        say_choices(s, option->value);
        say(s, "'");
    }
    say(s, " -d ");
    say_fish_quoted(s, option->help != NULL ? option->help : "");
    say(s, "\n");
}

/* The word behind `first`; its choices, or the second word of a command. */
static void say_fish_second(struct script *s, const struct reeve_completion_command *command)
{
    SAY(s, "complete -c ", s->of->program, " -n '__fish_seen_subcommand_from ");
    put(s, first_word(command->name));
    say(s, "' -f -a '");
    if (is_single(command)) {
        say_choices(s, command->words);
    } else {
        say(s, second_word(command->name));
    }
    say(s, "' -d ");
    say_fish_quoted(s, command->summary);
    say(s, "\n");
}

static void say_fish_command(struct script *s, size_t i)
{
    const struct reeve_completion_command *command = &s->of->commands[i];
    if (!is_repeated(s, i)) {
        SAY(s, "complete -c ", s->of->program, " -n __fish_use_subcommand -f -a ");
        put(s, first_word(command->name));
        say(s, " -d ");
        say_fish_quoted(s, is_single(command) || command->group == NULL ? command->summary
                                                                        : command->group);
        say(s, "\n");
    }
    if (!is_single(command) || has_choices(command->words)) {
        say_fish_second(s, command);
    }
    for (size_t o = 0; o < command->options_count; o++) {
        say_fish_option(s, command->name, &command->options[o]);
    }
}

static void say_fish(struct script *s)
{
    SAY(s, "# fish completion for ", s->of->program, ": ", s->of->program,
        " completion fish | source\n");
    for (size_t i = 0; i < s->of->globals_count; i++) {
        say_fish_option(s, "", &s->of->globals[i]);
    }
    for (size_t i = 0; i < s->of->commands_count; i++) {
        say_fish_command(s, i);
    }
}

/* ---- all ---- */

static const struct {
    const char *name;
    void (*say)(struct script *s);
} SHELLS[] = {{"bash", say_bash}, {"zsh", say_zsh}, {"fish", say_fish}};

static bool is_name(const char *program)
{
    for (const char *at = program; *at != '\0'; at++) {
        const bool good = reeve_is_alphanumeric(*at) || *at == '_' || *at == '.' || *at == '-';
        if (!good) {
            return false;
        }
    }
    return program[0] != '\0' && program[0] != '-';
}

enum reeve_status reeve_completion_write(const struct reeve_completion *completion,
                                         const char *shell, struct reeve_buffer *out)
{
    struct script s = {.of = completion, .out = out, .status = REEVE_OK};
    if (!is_name(completion->program)) {
        return REEVE_INVALID;
    }
    for (size_t i = 0; i < sizeof(SHELLS) / sizeof(SHELLS[0]); i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(shell), SHELLS[i].name)) {
            SHELLS[i].say(&s);
            return s.status;
        }
    }
    return REEVE_NOT_FOUND;
}
