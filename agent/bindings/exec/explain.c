/* SPDX-License-Identifier: Apache-2.0 */
/* What would be run, as text for people. Credentials are named, never shown, and fields marked
 * sensitive are masked; nothing is read. */
#include "agent/bindings/exec/execution.h"

/* A word as a shell would want it, so that nobody is misled by spaces or by control characters. */
static enum reeve_status put_word(struct reeve_buffer *to, const char *word)
{
    const struct reeve_bytes text = reeve_bytes_cstr(word);

    REEVE_TRY(reeve_buffer_append_byte(to, '"'));
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t c = text.data[i];
        if (c == '"' || c == '\\') {
            REEVE_TRY(reeve_buffer_append_byte(to, '\\'));
        }
        if (c < 0x20 || c == 0x7f) {
            REEVE_TRY(reeve_buffer_append_format(to, "\\x%02x", c));
        } else {
            REEVE_TRY(reeve_buffer_append_byte(to, c));
        }
    }
    return reeve_buffer_append_byte(to, '"');
}

static enum reeve_status put_line(struct reeve_buffer *to, const char *word)
{
    REEVE_TRY(reeve_buffer_append_cstr(to, "\n  "));
    return put_word(to, word);
}

static enum reeve_status put_program(struct reeve_buffer *to,
                                     const struct reeve_exec_program *program)
{
    REEVE_TRY(reeve_buffer_append_cstr(to, "program"));
    REEVE_TRY(put_line(to, program->path));
    REEVE_TRY(reeve_buffer_append_cstr(to, "\narguments"));
    for (size_t i = 0; i < program->arguments_count; i++) {
        REEVE_TRY(put_line(to, program->arguments[i]));
    }
    REEVE_TRY(reeve_buffer_append_cstr(to, "\nworking directory"));
    REEVE_TRY(put_line(to, program->directory));
    if (!program->has_user) {
        return reeve_buffer_append_cstr(to, "\nuser\n  the worker's own\n");
    }
    return reeve_buffer_append_format(to, "\nuser\n  %u, group %u, no other groups\n",
                                      program->user, program->group);
}

static enum reeve_status put_environment(struct reeve_buffer *to,
                                         const struct reeve_exec_program *program,
                                         const struct reeve_task *task, struct reeve_arena *arena)
{
    size_t count = 0;
    const char **all =
        reeve_exec_environment(program, task, "(the job's id)", "(its attempt)", arena, &count);

    if (all == NULL) {
        return REEVE_NO_MEMORY;
    }
    REEVE_TRY(reeve_buffer_append_cstr(to, "environment"));
    for (size_t i = 0; i < count; i++) {
        REEVE_TRY(put_line(to, all[i]));
    }
    for (size_t i = 0; i < program->secrets_count; i++) {
        const struct reeve_exec_secret *secret = &program->secrets[i];
        if (secret->variable != NULL) {
            REEVE_TRY(reeve_buffer_append_format(to, "\n  %s=(secret %s)", secret->variable,
                                                 secret->secret));
        }
    }
    return reeve_buffer_append_byte(to, '\n');
}

static enum reeve_status put_descriptors(struct reeve_buffer *to,
                                         const struct reeve_exec_program *program)
{
    REEVE_TRY(reeve_buffer_append_cstr(to, "descriptors\n  0, 1, 2: pipes of the worker's\n"));
    for (size_t i = 0; i < program->secrets_count; i++) {
        const struct reeve_exec_secret *secret = &program->secrets[i];
        if (secret->variable == NULL) {
            REEVE_TRY(reeve_buffer_append_format(to, "  %d: (secret %s)\n", secret->descriptor,
                                                 secret->secret));
        }
    }
    return REEVE_OK;
}

static enum reeve_status put_limit(struct reeve_buffer *to, const char *name, uint64_t value)
{
    if (value == 0) {
        return REEVE_OK;
    }
    return reeve_buffer_append_format(to, "  %s %llu\n", name, (unsigned long long)value);
}

static enum reeve_status put_limits(struct reeve_buffer *to,
                                    const struct reeve_exec_program *program)
{
    const struct reeve_process_limits *limits = &program->limits;

    REEVE_TRY(reeve_buffer_append_cstr(to, "limits\n"));
    REEVE_TRY(put_limit(to, "processor seconds", limits->cpu_seconds));
    REEVE_TRY(put_limit(to, "memory bytes", limits->memory_bytes));
    REEVE_TRY(put_limit(to, "open files", limits->files));
    REEVE_TRY(put_limit(to, "processes of its user", limits->processes));
    REEVE_TRY(put_limit(to, "bytes of a file", limits->file_bytes));
    REEVE_TRY(put_limit(to, "output bytes", program->max_output_bytes));
    REEVE_TRY(put_limit(to, "at once", program->max_concurrent));
    return reeve_buffer_append_format(to, "  %llu ms from SIGTERM to SIGKILL\n",
                                      (unsigned long long)program->grace_ms);
}

enum reeve_status reeve_exec_explain(struct reeve_binding *binding, const struct reeve_task *task,
                                     const void *request, struct reeve_arena *arena,
                                     struct reeve_buffer *text)
{
    const struct reeve_exec_binding *self = REEVE_OWNER(binding, struct reeve_exec_binding, base);
    const struct reeve_exec_program *program = reeve_exec_find(self->system, task->operation);
    const struct reeve_json_options options = {.mask_sensitive = true};

    if (program == NULL) {
        REEVE_TRY(reeve_buffer_append_format(text, "the program \"%s\" is not configured\n",
                                             task->operation));
        return REEVE_INVALID;
    }
    REEVE_TRY(put_program(text, program));
    REEVE_TRY(put_environment(text, program, task, arena));
    REEVE_TRY(put_descriptors(text, program));
    REEVE_TRY(put_limits(text, program));
    REEVE_TRY(reeve_buffer_append_cstr(text, "standard input\n"));
    REEVE_TRY(reeve_message_to_json(task->input, request, &options, text));
    return reeve_buffer_append_byte(text, '\n');
}
