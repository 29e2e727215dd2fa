/* SPDX-License-Identifier: Apache-2.0 */
/* Queries: see query.h. */
#include "agent/bindings/http/query.h"

#include "agent/bindings/http/value_text.h"
#include "proto/runtime/slot.h"

#define TEXT_MAX ((size_t)16 * 1024)

struct query {
    struct reeve_buffer *url;
    bool begun;
    bool mask;          /* sensitive values */
    bool masks_all;     /* in a message that is sensitive as a whole */
    const char *prefix; /* "address." for the fields of a nested message */
};

/* "?a.b=": a JSON name may be any text. */
static enum reeve_status write_name(struct query *q, const struct reeve_field *field)
{
    REEVE_TRY(reeve_buffer_append_byte(q->url, q->begun ? '&' : '?'));
    REEVE_TRY(reeve_percent_encode(reeve_bytes_cstr(q->prefix), false, q->url));
    REEVE_TRY(reeve_percent_encode(reeve_bytes_cstr(field->json_name), false, q->url));
    return reeve_buffer_append_byte(q->url, '=');
}

static enum reeve_status write_pair(struct query *q, const struct reeve_field *field,
                                    const void *slot)
{
    struct reeve_buffer text;

    reeve_buffer_init(&text, q->url->allocator, TEXT_MAX);
    const bool sensitive = q->masks_all || (field->flags & REEVE_FIELD_SENSITIVE) != 0;
    enum reeve_status status = q->mask && sensitive
                                   ? reeve_buffer_append_cstr(&text, REEVE_HTTP_MASK)
                                   : reeve_value_text(field, slot, &text);
    if (status == REEVE_OK) {
        status = write_name(q, field);
    }
    if (status == REEVE_OK) {
        status = reeve_percent_encode(reeve_buffer_view(&text), false, q->url);
    }
    reeve_buffer_clear(&text);
    q->begun = true;
    return status;
}

static enum reeve_status write_query(struct query *q, const struct reeve_message *type,
                                     const void *message);

static enum reeve_status write_nested(struct query *q, const struct reeve_field *field,
                                      const void *message)
{
    char prefix[512];
    const char *outer = q->prefix;
    const bool outer_masks_all = q->masks_all;

    REEVE_TRY(reeve_format(prefix, sizeof(prefix), "%s%s.", outer, field->json_name));
    q->prefix = prefix;
    q->masks_all = q->masks_all || (field->flags & REEVE_FIELD_SENSITIVE) != 0;
    enum reeve_status status =
        write_query(q, field->message, reeve_load_pointer(reeve_slot_of(field, message)));
    q->prefix = outer;
    q->masks_all = outer_masks_all;
    return status;
}

static enum reeve_status write_query_field(struct query *q, const struct reeve_field *field,
                                           const void *message)
{
    if (!reeve_slot_is_set(field, message)) {
        return REEVE_OK;
    }
    if (reeve_value_has_text(field) && field->cardinality == REEVE_REPEATED) {
        for (size_t i = 0; i < reeve_slot_count(field, message); i++) {
            REEVE_TRY(write_pair(q, field, reeve_slot_element(field, message, i)));
        }
        return REEVE_OK;
    }
    if (reeve_value_has_text(field)) {
        return write_pair(q, field, reeve_slot_of(field, message));
    }
    if (field->cardinality == REEVE_REPEATED || field->cardinality == REEVE_MAP) {
        return REEVE_UNSUPPORTED; /* has no form in a query; the generator refuses it, too */
    }
    return write_nested(q, field, message);
}

/* Depth is that of the decoded message, which the decoder has bounded. */
static enum reeve_status write_query(struct query *q, const struct reeve_message *type,
                                     const void *message)
{
    for (uint16_t i = 0; i < type->fields_count; i++) {
        REEVE_TRY(write_query_field(q, &type->fields[i], message));
    }
    return REEVE_OK;
}

enum reeve_status reeve_http_write_query(const struct reeve_message *type, const void *rest,
                                         bool mask, struct reeve_buffer *url)
{
    struct query q = {.url = url, .mask = mask, .prefix = ""};

    return write_query(&q, type, rest);
}
