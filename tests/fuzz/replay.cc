// SPDX-License-Identifier: Apache-2.0
// The main of a fuzz target in builds without libFuzzer: runs it over the files of a directory,
// each whole, cut at places over its whole length, and with single bits flipped. No randomness:
// what fails once fails again.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
extern "C" int __attribute__((weak)) LLVMFuzzerInitialize(int *argc, char ***argv);

namespace
{

// Enough for every byte of a small seed.
constexpr size_t kPlaces = 400;

size_t runs = 0;

void Run(const std::string &bytes)
{
    // A copy of its own size, so that a sanitizer sees a look beyond it.
    const std::vector<uint8_t> copy(bytes.begin(), bytes.end());
    (void)LLVMFuzzerTestOneInput(copy.data(), copy.size());
    runs++;
}

void RunVariants(const std::string &seed)
{
    const size_t step = std::max<size_t>(1, seed.size() / kPlaces);
    Run(seed);
    for (size_t at = 0; at < seed.size(); at += step) {
        Run(seed.substr(0, at));
        std::string flipped = seed;
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at / step % 8)));
        Run(flipped);
    }
}

} // namespace

int main(int argc, char **argv)
{
    std::vector<std::filesystem::path> seeds;
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return 2;
    }
    if (LLVMFuzzerInitialize != nullptr) {
        (void)LLVMFuzzerInitialize(&argc, &argv);
    }
    for (const auto &entry : std::filesystem::directory_iterator(argv[1])) {
        seeds.push_back(entry.path());
    }
    std::sort(seeds.begin(), seeds.end());
    for (const auto &path : seeds) {
        std::printf("%s\n", path.filename().c_str());
        (void)std::fflush(stdout);
        std::ifstream in(path, std::ios::binary);
        RunVariants(std::string(std::istreambuf_iterator<char>(in), {}));
    }
    std::printf("%zu seeds, %zu runs\n", seeds.size(), runs);
    return seeds.empty() ? 1 : 0;
}
