/* SPDX-License-Identifier: Apache-2.0 */
/* YAML text as events for the mapper, by libyaml. A configuration file means what it says on its
 * face: no aliases, anchors, tags or second documents, and the schema decides what an unquoted word
 * is. */
#include <yaml.h>

#include "proto/runtime/bounds.h"
#include "proto/runtime/mapper.h"
#include "proto/runtime/message.h"

/* libyaml keeps a token's text several times over. */
#define YAML_SIZE_MAX ((size_t)4 << 20)
/* Containers: of messages, maps, lists, and of what is nested where nothing may be. */
#define YAML_NESTING_MAX 256

enum context {
    IN_LIST,
    AWAITS_KEY,
    AWAITS_VALUE,
};

struct reader {
    struct reeve_mapper mapper;
    yaml_parser_t parser;
    uint32_t documents;
    uint32_t depth;
    uint8_t context[YAML_NESTING_MAX]; /* enum context of each open container */
};

static struct reeve_position position_of(yaml_mark_t mark)
{
    const struct reeve_position at = {(uint32_t)mark.line + 1, (uint32_t)mark.column + 1};
    return at;
}

static enum reeve_status refuse(struct reader *r, const char *text, yaml_mark_t mark)
{
    return reeve_mapper_fail(&r->mapper, REEVE_SYNTAX, "syntax", text, position_of(mark));
}

static bool awaits_key(const struct reader *r)
{
    return r->depth > 0 && r->context[r->depth - 1] == AWAITS_KEY;
}

/* A value was complete: in a mapping, a key comes next. */
static void value_done(struct reader *r)
{
    if (r->depth > 0 && r->context[r->depth - 1] == AWAITS_VALUE) {
        r->context[r->depth - 1] = AWAITS_KEY;
    }
}

static enum reeve_status enter(struct reader *r, enum context context, const yaml_event_t *event)
{
    if (awaits_key(r)) {
        return refuse(r, "a key must be a single word or string", event->start_mark);
    }
    if (r->depth == YAML_NESTING_MAX) {
        return reeve_mapper_fail(&r->mapper, REEVE_DEPTH, "depth", reeve_status_text(REEVE_DEPTH),
                                 position_of(event->start_mark));
    }
    r->context[r->depth++] = (uint8_t)context;
    return REEVE_OK;
}

static void leave(struct reader *r)
{
    r->depth--;
    value_done(r);
}

static bool is_null(struct reeve_bytes text)
{
    return text.len == 0 || reeve_bytes_equal_cstr(text, "~") ||
           reeve_bytes_equal_cstr(text, "null");
}

static enum reeve_status on_scalar(struct reader *r, const yaml_event_t *event)
{
    const struct reeve_bytes text =
        reeve_bytes_of(event->data.scalar.value, event->data.scalar.length);
    const bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    const struct reeve_position at = position_of(event->start_mark);
    struct reeve_scalar scalar = {plain ? REEVE_SCALAR_PLAIN : REEVE_SCALAR_STRING, text};
    if (event->data.scalar.anchor != NULL || event->data.scalar.tag != NULL) {
        return refuse(r, "anchors and tags are not used here", event->start_mark);
    }
    if (awaits_key(r)) {
        r->context[r->depth - 1] = AWAITS_VALUE;
        return reeve_mapper_key(&r->mapper, text, at);
    }
    value_done(r);
    if (plain && is_null(text)) {
        scalar.kind = REEVE_SCALAR_NULL;
        if (r->depth == 0) {
            return REEVE_OK; /* an empty document is an empty message */
        }
    }
    return reeve_mapper_scalar(&r->mapper, scalar, at);
}

static enum reeve_status on_mapping(struct reader *r, const yaml_event_t *event)
{
    if (event->data.mapping_start.anchor != NULL || event->data.mapping_start.tag != NULL) {
        return refuse(r, "anchors and tags are not used here", event->start_mark);
    }
    REEVE_TRY(enter(r, AWAITS_KEY, event));
    return reeve_mapper_begin_object(&r->mapper, position_of(event->start_mark));
}

