/* SPDX-License-Identifier: Apache-2.0 */
/* `reeve-agent completion` */
#include "agent/cli/completion.h"
#include "agent/main/command.h"

const struct reeve_command reeve_command_completion = {
    .name = "completion",
    .summary = "print a completion script for your shell",
    .usage = "reeve-agent completion " REEVE_COMPLETION_SHELLS,
    .text = "  source <(reeve-agent completion bash)        in ~/.bashrc\n"
            "  source <(reeve-agent completion zsh)         in ~/.zshrc\n"
            "  reeve-agent completion fish | source         in ~/.config/fish/config.fish\n",
    .words = 1,
    .choices = REEVE_COMPLETION_SHELLS,
    .run = reeve_program_complete,
};
