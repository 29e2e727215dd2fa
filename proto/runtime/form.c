/* SPDX-License-Identifier: Apache-2.0 */
/* The list of forms, and those that need no file of their own. */
#include "proto/runtime/form.h"

#include "proto/runtime/host.h"
#include "proto/runtime/ip.h"
#include "proto/runtime/rule.h"
#include "proto/runtime/scan.h"
#include "proto/runtime/uri.h"

/* ---- addresses ---- */

static bool is_ip(struct reeve_bytes text)
{
    return reeve_is_ipv4(text) || reeve_is_ipv6(text);
}

static bool is_address(struct reeve_bytes text)
{
    return reeve_is_hostname(text) || is_ip(text);
}

static bool is_ipv4_with_prefix(struct reeve_bytes text)
{
    return reeve_is_ipv4_prefix(text, false);
}

static bool is_ipv6_with_prefix(struct reeve_bytes text)
{
    return reeve_is_ipv6_prefix(text, false);
}

static bool is_ip_with_prefix(struct reeve_bytes text)
{
    return is_ipv4_with_prefix(text) || is_ipv6_with_prefix(text);
}

static bool is_ipv4_network(struct reeve_bytes text)
{
    return reeve_is_ipv4_prefix(text, true);
}

static bool is_ipv6_network(struct reeve_bytes text)
{
    return reeve_is_ipv6_prefix(text, true);
}

static bool is_ip_network(struct reeve_bytes text)
{
    return is_ipv4_network(text) || is_ipv6_network(text);
}

static bool is_ipv4_bytes(struct reeve_bytes value)
{
    return value.len == 4;
}

static bool is_16_bytes(struct reeve_bytes value)
{
    return value.len == 16;
}

static bool is_ip_bytes(struct reeve_bytes value)
{
    return is_ipv4_bytes(value) || is_16_bytes(value);
}

/* ---- identifiers ---- */

#define UUID_LENGTH 36
#define TUUID_LENGTH 32
#define ULID_LENGTH 26

static bool is_uuid(struct reeve_bytes text)
{
    if (text.len != UUID_LENGTH) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? text.data[i] != '-' : !reeve_is_hex(text.data[i])) {
            return false;
        }
    }
    return true;
}

static bool is_tuuid(struct reeve_bytes text)
{
    return text.len == TUUID_LENGTH && reeve_scan_all(text, reeve_is_hex);
}

/* Crockford's base 32: no I, L, O, U. */
static bool is_base32(int c)
{
    const int lower = reeve_lower(c);
    return reeve_is_alphanumeric(c) && lower != 'i' && lower != 'l' && lower != 'o' && lower != 'u';
}

static bool is_ulid(struct reeve_bytes text)
{
    return text.len == ULID_LENGTH && text.data[0] >= '0' && text.data[0] <= '7' &&
           reeve_scan_all(text, is_base32);
}

static bool is_name_start(int c)
{
    return reeve_is_letter(c) || c == '_';
}

/* "package.Message" */
static bool is_protobuf_name(struct reeve_bytes text)
{
    bool at_start = true;
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t c = text.data[i];
        if (c == '.' && !at_start) {
            at_start = true;
            continue;
        }
        if (!is_name_start(c) && (at_start || !reeve_is_digit(c))) {
            return false;
        }
        at_start = false;
    }
    return !at_start;
}

static bool is_dotted_protobuf_name(struct reeve_bytes text)
{
    return text.len > 0 && text.data[0] == '.' &&
           is_protobuf_name(reeve_bytes_slice(text, 1, text.len - 1));
}

/* ---- header fields ---- */

static bool is_loose(int c)
{
    return c != '\0' && c != '\n' && c != '\r';
}

/* As protovalidate has it: RFC 9110's tokens, and a comma. */
static bool is_token(int c)
{
    static const struct reeve_bytes others = {(const uint8_t *)"!#$%&'*+,-.^_|~`", 16};
    return reeve_is_alphanumeric(c) || reeve_scan_first(others, (char)c) < others.len;
}

static bool is_value_character(int c)
{
    return c == '\t' || (c >= ' ' && c != 0x7f);
}

bool reeve_is_header_name(struct reeve_bytes text, bool strict)
{
    if (!strict) {
        return text.len > 0 && reeve_scan_all(text, is_loose);
    }
    /* HTTP/2's own begin with a colon. */
    if (text.len > 0 && text.data[0] == ':') {
        text = reeve_bytes_slice(text, 1, text.len - 1);
    }
    return text.len > 0 && reeve_scan_all(text, is_token);
}

bool reeve_is_header_value(struct reeve_bytes text, bool strict)
{
    return reeve_scan_all(text, strict ? is_value_character : is_loose);
}

/* ---- the list ---- */

static const struct reeve_form forms[] = {
    {REEVE_RULE_STRING_EMAIL, reeve_is_email, "an email address"},
    {REEVE_RULE_STRING_HOSTNAME, reeve_is_hostname, "a host name"},
    {REEVE_RULE_STRING_IP, is_ip, "an IP address"},
    {REEVE_RULE_STRING_IPV4, reeve_is_ipv4, "an IPv4 address"},
    {REEVE_RULE_STRING_IPV6, reeve_is_ipv6, "an IPv6 address"},
    {REEVE_RULE_STRING_URI, reeve_is_uri, "a URI"},
    {REEVE_RULE_STRING_URI_REF, reeve_is_uri_reference, "a URI reference"},
    {REEVE_RULE_STRING_ADDRESS, is_address, "a host name or IP address"},
    {REEVE_RULE_STRING_UUID, is_uuid, "a UUID"},
    {REEVE_RULE_STRING_TUUID, is_tuuid, "a UUID without hyphens"},
    {REEVE_RULE_STRING_ULID, is_ulid, "a ULID"},
    {REEVE_RULE_STRING_IP_WITH_PREFIXLEN, is_ip_with_prefix, "an IP address with prefix length"},
    {REEVE_RULE_STRING_IPV4_WITH_PREFIXLEN, is_ipv4_with_prefix,
     "an IPv4 address with prefix length"},
    {REEVE_RULE_STRING_IPV6_WITH_PREFIXLEN, is_ipv6_with_prefix,
     "an IPv6 address with prefix length"},
    {REEVE_RULE_STRING_IP_PREFIX, is_ip_network, "an IP prefix"},
    {REEVE_RULE_STRING_IPV4_PREFIX, is_ipv4_network, "an IPv4 prefix"},
    {REEVE_RULE_STRING_IPV6_PREFIX, is_ipv6_network, "an IPv6 prefix"},
    {REEVE_RULE_STRING_HOST_AND_PORT, reeve_is_host_and_port, "a host and port"},
    {REEVE_RULE_STRING_PROTOBUF_FQN, is_protobuf_name, "a full protobuf name"},
    {REEVE_RULE_STRING_PROTOBUF_DOT_FQN, is_dotted_protobuf_name,
     "a full protobuf name with a leading dot"},
    {REEVE_RULE_BYTES_IP, is_ip_bytes, "an IP address of 4 or 16 bytes"},
    {REEVE_RULE_BYTES_IPV4, is_ipv4_bytes, "an IPv4 address of 4 bytes"},
    {REEVE_RULE_BYTES_IPV6, is_16_bytes, "an IPv6 address of 16 bytes"},
    {REEVE_RULE_BYTES_UUID, is_16_bytes, "a UUID of 16 bytes"},
};

const struct reeve_form *reeve_form_of(uint16_t code)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (forms[i].code == code) {
            return &forms[i];
        }
    }
    return NULL;
}
