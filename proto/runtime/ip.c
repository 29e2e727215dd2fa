/* SPDX-License-Identifier: Apache-2.0 */
/* IP addresses. */
#include "proto/runtime/ip.h"

#include "proto/runtime/scan.h"

#define GROUPS 8
#define NO_GAP SIZE_MAX

static bool read_ipv4(struct reeve_scan *s, uint8_t out[4])
{
    for (int i = 0; i < 4; i++) {
        uint32_t octet = 0;
        if ((i > 0 && !reeve_scan_take(s, '.')) || !reeve_scan_number(s, 255, &octet)) {
            return false;
        }
        out[i] = (uint8_t)octet;
    }
    return true;
}

/* The groups of an IPv6 address while they are read. */
struct groups {
    uint16_t values[GROUPS];
    size_t count;
    size_t gap; /* groups in front of "::"; NO_GAP when there was none */
};

/* Whether the next group is the dotted form of the last 32 bits. */
static bool sees_ipv4(const struct reeve_scan *s)
{
    size_t i = s->at;
    while (i < s->text.len && reeve_is_digit(s->text.data[i])) {
        i++;
    }
    return i > s->at && i < s->text.len && s->text.data[i] == '.';
}

static bool read_embedded_ipv4(struct reeve_scan *s, struct groups *g)
{
    uint8_t octets[4];
    if (g->count > GROUPS - 2 || !read_ipv4(s, octets)) {
        return false;
    }
    g->values[g->count++] = (uint16_t)(octets[0] << 8 | octets[1]);
    g->values[g->count++] = (uint16_t)(octets[2] << 8 | octets[3]);
    return true;
}

static bool read_group(struct reeve_scan *s, struct groups *g)
{
    const size_t from = s->at;
    uint32_t value = 0;
    while (s->at < s->text.len && s->at - from < 5 && reeve_is_hex(s->text.data[s->at])) {
        value = value << 4 | (uint32_t)reeve_hex_value(s->text.data[s->at++]);
    }
    if (s->at == from || s->at - from > 4 || g->count == GROUPS) {
        return false;
    }
    g->values[g->count++] = (uint16_t)value;
    return true;
}

/* "::" at this place; false when it is the second. */
static bool take_gap(struct reeve_scan *s, struct groups *g)
{
    if (g->gap != NO_GAP) {
        return false;
    }
    s->at += 2;
    g->gap = g->count;
    return true;
}

static bool sees_gap(const struct reeve_scan *s)
{
    return reeve_scan_sees(s, ':') && s->at + 1 < s->text.len && s->text.data[s->at + 1] == ':';
}

static bool sees_group(const struct reeve_scan *s)
{
    return s->at < s->text.len && reeve_is_hex(s->text.data[s->at]);
}

static bool read_groups(struct reeve_scan *s, struct groups *g)
{
    if (sees_gap(s)) {
        (void)take_gap(s, g);
        if (!sees_group(s)) {
            return true;
        }
    }
    for (;;) {
        if (sees_ipv4(s)) {
            return read_embedded_ipv4(s, g);
        }
        if (!read_group(s, g)) {
            return false;
        }
        if (sees_gap(s)) {
            if (!take_gap(s, g)) {
                return false;
            }
            if (!sees_group(s)) {
                return true;
            }
            continue;
        }
        if (!reeve_scan_take(s, ':')) {
            return true;
        }
    }
}

static bool read_ipv6(struct reeve_scan *s, uint8_t out[16])
{
    struct groups g = {.count = 0, .gap = NO_GAP};
    if (!read_groups(s, &g)) {
        return false;
    }
    /* "::" stands for one group at least. */
    if (g.gap == NO_GAP ? g.count != GROUPS : g.count == GROUPS) {
        return false;
    }
    const size_t zeros = GROUPS - g.count;
    for (size_t i = 0; i < GROUPS; i++) {
        const bool in_gap = i >= g.gap && i - g.gap < zeros;
        const uint16_t value = in_gap ? 0 : g.values[i < g.gap ? i : i - zeros];
        out[2 * i] = (uint8_t)(value >> 8);
        out[2 * i + 1] = (uint8_t)value;
    }
    return true;
}

/* ---- addresses ---- */

bool reeve_is_ipv4(struct reeve_bytes text)
{
    struct reeve_scan s = reeve_scan_of(text);
    uint8_t address[4];
    return read_ipv4(&s, address) && reeve_scan_ended(&s);
}

bool reeve_is_ipv6_unzoned(struct reeve_bytes text)
{
    struct reeve_scan s = reeve_scan_of(text);
    uint8_t address[16];
    return read_ipv6(&s, address) && reeve_scan_ended(&s);
}

bool reeve_is_ipv6(struct reeve_bytes text)
{
    const size_t zone = reeve_scan_first(text, '%');
    return zone + 1 != text.len && reeve_is_ipv6_unzoned(reeve_bytes_slice(text, 0, zone));
}

/* ---- prefixes ---- */

static bool is_zero_behind(const uint8_t *address, uint32_t bits, uint32_t prefix)
{
    for (uint32_t i = prefix; i < bits; i++) {
        if ((address[i / 8] >> (7 - i % 8) & 1) != 0) {
            return false;
        }
    }
    return true;
}

static bool is_prefix_end(struct reeve_scan *s, const uint8_t *address, uint32_t bits, bool strict)
{
    uint32_t prefix = 0;
    return reeve_scan_take(s, '/') && reeve_scan_number(s, bits, &prefix) && reeve_scan_ended(s) &&
           (!strict || is_zero_behind(address, bits, prefix));
}

bool reeve_is_ipv4_prefix(struct reeve_bytes text, bool strict)
{
    struct reeve_scan s = reeve_scan_of(text);
    uint8_t address[4];
    return read_ipv4(&s, address) && is_prefix_end(&s, address, 32, strict);
}

bool reeve_is_ipv6_prefix(struct reeve_bytes text, bool strict)
{
    struct reeve_scan s = reeve_scan_of(text);
    uint8_t address[16];
    return read_ipv6(&s, address) && is_prefix_end(&s, address, 128, strict);
}
