/* SPDX-License-Identifier: Apache-2.0 */
/* Session codes, their names and our statuses (session_code.h). */
#include "agent/codec/session_code.h"

static const struct {
    const char *name;
    enum reeve_session_code code;
    enum reeve_status status;
} codes[] = {
#define X(name, number, status) {#name, REEVE_SESSION_##name, REEVE_##status},
    REEVE_SESSION_CODE_MAP(X)
#undef X
};

#define CODES (sizeof codes / sizeof codes[0])

const char *reeve_session_code_name(enum reeve_session_code code)
{
    for (size_t i = 0; i < CODES; i++) {
        if (codes[i].code == code) {
            return codes[i].name;
        }
    }
    return "UNRECOGNISED";
}

enum reeve_status reeve_session_code_status(enum reeve_session_code code)
{
    for (size_t i = 0; i < CODES; i++) {
        if (codes[i].code == code) {
            return codes[i].status;
        }
    }
    return REEVE_PROTOCOL;
}

enum reeve_status reeve_session_code_parse(struct reeve_bytes name, enum reeve_session_code *out)
{
    for (size_t i = 0; i < CODES; i++) {
        if (reeve_bytes_equal_cstr(name, codes[i].name)) {
            *out = codes[i].code;
            return REEVE_OK;
        }
    }
    return REEVE_NOT_FOUND;
}

/* Every way in which a peer's bytes can be bad. */
static bool is_malformed(enum reeve_status status)
{
    return (status >= REEVE_TRUNCATED && status <= REEVE_CONSTRAINT) || status == REEVE_INVALID ||
           status == REEVE_PROTOCOL;
}

enum reeve_session_code reeve_session_code_of(enum reeve_status status)
{
    if (is_malformed(status)) {
        return REEVE_SESSION_MALFORMED;
    }
    for (size_t i = 0; i < CODES; i++) {
        if (codes[i].status == status) {
            return codes[i].code;
        }
    }
    return REEVE_SESSION_INTERNAL;
}
