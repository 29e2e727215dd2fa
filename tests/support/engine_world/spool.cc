// SPDX-License-Identifier: Apache-2.0
//
// The spool, in memory.
#include "tests/support/engine_world.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/bytes.h"

using reeve::test::Text;
using reeve::test::View;

void EngineWorld::OnSpool(reeve_engine_action &action)
{
    EXPECT_FALSE(spool_asked) << "P7: two operations of the spool";
    spool_asked = true;
    spool_work = {};
    spool_work.type = action.type;
    if (action.type == REEVE_ACTION_SPOOL_WRITE) {
        spool_work.stream = action.u.spool_write.stream;
        spool_work.from = action.u.spool_write.number;
        spool_work.bytes = Text(reeve_buffer_view(&action.u.spool_write.bytes));
        reeve_buffer_clear(&action.u.spool_write.bytes);
        EXPECT_EQ(spool.count({spool_work.stream, spool_work.from}), 0u) << "a name used twice";
        spool_writes++;
        Line("SPOOL WRITE");
    } else if (action.type == REEVE_ACTION_SPOOL_READ) {
        spool_work.stream = action.u.spool_read.stream;
        spool_work.from = action.u.spool_read.number;
        spool_reads++;
        Line("SPOOL READ");
        spool_work.size = action.u.spool_read.bytes;
    } else {
        spool_work.stream = action.u.spool_remove.stream;
        spool_work.from = action.u.spool_remove.from;
        spool_work.until = action.u.spool_remove.until;
        EXPECT_LT(spool_work.from, spool_work.until);
        Line("SPOOL REMOVE");
    }
}

uint64_t EngineWorld::SpoolBytes() const
{
    uint64_t bytes = 0;
    for (const auto &[name, block] : spool) {
        bytes += block.size();
    }
    return bytes;
}

void EngineWorld::SpoolDone(reeve_status status)
{
    ASSERT_TRUE(spool_asked);
    spool_asked = false;
    const WorldSpoolWork work = spool_work;
    reeve_buffer read;
    reeve_buffer_init(&read, nullptr, size_t{64} << 20);
    reeve_engine_event event = {};
    event.type = REEVE_EVENT_SPOOL_DONE;
    event.u.spool.status = status;
    if (work.type == REEVE_ACTION_SPOOL_WRITE) {
        const size_t half = work.bytes.size() / 2;
        spool[{work.stream, work.from}] =
            status == REEVE_OK ? work.bytes : work.bytes.substr(0, half);
        spool_most_bytes = std::max(spool_most_bytes, SpoolBytes());
        EXPECT_LE(SpoolBytes(), options_.max_spool_bytes) << "P7: over its bound";
    } else if (work.type == REEVE_ACTION_SPOOL_READ && status == REEVE_OK) {
        ASSERT_EQ(spool.count({work.stream, work.from}), 1u) << "read what is not there";
        const std::string &block = spool[{work.stream, work.from}];
        ASSERT_EQ(reeve_buffer_append(&read, View(block)), REEVE_OK);
        const bool whole = block.size() == work.size;
        event.u.spool.status = whole ? REEVE_OK : REEVE_CORRUPT;
        event.u.spool.bytes = whole ? &read : nullptr;
    } else if (work.type == REEVE_ACTION_SPOOL_REMOVE && status == REEVE_OK) {
        spool.erase(spool.lower_bound({work.stream, work.from}),
                    spool.lower_bound({work.stream, work.until}));
    }
    Fire(event);
    reeve_buffer_clear(&read);
}
