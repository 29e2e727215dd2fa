// SPDX-License-Identifier: Apache-2.0
// The contract itself as a test oracle: the .proto files of the tree, parsed at run time by C++
// protobuf, and random messages that obey the rules in their comments.
#ifndef REEVE_TESTS_UNIT_AGENT_CODEC_CONTRACT_H
#define REEVE_TESTS_UNIT_AGENT_CODEC_CONTRACT_H

#include <google/protobuf/compiler/importer.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/message.h>

#include <memory>
#include <random>
#include <string>

#include "agent/base/arena.h"
#include "agent/base/buffer.h"
#include "tests/support/bytes.h"

class Contract
{
  public:
    // Parsed once for the whole program.
    static Contract &Get();

    // An empty message of a type of reeve.v1.
    std::unique_ptr<google::protobuf::Message> New(const std::string &type);
    // A random one that a decoder must take.
    std::unique_ptr<google::protobuf::Message> Random(const std::string &type, std::mt19937 &rng);
    void Fill(google::protobuf::Message *message, std::mt19937 &rng);

  private:
    Contract();
    google::protobuf::compiler::DiskSourceTree tree_;
    std::unique_ptr<google::protobuf::compiler::Importer> importer_;
    google::protobuf::DynamicMessageFactory factory_;
};

// Deterministic wire bytes of a message.
std::string Wire(const google::protobuf::Message &message);
// Same content; says where not.
bool Same(const google::protobuf::Message &a, const google::protobuf::Message &b,
          std::string *difference);

using reeve::test::Text;
using reeve::test::View;

// Arena and buffer that clean up after themselves.
struct Memory {
    explicit Memory(size_t max = 4u << 20)
    {
        reeve_arena_init(&arena, nullptr, max, 0);
        reeve_buffer_init(&buffer, nullptr, max);
    }
    ~Memory()
    {
        reeve_arena_clear(&arena);
        reeve_buffer_clear(&buffer);
    }
    Memory(const Memory &) = delete;
    Memory &operator=(const Memory &) = delete;
    std::string Written() const
    {
        return Text(reeve_buffer_view(&buffer));
    }
    reeve_arena arena;
    reeve_buffer buffer;
};

#endif
