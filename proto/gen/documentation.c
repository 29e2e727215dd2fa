/* SPDX-License-Identifier: Apache-2.0 */
/* A task's comment as documentation for people: plain text, bounded. */
#include "proto/gen/model.h"

/* Longer string literals are beyond what C promises to compile. */
#define DOCUMENTATION_MAX 2000

static struct reeve_bytes without_margin(struct reeve_bytes line)
{
    if (line.len > 0 && line.data[0] == ' ') {
        return reeve_bytes_slice(line, 1, line.len - 1);
    }
    return line;
}

const char *reeve_gen_documentation(const char *comment)
{
    struct reeve_bytes rest = reeve_bytes_cstr(comment);
    struct reeve_buffer text = reeve_gen_buffer();
    while (rest.len > 0) {
        size_t end = reeve_bytes_find(rest, reeve_bytes_cstr("\n"));
        struct reeve_bytes line = reeve_bytes_slice(rest, 0, end == SIZE_MAX ? rest.len : end);
        if (text.len > 0) {
            reeve_gen_must(reeve_buffer_append_byte(&text, '\n'));
        }
        reeve_gen_must(reeve_buffer_append(&text, without_margin(line)));
        rest = end == SIZE_MAX ? reeve_bytes_of(NULL, 0)
                               : reeve_bytes_slice(rest, end + 1, rest.len - end - 1);
    }
    while (text.len > 0 && (text.data[text.len - 1] == '\n' || text.data[text.len - 1] == ' ')) {
        text.len--;
    }
    if (text.len > DOCUMENTATION_MAX) {
        text.len = DOCUMENTATION_MAX;
        while (text.len > 0 && (text.data[text.len] & 0xc0) == 0x80) {
            text.len--; /* not in the middle of a character */
        }
        REEVE_GEN_PRINT(&text, " …");
    }
    return reeve_gen_copy(reeve_buffer_view(&text));
}
