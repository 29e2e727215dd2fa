/* SPDX-License-Identifier: Apache-2.0 */
/* What `reeve-agent run` prints: see run_report.h. */
#include "agent/main/run_report.h"

#include <unistd.h>

#include "agent/base/time.h"
#include "agent/codec/outcome_status.h"
#include "agent/main/command.h"
#include "proto/runtime/message.h"
#include "reeve/v1/local.reeve.h"

#define MEMORY_MAX ((size_t)256 * 1024 * 1024)

/* One message of the task's output as JSON; "null" is never written. */
static enum reeve_status write_message(const struct reeve_run_report *report,
                                       struct reeve_bytes message, uint32_t indent,
                                       struct reeve_arena *arena, struct reeve_buffer *to)
{
    const struct reeve_decode_options decode = {.unknown = REEVE_UNKNOWN_DROP};
    const struct reeve_json_options options = {.indent = indent,
                                               .mask_sensitive = !report->show_sensitive};
    void *decoded = NULL;
    REEVE_TRY(reeve_message_decode(report->task->output, message, &decode, arena, &decoded, NULL));
    return reeve_message_to_json(report->task->output, decoded, &options, to);
}

static bool write_line(struct reeve_run_report *report, struct reeve_buffer *text)
{
    const bool written = reeve_buffer_append_byte(text, '\n') == REEVE_OK &&
                         reeve_output_write(STDOUT_FILENO, reeve_buffer_view(text));
    report->unwritten = report->unwritten || !written;
    return written;
}

bool reeve_run_report_result(struct reeve_run_report *report, struct reeve_bytes message)
{
    struct reeve_arena arena;
    struct reeve_buffer text;
    reeve_arena_init(&arena, NULL, MEMORY_MAX, 0);
    reeve_buffer_init(&text, NULL, MEMORY_MAX);
    enum reeve_status status =
        report->json ? reeve_buffer_append_cstr(&text, "{\"result\":") : REEVE_OK;
    if (status == REEVE_OK) {
        status = write_message(report, message, 0, &arena, &text);
    }
    if (status == REEVE_OK && report->json) {
        status = reeve_buffer_append_byte(&text, '}');
    }
    const bool written = status == REEVE_OK && write_line(report, &text);
    report->results += written ? 1u : 0u;
    reeve_buffer_clear(&text);
    reeve_arena_clear(&arena);
    return written;
}

void reeve_run_report_progress(uint64_t steps_done, uint64_t steps_total)
{
    if (steps_total == 0) {
        reeve_command_complain("run: progress: step %llu", (unsigned long long)steps_done);
        return;
    }
    reeve_command_complain("run: progress: step %llu of %llu", (unsigned long long)steps_done,
                           (unsigned long long)steps_total);
}

/* ---- the end, for people ---- */

static void complain(const struct reeve_engine_result *result)
{
    reeve_command_complain("run: %s, effect %s, reason %s: %.*s",
                           reeve_outcome_status_name((enum reeve_outcome_status)result->status),
                           reeve_effect_name((enum reeve_effect)result->effect),
                           reeve_reason_name((enum reeve_reason)result->reason),
                           (int)result->message.len, (const char *)result->message.data);
    for (uint32_t i = 0; i < result->violations_count; i++) {
        const struct reeve_engine_violation *v = &result->violations[i];
        reeve_command_complain("  %.*s: %.*s (%.*s)", v->field.len == 0 ? 7 : (int)v->field.len,
                               v->field.len == 0 ? "(input)" : (const char *)v->field.data,
                               (int)v->message.len, (const char *)v->message.data, (int)v->rule.len,
                               (const char *)v->rule.data);
    }
    if (result->violations_total > result->violations_count) {
        reeve_command_complain("  and %u more",
                               result->violations_total - result->violations_count);
    }
    if (result->reference.len > 0) {
        reeve_command_complain("next: see the log line above with ref=\"%.*s\"",
                               (int)result->reference.len, (const char *)result->reference.data);
    } else if (result->violations_count > 0 || result->reason == REEVE_REASON_BAD_INPUT) {
        reeve_command_complain("next: correct the input");
    } else if (result->reason == REEVE_REASON_OUTPUT_WITHHELD) {
        reeve_command_complain("next: find out why the system answers with a credential of this "
                               "worker; one that is an ordinary word has to be replaced");
    }
}

static enum reeve_status print_output(struct reeve_run_report *report,
                                      const struct reeve_engine_result *result,
                                      struct reeve_arena *arena, struct reeve_buffer *text)
{
    if (result->output == NULL || report->task->server_streaming) {
        return REEVE_OK;
    }
    REEVE_TRY(write_message(report, reeve_buffer_view(result->output), 2, arena, text));
    (void)write_line(report, text);
    return REEVE_OK;
}

/* ---- the end, for programs ---- */

struct splice {
    const struct reeve_run_report *report;
    struct reeve_arena *arena;
};

static enum reeve_status write_output(void *ctx, const struct reeve_message *m,
                                      const struct reeve_field *field, const void *message,
                                      uint32_t indent, struct reeve_buffer *to)
{
    const struct splice *s = ctx;
    const struct reeve_v1_local_run *run = message;
    (void)m;
    (void)field;
    (void)indent;
    return write_message(s->report, reeve_bytes_of(run->output.data, run->output.len), 0, s->arena,
                         to);
}

