// SPDX-License-Identifier: Apache-2.0
//
// Tasks of the exec binding through everything: gateway, worker, a script. P2 holds for what the
// script says, P4 where the worker dies under it and where the gateway dies while a large output is
// on its way, P6 where the worker drains.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>

#include <sys/stat.h>

#include "tests/integration/support/control.h"
#include "tests/integration/support/files.h"
#include "tests/integration/support/leak.h"
#include "tests/integration/support/proxy.h"
#include "tests/integration/support/scripted_gateway.h"
#include "tests/integration/support/wait.h"

namespace reeve::test
{
namespace
{

constexpr char kGreet[] = "exectest.v1.Scripts/Greet"; /* not idempotent */
constexpr char kLook[] = "exectest.v1.Scripts/Look";   /* no side effects */
constexpr char kPrint[] = "exectest.v1.Scripts/Print"; /* not idempotent; any text */
constexpr char kCount[] = "exectest.v1.Scripts/Count"; /* streams */

std::string slurp(const std::string &path)
{
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

bool is_alive(const std::string &pid)
{
    const std::string stat = slurp("/proc/" + std::to_string(std::stoi(pid)) + "/stat");
    const size_t end = stat.rfind(") ");
    return end != std::string::npos && stat[end + 2] != 'Z' && stat[end + 2] != 'X';
}

class Exec : public testing::Test
{
  protected:
    void start(const std::string &script)
    {
        write_file(world.path("script"), "#!/bin/sh\n" + script + "\n");
        ASSERT_EQ(0, chmod(world.path("script").c_str(), 0700));
        world.write_token();
        world.agent_program = REEVE_EXEC_WORKER;
        world.agent_settings.program = world.path("script");
        world.agent_settings.allow = {kGreet, kLook, kPrint, kCount};
        world.start_gateway();
        planner = std::make_unique<Control>(world, "planner");
        planner->register_tasks(REEVE_EXEC_MANIFEST);
        if (recorded) {
            proxy = std::make_unique<RecordingProxy>(world);
            world.agent_settings.gateway_port = proxy->port();
        }
        world.start_agent();
        ASSERT_TRUE(world.wait_ready());
    }
    std::string submit(const std::string &task)
    {
        const std::string input = task == kCount ? "" : proto_text(1, "Ada");
        return planner->submit({{task, input, "", "", 300000}}).id;
    }
    JobView end(const std::string &plan)
    {
        return planner->wait_ended(plan).jobs.at(0);
    }

    World world;
    bool recorded = false;
    std::unique_ptr<Control> planner;
    std::unique_ptr<RecordingProxy> proxy;
};

std::string end_of(const JobView &job)
{
    return std::string(reeve_outcome_status_name(job.status)) + " " +
           reeve_reason_name(job.reason) + " " + reeve_effect_name(job.effect);
}

TEST_F(Exec, JobsEndAsTheirProgramsDo)
{
    start("case $REEVE_TASK in *Greet) echo '{\"text\":\"hello\"}';; *Look) exit 65;; "
          "*) for i in 1 2 3; do echo \"{\\\"number\\\":$i}\"; done;; esac");
    const JobView greeted = end(submit(kGreet));
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", end_of(greeted));
    EXPECT_EQ(proto_text(1, "hello"), planner->job(greeted.id).output);
    EXPECT_EQ("FAILED UPSTREAM_REFUSED NONE", end_of(end(submit(kLook))));
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", end_of(end(submit(kCount))));
}

TEST_F(Exec, P2WhatAProgramSaysOfItsCredentialStays)
{
    start("echo \"I know $TOKEN\" >&2; printf '%s' \"$TOKEN\" | base64 >&2; "
          "case $REEVE_TASK in *Greet) printf '{\"text\":\"%s\"}' "
          "\"$(printf '%s' \"$TOKEN\" | base64)\";; *) exit 1;; esac");
    EXPECT_EQ("FAILED OUTPUT_WITHHELD DONE", end_of(end(submit(kGreet))));
    EXPECT_EQ("FAILED UPSTREAM_FAILED NONE", end_of(end(submit(kLook))));
    LeakDetector detector(world.token);
    const Finished jobs = world.ctl("planner", {"jobs"});
    for (const std::string &text : {world.log("agent"), world.log("gateway"), jobs.output}) {
        EXPECT_TRUE(detector.find(text).empty());
    }
    EXPECT_NE(std::string::npos, world.log("agent").find("I know ***")) << "the detector can fail";
}

TEST_F(Exec, P4AWorkerThatIsKilledTakesItsProgramAlongAndRunsItOnceOnly)
{
    start("echo $$ >> " + world.path("pid") + "; trap '' TERM; while :; do sleep 1; done");
    const std::string plan = submit(kGreet);
    ASSERT_TRUE(eventually([&] { return !slurp(world.path("pid")).empty(); }));
    const std::string pid = slurp(world.path("pid"));
    world.agent->kill();
    EXPECT_TRUE(eventually([&] { return !is_alive(pid); }));
    world.start_agent();
    EXPECT_EQ("UNKNOWN WORKER_RESTARTED MAYBE", end_of(end(plan)));
    EXPECT_EQ(pid, slurp(world.path("pid"))) << "it was started a second time";
}

// An output of many frames goes on after a gateway that was killed has come back, and is whole; the
// program is not started again for it.
TEST_F(Exec, P4OutputsThatFitNoFrameAreWholeThroughKillsOfTheGateway)
{
    constexpr size_t kJobs = 8;
    constexpr size_t kBytes = 900000;
    recorded = true;
    world.gateway_settings.max_frame_bytes = 65536; /* a larger frame ends the session */
    world.gateway_settings.max_job_spec_bytes = 16384;
    start("echo $$ >> " + world.path("starts") +
          "; name=$(sed 's/.*\"name\":\"\\(.\\)\".*/\\1/'); printf '{\"text\":\"'; head -c " +
          std::to_string(kBytes) + " /dev/zero | tr '\\0' \"$name\"; printf '\"}'");
    std::vector<Planned> jobs;
    for (size_t i = 0; i < kJobs; i++) {
        jobs.push_back({kPrint, proto_text(1, std::string(1, static_cast<char>('a' + i)))});
    }
    const std::string plan = planner->submit(jobs).id;
    for (const size_t sent : {kBytes * 3 / 2, kBytes * 4}) {
        ASSERT_TRUE(eventually([&] { return proxy->from_worker().size() > sent; }));
        world.gateway->kill();
        world.start_gateway();
    }
    const PlanView ended = planner->wait_ended(plan);
    ASSERT_EQ(kJobs, ended.jobs.size());
    for (size_t i = 0; i < kJobs; i++) {
        EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", end_of(ended.jobs[i])) << ended.jobs[i].message;
        EXPECT_TRUE(planner->job(ended.jobs[i].id).output ==
                    proto_text(1, std::string(kBytes, static_cast<char>('a' + i))))
            << "output " << i << " is another";
    }
    const std::string starts = slurp(world.path("starts"));
    EXPECT_EQ(kJobs, static_cast<size_t>(std::count(starts.begin(), starts.end(), '\n')));
}

TEST_F(Exec, P6AProgramThatEndsWithinTheDrainTimeFinishes)
{
    start("echo $$ > " + world.path("pid") + "; while [ ! -e " + world.path("go") +
          " ]; do sleep 0.01; done; echo '{\"text\":\"through\"}'");
    const std::string plan = submit(kGreet);
    ASSERT_TRUE(eventually([&] { return !slurp(world.path("pid")).empty(); }));
    world.agent->signal(SIGTERM);
    ASSERT_TRUE(
        eventually([&] { return world.log("agent").find("draining") != std::string::npos; }));
    write_file(world.path("go"), "go");
    EXPECT_EQ("SUCCEEDED UNSPECIFIED DONE", end_of(end(plan)));
    EXPECT_EQ(0, world.agent->wait());
    EXPECT_FALSE(is_alive(slurp(world.path("pid"))));
}

} // namespace
} // namespace reeve::test
