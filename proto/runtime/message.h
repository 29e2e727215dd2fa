/* SPDX-License-Identifier: Apache-2.0 */
/* What can be done with a message and its table. `message` is always a pointer to the struct that
 * the table describes. Everything here is pure: no locks, no globals but compiled patterns; any
 * thread, as long as nobody else writes the same message. */
#ifndef REEVE_PROTO_RUNTIME_MESSAGE_H
#define REEVE_PROTO_RUNTIME_MESSAGE_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is wrong, and where. Filled by every function below that fails on its input; the text never
 * contains a value of the input. */
#define REEVE_PROBLEM_TEXT 256
struct reeve_problem {
    char field[REEVE_PROBLEM_TEXT]; /* path: "jobs[1].input.subject"; "" for the whole message */
    char rule[64];                  /* "string.min_len", "type", "unknown_field", "syntax" … */
    char text[REEVE_PROBLEM_TEXT];
    uint32_t line;   /* JSON and YAML: from 1; 0 when not known */
    uint32_t column; /* from 1 */
    bool for_key;    /* a map's key breaks the rule; the path names its entry */
};

/* Bounded list of problems in the caller's memory. */
struct reeve_problems {
    struct reeve_problem *items;
    size_t capacity;
    size_t count; /* stored */
    size_t total; /* found */
};

/* ---- compiled patterns ---- */

/* Compiles the patterns of `m` and of everything it reaches. Once, before validating, from one
 * thread. INVALID when a pattern does not compile (named in *problem), NO_MEMORY. */
enum reeve_status reeve_message_prepare(const struct reeve_message *m,
                                        struct reeve_problem *problem) REEVE_MUST_CHECK;

/* ---- binary ---- */

enum reeve_unknown_fields {
    REEVE_UNKNOWN_REFUSE, /* inputs: UNKNOWN_FIELD */
    REEVE_UNKNOWN_DROP,   /* outputs of internal systems, peers of another version */
    REEVE_UNKNOWN_KEEP,   /* conformance: kept in base.unknown_fields, written back by encode */
};

struct reeve_decode_options {
    enum reeve_unknown_fields unknown;
    uint32_t max_depth;  /* nested messages; 0: 64 */
    size_t max_size;     /* of the input; 0: 64 MiB */
    size_t max_elements; /* of repeated fields and maps in all; 0: 1,000,000 */
    bool borrow_bytes;   /* `bytes` fields point into the input, which must outlive the message */
};

/* Decodes protobuf binary into a struct in the arena: *message is NULL unless OK. Strict: UTF-8 of
 * strings, no NUL in them, wire types, overlong varints, depth, sizes and counts; memory is bounded
 * by the arena. A singular field that comes twice follows protobuf's rule (last wins, messages
 * merge). Status: TRUNCATED, MALFORMED, WIRE_TYPE, UNKNOWN_FIELD, UTF8, EMBEDDED_NUL, DEPTH,
 * TOO_LARGE, NO_MEMORY. `problem` may be NULL. */
enum reeve_status reeve_message_decode(const struct reeve_message *m, struct reeve_bytes input,
                                       const struct reeve_decode_options *options,
                                       struct reeve_arena *arena, void **message,
                                       struct reeve_problem *problem) REEVE_MUST_CHECK;

/* Appends the deterministic binary form: fields by number, implicit defaults omitted, maps by key.
 * LIMIT, NO_MEMORY; UTF8 or EMBEDDED_NUL cannot happen as strings are C strings, but an invalid
 * UTF-8 string (made by a handler) gives UTF8. */
enum reeve_status reeve_message_encode(const struct reeve_message *m, const void *message,
                                       struct reeve_buffer *to) REEVE_MUST_CHECK;
size_t reeve_message_encoded_size(const struct reeve_message *m, const void *message);

/* A default instance in the arena; NULL when memory is short. */
void *reeve_message_new(const struct reeve_message *m, struct reeve_arena *arena);

/* ---- JSON (canonical protobuf JSON mapping) ---- */

/* Writes a singular `bytes` field in place of base64: one JSON value. `indent`: spaces in front of
 * the lines that follow the first. */
struct reeve_json_bytes {
    enum reeve_status (*write)(void *ctx, const struct reeve_message *m,
                               const struct reeve_field *field, const void *message,
                               uint32_t indent, struct reeve_buffer *to);
    void *ctx;
};

struct reeve_json_options {
    uint32_t max_depth;  /* 0: 64 */
    bool ignore_unknown; /* decode: undeclared members are dropped (answers of systems) */
    bool proto_names;    /* encode: field names instead of json names; decode takes both always */
    bool emit_defaults;  /* encode: implicit fields with default value too */
    bool mask_sensitive; /* encode: sensitive fields print as "(sensitive)" */
    uint32_t indent;     /* encode: spaces per level; 0: one line */
    const struct reeve_json_bytes *bytes; /* encode: NULL: base64 */
};

/* Numbers keep their exact text until they are converted; duplicate members are errors. */
enum reeve_status reeve_message_from_json(const struct reeve_message *m, struct reeve_bytes json,
                                          const struct reeve_json_options *options,
                                          struct reeve_arena *arena, void **message,
                                          struct reeve_problem *problem) REEVE_MUST_CHECK;
enum reeve_status reeve_message_to_json(const struct reeve_message *m, const void *message,
                                        const struct reeve_json_options *options,
                                        struct reeve_buffer *to) REEVE_MUST_CHECK;

/* YAML, by the same mapper: scalars are typed by the schema; aliases, anchors, tags, duplicate keys
 * and several documents are errors. `bytes` are base64; Durations also take "10s", "1m", "2h". */
enum reeve_status reeve_message_from_yaml(const struct reeve_message *m, struct reeve_bytes yaml,
                                          struct reeve_arena *arena, void **message,
                                          struct reeve_problem *problem) REEVE_MUST_CHECK;

/* ---- constraints ---- */

/* Checks every rule; finds all violations, stores as many as fit (`problems` may be NULL).
 * `now_ms` is the wall clock since 1970, for the rules that compare with now (the runtime has no
 * clock). CONSTRAINT when there is any violation; STATE when reeve_message_prepare() has not run
 * and a pattern is needed; DEPTH, NO_MEMORY. */
enum reeve_status reeve_message_validate(const struct reeve_message *m, const void *message,
                                         int64_t now_ms,
                                         struct reeve_problems *problems) REEVE_MUST_CHECK;

/* ---- sensitive fields ---- */

bool reeve_message_has_sensitive(const struct reeve_message *m);
/* Clears sensitive fields, wherever they are nested, in place. */
void reeve_message_clear_sensitive(const struct reeve_message *m, void *message);

/* Field by name or JSON name; NULL. */
const struct reeve_field *reeve_message_field(const struct reeve_message *m,
                                              struct reeve_bytes name);

#ifdef __cplusplus
}
#endif
#endif
