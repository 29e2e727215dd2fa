// SPDX-License-Identifier: Apache-2.0
// P3: the gateway checks an input at submission, by its own clock, with tables that it built from
// the registered manifest, and lists every violation.
#include <fstream>
#include <sstream>

#include "clocktest/v1/input.reeve.h"
#include "tests/unit/gateway-stub/core/harness.h"

namespace reeve_test
{

std::string clock_manifest()
{
    std::ifstream file(REEVE_CLOCK_MANIFEST, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    return bytes.str();
}

class Constraints : public CoreTest
{
  protected:
    void SetUp() override
    {
        CoreTest::SetUp();
        reeve_v1_register_tasks_request request = REEVE_V1_REGISTER_TASKS_REQUEST_INIT;
        request.manifest = as<reeve_v1_manifest>(reeve_v1_manifest_message, clock_manifest());
        const Reply reply = gateway->reply(
            gateway->call(REEVE_CONTROL_REGISTER_TASKS,
                          encode(reeve_v1_register_tasks_request_message, &request)));
        ASSERT_EQ(reply.code, 0) << reply.text;
    }
    // "field rule; field rule", or "ok".
    std::string Submit(clocktest_v1_check_request *input)
    {
        std::string task = "clocktest.v1.Clock/Check";
        std::string bytes = encode(clocktest_v1_check_request_message, input);
        reeve_v1_planned_job planned = REEVE_V1_PLANNED_JOB_INIT;
        planned.task = &task[0];
        planned.input = {bytes.size(), reinterpret_cast<uint8_t *>(&bytes[0])};
        reeve_v1_planned_job *jobs[] = {&planned};
        reeve_v1_submit_plan_request request = REEVE_V1_SUBMIT_PLAN_REQUEST_INIT;
        request.jobs = jobs;
        request.n_jobs = 1;
        const Reply reply = gateway->reply(gateway->call(
            REEVE_CONTROL_SUBMIT_PLAN, encode(reeve_v1_submit_plan_request_message, &request)));
        if (reply.code == 0) {
            return "ok";
        }
        const auto *detail = error(reply);
        std::string all;
        for (size_t i = 0; i < detail->n_problems; i++) {
            all += std::string(i == 0 ? "" : "; ") + detail->problems[i]->field + " " +
                   detail->problems[i]->rule;
        }
        return all;
    }
};

TEST_F(Constraints, P3_NowIsTheGatewaysAndEveryViolationIsListed)
{
    google_protobuf_timestamp at = GOOGLE_PROTOBUF_TIMESTAMP_INIT;
    at.seconds = gateway->now.unix_ms / 1000 + 60;
    char mail[] = "clerk@example.com";
    char host[] = "example.com";
    char key[] = "a_b";
    char empty[] = "";
    clocktest_v1_check_request input;
    clocktest_v1_check_request_init(&input);
    input.due = &at;
    input.mail = mail;
    EXPECT_EQ(Submit(&input), "ok");
    input.host = host;
    input.made = &at;
    clocktest_v1_check_request_labels_entry entry;
    clocktest_v1_check_request_labels_entry_init(&entry);
    entry.key = key;
    entry.value = empty;
    clocktest_v1_check_request_labels_entry *labels[] = {&entry};
    input.labels = labels;
    input.n_labels = 1;
    EXPECT_EQ(Submit(&input),
              "jobs[0].input.made timestamp.lt_now; jobs[0].input.host string.host_and_port; "
              "jobs[0].input.labels[\"a_b\"] string.hostname; jobs[0].input message.oneof");
    gateway->advance(61000);
    input.n_labels = 0;
    input.host = empty;
    EXPECT_EQ(Submit(&input), "jobs[0].input.due timestamp.gt_now");
    input.due = nullptr;
    EXPECT_EQ(Submit(&input), "ok");
    gateway->advance(3600 * 1000);
    EXPECT_EQ(Submit(&input), "jobs[0].input.made timestamp.within");
}

} // namespace reeve_test
