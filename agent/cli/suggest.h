/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean …?": the known name that is nearest to a wrong one. */
#ifndef REEVE_AGENT_CLI_SUGGEST_H
#define REEVE_AGENT_CLI_SUGGEST_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Collects candidates; begin with {.wrong = …}. */
struct reeve_suggestion {
    struct reeve_bytes wrong;
    const char *best; /* NULL: nothing is near enough */
    size_t distance;
};

/* Considers one more; nearer than a third of the wrong name's length (edit distance, case does not
 * count) is near enough. Names over 255 bytes are not considered. */
void reeve_suggestion_try(struct reeve_suggestion *s, const char *candidate);

#ifdef __cplusplus
}
#endif
#endif
