/* SPDX-License-Identifier: Apache-2.0 */
/* The SPIFFE-ID specification, as a reader of bytes. */
#include "creds/identity/spiffe.h"

#include "agent/base/character.h"

static const char scheme[] = "spiffe://";

static bool is_lower_or_digit(uint8_t c)
{
    return reeve_is_lower(c) || reeve_is_digit(c);
}

static bool is_trust_domain_byte(uint8_t c)
{
    return is_lower_or_digit(c) || c == '.' || c == '-' || c == '_';
}

static bool is_path_byte(uint8_t c)
{
    return is_trust_domain_byte(c) || reeve_is_upper(c);
}

static bool all(struct reeve_bytes b, bool (*is)(uint8_t))
{
    for (size_t i = 0; i < b.len; i++) {
        if (!is(b.data[i])) {
            return false;
        }
    }
    return true;
}

static bool is_segment(struct reeve_bytes s)
{
    return s.len > 0 && !reeve_bytes_equal_cstr(s, ".") && !reeve_bytes_equal_cstr(s, "..") &&
           all(s, is_path_byte);
}

/* Up to the next slash, or to the end. */
static struct reeve_bytes until_slash(struct reeve_bytes b)
{
    const size_t at = reeve_bytes_find(b, reeve_bytes_cstr("/"));
    return reeve_bytes_slice(b, 0, at < b.len ? at : b.len);
}

/* `path` is empty or begins with a slash. */
static bool is_path(struct reeve_bytes path)
{
    while (path.len > 0) {
        const struct reeve_bytes rest = reeve_bytes_slice(path, 1, path.len);
        const struct reeve_bytes segment = until_slash(rest);
        if (!is_segment(segment)) {
            return false;
        }
        path = reeve_bytes_slice(rest, segment.len, rest.len);
    }
    return true;
}

enum reeve_status reeve_spiffe_parse(struct reeve_bytes text, struct reeve_spiffe_id *out)
{
    const struct reeve_bytes prefix = reeve_bytes_cstr(scheme);
    if (text.len > REEVE_SPIFFE_ID_MAX) {
        return REEVE_TOO_LARGE;
    }
    if (!reeve_bytes_starts_with(text, prefix)) {
        return REEVE_SYNTAX;
    }
    const struct reeve_bytes rest = reeve_bytes_slice(text, prefix.len, text.len);
    const struct reeve_bytes domain = until_slash(rest);
    const struct reeve_bytes path = reeve_bytes_slice(rest, domain.len, rest.len);
    if (domain.len > REEVE_SPIFFE_TRUST_DOMAIN_MAX) {
        return REEVE_TOO_LARGE;
    }
    if (domain.len == 0 || !all(domain, is_trust_domain_byte) || !is_path(path)) {
        return REEVE_SYNTAX;
    }
    if (out != NULL) {
        *out = (struct reeve_spiffe_id){domain, path};
    }
    return REEVE_OK;
}

/* The part in front of a trailing slash and star, or all of it. */
static struct reeve_bytes without_star(struct reeve_bytes pattern)
{
    const struct reeve_bytes end =
        reeve_bytes_slice(pattern, pattern.len >= 2 ? pattern.len - 2 : 0, 2);
    return reeve_bytes_equal_cstr(end, "/*") ? reeve_bytes_slice(pattern, 0, pattern.len - 2)
                                             : pattern;
}

enum reeve_status reeve_spiffe_check_pattern(struct reeve_bytes pattern)
{
    return reeve_spiffe_parse(without_star(pattern), NULL);
}

bool reeve_spiffe_matches(struct reeve_bytes id, struct reeve_bytes pattern)
{
    const struct reeve_bytes prefix = without_star(pattern);
    if (reeve_spiffe_parse(id, NULL) != REEVE_OK || reeve_spiffe_parse(prefix, NULL) != REEVE_OK) {
        return false;
    }
    if (prefix.len == pattern.len) {
        return reeve_bytes_equal(id, pattern);
    }
    /* Both are valid, so the slash is followed by a segment. */
    return id.len > prefix.len && reeve_bytes_starts_with(id, prefix) && id.data[prefix.len] == '/';
}
