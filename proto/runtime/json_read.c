/* SPDX-License-Identifier: Apache-2.0 */
/* JSON text as events for the mapper. yajl is the lexer and parser: it hands numbers over as text,
 * members as they come, and does not recurse. What it would let pass silently (an escaped lone
 * surrogate becomes "?") is checked here on the text it came from. */
#include <yajl/yajl_parse.h>

#include "agent/base/character.h"
#include "proto/runtime/bounds.h"
#include "proto/runtime/json_pool.h"
#include "proto/runtime/mapper.h"
#include "proto/runtime/message.h"

struct reader {
    struct reeve_mapper mapper;
    struct reeve_bytes json;
    yajl_handle parser;
    enum reeve_status status;
    size_t token_end;  /* of the token before */
    size_t counted;    /* lines are counted up to here */
    size_t line_start; /* offset of the line that holds `counted` */
    uint32_t line;
};

static bool is_between_tokens(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':';
}

static uint32_t clamp(size_t n)
{
    return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

/* Line and column of an offset; offsets only grow. */
static struct reeve_position position_at(struct reader *r, size_t offset)
{
    const struct reeve_bytes new_line = reeve_bytes_cstr("\n");
    while (r->counted < offset) {
        const struct reeve_bytes rest = reeve_bytes_slice(r->json, r->counted, offset - r->counted);
        const size_t found = reeve_bytes_find(rest, new_line);
        if (found == SIZE_MAX) {
            r->counted = offset;
            break;
        }
        r->counted += found + 1;
        r->line_start = r->counted;
        r->line++;
    }
    const struct reeve_position at = {r->line, clamp(offset - r->line_start + 1)};
    return at;
}

/* The token that yajl just read: from behind the one before to where the parser stands. */
static struct reeve_bytes token(struct reader *r)
{
    size_t start = r->token_end;
    const size_t end = yajl_get_bytes_consumed(r->parser);
    while (start < r->json.len && is_between_tokens(r->json.data[start])) {
        start++;
    }
    /* yajl counts anew when it is told that the text is complete. */
    r->token_end = end > start ? end : r->json.len;
    return reeve_bytes_slice(r->json, start, r->token_end - start);
}

static struct reeve_position token_position(struct reader *r, struct reeve_bytes raw)
{
    return position_at(r, (size_t)(raw.data - r->json.data));
}

/* yajl goes on at 1 and stops at 0. */
static int go_on(struct reader *r, enum reeve_status status)
{
    r->status = status;
    return status == REEVE_OK;
}

/* ---- surrogates ---- */

/* The code unit of an escape at `at`, or -1: no \uXXXX. */
static int32_t code_unit(struct reeve_bytes raw, size_t at)
{
    int32_t unit = 0;
    if (at + 6 > raw.len || raw.data[at] != '\\' || raw.data[at + 1] != 'u') {
        return -1;
    }
    for (size_t i = at + 2; i < at + 6; i++) {
        const int digit = reeve_hex_value(raw.data[i]);
        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
    }
    return unit;
}

/* Every high surrogate is followed by a low one, and every low one follows a high one. */
static bool surrogates_pair(struct reeve_bytes raw)
{
    for (size_t i = 0; i < raw.len; i++) {
        if (raw.data[i] != '\\') {
            continue;
        }
        const int32_t unit = code_unit(raw, i);
        if (unit >= 0xdc00 && unit <= 0xdfff) {
            return false;
        }
        if (unit < 0xd800 || unit > 0xdbff) {
            i++;
            continue;
        }
        const int32_t low = code_unit(raw, i + 6);
        if (low < 0xdc00 || low > 0xdfff) {
            return false;
        }
        i += 11;
    }
    return true;
}

static enum reeve_status check_string(struct reader *r, struct reeve_bytes raw)
{
    if (surrogates_pair(raw)) {
        return REEVE_OK;
    }
    return reeve_mapper_fail(&r->mapper, REEVE_UTF8, "utf8", "an escaped surrogate stands alone",
                             token_position(r, raw));
}

/* ---- yajl's callbacks ---- */

static enum reeve_status scalar(struct reader *r, enum reeve_scalar_kind kind,
                                struct reeve_bytes raw, struct reeve_bytes text)
{
    const struct reeve_scalar s = {kind, text};
    return reeve_mapper_scalar(&r->mapper, s, token_position(r, raw));
}

static int on_null(void *ctx)
{
    struct reader *r = ctx;
    const struct reeve_bytes raw = token(r);
    return go_on(r, scalar(r, REEVE_SCALAR_NULL, raw, raw));
}

static int on_boolean(void *ctx, int value)
{
    struct reader *r = ctx;
    const struct reeve_bytes raw = token(r);
    return go_on(r, scalar(r, value ? REEVE_SCALAR_TRUE : REEVE_SCALAR_FALSE, raw, raw));
}

static int on_number(void *ctx, const char *text, size_t len)
{
    struct reader *r = ctx;
    const struct reeve_bytes raw = token(r);
    return go_on(r, scalar(r, REEVE_SCALAR_NUMBER, raw, reeve_bytes_of(text, len)));
}

static int on_string(void *ctx, const unsigned char *text, size_t len)
{
    struct reader *r = ctx;
    const struct reeve_bytes raw = token(r);
    enum reeve_status status = check_string(r, raw);
    if (status == REEVE_OK) {
        status = scalar(r, REEVE_SCALAR_STRING, raw, reeve_bytes_of(text, len));
    }
    return go_on(r, status);
}

static int on_key(void *ctx, const unsigned char *text, size_t len)
{
    struct reader *r = ctx;
    const struct reeve_bytes raw = token(r);
    enum reeve_status status = check_string(r, raw);
    if (status == REEVE_OK) {
        status = reeve_mapper_key(&r->mapper, reeve_bytes_of(text, len), token_position(r, raw));
    }
    return go_on(r, status);
}

static int on_start_map(void *ctx)
{
    struct reader *r = ctx;
    return go_on(r, reeve_mapper_begin_object(&r->mapper, token_position(r, token(r))));
}

static int on_end_map(void *ctx)
{
    struct reader *r = ctx;
    return go_on(r, reeve_mapper_end_object(&r->mapper, token_position(r, token(r))));
}

static int on_start_array(void *ctx)
{
    struct reader *r = ctx;
    return go_on(r, reeve_mapper_begin_array(&r->mapper, token_position(r, token(r))));
}

static int on_end_array(void *ctx)
{
    struct reader *r = ctx;
    (void)token(r);
    return go_on(r, reeve_mapper_end_array(&r->mapper));
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_start_map,
    .yajl_map_key = on_key,
    .yajl_end_map = on_end_map,
    .yajl_start_array = on_start_array,
    .yajl_end_array = on_end_array,
};

/* ---- the whole text ---- */

/* yajl's own words (without verbose they hold nothing of the input), without its line end. */
static enum reeve_status syntax_error(struct reader *r, size_t offset)
{
    char text[REEVE_PROBLEM_TEXT];
    unsigned char *said = yajl_get_error(r->parser, 0, r->json.data, r->json.len);
    struct reeve_bytes words = reeve_bytes_cstr((const char *)said);
    while (words.len > 0 && words.data[words.len - 1] == '\n') {
        words.len--;
    }
    if (reeve_format(text, sizeof text, "%.*s", (int)words.len, (const char *)said) != REEVE_OK) {
        text[sizeof text - 1] = '\0';
    }
    yajl_free_error(r->parser, said);
    return reeve_mapper_fail(&r->mapper, REEVE_SYNTAX, "syntax", text, position_at(r, offset));
}

/* Where the token starts that yajl stopped behind. */
static size_t error_offset(const struct reader *r)
{
    const size_t end = yajl_get_bytes_consumed(r->parser);
    size_t start = r->token_end;
    while (start + 1 < end && is_between_tokens(r->json.data[start])) {
        start++;
    }
    return start;
}

static enum reeve_status parse(struct reader *r)
{
    yajl_status status = yajl_parse(r->parser, r->json.data, r->json.len);
    size_t offset = error_offset(r);
    if (status == yajl_status_ok) {
        offset = r->json.len;
        status = yajl_complete_parse(r->parser);
    }
    if (status == yajl_status_client_canceled) {
        return r->status;
    }
    return status == yajl_status_ok ? REEVE_OK : syntax_error(r, offset);
}

static enum reeve_status read_json(struct reader *r, struct reeve_arena *arena)
{
    struct reeve_json_pool pool;
    const struct reeve_position start = {1, 1};
    if (reeve_json_pool_init(&pool, arena->allocator, r->json) != REEVE_OK) {
        arena->starved = true; /* the same memory that it takes its blocks from */
        return reeve_mapper_fail(&r->mapper, REEVE_NO_MEMORY, "memory",
                                 reeve_status_text(REEVE_NO_MEMORY), start);
    }
    yajl_alloc_funcs functions = reeve_json_pool_functions(&pool);
    r->parser = yajl_alloc(&callbacks, &functions, r);
    const enum reeve_status status = parse(r);
    yajl_free(r->parser);
    reeve_json_pool_clear(&pool);
    return status;
}

enum reeve_status reeve_message_from_json(const struct reeve_message *m, struct reeve_bytes json,
                                          const struct reeve_json_options *options,
                                          struct reeve_arena *arena, void **message,
                                          struct reeve_problem *problem)
{
    struct reader r = {.json = json, .line = 1};
    const struct reeve_mapper_options mapping = {
        .max_depth = options == NULL ? 0 : options->max_depth,
        .ignore_unknown = options != NULL && options->ignore_unknown,
    };
    const struct reeve_position start = {1, 1};
    *message = NULL;
    reeve_mapper_init(&r.mapper, m, mapping, arena, problem);
    if (json.len > REEVE_SIZE_DEFAULT) {
        return reeve_mapper_fail(&r.mapper, REEVE_TOO_LARGE, "size",
                                 reeve_status_text(REEVE_TOO_LARGE), start);
    }
    REEVE_TRY(read_json(&r, arena));
    *message = r.mapper.root;
    return REEVE_OK;
}
