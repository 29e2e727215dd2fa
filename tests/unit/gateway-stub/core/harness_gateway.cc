// SPDX-License-Identifier: Apache-2.0
//
// The gateway: its core and its store, step by step.
#include "tests/unit/gateway-stub/core/harness.h"

#include <algorithm>

namespace reeve_test
{

namespace
{

const char build[] = "reeve-gateway/test";

enum reeve_status sign_with(void *ctx, reeve_bytes message, uint8_t signature[64])
{
    reeve_signed made;
    REEVE_TRY(reeve_key_sign(static_cast<reeve_key *>(ctx), message, &made));
    reeve_move(signature, made.signature, 64);
    return REEVE_OK;
}

} // namespace

Gateway::Gateway(const std::string &directory) : path(directory + "/gateway.db")
{
    key = key_of(77);
    approver = key_of(88);
    reeve_random_seed(&random, 7);
    approvers[0].tenant = "t";
    approvers[0].name = "boss";
    reeve_move(approvers[0].public_key, approver.public_key.bytes, 32);
    options.build = build;
    options.approvers = approvers;
    options.approvers_count = 1;
    options.signer.sign = sign_with;
    options.signer.ctx = &key;
    reeve_move(options.signer.public_key, key.public_key.bytes, 32);
    options.random = &random.random;
}

Gateway::~Gateway()
{
    crash();
    reeve_key_clear(&key);
    reeve_key_clear(&approver);
}

void Gateway::start()
{
    reeve_sqlite_options sqlite{};
    char problem[256] = "";
    sqlite.path = path.c_str();
    sqlite.sealer.seal = reeve_gateway_seal;
    sqlite.sealer.ctx = const_cast<char *>(build);
    reeve_move(sqlite.sealer.public_key, key.public_key.bytes, 32);
    ASSERT_EQ(reeve_sqlite_open(&sqlite, &store, problem), REEVE_OK) << problem;
    ASSERT_EQ(reeve_gateway_new(&options, &core), REEVE_OK);
    ASSERT_EQ(reeve_gateway_start(core, now), REEVE_OK);
    settle();
    ASSERT_TRUE(reeve_gateway_ready(core)) << reeve_status_name(reeve_gateway_failure(core));
}

void Gateway::crash()
{
    reeve_store_close(store);
    store = nullptr;
    for (reeve_store_request *request : done) {
        reeve_store_request_free(request);
    }
    done.clear();
    under_way = 0;
    reeve_gateway_free(core);
    core = nullptr;
    frames.clear();
    hold_store = false;
}

void Gateway::handle(const reeve_gateway_event &event)
{
    reeve_gateway_handle(core, &event, now);
    reeve_gateway_action action;
    while (reeve_gateway_next_action(core, &action)) {
        act(action);
    }
}

void Gateway::act(reeve_gateway_action &action)
{
    switch (action.kind) {
    case REEVE_GATEWAY_SEND: {
        auto bytes = std::make_shared<std::string>(to_string(reeve_buffer_view(&action.buffer)));
        reeve_buffer_clear(&action.buffer);
        std::shared_ptr<reeve_arena> arena(new reeve_arena, [](reeve_arena *a) {
            reeve_arena_clear(a);
            delete a;
        });
        reeve_arena_init(arena.get(), nullptr, 1 << 24, 0);
        reeve_batch_reader reader;
        reeve_batch_frame raw;
        reeve_batch_reader_init(&reader, reeve_bytes_of(bytes->data(), bytes->size()), 1 << 24);
        for (;;) {
            ASSERT_EQ(reeve_batch_reader_next(&reader, &raw), REEVE_OK);
            if (raw.number == 0) {
                break;
            }
            Frame frame{bytes, arena, {}};
            ASSERT_EQ(
                reeve_gateway_frame_decode(raw.number, raw.payload, arena.get(), &frame.frame),
                REEVE_OK);
            frames[action.session].push_back(frame);
        }
        if (!hold_sends) {
            reeve_gateway_event event{};
            event.kind = REEVE_GATEWAY_SESSION_SENT;
            event.session = action.session;
            reeve_gateway_handle(core, &event, now);
        }
        return;
    }
    case REEVE_GATEWAY_CLOSE_SESSION:
        closed[action.session] = {action.grpc_code, action.text};
        close_session(action.session);
        return;
    case REEVE_GATEWAY_REPLY:
        replies[action.call].code = action.grpc_code;
        replies[action.call].bytes = to_string(reeve_buffer_view(&action.buffer));
        replies[action.call].text = action.text;
        reeve_buffer_clear(&action.buffer);
        return;
    case REEVE_GATEWAY_STREAM_MESSAGE: {
        replies[action.call].messages.push_back(to_string(reeve_buffer_view(&action.buffer)));
        reeve_buffer_clear(&action.buffer);
        reeve_gateway_event event{};
        event.kind = REEVE_GATEWAY_CALL_SENT;
        event.call = action.call;
        reeve_gateway_handle(core, &event, now);
        return;
    }
    case REEVE_GATEWAY_STORE:
        if (fail_store != REEVE_OK && !reeve_store_request_is_query(action.request)) {
            action.request->status = fail_store;
            std::lock_guard<std::mutex> lock(mutex);
            done.push_back(action.request);
            under_way++;
            return;
        }
        action.request->done = [](void *ctx, reeve_store_request *request) {
            auto *self = static_cast<Gateway *>(ctx);
            std::lock_guard<std::mutex> lock(self->mutex);
            self->done.push_back(request);
            self->wake.notify_one();
        };
        action.request->done_ctx = this;
        under_way++;
        reeve_store_submit(store, action.request);
        return;
    case REEVE_GATEWAY_NOTE:
        notes.push_back(action.text);
        return;
    case REEVE_GATEWAY_DRAINED:
        notes.push_back("drained");
        return;
    }
}

bool Gateway::complete_one()
{
    if (hold_store || under_way == 0) {
        return false;
    }
    std::unique_lock<std::mutex> lock(mutex);
    wake.wait(lock, [&] { return done.size() >= (queries_first ? under_way : 1); });
    const auto query = std::find_if(done.begin(), done.end(), reeve_store_request_is_query);
    const auto next = queries_first && query != done.end() ? query : done.begin();
    reeve_gateway_event event{};
    event.kind = REEVE_GATEWAY_STORE_DONE;
    event.request = *next;
    done.erase(next);
    under_way--;
    lock.unlock();
    handle(event);
    return true;
}

void Gateway::settle()
{
    reeve_gateway_event tick{};
    tick.kind = REEVE_GATEWAY_TICK;
    handle(tick);
    while (complete_one()) {
    }
}

void Gateway::drain(uint64_t within_ms)
{
    reeve_gateway_event event{};
    event.kind = REEVE_GATEWAY_DRAIN;
    event.within_ms = within_ms;
    handle(event);
    settle();
}

void Gateway::advance(uint64_t ms)
{
    const uint64_t until = now.boot_ms + ms;
    while (now.boot_ms < until) {
        uint64_t next = reeve_gateway_next_deadline(core);
        next = next <= now.boot_ms ? now.boot_ms + 1 : next;
        next = next > until ? until : next;
        now.unix_ms += static_cast<int64_t>(next - now.boot_ms);
        now.boot_ms = next;
        settle();
    }
}

uint64_t Gateway::open_session(const char *identity, const char *tenant,
                               std::vector<const char *> pools)
{
    reeve_peer peer{};
    peer.identity = identity;
    peer.tenant = tenant;
    peer.roles = REEVE_ROLE_WORKER;
    peer.pools = pools.data();
    peer.pools_count = pools.size();
    reeve_gateway_event event{};
    event.kind = REEVE_GATEWAY_SESSION_OPENED;
    event.session = ++handles;
    event.peer = &peer;
    handle(event);
    settle();
    return event.session;
}

void Gateway::message(uint64_t session, const std::string &bytes)
{
    reeve_gateway_event event{};
    event.kind = REEVE_GATEWAY_SESSION_MESSAGE;
    event.session = session;
    event.bytes = reeve_bytes_of(bytes.data(), bytes.size());
    handle(event);
    settle();
}

void Gateway::close_session(uint64_t session)
{
    reeve_gateway_event event{};
    event.kind = REEVE_GATEWAY_SESSION_CLOSED;
    event.session = session;
    reeve_gateway_handle(core, &event, now);
}

std::vector<Frame> Gateway::take(uint64_t session)
{
    std::vector<Frame> taken;
    taken.swap(frames[session]);
    return taken;
}

uint64_t Gateway::call(enum reeve_control_method method, const std::string &request,
                       const char *identity, uint32_t roles, const char *tenant)
{
    reeve_peer peer{};
    peer.identity = identity;
    peer.tenant = tenant;
    peer.roles = roles;
    reeve_gateway_event event{};
    event.kind = REEVE_GATEWAY_CALL;
    event.call = ++handles;
    event.method = method;
    event.peer = &peer;
    event.bytes = reeve_bytes_of(request.data(), request.size());
    handle(event);
    settle();
    return event.call;
}

Reply Gateway::reply(uint64_t call)
{
    return replies[call];
}

} // namespace reeve_test
