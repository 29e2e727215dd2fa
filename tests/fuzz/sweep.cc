// SPDX-License-Identifier: Apache-2.0
// P4, P7: the main of a sweep over the allocations of a fuzz target. Every seed is run once to see
// how often it asks for memory, and from where; then again and again, each time with one request
// refused: each request ("all"), or the first from each call stack that no seed before had. The
// target's own invariants hold all the same: nothing is lost, run twice or leaked, and what ends,
// ends with a typed word.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>

#include "tests/fuzz/memory.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

using reeve::fuzz::MemoryPlan;
using reeve::fuzz::ThePlan;

namespace
{

void Run(const std::string &seed, uint64_t fail_at, bool collect)
{
    const std::vector<uint8_t> copy(seed.begin(), seed.end());
    ThePlan().Begin(fail_at, collect);
    (void)LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

size_t Sweep(const std::string &seed, bool all)
{
    MemoryPlan &plan = ThePlan();
    plan.places.clear();
    Run(seed, 0, true);
    std::vector<uint64_t> places = plan.places;
    if (all) {
        places.resize(plan.requests);
        std::iota(places.begin(), places.end(), 1);
    }
    for (const uint64_t place : places) {
        std::printf("request %llu\n", static_cast<unsigned long long>(place));
        Run(seed, place, false);
        reeve::fuzz::Require(plan.failed, "a sweep that did not fail");
    }
    return places.size();
}

} // namespace

int main(int argc, char **argv)
{
    std::vector<std::filesystem::path> seeds;
    size_t places = 0;
    const bool all = argc == 3 && std::string(argv[2]) == "all";
    if (argc != (all ? 3 : 2)) {
        std::fprintf(stderr, "usage: %s DIRECTORY [all]\n", argv[0]);
        return 2;
    }
    (void)std::setvbuf(stdout, nullptr, _IOLBF, 0);
    for (const auto &entry : std::filesystem::directory_iterator(argv[1])) {
        seeds.push_back(entry.path());
    }
    std::sort(seeds.begin(), seeds.end());
    for (const auto &path : seeds) {
        std::ifstream in(path, std::ios::binary);
        std::printf("%s\n", path.filename().c_str());
        places += Sweep(std::string(std::istreambuf_iterator<char>(in), {}), all);
    }
    std::printf("%zu seeds, %zu requests for memory refused\n", seeds.size(), places);
    return places > 0 ? 0 : 1;
}
