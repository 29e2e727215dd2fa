// SPDX-License-Identifier: Apache-2.0
//
// What the measuring programs share. Each prints one JSON object on standard output and nothing
// else; scripts/bench runs them and puts the table together.
#ifndef REEVE_TESTS_BENCH_SUPPORT_BENCH_H
#define REEVE_TESTS_BENCH_SUPPORT_BENCH_H

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "agent/base/bytes.h"
#include "agent/base/status.h"
#include "agent/base/time.h"

namespace reeve::bench
{

// Ends the program with what went wrong: there is nothing to measure then.
[[noreturn]] void fail(const std::string &what);
void must(enum reeve_status status, const char *what);

struct reeve_bytes view(const std::string &s);
std::string text(struct reeve_bytes b);
std::string read_file(const std::string &path);

// "--name value" pairs; an unknown or missing one ends the program with status 2.
class Arguments
{
  public:
    // What is accepted, with defaults; "" as a default means required.
    Arguments(int argc, char **argv,
              const std::vector<std::pair<std::string, std::string>> &accepted);
    const std::string &operator[](const std::string &name) const;
    uint64_t number(const std::string &name) const;
    double seconds(const std::string &name) const;

  private:
    std::map<std::string, std::string> values_;
};

// Nanoseconds since it was made.
class Watch
{
  public:
    uint64_t ns() const
    {
        return reeve_monotonic_ns() - begin_;
    }
    double seconds() const
    {
        return static_cast<double>(ns()) / 1e9;
    }

  private:
    uint64_t begin_ = reeve_monotonic_ns();
};

// One JSON object of numbers and short texts, in order of adding.
class Json
{
  public:
    Json &add(const std::string &name, double value);
    Json &add(const std::string &name, const std::string &value);
    // NAME_p50_us and NAME_p99_us; sorts.
    Json &add_percentiles(const std::string &name, std::vector<uint64_t> *took_ns);
    void print() const;

  private:
    std::string body_;
};

// Processor time of the calling thread: what others do on the machine does not count.
uint64_t thread_cpu_ns();

// Calls `step` until `seconds` have passed; nanoseconds of processor time of one call.
template <class Step>
double ns_each(double seconds, Step step)
{
    uint64_t calls = 0;
    const Watch watch;
    const uint64_t before = thread_cpu_ns();
    do {
        for (int i = 0; i < 64; i++) {
            step();
        }
        calls += 64;
    } while (watch.seconds() < seconds);
    return static_cast<double>(thread_cpu_ns() - before) / static_cast<double>(calls);
}

} // namespace reeve::bench
#endif
