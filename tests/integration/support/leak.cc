// SPDX-License-Identifier: Apache-2.0
//
// The forms of a credential.
#include "tests/integration/support/leak.h"

#include <cctype>

namespace reeve::test
{

namespace
{

std::string byte_as(unsigned char byte, const char *digits)
{
    return {digits[byte >> 4], digits[byte & 15]};
}

constexpr char kLower[] = "0123456789abcdef";
constexpr char kUpper[] = "0123456789ABCDEF";

/* The digits of base64 that depend on the secret alone when `shift` other bytes come before it. */
std::string base64_core(const std::string &secret, size_t shift, bool url)
{
    const std::string whole = to_base64(std::string(shift, 'x') + secret, url);
    const size_t first = (shift * 8 + 5) / 6;
    const size_t last = (shift + secret.size()) * 8 / 6;
    return whole.substr(first, last - first);
}

} // namespace

std::string to_base64(const std::string &bytes, bool url)
{
    std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    digits += url ? "-_" : "+/";
    std::string out;
    unsigned value = 0;
    int bits = 0;
    for (const char c : bytes) {
        value = value << 8 | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 6; bits -= 6) {
            out += digits[value >> (bits - 6) & 63];
        }
    }
    if (bits > 0) {
        out += digits[value << (6 - bits) & 63];
    }
    return out + std::string((4 - out.size() % 4) % 4, '=');
}

std::string to_hex(const std::string &bytes, bool upper)
{
    std::string out;
    for (const char c : bytes) {
        out += byte_as(static_cast<unsigned char>(c), upper ? kUpper : kLower);
    }
    return out;
}

std::string to_percent(const std::string &bytes, bool all)
{
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += !all && std::isalnum(byte) ? std::string(1, c) : "%" + byte_as(byte, kUpper);
    }
    return out;
}

std::string to_json(const std::string &bytes, bool slashes)
{
    std::string out;
    for (const char c : bytes) {
        if (c == '"' || c == '\\' || (slashes && c == '/')) {
            out += '\\';
        }
        out += c;
    }
    return out;
}

std::string to_json_units(const std::string &bytes)
{
    std::string out;
    for (const char c : bytes) {
        out += "\\u00" + byte_as(static_cast<unsigned char>(c), kLower);
    }
    return out;
}

LeakDetector::LeakDetector(const std::string &secret)
{
    forms_ = {{"plain", secret},
              {"hex", to_hex(secret)},
              {"HEX", to_hex(secret, true)},
              {"percent", to_percent(secret, false)},
              {"percent, every byte", to_percent(secret, true)},
              {"JSON", to_json(secret, false)},
              {"JSON with slashes", to_json(secret, true)},
              {"JSON units", to_json_units(secret)}};
    for (size_t shift = 0; shift < 3; shift++) {
        forms_.push_back({"base64 at " + std::to_string(shift), base64_core(secret, shift, false)});
        forms_.push_back(
            {"base64url at " + std::to_string(shift), base64_core(secret, shift, true)});
    }
}

std::vector<std::string> LeakDetector::find(const std::string &text) const
{
    std::vector<std::string> found;
    for (const Form &form : forms_) {
        if (text.find(form.text) != std::string::npos) {
            found.push_back(form.name);
        }
    }
    return found;
}

} // namespace reeve::test
