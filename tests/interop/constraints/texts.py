# SPDX-License-Identifier: Apache-2.0
"""Texts: good and nearly good ones of every form that has a rule, and what is made of them by small changes."""

FORMS = {
    "email: true": ["a@b", "first.last+tag@example.com", "a!#$%&'*+/=?^_`{|}~-@x-y.z", ".@a", "a@" + "b" * 63 + ".c", "a@1.2"],
    "hostname: true": ["example.com", "a", "a.", "1.a", "a.1", "xn--bcher-kva.example", "a" * 63 + ".b", ".".join(["a" * 63] * 3 + ["b" * 61]),
                       ".".join(["a" * 63] * 3 + ["b" * 61]) + "."],
    "ip: true": ["127.0.0.1", "::1", "2001:db8::1%eth0", "255.255.255.255"],
    "ipv4: true": ["127.0.0.1", "0.0.0.0", "255.255.255.255", "10.0.0.10", "1.2.3"],
    "ipv6: true": ["::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4",
                   "fe80::1%a", "1:2:3:4:5::1.2.3.4", "ABCD:ef01::", "1:2:3:4::5:6:7"],
    "uri: true": ["https://example.com", "a:", "urn:a:b", "http://u:p@h:80/p/q?x=y&z#f", "http://[::1]:8", "http://[v1.a:b]",
                  "http://[fe80::1%25eth0]/", "mailto:a@b", "file:///etc", "a://h?q/?#f/?", "http://%c3%a9.example/%ff",
                  "x:/a//b", "x:a//b", "http://", "z+-.1:b", "http://[::1%25%c3%a9]", "http://h:/"],
    "uri_ref: true": ["", "/a/b", "a", "a/b:c", "./a:b", "//h/p", "?q", "#f", "..", "https://example.com/", "a%20b", "//u@h:1", "///"],
    "address: true": ["example.com", "127.0.0.1", "::1", "1.2.3.256", "a.b."],
    "uuid: true": ["123e4567-e89b-12d3-a456-426614174000", "00000000-0000-0000-0000-000000000000", "ABCDEF01-2345-6789-abcd-ef0123456789"],
    "tuuid: true": ["123e4567e89b12d3a456426614174000", "ABCDEF0123456789abcdef0123456789"],
    "ulid: true": ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01arz3ndektsv4rrffq69g5fav"],
    "ip_with_prefixlen: true": ["10.0.0.1/8", "2001:db8::1/64", "::/0", "0.0.0.0/32"],
    "ipv4_with_prefixlen: true": ["10.0.0.1/8", "10.0.0.1/32", "1.2.3.4/0", "1.2.3.4/33"],
    "ipv6_with_prefixlen: true": ["2001:db8::1/64", "::1/128", "::1/129", "::1.2.3.4/96", "::1%a/64"],
    "ip_prefix: true": ["10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0", "::/0", "10.0.0.1/8"],
    "ipv4_prefix: true": ["10.0.0.0/8", "10.128.0.0/9", "10.0.0.1/32", "10.64.0.0/9", "128.0.0.0/1"],
    "ipv6_prefix: true": ["2001:db8::/32", "2001:db8:8000::/33", "::1/128", "2001:db8:4000::/33", "ffff::/16", "fff0::/12"],
    "host_and_port: true": ["example.com:80", "127.0.0.1:0", "[::1]:65535", "[fe80::1%a]:1", "a.:1", "a:65536", "[::1]", "a:01"],
    "protobuf_fqn: true": ["a.b.Message", "A", "_a1.b2", "a..b", "1a"],
    "protobuf_dot_fqn: true": [".a.b.Message", ".A", "._a1.b2", "..a", ".a."],
    "well_known_regex: KNOWN_REGEX_HTTP_HEADER_NAME": ["content-type", ":path", "X-A!#$%&'*+.^_|~`,", "a b", "a:b"],
    "well_known_regex: KNOWN_REGEX_HTTP_HEADER_NAME strict: false": ["content-type", "a b:\u00e9", "a\nb", "a\x01b"],
    "well_known_regex: KNOWN_REGEX_HTTP_HEADER_VALUE": ["", "text/html; q=\"1\"", "a\tb", "a\x7fb", "\u00e9", "a\x08"],
    "well_known_regex: KNOWN_REGEX_HTTP_HEADER_VALUE strict: false": ["", "text/html", "a\rb", "a\nb", "a\x01b"],
    "well_known_regex: KNOWN_REGEX_UNSPECIFIED strict: true": ["", "a", "a\nb"],
}
PATTERNS = ["^[a-z]+$", "b", "^(foo|bar)$", "a.c", "[0-9]{2,4}", "^$", "x*", "(?i)ABC", "\u00e9", "^.{2}$", "[^a]", "(a|b)+c?$",
            "(?s)a.c", "(?m)^b$", "\\p{Greek}", "\\x61", "^\\d", "\\w\\b", "\\s"]
SAMPLES = ["", "a", "ab", "abc", "foo", "bar", "hello world", "\u00e9t\u00e9", "\U0001f600", "a\nc", "123", "x" * 20, "\u03b1\u03b2", "a\nb\nc"]
ALPHABET = "abzAZfgGiLoU0123456789:./%-_@[]?#,;=&+~ !'()*$\"\\<>^`{|}\u00e9\u00df\u4e2d\n\t\x01\x7f"


def mutated(random, text):
    """The text, or the text after a few changes of one character each."""
    for _ in range(random.choice([0, 0, 1, 1, 1, 2, 4])):
        at = random.randint(0, len(text))
        how = random.randint(0, 3)
        if how == 0:
            text = text[:at] + random.choice(ALPHABET) + text[at:]
        elif how == 1:
            text = text[:at] + text[at + 1:]
        elif how == 2:
            text = text[:at] + random.choice(ALPHABET) + text[at + 1:]
        else:
            end = min(len(text), at + random.randint(1, 3))
            text = text[:end] + text[at:end] + text[end:]
    return text