static enum reeve_status on_sequence(struct reader *r, const yaml_event_t *event)
{
    if (event->data.sequence_start.anchor != NULL || event->data.sequence_start.tag != NULL) {
        return refuse(r, "anchors and tags are not used here", event->start_mark);
    }
    REEVE_TRY(enter(r, IN_LIST, event));
    return reeve_mapper_begin_array(&r->mapper, position_of(event->start_mark));
}

static enum reeve_status on_document(struct reader *r, const yaml_event_t *event)
{
    r->documents++;
    if (r->documents > 1) {
        return refuse(r, "a second document is not expected here", event->start_mark);
    }
    return REEVE_OK;
}

static enum reeve_status on_event(struct reader *r, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return on_scalar(r, event);
    case YAML_MAPPING_START_EVENT:
        return on_mapping(r, event);
    case YAML_SEQUENCE_START_EVENT:
        return on_sequence(r, event);
    case YAML_MAPPING_END_EVENT:
        leave(r);
        return reeve_mapper_end_object(&r->mapper, position_of(event->start_mark));
    case YAML_SEQUENCE_END_EVENT:
        leave(r);
        return reeve_mapper_end_array(&r->mapper);
    case YAML_ALIAS_EVENT:
        return refuse(r, "aliases are not used here", event->start_mark);
    case YAML_DOCUMENT_START_EVENT:
        return on_document(r, event);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return REEVE_OK;
    }
    return REEVE_INTERNAL;
}

/* libyaml's words are constant texts; they hold nothing of the input. */
static enum reeve_status parser_error(struct reader *r)
{
    const char *said = r->parser.problem == NULL ? "not valid YAML" : r->parser.problem;
    if (r->parser.error == YAML_MEMORY_ERROR) {
        return reeve_mapper_fail(&r->mapper, REEVE_NO_MEMORY, "memory",
                                 reeve_status_text(REEVE_NO_MEMORY), position_of(r->parser.mark));
    }
    return refuse(r, said,
                  r->parser.error == YAML_READER_ERROR ? r->parser.mark : r->parser.problem_mark);
}

static enum reeve_status parse(struct reader *r)
{
    for (bool at_end = false; !at_end;) {
        yaml_event_t event;
        if (yaml_parser_parse(&r->parser, &event) == 0) {
            return parser_error(r);
        }
        const enum reeve_status status = on_event(r, &event);
        at_end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        REEVE_TRY(status);
    }
    return REEVE_OK;
}

static enum reeve_status read_yaml(struct reader *r, struct reeve_bytes yaml)
{
    const struct reeve_position start = {1, 1};
    if (yaml.len > YAML_SIZE_MAX) {
        return reeve_mapper_fail(&r->mapper, REEVE_TOO_LARGE, "size",
                                 reeve_status_text(REEVE_TOO_LARGE), start);
    }
    if (yaml_parser_initialize(&r->parser) == 0) {
        return reeve_mapper_fail(&r->mapper, REEVE_NO_MEMORY, "memory",
                                 reeve_status_text(REEVE_NO_MEMORY), start);
    }
    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r->parser, yaml.data, yaml.len);
    const enum reeve_status status = parse(r);
    yaml_parser_delete(&r->parser);
    return status;
}

enum reeve_status reeve_message_from_yaml(const struct reeve_message *m, struct reeve_bytes yaml,
                                          struct reeve_arena *arena, void **message,
                                          struct reeve_problem *problem)
{
    struct reader r = {.documents = 0};
    const struct reeve_mapper_options options = {.duration_units = true};
    *message = NULL;
    reeve_mapper_init(&r.mapper, m, options, arena, problem);
    REEVE_TRY(read_yaml(&r, yaml));
    if (r.mapper.root == NULL) {
        r.mapper.root = reeve_message_new(m, arena);
    }
    *message = r.mapper.root;
    return r.mapper.root == NULL ? REEVE_NO_MEMORY : REEVE_OK;
}
