// SPDX-License-Identifier: Apache-2.0
// Secrets (P2): wiped, kept out of core dumps, guarded, compared whole.
#include "agent/base/secret.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace
{

// The VmFlags line of the mapping that holds `address`.
std::string FlagsOf(const void *address)
{
    std::ifstream smaps("/proc/self/smaps");
    std::string line;
    bool inside = false;
    auto wanted = reinterpret_cast<unsigned long>(address);
    while (std::getline(smaps, line)) {
        unsigned long from = 0;
        unsigned long to = 0;
        if (std::sscanf(line.c_str(), "%lx-%lx ", &from, &to) == 2) {
            inside = from <= wanted && wanted < to;
        }
        if (inside && line.rfind("VmFlags:", 0) == 0) {
            return line;
        }
    }
    return "";
}

TEST(Secret, HoldsWhatWasSetUntilCleared)
{
    reeve_secret s;
    reeve_secret_init(&s);
    ASSERT_EQ(reeve_secret_set(&s, reeve_bytes_cstr("hunter2-hunter2")), REEVE_OK);
    EXPECT_TRUE(reeve_bytes_equal_cstr(reeve_secret_view(&s), "hunter2-hunter2"));
    EXPECT_TRUE(reeve_secret_equal(&s, reeve_bytes_cstr("hunter2-hunter2")));
    EXPECT_FALSE(reeve_secret_equal(&s, reeve_bytes_cstr("hunter2-hunter3")));
    EXPECT_FALSE(reeve_secret_equal(&s, reeve_bytes_cstr("hunter2")));
    reeve_secret_clear(&s);
    EXPECT_EQ(reeve_secret_view(&s).len, 0u);
    reeve_secret_clear(&s);
}

TEST(Secret, IsKeptOutOfCoreDumps_P2)
{
    reeve_secret s;
    reeve_secret_init(&s);
    ASSERT_EQ(reeve_secret_set(&s, reeve_bytes_cstr("hunter2-hunter2")), REEVE_OK);
    EXPECT_NE(FlagsOf(s.data).find(" dd"), std::string::npos) << FlagsOf(s.data);
    int ordinary = 0; // negative: ordinary memory is dumped
    EXPECT_EQ(FlagsOf(&ordinary).find(" dd"), std::string::npos);
    reeve_secret_clear(&s);
}

TEST(Secret, ReadingPastTheEndFaults_P2)
{
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    reeve_secret s;
    reeve_secret_init(&s);
    ASSERT_EQ(reeve_secret_set(&s, reeve_bytes_cstr("abc")), REEVE_OK);
    const volatile uint8_t *data = s.data;
    EXPECT_DEATH({ (void)data[3]; }, "");
    reeve_secret_clear(&s);
}

TEST(Secret, BoundsAndEmpty)
{
    std::string large(REEVE_SECRET_MAX, 'x');
    reeve_secret s;
    reeve_secret_init(&s);
    ASSERT_EQ(reeve_secret_set(&s, reeve_bytes_of(large.data(), large.size())), REEVE_OK);
    large += 'x';
    EXPECT_EQ(reeve_secret_set(&s, reeve_bytes_of(large.data(), large.size())), REEVE_TOO_LARGE);
    EXPECT_EQ(s.len, size_t{REEVE_SECRET_MAX});
    ASSERT_EQ(reeve_secret_set(&s, reeve_bytes_cstr("")), REEVE_OK);
    EXPECT_TRUE(reeve_secret_equal(&s, reeve_bytes_cstr("")));
    reeve_secret_clear(&s);
}

TEST(Secret, MaySetItselfAndMove)
{
    reeve_secret a;
    reeve_secret b;
    reeve_secret_init(&a);
    reeve_secret_init(&b);
    ASSERT_EQ(reeve_secret_set(&a, reeve_bytes_cstr("0123456789")), REEVE_OK);
    ASSERT_EQ(reeve_secret_set(&a, reeve_bytes_slice(reeve_secret_view(&a), 2, 3)), REEVE_OK);
    reeve_secret_move(&b, &a);
    EXPECT_EQ(a.data, nullptr);
    EXPECT_TRUE(reeve_bytes_equal_cstr(reeve_secret_view(&b), "234"));
    reeve_secret_clear(&b);
}

TEST(Secret, WipeZeroes)
{
    char text[] = "secret";
    reeve_wipe(text, sizeof(text));
    for (char c : text) {
        EXPECT_EQ(c, 0);
    }
    reeve_wipe(nullptr, 0);
}

} // namespace
