// SPDX-License-Identifier: Apache-2.0
// P2: the redactor finds a known secret in every form in which it may come back, and nothing else.
#include "creds/secrets/redactor.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/bytes.h"

namespace
{

struct RedactorDeleter {
    void operator()(reeve_redactor *r) const
    {
        reeve_redactor_free(r);
    }
};
using Redactor = std::unique_ptr<reeve_redactor, RedactorDeleter>;

using reeve::test::View;

Redactor Knowing(const std::string &secret)
{
    Redactor r(reeve_redactor_new());
    EXPECT_EQ(REEVE_OK, reeve_redactor_add(r.get(), View(secret)));
    return r;
}

// A straightforward base64 of its own, not the code under test.
std::string Base64(const std::string &in, const char *last_two = "+/")
{
    const std::string digits =
        std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") + last_two;
    std::string out;
    unsigned bits = 0, value = 0;
    for (unsigned char c : in) {
        value = value << 8 | c;
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            out += digits[value >> bits & 63];
        }
    }
    if (bits > 0) {
        out += digits[value << (6 - bits) & 63];
    }
    while (out.size() % 4 != 0) {
        out += '=';
    }
    return out;
}

std::string Hex(const std::string &in, const char *format)
{
    std::string out;
    for (unsigned char c : in) {
        char two[8];
        snprintf(two, sizeof(two), format, c);
        out += two;
    }
    return out;
}

const char SECRET[] = "s3cr3t/t\"ken+with~all\\of it";

TEST(Redactor, P2FindsEveryForm)
{
    Redactor r = Knowing(SECRET);
    const std::vector<std::string> forms = {
        SECRET,
        Base64(SECRET),
        Base64(std::string("u:") + SECRET),
        Base64(std::string("user:") + SECRET + "trailer"),
        Base64(std::string("user9:") + SECRET),
        Base64(std::string("x") + SECRET, "-_"),
        Hex(SECRET, "%02x"),
        Hex(SECRET, "%02X"),
        Hex(SECRET, "%%%02x"),
        Hex(SECRET, "%%%02X"),
        "s3cr3t%2Ft%22ken%2Bwith~all%5Cof%20it",
        "s3cr3t%2ft%22ken%2bwith~all%5cof%20it",
        "s3cr3t%2Ft%22ken%2Bwith~all%5Cof+it",
        "s3cr3t/t\\\"ken+with~all\\\\of it",
        "s3cr3t\\/t\\\"ken+with~all\\\\of it",
    };
    for (const std::string &form : forms) {
        EXPECT_TRUE(reeve_redactor_finds(r.get(), View("{\"a\":\"" + form + "\"}"))) << form;
    }
}

// P2: encoders differ in what they escape and how. Whatever a common one makes is found.
TEST(Redactor, P2FindsWhatRealEncodersMake)
{
    const std::string secret = "p@ss!wo/rd(1)*~ <\xC3\xA9>+'\x07\"\x7F";
    Redactor r = Knowing(secret);
    const std::vector<std::string> forms = {
        // JavaScript: encodeURIComponent, encodeURI
        "p%40ss!wo%2Frd(1)*~%20%3C%C3%A9%3E%2B'%07%22%7F",
        "p@ss!wo/rd(1)*~%20%3C%C3%A9%3E+'%07%22%7F",
        // Python: urllib.parse.quote; Java: URLEncoder
        "p%40ss%21wo/rd%281%29%2A~%20%3C%C3%A9%3E%2B%27%07%22%7F",
        "p%40ss%21wo%2Frd%281%29*%7E+%3C%C3%A9%3E%2B%27%07%22%7F",
        // both cases of hex digits in one text
        "p%40ss%21wo%2frd%281%29*%7e+%3C%c3%A9%3E%2B%27%07%22%7F",
        // .NET: System.Text.Json; Python: json.dumps; PHP: json_encode; Go: encoding/json
        "p@ss!wo/rd(1)*~ \\u003C\\u00E9\\u003E\\u002B\\u0027\\u0007\\u0022\\u007F",
        "p@ss!wo/rd(1)*~ <\\u00e9>+'\\u0007\\\"\x7F",
        "p@ss!wo\\/rd(1)*~ <\\u00e9>+'\\u0007\\\"\x7F",
        "p@ss!wo/rd(1)*~ \\u003c\xC3\xA9\\u003e+'\\u0007\\\"\x7F",
    };
    for (const std::string &form : forms) {
        EXPECT_TRUE(reeve_redactor_finds(r.get(), View("{\"a\":\"" + form + "\"}"))) << form;
    }
}

// P2: base64 that was escaped once more on its way into a URL or a PHP answer.
TEST(Redactor, P2FindsEscapedBase64)
{
    Redactor r = Knowing("\xFB\xEF\xBE\xFB\xEF\xBE\xFB\xEF\xBE\xFF\xFF\xFF"); // "++++++++++++////"
    EXPECT_TRUE(reeve_redactor_finds(r.get(),
                                     View("t=%2B%2B%2B%2B%2B%2B%2B%2B%2B%2B%2B%2B%2F%2F%2F%2F&x")));
    EXPECT_TRUE(reeve_redactor_finds(r.get(), View("++++++++++++\\/\\/\\/\\/")));
}

// P2: as our own log writes bytes that are not text.
TEST(Redactor, P2FindsTheLogsOwnEscapes)
{
    Redactor r = Knowing("pass\xFF\xFEword\xC2\x85!");
    EXPECT_TRUE(reeve_redactor_finds(r.get(), View("body=\"pass\\xff\\xfeword\\u0085!\"")));
}

