/* SPDX-License-Identifier: Apache-2.0 */
/* The facts that the contract states about single fields (check.h). */
#include "agent/codec/check.h"

#include "agent/base/character.h"

enum reeve_status reeve_check_text(struct reeve_bytes text)
{
    static const uint8_t nul[1] = {0};
    if (text.len == 0) {
        return REEVE_OK;
    }
    if (!reeve_bytes_is_utf8(text)) {
        return REEVE_UTF8;
    }
    if (reeve_bytes_contains(text, reeve_bytes_of(nul, 1))) {
        return REEVE_EMBEDDED_NUL;
    }
    return REEVE_OK;
}

enum reeve_status reeve_check_max(struct reeve_bytes view, size_t max)
{
    return view.len <= max ? REEVE_OK : REEVE_TOO_LARGE;
}

enum reeve_status reeve_check_length(struct reeve_bytes view, size_t length)
{
    return view.len == length ? REEVE_OK : REEVE_MALFORMED;
}

enum reeve_status reeve_check_some(struct reeve_bytes view, size_t max)
{
    if (view.len == 0) {
        return REEVE_MALFORMED;
    }
    return reeve_check_max(view, max);
}

enum reeve_status reeve_check_id(struct reeve_id id)
{
    return reeve_id_is_zero(id) ? REEVE_MALFORMED : REEVE_OK;
}

static bool digest_is_zero(const struct reeve_digest *digest)
{
    static const struct reeve_digest zero;
    return reeve_digest_equal(*digest, zero);
}

enum reeve_status reeve_check_digest(struct reeve_digest digest)
{
    return digest_is_zero(&digest) ? REEVE_MALFORMED : REEVE_OK;
}

static bool is_name_byte(uint8_t c)
{
    return reeve_is_lower(c) || reeve_is_digit(c) || c == '-';
}

enum reeve_status reeve_check_reference(struct reeve_bytes reference, size_t max)
{
    REEVE_TRY(reeve_check_max(reference, max));
    for (size_t i = 0; i < reference.len; i++) {
        if (!is_name_byte(reference.data[i])) {
            return REEVE_MALFORMED;
        }
    }
    return REEVE_OK;
}

enum reeve_status reeve_check_name(struct reeve_bytes name, size_t max)
{
    if (name.len == 0 || name.len > max) {
        return REEVE_MALFORMED;
    }
    return reeve_check_reference(name, max);
}

void reeve_check_absent_id(bool *has, const struct reeve_id *id)
{
    *has = *has && !reeve_id_is_zero(*id);
}

void reeve_check_absent_digest(bool *has, const struct reeve_digest *digest)
{
    *has = *has && !digest_is_zero(digest);
}
