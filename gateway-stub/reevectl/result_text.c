/* SPDX-License-Identifier: Apache-2.0 */
/* Results as lines (result_text.h). */
#include "gateway-stub/reevectl/result_text.h"

#include "gateway-stub/reevectl/api.h"
#include "gateway-stub/reevectl/schemas.h"
#include "gateway-stub/reevectl/words.h"
#include "proto/runtime/base64.h"

#define LINE_MEMORY_MAX ((size_t)256 * 1024 * 1024)
#define PAGE 1000u

/* The message by its schema; NULL: it is not known. */
static const char *message_json(const struct reeve_result_text *text,
                                const struct reeve_v1_job_result *result)
{
    const struct reeve_task *task =
        reeve_schemas_have(text->c, text->task, reeve_words_bytes(text->fingerprint));
    return task == NULL
               ? NULL
               : reeve_schemas_json(text->c, task->output, reeve_words_bytes(result->message),
                                    false, text->show_sensitive, REEVE_SCHEMAS_ONE_LINE);
}

static enum reeve_status write_message(const struct reeve_result_text *text,
                                       const struct reeve_v1_job_result *result,
                                       struct reeve_buffer *to)
{
    const char *json = message_json(text, result);
    if (json != NULL) {
        return reeve_buffer_append_cstr(to, json);
    }
    REEVE_TRY(reeve_buffer_append_byte(to, '"'));
    REEVE_TRY(reeve_base64_encode(reeve_words_bytes(result->message), to));
    return reeve_buffer_append_byte(to, '"');
}

static enum reeve_status write_line(const struct reeve_result_text *text, const char *prefix,
                                    const struct reeve_v1_job_result *result,
                                    struct reeve_buffer *to)
{
    if (!text->c->json) {
        REEVE_TRY(reeve_buffer_append_cstr(to, prefix));
        REEVE_TRY(write_message(text, result, to));
        return reeve_buffer_append_byte(to, '\n');
    }
    REEVE_TRY(reeve_buffer_append_format(
        to, "{\"jobId\":\"%s\",\"attempt\":%u,\"index\":\"%llu\",\"message\":",
        reeve_words_id(text->c, result->job_id), result->attempt,
        (unsigned long long)result->index));
    REEVE_TRY(write_message(text, result, to));
    return reeve_buffer_append_cstr(to, "}\n");
}

void reeve_result_text_say(const struct reeve_result_text *text, const char *prefix,
                           const struct reeve_v1_job_result *result)
{
    struct reeve_ctl *c = text->c;
    struct reeve_arena *before = c->arena;
    struct reeve_arena line;
    reeve_arena_init(&line, NULL, LINE_MEMORY_MAX, 0);
    c->arena = &line;
    if (write_line(text, prefix, result, &c->out) != REEVE_OK) {
        c->print_failed = true;
    }
    c->arena = before;
    reeve_arena_clear(&line);
}

/* One page; the cursor moves on. */
static enum reeve_ctl_exit say_page(const struct reeve_result_text *text,
                                    struct reeve_v1_list_results_request *cursor, bool *more)
{
    const void *answer;
    const enum reeve_ctl_exit status =
        reeve_api_ask(text->c, &reeve_api_list_results, cursor, &answer);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_list_results_response *page = answer;
    for (size_t i = 0; i < page->n_results; i++) {
        reeve_result_text_say(text, "", page->results[i]);
    }
    cursor->attempt = page->attempt;
    cursor->index = page->index;
    *more = page->more;
    reeve_ctl_flush(text->c);
    return REEVE_CTL_DONE;
}

enum reeve_ctl_exit reeve_result_text_pages(const struct reeve_result_text *text,
                                            ProtobufCBinaryData job_id)
{
    struct reeve_ctl *c = text->c;
    struct reeve_v1_list_results_request cursor = REEVE_V1_LIST_RESULTS_REQUEST_INIT;
    enum reeve_ctl_exit status = REEVE_CTL_DONE;
    bool more = true;
    cursor.job_id = job_id;
    cursor.limit = PAGE;
    while (more && status == REEVE_CTL_DONE && !c->print_failed) {
        struct reeve_arena *before = c->arena;
        struct reeve_arena page;
        reeve_arena_init(&page, NULL, LINE_MEMORY_MAX, 0);
        c->arena = &page;
        status = say_page(text, &cursor, &more);
        c->arena = before;
        reeve_arena_clear(&page);
    }
    return status;
}
