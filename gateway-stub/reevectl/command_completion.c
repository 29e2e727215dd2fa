/* SPDX-License-Identifier: Apache-2.0 */
/* `reevectl completion`: shell functions, printed from the table of commands. */
#include "agent/cli/completion.h"
#include "gateway-stub/reevectl/command.h"
#include "gateway-stub/reevectl/complaint.h"

/* The table of commands, as completion wants it; NULL: memory is short. */
static const struct reeve_completion_command *rows(const struct reeve_ctl *c)
{
    struct reeve_completion_command *out =
        reeve_arena_alloc_array(c->arena, reeve_ctl_commands_count, sizeof(*out));
    for (size_t i = 0; out != NULL && i < reeve_ctl_commands_count; i++) {
        const struct reeve_ctl_command *command = reeve_ctl_commands[i];
        out[i] = (struct reeve_completion_command){
            .name = command->name,
            .group = command->group,
            .summary = command->summary,
            .words = command->words,
            .options = command->options,
            .options_count = command->options_count,
        };
    }
    return out;
}

static enum reeve_ctl_exit run(struct reeve_ctl *c)
{
    const char *shell = reeve_ctl_word(c, 0);
    const struct reeve_completion completion = {
        .program = REEVE_CTL_PROGRAM,
        .commands = rows(c),
        .commands_count = reeve_ctl_commands_count,
        .globals = reeve_ctl_globals,
        .globals_count = REEVE_CTL_GLOBALS,
    };
    const enum reeve_status status = completion.commands == NULL
                                         ? REEVE_NO_MEMORY
                                         : reeve_completion_write(&completion, shell, &c->out);
    if (status == REEVE_NOT_FOUND) {
        return reeve_ctl_refuse(c, REEVE_CTL_USAGE, "name one of bash, zsh and fish",
                                "there is no completion for \"%s\"", shell);
    }
    return status == REEVE_OK ? REEVE_CTL_DONE : reeve_ctl_refuse_memory(c);
}

const struct reeve_ctl_command reeve_ctl_completion = {
    .group = "The program itself",
    .name = "completion",
    .words = REEVE_COMPLETION_SHELLS,
    .summary = "print a completion script for your shell",
    .text = "  source <(reevectl completion bash)           in ~/.bashrc\n"
            "  source <(reevectl completion zsh)            in ~/.zshrc\n"
            "  reevectl completion fish | source            in ~/.config/fish/config.fish\n",
    .words_least = 1,
    .words_most = 1,
    .run = run,
};
