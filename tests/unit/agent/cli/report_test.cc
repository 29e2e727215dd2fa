// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with a file, as people read it: each item on its lines, cut where it is too long,
// and nothing in it that a terminal would obey.
#include "agent/cli/report.h"

#include <unistd.h>

#include <string>

#include <gtest/gtest.h>

#include "agent/cli/output.h"
#include "tests/support/bytes.h"

namespace
{

class ReportTest : public ::testing::Test
{
  protected:
    void TearDown() override
    {
        reeve_config_report_clear(&report);
    }
    std::string Print() const
    {
        reeve_buffer out;
        reeve_buffer_init(&out, nullptr, REEVE_OUTPUT_MAX);
        EXPECT_EQ(reeve_config_report_print(&report, &out), REEVE_OK);
        const std::string text = reeve::test::Text(reeve_buffer_view(&out));
        reeve_buffer_clear(&out);
        return text;
    }
    reeve_config_item *Add(const char *field, const char *rule, bool warning = false)
    {
        return reeve_config_report_add(&report, warning, field, rule);
    }

    reeve_config_report report = {"agent.yaml", nullptr, 0, 0, 0};
};

TEST_F(ReportTest, EachItemHasItsPlaceItsRuleAndItsNextStep)
{
    reeve_config_item *item = Add("systems[\"crm\"]", "string.pattern");
    item->line = 12;
    item->column = 15;
    reeve_config_item_text(item, "%s is no URL", "crm");
    reeve_config_item_next(item, "write { base_url: … }");
    reeve_config_item_text(Add("", "file", true), "is empty");
    EXPECT_EQ(Print(), "agent.yaml:12:15: error: systems[\"crm\"]: crm is no URL (string.pattern)\n"
                       "  next: write { base_url: … }\n"
                       "agent.yaml: warning: is empty (file)\n");
}

TEST_F(ReportTest, WhatATerminalWouldObeyIsShownInstead)
{
    report.file = "\033[2Jagent.yaml";
    reeve_config_item *item = Add("tasks[\"\r\"]", "rule");
    reeve_config_item_text(item, "no task \033]0;owned\007 here\nagent.yaml: ok");
    reeve_config_item_next(item, "write \xe2\x80\xae\xff");
    EXPECT_EQ(Print(), "\\u001b[2Jagent.yaml: error: tasks[\"\\u000d\"]: no task "
                       "\\u001b]0;owned\\u0007 here\\u000aagent.yaml: ok (rule)\n"
                       "  next: write \\u202e\\xff\n");
}

TEST_F(ReportTest, WhatDoesNotFitIsCutOrCounted)
{
    reeve_config_item_text(Add("field", "rule"), "%s", std::string(1000, 'x').c_str());
    for (unsigned i = 1; i < REEVE_CONFIG_ITEMS_MAX + 3; i++) {
        reeve_config_item_text(Add("field", "rule"), "again");
    }
    const std::string text = Print();
    EXPECT_EQ(text.find('\n'),
              std::string("agent.yaml: error: field:  (rule)").size() + REEVE_CONFIG_TEXT_SIZE - 1);
    EXPECT_EQ(text.substr(text.rfind("agent.yaml")), "agent.yaml: and 3 more\n");
}

TEST_F(ReportTest, ACauseMayBringItsNextStep)
{
    reeve_config_item_cause(Add("a", "rule"), "no key; next: make one; next: or two", "look");
    reeve_config_item_cause(Add("b", "rule"), "no certificate", "look");
    reeve_config_item_cause(nullptr, "; next: ", "look");
    EXPECT_EQ(Print(), "agent.yaml: error: a: no key (rule)\n"
                       "  next: make one; next: or two\n"
                       "agent.yaml: error: b: no certificate (rule)\n"
                       "  next: look\n");
}

TEST_F(ReportTest, WritesWhatItPrints)
{
    reeve_config_item_text(Add("field", "rule"), "bell: \007");
    ::testing::internal::CaptureStderr();
    reeve_config_report_write(&report, STDERR_FILENO);
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), Print());
}

TEST(ComplaintTest, IsOneThatATerminalOnlyShows)
{
    ::testing::internal::CaptureStderr();
    reeve_output_complain("reeve-agent", "there is no command \"%s\"", "\033[31mred\xc2\x9b");
    reeve_output_complain("reeve-agent", "%s", std::string(5000, 'x').c_str());
    EXPECT_EQ(::testing::internal::GetCapturedStderr(),
              "reeve-agent: there is no command \"\\u001b[31mred\\u009b\"\n"
              "reeve-agent: " +
                  std::string(4095, 'x') + "\n");
}

} // namespace
