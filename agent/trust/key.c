/* SPDX-License-Identifier: Apache-2.0 */
/* Ed25519 keys on BoringSSL (key.h). */
#include "agent/trust/key.h"

#include <openssl/base64.h>
#include <openssl/curve25519.h>

#include "agent/base/character.h"
#include "agent/base/hash.h"

static void format_hex(const uint8_t *bytes, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15u];
    }
    out[2 * len] = '\0';
}

void reeve_key_id(const struct reeve_public_key *public_key, char out[REEVE_KEY_ID_SIZE])
{
    struct reeve_digest digest =
        reeve_sha256_of(reeve_bytes_of(public_key->bytes, sizeof public_key->bytes));
    format_hex(digest.bytes, REEVE_KEY_ID_LENGTH / 2, out);
}

void reeve_key_init(struct reeve_key *key)
{
    *key = (struct reeve_key){.id = ""};
    reeve_secret_init(&key->seed);
}

enum reeve_status reeve_key_generate(struct reeve_key *key, const struct reeve_random *random)
{
    uint8_t seed[REEVE_KEY_SEED_LENGTH];
    random->fill(random->ctx, seed, sizeof seed);
    enum reeve_status status = reeve_key_from_seed(key, reeve_bytes_of(seed, sizeof seed));
    reeve_wipe(seed, sizeof seed);
    return status;
}

enum reeve_status reeve_key_from_seed(struct reeve_key *key, struct reeve_bytes seed)
{
    uint8_t private_key[ED25519_PRIVATE_KEY_LEN];
    if (seed.len != REEVE_KEY_SEED_LENGTH) {
        return REEVE_INVALID;
    }
    reeve_key_clear(key);
    REEVE_TRY(reeve_secret_set(&key->seed, seed));
    ED25519_keypair_from_seed(key->public_key.bytes, private_key, seed.data);
    reeve_wipe(private_key, sizeof private_key);
    reeve_key_id(&key->public_key, key->id);
    return REEVE_OK;
}

void reeve_key_clear(struct reeve_key *key)
{
    reeve_secret_clear(&key->seed);
    key->public_key = (struct reeve_public_key){{0}};
    key->id[0] = '\0';
}

enum reeve_status reeve_key_sign(const struct reeve_key *key, struct reeve_bytes message,
                                 struct reeve_signed *out)
{
    uint8_t private_key[ED25519_PRIVATE_KEY_LEN];
    uint8_t public_key[ED25519_PUBLIC_KEY_LEN];
    struct reeve_bytes seed = reeve_secret_view(&key->seed);
    if (seed.len != REEVE_KEY_SEED_LENGTH) {
        return REEVE_STATE;
    }
    ED25519_keypair_from_seed(public_key, private_key, seed.data);
    int ok = ED25519_sign(out->signature, message.data, message.len, private_key);
    reeve_wipe(private_key, sizeof private_key);
    reeve_move(out->key_id, key->id, sizeof out->key_id);
    return ok == 1 ? REEVE_OK : REEVE_INTERNAL;
}

struct reeve_signature reeve_signed_view(const struct reeve_signed *s)
{
    return (struct reeve_signature){
        .key_id = reeve_bytes_cstr(s->key_id),
        .signature = reeve_bytes_of(s->signature, sizeof s->signature),
    };
}

/* The y coordinates of the points of order 1, 2, 4 and 8, little-endian; of 0 and 1 also the
 * encodings that are not reduced. The sign bit of x is left out. */
static const uint8_t weak_keys[][32] = {
    {0},
    {1},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
};

bool reeve_public_key_is_weak(const struct reeve_public_key *public_key)
{
    struct reeve_public_key y = *public_key;
    y.bytes[sizeof y.bytes - 1] &= 0x7f;
    for (size_t i = 0; i < sizeof weak_keys / sizeof weak_keys[0]; i++) {
        if (reeve_bytes_equal(reeve_bytes_of(y.bytes, sizeof y.bytes),
                              reeve_bytes_of(weak_keys[i], sizeof weak_keys[i]))) {
            return true;
        }
    }
    return false;
}

enum reeve_status reeve_public_key_verify(const struct reeve_public_key *public_key,
                                          struct reeve_bytes message, struct reeve_bytes signature)
{
    if (signature.len != REEVE_SIGNATURE_LENGTH || reeve_public_key_is_weak(public_key)) {
        return REEVE_SIGNATURE;
    }
    int ok = ED25519_verify(message.data, message.len, signature.data, public_key->bytes);
    return ok == 1 ? REEVE_OK : REEVE_SIGNATURE;
}

void reeve_public_key_format(const struct reeve_public_key *public_key,
                             char out[REEVE_KEY_TEXT_SIZE])
{
    uint8_t text[REEVE_KEY_TEXT_SIZE];
    (void)EVP_EncodeBlock(text, public_key->bytes, sizeof public_key->bytes);
    reeve_move(out, text, sizeof text);
}

static enum reeve_status parse_hex(struct reeve_bytes text, uint8_t *out)
{
    for (size_t i = 0; i < text.len / 2; i++) {
        int high = reeve_hex_value(text.data[2 * i]);
        int low = reeve_hex_value(text.data[2 * i + 1]);
        if (high < 0 || low < 0) {
            return REEVE_SYNTAX;
        }
        out[i] = (uint8_t)(high * 16 + low);
    }
    return REEVE_OK;
}

enum reeve_status reeve_public_key_parse(struct reeve_bytes text, struct reeve_public_key *out)
{
    size_t len = 0;
    uint8_t raw[REEVE_KEY_TEXT_SIZE];
    if (text.len == 2 * sizeof out->bytes) {
        return parse_hex(text, out->bytes);
    }
    if (text.len != REEVE_KEY_TEXT_SIZE - 1 ||
        EVP_DecodeBase64(raw, &len, sizeof raw, text.data, text.len) != 1 ||
        len != sizeof out->bytes) {
        return REEVE_SYNTAX;
    }
    return reeve_copy(out->bytes, sizeof out->bytes, reeve_bytes_of(raw, len));
}

bool reeve_public_key_equal(const struct reeve_public_key *a, const struct reeve_public_key *b)
{
    return reeve_bytes_equal(reeve_bytes_of(a->bytes, sizeof a->bytes),
                             reeve_bytes_of(b->bytes, sizeof b->bytes));
}
