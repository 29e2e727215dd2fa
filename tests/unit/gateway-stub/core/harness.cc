// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/gateway-stub/core/harness.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "agent/audit/commitment.h"
#include "agent/base/hash.h"
#include "agent/trust/dsse.h"
#include "proto/runtime/message.h"

namespace reeve_test
{

namespace
{

const char build[] = "reeve-gateway/test";

reeve_key key_of(uint8_t number)
{
    reeve_key key;
    uint8_t seed[32] = {number};
    reeve_key_init(&key);
    EXPECT_EQ(reeve_key_from_seed(&key, reeve_bytes_of(seed, 32)), REEVE_OK);
    return key;
}

enum reeve_status sign_with(void *ctx, reeve_bytes message, uint8_t signature[64])
{
    reeve_signed made;
    REEVE_TRY(reeve_key_sign(static_cast<reeve_key *>(ctx), message, &made));
    reeve_move(signature, made.signature, 64);
    return REEVE_OK;
}

reeve_arena &forever()
{
    static reeve_arena arena = [] {
        reeve_arena a;
        reeve_arena_init(&a, nullptr, size_t{1} << 30, 1 << 16);
        return a;
    }();
    return arena;
}

} // namespace

void *decode(const reeve_message &type, const std::string &bytes)
{
    reeve_decode_options options{};
    options.unknown = REEVE_UNKNOWN_DROP;
    void *message = nullptr;
    reeve_problem problem{};
    EXPECT_EQ(reeve_message_decode(&type, reeve_bytes_of(bytes.data(), bytes.size()), &options,
                                   &forever(), &message, &problem),
              REEVE_OK)
        << problem.field << " " << problem.text;
    return message;
}

std::string encode(const reeve_message &type, const void *message)
{
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, size_t{1} << 26);
    EXPECT_EQ(reeve_message_encode(&type, message, &buffer), REEVE_OK);
    std::string bytes = to_string(reeve_buffer_view(&buffer));
    reeve_buffer_clear(&buffer);
    return bytes;
}

