// SPDX-License-Identifier: Apache-2.0
//
// The SQLite store in a directory of its own, and the requests that tests make of it.
#ifndef REEVE_TESTS_UNIT_GATEWAY_STUB_STORE_STORE_FIXTURE_H
#define REEVE_TESTS_UNIT_GATEWAY_STUB_STORE_STORE_FIXTURE_H

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>

#include "gateway-stub/store/sqlite.h"

namespace reeve_test
{

inline reeve_id id_of(uint8_t n)
{
    reeve_id id{};
    id.bytes[0] = 1;
    id.bytes[15] = n;
    return id;
}

inline reeve_digest digest_of(uint8_t n)
{
    reeve_digest digest{};
    digest.bytes[31] = n;
    return digest;
}

inline reeve_bytes text(const char *s)
{
    return reeve_bytes_cstr(s);
}

// Seals a record as "kind sequence"; the chain's rules are what is tested, not the encoding.
inline enum reeve_status seal(void *, const reeve_own_record *record,
                              const reeve_store_place *place, reeve_buffer *to)
{
    return reeve_buffer_append_format(to, "%d %llu", static_cast<int>(record->kind),
                                      static_cast<unsigned long long>(place->sequence));
}

// One request at a time, waited for.
class Store
{
  public:
    explicit Store(const std::string &path, uint64_t max_bytes = 0)
    {
        reeve_sqlite_options options{};
        options.path = path.c_str();
        options.sealer.seal = seal;
        options.max_bytes = max_bytes;
        status = reeve_sqlite_open(&options, &store, problem);
    }
    ~Store()
    {
        reeve_store_close(store);
    }
    Store(const Store &) = delete;
    Store &operator=(const Store &) = delete;

    enum reeve_status run(reeve_store_request *request)
    {
        request->done = [](void *ctx, reeve_store_request *) {
            auto *self = static_cast<Store *>(ctx);
            std::lock_guard<std::mutex> lock(self->mutex);
            self->done++;
            self->wake.notify_one();
        };
        request->done_ctx = this;
        request->now_unix_ms = now;
        std::unique_lock<std::mutex> lock(mutex);
        const int before = done;
        lock.unlock();
        reeve_store_submit(store, request);
        lock.lock();
        wake.wait(lock, [&] { return done > before; });
        return request->status;
    }

    reeve_store *store = nullptr;
    enum reeve_status status = REEVE_OK;
    char problem[256] = "";
    int64_t now = 1000;

  private:
    std::mutex mutex;
    std::condition_variable wake;
    int done = 0;
};

struct Request {
    explicit Request(enum reeve_store_kind kind, size_t max_bytes = 0)
        : r(reeve_store_request_new(nullptr, kind, max_bytes))
    {
    }
    ~Request()
    {
        reeve_store_request_free(r);
    }
    Request(const Request &) = delete;
    Request &operator=(const Request &) = delete;
    reeve_store_request *operator->() const
    {
        return r;
    }
    reeve_store_request *r;
};

class SqliteStore : public testing::Test
{
  protected:
    void SetUp() override
    {
        char name[] = "/tmp/reeve-store-XXXXXX";
        directory = mkdtemp(name);
        path = directory + "/gateway.db";
    }
    void TearDown() override
    {
        std::filesystem::remove_all(directory);
    }

    static void register_task(Store &store)
    {
        Request r(REEVE_STORE_REGISTER_TASKS);
        reeve_store_task task{};
        task.tenant = text("t");
        task.task = text("a.B/C");
        task.fingerprint = digest_of(1);
        task.entry = text("entry");
        r->u.register_tasks.tasks = &task;
        r->u.register_tasks.count = 1;
        ASSERT_EQ(store.run(r.r), REEVE_OK);
    }

