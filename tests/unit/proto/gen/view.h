/* SPDX-License-Identifier: Apache-2.0 */
/* The .proto files of the tree and of the tests as C++ protobuf sees them. */
#ifndef REEVE_TESTS_UNIT_PROTO_GEN_VIEW_H
#define REEVE_TESTS_UNIT_PROTO_GEN_VIEW_H

#include <google/protobuf/compiler/importer.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>

#include <memory>
#include <string>

class View : google::protobuf::compiler::MultiFileErrorCollector
{
  public:
    View();
    const google::protobuf::Descriptor *Message(const std::string &name);
    /* An empty message of the type. */
    std::unique_ptr<google::protobuf::Message> New(const std::string &name);

  private:
    void AddError(const std::string &file, int line, int column, const std::string &text) override;

    google::protobuf::compiler::DiskSourceTree tree_;
    google::protobuf::compiler::Importer importer_;
    google::protobuf::DynamicMessageFactory factory_;
};

#endif
