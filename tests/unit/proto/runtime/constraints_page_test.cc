// SPDX-License-Identifier: Apache-2.0
// The reference's table of rules is rule.h's list, no more and no less, with the ids that each is
// reported under.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>

#include "proto/runtime/form.h"
#include "proto/runtime/rule.h"
#include "proto/runtime/violation.h"

namespace
{

const char *const kNumbers[] = {"double", "float",  "int32",   "int64",   "uint32",   "uint64",
                                "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64"};

// The page's rows: rule, and the last cell.
std::map<std::string, std::string> Rows()
{
    std::map<std::string, std::string> rows;
    std::ifstream page(REEVE_SOURCE_DIR "/docs/reference/constraints.md");
    for (std::string line; std::getline(page, line);) {
        if (line.rfind("| `", 0) != 0) {
            continue;
        }
        const size_t end = line.find('`', 3);
        const size_t last = line.rfind(" | ");
        const std::string rule = line.substr(3, end - 3);
        const std::string also = line.substr(last + 2);
        if (rule.rfind("<number>", 0) != 0) {
            EXPECT_TRUE(rows.emplace(rule, also).second) << rule;
            continue;
        }
        for (const char *number : kNumbers) {
            rows.emplace(number + rule.substr(8), also);
        }
    }
    return rows;
}

bool IsBound(uint8_t test)
{
    return test == REEVE_TEST_LT || test == REEVE_TEST_LTE || test == REEVE_TEST_GT ||
           test == REEVE_TEST_GTE;
}

TEST(ConstraintsPage, ListsEveryRuleAndItsIds)
{
    std::map<std::string, std::string> rows = Rows();
    for (uint16_t code = 0; code < REEVE_RULE_COUNT_; code++) {
        const reeve_rule_kind *kind = reeve_rule_kind_at(code);
        ASSERT_EQ(rows.count(kind->id), 1u) << kind->id;
        const std::string also = rows[kind->id];
        reeve_rule rule = {};
        rule.id = kind->id;
        rule.code = code;
        char id[64];
        reeve_violation_id(&rule, true, id);
        const reeve_form *form = reeve_form_of(code);
        const bool takes_empty = form != nullptr && form->holds(reeve_bytes_cstr(""));
        const bool own = std::string(id) != kind->id && !takes_empty;
        EXPECT_EQ(also.find("`" + std::string(id) + "`") != std::string::npos, own) << kind->id;
        EXPECT_EQ(also.find("bound") != std::string::npos, IsBound(kind->test)) << kind->id;
        rows.erase(kind->id);
    }
    for (const auto &row : rows) {
        ADD_FAILURE() << row.first << " is on the page, but no rule";
    }
}

} // namespace
