// SPDX-License-Identifier: Apache-2.0
// C++ protobuf as the other side: the same .proto file, read into descriptors at run time, with
// random messages, its own serialisation and its own JSON.
#ifndef REEVE_TESTS_UNIT_PROTO_RUNTIME_CXX_PEER_H
#define REEVE_TESTS_UNIT_PROTO_RUNTIME_CXX_PEER_H

#include <google/protobuf/message.h>

#include <memory>
#include <random>
#include <string>

// A new dynamic message of a type of runtime_testing.proto ("Everything") or by its full name.
std::unique_ptr<google::protobuf::Message> NewCxx(const std::string &name);

// Fills a message at random: absent fields, default values, extremes, text of several planes.
// Everything that JSON can write: in particular times within their range.
void FillAtRandom(google::protobuf::Message *m, std::mt19937_64 *random, int depth);

// Reads bytes; a map keeps the last value of each key.
bool Parse(const std::string &bytes, google::protobuf::Message *m);

// Fields by number, maps by key.
std::string Serialize(const google::protobuf::Message &m);

std::string ToJson(const google::protobuf::Message &m);
// Says on stderr why not, unless `quiet`.
bool FromJson(const std::string &json, google::protobuf::Message *m, bool quiet = false);

#endif
