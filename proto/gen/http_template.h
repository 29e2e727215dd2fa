/* SPDX-License-Identifier: Apache-2.0 */
/* A path template of google.api.http as its parts, without a look at any message:
 *
 *   template = "/" segments [ ":" verb ]      variable = "{" path [ "=" pattern ] "}"
 *   pattern  = segment { "/" segment }        segment  = "*" | "**" | literal
 *
 * The verb is literal text to a client. What the public grammar does not have, and a client can do:
 * literal text around a one-segment variable inside its segment, and "**" before the end. */
#ifndef REEVE_PROTO_GEN_HTTP_TEMPLATE_H
#define REEVE_PROTO_GEN_HTTP_TEMPLATE_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_GEN_TEMPLATE_PARTS 64
#define REEVE_GEN_TEMPLATE_BYTES 2000

/* Views into the template's text. */
struct reeve_gen_template_part {
    struct reeve_bytes literal; /* empty for a variable */
    struct reeve_bytes path;    /* "message.field" */
    struct reeve_bytes pattern; /* empty: "*" */
    bool multi_segment;         /* the pattern can take a '/' */
};

struct reeve_gen_template {
    struct reeve_gen_template_part parts[REEVE_GEN_TEMPLATE_PARTS];
    uint16_t count;
    /* When it is no template: what is wrong and what to do, without the final full stop. */
    const char *problem;
    const char *next;
};

/* False: see `problem`. */
bool reeve_gen_template_read(struct reeve_bytes text, struct reeve_gen_template *out);

#ifdef __cplusplus
}
#endif
#endif