std::string manifest()
{
    std::ifstream file(REEVE_TEST_MANIFEST, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    EXPECT_FALSE(bytes.str().empty()) << REEVE_TEST_MANIFEST;
    return bytes.str();
}

std::string register_request()
{
    reeve_v1_register_tasks_request request = REEVE_V1_REGISTER_TASKS_REQUEST_INIT;
    request.manifest = as<reeve_v1_manifest>(reeve_v1_manifest_message, manifest());
    return encode(reeve_v1_register_tasks_request_message, &request);
}

reeve_digest fingerprint_of(const std::string &task)
{
    const auto *all = as<reeve_v1_manifest>(reeve_v1_manifest_message, manifest());
    for (size_t i = 0; i < all->n_tasks; i++) {
        const auto *schema = as<reeve_v1_task_schema>(
            reeve_v1_task_schema_message,
            std::string(reinterpret_cast<char *>(all->tasks[i]->schema.data),
                        all->tasks[i]->schema.len));
        if (task == schema->task) {
            reeve_digest digest{};
            reeve_move(digest.bytes, all->tasks[i]->fingerprint.data, 32);
            return digest;
        }
    }
    ADD_FAILURE() << "no such task: " << task;
    return {};
}

std::string submit_request(const std::string &task, size_t count, const char *key,
                           uint64_t expires_in_ms)
{
    // Echo{text}, Step{name}, CreateTicket{…}: a string in field 1 suits them all.
    static std::string input("\x0a\x03"
                             "abc");
    // Count{to, padding_bytes}
    static std::string numbers("\x08\x03\x10\x01");
    static std::string ticket = input + std::string("\x12\x05Hello\x22\x05World");
    std::string name = task;
    std::string &plain = task.find("Count") == std::string::npos ? input : numbers;
    std::string &bytes = task.find("Ticket") == std::string::npos ? plain : ticket;
    reeve_v1_planned_job job = REEVE_V1_PLANNED_JOB_INIT;
    job.task = &name[0];
    job.input = {bytes.size(), reinterpret_cast<uint8_t *>(&bytes[0])};
    std::vector<reeve_v1_planned_job *> jobs(count, &job);
    std::string key_text = key;
    reeve_v1_submit_plan_request request = REEVE_V1_SUBMIT_PLAN_REQUEST_INIT;
    request.jobs = jobs.data();
    request.n_jobs = count;
    request.idempotency_key = &key_text[0];
    request.expires_in_ms = expires_in_ms;
    return encode(reeve_v1_submit_plan_request_message, &request);
}

// ---- gateway ----

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

// ---- worker ----

Worker::Worker(Gateway &g, uint8_t number) : gateway(g)
{
    reeve_id journal{};
    journal.bytes[0] = 9;
    journal.bytes[15] = number;
    reeve_audit_chain_init(&chain, journal);
    audit_key = key_of(number);
    next.version_min = 1;
    next.version_max = 1;
    next.build = reeve_bytes_cstr("reeve-agent/test");
    next.journal_id = journal;
    next.boot_id = journal;
    next.nonce = journal;
    next.max_frame_bytes = 1 << 20;
    next.max_in_flight = 100;
    next.audit_public_key = audit_key.public_key;
    for (const char *task : {"demo.native.v1.Native/Echo", "demo.native.v1.Native/Step",
                             "demo.crm.v1.Tickets/CreateTicket", "demo.native.v1.Native/Count"}) {
        offers.push_back({task, fingerprint_of(task), 100, true, {}});
    }
}

Worker::~Worker()
{
    reeve_key_clear(&audit_key);
}

std::string Worker::encode(const std::vector<reeve_worker_frame> &all)
{
    reeve_buffer buffer;
    reeve_batch_writer writer;
    reeve_buffer_init(&buffer, nullptr, 1 << 24);
    reeve_batch_writer_init(&writer, &buffer, 1 << 24);
    for (const reeve_worker_frame &frame : all) {
        EXPECT_EQ(reeve_batch_writer_add_worker(&writer, &frame), REEVE_OK);
    }
    std::string bytes = to_string(reeve_buffer_view(&buffer));
    reeve_buffer_clear(&buffer);
    return bytes;
}

void Worker::send(const std::vector<reeve_worker_frame> &all)
{
    gateway.message(session, encode(all));
    read();
}

void Worker::hello()
{
    std::vector<reeve_task_offer> tasks;
    std::deque<std::vector<reeve_bytes>> accepted;
    for (const Offer &offer : offers) {
        reeve_task_offer task{};
        accepted.emplace_back();
        for (const reeve_digest &older : offer.accepted) {
            accepted.back().push_back(reeve_digest_view(&older));
        }
        task.accepted_fingerprints = {accepted.back().data(), accepted.back().size()};
        task.task = reeve_bytes_of(offer.task.data(), offer.task.size());
        task.fingerprint = offer.fingerprint;
        task.allowed = offer.allowed;
        task.max_in_flight = offer.max_in_flight;
        tasks.push_back(task);
    }
    session = gateway.open_session(identity.c_str(), tenant.c_str());
    welcomed = false;
    next.tasks = {tasks.data(), tasks.size()};
    next.audit_sequence = chain.sequence;
    next.audit_hash = chain.head;
    reeve_worker_frame frame{};
    frame.type = REEVE_WORKER_FRAME_HELLO;
    frame.as.hello = next;
    send({frame});
}

bool Worker::take_welcome()
{
    read();
    return welcomed;
}

void Worker::resume(const std::vector<reeve_resume_entry> &running)
{
    reeve_worker_frame page{};
    page.type = REEVE_WORKER_FRAME_RESUME;
    page.as.resume.entries = {running.data(), running.size()};
    reeve_worker_frame end{};
    end.type = REEVE_WORKER_FRAME_RESUME_DONE;
    end.as.resume_done.entries = running.size();
    send({page, end});
}

void Worker::limit(uint64_t dispatches)
{
    reeve_worker_frame frame{};
    frame.type = REEVE_WORKER_FRAME_LIMIT;
    frame.as.limit.dispatches = dispatches;
    send({frame});
}

void Worker::heartbeat()
{
    reeve_worker_frame frame{};
    frame.type = REEVE_WORKER_FRAME_HEARTBEAT;
    frame.as.heartbeat.sequence = ++heartbeats;
    frame.as.heartbeat.ready = true;
    send({frame});
}

void Worker::connect(const std::vector<reeve_resume_entry> &running)
{
    hello();
    ASSERT_TRUE(take_welcome()) << gateway.closed[session].code;
    next.last_epoch = welcome.epoch;
    next.nonce.bytes[1]++;
    resume(running);
    limit(limit_granted);
}

void Worker::disconnect()
{
    gateway.close_session(session);
    gateway.settle();
    session = 0;
}

void Worker::read()
{
    for (Frame &frame : gateway.take(session)) {
        if (frame.frame.type == REEVE_GATEWAY_FRAME_WELCOME) {
            welcome = frame.frame.as.welcome;
            welcomed = true;
        } else if (frame.frame.type == REEVE_GATEWAY_FRAME_OUTCOME_ACK) {
            acked = frame.frame.as.outcome_ack.audit_sequence;
        } else if (frame.frame.type == REEVE_GATEWAY_FRAME_AUDIT_ACK) {
            countersigned++;
        } else if (frame.frame.type == REEVE_GATEWAY_FRAME_CANCEL) {
            cancelled.push_back(to_string(frame.frame.as.cancel.job_id));
        } else if (frame.frame.type == REEVE_GATEWAY_FRAME_RECALL) {
            const reeve_numbers &numbers = frame.frame.as.recall.sequences;
            recalled.insert(recalled.end(), numbers.items, numbers.items + numbers.count);
        } else if (frame.frame.type == REEVE_GATEWAY_FRAME_RESULT_ACK) {
            const reeve_result_ack &ack = frame.frame.as.result_ack;
            result_acks[to_string(ack.job_id) + std::to_string(ack.attempt)] = ack;
        } else if (frame.frame.type == REEVE_GATEWAY_FRAME_DISPATCH) {
            next.dispatch_mark = frame.frame.as.dispatch.sequence;
        }
        inbox.push_back(frame);
    }
}

std::vector<Frame> Worker::dispatches()
{
    read();
    std::vector<Frame> found;
    for (Frame &frame : inbox) {
        if (frame.frame.type == REEVE_GATEWAY_FRAME_DISPATCH) {
            found.push_back(frame);
        }
    }
    inbox.clear();
    return found;
}

void Worker::outcome(const reeve_dispatch &dispatch, enum reeve_outcome_status status,
                     const std::string &output)
{
    reeve_job_spec spec{};
    ASSERT_EQ(reeve_job_spec_decode(dispatch.job_spec, &spec), REEVE_OK);
    reeve_audit_record record{};
    record.event = REEVE_AUDIT_JOB_ENDED;
    record.as.job_ended.job_id = spec.job_id;
    record.as.job_ended.plan_id = spec.plan_id;
    record.as.job_ended.attempt = dispatch.attempt;
    record.as.job_ended.dispatch_sequence = dispatch.sequence;
    record.as.job_ended.task = spec.task;
    record.as.job_ended.fingerprint = spec.fingerprint;
    record.as.job_ended.job_digest = reeve_sha256_of(dispatch.job_spec);
    record.as.job_ended.ended_unix_ms = gateway.now.unix_ms;
    record.as.job_ended.status = status;
    record.as.job_ended.effect = effect;
    record.as.job_ended.reason = reason;
    record.as.job_ended.results = results;
    const reeve_id salt{{7}};
    const bool commits = results > 0 || !chunked_output.empty();
    if (commits) {
        const reeve_bytes complete =
            results > 0 ? reeve_digest_view(&results_head)
                        : reeve_bytes_of(chunked_output.data(), chunked_output.size());
        record.as.job_ended.has_output = true;
        record.as.job_ended.output = reeve_audit_commit(salt, complete, reeve_bytes_of(nullptr, 0));
    }
    reeve_buffer bytes;
    reeve_buffer_init(&bytes, nullptr, 1 << 16);
    std::vector<reeve_worker_frame> all;
    std::vector<std::string> records;
    records.reserve(2);
    if (chain.sequence == 0) { // every chain begins with its key
        reeve_audit_record first{};
        first.event = REEVE_AUDIT_CHAIN_OPENED;
        first.as.chain_opened.audit_public_key = audit_key.public_key;
        first.as.chain_opened.identity = reeve_bytes_cstr("spiffe://d/worker");
        ASSERT_EQ(reeve_audit_chain_append(&chain, &first, gateway.now.unix_ms, &bytes), REEVE_OK);
        records.push_back(to_string(reeve_buffer_view(&bytes)));
        reeve_buffer_reset(&bytes);
    }
    ASSERT_EQ(reeve_audit_chain_append(&chain, &record, gateway.now.unix_ms, &bytes), REEVE_OK);
    const std::string last = to_string(reeve_buffer_view(&bytes));
    reeve_buffer_clear(&bytes);
    reeve_audit_entry first_entry{};
    if (!records.empty()) {
        first_entry.record = reeve_bytes_of(records[0].data(), records[0].size());
        reeve_worker_frame frame{};
        frame.type = REEVE_WORKER_FRAME_AUDIT;
        frame.as.audit_batch.entries = {&first_entry, 1};
        all.push_back(frame);
    }
    reeve_worker_frame frame{};
    frame.type = REEVE_WORKER_FRAME_OUTCOME;
    reeve_outcome &o = frame.as.outcome;
    o.job_id = spec.job_id;
    o.attempt = dispatch.attempt;
    o.sequence = dispatch.sequence;
    o.status = status;
    o.effect = effect;
    o.error.reason = reason;
    o.output = reeve_bytes_of(output.data(), output.size());
    o.has_error = status != REEVE_OUTCOME_SUCCEEDED;
    o.results = results;
    o.audit.has_output_salt = commits;
    o.audit.output_salt = salt;
    o.has_audit = true;
    o.audit.record = reeve_bytes_of(last.data(), last.size());
    all.push_back(frame);
    send(all);
}

void Worker::result(const reeve_dispatch &dispatch, uint64_t index, const std::string &message,
                    size_t size)
{
    reeve_job_spec spec{};
    ASSERT_EQ(reeve_job_spec_decode(dispatch.job_spec, &spec), REEVE_OK);
    size_t offset = 0;
    do {
        const size_t len = std::min(size, message.size() - offset);
        reeve_worker_frame frame{};
        frame.type = REEVE_WORKER_FRAME_RESULT_CHUNK;
        reeve_result_chunk &chunk = frame.as.result_chunk;
        chunk.job_id = spec.job_id;
        chunk.attempt = dispatch.attempt;
        chunk.index = index;
        chunk.offset = offset;
        chunk.data = reeve_bytes_of(message.data() + offset, len);
        chunk.total_size = offset == 0 ? message.size() : 0;
        chunk.last = offset + len == message.size();
        chunk.has_digest = chunk.last && offset > 0;
        if (chunk.has_digest) {
            chunk.digest = reeve_sha256_of(reeve_bytes_of(message.data(), message.size()));
        }
        send({frame});
        offset += len;
    } while (offset < message.size());
}

void Worker::checkpoint()
{
    reeve_buffer bytes;
    reeve_signed signature;
    reeve_buffer_init(&bytes, nullptr, 1 << 12);
    ASSERT_EQ(reeve_audit_checkpoint_make(&chain, gateway.now.unix_ms, &bytes), REEVE_OK);
    ASSERT_EQ(reeve_audit_checkpoint_sign(&audit_key, reeve_buffer_view(&bytes), &signature),
              REEVE_OK);
    reeve_worker_frame frame{};
    frame.type = REEVE_WORKER_FRAME_AUDIT;
    frame.as.audit_batch.has_checkpoint = true;
    frame.as.audit_batch.checkpoint.checkpoint = reeve_buffer_view(&bytes);
    frame.as.audit_batch.checkpoint.has_signature = true;
    frame.as.audit_batch.checkpoint.signature = reeve_signed_view(&signature);
    send({frame});
    reeve_buffer_clear(&bytes);
}

// ---- fixture ----

void CoreTest::SetUp()
{
    char name[] = "/tmp/reeve-core-XXXXXX";
    directory = mkdtemp(name);
    gateway = std::make_unique<Gateway>(directory);
    gateway->start();
}

void CoreTest::TearDown()
{
    gateway.reset();
    std::filesystem::remove_all(directory);
}

void CoreTest::register_tasks(const char *tenant)
{
    const uint64_t call = gateway->call(REEVE_CONTROL_REGISTER_TASKS, register_request(),
                                        "spiffe://d/planner", ~0u, tenant);
    ASSERT_EQ(gateway->reply(call).code, 0) << gateway->reply(call).text;
}

reeve_v1_plan *CoreTest::submit(const std::string &task, size_t count, const char *key)
{
    const uint64_t call =
        gateway->call(REEVE_CONTROL_SUBMIT_PLAN, submit_request(task, count, key));
    const Reply reply = gateway->reply(call);
    EXPECT_EQ(reply.code, 0) << reply.text;
    if (reply.code != 0) {
        const auto *detail = error(reply);
        for (size_t i = 0; i < detail->n_problems; i++) {
            ADD_FAILURE() << detail->problems[i]->field << ": " << detail->problems[i]->message;
        }
        return nullptr;
    }
    return as<reeve_v1_submit_plan_response>(reeve_v1_submit_plan_response_message, reply.bytes)
        ->plan;
}

Reply CoreTest::approve(const reeve_v1_plan *plan, const char *identity)
{
    reeve_signed signature;
    EXPECT_EQ(reeve_dsse_sign(&gateway->approver, REEVE_PLAN_STATEMENT_TYPE,
                              reeve_bytes_of(plan->statement.data, plan->statement.len), nullptr,
                              &signature),
              REEVE_OK);
    reeve_v1_signature message = REEVE_V1_SIGNATURE_INIT;
    message.key_id = signature.key_id;
    message.signature = {64, signature.signature};
    reeve_v1_approve_plan_request request = REEVE_V1_APPROVE_PLAN_REQUEST_INIT;
    request.plan_id = plan->plan_id;
    request.signature = &message;
    return gateway->reply(gateway->call(REEVE_CONTROL_APPROVE_PLAN,
                                        encode(reeve_v1_approve_plan_request_message, &request),
                                        identity));
}

reeve_v1_job *CoreTest::job(const ProtobufCBinaryData &id, const char *tenant)
{
    reeve_v1_get_job_request request = REEVE_V1_GET_JOB_REQUEST_INIT;
    request.job_id = id;
    const Reply reply = gateway->reply(
        gateway->call(REEVE_CONTROL_GET_JOB, encode(reeve_v1_get_job_request_message, &request),
                      "spiffe://d/planner", ~0u, tenant));
    if (reply.code != 0) {
        return nullptr;
    }
    return as<reeve_v1_get_job_response>(reeve_v1_get_job_response_message, reply.bytes)->job;
}

reeve_v1_error_detail *CoreTest::error(const Reply &reply)
{
    return as<reeve_v1_error_detail>(reeve_v1_error_detail_message, reply.bytes);
}

} // namespace reeve_test
