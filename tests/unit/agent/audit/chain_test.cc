// SPDX-License-Identifier: Apache-2.0
// Writing a chain: sequence, link, owner, and a time that never goes back (P5).
#include "agent/audit/chain.h"

#include "agent/base/hash.h"
#include "tests/support/alloc_sweep.h"
#include "tests/unit/agent/audit/trail.h"

TEST(Chain, HashIsOverPrefixNulAndBytes)
{
    std::string all = std::string("reeve.audit.v1") + '\0' + "record";
    reeve_digest expected = reeve_sha256_of(View(all));
    EXPECT_TRUE(reeve_digest_equal(reeve_audit_record_hash(View("record")), expected));
}

TEST(Chain, FirstRecordLinksToZeros)
{
    Trail trail;
    trail.Make(2);
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, 1 << 16, 0);
    reeve_digest previous = {};
    for (size_t i = 0; i < trail.entries.size(); i++) {
        reeve_audit_record record;
        ASSERT_EQ(reeve_audit_record_decode(View(trail.entries[i].record), &arena, &record),
                  REEVE_OK);
        EXPECT_EQ(record.sequence, i + 1);
        EXPECT_TRUE(reeve_digest_equal(record.previous_hash, previous));
        EXPECT_TRUE(reeve_id_equal(record.journal_id, trail.chain.journal_id));
        previous = reeve_audit_record_hash(View(trail.entries[i].record));
    }
    EXPECT_TRUE(reeve_digest_equal(previous, trail.chain.head));
    reeve_arena_clear(&arena);
}

TEST(Chain, TimeNeverGoesBack)
{
    Trail trail;
    trail.Make(1);
    int64_t last = trail.chain.last_unix_ms;
    trail.now -= 100000;
    trail.Job("in", "out");
    EXPECT_EQ(trail.chain.last_unix_ms, last);
    EXPECT_EQ(Reader(trail).Read(trail.entries), REEVE_OK);
}

TEST(Chain, FailedAppendChangesNothing)
{
    Trail trail;
    trail.Make(1);
    reeve_audit_chain before = trail.chain;
    reeve_audit_record record = {};
    reeve_buffer out;
    reeve_buffer_init(&out, nullptr, 1 << 16);
    EXPECT_EQ(reeve_audit_chain_append(&trail.chain, &record, 0, &out), REEVE_INVALID);
    reeve_buffer_clear(&out);
    reeve_buffer_init(&out, nullptr, 8);
    record.event = REEVE_AUDIT_GAP;
    record.as.gap.from_sequence = record.as.gap.to_sequence = 1;
    EXPECT_EQ(reeve_audit_chain_append(&trail.chain, &record, 0, &out), REEVE_LIMIT);
    EXPECT_EQ(out.len, 0u);
    EXPECT_EQ(trail.chain.sequence, before.sequence);
    EXPECT_TRUE(reeve_digest_equal(trail.chain.head, before.head));
    reeve_buffer_clear(&out);
    SweepAllocations([&](const reeve_allocator *a) {
        reeve_audit_chain copy = trail.chain;
        reeve_buffer_init(&out, a, 1 << 16);
        enum reeve_status status = reeve_audit_chain_append(&copy, &record, 0, &out);
        EXPECT_TRUE(status == REEVE_OK || status == REEVE_NO_MEMORY);
        EXPECT_EQ(copy.sequence, trail.chain.sequence + (status == REEVE_OK ? 1 : 0));
        reeve_buffer_clear(&out);
    });
}

TEST(Chain, FollowsItsOwnRecordsOnly)
{
    Trail trail;
    trail.Make(3);
    reeve_arena arena;
    reeve_arena_init(&arena, nullptr, 1 << 16, 0);
    reeve_audit_chain replay;
    reeve_audit_chain_init(&replay, trail.chain.journal_id);
    EXPECT_EQ(reeve_audit_chain_follow(&replay, View(trail.entries[1].record), &arena),
              REEVE_CHAIN_BROKEN);
    for (const Stored &stored : trail.entries) {
        ASSERT_EQ(reeve_audit_chain_follow(&replay, View(stored.record), &arena), REEVE_OK);
    }
    EXPECT_TRUE(reeve_digest_equal(replay.head, trail.chain.head));
    EXPECT_EQ(reeve_audit_chain_follow(&replay, View(trail.entries[3].record), &arena),
              REEVE_CHAIN_BROKEN);
    reeve_arena_clear(&arena);
}

TEST(Commitment, BodyAndCompleteMessage)
{
    reeve_id salt = reeve_random_id(reeve_random_system());
    reeve_commitment same = reeve_audit_commit(salt, View("all"), View("all"));
    EXPECT_FALSE(same.has_body_digest);
    EXPECT_EQ(same.size_bytes, 3u);
    EXPECT_EQ(reeve_audit_commitment_check(&same, salt, View("all")), REEVE_OK);
    EXPECT_EQ(reeve_audit_commitment_check(&same, salt, View("alx")), REEVE_CHAIN_BROKEN);
    reeve_commitment part = reeve_audit_commit(salt, View("all"), View("al"));
    EXPECT_TRUE(part.has_body_digest);
    EXPECT_EQ(reeve_audit_commitment_check(&part, salt, View("al")), REEVE_OK);
    EXPECT_EQ(reeve_audit_commitment_check(&part, salt, View("all")), REEVE_CHAIN_BROKEN);
    EXPECT_EQ(reeve_audit_commitment_check_complete(&part, salt, View("all")), REEVE_OK);
    reeve_id other = reeve_random_id(reeve_random_system());
    EXPECT_EQ(reeve_audit_commitment_check(&same, other, View("all")), REEVE_CHAIN_BROKEN)
        << "without the salt nothing can be tried out";
    reeve_commitment emptied = reeve_audit_commit(salt, View("all"), View(""));
    EXPECT_TRUE(emptied.has_body_digest) << "an empty body is a body";
}
