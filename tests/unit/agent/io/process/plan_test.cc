// SPDX-License-Identifier: Apache-2.0
// The plan on its way from worker to keeper: whole, or refused.
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "agent/io/process/plan.h"
#include "agent/io/process/report.h"

namespace
{

struct Written {
    reeve_buffer bytes;
    Written()
    {
        reeve_buffer_init(&bytes, nullptr, REEVE_PROCESS_PLAN_MAX);
    }
    ~Written()
    {
        reeve_buffer_clear(&bytes);
    }
    std::vector<uint8_t> copy() const
    {
        return {bytes.data, bytes.data + bytes.len};
    }
};

reeve_process_plan sample()
{
    static const char *const arguments[] = {"--json", "", "two words"};
    static const char *const environment[] = {"LANG=C.UTF-8", "EMPTY="};
    static const reeve_process_secret secrets[] = {
        {"TOKEN", 0, reeve_bytes_cstr("the-token-value")},
        {nullptr, 7, reeve_bytes_cstr("the-password")},
    };
    reeve_process_plan plan{};
    plan.path = "/bin/program";
    plan.arguments = arguments;
    plan.arguments_count = 3;
    plan.environment = environment;
    plan.environment_count = 2;
    plan.secrets = secrets;
    plan.secrets_count = 2;
    plan.directory = "/";
    plan.has_user = true;
    plan.user = 65534;
    plan.group = 65533;
    plan.limits = {10, 20, 30, 40, 50};
    return plan;
}

TEST(Plan, ArrivesAsItWasWritten)
{
    Written written;
    const reeve_process_plan plan = sample();
    ASSERT_EQ(reeve_process_plan_write(&plan, &written.bytes), REEVE_OK);
    std::vector<uint8_t> bytes = written.copy();
    auto order = std::make_unique<reeve_process_order>();
    ASSERT_EQ(reeve_process_order_read(bytes.data(), bytes.size(), order.get()), REEVE_OK);

    EXPECT_STREQ(order->path, "/bin/program");
    EXPECT_STREQ(order->directory, "/");
    EXPECT_STREQ(order->argv[0], "/bin/program");
    EXPECT_STREQ(order->argv[1], "--json");
    EXPECT_STREQ(order->argv[2], "");
    EXPECT_STREQ(order->argv[3], "two words");
    EXPECT_EQ(order->argv[4], nullptr);
    EXPECT_STREQ(order->envp[0], "LANG=C.UTF-8");
    EXPECT_STREQ(order->envp[1], "EMPTY=");
    EXPECT_STREQ(order->envp[2], "TOKEN=the-token-value");
    EXPECT_EQ(order->envp[3], nullptr);
    EXPECT_TRUE(order->has_user);
    EXPECT_EQ(order->user, 65534u);
    EXPECT_EQ(order->group, 65533u);
    EXPECT_EQ(order->limits.cpu_seconds, 10u);
    EXPECT_EQ(order->limits.file_bytes, 50u);
    ASSERT_EQ(order->descriptors_count, 1u);
    EXPECT_EQ(order->descriptors[0], 7);
}

// A secret that goes by descriptor is in a file of its own, never in the plan.
TEST(Plan, HoldsNoSecretThatGoesByDescriptor)
{
    Written written;
    const reeve_process_plan plan = sample();
    ASSERT_EQ(reeve_process_plan_write(&plan, &written.bytes), REEVE_OK);
    EXPECT_EQ(reeve_bytes_find(reeve_buffer_view(&written.bytes), reeve_bytes_cstr("the-password")),
              SIZE_MAX);
}

TEST(Plan, CutAfterEveryByteIsRefused)
{
    Written written;
    const reeve_process_plan plan = sample();
    ASSERT_EQ(reeve_process_plan_write(&plan, &written.bytes), REEVE_OK);
    auto order = std::make_unique<reeve_process_order>();
    for (size_t len = 0; len < written.bytes.len; len++) {
        std::vector<uint8_t> bytes(written.bytes.data, written.bytes.data + len);
        ASSERT_EQ(reeve_process_order_read(bytes.data(), bytes.size(), order.get()),
                  REEVE_MALFORMED)
            << len;
    }
    std::vector<uint8_t> longer = written.copy();
    longer.push_back(0);
    EXPECT_EQ(reeve_process_order_read(longer.data(), longer.size(), order.get()), REEVE_MALFORMED);
}

TEST(Plan, TooManyTextsAreRefused)
{
    Written written;
    std::vector<const char *> many(REEVE_PROCESS_TEXTS_MAX + 1, "x");
    reeve_process_plan plan = sample();
    plan.arguments = many.data();
    plan.arguments_count = many.size();
    EXPECT_EQ(reeve_process_plan_write(&plan, &written.bytes), REEVE_LIMIT);
    plan.arguments_count = REEVE_PROCESS_TEXTS_MAX;
    EXPECT_EQ(reeve_process_plan_write(&plan, &written.bytes), REEVE_OK);
}

TEST(Report, ArrivesAsItWasWrittenAndNothingElseDoes)
{
    const reeve_process_report report = {REEVE_REPORT_FAILED, REEVE_PROCESS_STEP_USER, 1};
    uint8_t bytes[REEVE_PROCESS_REPORT_SIZE];
    reeve_process_report back{};
    reeve_process_report_write(&report, bytes);
    ASSERT_EQ(reeve_process_report_read(reeve_bytes_of(bytes, sizeof(bytes)), &back), REEVE_OK);
    EXPECT_EQ(back.step, REEVE_PROCESS_STEP_USER);
    EXPECT_EQ(back.value, 1);
    EXPECT_EQ(reeve_process_report_read(reeve_bytes_of(bytes, sizeof(bytes) - 1), &back),
              REEVE_MALFORMED);
    bytes[4] = 200;
    EXPECT_EQ(reeve_process_report_read(reeve_bytes_of(bytes, sizeof(bytes)), &back),
              REEVE_MALFORMED);
    for (int step = REEVE_PROCESS_STEP_SPAWN; step <= REEVE_PROCESS_STEP_EXECUTE; step++) {
        EXPECT_STRNE(reeve_process_step_text(static_cast<reeve_process_step>(step)), "");
        EXPECT_STRNE(reeve_process_step_next(static_cast<reeve_process_step>(step)), "");
    }
}

} // namespace
