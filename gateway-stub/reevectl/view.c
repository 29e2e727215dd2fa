/* SPDX-License-Identifier: Apache-2.0 */
/* How each field of bytes is written: see view.h. */
#include "gateway-stub/reevectl/view.h"

#include "gateway-stub/reevectl/schemas.h"
#include "gateway-stub/reevectl/words.h"
#include "proto/runtime/base64.h"
#include "proto/runtime/slot.h"

#define DIGEST_SIZE 32u

static enum reeve_status write_text(const char *text, struct reeve_buffer *to)
{
    return reeve_buffer_append_format(to, "\"%s\"", text);
}

static enum reeve_status write_id(struct reeve_bytes bytes, struct reeve_buffer *to)
{
    struct reeve_id id;
    char text[REEVE_ID_TEXT_SIZE];
    REEVE_TRY(reeve_id_from_bytes(bytes, &id));
    reeve_id_format(id, text);
    return write_text(text, to);
}

static enum reeve_status write_hex(struct reeve_bytes bytes, struct reeve_buffer *to)
{
    REEVE_TRY(reeve_buffer_append_byte(to, '"'));
    for (size_t i = 0; i < bytes.len; i++) {
        REEVE_TRY(reeve_buffer_append_format(to, "%02x", bytes.data[i]));
    }
    return reeve_buffer_append_byte(to, '"');
}

static enum reeve_status write_base64(struct reeve_bytes bytes, struct reeve_buffer *to)
{
    REEVE_TRY(reeve_buffer_append_byte(to, '"'));
    REEVE_TRY(reeve_base64_encode(bytes, to));
    return reeve_buffer_append_byte(to, '"');
}

static bool ends_with(const char *name, const char *end)
{
    const struct reeve_bytes text = reeve_bytes_cstr(name);
    const struct reeve_bytes tail = reeve_bytes_cstr(end);
    return text.len >= tail.len &&
           reeve_bytes_equal(reeve_bytes_slice(text, text.len - tail.len, tail.len), tail);
}

static bool is_named(const struct reeve_field *field, const char *name)
{
    return reeve_bytes_equal_cstr(reeve_bytes_cstr(field->name), name);
}

/* A key that people copy into configuration is base64 there, and here. */
static bool is_hex(const struct reeve_field *field, size_t len)
{
    return len == DIGEST_SIZE && !ends_with(field->name, "public_key");
}

static enum reeve_status write_plain(const struct reeve_field *field, struct reeve_bytes bytes,
                                     struct reeve_buffer *to)
{
    if (ends_with(field->name, "_id") && bytes.len == sizeof(struct reeve_id)) {
        return write_id(bytes, to);
    }
    return is_hex(field, bytes.len) ? write_hex(bytes, to) : write_base64(bytes, to);
}

/* ---- messages inside of bytes ---- */

static enum reeve_status write_bytes(void *ctx, const struct reeve_message *m,
                                     const struct reeve_field *field, const void *message,
                                     uint32_t indent, struct reeve_buffer *to);

/* A job's input or output by its task's schema; NULL: it is not known, or does not fit. */
static const char *job_body(const struct reeve_view *view, const struct reeve_v1_job *job,
                            bool input, uint32_t indent)
{
    const struct reeve_task *task =
        reeve_schemas_have(view->c, job->task, reeve_words_bytes(job->fingerprint));
    if (task == NULL) {
        return NULL;
    }
    return reeve_schemas_json(view->c, input ? task->input : task->output,
                              reeve_words_bytes(input ? job->input : job->output), false,
                              view->show_sensitive,
                              view->one_line ? REEVE_SCHEMAS_ONE_LINE : indent);
}

static enum reeve_status write_record(const struct reeve_view *view, struct reeve_bytes bytes,
                                      struct reeve_buffer *to)
{
    const struct reeve_decode_options decode = {.unknown = REEVE_UNKNOWN_DROP};
    const struct reeve_json_bytes hook = {.write = write_bytes, .ctx = (void *)(uintptr_t)view};
    const struct reeve_json_options options = {.bytes = &hook};
    void *record = NULL;
    if (reeve_message_decode(&reeve_v1_audit_record_message, bytes, &decode, view->c->arena,
                             &record, NULL) != REEVE_OK) {
        return write_base64(bytes, to);
    }
    return reeve_message_to_json(&reeve_v1_audit_record_message, record, &options, to);
}

static enum reeve_status write_bytes(void *ctx, const struct reeve_message *m,
                                     const struct reeve_field *field, const void *message,
                                     uint32_t indent, struct reeve_buffer *to)
{
    const struct reeve_view *view = ctx;
    const struct reeve_bytes bytes = reeve_load_bytes(reeve_slot_of(field, message));
    const bool body =
        m == &reeve_v1_job_message && (is_named(field, "input") || is_named(field, "output"));
    if (body) {
        const char *text = job_body(view, message, is_named(field, "input"), indent);
        return text != NULL ? reeve_buffer_append_cstr(to, text) : write_base64(bytes, to);
    }
    if (m == &reeve_v1_audit_entry_message && is_named(field, "record")) {
        return write_record(view, bytes, to);
    }
    return write_plain(field, bytes, to);
}

void reeve_view_say(const struct reeve_view *view, const struct reeve_message *table,
                    const void *message)
{
    const struct reeve_json_bytes hook = {.write = write_bytes, .ctx = (void *)(uintptr_t)view};
    const struct reeve_json_options options = {
        .emit_defaults = false, .indent = view->one_line ? 0 : 2, .bytes = &hook};
    if (reeve_message_to_json(table, message, &options, &view->c->out) != REEVE_OK) {
        view->c->print_failed = true;
    }
    reeve_ctl_say(view->c, "\n");
}

enum reeve_ctl_exit reeve_view_prepare(struct reeve_ctl *c, struct reeve_v1_job *const *jobs,
                                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct reeve_task *task;
        const enum reeve_ctl_exit status =
            reeve_schemas_get(c, jobs[i]->task, reeve_words_bytes(jobs[i]->fingerprint), &task);
        if (status != REEVE_CTL_DONE) {
            return status;
        }
    }
    return REEVE_CTL_DONE;
}
