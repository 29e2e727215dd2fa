// SPDX-License-Identifier: Apache-2.0
// What becomes of the bad worker's messages on their way.
#include "tests/fuzz/gateway_world.h"
#include "tests/sim/frames.h"

namespace reeve::fuzz
{

void GatewayWorld::TamperFrame(reeve_worker_frame *frame)
{
    const auto id = [this] {
        if (pools_.empty() || in_.Below(8) == 7) {
            return reeve_sim::IdOf(in_.Bytes(16) + std::string(16, '\0'));
        }
        auto at = pools_.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(in_.Below(pools_.size())));
        return reeve_sim::IdOf(at->first);
    };
    const uint64_t field = in_.Below(8);
    switch (frame->type) {
    case REEVE_WORKER_FRAME_HELLO: {
        reeve_hello &h = frame->as.hello;
        if (field == 0) {
            h.journal_id = in_.Flag() ? good_.worker.JournalId() : id();
        } else if (field == 1) {
            h.last_epoch = in_.Odd(h.last_epoch);
        } else if (field == 2) {
            h.nonce = id();
        } else if (field == 3) {
            h.dispatch_mark = in_.Odd(h.dispatch_mark);
        } else if (field == 4) {
            h.audit_sequence = in_.Odd(h.audit_sequence);
        } else if (field == 5) {
            h.audit_hash.bytes[0] ^= 1;
        } else if (field == 6) {
            h.max_in_flight = static_cast<uint32_t>(in_.Odd(h.max_in_flight));
            h.max_frame_bytes = static_cast<uint32_t>(in_.Odd(h.max_frame_bytes));
        } else {
            h.audit_public_key = good_.worker.JournalId().bytes[0] != 0 && in_.Flag()
                                     ? TheKeys().gateway.public_key
                                     : reeve_public_key{};
        }
        return;
    }
    case REEVE_WORKER_FRAME_LIMIT:
        frame->as.limit.dispatches = in_.Odd(frame->as.limit.dispatches);
        return;
    case REEVE_WORKER_FRAME_RESUME_DONE:
        frame->as.resume_done.entries = in_.Odd(frame->as.resume_done.entries);
        return;
    case REEVE_WORKER_FRAME_ACCEPTED:
        frame->as.accepted.sequence = in_.Odd(frame->as.accepted.sequence);
        return;
    case REEVE_WORKER_FRAME_PROGRESS:
        frame->as.progress.job_id = id();
        frame->as.progress.steps_done = in_.Odd(frame->as.progress.steps_done);
        return;
    case REEVE_WORKER_FRAME_RESULT_CHUNK: {
        reeve_result_chunk &c = frame->as.result_chunk;
        if (field < 2) {
            c.job_id = id();
        } else if (field == 2) {
            c.index = in_.Odd(c.index);
        } else if (field == 3) {
            c.offset = in_.Odd(c.offset);
        } else if (field == 4) {
            c.total_size = in_.Odd(c.total_size);
        } else if (field == 5) {
            c.attempt = static_cast<uint32_t>(in_.Odd(c.attempt));
        } else if (field == 6) {
            c.last = !c.last;
        } else {
            c.has_digest = !c.has_digest;
        }
        return;
    }
    case REEVE_WORKER_FRAME_OUTCOME: {
        reeve_outcome &o = frame->as.outcome;
        if (field < 2) {
            o.job_id = id();
        } else if (field == 2) {
            o.sequence = in_.Odd(o.sequence);
        } else if (field == 3) {
            o.attempt = static_cast<uint32_t>(in_.Odd(o.attempt));
        } else if (field == 4) {
            o.status = static_cast<reeve_outcome_status>(in_.Below(8));
            o.has_error = in_.Flag();
        } else if (field == 5) {
            o.results = in_.Odd(o.results);
        } else if (field == 6) {
            o.output = reeve_bytes_cstr("another");
        } else {
            o.effect = static_cast<reeve_effect>(in_.Below(5));
        }
        return;
    }
    case REEVE_WORKER_FRAME_HEARTBEAT:
        frame->as.heartbeat.sequence = in_.Odd(frame->as.heartbeat.sequence);
        frame->as.heartbeat.answers = in_.Odd(frame->as.heartbeat.answers);
        return;
    default:
        return;
    }
}

// A message of the bad one, as it arrives.
std::string GatewayWorld::Tamper(const std::string &bytes)
{
    if (!tampers_ || tamper_in_-- != 0) {
        return bytes;
    }
    tamper_in_ = in_.Below(8);
    const uint64_t kind = in_.Below(8);
    if (kind == 0) { // twice
        return bytes + bytes;
    }
    if (kind == 1) { // cut
        return bytes.substr(0, in_.Below(bytes.size() + 1));
    }
    if (kind == 2) {
        std::string changed = bytes;
        const size_t at = in_.Below(changed.size());
        changed[at] = static_cast<char>(changed[at] ^ in_.Byte());
        return changed;
    }
    std::vector<reeve_worker_frame> frames;
    reeve_arena_reset(&arena_);
    Require(reeve_sim::ReadFrames(bytes, &arena_, &frames), "a message that does not decode");
    const size_t at = in_.Below(frames.size());
    Trace("changed on its way (%llu): %s", static_cast<unsigned long long>(kind),
          reeve_worker_frame_name(frames[at].type));
    if (kind == 3) { // left out
        frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(at));
    } else if (kind == 4) { // in another order, or twice
        frames.push_back(frames[at]);
    } else {
        TamperFrame(&frames[at]);
    }
    return Encode(frames);
}

} // namespace reeve::fuzz
