// SPDX-License-Identifier: Apache-2.0
// The messages of docs/reference/worker-stream-example.md, made by other libraries, go through our
// batch reader and frame decoders, and the approval and the chain in them through our verifiers.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "agent/audit/verifier.h"
#include "agent/codec/batch.h"
#include "agent/trust/dsse.h"

namespace
{

struct Message {
    bool from_worker;
    std::string bytes;
};

// The bytes of a line are in front of its '#'.
std::string bytes_of(const std::string &line)
{
    std::string out;
    std::string digits;
    for (char c : line.substr(0, line.find('#'))) {
        if (c != ' ') {
            digits += c;
        }
    }
    for (size_t i = 0; i + 1 < digits.size(); i += 2) {
        out += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    }
    return out;
}

std::vector<Message> messages()
{
    std::ifstream page(REEVE_TEST_EXAMPLE);
    std::vector<Message> found;
    bool inside = false;
    for (std::string line; std::getline(page, line);) {
        if (line.rfind("```wire ", 0) == 0) {
            found.push_back({line == "```wire WorkerMessage", ""});
            inside = true;
        } else if (line == "```") {
            inside = false;
        } else if (inside) {
            found.back().bytes += bytes_of(line);
        }
    }
    return found;
}

reeve_bytes view(const std::string &s)
{
    return reeve_bytes_of(s.data(), s.size());
}

class Wire : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        reeve_arena_init(&arena, nullptr, 1 << 20, 0);
        all = messages();
        ASSERT_EQ(all.size(), 7u);
        for (const Message &message : all) {
            read(message);
        }
    }
    void TearDown() override
    {
        reeve_arena_clear(&arena);
    }

    void read(const Message &message)
    {
        reeve_batch_reader reader;
        reeve_batch_reader_init(&reader, view(message.bytes), REEVE_BATCH_BYTES);
        for (;;) {
            reeve_batch_frame frame;
            ASSERT_EQ(reeve_batch_reader_next(&reader, &frame), REEVE_OK);
            if (frame.number == 0) {
                break;
            }
            if (message.from_worker) {
                worker.emplace_back();
                ASSERT_EQ(
                    reeve_worker_frame_decode(frame.number, frame.payload, &arena, &worker.back()),
                    REEVE_OK)
                    << frame.number;
            } else {
                gateway.emplace_back();
                ASSERT_EQ(reeve_gateway_frame_decode(frame.number, frame.payload, &arena,
                                                     &gateway.back()),
                          REEVE_OK)
                    << frame.number;
            }
        }
        EXPECT_EQ(reader.ignored, 0u);
    }

    reeve_arena arena;
    std::vector<Message> all;
    std::vector<reeve_worker_frame> worker;
    std::vector<reeve_gateway_frame> gateway;
};

TEST_F(Wire, FramesAreThoseThatThePageNames)
{
    std::vector<std::string> names;
    for (const auto &frame : worker) {
        names.push_back(reeve_worker_frame_name(frame.type));
    }
    for (const auto &frame : gateway) {
        names.push_back(reeve_gateway_frame_name(frame.type));
    }
    const std::vector<std::string> expected = {
        "HELLO",   "RESUME_DONE", "HEARTBEAT", "LIMIT",    "AUDIT",       "OUTCOME",   "AUDIT",
        "WELCOME", "OUTCOME_ACK", "HEARTBEAT", "DISPATCH", "OUTCOME_ACK", "AUDIT_ACK", "RETRY"};
    EXPECT_EQ(names, expected);
}

TEST_F(Wire, ApprovalVerifies)
{
    const reeve_dispatch &dispatch = gateway[3].as.dispatch;
    const reeve_signature &signature = dispatch.plan.signatures.items[0];
    uint8_t seed[32];
    std::fill(std::begin(seed), std::end(seed), uint8_t{0xc3});
    reeve_key key;
    reeve_key_init(&key);
    ASSERT_EQ(reeve_key_from_seed(&key, reeve_bytes_of(seed, sizeof seed)), REEVE_OK);
    EXPECT_EQ(reeve_dsse_verify(&key.public_key, REEVE_PLAN_STATEMENT_TYPE, dispatch.plan.statement,
                                signature.signature, nullptr),
              REEVE_OK);
    reeve_key_clear(&key);
}

TEST_F(Wire, ChainVerifies)
{
    reeve_audit_verifier verifier;
    reeve_audit_verifier_options options{};
    options.any_journal = true;
    options.has_gateway_key = true;
    options.gateway_key = gateway[0].as.welcome.countersign_public_key;
    reeve_audit_verifier_init(&verifier, &options);
    EXPECT_EQ(reeve_audit_verifier_entry(&verifier, &worker[4].as.audit_batch.entries.items[0],
                                         nullptr, &arena, nullptr),
              REEVE_OK);
    const reeve_outcome &outcome = worker[5].as.outcome;
    reeve_audit_bodies bodies{};
    bodies.output = outcome.output;
    EXPECT_EQ(reeve_audit_verifier_entry(&verifier, &outcome.audit, &bodies, &arena, nullptr),
              REEVE_OK)
        << reeve_audit_fault_text(verifier.fault);
    EXPECT_EQ(reeve_audit_verifier_checkpoint(&verifier, &worker[6].as.audit_batch.checkpoint),
              REEVE_OK);
    EXPECT_EQ(
        reeve_audit_verifier_countersignature(&verifier, &gateway[5].as.audit_ack.countersignature),
        REEVE_OK);
}

} // namespace
