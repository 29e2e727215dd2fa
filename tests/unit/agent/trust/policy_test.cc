// SPDX-License-Identifier: Apache-2.0
// The allowlist denies by default, an exact entry goes before its service's star (P3).
#include "agent/trust/policy.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agent/trust/key.h"
#include "tests/support/alloc_sweep.h"

namespace
{

reeve_allow Allow(const char *task, uint32_t max_in_flight = 0, uint32_t approvals = 0)
{
    reeve_allow allow = {};
    allow.task = reeve_bytes_cstr(task);
    allow.max_in_flight = max_in_flight;
    allow.approvals = approvals;
    return allow;
}

reeve_approver Approver(uint8_t n)
{
    reeve_approver approver = {};
    approver.name = reeve_bytes_cstr("someone");
    approver.key.bytes[0] = n;
    return approver;
}

struct Policy {
    Policy(const std::vector<reeve_allow> &allow, const std::vector<reeve_approver> &approvers,
           uint32_t min = 0, const reeve_allocator *a = nullptr)
    {
        reeve_policy_options options = {};
        options.allow = allow.data();
        options.allow_count = allow.size();
        options.approvers = approvers.data();
        options.approver_count = approvers.size();
        options.min_approvals = min;
        status = reeve_policy_new(&options, a, &policy);
    }
    ~Policy()
    {
        reeve_policy_free(policy);
    }
    Policy(const Policy &) = delete;
    const reeve_allow *Find(const char *task) const
    {
        return reeve_policy_allows(policy, reeve_bytes_cstr(task));
    }
    reeve_policy *policy = nullptr;
    enum reeve_status status;
};

} // namespace

TEST(Policy, DeniesByDefault)
{
    Policy p({}, {});
    ASSERT_EQ(p.status, REEVE_OK);
    EXPECT_EQ(p.Find("crm.v1.Tickets/Create"), nullptr);
    EXPECT_EQ(p.Find(""), nullptr);
}

TEST(Policy, ExactAndStar)
{
    Policy p({Allow("crm.v1.Tickets/Create", 8), Allow("crm.v1.Tickets/*", 2),
              Allow("crm.v1.Customers/Get", 1)},
             {});
    ASSERT_EQ(p.status, REEVE_OK);
    EXPECT_EQ(p.Find("crm.v1.Tickets/Create")->max_in_flight, 8u);
    EXPECT_EQ(p.Find("crm.v1.Tickets/Delete")->max_in_flight, 2u);
    EXPECT_EQ(p.Find("crm.v1.Customers/Get")->max_in_flight, 1u);
    for (const char *task : {"crm.v1.Customers/Delete", "crm.v1.TicketsX/Create", "crm.v1.Tickets",
                             "crm.v1.Tickets/", "crm.v1.Tickets/*", "v1.Tickets/Create", "/Create",
                             "crm.v1.Customers/Get/x", "crm.v1.Tickets/*x"}) {
        EXPECT_EQ(p.Find(task), nullptr) << task;
    }
    std::string longest = "crm.v1.Tickets/" + std::string(300, 'a');
    EXPECT_EQ(p.Find(longest.c_str()), nullptr);
}

TEST(Policy, RefusesOtherPatterns)
{
    for (const char *bad :
         {"", "*", "*/*", "a.B", "a.B/", "/C", "a.*/C", "a.B/C*", "a.B/C/D", "a B/C", "a.B/**"}) {
        EXPECT_EQ(Policy({Allow(bad)}, {}).status, REEVE_INVALID) << bad;
    }
    EXPECT_EQ(Policy({Allow("a.B/C"), Allow("a.B/C")}, {}).status, REEVE_INVALID);
}

TEST(Policy, Approvers)
{
    Policy p({Allow("a.B/C", 0, 2)}, {Approver(1), Approver(2)}, 1);
    ASSERT_EQ(p.status, REEVE_OK);
    char id[REEVE_KEY_ID_SIZE];
    reeve_public_key key = Approver(2).key;
    reeve_key_id(&key, id);
    const reeve_approver *found = reeve_policy_approver(p.policy, reeve_bytes_cstr(id));
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->key.bytes[0], 2);
    EXPECT_EQ(reeve_policy_approver(p.policy, reeve_bytes_cstr("00000000000000000000000000000000")),
              nullptr);
    EXPECT_EQ(reeve_policy_approver(p.policy, reeve_bytes_cstr("")), nullptr);
    const reeve_allow *entry = p.Find("a.B/C");
    EXPECT_EQ(reeve_policy_approvals(p.policy, entry, 0), 2u);
    EXPECT_EQ(reeve_policy_approvals(p.policy, entry, 5), 5u);
    EXPECT_EQ(Policy({}, {Approver(1), Approver(1)}).status, REEVE_EXISTS);
    EXPECT_EQ(Policy({Allow("a.B/C", 0, 2)}, {Approver(1)}).status, REEVE_LIMIT);
    EXPECT_EQ(Policy({}, {Approver(1)}, 2).status, REEVE_LIMIT);
}

TEST(Policy, AllocationSweep)
{
    SweepAllocations([](const reeve_allocator *a) {
        Policy p({Allow("a.B/C"), Allow("a.D/*")}, {Approver(1), Approver(2)}, 0, a);
        EXPECT_TRUE(p.status == REEVE_OK || p.status == REEVE_NO_MEMORY) << p.status;
    });
}
