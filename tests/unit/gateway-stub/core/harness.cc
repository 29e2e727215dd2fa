// SPDX-License-Identifier: Apache-2.0
//
// Messages, tasks and keys; the fixture.
#include "tests/unit/gateway-stub/core/harness.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "agent/trust/dsse.h"
#include "proto/runtime/message.h"

namespace reeve_test
{

namespace
{

reeve_arena &forever()
{
    static reeve_arena arena = [] {
        reeve_arena a;
        reeve_arena_init(&a, nullptr, size_t{1} << 30, 1 << 16);
        return a;
    }();
    return arena;
}

} // namespace

reeve_key key_of(uint8_t number)
{
    reeve_key key;
    uint8_t seed[32] = {number};
    reeve_key_init(&key);
    EXPECT_EQ(reeve_key_from_seed(&key, reeve_bytes_of(seed, 32)), REEVE_OK);
    return key;
}

void *decode(const reeve_message &type, const std::string &bytes)
{
    reeve_decode_options options{};
    options.unknown = REEVE_UNKNOWN_DROP;
    void *message = nullptr;
    reeve_problem problem{};
    EXPECT_EQ(reeve_message_decode(&type, reeve_bytes_of(bytes.data(), bytes.size()), &options,
                                   &forever(), &message, &problem),
              REEVE_OK)
        << problem.field << " " << problem.text;
    return message;
}

std::string encode(const reeve_message &type, const void *message)
{
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, size_t{1} << 26);
    EXPECT_EQ(reeve_message_encode(&type, message, &buffer), REEVE_OK);
    std::string bytes = to_string(reeve_buffer_view(&buffer));
    reeve_buffer_clear(&buffer);
    return bytes;
}

std::string manifest()
{
    std::ifstream file(REEVE_TEST_MANIFEST, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    EXPECT_FALSE(bytes.str().empty()) << REEVE_TEST_MANIFEST;
    return bytes.str();
}

std::string register_request()
{
    reeve_v1_register_tasks_request request = REEVE_V1_REGISTER_TASKS_REQUEST_INIT;
    request.manifest = as<reeve_v1_manifest>(reeve_v1_manifest_message, manifest());
    return encode(reeve_v1_register_tasks_request_message, &request);
}

reeve_digest fingerprint_of(const std::string &task)
{
    const auto *all = as<reeve_v1_manifest>(reeve_v1_manifest_message, manifest());
    for (size_t i = 0; i < all->n_tasks; i++) {
        const auto *schema = as<reeve_v1_task_schema>(
            reeve_v1_task_schema_message,
            std::string(reinterpret_cast<char *>(all->tasks[i]->schema.data),
                        all->tasks[i]->schema.len));
        if (task == schema->task) {
            reeve_digest digest{};
            reeve_move(digest.bytes, all->tasks[i]->fingerprint.data, 32);
            return digest;
        }
    }
    ADD_FAILURE() << "no such task: " << task;
    return {};
}

std::string submit_request(const std::string &task, size_t count, const char *key,
                           uint64_t expires_in_ms)
{
    // Echo{text}, Step{name}, CreateTicket{…}: a string in field 1 suits them all.
    static std::string input("\x0a\x03"
                             "abc");
    // Count{to, padding_bytes}
    static std::string numbers("\x08\x03\x10\x01");
    static std::string ticket = input + std::string("\x12\x05Hello\x22\x05World");
    std::string name = task;
    std::string &plain = task.find("Count") == std::string::npos ? input : numbers;
    std::string &bytes = task.find("Ticket") == std::string::npos ? plain : ticket;
    reeve_v1_planned_job job = REEVE_V1_PLANNED_JOB_INIT;
    job.task = &name[0];
    job.input = {bytes.size(), reinterpret_cast<uint8_t *>(&bytes[0])};
    std::vector<reeve_v1_planned_job *> jobs(count, &job);
    std::string key_text = key;
    reeve_v1_submit_plan_request request = REEVE_V1_SUBMIT_PLAN_REQUEST_INIT;
    request.jobs = jobs.data();
    request.n_jobs = count;
    request.idempotency_key = &key_text[0];
    request.expires_in_ms = expires_in_ms;
    return encode(reeve_v1_submit_plan_request_message, &request);
}

// ---- fixture ----

void CoreTest::SetUp()
{
    char name[] = "/tmp/reeve-core-XXXXXX";
    directory = mkdtemp(name);
    gateway = std::make_unique<Gateway>(directory);
    gateway->start();
}

void CoreTest::TearDown()
{
    gateway.reset();
    std::filesystem::remove_all(directory);
}

void CoreTest::register_tasks(const char *tenant)
{
    const uint64_t call = gateway->call(REEVE_CONTROL_REGISTER_TASKS, register_request(),
                                        "spiffe://d/planner", ~0u, tenant);
    ASSERT_EQ(gateway->reply(call).code, 0) << gateway->reply(call).text;
}

reeve_v1_plan *CoreTest::submit(const std::string &task, size_t count, const char *key)
{
    const uint64_t call =
        gateway->call(REEVE_CONTROL_SUBMIT_PLAN, submit_request(task, count, key));
    const Reply reply = gateway->reply(call);
    EXPECT_EQ(reply.code, 0) << reply.text;
    if (reply.code != 0) {
        const auto *detail = error(reply);
        for (size_t i = 0; i < detail->n_problems; i++) {
            ADD_FAILURE() << detail->problems[i]->field << ": " << detail->problems[i]->message;
        }
        return nullptr;
    }
    return as<reeve_v1_submit_plan_response>(reeve_v1_submit_plan_response_message, reply.bytes)
        ->plan;
}

Reply CoreTest::approve(const reeve_v1_plan *plan, const char *identity)
{
    reeve_signed signature;
    EXPECT_EQ(reeve_dsse_sign(&gateway->approver, REEVE_PLAN_STATEMENT_TYPE,
                              reeve_bytes_of(plan->statement.data, plan->statement.len), nullptr,
                              &signature),
              REEVE_OK);
    reeve_v1_signature message = REEVE_V1_SIGNATURE_INIT;
    message.key_id = signature.key_id;
    message.signature = {64, signature.signature};
    reeve_v1_approve_plan_request request = REEVE_V1_APPROVE_PLAN_REQUEST_INIT;
    request.plan_id = plan->plan_id;
    request.signature = &message;
    return gateway->reply(gateway->call(REEVE_CONTROL_APPROVE_PLAN,
                                        encode(reeve_v1_approve_plan_request_message, &request),
                                        identity));
}

reeve_v1_job *CoreTest::job(const ProtobufCBinaryData &id, const char *tenant)
{
    reeve_v1_get_job_request request = REEVE_V1_GET_JOB_REQUEST_INIT;
    request.job_id = id;
    const Reply reply = gateway->reply(
        gateway->call(REEVE_CONTROL_GET_JOB, encode(reeve_v1_get_job_request_message, &request),
                      "spiffe://d/planner", ~0u, tenant));
    if (reply.code != 0) {
        return nullptr;
    }
    return as<reeve_v1_get_job_response>(reeve_v1_get_job_response_message, reply.bytes)->job;
}

reeve_v1_error_detail *CoreTest::error(const Reply &reply)
{
    return as<reeve_v1_error_detail>(reeve_v1_error_detail_message, reply.bytes);
}

} // namespace reeve_test
