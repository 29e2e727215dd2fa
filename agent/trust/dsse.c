/* SPDX-License-Identifier: Apache-2.0 */
/* DSSE v1 pre-authentication encoding (dsse.h). */
#include "agent/trust/dsse.h"

#define HEADER_MAX 512u /* "DSSEv1", two lengths and a type */

enum reeve_status reeve_dsse_pae(const char *type, struct reeve_bytes body,
                                 struct reeve_buffer *out)
{
    char header[HEADER_MAX];
    size_t type_len = reeve_bytes_cstr(type).len;
    if (reeve_format(header, sizeof header, "DSSEv1 %zu %s %zu ", type_len, type, body.len) !=
        REEVE_OK) {
        return REEVE_LIMIT;
    }
    struct reeve_bytes head = reeve_bytes_cstr(header);
    if (body.len > SIZE_MAX - head.len) {
        return REEVE_LIMIT;
    }
    REEVE_TRY(reeve_buffer_reserve(out, head.len + body.len));
    REEVE_TRY(reeve_buffer_append(out, head));
    return reeve_buffer_append(out, body);
}

enum reeve_status reeve_dsse_sign(const struct reeve_key *key, const char *type,
                                  struct reeve_bytes body, const struct reeve_allocator *a,
                                  struct reeve_signed *out)
{
    struct reeve_buffer pae;
    reeve_buffer_init(&pae, a, SIZE_MAX);
    enum reeve_status status = reeve_dsse_pae(type, body, &pae);
    if (status == REEVE_OK) {
        status = reeve_key_sign(key, reeve_buffer_view(&pae), out);
    }
    reeve_buffer_clear(&pae);
    return status;
}

enum reeve_status reeve_dsse_verify(const struct reeve_public_key *public_key, const char *type,
                                    struct reeve_bytes body, struct reeve_bytes signature,
                                    const struct reeve_allocator *a)
{
    struct reeve_buffer pae;
    reeve_buffer_init(&pae, a, SIZE_MAX);
    enum reeve_status status = reeve_dsse_pae(type, body, &pae);
    if (status == REEVE_OK) {
        status = reeve_public_key_verify(public_key, reeve_buffer_view(&pae), signature);
    }
    reeve_buffer_clear(&pae);
    return status;
}
