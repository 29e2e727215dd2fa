// SPDX-License-Identifier: Apache-2.0
// Arbitrary text against every form that has a rule, and against a pattern that is arbitrary, too.
// The input is text, and what stands behind its first line end is the pattern. What follows from
// one another has to hold, and the C library agrees on addresses (P3, P7).
#include <arpa/inet.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "proto/runtime/form.h"
#include "proto/runtime/pattern.h"
#include "proto/runtime/rule.h"

namespace
{

void Require(bool holds)
{
    if (!holds) {
        std::abort(); // a finding
    }
}

bool Holds(uint16_t code, const std::string &text)
{
    const reeve_form *form = reeve_form_of(code);
    Require(form != nullptr);
    return form->holds(reeve_bytes_of(text.data(), text.size()));
}

// The C library's word on an address; it knows no zones.
bool IsAddress(int family, const std::string &text)
{
    unsigned char address[16];
    return text.find('\0') == std::string::npos && inet_pton(family, text.c_str(), address) == 1;
}

void CheckAddresses(const std::string &text)
{
    const bool ipv4 = Holds(REEVE_RULE_STRING_IPV4, text);
    const bool ipv6 = Holds(REEVE_RULE_STRING_IPV6, text);
    const size_t zone = text.find('%');
    Require(ipv4 == IsAddress(AF_INET, text));
    Require(ipv6 == (IsAddress(AF_INET6, text.substr(0, zone)) && zone != text.size() - 1));
    Require(Holds(REEVE_RULE_STRING_IP, text) == (ipv4 || ipv6));
    Require(Holds(REEVE_RULE_STRING_ADDRESS, text) ==
            (ipv4 || ipv6 || Holds(REEVE_RULE_STRING_HOSTNAME, text)));
    if (ipv4 && text.find('/') == std::string::npos) {
        Require(Holds(REEVE_RULE_STRING_IPV4_PREFIX, text + "/32"));
        Require(Holds(REEVE_RULE_STRING_HOST_AND_PORT, text + ":0"));
        Require(Holds(REEVE_RULE_STRING_URI, "a://" + text));
    }
    if (ipv6) {
        Require(Holds(REEVE_RULE_STRING_IPV6_PREFIX, text + "/128") == (zone == std::string::npos));
        Require(Holds(REEVE_RULE_STRING_HOST_AND_PORT, "[" + text + "]:65535"));
    }
    if (ipv6 && zone == std::string::npos) {
        Require(Holds(REEVE_RULE_STRING_URI, "a://[" + text + "]"));
    }
}

void CheckPrefixes(const std::string &text)
{
    const bool ipv4 = Holds(REEVE_RULE_STRING_IPV4_WITH_PREFIXLEN, text);
    const bool ipv6 = Holds(REEVE_RULE_STRING_IPV6_WITH_PREFIXLEN, text);
    const bool network4 = Holds(REEVE_RULE_STRING_IPV4_PREFIX, text);
    const bool network6 = Holds(REEVE_RULE_STRING_IPV6_PREFIX, text);
    Require(!(ipv4 && ipv6));
    Require(ipv4 || !network4);
    Require(ipv6 || !network6);
    Require(Holds(REEVE_RULE_STRING_IP_WITH_PREFIXLEN, text) == (ipv4 || ipv6));
    Require(Holds(REEVE_RULE_STRING_IP_PREFIX, text) == (network4 || network6));
}

void CheckOthers(const std::string &text)
{
    const reeve_bytes view = reeve_bytes_of(text.data(), text.size());
    Require(!Holds(REEVE_RULE_STRING_URI, text) || Holds(REEVE_RULE_STRING_URI_REF, text));
    Require(Holds(REEVE_RULE_STRING_PROTOBUF_FQN, text) ==
            Holds(REEVE_RULE_STRING_PROTOBUF_DOT_FQN, "." + text));
    Require(Holds(REEVE_RULE_STRING_HOST_AND_PORT, text + ":1") ==
            (Holds(REEVE_RULE_STRING_HOSTNAME, text) || Holds(REEVE_RULE_STRING_IPV4, text) ||
             (text.size() > 2 && text.front() == '[' && text.back() == ']' &&
              Holds(REEVE_RULE_STRING_IPV6, text.substr(1, text.size() - 2)))));
    Require(!reeve_is_header_name(view, true) || reeve_is_header_name(view, false));
    Require(!reeve_is_header_value(view, true) || reeve_is_header_value(view, false));
    (void)Holds(REEVE_RULE_STRING_EMAIL, text);
    (void)Holds(REEVE_RULE_STRING_UUID, text);
    (void)Holds(REEVE_RULE_STRING_TUUID, text);
    (void)Holds(REEVE_RULE_STRING_ULID, text);
}

void CheckPattern(const std::string &text, const std::string &expression)
{
    reeve_pattern *pattern = nullptr;
    const reeve_bytes view = reeve_bytes_of(expression.data(), expression.size());
    const reeve_status status = reeve_pattern_new(view, &pattern);
    Require((status == REEVE_OK) == (pattern != nullptr));
    if (pattern != nullptr) {
        const bool once = reeve_pattern_matches(pattern, reeve_bytes_of(text.data(), text.size()));
        Require(once == reeve_pattern_matches(pattern, reeve_bytes_of(text.data(), text.size())));
    }
    reeve_pattern_free(pattern);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const std::string input(reinterpret_cast<const char *>(data), size);
    const size_t end = input.find('\n');
    const std::string text = input.substr(0, end);
    CheckAddresses(text);
    CheckPrefixes(text);
    CheckOthers(text);
    if (end != std::string::npos) {
        CheckPattern(text, input.substr(end + 1));
    }
    return 0;
}
