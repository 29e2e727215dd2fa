/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a URI are cut out at their delimiters, which none of them may contain, and each is
 * then a run of characters of its class. */
#include "proto/runtime/uri.h"

#include "proto/runtime/ip.h"
#include "proto/runtime/scan.h"

static bool is_one_of(int c, struct reeve_bytes set)
{
    return reeve_scan_first(set, (char)c) < set.len;
}

static bool is_unreserved(int c)
{
    return reeve_is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static bool is_sub_delimiter(int c)
{
    static const struct reeve_bytes set = {(const uint8_t *)"!$&'()*+,;=", 11};
    return is_one_of(c, set);
}

static bool is_name_character(int c)
{
    return is_unreserved(c) || is_sub_delimiter(c);
}

static bool is_user_character(int c)
{
    return is_name_character(c) || c == ':';
}

/* pchar and "/" */
static bool is_path_character(int c)
{
    return is_user_character(c) || c == '@' || c == '/';
}

static bool is_query_character(int c)
{
    return is_path_character(c) || c == '?';
}

static bool is_escape(struct reeve_bytes text, size_t at)
{
    return at + 2 < text.len && text.data[at] == '%' && reeve_is_hex(text.data[at + 1]) &&
           reeve_is_hex(text.data[at + 2]);
}

/* Characters of the class, and escapes. */
static bool is_run(struct reeve_bytes text, bool (*is)(int c))
{
    for (size_t i = 0; i < text.len; i++) {
        if (is_escape(text, i)) {
            i += 2;
            continue;
        }
        if (!is(text.data[i])) {
            return false;
        }
    }
    return true;
}

static struct reeve_bytes before(struct reeve_bytes text, size_t at)
{
    return reeve_bytes_slice(text, 0, at);
}

/* What follows the delimiter at this place. */
static struct reeve_bytes behind(struct reeve_bytes text, size_t at)
{
    return at < text.len ? reeve_bytes_slice(text, at + 1, text.len - at - 1)
                         : reeve_bytes_slice(text, text.len, 0);
}

/* ---- hosts ---- */

static size_t sequence_length(uint8_t lead)
{
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xe0) {
        return 2;
    }
    return lead < 0xf0 ? 3 : 4;
}

/* Escapes beyond ASCII form characters: no other text can be part of one. */
static bool escapes_are_utf8(struct reeve_bytes text)
{
    size_t i = 0;
    while (i < text.len) {
        uint8_t octets[4];
        size_t count = 0;
        size_t wanted = 1;
        if (!is_escape(text, i)) {
            i++;
            continue;
        }
        for (; count < wanted && is_escape(text, i); i += 3) {
            octets[count++] = (uint8_t)(reeve_hex_value(text.data[i + 1]) << 4 |
                                        reeve_hex_value(text.data[i + 2]));
            wanted = sequence_length(octets[0]);
        }
        if (wanted > 1 && !reeve_bytes_is_utf8(reeve_bytes_of(octets, count))) {
            return false;
        }
    }
    return true;
}

/* "v1.text" */
static bool is_future_address(struct reeve_bytes text)
{
    const size_t dot = reeve_scan_first(text, '.');
    if (text.len == 0 || (text.data[0] | 0x20) != 'v' || dot < 2 || dot + 1 >= text.len) {
        return false;
    }
    return reeve_scan_all(reeve_bytes_slice(text, 1, dot - 1), reeve_is_hex) &&
           reeve_scan_all(behind(text, dot), is_user_character);
}

/* What stands in brackets. */
static bool is_literal(struct reeve_bytes text)
{
    const size_t percent = reeve_scan_first(text, '%');
    const struct reeve_bytes zone = behind(text, percent);
    if (percent == text.len) {
        return reeve_is_ipv6_unzoned(text) || is_future_address(text);
    }
    return reeve_is_ipv6_unzoned(before(text, percent)) && zone.len > 2 &&
           reeve_bytes_starts_with(zone, reeve_bytes_cstr("25")) &&
           is_run(reeve_bytes_slice(zone, 2, zone.len - 2), is_unreserved) &&
           escapes_are_utf8(text);
}

/* Nothing, or ":" and digits, of which there may be none. */
static bool is_port_part(struct reeve_bytes text)
{
    return text.len == 0 ||
           (text.data[0] == ':' && reeve_scan_all(behind(text, 0), reeve_is_digit));
}

static bool is_host_part(struct reeve_bytes text)
{
    if (text.len > 0 && text.data[0] == '[') {
        const size_t end = reeve_scan_first(text, ']');
        return end < text.len && is_literal(reeve_bytes_slice(text, 1, end - 1)) &&
               is_port_part(behind(text, end));
    }
    const size_t colon = reeve_scan_first(text, ':');
    const struct reeve_bytes name = before(text, colon);
    return is_run(name, is_name_character) && escapes_are_utf8(name) &&
           is_port_part(reeve_bytes_slice(text, colon, text.len - colon));
}

static bool is_authority(struct reeve_bytes text)
{
    const size_t at = reeve_scan_first(text, '@');
    if (at == text.len) {
        return is_host_part(text);
    }
    return is_run(before(text, at), is_user_character) && is_host_part(behind(text, at));
}

/* ---- the whole ---- */

/* hier-part, or relative-part: both are an authority with a path, or a path. */
static bool is_hierarchy(struct reeve_bytes text)
{
    if (!reeve_bytes_starts_with(text, reeve_bytes_cstr("//"))) {
        return is_run(text, is_path_character);
    }
    const struct reeve_bytes rest = reeve_bytes_slice(text, 2, text.len - 2);
    const size_t path = reeve_scan_first(rest, '/');
    return is_authority(before(rest, path)) &&
           is_run(reeve_bytes_slice(rest, path, rest.len - path), is_path_character);
}

static bool is_scheme(struct reeve_bytes text)
{
    if (text.len == 0 || !reeve_is_letter(text.data[0])) {
        return false;
    }
    for (size_t i = 1; i < text.len; i++) {
        const uint8_t c = text.data[i];
        if (!reeve_is_alphanumeric(c) && c != '+' && c != '-' && c != '.') {
            return false;
        }
    }
    return true;
}

/* Takes query and fragment off. */
static bool take_tail(struct reeve_bytes *text)
{
    const size_t hash = reeve_scan_first(*text, '#');
    const struct reeve_bytes fragment = behind(*text, hash);
    *text = before(*text, hash);
    const size_t mark = reeve_scan_first(*text, '?');
    const struct reeve_bytes query = behind(*text, mark);
    *text = before(*text, mark);
    return is_run(query, is_query_character) && is_run(fragment, is_query_character);
}

bool reeve_is_uri(struct reeve_bytes text)
{
    if (!take_tail(&text)) {
        return false;
    }
    const size_t colon = reeve_scan_first(text, ':');
    return colon < text.len && is_scheme(before(text, colon)) && is_hierarchy(behind(text, colon));
}

bool reeve_is_uri_reference(struct reeve_bytes text)
{
    if (reeve_is_uri(text)) {
        return true;
    }
    if (!take_tail(&text)) {
        return false;
    }
    /* A colon in the first segment would make a scheme of it. */
    const bool has_colon = reeve_scan_first(text, ':') < reeve_scan_first(text, '/');
    return !has_colon && is_hierarchy(text);
}
