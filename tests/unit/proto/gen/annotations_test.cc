/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are annotated for the tools of google.api compile unchanged: under the public names
 * and numbers, with nothing of it in what a task means. */
#include <google/protobuf/compiler/importer.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/unit/proto/gen/protoc.h"

namespace
{

const char kHead[] = R"(syntax = "proto3";
package acme.v1;
import "buf/validate/validate.proto";
import "google/api/annotations.proto";
import "google/api/client.proto";
import "google/api/field_behavior.proto";
import "google/api/resource.proto";
import "reeve/v1/task.proto";
)";

/* Between « and » is what the annotations add. */
const char kBody[] = R"(
«option (google.api.resource_definition) = { type: "acme.example/Shop" pattern: "shops/{shop}" };»
message Customer {
  «option (google.api.resource) = {
    type: "acme.example/Customer"
    pattern: "customers/{customer}"
    pattern: "shops/{shop}/customers/{customer}"
    name_field: "name"
    history: ORIGINALLY_SINGLE_PATTERN
    plural: "customers"
    singular: "customer"
    style: DECLARATIVE_FRIENDLY
  };»
  string name = 1 [(buf.validate.field).string.min_len = 1« , (google.api.field_behavior) = IDENTIFIER »];
  string shop = 2« [(google.api.resource_reference).type = "acme.example/Shop"] »;
  repeated string tags = 3« [(google.api.field_behavior) = OPTIONAL,
                           (google.api.field_behavior) = UNORDERED_LIST] »;
}
message GetCustomerRequest {
  string name = 1« [(google.api.field_behavior) = REQUIRED,
                   (google.api.resource_reference) = { child_type: "acme.example/Customer" }] »;
}
service Customers {
  option (reeve.v1.system) = "crm";
  «option (google.api.default_host) = "customers.acme.example";
  option (google.api.oauth_scopes) = "read,write";
  option (google.api.api_version) = "v1";»
  rpc GetCustomer(GetCustomerRequest) returns (Customer) {
    option (google.api.http) = { get: "/v1/{name}" };
    «option (google.api.method_signature) = "name";
    option (google.api.method_signature) = "";»
  }
}
)";

std::string Body(bool annotated)
{
    std::string body = kBody;
    const std::string begin = "«", end = "»";
    for (size_t at = body.find(begin); at != std::string::npos; at = body.find(begin, at)) {
        const size_t to = body.find(end, at);
        const std::string inner = body.substr(at + begin.size(), to - at - begin.size());
        body.replace(at, to + end.size() - at, annotated ? inner : "");
    }
    return body;
}

struct Result {
    std::string header, manifest;
};

Result Compile(bool annotated)
{
    Protoc protoc;
    protoc.Add("acme.proto", kHead + Body(annotated));
    EXPECT_TRUE(protoc.Run({"acme.proto"}, "tasks,manifest=acme")) << protoc.Messages();
    EXPECT_TRUE(protoc.CompileC("-std=c11", {"acme.reeve.c"})) << protoc.Messages();
    return {protoc.Output("acme.reeve.h"), protoc.Output("acme.manifest.txtpb")};
}

/* P3: the annotations are for other tools; what was agreed is the same with and without them. */
TEST(Annotations, P3_FilesCompileUnchangedAndMeanTheSame)
{
    const Result plain = Compile(false);
    const Result annotated = Compile(true);
    EXPECT_NE(annotated.header.find("struct acme_v1_customer"), std::string::npos);
    EXPECT_NE(annotated.manifest.find("fingerprint"), std::string::npos);
    EXPECT_EQ(annotated.manifest, plain.manifest);
}

using Numbers = std::map<std::string, int>;

/* Those that the file declares, by what they extend. */
void Collect(const google::protobuf::FileDescriptor &file, Numbers *to)
{
    for (int i = 0; i < file.extension_count(); i++) {
        const google::protobuf::FieldDescriptor &extension = *file.extension(i);
        (*to)[extension.containing_type()->full_name() + " " + extension.name()] =
            extension.number();
    }
}

/* As the public definitions have them: a file compiled against those is read here alike. */
TEST(Annotations, HaveThePublicNumbers)
{
    google::protobuf::compiler::DiskSourceTree tree;
    tree.MapPath("", REEVE_SOURCE_DIR "/proto/third_party");
    tree.MapPath("", "/usr/include");
    google::protobuf::compiler::Importer importer(&tree, nullptr);
    Numbers numbers;
    for (const char *name : {"annotations", "client", "field_behavior", "resource"}) {
        const auto *file = importer.Import("google/api/" + std::string(name) + ".proto");
        ASSERT_NE(file, nullptr) << name;
        Collect(*file, &numbers);
    }
    const std::string options = "google.protobuf.";
    EXPECT_EQ(numbers, (Numbers{{options + "FieldOptions field_behavior", 1052},
                                {options + "FieldOptions resource_reference", 1055},
                                {options + "FileOptions resource_definition", 1053},
                                {options + "MessageOptions resource", 1053},
                                {options + "MethodOptions http", 72295728},
                                {options + "MethodOptions method_signature", 1051},
                                {options + "ServiceOptions api_version", 525000001},
                                {options + "ServiceOptions default_host", 1049},
                                {options + "ServiceOptions oauth_scopes", 1050}}));
}

} // namespace
