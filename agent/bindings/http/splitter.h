/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts a stream of JSON values into values, whatever pieces the bytes come in. It knows brackets,
 * strings and escapes and is strict about those; whether a number or a word is one, the reader of
 * the value says. No I/O, no clock; memory is one value, bounded. Internal to this folder. */
#ifndef REEVE_AGENT_BINDINGS_HTTP_SPLITTER_H
#define REEVE_AGENT_BINDINGS_HTTP_SPLITTER_H

#include "agent/base/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_json_layout {
    REEVE_JSON_LINES,  /* one value on each line; empty lines are skipped */
    REEVE_JSON_ARRAY,  /* the elements of one array */
    REEVE_JSON_VALUES, /* values with white space between, or the elements of one array when the
                          first one begins as an array does */
};

#define REEVE_JSON_SPLIT_DEPTH 64u

struct reeve_json_splitter {
    struct reeve_buffer value; /* the one that is being read, or was */
    enum reeve_json_layout layout;
    uint8_t state;
    bool in_string;
    bool escaped;
    bool ready;    /* `value` is whole; the next byte begins another one */
    bool in_array; /* the outer array is open */
    uint32_t depth;
    uint64_t objects; /* one bit for each open bracket: an object */
};

/* `max_value`: bytes of one value. Heap; _clear frees. */
void reeve_json_splitter_init(struct reeve_json_splitter *s, enum reeve_json_layout layout,
                              size_t max_value);
void reeve_json_splitter_clear(struct reeve_json_splitter *s);

/* Takes bytes off the front of *input, up to the end of one value: then *ready, and s->value holds
 * it until the next call. Not ready: all bytes were taken. SYNTAX, DEPTH, LIMIT (the value is over
 * its bound), NO_MEMORY: the stream is spoilt. */
enum reeve_status reeve_json_split(struct reeve_json_splitter *s, struct reeve_bytes *input,
                                   bool *ready) REEVE_MUST_CHECK;
/* The bytes are at their end: a last value may be ready. TRUNCATED: in the middle of something. */
enum reeve_status reeve_json_split_end(struct reeve_json_splitter *s, bool *ready) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
