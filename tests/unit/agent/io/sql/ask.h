/* SPDX-License-Identifier: Apache-2.0 */
/* A request to a pool, and what came of it: for the tests of this folder. */
#ifndef REEVE_TESTS_UNIT_AGENT_IO_SQL_ASK_H
#define REEVE_TESTS_UNIT_AGENT_IO_SQL_ASK_H

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/base/time.h"
#include "agent/io/sql/sql.h"

namespace reeve::test
{

using Row = std::vector<std::optional<std::string>>;

/* A request and what came of it. */
class Ask
{
  public:
    Ask(struct reeve_sql_pool *pool, std::string statement,
        std::vector<std::optional<std::string>> parameters = {})
        : statement_(std::move(statement)), values_(std::move(parameters))
    {
        static const struct reeve_sql_events kEvents = {on_begin, on_columns, on_row, on_end,
                                                        on_done};
        for (const std::optional<std::string> &value : values_) {
            parameters_.push_back(value ? value->c_str() : nullptr);
        }
        carrier_.self = this;
        struct reeve_sql_request &r = carrier_.request;
        r.pool = pool;
        r.statement = statement_.c_str();
        r.parameters = parameters_.data();
        r.parameters_count = static_cast<uint32_t>(parameters_.size());
        r.deadline_ms = reeve_now_read().boot_ms + 20000;
        r.events = &kEvents;
    }

    struct reeve_sql_request &request()
    {
        return carrier_.request;
    }
    Ask &write()
    {
        request().read_write = true;
        return *this;
    }
    Ask &within(uint64_t ms)
    {
        request().deadline_ms = reeve_now_read().boot_ms + ms;
        return *this;
    }
    Ask &start()
    {
        reeve_sql_start(&request());
        return *this;
    }
    Ask &wait()
    {
        std::unique_lock<std::mutex> hold(lock_);
        changed_.wait(hold, [this] { return done_; });
        return *this;
    }
    bool done()
    {
        std::unique_lock<std::mutex> hold(lock_);
        return done_;
    }
    void wait_for_rows(size_t count)
    {
        std::unique_lock<std::mutex> hold(lock_);
        changed_.wait(hold, [&] { return rows_.size() >= count || done_; });
    }
    enum reeve_status run()
    {
        start().wait();
        return request().status;
    }
    std::string state()
    {
        return request().state;
    }
    std::string problem()
    {
        return request().problem;
    }
    std::vector<Row> rows()
    {
        std::unique_lock<std::mutex> hold(lock_);
        return rows_;
    }
    std::vector<std::string> columns;
    std::vector<uint32_t> types;
    uint64_t affected = 0;
    uint32_t begins = 0;
    uint32_t ends = 0;
    bool commits = true;
    std::function<enum reeve_sql_flow(size_t)> flow = [](size_t) { return REEVE_SQL_GO_ON; };

  private:
    struct Carrier {
        struct reeve_sql_request request = {};
        Ask *self = nullptr;
    };

    static Ask *of(struct reeve_sql_request *request)
    {
        return reinterpret_cast<Carrier *>(request)->self;
    }
    static bool on_begin(struct reeve_sql_request *request, bool)
    {
        of(request)->begins++;
        return true;
    }
    static bool on_columns(struct reeve_sql_request *request,
                           const struct reeve_sql_column *columns, size_t count)
    {
        for (size_t i = 0; i < count; i++) {
            of(request)->columns.emplace_back(columns[i].name);
            of(request)->types.push_back(columns[i].type);
        }
        return true;
    }
    static enum reeve_sql_flow on_row(struct reeve_sql_request *request,
                                      const struct reeve_bytes *values, size_t count)
    {
        Ask *self = of(request);
        std::unique_lock<std::mutex> hold(self->lock_);
        Row row;
        for (size_t i = 0; i < count; i++) {
            row.push_back(
                values[i].data == nullptr
                    ? std::nullopt
                    : std::make_optional(std::string(reinterpret_cast<const char *>(values[i].data),
                                                     values[i].len)));
        }
        self->rows_.push_back(row);
        self->changed_.notify_all();
        return self->flow(self->rows_.size());
    }
    static bool on_end(struct reeve_sql_request *request, uint64_t affected)
    {
        of(request)->ends++;
        of(request)->affected = affected;
        return of(request)->commits;
    }
    static void on_done(struct reeve_sql_request *request)
    {
        Ask *self = of(request);
        std::unique_lock<std::mutex> hold(self->lock_);
        self->done_ = true;
        self->changed_.notify_all();
    }

    std::string statement_;
    std::vector<std::optional<std::string>> values_;
    std::vector<const char *> parameters_;
    Carrier carrier_;
    std::mutex lock_;
    std::condition_variable changed_;
    std::vector<Row> rows_;
    bool done_ = false;
};

} // namespace reeve::test
#endif
