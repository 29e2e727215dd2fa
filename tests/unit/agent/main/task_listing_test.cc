// SPDX-License-Identifier: Apache-2.0
// The compiled-in tasks as people and programs see them, without a configuration and with one.
#include "agent/main/task_listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "proto/runtime/table.h"

namespace
{

using ::testing::HasSubstr;
using ::testing::Not;

reeve_task Task(const char *name, const char *system, uint8_t binding, uint8_t idempotency)
{
    reeve_task task{};
    task.name = name;
    task.system = system;
    task.binding = binding;
    task.idempotency = idempotency;
    task.timeout_ms = 1500;
    return task;
}

class TaskListing : public ::testing::Test
{
  protected:
    TaskListing()
    {
        reeve_arena_init(&arena, nullptr, 1 << 20, 0);
        tasks[0] = Task("a.v1.Crm/Get", "crm", REEVE_BINDING_HTTP, REEVE_NO_SIDE_EFFECTS);
        tasks[0].fingerprint[0] = 0xab;
        tasks[0].fingerprint[31] = 0xcd;
        tasks[0].documentation = "Finds one.";
        tasks[1] = Task("a.v1.Crm/Put", "crm", REEVE_BINDING_HTTP, REEVE_IDEMPOTENT);
        tasks[1].timeout_ms = 30000;
        tasks[1].approvals = 1;
        tasks[2] = Task("a.v1.Local/Do", "", REEVE_BINDING_NATIVE, REEVE_NOT_IDEMPOTENT);
        tasks[2].max_in_flight = 3;
        for (size_t i = 0; i < 3; i++) {
            pointers[i] = &tasks[i];
        }
        table.count = 3;
        table.tasks = pointers;
        states[0] = {REEVE_CONFIG_TASK_ALLOWED, 0, 2, 9};
        states[1] = {REEVE_CONFIG_TASK_NOT_ALLOWED, 0, 1, 0};
        states[2] = {REEVE_CONFIG_TASK_NOT_CONFIGURED, REEVE_CONFIG_NO_SYSTEM, 0, 3};
        config.tasks = states;
    }
    ~TaskListing() override
    {
        reeve_arena_clear(&arena);
    }
    std::string print(const reeve_v1_task_listing *listing)
    {
        reeve_buffer out;
        reeve_buffer_init(&out, nullptr, 1 << 16);
        EXPECT_EQ(reeve_task_listing_print(listing, &arena, &out), REEVE_OK);
        std::string text(reinterpret_cast<const char *>(out.data), out.len);
        reeve_buffer_clear(&out);
        return text;
    }
    // The line about a task, with single spaces.
    static std::string line(const std::string &text, const std::string &name)
    {
        const size_t at = text.find(name);
        std::string out;
        for (size_t i = at; i != std::string::npos && i < text.size() && text[i] != '\n'; i++) {
            if (text[i] != ' ' || (!out.empty() && out.back() != ' ')) {
                out += text[i];
            }
        }
        return out;
    }
    reeve_arena arena{};
    reeve_task tasks[3]{};
    const reeve_task *pointers[3]{};
    reeve_task_table table{};
    reeve_config_task states[3]{};
    reeve_agent_config config{};
};

TEST_F(TaskListing, WithoutAConfigurationItSaysWhatTheAuthorsSaid)
{
    const reeve_v1_task_listing *listing = reeve_task_listing(&table, nullptr, &arena);
    ASSERT_NE(listing, nullptr);
    EXPECT_FALSE(listing->configured);
    ASSERT_EQ(listing->n_tasks, 3u);
    const reeve_v1_local_task *get = listing->tasks[0];
    EXPECT_STREQ(get->name, "a.v1.Crm/Get");
    EXPECT_EQ(std::string(get->fingerprint), "ab" + std::string(60, '0') + "cd");
    EXPECT_STREQ(get->binding, "http");
    EXPECT_STREQ(get->system, "crm");
    EXPECT_STREQ(get->idempotency, "no_side_effects");
    EXPECT_EQ(get->timeout_ms, 1500u);
    EXPECT_STREQ(get->documentation, "Finds one.");
    EXPECT_STREQ(get->state, "");
    EXPECT_STREQ(get->why, "");
    EXPECT_EQ(listing->tasks[1]->approvals, 1u);
    EXPECT_STREQ(listing->tasks[1]->idempotency, "idempotent");
    EXPECT_STREQ(listing->tasks[1]->documentation, "");
    EXPECT_STREQ(listing->tasks[2]->idempotency, "not_idempotent");
    EXPECT_EQ(listing->tasks[2]->max_in_flight, 3u);
}

TEST_F(TaskListing, WithOneItSaysWhatIsMadeOfThemAndWhyNot)
{
    const reeve_v1_task_listing *listing = reeve_task_listing(&table, &config, &arena);
    ASSERT_NE(listing, nullptr);
    EXPECT_TRUE(listing->configured);
    EXPECT_STREQ(listing->tasks[0]->state, "allowed");
    EXPECT_STREQ(listing->tasks[0]->why, "");
    EXPECT_EQ(listing->tasks[0]->approvals, 2u) << "the allowlist asks for more";
    EXPECT_EQ(listing->tasks[0]->max_in_flight, 9u);
    EXPECT_STREQ(listing->tasks[1]->state, "not_allowed");
    EXPECT_THAT(listing->tasks[1]->why, HasSubstr("allow"));
    EXPECT_STREQ(listing->tasks[2]->state, "not_configured");
    EXPECT_THAT(listing->tasks[2]->why, HasSubstr("(none)"));
}

TEST_F(TaskListing, PeopleReadOneLineForEach)
{
    const std::string text = print(reeve_task_listing(&table, &config, &arena));
    EXPECT_THAT(text, HasSubstr("ALLOWED"));
    EXPECT_EQ(line(text, "a.v1.Crm/Get"), "a.v1.Crm/Get ab0000000000 http crm reads 2 1500ms yes");
    EXPECT_EQ(line(text, "a.v1.Crm/Put"),
              "a.v1.Crm/Put 000000000000 http crm repeatable 1 30s no: no entry of allow names it");
    EXPECT_THAT(line(text, "a.v1.Local/Do"), HasSubstr("native - once 0 1500ms no: "));
}

TEST_F(TaskListing, WithoutAConfigurationThereIsNoColumnForIt)
{
    const std::string text = print(reeve_task_listing(&table, nullptr, &arena));
    EXPECT_THAT(text, Not(HasSubstr("ALLOWED")));
    EXPECT_EQ(line(text, "a.v1.Crm/Get"), "a.v1.Crm/Get ab0000000000 http crm reads 0 1500ms");
}

TEST_F(TaskListing, AWorkerWithoutTasksHasAnEmptyList)
{
    table.count = 0;
    const reeve_v1_task_listing *listing = reeve_task_listing(&table, nullptr, &arena);
    ASSERT_NE(listing, nullptr);
    EXPECT_EQ(listing->n_tasks, 0u);
    EXPECT_THAT(print(listing), HasSubstr("TASK"));
}

TEST_F(TaskListing, ShortOfMemoryThereIsNone)
{
    for (size_t limit : {size_t{0}, size_t{64}, size_t{1024}}) {
        reeve_arena little{};
        reeve_arena_init(&little, nullptr, limit, 0);
        const reeve_v1_task_listing *listing = reeve_task_listing(&table, &config, &little);
        if (limit < 1024) {
            EXPECT_EQ(listing, nullptr) << limit;
        }
        reeve_arena_clear(&little);
    }
}

} // namespace
