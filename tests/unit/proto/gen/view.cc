/* SPDX-License-Identifier: Apache-2.0 */
/* Reads .proto files with C++ protobuf's own parser. */
#include "tests/unit/proto/gen/view.h"

#include <gtest/gtest.h>

View::View() : importer_(&tree_, this)
{
    for (const char *from :
         {REEVE_TEST_PROTOS, REEVE_SOURCE_DIR "/proto", REEVE_SOURCE_DIR "/proto/tasks",
          REEVE_SOURCE_DIR "/proto/third_party", "/usr/include"}) {
        tree_.MapPath("", from);
    }
    for (const char *file :
         {"gentest/nopackage.proto", "gentest/v1/everything.proto", "gentest/v1/nasty.proto",
          "gentest/v2/same.proto", "demo/crm/v1/crm.proto", "demo/native/v1/native.proto",
          "reeve/v1/audit.proto", "reeve/v1/config.proto", "reeve/v1/control.proto",
          "reeve/v1/manifest.proto", "reeve/v1/worker.proto"}) {
        EXPECT_NE(importer_.Import(file), nullptr) << file;
    }
}

void View::AddError(const std::string &file, int line, int column, const std::string &text)
{
    ADD_FAILURE() << file << ":" << line + 1 << ":" << column + 1 << ": " << text;
}

const google::protobuf::Descriptor *View::Message(const std::string &name)
{
    return importer_.pool()->FindMessageTypeByName(name);
}

std::unique_ptr<google::protobuf::Message> View::New(const std::string &name)
{
    return std::unique_ptr<google::protobuf::Message>(factory_.GetPrototype(Message(name))->New());
}
