/* SPDX-License-Identifier: Apache-2.0 */
/* Refusals of this side: see complaint.h. */
#include "gateway-stub/reevectl/complaint.h"

#include <stdarg.h>
#include <unistd.h>

#include "proto/runtime/message.h"

#define TEXT_SIZE 4096u

/* ---- for programs ---- */

static enum reeve_status append_json(const char *grpc, const struct reeve_v1_error_detail *detail,
                                     struct reeve_buffer *out)
{
    const struct reeve_json_options options = {.emit_defaults = true};
    REEVE_TRY(reeve_buffer_append_cstr(out, "{\"error\":{"));
    if (grpc != NULL) {
        REEVE_TRY(reeve_buffer_append_format(out, "\"grpc\":\"%s\",", grpc));
    }
    REEVE_TRY(reeve_buffer_append_cstr(out, "\"detail\":"));
    REEVE_TRY(reeve_message_to_json(&reeve_v1_error_detail_message, detail, &options, out));
    return reeve_buffer_append_cstr(out, "}}\n");
}

void reeve_ctl_error_json(const char *grpc, const struct reeve_v1_error_detail *detail)
{
    struct reeve_buffer text;
    reeve_buffer_init(&text, NULL, REEVE_OUTPUT_MAX);
    if (append_json(grpc, detail, &text) == REEVE_OK) {
        (void)reeve_output_write(STDERR_FILENO, reeve_buffer_view(&text));
    }
    reeve_buffer_clear(&text);
}

static struct reeve_v1_error_detail *detail_of(const struct reeve_ctl *c, const char *code,
                                               const char *message, const char *next)
{
    struct reeve_v1_error_detail *detail =
        reeve_message_new(&reeve_v1_error_detail_message, c->arena);
    if (detail != NULL) {
        detail->code = reeve_output_text(c->arena, "%s", code);
        detail->message = reeve_output_text(c->arena, "%s", message);
        detail->hint = reeve_output_text(c->arena, "%s", next);
    }
    return detail;
}

/* ---- one thing ---- */

static void say(const struct reeve_ctl *c, const char *message, const char *next)
{
    if (!c->json) {
        reeve_ctl_complain("%s", message);
        reeve_ctl_complain("next: %s", next);
        return;
    }
    const struct reeve_v1_error_detail *detail = detail_of(c, "LOCAL", message, next);
    if (detail != NULL) {
        reeve_ctl_error_json(NULL, detail);
    }
}

enum reeve_ctl_exit reeve_ctl_refuse(const struct reeve_ctl *c, enum reeve_ctl_exit exit,
                                     const char *next, const char *format, ...)
{
    char text[TEXT_SIZE];
    va_list args;
    va_start(args, format);
    reeve_format_list_cut(text, sizeof(text), format, args);
    va_end(args);
    say(c, text, next);
    return exit;
}

enum reeve_ctl_exit reeve_ctl_refuse_memory(const struct reeve_ctl *c)
{
    return reeve_ctl_refuse(c, REEVE_CTL_USAGE, "ask for less at once, or make memory free", "%s",
                            reeve_status_text(REEVE_NO_MEMORY));
}

enum reeve_ctl_exit reeve_ctl_refuse_answer(const struct reeve_ctl *c, const char *what)
{
    return reeve_ctl_refuse(c, REEVE_CTL_REFUSED,
                            "`reevectl whoami` prints the gateway's version: it answers otherwise "
                            "than this program expects",
                            "the gateway answered without %s", what);
}

/* ---- files ---- */

static const struct {
    enum reeve_status status;
    const char *next;
} STEPS[] = {
    {REEVE_NOT_FOUND, "check the name and the folder"},
    {REEVE_PERMISSION, "let your user read it"},
    {REEVE_TOO_LARGE, "check the name: no such file is that large"},
    {REEVE_IO, "name a file that can be read, not a folder"},
};

enum reeve_ctl_exit reeve_ctl_refuse_file(const struct reeve_ctl *c, const char *file,
                                          enum reeve_status status)
{
    const char *next = "check the name, and what is in the file";
    for (size_t i = 0; i < sizeof(STEPS) / sizeof(STEPS[0]); i++) {
        next = STEPS[i].status == status ? STEPS[i].next : next;
    }
    return reeve_ctl_refuse(c, REEVE_CTL_USAGE, next, "%s: %s", file, reeve_status_text(status));
}

/* ---- everything in a file ---- */

static struct reeve_v1_problem *problem_of(const struct reeve_ctl *c, const char *file,
                                           const struct reeve_config_item *item)
{
    struct reeve_v1_problem *problem = reeve_message_new(&reeve_v1_problem_message, c->arena);
    if (problem == NULL) {
        return NULL;
    }
    problem->field = reeve_output_text(c->arena, "%s", item->field);
    problem->rule = reeve_output_text(c->arena, "%s", item->rule);
    problem->message = item->line > 0 ? reeve_output_text(c->arena, "%s:%u:%u: %s", file,
                                                          item->line, item->column, item->text)
                                      : reeve_output_text(c->arena, "%s: %s", file, item->text);
    return problem;
}

static void print_json(const struct reeve_ctl *c, const struct reeve_config_report *report)
{
    const char *next = report->items[0].next_step;
    struct reeve_v1_error_detail *detail =
        detail_of(c, "FILE_INVALID", reeve_output_text(c->arena, "%s cannot be used", report->file),
                  next[0] != '\0' ? next : "correct the fields that are named");
    struct reeve_v1_problem **problems =
        reeve_arena_alloc_array(c->arena, report->count, sizeof(struct reeve_v1_problem *));
    if (detail == NULL || problems == NULL) {
        return;
    }
    detail->problems = problems;
    for (; detail->n_problems < report->count; detail->n_problems++) {
        problems[detail->n_problems] =
            problem_of(c, report->file, &report->items[detail->n_problems]);
        if (problems[detail->n_problems] == NULL) {
            return;
        }
    }
    reeve_ctl_error_json(NULL, detail);
}

void reeve_ctl_refuse_report(const struct reeve_ctl *c, const struct reeve_config_report *report)
{
    if (report->count == 0) {
        return;
    }
    if (c->json) {
        print_json(c, report);
        return;
    }
    reeve_config_report_write(report, STDERR_FILENO);
}
