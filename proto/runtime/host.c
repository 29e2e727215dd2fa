/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts, ports, mailboxes. */
#include "proto/runtime/host.h"

#include "proto/runtime/ip.h"
#include "proto/runtime/scan.h"

#define LABEL_MAX 63
#define HOSTNAME_MAX 253
#define PORT_MAX 65535

static bool is_label_character(int c)
{
    return reeve_is_alphanumeric(c) || c == '-';
}

static bool is_label(struct reeve_bytes text)
{
    return text.len > 0 && text.len <= LABEL_MAX && reeve_is_alphanumeric(text.data[0]) &&
           reeve_is_alphanumeric(text.data[text.len - 1]) &&
           reeve_scan_all(text, is_label_character);
}

/* Labels with a dot between; *last is the last of them. */
static bool are_labels(struct reeve_bytes text, struct reeve_bytes *last)
{
    for (;;) {
        const size_t dot = reeve_scan_first(text, '.');
        *last = reeve_bytes_slice(text, 0, dot);
        if (!is_label(*last)) {
            return false;
        }
        if (dot == text.len) {
            return true;
        }
        text = reeve_bytes_slice(text, dot + 1, text.len - dot - 1);
    }
}

bool reeve_is_hostname(struct reeve_bytes text)
{
    struct reeve_bytes last;
    if (text.len > 0 && text.data[text.len - 1] == '.') {
        text.len--;
    }
    return text.len <= HOSTNAME_MAX && are_labels(text, &last) &&
           !reeve_scan_all(last, reeve_is_digit);
}

static bool is_port(struct reeve_bytes text)
{
    struct reeve_scan s = reeve_scan_of(text);
    uint32_t port = 0;
    return reeve_scan_number(&s, PORT_MAX, &port) && reeve_scan_ended(&s);
}

bool reeve_is_host_and_port(struct reeve_bytes text)
{
    size_t colon = text.len;
    while (colon > 0 && text.data[colon - 1] != ':') {
        colon--;
    }
    if (colon == 0 || !is_port(reeve_bytes_slice(text, colon, text.len - colon))) {
        return false;
    }
    const struct reeve_bytes host = reeve_bytes_slice(text, 0, colon - 1);
    if (host.len > 0 && host.data[0] == '[') {
        return host.data[host.len - 1] == ']' &&
               reeve_is_ipv6(reeve_bytes_slice(host, 1, host.len - 2));
    }
    return reeve_is_hostname(host) || reeve_is_ipv4(host);
}

static bool is_mailbox_character(int c)
{
    static const struct reeve_bytes others = {(const uint8_t *)".!#$%&'*+/=?^_`{|}~-", 20};
    return reeve_is_alphanumeric(c) || reeve_scan_first(others, (char)c) < others.len;
}

bool reeve_is_email(struct reeve_bytes text)
{
    const size_t at = reeve_scan_first(text, '@');
    struct reeve_bytes last;
    return at > 0 && at < text.len &&
           reeve_scan_all(reeve_bytes_slice(text, 0, at), is_mailbox_character) &&
           are_labels(reeve_bytes_slice(text, at + 1, text.len - at - 1), &last);
}
