// SPDX-License-Identifier: Apache-2.0
//
// Arguments, percentiles and JSON of the measuring programs.
#include "tests/bench/support/bench.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>

namespace reeve::bench
{

void fail(const std::string &what)
{
    (void)std::fprintf(stderr, "%s\n", what.c_str());
    std::exit(1);
}

void must(enum reeve_status status, const char *what)
{
    if (status != REEVE_OK) {
        fail(std::string(what) + ": " + reeve_status_name(status));
    }
}

struct reeve_bytes view(const std::string &s)
{
    return reeve_bytes_of(s.data(), s.size());
}

std::string text(struct reeve_bytes b)
{
    return b.len == 0 ? std::string() : std::string(reinterpret_cast<const char *>(b.data), b.len);
}

std::string read_file(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    if (!file) {
        fail("cannot read " + path);
    }
    return content.str();
}

Arguments::Arguments(int argc, char **argv,
                     const std::vector<std::pair<std::string, std::string>> &accepted)
{
    for (const auto &[name, fallback] : accepted) {
        values_[name] = fallback;
    }
    for (int i = 1; i < argc; i += 2) {
        const std::string word = argv[i];
        const auto found = values_.find(word.size() > 2 ? word.substr(2) : "");
        if (word.compare(0, 2, "--") != 0 || found == values_.end() || i + 1 == argc) {
            (void)std::fprintf(stderr, "unknown word or missing value: %s\n", argv[i]);
            std::exit(2);
        }
        found->second = argv[i + 1];
    }
    for (const auto &[name, value] : values_) {
        if (value.empty()) {
            (void)std::fprintf(stderr, "--%s is missing\n", name.c_str());
            std::exit(2);
        }
    }
}

const std::string &Arguments::operator[](const std::string &name) const
{
    return values_.at(name);
}

uint64_t Arguments::number(const std::string &name) const
{
    return std::strtoull(values_.at(name).c_str(), nullptr, 10);
}

double Arguments::seconds(const std::string &name) const
{
    return std::strtod(values_.at(name).c_str(), nullptr);
}

uint64_t thread_cpu_ns()
{
    struct timespec now = {};
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) {
        fail("no clock for this thread");
    }
    return static_cast<uint64_t>(now.tv_sec) * 1000000000u + static_cast<uint64_t>(now.tv_nsec);
}

Json &Json::add(const std::string &name, double value)
{
    char number[64];
    must(reeve_format(number, sizeof number, "%.*f", value < 1000 ? 3 : 0, value), "print");
    body_ += (body_.empty() ? "\"" : ", \"") + name + "\": " + number;
    return *this;
}

Json &Json::add(const std::string &name, const std::string &value)
{
    body_ += (body_.empty() ? "\"" : ", \"") + name + "\": \"" + value + "\"";
    return *this;
}

Json &Json::add_percentiles(const std::string &name, std::vector<uint64_t> *took_ns)
{
    if (took_ns->empty()) {
        fail("nothing was measured for " + name);
    }
    std::sort(took_ns->begin(), took_ns->end());
    add(name + "_p50_us", static_cast<double>((*took_ns)[took_ns->size() / 2]) / 1000);
    return add(name + "_p99_us",
               static_cast<double>((*took_ns)[took_ns->size() * 99 / 100]) / 1000);
}

void Json::print() const
{
    std::printf("{%s}\n", body_.c_str());
}

} // namespace reeve::bench
