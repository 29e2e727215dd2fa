// SPDX-License-Identifier: Apache-2.0
// The forms of text and bytes: what each takes and what it does not, at the edges of its grammar.
// The cases that protovalidate's own suite is known to have are here; tests/interop/constraints
// compares many more with it.
#include "proto/runtime/form.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/runtime/rule.h"
#include "tests/unit/proto/runtime/runtime_fixture.h"

namespace
{

struct Form {
    uint16_t code;
    std::vector<std::string> good;
    std::vector<std::string> bad;
};

std::string Repeat(const std::string &text, size_t times)
{
    std::string all;
    for (size_t i = 0; i < times; i++) {
        all += text;
    }
    return all;
}

const std::string kLabel63(63, 'a');
const std::string kName253 = Repeat(kLabel63 + ".", 3) + std::string(61, 'b');

const std::vector<Form> kHosts = {
    {REEVE_RULE_STRING_EMAIL,
     {"a@b", "a.b@c.d", ".@a", "..@a", "a@1.2", "!#$%&'*+/=?^_`{|}~-@a", "a@b-c", "a@" + kLabel63,
      std::string(1000, 'a') + "@b"},
     {"",        "a",      "@",        "a@",       "@a",          "a@b@c",  "a b@c",
      "a@b c",   "a@b.",   "a@.b",     "a@-b",     "a@b-",        "a@b..c", "a@" + kLabel63 + "a",
      "\"a\"@b", "(x)a@b", "\u00e4@b", "a@\u00e4", "a@[1.2.3.4]", "a@b\n",  "<a@b>",
      "a,b@c"}},
    {REEVE_RULE_STRING_HOSTNAME,
     {"a", "a.", "A-z.0.b", "1a", "1.a", "0x1", "xn--a", kLabel63 + ".a", kName253, kName253 + "."},
     {"",       ".",   "..",  "a..",     "a..b",  ".a",   "-a",           "a-",
      "a.-b",   "a_b", "1",   "1.2.3.4", "a.1",   "a.1.", kLabel63 + "a", kName253 + "b",
      "\u00e4", "a b", "a\n", "a:1",     "[::1]", "a/b"}},
    {REEVE_RULE_STRING_HOST_AND_PORT,
     {"a:0", "a:65535", "a.b.:1", "1.2.3.4:80", "[::1]:80", "[fe80::1%a]:1", "[::1%]]:1"},
     {"",
      "a",
      "a:",
      ":1",
      "a:65536",
      "a:01",
      "a:00",
      "a:-1",
      "a:+1",
      "a: 1",
      "a:1 ",
      "a:1:2",
      "1.2.3.4",
      "1.2.3.256:1",
      "[::1]",
      "[::1]:",
      "[::1]1",
      "[::1]a:1",
      "::1:1",
      "[a]:1",
      "[1.2.3.4]:1",
      "[:1",
      "[]:1",
      "]:1",
      "a:99999999999999999999",
      "a:1\n",
      "[::1%]:1"}},
    {REEVE_RULE_STRING_ADDRESS,
     {"a", "a.b.", "1.2.3.4", "::1", "fe80::1%eth0"},
     {"", "1.2.3", "1.2.3.256", "[::1]", "a:1", "-"}},
};

const std::vector<Form> kAddresses = {
    {REEVE_RULE_STRING_IPV4,
     {"0.0.0.0", "255.255.255.255", "1.2.3.4", "10.0.0.10"},
     {"",
      "1",
      "1.2.3",
      "1.2.3.",
      ".1.2.3.4",
      "1.2.3.4.",
      "1.2.3.4.5",
      "256.1.1.1",
      "1.2.3.256",
      "01.2.3.4",
      "1.2.3.00",
      "1.2.3.4 ",
      " 1.2.3.4",
      "1..3.4",
      "0x1.2.3.4",
      "1.2.3.4/8",
      "a.b.c.d",
      "4294967295",
      "1.2.3.99999999999",
      "::1",
      "1.2.3.-4"}},
    {REEVE_RULE_STRING_IPV6,
     {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3::5:6:7:8",
      "::1.2.3.4", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5::1.2.3.4",
      "ABCD:ef01::", "0000::", "fe80::1%eth0", "::%% ", "::1.2.3.4%a", "1:2:3:4:5:6:7:8%a"},
     {"",
      ":",
      ":::",
      "1",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "1:2:3:4:5:6:7:8::",
      "::1:2:3:4:5:6:7:8",
      "1:2:3:4::5:6:7:8",
      ":1:2:3:4:5:6:7:8",
      "1:2:3:4:5:6:7:8:",
      "1:2:3:4:5:6:7:",
      "1::2::3",
      "::1:",
      ":1::",
      "12345::",
      "g::",
      "::1.2.3",
      "::1.2.3.256",
      "::01.2.3.4",
      "1:2:3:4:5:6:7:1.2.3.4",
      "1:2:3:4:5:6::1.2.3.4",
      "::1.2.3.4:5",
      "1.2.3.4::",
      "::1%",
      "[::1]",
      "::1/64",
      " ::1",
      "::1 ",
      "1.2.3.4"}},
    {REEVE_RULE_STRING_IP, {"1.2.3.4", "::1", "::1%a"}, {"", "a", "1.2.3", "1.2.3.4%a"}},
    {REEVE_RULE_STRING_IPV4_WITH_PREFIXLEN,
     {"1.2.3.4/0", "1.2.3.4/32", "255.255.255.255/8"},
     {"", "1.2.3.4", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/08", "1.2.3.4/-1", "1.2.3.4/8 ", "1.2.3/8",
      "/8", "1.2.3.4//8", "::/0", "1.2.3.4/4294967304"}},
    {REEVE_RULE_STRING_IPV6_WITH_PREFIXLEN,
     {"::/0", "::1/128", "1:2:3:4:5:6:7:8/64", "::1.2.3.4/96"},
     {"", "::", "::/", "::/129", "::/01", "::1%a/64", "1.2.3.4/8", "::/1000"}},
    {REEVE_RULE_STRING_IP_WITH_PREFIXLEN, {"1.2.3.4/8", "::1/8"}, {"", "1.2.3.4", "::1", "a/8"}},
    {REEVE_RULE_STRING_IPV4_PREFIX,
     {"0.0.0.0/0", "10.0.0.0/8", "10.128.0.0/9", "1.2.3.4/32", "128.0.0.0/1", "1.2.3.4/31"},
     {"10.0.0.1/8", "10.64.0.0/9", "1.2.3.5/31", "0.0.0.1/0", "", "10.0.0.0"}},
    {REEVE_RULE_STRING_IPV6_PREFIX,
     {"::/0", "2001:db8::/32", "::1/128", "2001:db8:8000::/33", "ffff::/16", "::1.2.3.4/126"},
     {"2001:db8::1/64", "2001:db8:4000::/33", "fff1::/15", "::1/127", "::1.2.3.5/127", ""}},
    {REEVE_RULE_STRING_IP_PREFIX, {"10.0.0.0/8", "::/0"}, {"10.0.0.1/8", "::1/0", "", "a/8"}},
};

const std::vector<Form> kUris = {
    {REEVE_RULE_STRING_URI,
     {"a:",
      "a:b",
      "a:/",
      "a:/b",
      "a:?",
      "a:#",
      "a:b//c",
      "a:////b",
      "A+-.0:",
      "urn:a:b",
      "http://",
      "http:///",
      "file:///etc",
      "http://a?",
      "http://a#",
      "http://a:",
      "http://:80",
      "http://a:99999999999",
      "http://@",
      "http://u@h",
      "http://u:p:q@h:1/p?q/?:@#f/?:@",
      "http://1.2.3.4",
      "http://1.2.3.400",
      "http://[::1]",
      "http://[::1]:80/",
      "http://[::ffff:1.2.3.4]",
      "http://[::1%25a]",
      "http://[::1%25%41-._~]",
      "http://[::1%25%c3%a9]",
      "http://[v1.a]",
      "http://[VF0.a:!]",
      "http://%41",
      "http://%c3%a9%E4%b8%ad",
      "http://%00",
      "a:%ff",
      "a:%c3",
      "a:?%ff#%ff",
      "a:!$&'()*+,;=:@-._~",
      "http://!$&'()*+,;=-._~/"},
     {"",
      "a",
      ":",
      ":a",
      "1a:b",
      "+a:b",
      "a_b:c",
      "a b:c",
      "/a",
      "//a",
      "?a",
      "#a",
      "a: ",
      "a:b c",
      "a:\"",
      "a:<",
      "a:\\",
      "a:^",
      "a:`",
      "a:{",
      "a:|",
      "a:[",
      "a:]",
      "a:?[",
      "a:#[",
      "a:#b#c",
      "a:%",
      "a:%4",
      "a:%4g",
      "a:%g4",
      "a:?%",
      "a:#%4",
      "a:\u00e4",
      "a:\n",
      "a:b\x7f",
      "http://a:b",
      "http://a:1b",
      "http://a:1:2",
      "http://u@h@i",
      "http://a b",
      "http://%",
      "http://%ff",
      "http://%c3",
      "http://%c3a",
      "http://%80",
      "http://%c0%80",
      "http://%ed%a0%80",
      "http://%f5%80%80%80",
      "http://%e4%b8",
      "http://\u00e4",
      "http://[",
      "http://]",
      "http://[]",
      "http://[a]",
      "http://[1]",
      "http://[1.2.3.4]",
      "http://[::1",
      "http://[::1]a",
      "http://[::1]:a",
      "http://[::1%a]",
      "http://[::1%25]",
      "http://[::1%25%]",
      "http://[::1%25%c3]",
      "http://[::1%2541:]",
      "http://[v.a]",
      "http://[v1.]",
      "http://[v1a]",
      "http://[vg.a]",
      "http://[v1.%41]",
      "http://u[@h"}},
    {REEVE_RULE_STRING_URI_REF,
     {"",      "a",    "/",   "/a",  "/a//b",    "//",      "///", "//a", "//a:1/b", "//u@h",
      "?",     "?a",   "#",   "#a",  "?#",       "a?b#c",   ".",   "..",  "../a",    "./1:b",
      "a/b:c", "/a:b", "a:b", "%41", "http://a", "//[::1]", "a@b", "*"},
     {":", ":a", "1:b", "1a:b", "a b", "%", "%4", "[", "//a:x", "//[", "//[a]", "?[", "#a#b", "\\a",
      "\u00e4", "a\n", "//%ff", "a%"}},
};

const std::vector<Form> kIdentifiers = {
    {REEVE_RULE_STRING_UUID,
     {"00000000-0000-0000-0000-000000000000", "abcdefAB-CDEF-0123-4567-89abcdef0123"},
     {"", "0000000000000000000000000000000000000", "00000000-0000-0000-0000-00000000000",
      "00000000-0000-0000-0000-0000000000000", "g0000000-0000-0000-0000-000000000000",
      "00000000_0000-0000-0000-000000000000", "0000000-00000-0000-0000-000000000000",
      "{0000000-0000-0000-0000-00000000000}", "00000000000000000000000000000000"}},
    {REEVE_RULE_STRING_TUUID,
     {"00000000000000000000000000000000", "abcdefABCDEF0123456789abcdef0123"},
     {"", "0000000000000000000000000000000", "000000000000000000000000000000000",
      "g0000000000000000000000000000000", "00000000-0000-0000-0000-000000000000"}},
    {REEVE_RULE_STRING_ULID,
     {"01ARZ3NDEKTSV4RRFFQ69G5FAV", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01arz3ndektsv4rrffq69g5fav"},
     {"", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "0IARZ3NDEKTSV4RRFFQ69G5FAV", "0LARZ3NDEKTSV4RRFFQ69G5FAV",
      "0OARZ3NDEKTSV4RRFFQ69G5FAV", "0UARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FA",
      "01ARZ3NDEKTSV4RRFFQ69G5FAVA", "01ARZ3NDEKTSV4RRFFQ69G5FA-"}},
    {REEVE_RULE_STRING_PROTOBUF_FQN,
     {"a", "_", "A.b", "a1._2.c_3"},
     {"", ".", ".a", "a.", "a..b", "1", "a.1", "a-b", "a b", "\u00e4"}},
    {REEVE_RULE_STRING_PROTOBUF_DOT_FQN,
     {".a", "._", ".A.b", ".a1._2"},
     {"", ".", "a", "..a", ".a.", ".a..b", ".1"}},
    {REEVE_RULE_BYTES_IP, {"1234", "0123456789abcdef"}, {"", "123", "12345", "0123456789abcde"}},
    {REEVE_RULE_BYTES_IPV4, {"1234"}, {"", "123", "12345", "0123456789abcdef"}},
    {REEVE_RULE_BYTES_IPV6, {"0123456789abcdef"}, {"", "1234", "0123456789abcdefg"}},
    {REEVE_RULE_BYTES_UUID, {"0123456789abcdef"}, {"", "0123456789abcde"}},
};

void Check(const std::vector<Form> &forms)
{
    for (const Form &form : forms) {
        const reeve_form *f = reeve_form_of(form.code);
        ASSERT_NE(f, nullptr);
        for (const std::string &text : form.good) {
            EXPECT_TRUE(f->holds(View(text))) << "\"" << text << "\" is " << f->name;
        }
        for (const std::string &text : form.bad) {
            EXPECT_FALSE(f->holds(View(text))) << "\"" << text << "\" is not " << f->name;
        }
    }
}

TEST(Form, HostsAndMailboxes)
{
    Check(kHosts);
}

TEST(Form, AddressesAndPrefixes)
{
    Check(kAddresses);
}

TEST(Form, Uris)
{
    Check(kUris);
}

TEST(Form, Identifiers)
{
    Check(kIdentifiers);
}

TEST(Form, HeaderFields)
{
    const struct {
        const char *text;
        bool name, loose_name, value, loose_value;
    } cases[] = {
        {"", false, false, true, true},
        {"content-type", true, true, true, true},
        {":path", true, true, true, true},
        {":", false, true, true, true},
        {"a:b", false, true, true, true},
        {"::a", false, true, true, true},
        {"!#$%&'*+,-.^_|~`09azAZ", true, true, true, true},
        {"a b", false, true, true, true},
        {"a\tb", false, true, true, true},
        {"a/b", false, true, true, true},
        {"\"", false, true, true, true},
        {"\u00e4", false, true, true, true},
        {"a\x01", false, true, false, true},
        {"a\x1f", false, true, false, true},
        {"a\x7f", false, true, false, true},
        {"a\nb", false, false, false, false},
        {"a\r", false, false, false, false},
        {"a\n", false, false, false, false},
    };
    for (const auto &c : cases) {
        const reeve_bytes text = reeve_bytes_cstr(c.text);
        EXPECT_EQ(reeve_is_header_name(text, true), c.name) << c.text;
        EXPECT_EQ(reeve_is_header_name(text, false), c.loose_name) << c.text;
        EXPECT_EQ(reeve_is_header_value(text, true), c.value) << c.text;
        EXPECT_EQ(reeve_is_header_value(text, false), c.loose_value) << c.text;
    }
    EXPECT_FALSE(reeve_is_header_value(reeve_bytes_of("a\0b", 3), false));
}

// Every good text, cut after every byte and with every byte replaced: no crash, and a NUL is in
// none of them.
TEST(Form, CutAndSpoiledTextsDoNoHarm)
{
    for (const auto *forms : {&kHosts, &kAddresses, &kUris, &kIdentifiers}) {
        for (const Form &form : *forms) {
            const reeve_form *f = reeve_form_of(form.code);
            for (const std::string &text : form.good) {
                if (text.size() > 100) {
                    continue;
                }
                for (size_t i = 0; i < text.size(); i++) {
                    // On the heap, to the byte: reads beyond the end are found.
                    const std::vector<uint8_t> cut(text.begin(), text.begin() + (long)i);
                    (void)f->holds(reeve_bytes_of(cut.data(), cut.size()));
                    std::string spoiled = text;
                    spoiled[i] = '\0';
                    const bool octets =
                        form.code >= REEVE_RULE_BYTES_IP && form.code <= REEVE_RULE_BYTES_UUID;
                    const bool zone = text.find('%') < i;
                    EXPECT_TRUE(octets || zone || !f->holds(View(spoiled))) << text;
                }
            }
        }
    }
}

TEST(Form, EveryRuleThatIsOneHasOne)
{
    for (uint16_t code = 0; code < REEVE_RULE_COUNT_; code++) {
        EXPECT_EQ(reeve_form_of(code) != nullptr, reeve_rule_kind_at(code)->test == REEVE_TEST_FORM)
            << reeve_rule_kind_at(code)->id;
    }
}

} // namespace
