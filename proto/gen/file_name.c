/* SPDX-License-Identifier: Apache-2.0 */
/* What a .proto file's name gives: the stem of the files made from it and the guard of its header;
 * and names that cannot stand in an #include. */
#include "agent/base/character.h"
#include "agent/base/hash.h"
#include "proto/gen/model.h"

static bool is_lower(char c)
{
    return reeve_is_lower(c) || reeve_is_digit(c);
}

/* Names of small letters, digits and '/' have guards of their own; for the others, such as a-b and
 * a_b, a hash of the name makes the difference. */
static bool is_plain(const char *stem)
{
    for (const char *c = stem; *c != '\0'; c++) {
        if (!is_lower(*c) && *c != '/') {
            return false;
        }
    }
    return true;
}

static const char *hash_of(const char *stem)
{
    const struct reeve_bytes part = reeve_bytes_cstr(stem);
    const struct reeve_digest digest = reeve_sha256(&part, 1);
    struct reeve_buffer text = reeve_gen_buffer();
    for (size_t i = 0; i < 4; i++) {
        REEVE_GEN_PRINT(&text, "%02X", digest.bytes[i]);
    }
    return reeve_gen_copy(reeve_buffer_view(&text));
}

const char *reeve_gen_guard_of(const char *stem)
{
    char *guard = reeve_gen_copy(reeve_bytes_cstr(stem));
    for (char *c = guard; *c != '\0'; c++) {
        if (reeve_is_lower(*c)) {
            *c = (char)(*c - 'a' + 'A');
        }
        if (!reeve_is_upper(*c) && !is_lower(*c)) {
            *c = '_';
        }
    }
    return is_plain(stem) ? guard : reeve_gen_concat(guard, "_", hash_of(stem), NULL);
}

const char *reeve_gen_stem_of(const char *name)
{
    static const char suffix[] = ".proto";
    const struct reeve_bytes whole = reeve_bytes_cstr(name);
    const size_t cut = sizeof suffix - 1;
    if (whole.len <= cut ||
        !reeve_bytes_equal_cstr(reeve_bytes_slice(whole, whole.len - cut, cut), suffix)) {
        return name;
    }
    return reeve_gen_copy(reeve_bytes_slice(whole, 0, whole.len - cut));
}

/* C has no way to write these between the quotes of an #include; "??" may start a trigraph. */
bool reeve_gen_can_be_included(const char *stem)
{
    for (const char *c = stem; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\' || (unsigned char)*c < 0x20 || *c == 0x7f ||
            (c[0] == '?' && c[1] == '?')) {
            return false;
        }
    }
    return true;
}
