/* SPDX-License-Identifier: Apache-2.0 */
/* SipHash-2-4, written from the paper: two rounds a word, four at the end. */
#include "agent/base/siphash.h"

struct sip {
    uint64_t v0, v1, v2, v3;
};

static uint64_t rotate_left(uint64_t x, unsigned bits)
{
    return (x << bits) | (x >> (64 - bits));
}

static void sip_round(struct sip *s)
{
    s->v0 += s->v1;
    s->v1 = rotate_left(s->v1, 13) ^ s->v0;
    s->v0 = rotate_left(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate_left(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate_left(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate_left(s->v1, 17) ^ s->v2;
    s->v2 = rotate_left(s->v2, 32);
}

static void absorb(struct sip *s, uint64_t word)
{
    s->v3 ^= word;
    sip_round(s);
    sip_round(s);
    s->v0 ^= word;
}

/* The last word: what is left of the bytes, and the length's low byte on top. */
static uint64_t last_word(struct reeve_bytes bytes, size_t done)
{
    uint64_t word = (uint64_t)(bytes.len & 0xFFu) << 56;
    for (unsigned i = 0; done + i < bytes.len; i++) {
        word |= (uint64_t)bytes.data[done + i] << (8 * i);
    }
    return word;
}

uint64_t reeve_siphash24(struct reeve_siphash_key key, struct reeve_bytes bytes)
{
    struct sip s = {
        key.k0 ^ UINT64_C(0x736f6d6570736575),
        key.k1 ^ UINT64_C(0x646f72616e646f6d),
        key.k0 ^ UINT64_C(0x6c7967656e657261),
        key.k1 ^ UINT64_C(0x7465646279746573),
    };
    size_t done = 0;
    for (; bytes.len - done >= 8; done += 8) {
        absorb(&s, reeve_load_le64(bytes.data + done));
    }
    absorb(&s, last_word(bytes, done));
    s.v2 ^= 0xFFu;
    for (int i = 0; i < 4; i++) {
        sip_round(&s);
    }
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
