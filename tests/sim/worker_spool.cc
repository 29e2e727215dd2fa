// SPDX-License-Identifier: Apache-2.0
//
// A worker's spool, stepped by hand.
#include "tests/sim/events.h"
#include "tests/sim/world.h"

namespace reeve_sim
{

bool Worker::OpenSpool()
{
    reeve_spool_options o = {};
    o.storage = &spool_disk.storage;
    o.on_done = SpoolDone;
    o.ctx = this;
    o.manual = true;
    const reeve_status status = reeve_spool_open(&o, &spool);
    if (status != REEVE_OK) {
        sim.Trace("%s cannot open its spool: %s", Name().c_str(), reeve_status_name(status));
    }
    return status == REEVE_OK;
}

void Worker::CarrySpool(reeve_engine_action &action)
{
    if (action.type == REEVE_ACTION_SPOOL_WRITE) {
        spool_writes++;
        reeve_spool_write(spool, action.u.spool_write.stream, action.u.spool_write.number,
                          &action.u.spool_write.bytes);
    } else if (action.type == REEVE_ACTION_SPOOL_READ) {
        reeve_spool_read(spool, action.u.spool_read.stream, action.u.spool_read.number,
                         action.u.spool_read.bytes);
    } else {
        reeve_spool_remove(spool, action.u.spool_remove.stream, action.u.spool_remove.from,
                           action.u.spool_remove.until);
    }
    const bool slow = slow_sync_until > sim.now_ms;
    Later(slow ? rng_->Between(20, 900) : rng_->Below(4), [this] {
        (void)reeve_spool_step(spool);
        sim.ledger.Spooled(*this);
    });
}

// The engine hears of it, as from the loop, when the spool has let go.
void Worker::SpoolDone(void *ctx, reeve_status status, reeve_buffer *bytes)
{
    Worker &self = *static_cast<Worker *>(ctx);
    if (!self.up) {
        return;
    }
    auto text = std::make_shared<std::string>(bytes ? Text(reeve_buffer_view(bytes)) : "");
    const bool has_bytes = bytes != nullptr;
    self.sim.Trace("%s spool: %s", self.Name().c_str(), reeve_status_name(status));
    self.Later(0, [&self, status, text, has_bytes] {
        reeve_buffer read;
        reeve_buffer_init(&read, nullptr, SIZE_MAX);
        if (reeve_buffer_append(&read, View(*text)) != REEVE_OK) {
            std::terminate();
        }
        reeve_engine_event event = EngineEvent(REEVE_EVENT_SPOOL_DONE);
        event.u.spool.status = status;
        event.u.spool.bytes = has_bytes ? &read : nullptr;
        self.Fire(event);
        reeve_buffer_clear(&read);
    });
}

} // namespace reeve_sim
