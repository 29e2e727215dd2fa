/* SPDX-License-Identifier: Apache-2.0 */
/* The well-known forms of text and bytes that protovalidate has rules for: string.email, bytes.ip
 * and so on. An empty value breaks most of them under an id of its own: string.email_empty. */
#ifndef REEVE_PROTO_RUNTIME_FORM_H
#define REEVE_PROTO_RUNTIME_FORM_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_form {
    uint16_t code; /* enum reeve_rule_code */
    bool (*holds)(struct reeve_bytes value);
    const char *name; /* "an email address" */
};

/* Of a rule whose test is FORM; NULL for others. Static. */
const struct reeve_form *reeve_form_of(uint16_t code);

/* Names and values of HTTP header fields; `strict` by RFC 9110, else anything but NUL and line
 * ends. */
bool reeve_is_header_name(struct reeve_bytes text, bool strict);
bool reeve_is_header_value(struct reeve_bytes text, bool strict);

#ifdef __cplusplus
}
#endif
#endif