    static enum reeve_status submit(Store &store, uint8_t plan, uint32_t approvals = 0,
                                    const char *key = "", bool idempotent = false,
                                    size_t spec_bytes = 4)
    {
        Request r(REEVE_STORE_SUBMIT_PLAN);
        std::string spec(spec_bytes, 's');
        reeve_store_job jobs[2]{};
        for (uint8_t i = 0; i < 2; i++) {
            jobs[i].job_id = id_of(static_cast<uint8_t>(plan * 10 + i));
            jobs[i].task = text("a.B/C");
            jobs[i].fingerprint = digest_of(1);
            jobs[i].pool = text("default");
            jobs[i].spec = reeve_bytes_of(spec.data(), spec.size());
            jobs[i].idempotent = idempotent;
        }
        reeve_store_plan &p = r->u.submit_plan.plan;
        p.plan_id = id_of(plan);
        p.tenant = text("t");
        p.state = approvals == 0 ? REEVE_PLAN_APPROVED : REEVE_PLAN_PENDING;
        p.idempotency_key = text(key);
        p.submitted_by = text("planner");
        p.statement = text("statement");
        p.not_after_unix_ms = 100000;
        p.approvals_needed = approvals;
        p.jobs = jobs;
        p.jobs_count = 2;
        const enum reeve_status status = store.run(r.r);
        if (status == REEVE_OK && r->u.submit_plan.existing) {
            return REEVE_EXISTS;
        }
        return status;
    }

    struct Opened {
        enum reeve_status status;
        reeve_store_open_session out;
    };

    static Opened open_session(
        Store &store, const std::function<void(reeve_store_open_session &)> &change =
                          [](reeve_store_open_session &) {})
    {
        Request r(REEVE_STORE_OPEN_SESSION);
        reeve_store_open_session &s = r->u.open_session;
        s.tenant = text("t");
        s.identity = text("spiffe://d/w");
        s.journal_id = id_of(200);
        s.boot_id = id_of(201);
        s.nonce = id_of(202);
        s.build = text("b");
        s.block = 100;
        s.max_journals = 10;
        change(s);
        const enum reeve_status status = store.run(r.r);
        return {status, r->u.open_session};
    }

    static enum reeve_status close_session(Store &store, uint64_t epoch, bool awaited,
                                           bool ended_before)
    {
        Request r(REEVE_STORE_CLOSE_SESSION);
        r->u.close_session = {id_of(200), epoch, awaited, ended_before};
        return store.run(r.r);
    }

    // Since when the journal is away, of which a start is told.
    static int64_t away_of(Store &store)
    {
        Request r(REEVE_STORE_LOAD_JOURNALS);
        EXPECT_EQ(store.run(r.r), REEVE_OK);
        const reeve_store_load_journals &all = r->u.load_journals;
        return all.count == 1 ? all.journals[0].away_unix_ms : -1;
    }

    // One record with an outcome, as the journal's chain position says.
    static enum reeve_status settle(Store &store, uint64_t epoch, uint64_t sequence, uint8_t job,
                                    enum reeve_settled *settled = nullptr,
                                    const std::string &body = "")
    {
        Request r(REEVE_STORE_SETTLE);
        reeve_store_item item{};
        item.audit.sequence = sequence;
        item.audit.hash = digest_of(static_cast<uint8_t>(sequence));
        item.audit.record = text("record");
        item.audit.output_body = reeve_bytes_of(body.data(), body.size());
        item.audit.has_output_body = !body.empty();
        item.has_end = true;
        item.dispatch_sequence = sequence;
        item.end.job_id = id_of(job);
        item.end.attempt = 1;
        item.end.status = 1;
        item.end.output = text("out");
        reeve_store_settle &s = r->u.settle;
        s.tenant = text("t");
        s.identity = text("spiffe://d/w");
        s.journal_id = id_of(200);
        s.epoch = epoch;
        s.previous_hash =
            sequence == 1 ? reeve_digest{} : digest_of(static_cast<uint8_t>(sequence - 1));
        s.items = &item;
        s.count = 1;
        const enum reeve_status status = store.run(r.r);
        if (settled != nullptr) {
            *settled = item.settled;
        }
        return status;
    }

    static reeve_store_plan get(Store &store, Request &r, uint8_t plan)
    {
        r->u.get_plan.tenant = text("t");
        r->u.get_plan.plan_id = id_of(plan);
        r->u.get_plan.want_outputs = true;
        EXPECT_EQ(store.run(r.r), REEVE_OK);
        return r->u.get_plan.plan;
    }

    std::string directory;
    std::string path;
};

} // namespace reeve_test

#endif
