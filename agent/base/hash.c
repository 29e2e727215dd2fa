/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256, by BoringSSL. */
#include "agent/base/hash.h"

#include <openssl/sha.h>

struct reeve_digest reeve_sha256(const struct reeve_bytes *parts, size_t count)
{
    SHA256_CTX context;
    struct reeve_digest digest;
    (void)SHA256_Init(&context);
    for (size_t i = 0; i < count; i++) {
        (void)SHA256_Update(&context, parts[i].data, parts[i].len);
    }
    (void)SHA256_Final(digest.bytes, &context);
    return digest;
}

struct reeve_digest reeve_sha256_of(struct reeve_bytes bytes)
{
    return reeve_sha256(&bytes, 1);
}
