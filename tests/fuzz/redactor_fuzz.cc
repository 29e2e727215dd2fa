// SPDX-License-Identifier: Apache-2.0
// A secret, and an encoder that escapes whichever of its bytes the input says: the redactor finds
// what comes out, between any neighbours, and leaves none of it (P2).
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "creds/secrets/redactor.h"

namespace
{

void Require(bool holds)
{
    if (!holds) {
        std::abort(); // a finding
    }
}

bool MustBeEscaped(unsigned char c, bool json)
{
    return json ? c == '\\' || c == '"' || c < 0x20 : c == '%' || c == '+';
}

std::string Escaped(unsigned char c, bool json, bool upper)
{
    char text[8];
    const char *format = json ? (upper ? "\\u%04X" : "\\u%04x") : (upper ? "%%%02X" : "%%%02x");
    snprintf(text, sizeof(text), format, c);
    return text;
}

// One byte of `choices` for each of the secret: escape it, and in which case.
std::string Encode(const std::string &secret, const std::string &choices, bool json)
{
    std::string out;
    for (size_t i = 0; i < secret.size(); i++) {
        const unsigned char c = static_cast<unsigned char>(secret[i]);
        const unsigned char choice =
            choices.empty() ? 0 : static_cast<unsigned char>(choices[i % choices.size()]);
        const bool may = !json || c < 0x80;
        const bool escape = may && (MustBeEscaped(c, json) || choice % 2 == 1);
        out += escape ? Escaped(c, json, choice & 2) : std::string(1, secret[i]);
    }
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 + REEVE_SECRET_MIN_LENGTH) {
        return 0;
    }
    const bool json = data[0] % 2 == 1;
    const size_t length = REEVE_SECRET_MIN_LENGTH + data[1] % (size - 1 - REEVE_SECRET_MIN_LENGTH);
    const std::string secret(reinterpret_cast<const char *>(data) + 2,
                             length < size - 2 ? length : size - 2);
    const std::string rest(reinterpret_cast<const char *>(data) + 2 + secret.size(),
                           size - 2 - secret.size());
    reeve_redactor *r = reeve_redactor_new();
    Require(r != nullptr &&
            reeve_redactor_add(r, reeve_bytes_of(secret.data(), secret.size())) == REEVE_OK);
    const std::string stars(secret.size() * 6 + rest.size() + 2, '*');
    if (reeve_redactor_finds(r, reeve_bytes_of(stars.data(), stars.size()))) {
        reeve_redactor_free(r);
        return 0; // what it overwrites secrets with cannot be one
    }
    std::string text = "<" + Encode(secret, rest, json) + ">" + rest;
    Require(reeve_redactor_finds(r, reeve_bytes_of(text.data(), text.size())));
    Require(reeve_redactor_scrub(r, &text[0], text.size()) > 0);
    Require(!reeve_redactor_finds(r, reeve_bytes_of(text.data(), text.size())));
    reeve_redactor_free(r);
    return 0;
}