static char *text_of(struct reeve_arena *arena, struct reeve_bytes text)
{
    return reeve_output_text(arena, "%.*s", (int)text.len, (const char *)text.data);
}

static enum reeve_status add_violations(struct reeve_v1_local_run *run,
                                        const struct reeve_engine_result *result,
                                        struct reeve_arena *arena)
{
    run->violations = reeve_arena_alloc_array(arena, (size_t)result->violations_count + 1,
                                              sizeof(struct reeve_v1_local_violation *));
    if (run->violations == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (uint32_t i = 0; i < result->violations_count; i++) {
        struct reeve_v1_local_violation *v =
            reeve_message_new(&reeve_v1_local_violation_message, arena);
        if (v == NULL) {
            return REEVE_NO_MEMORY;
        }
        v->field = text_of(arena, result->violations[i].field);
        v->rule = text_of(arena, result->violations[i].rule);
        v->message = text_of(arena, result->violations[i].message);
        run->violations[i] = v;
    }
    run->n_violations = result->violations_count;
    run->violations_total = result->violations_total;
    return REEVE_OK;
}

static enum reeve_status print_json(struct reeve_run_report *report,
                                    const struct reeve_engine_result *result,
                                    struct reeve_arena *arena, struct reeve_buffer *text)
{
    struct splice splice = {report, arena};
    const struct reeve_json_bytes hook = {.write = write_output, .ctx = &splice};
    const struct reeve_json_options options = {.bytes = &hook};
    struct reeve_v1_local_run *run = reeve_message_new(&reeve_v1_local_run_message, arena);
    if (run == NULL) {
        return REEVE_NO_MEMORY;
    }
    run->task = reeve_output_text(arena, "%s", report->task->name);
    run->status = reeve_output_text(
        arena, "%s", reeve_outcome_status_name((enum reeve_outcome_status)result->status));
    run->effect =
        reeve_output_text(arena, "%s", reeve_effect_name((enum reeve_effect)result->effect));
    run->reason =
        reeve_output_text(arena, "%s", reeve_reason_name((enum reeve_reason)result->reason));
    run->message = text_of(arena, result->message);
    run->upstream_code = result->upstream_code;
    run->reference = text_of(arena, result->reference);
    run->results = report->results;
    run->took_ms = reeve_now_read().boot_ms - report->started_ms;
    if (result->output != NULL && !report->task->server_streaming) {
        run->has_output = true; /* an empty message is an output, too */
        run->output.data = result->output->data;
        run->output.len = result->output->len;
    }
    REEVE_TRY(add_violations(run, result, arena));
    REEVE_TRY(reeve_buffer_append_cstr(text, report->task->server_streaming ? "{\"end\":" : ""));
    REEVE_TRY(reeve_message_to_json(&reeve_v1_local_run_message, run, &options, text));
    REEVE_TRY(reeve_buffer_append_cstr(text, report->task->server_streaming ? "}" : ""));
    (void)write_line(report, text);
    return REEVE_OK;
}

/* ---- the end ---- */

static enum reeve_exit code_of(const struct reeve_engine_result *result)
{
    switch ((enum reeve_outcome_status)result->status) {
    case REEVE_OUTCOME_SUCCEEDED:
        return REEVE_EXIT_OK;
    case REEVE_OUTCOME_CANCELLED:
    case REEVE_OUTCOME_TIMED_OUT:
        return REEVE_EXIT_BROKEN_OFF;
    case REEVE_OUTCOME_FAILED:
    case REEVE_OUTCOME_REJECTED:
    case REEVE_OUTCOME_UNKNOWN:
    case REEVE_OUTCOME_UNSPECIFIED:
        break;
    }
    return result->effect == REEVE_EFFECT_MAYBE ? REEVE_EXIT_IN_DOUBT : REEVE_EXIT_NO;
}

/* Whoever reads the exit status only must not take a lost output for a result. */
static void say_unwritten(struct reeve_run_report *report, const struct reeve_engine_result *result)
{
    reeve_command_complain("run: the task ended as %s, effect %s, and standard output took not all "
                           "of its output",
                           reeve_outcome_status_name((enum reeve_outcome_status)result->status),
                           reeve_effect_name((enum reeve_effect)result->effect));
    reeve_command_complain("next: see that standard output can be written to, and what the task "
                           "did before it is run again");
    report->code = report->code == REEVE_EXIT_OK ? REEVE_EXIT_IN_DOUBT : report->code;
}

void reeve_run_report_end(struct reeve_run_report *report, const struct reeve_engine_result *result)
{
    struct reeve_arena arena;
    struct reeve_buffer text;
    reeve_arena_init(&arena, NULL, MEMORY_MAX, 0);
    reeve_buffer_init(&text, NULL, MEMORY_MAX);
    report->code = code_of(result);
    const enum reeve_status status = report->json ? print_json(report, result, &arena, &text)
                                                  : print_output(report, result, &arena, &text);
    if (status != REEVE_OK) {
        reeve_command_complain("run: the output cannot be printed: %s", reeve_status_text(status));
        report->code = REEVE_EXIT_IN_DOUBT;
    }
    if (report->code != REEVE_EXIT_OK && !report->json) {
        complain(result);
    }
    if (report->unwritten) {
        say_unwritten(report, result);
    }
    reeve_buffer_clear(&text);
    reeve_arena_clear(&arena);
}
