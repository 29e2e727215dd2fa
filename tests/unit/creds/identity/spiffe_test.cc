/* SPDX-License-Identifier: Apache-2.0 */
/* SPIFFE IDs: the specification's own examples, and everything near them that is none. */
#include "creds/identity/spiffe.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/bytes.h"

namespace
{

using reeve::test::Text;
using reeve::test::View;

TEST(SpiffeTest, SplitsTrustDomainAndPath)
{
    struct reeve_spiffe_id id;
    const std::string text = "spiffe://example.org/ns/Prod/sa/web_1.x-y";
    ASSERT_EQ(REEVE_OK, reeve_spiffe_parse(View(text), &id));
    EXPECT_EQ("example.org", Text(id.trust_domain));
    EXPECT_EQ("/ns/Prod/sa/web_1.x-y", Text(id.path));
    const std::string bare = "spiffe://staging.example.com";
    ASSERT_EQ(REEVE_OK, reeve_spiffe_parse(View(bare), &id));
    EXPECT_EQ("staging.example.com", Text(id.trust_domain));
    EXPECT_EQ("", Text(id.path));
}

TEST(SpiffeTest, RefusesWhatIsNone)
{
    for (const char *text : {"",
                             "spiffe",
                             "spiffe:",
                             "spiffe:/",
                             "spiffe://",
                             "SPIFFE://example.org/x",
                             "Spiffe://example.org",
                             "https://example.org/x",
                             "spiffe:///path",
                             "spiffe://Example.org",
                             "spiffe://example.org/",
                             "spiffe://example.org//x",
                             "spiffe://example.org/x/",
                             "spiffe://example.org/./x",
                             "spiffe://example.org/../x",
                             "spiffe://example.org/x/..",
                             "spiffe://example.org:443/x",
                             "spiffe://user@example.org/x",
                             "spiffe://example.org/x?q=1",
                             "spiffe://example.org/x#f",
                             "spiffe://example.org/%61",
                             "spiffe://exa%6dple.org/a",
                             "spiffe://example.org/x y",
                             "spiffe://example.org/x*",
                             "spiffe://example.org/\xc3\xa9",
                             " spiffe://example.org",
                             "spiffe://example.org/x\n",
                             "spiffe://[::1]/x"}) {
        EXPECT_EQ(REEVE_SYNTAX, reeve_spiffe_parse(View(text), nullptr)) << text;
    }
    EXPECT_EQ(REEVE_SYNTAX, reeve_spiffe_parse(View(std::string("spiffe://a/b\0c", 14)), nullptr));
}

TEST(SpiffeTest, HoldsItsLimits)
{
    const std::string domain(255, 'a');
    EXPECT_EQ(REEVE_OK, reeve_spiffe_parse(View("spiffe://" + domain), nullptr));
    EXPECT_EQ(REEVE_TOO_LARGE, reeve_spiffe_parse(View("spiffe://" + domain + "a"), nullptr));
    const std::string longest = "spiffe://a/" + std::string(2048 - 11, 'b');
    EXPECT_EQ(REEVE_OK, reeve_spiffe_parse(View(longest), nullptr));
    EXPECT_EQ(REEVE_TOO_LARGE, reeve_spiffe_parse(View(longest + "b"), nullptr));
}

TEST(SpiffeTest, EveryTruncationIsHandled)
{
    const std::string text = "spiffe://example.org/ns/prod";
    for (size_t n = 0; n < text.size(); n++) {
        const enum reeve_status s = reeve_spiffe_parse(View(text.substr(0, n)), nullptr);
        const bool valid = n > 9 && text[n - 1] != '/';
        EXPECT_EQ(valid ? REEVE_OK : REEVE_SYNTAX, s) << text.substr(0, n);
    }
}

TEST(SpiffeTest, PatternsMatchOneOrEverythingBelow)
{
    const auto matches = [](const char *id, const char *pattern) {
        return reeve_spiffe_matches(View(id), View(pattern));
    };
    EXPECT_TRUE(matches("spiffe://a.org/w/1", "spiffe://a.org/w/1"));
    EXPECT_FALSE(matches("spiffe://a.org/w/1", "spiffe://a.org/w/2"));
    EXPECT_TRUE(matches("spiffe://a.org/w/1", "spiffe://a.org/w/*"));
    EXPECT_TRUE(matches("spiffe://a.org/w/1/2", "spiffe://a.org/w/*"));
    EXPECT_TRUE(matches("spiffe://a.org/w", "spiffe://a.org/*"));
    EXPECT_FALSE(matches("spiffe://a.org/w", "spiffe://a.org/w/*")) << "not for itself";
    EXPECT_FALSE(matches("spiffe://a.org/worker", "spiffe://a.org/w/*"));
    EXPECT_FALSE(matches("spiffe://a.org.evil/w", "spiffe://a.org/*"));
    EXPECT_FALSE(matches("spiffe://a.org", "spiffe://a.org/*"));
    EXPECT_FALSE(matches("spiffe://a.org/w/*", "spiffe://a.org/w/*")) << "not an ID";
    EXPECT_FALSE(matches("spiffe://a.org/w", "*"));
    EXPECT_FALSE(matches("spiffe://a.org/w", "spiffe://*"));
    EXPECT_FALSE(matches("spiffe://a.org/w", "/*"));
    EXPECT_FALSE(matches("spiffe://a.org/w", ""));
    EXPECT_FALSE(matches("", ""));
    EXPECT_EQ(REEVE_OK, reeve_spiffe_check_pattern(View("spiffe://a.org/*")));
    EXPECT_EQ(REEVE_OK, reeve_spiffe_check_pattern(View("spiffe://a.org/w")));
    EXPECT_EQ(REEVE_SYNTAX, reeve_spiffe_check_pattern(View("spiffe://a.org/w*")));
    EXPECT_EQ(REEVE_SYNTAX, reeve_spiffe_check_pattern(View("spiffe://*")));
    EXPECT_EQ(REEVE_SYNTAX, reeve_spiffe_check_pattern(View("*")));
}

} // namespace
