// SPDX-License-Identifier: Apache-2.0
#include "proto/runtime/yaml_locate.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

const char kText[] = "gateway:\n"                // 1
                     "  address: here:1\n"       // 2
                     "systems:\n"                // 3
                     "  crm.internal:\n"         // 4
                     "    http:\n"               // 5
                     "      baseUrl: http://x\n" // 6
                     "allow:\n"                  // 7
                     "  - task: a.B/C\n"         // 8
                     "    approvals: 2\n"        // 9
                     "  - { task: d.E/F }\n"     // 10
                     "pools: [one, two]\n";      // 11

std::string place(const std::string &text, const char *path)
{
    uint32_t line;
    uint32_t column;
    const enum reeve_status status =
        reeve_yaml_locate(reeve_bytes_of(text.data(), text.size()), path, &line, &column);
    return status == REEVE_OK ? std::to_string(line) + ":" + std::to_string(column)
                              : reeve_status_name(status);
}

TEST(YamlLocate, FindsScalarsAtTheirValueAndContainersAtTheirKey)
{
    EXPECT_EQ(place(kText, "gateway.address"), "2:12");
    EXPECT_EQ(place(kText, "gateway"), "1:1");
    EXPECT_EQ(place(kText, "allow[0].approvals"), "9:16");
    EXPECT_EQ(place(kText, "allow[1].task"), "10:13");
    EXPECT_EQ(place(kText, "allow[1]"), "10:5");
    EXPECT_EQ(place(kText, "pools[1]"), "11:14");
}

TEST(YamlLocate, KeysOfMapsMayHoldDotsAndFieldsHaveTwoSpellings)
{
    EXPECT_EQ(place(kText, "systems[\"crm.internal\"].http"), "5:5");
    EXPECT_EQ(place(kText, "systems[\"crm.internal\"].http.base_url"), "6:16");
}

TEST(YamlLocate, WhatIsMissingIsFoundWhereItWouldStand)
{
    EXPECT_EQ(place(kText, "gateway.ca_file"), "1:1");
    EXPECT_EQ(place(kText, "systems[\"crm.internal\"].http.auth.bearer"), "5:5");
    EXPECT_EQ(place(kText, "identity.key_file"), "1:1");
    EXPECT_EQ(place(kText, "allow[7].task"), "7:1");
    EXPECT_EQ(place(kText, ""), "1:1");
}

TEST(YamlLocate, PathsAndTextsThatAreNoneDoNoHarm)
{
    for (const char *path : {"[", "]", "a[", "a[\"", "a[\"x", "a[\"x\\", "..",
                             "[99999999999999999999]", "a.b.c.d.e", "\"", "[\"\"]"}) {
        EXPECT_NE(place(kText, path), "SYNTAX") << path;
    }
    EXPECT_EQ(place("a: [", "a"), "SYNTAX");
    EXPECT_EQ(place("a: &x 1\nb: *x\n", "b"), "SYNTAX");
    EXPECT_EQ(place(std::string(300, '['), "a"), "SYNTAX");
    EXPECT_EQ(place("", "a"), "1:1");
}

TEST(YamlLocate, EveryPrefixEndsInOrder)
{
    const std::string text = kText;
    for (size_t len = 0; len <= text.size(); len++) {
        const std::string found = place(text.substr(0, len), "systems[\"crm.internal\"].http");
        EXPECT_FALSE(found.empty());
    }
}

} // namespace
