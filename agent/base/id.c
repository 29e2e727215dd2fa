/* SPDX-License-Identifier: Apache-2.0 */
/* Ids (16 bytes, written as UUID text, RFC 9562 section 4) and digests (32 bytes). */
#include "agent/base/bytes.h"

#include <string.h>

#include "agent/base/character.h"

static const char HEX[] = "0123456789abcdef";

bool reeve_id_equal(struct reeve_id a, struct reeve_id b)
{
    return memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}

bool reeve_id_is_zero(struct reeve_id id)
{
    static const struct reeve_id zero;
    return reeve_id_equal(id, zero);
}

struct reeve_bytes reeve_id_view(const struct reeve_id *id)
{
    return reeve_bytes_of(id->bytes, sizeof(id->bytes));
}

enum reeve_status reeve_id_from_bytes(struct reeve_bytes b, struct reeve_id *out)
{
    if (b.len != sizeof(out->bytes)) {
        return REEVE_INVALID;
    }
    memcpy(out->bytes, b.data, b.len);
    return REEVE_OK;
}

/* Canonical text has a dash before bytes 4, 6, 8 and 10. */
static bool dash_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

void reeve_id_format(struct reeve_id id, char out[REEVE_ID_TEXT_SIZE])
{
    char *next = out;
    for (size_t i = 0; i < sizeof(id.bytes); i++) {
        if (dash_before(i)) {
            *next++ = '-';
        }
        *next++ = HEX[id.bytes[i] >> 4];
        *next++ = HEX[id.bytes[i] & 0x0Fu];
    }
    *next = '\0';
}

enum reeve_status reeve_id_parse(const char *text, struct reeve_id *out)
{
    if (text == NULL || strlen(text) != REEVE_ID_TEXT_SIZE - 1) {
        return REEVE_SYNTAX;
    }
    struct reeve_id id;
    for (size_t i = 0; i < sizeof(id.bytes); i++) {
        if (dash_before(i) && *text++ != '-') {
            return REEVE_SYNTAX;
        }
        int high = reeve_hex_value(*text++);
        int low = reeve_hex_value(*text++);
        if (high < 0 || low < 0) {
            return REEVE_SYNTAX;
        }
        id.bytes[i] = (uint8_t)((unsigned)high << 4 | (unsigned)low);
    }
    *out = id;
    return REEVE_OK;
}

bool reeve_digest_equal(struct reeve_digest a, struct reeve_digest b)
{
    return memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}

struct reeve_bytes reeve_digest_view(const struct reeve_digest *d)
{
    return reeve_bytes_of(d->bytes, sizeof(d->bytes));
}

enum reeve_status reeve_digest_from_bytes(struct reeve_bytes b, struct reeve_digest *out)
{
    if (b.len != sizeof(out->bytes)) {
        return REEVE_INVALID;
    }
    memcpy(out->bytes, b.data, b.len);
    return REEVE_OK;
}
