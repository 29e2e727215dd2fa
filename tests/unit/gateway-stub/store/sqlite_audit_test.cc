// SPDX-License-Identifier: Apache-2.0
//
// What the SQLite store keeps of audit: chains without holes, lists, exports, pages that fit into
// memory (P7).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/gateway-stub/store/store_fixture.h"

namespace
{

using reeve_test::id_of;
using reeve_test::Request;
using reeve_test::SqliteStore;
using reeve_test::Store;
using reeve_test::text;

TEST_F(SqliteStore, KeepsAnOwnChainPerTenantWithoutHoles)
{
    Store store(path);
    register_task(store);
    reeve_id chain{};
    for (uint64_t i = 0; i < 3; i++) {
        ASSERT_EQ(submit(store, static_cast<uint8_t>(i + 1), 1), REEVE_OK);
        Request r(REEVE_STORE_END_PLAN);
        reeve_own_record record{};
        record.kind = REEVE_OWN_PLAN_DECIDED;
        r->own_tenant = text("t");
        r->own = &record;
        r->own_count = 1;
        r->u.end_plan.tenant = text("t");
        r->u.end_plan.plan_id = id_of(static_cast<uint8_t>(i + 1));
        r->u.end_plan.from = 1u << REEVE_PLAN_PENDING;
        r->u.end_plan.state = REEVE_PLAN_REJECTED;
        ASSERT_EQ(store.run(r.r), REEVE_OK);
        EXPECT_EQ(r->own_sequence, i + 2) << "behind ChainOpened";
        chain = r->own_chain_id;
        // A refused transition leaves nothing in the chain.
        Request again(REEVE_STORE_END_PLAN);
        again->own_tenant = text("t");
        again->own = &record;
        again->own_count = 1;
        again->u.end_plan = r->u.end_plan;
        EXPECT_EQ(store.run(again.r), REEVE_STATE);
    }
    Request list(REEVE_STORE_LIST_AUDIT);
    list->u.list_audit.tenant = text("t");
    list->u.list_audit.chain_id = chain;
    list->u.list_audit.limit = 10;
    ASSERT_EQ(store.run(list.r), REEVE_OK);
    ASSERT_EQ(list->u.list_audit.count, 4u);
    for (uint64_t i = 0; i < 4; i++) {
        EXPECT_EQ(list->u.list_audit.entries[i].sequence, 4 - i) << "newest first";
    }
    Request other(REEVE_STORE_LIST_AUDIT);
    other->u.list_audit.tenant = text("other");
    other->u.list_audit.chain_id = chain;
    other->u.list_audit.limit = 10;
    ASSERT_EQ(store.run(other.r), REEVE_OK);
    EXPECT_EQ(other->u.list_audit.count, 0u) << "another tenant's chain";
}

struct AuditQuery {
    const char *name;
    uint8_t chain, job, plan;
    uint64_t after, before;
    size_t limit;
    std::vector<uint64_t> sequences;
};

// The newest come first whatever is asked for, and one chain can be paged through both ways.
TEST_F(SqliteStore, ListsTheNewestRecordsFirstAndPagesOn)
{
    Store store(path);
    register_task(store);
    ASSERT_EQ(submit(store, 1), REEVE_OK);
    ASSERT_EQ(open_session(store).status, REEVE_OK);
    for (uint8_t i = 1; i <= 5; i++) {
        // The plan's two jobs, then jobs that the store knows nothing of.
        const uint8_t job = i <= 2 ? static_cast<uint8_t>(9 + i) : 77;
        ASSERT_EQ(settle(store, 1, i, job), REEVE_OK);
    }
    const uint64_t far = UINT64_MAX;
    const AuditQuery queries[] = {
        {"tenant", 0, 0, 0, 0, 0, 2, {5, 4}},
        {"chain", 200, 0, 0, 0, 0, 2, {5, 4}},
        {"next page", 200, 0, 0, 0, 4, 2, {3, 2}},
        {"last page", 200, 0, 0, 0, 2, 2, {1}},
        {"behind the end", 200, 0, 0, 0, 1, 2, {}},
        {"far", 200, 0, 0, 0, far, 2, {5, 4}},
        {"follow", 200, 0, 0, 2, 0, 2, {3, 4}},
        {"follow on", 200, 0, 0, 4, 0, 2, {5}},
        {"followed to the end", 200, 0, 0, 5, 0, 2, {}},
        {"too far", 200, 0, 0, far, 0, 2, {}},
        {"between", 200, 0, 0, 1, 4, 9, {2, 3}},
        {"another chain", 201, 0, 0, 0, 0, 9, {}},
        {"plan", 0, 0, 1, 0, 0, 9, {2, 1}},
        {"newest of the plan", 0, 0, 1, 0, 0, 1, {2}},
        {"plan in a chain", 200, 0, 1, 0, 0, 9, {2, 1}},
        {"plan in another chain", 201, 0, 1, 0, 0, 9, {}},
        {"job", 0, 10, 0, 0, 0, 9, {1}},
        {"the job counts", 0, 11, 1, 0, 0, 9, {2}},
    };
    for (const AuditQuery &query : queries) {
        Request list(REEVE_STORE_LIST_AUDIT);
        list->u.list_audit.tenant = text("t");
        list->u.list_audit.chain_id = query.chain ? id_of(query.chain) : reeve_id{};
        list->u.list_audit.job_id = query.job ? id_of(query.job) : reeve_id{};
        list->u.list_audit.plan_id = query.plan ? id_of(query.plan) : reeve_id{};
        list->u.list_audit.after_sequence = query.after;
        list->u.list_audit.before_sequence = query.before;
        list->u.list_audit.limit = query.limit;
        ASSERT_EQ(store.run(list.r), REEVE_OK) << query.name;
        std::vector<uint64_t> sequences;
        for (size_t i = 0; i < list->u.list_audit.count; i++) {
            sequences.push_back(list->u.list_audit.entries[i].sequence);
        }
        EXPECT_EQ(sequences, query.sequences) << query.name;
    }
}

TEST_F(SqliteStore, ExportsChainByChain)
{
    Store store(path);
    register_task(store);
    ASSERT_EQ(submit(store, 1), REEVE_OK);
    ASSERT_EQ(open_session(store).status, REEVE_OK);
    for (uint64_t i = 1; i <= 5; i++) {
        ASSERT_EQ(settle(store, 1, i, 10), REEVE_OK);
    }
    size_t heads = 0;
    size_t records = 0;
    uint64_t chain = 0;
    uint64_t sequence = 0;
    for (int page = 0; page < 20; page++) {
        Request r(REEVE_STORE_EXPORT_AUDIT);
        r->u.export_audit.tenant = text("t");
        r->u.export_audit.cursor_chain = chain;
        r->u.export_audit.cursor_sequence = sequence;
        r->u.export_audit.limit = 2;
        ASSERT_EQ(store.run(r.r), REEVE_OK);
        if (r->u.export_audit.finished) {
            break;
        }
        heads += r->u.export_audit.begins ? 1 : 0;
        records += r->u.export_audit.count;
        chain = r->u.export_audit.cursor_chain;
        sequence = r->u.export_audit.cursor_sequence;
    }
    EXPECT_EQ(heads, 2u) << "the journal's chain, and the gateway's own with the settlements";
    EXPECT_EQ(records, 5u + 1u + 4u);
}

// P7: a worker that keeps its records as large as it may cannot make the trail unreadable.
TEST_F(SqliteStore, P7PagesOfLargeRecordsFitIntoMemory)
{
    const size_t memory = 4 * 1024 * 1024;
    const uint8_t records = 20;
    Store store(path);
    register_task(store);
    ASSERT_EQ(submit(store, 1), REEVE_OK);
    ASSERT_EQ(open_session(store).status, REEVE_OK);
    for (uint8_t i = 1; i <= records; i++) {
        ASSERT_EQ(settle(store, 1, i, 10, nullptr, std::string(512 * 1024, 'x')), REEVE_OK);
    }
    Request list(REEVE_STORE_LIST_AUDIT, memory);
    list->u.list_audit.tenant = text("t");
    list->u.list_audit.chain_id = id_of(200);
    list->u.list_audit.limit = 1000;
    ASSERT_EQ(store.run(list.r), REEVE_OK);
    EXPECT_GT(list->u.list_audit.count, 0u);
    uint64_t chain = 0, sequence = 0;
    size_t seen = 0, ends = 0;
    for (int page = 0; page < 100; page++) {
        Request r(REEVE_STORE_EXPORT_AUDIT, memory);
        r->u.export_audit.tenant = text("t");
        r->u.export_audit.one_chain = true;
        r->u.export_audit.chain_id = id_of(200);
        r->u.export_audit.cursor_chain = chain;
        r->u.export_audit.cursor_sequence = sequence;
        r->u.export_audit.limit = 64;
        ASSERT_EQ(store.run(r.r), REEVE_OK);
        if (r->u.export_audit.finished) {
            break;
        }
        seen += r->u.export_audit.count;
        ends += r->u.export_audit.ends ? 1 : 0;
        chain = r->u.export_audit.cursor_chain;
        sequence = r->u.export_audit.cursor_sequence;
    }
    EXPECT_EQ(seen, records);
    EXPECT_EQ(ends, 1u);
}

} // namespace
