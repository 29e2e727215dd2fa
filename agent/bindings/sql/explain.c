/* SPDX-License-Identifier: Apache-2.0 */
/* What a task would do, as text for people: the connection, the transaction, the statement and its
 * parameters. Nothing is connected to and no credential is fetched. */
#include "agent/bindings/sql/exchange.h"
#include "proto/runtime/message.h"
#include "proto/runtime/type.h"

#define SHOWN_MAX 400u
#define TYPE_MAX 1024u

static const char *or_none(const char *text)
{
    return text == NULL ? "none" : text;
}

static enum reeve_status explain_endpoint(const struct reeve_sql_system *system,
                                          struct reeve_buffer *text)
{
    const struct reeve_sql_database *d = &system->database;

    REEVE_TRY(reeve_buffer_append_format(text, "database    %s, as user %s\n", d->name, d->user));
    if (d->socket_directory != NULL) {
        REEVE_TRY(reeve_buffer_append_format(text, "server      Unix socket %s/.s.PGSQL.%u\n",
                                             d->socket_directory, d->port));
    } else {
        REEVE_TRY(reeve_buffer_append_format(
            text, "server      %s port %u, %s%s\n", d->host, d->port,
            d->plaintext ? "without TLS" : "TLS, certificate and name checked against ",
            d->plaintext ? "" : or_none(d->ca_file)));
    }
    if (d->certificate_file != NULL) {
        REEVE_TRY(reeve_buffer_append_format(text, "certificate %s\n", d->certificate_file));
    }
    if (system->password_secret == NULL) {
        return reeve_buffer_append_cstr(text, "password    none\n");
    }
    return reeve_buffer_append_format(text, "password    from secret %s\n",
                                      system->password_secret);
}

/* As text between quotes that stay readable: control characters are shown as dots. */
static enum reeve_status explain_value(const char *value, struct reeve_buffer *text)
{
    const struct reeve_bytes all = reeve_bytes_cstr(value);

    REEVE_TRY(reeve_buffer_append_byte(text, '\''));
    for (size_t i = 0; i < all.len && i < SHOWN_MAX; i++) {
        const uint8_t c = all.data[i];
        if (c == '\'') {
            REEVE_TRY(reeve_buffer_append_byte(text, c));
        }
        REEVE_TRY(reeve_buffer_append_byte(text, c < ' ' || c == 0x7f ? '.' : c));
    }
    if (all.len > SHOWN_MAX) {
        return reeve_buffer_append_format(text, "…' (%zu bytes)", all.len);
    }
    return reeve_buffer_append_byte(text, '\'');
}

static enum reeve_status explain_parameter(const struct reeve_sql_parameter *p, uint32_t number,
                                           const char *value, struct reeve_buffer *text)
{
    const struct reeve_field *f = p->path[p->depth - 1];
    char type[TYPE_MAX];

    REEVE_TRY(reeve_buffer_append_format(text, "  $%u = :%.*s = ", number, (int)p->name.len,
                                         (const char *)p->name.data));
    if (p->sensitive || (f->message != NULL && reeve_message_has_sensitive(f->message))) {
        REEVE_TRY(reeve_buffer_append_cstr(text, "(sensitive)"));
    } else if (value == NULL) {
        REEVE_TRY(reeve_buffer_append_cstr(text, "NULL"));
    } else {
        REEVE_TRY(explain_value(value, text));
    }
    reeve_type_text(f, type, sizeof(type));
    return reeve_buffer_append_format(text, " (%s)\n", type);
}

static enum reeve_status explain_parameters(const struct reeve_sql_plan *plan, const void *request,
                                            struct reeve_arena *arena, struct reeve_buffer *text)
{
    const char *const *values = NULL;
    struct reeve_bytes field = {.len = 0};
    const char *why = "";
    const enum reeve_status status =
        reeve_sql_parameters_write(&plan->parameters, request, arena, &values, &field, &why);

    if (status == REEVE_INVALID) {
        REEVE_TRY(reeve_buffer_append_format(text, "refused: field %.*s: %s\n", (int)field.len,
                                             (const char *)field.data, why));
    }
    REEVE_TRY(status);
    for (uint32_t i = 0; i < plan->parameters.count; i++) {
        REEVE_TRY(explain_parameter(&plan->parameters.items[i], i + 1, values[i], text));
    }
    return REEVE_OK;
}

enum reeve_status reeve_sql_explain(const struct reeve_sql_system *system,
                                    const struct reeve_sql_plan *plan, const void *request,
                                    struct reeve_arena *arena, struct reeve_buffer *text)
{
    REEVE_TRY(explain_endpoint(system, text));
    REEVE_TRY(reeve_buffer_append_format(
        text, "transaction BEGIN %s, statement_timeout at most %llu ms\n",
        plan->task->read_write ? "READ WRITE" : "READ ONLY",
        (unsigned long long)plan->task->timeout_ms));
    REEVE_TRY(reeve_buffer_append_format(text, "statement   %s\n", plan->statement.text));
    return explain_parameters(plan, request, arena, text);
}
