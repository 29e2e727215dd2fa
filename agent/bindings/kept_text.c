/* SPDX-License-Identifier: Apache-2.0 */
/* Keeping a configuration's texts: see kept_text.h. */
#include "agent/bindings/kept_text.h"

void reeve_keep_text(struct reeve_arena *memory, const char **text, bool *failed)
{
    if (*text != NULL) {
        *text = reeve_arena_strdup(memory, reeve_bytes_cstr(*text));
        *failed = *failed || *text == NULL;
    }
}
