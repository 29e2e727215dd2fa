// SPDX-License-Identifier: Apache-2.0
//
// What all faults share.
#include "tests/faults/fault.h"

#include <cstdio>
#include <cstdlib>

#include "tests/integration/support/files.h"

namespace reeve::test
{

Fault::Fault()
{
    const testing::TestInfo *test = testing::UnitTest::GetInstance()->current_test_info();
    const std::string name = std::string(test->test_suite_name()) + "." + test->name();
    EXPECT_NE(std::string::npos, read_file(REEVE_FAULTS_TABLE).find("\"" + name + "\""))
        << "tests/faults/faults.json says nothing of this fault";
    world.agent_settings.max_in_flight = 16;
    world.agent_settings.log_level = "INFO";
    world.gateway_settings.log_level = "INFO";
    world.gateway_settings.max_attempts = 1000;
}

void Fault::start_gateway()
{
    world.start_gateway();
    planner = std::make_unique<Control>(world, "planner");
    planner->register_tasks();
    load = std::make_unique<Load>(world, *planner);
}

void Fault::start()
{
    start_gateway();
    world.start_agent();
    ASSERT_TRUE(world.wait_ready());
}

void Fault::restart_agent()
{
    world.agent->kill();
    world.start_agent();
}

void Fault::restart_gateway()
{
    world.gateway->kill();
    world.start_gateway();
}

void Fault::saw(const std::string &text)
{
    seen_ += (seen_.empty() ? "" : "; ") + text;
    RecordProperty("saw", seen_);
}

void Fault::saw_load()
{
    saw(std::to_string(load->submitted()) + " jobs ended, " +
        std::to_string(load->steps_started()) + " steps started, none twice, " +
        std::to_string(load->unknown()) + " UNKNOWN");
}

std::string Stopwatch::text() const
{
    char text[32];
    (void)std::snprintf(text, sizeof text, "%.1f s", seconds());
    return text;
}

size_t asked_for(const char *variable, size_t otherwise)
{
    const char *given = std::getenv(variable);
    return given != nullptr ? std::stoul(given) : otherwise;
}

} // namespace reeve::test
