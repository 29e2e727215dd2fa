// SPDX-License-Identifier: Apache-2.0
// The intrusive list against std::deque under a random series of operations.
#include "agent/base/list.h"

#include <algorithm>
#include <deque>

#include "tests/support/seed.h"

namespace
{

struct Item {
    int number = 0;
    reeve_list_node node = {};
};

void ExpectSame(const reeve_list &list, const std::deque<Item *> &expected)
{
    ASSERT_EQ(list.count, expected.size());
    reeve_list_node *n = reeve_list_front(&list);
    for (Item *item : expected) {
        ASSERT_NE(n, nullptr);
        ASSERT_EQ(REEVE_OWNER(n, Item, node), item);
        n = reeve_list_next(&list, n);
    }
    ASSERT_EQ(n, nullptr);
    n = reeve_list_back(&list);
    for (auto item = expected.rbegin(); item != expected.rend(); ++item) {
        ASSERT_EQ(n, &(*item)->node);
        n = reeve_list_previous(&list, n);
    }
    ASSERT_EQ(n, nullptr);
}

TEST(List, EmptyGivesNull)
{
    reeve_list list;
    reeve_list_init(&list);
    EXPECT_TRUE(reeve_list_empty(&list));
    EXPECT_EQ(reeve_list_front(&list), nullptr);
    EXPECT_EQ(reeve_list_back(&list), nullptr);
    EXPECT_EQ(reeve_list_pop_front(&list), nullptr);
}

TEST(List, BehavesLikeADeque)
{
    Seeded seeded;
    Item items[20];
    reeve_list list;
    reeve_list_init(&list);
    std::deque<Item *> expected;
    for (int step = 0; step < 5000; step++) {
        Item *item = &items[reeve_random_below(seeded.random(), 20)];
        uint64_t choice = reeve_random_below(seeded.random(), 4);
        if (choice == 0) {
            reeve_list_node *popped = reeve_list_pop_front(&list);
            ASSERT_EQ(popped, expected.empty() ? nullptr : &expected.front()->node);
            if (!expected.empty()) {
                expected.pop_front();
            }
        } else if (reeve_list_linked(&item->node)) {
            reeve_list_remove(&list, &item->node);
            expected.erase(std::find(expected.begin(), expected.end(), item));
            ASSERT_FALSE(reeve_list_linked(&item->node));
        } else if (choice == 1) {
            reeve_list_push_front(&list, &item->node);
            expected.push_front(item);
        } else {
            reeve_list_push_back(&list, &item->node);
            expected.push_back(item);
        }
        ExpectSame(list, expected);
    }
}

} // namespace
