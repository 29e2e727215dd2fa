// SPDX-License-Identifier: Apache-2.0
// A chain of records with bodies, as a worker writes it, for tests to break.
#ifndef REEVE_TESTS_UNIT_AGENT_AUDIT_TRAIL_H
#define REEVE_TESTS_UNIT_AGENT_AUDIT_TRAIL_H

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agent/audit/commitment.h"
#include "agent/audit/verifier.h"
#include "tests/support/bytes.h"

using reeve::test::View;

// One stored entry: owns its bytes.
struct Stored {
    std::string record, input, output;
    reeve_id input_salt = {}, output_salt = {};
    bool bodies = false;

    reeve_audit_entry Entry() const
    {
        reeve_audit_entry entry = {};
        entry.record = View(record);
        if (bodies) {
            entry.has_input_salt = entry.has_output_salt = true;
            entry.input_salt = input_salt;
            entry.output_salt = output_salt;
            entry.input_body = View(input);
            entry.output_body = View(output);
        }
        return entry;
    }
};

class Trail
{
  public:
    Trail()
    {
        reeve_id journal = {};
        journal.bytes[0] = 7;
        reeve_key_init(&key);
        EXPECT_EQ(reeve_key_generate(&key, reeve_random_system()), REEVE_OK);
        reeve_audit_chain_init(&chain, journal);
    }
    ~Trail()
    {
        reeve_key_clear(&key);
    }
    Trail(const Trail &) = delete;

    void Open()
    {
        reeve_audit_record record = {};
        record.event = REEVE_AUDIT_CHAIN_OPENED;
        record.as.chain_opened.audit_public_key = key.public_key;
        record.as.chain_opened.build = reeve_bytes_cstr("test");
        Append(&record, Stored());
    }
    void Job(const std::string &input, const std::string &output)
    {
        Stored stored;
        stored.bodies = true;
        stored.input = input;
        stored.output = output;
        stored.input_salt = reeve_random_id(reeve_random_system());
        stored.output_salt = reeve_random_id(reeve_random_system());
        reeve_audit_record record = {};
        record.event = REEVE_AUDIT_JOB_ENDED;
        reeve_job_ended *ended = &record.as.job_ended;
        ended->job_id = reeve_random_id(reeve_random_system());
        ended->plan_id = ended->job_id;
        ended->task = reeve_bytes_cstr("crm.v1.Tickets/Create");
        ended->has_input = ended->has_output = true;
        ended->input = reeve_audit_commit(stored.input_salt, View(input), View(input));
        ended->output =
            reeve_audit_commit(stored.output_salt, View("secret" + output), View(output));
        ended->status = REEVE_OUTCOME_SUCCEEDED;
        ended->effect = REEVE_EFFECT_DONE;
        Append(&record, stored);
    }
    void Append(reeve_audit_record *record, Stored stored)
    {
        reeve_buffer out;
        reeve_buffer_init(&out, nullptr, 1 << 16);
        ASSERT_EQ(reeve_audit_chain_append(&chain, record, now, &out), REEVE_OK);
        stored.record.assign(reinterpret_cast<char *>(out.data), out.len);
        reeve_buffer_clear(&out);
        entries.push_back(stored);
    }
    // Checkpoint bytes over the head.
    std::string Head()
    {
        reeve_buffer out;
        reeve_buffer_init(&out, nullptr, 1 << 16);
        EXPECT_EQ(reeve_audit_checkpoint_make(&chain, now, &out), REEVE_OK);
        std::string bytes(reinterpret_cast<char *>(out.data), out.len);
        reeve_buffer_clear(&out);
        return bytes;
    }
    // A chain of `jobs` jobs behind its opening.
    void Make(int jobs)
    {
        Open();
        for (int i = 0; i < jobs; i++) {
            now += 10;
            Job("input " + std::to_string(i), "output " + std::to_string(i));
        }
    }

    reeve_key key;
    reeve_audit_chain chain;
    std::vector<Stored> entries;
    int64_t now = 1'700'000'000'000;
};

// Feeds entries until one breaks.
class Reader
{
  public:
    explicit Reader(const Trail &trail)
    {
        options.from.journal_id = trail.chain.journal_id;
        reeve_arena_init(&arena, nullptr, 1 << 20, 0);
    }
    ~Reader()
    {
        reeve_arena_clear(&arena);
    }
    Reader(const Reader &) = delete;

    enum reeve_status Read(const std::vector<Stored> &entries,
                           const reeve_signed_checkpoint *checkpoint = nullptr)
    {
        reeve_audit_verifier_init(&v, &options);
        for (size_t i = 0; i < entries.size(); i++) {
            reeve_audit_entry entry = entries[i].Entry();
            enum reeve_status status =
                reeve_audit_verifier_entry(&v, &entry, nullptr, &arena, nullptr);
            if (status == REEVE_OK) {
                continue;
            }
            bool last = i + 1 == entries.size();
            reeve_audit_entry behind = entries[last ? i : i + 1].Entry();
            reeve_audit_verifier_blame(&v, last ? nullptr : &behind, checkpoint, &arena);
            return status;
        }
        return REEVE_OK;
    }

    reeve_audit_verifier_options options = {};
    reeve_audit_verifier v;
    reeve_arena arena;
};

#endif