// P2: a surrogate pair is one character of four bytes.
TEST(Redactor, P2FindsCharactersBeyondTheBasicPlane)
{
    Redactor r = Knowing("key-\xF0\x9F\x94\x91-word");
    EXPECT_TRUE(reeve_redactor_finds(r.get(), View("\"key-\\ud83d\\udd11-word\"")));
    EXPECT_FALSE(reeve_redactor_finds(r.get(), View("\"key-\\ud83d-\\udd11-word\"")));
}

// P2: whoever chooses where a text is cut must not see the part of a secret before the cut.
TEST(Redactor, P2ScrubsASecretThatIsCut)
{
    Redactor r = Knowing("hunter2hunter2");
    for (const char *end : {"", "\"", "\xE2\x80\xA6", "\xE2\x80\xA6\",\"cut\":true}"}) {
        for (size_t kept = 8; kept < 14; kept++) {
            std::string line = "a=" + std::string("hunter2hunter2", kept) + end;
            EXPECT_EQ(1u, reeve_redactor_scrub(r.get(), &line[0], line.size())) << line;
            EXPECT_EQ("a=" + std::string(kept, '*') + end, line);
        }
    }
    std::string ordinary = "hunter2hunt goes on";
    EXPECT_EQ(0u, reeve_redactor_scrub(r.get(), &ordinary[0], ordinary.size()));
}

TEST(Redactor, ScrubsAnEscapedSecretInItsWholeLength)
{
    Redactor r = Knowing("hunter/2/hunter");
    std::string line = "u=hunter%2F2%2fhunter, j=hunter\\/2\\/hunter;";
    EXPECT_EQ(2u, reeve_redactor_scrub(r.get(), &line[0], line.size()));
    EXPECT_EQ("u=*******************, j=*****************;", line);
}

// P7: escapes everywhere do not make the search more than linear.
TEST(Redactor, P7SearchOfEscapesIsLinear)
{
    Redactor r = Knowing("%%%%%%%%%%%%%%%\\\\\\\\\\u005c\\u005c");
    std::string text;
    while (text.size() < 256 * 1024) {
        text += "%25%\\\\u005C+";
    }
    EXPECT_FALSE(reeve_redactor_finds(r.get(), View(text)));
}

TEST(Redactor, FindsTheSecretAtEveryPosition)
{
    Redactor r = Knowing("0123456789");
    for (size_t before = 0; before < 20; before++) {
        for (size_t after = 0; after < 3; after++) {
            std::string text = std::string(before, 'x') + "0123456789" + std::string(after, 'y');
            EXPECT_TRUE(reeve_redactor_finds(r.get(), View(text)));
        }
    }
}

// The detector must be able to fail: a secret that is cut, or that is not known, is not found.
TEST(Redactor, DoesNotFindWhatIsNotThere)
{
    Redactor r = Knowing("0123456789");
    EXPECT_FALSE(reeve_redactor_finds(r.get(), View("")));
    EXPECT_FALSE(reeve_redactor_finds(r.get(), View("012345678")));
    EXPECT_FALSE(reeve_redactor_finds(r.get(), View("0123 456789")));
    EXPECT_FALSE(reeve_redactor_finds(r.get(), View("another value altogether")));
}

TEST(Redactor, ScrubsInPlaceAndKeepsTheRest)
{
    Redactor r = Knowing("hunter2hunter2");
    std::string line = "auth=hunter2hunter2 again=hunter2hunter2!";
    EXPECT_EQ(2u, reeve_redactor_scrub(r.get(), &line[0], line.size()));
    EXPECT_EQ("auth=************** again=**************!", line);
}

TEST(Redactor, ScrubsOverlappingSecretsWhole)
{
    Redactor r = Knowing("abcdefghij");
    ASSERT_EQ(REEVE_OK, reeve_redactor_add(r.get(), View("ghijklmnop")));
    std::string line = "-abcdefghijklmnop-";
    EXPECT_EQ(2u, reeve_redactor_scrub(r.get(), &line[0], line.size()));
    EXPECT_EQ("-****************-", line);
}

TEST(Redactor, RefusesShortValues)
{
    Redactor r(reeve_redactor_new());
    EXPECT_EQ(REEVE_SECRET_TOO_SHORT, reeve_redactor_add(r.get(), View("1234567")));
    EXPECT_FALSE(reeve_redactor_finds(r.get(), View("1234567")));
    EXPECT_EQ(REEVE_OK, reeve_redactor_add(r.get(), View("12345678")));
}

TEST(Redactor, RefusesValuesThatAreTooLong)
{
    Redactor r(reeve_redactor_new());
    EXPECT_EQ(REEVE_TOO_LARGE, reeve_redactor_add(r.get(), View(std::string(64 * 1024, 'k'))));
    EXPECT_EQ(REEVE_OK, reeve_redactor_add(r.get(), View(std::string(4096, 'k'))));
    EXPECT_TRUE(reeve_redactor_finds(r.get(), View("x" + std::string(4096, 'k'))));
}

// P7: the number of remembered values is bounded; the newest stay.
TEST(Redactor, P7ForgetsTheOldestBeyondItsBound)
{
    Redactor r(reeve_redactor_new());
    for (unsigned i = 0; i <= REEVE_REDACTOR_MAX_VALUES; i++) {
        ASSERT_EQ(REEVE_OK,
                  reeve_redactor_add(r.get(), View("secret-number-" + std::to_string(10000 + i))));
    }
    EXPECT_FALSE(reeve_redactor_finds(r.get(), View("secret-number-10000")));
    EXPECT_TRUE(reeve_redactor_finds(r.get(), View("secret-number-10001")));
    EXPECT_TRUE(reeve_redactor_finds(
        r.get(), View("secret-number-" + std::to_string(10000 + REEVE_REDACTOR_MAX_VALUES))));
}

} // namespace
