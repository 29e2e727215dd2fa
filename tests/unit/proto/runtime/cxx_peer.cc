// SPDX-License-Identifier: Apache-2.0
// Dynamic messages from descriptors.
#include "tests/unit/proto/runtime/cxx_peer.h"

#include <cmath>

#include <google/protobuf/compiler/importer.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <limits>
#include <stdexcept>
#include <vector>

namespace
{

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

class Peer : public google::protobuf::compiler::MultiFileErrorCollector
{
  public:
    Peer()
    {
        std::string dirs = REEVE_TEST_PROTO_DIRS;
        for (size_t from = 0; from != std::string::npos;) {
            const size_t to = dirs.find(':', from);
            tree_.MapPath("", dirs.substr(from, to == std::string::npos ? to : to - from));
            from = to == std::string::npos ? to : to + 1;
        }
        importer_ = std::make_unique<google::protobuf::compiler::Importer>(&tree_, this);
        for (const char *file : {"runtime_testing.proto", "reeve/v1/manifest.proto"}) {
            if (importer_->Import(file) == nullptr) {
                throw std::runtime_error(std::string(file) + " does not parse");
            }
        }
    }
    void AddError(const std::string &file, int line, int, const std::string &text) override
    {
        std::fprintf(stderr, "%s:%d: %s\n", file.c_str(), line, text.c_str());
    }
    const google::protobuf::DescriptorPool *pool() const
    {
        return importer_->pool();
    }
    Message *New(const std::string &name)
    {
        const Descriptor *d = pool()->FindMessageTypeByName(
            name.find('.') == std::string::npos ? "runtime_testing." + name : name);
        if (d == nullptr) {
            throw std::runtime_error("no message " + name);
        }
        return factory_.GetPrototype(d)->New();
    }

  private:
    google::protobuf::compiler::DiskSourceTree tree_;
    std::unique_ptr<google::protobuf::compiler::Importer> importer_;
    google::protobuf::DynamicMessageFactory factory_;
};

Peer &ThePeer()
{
    static Peer peer;
    return peer;
}

template <typename T>
T Pick(std::mt19937_64 *random)
{
    const std::vector<T> edges = {
        T(0),   T(1),  std::numeric_limits<T>::max(), std::numeric_limits<T>::lowest(),
        T(127), T(128)};
    const uint64_t n = (*random)();
    if (n % 3 != 0) {
        return edges[(n >> 8) % edges.size()];
    }
    return static_cast<T>(static_cast<int64_t>((*random)() >> ((*random)() % 60)));
}

std::string PickText(std::mt19937_64 *random)
{
    static const std::vector<std::string> pieces = {"",
                                                    "a",
                                                    "snake_case",
                                                    "\"quoted\\\"",
                                                    "\n\t\r\b\f",
                                                    "\xc3\xa4",
                                                    "\xe2\x80\xa8",
                                                    "z",
                                                    "<",
                                                    "\xf0\x9f\x8c\x8d",
                                                    "\x7f\x01",
                                                    "\xc2\x85",
                                                    "0123456789012345678901234567890123456789"};
    std::string text;
    for (uint64_t n = (*random)() % 4; n > 0; n--) {
        text += pieces[(*random)() % pieces.size()];
    }
    return text;
}

std::string PickBytes(std::mt19937_64 *random)
{
    std::string bytes;
    for (uint64_t n = (*random)() % 9; n > 0; n--) {
        bytes.push_back(static_cast<char>((*random)()));
    }
    return bytes;
}

double PickDouble(std::mt19937_64 *random)
{
    static const std::vector<double> edges = {0.0,
                                              -0.0,
                                              1.5,
                                              0.1,
                                              1e300,
                                              5e-324,
                                              1e21,
                                              123456789012345680.0,
                                              std::numeric_limits<double>::infinity(),
                                              -std::numeric_limits<double>::infinity(),
                                              std::numeric_limits<double>::quiet_NaN()};
    const uint64_t n = (*random)();
    return n % 2 == 0 ? edges[(n >> 8) % edges.size()]
                      : static_cast<double>(static_cast<int64_t>((*random)())) / 7.0;
}

float PickFloat(std::mt19937_64 *random)
{
    static const std::vector<float> edges = {
        0.0F, -0.0F, 0.1F, 3.4e38F, 1e-45F, 16777217.0F, std::numeric_limits<float>::infinity()};
    const uint64_t n = (*random)();
    return n % 2 == 0 ? edges[(n >> 8) % edges.size()] : static_cast<float>(PickDouble(random)) / 3;
}

void FillInstant(Message *m, std::mt19937_64 *random)
{
    const Descriptor *d = m->GetDescriptor();
    const bool timestamp = d->name() == "Timestamp";
    int64_t seconds = static_cast<int64_t>((*random)() % 315576000000ULL);
    int32_t nanos = static_cast<int32_t>((*random)() % 1000000000ULL);
    const uint64_t n = (*random)();
    nanos = n % 4 == 0 ? 0 : n % 4 == 1 ? nanos / 1000000 * 1000000 : nanos;
    if (timestamp) {
        seconds -= 62135596800;
    } else if (n % 8 > 3) {
        seconds = n % 3 == 0 ? 0 : -seconds;
        nanos = -nanos;
    }
    m->GetReflection()->SetInt64(m, d->FindFieldByName("seconds"), seconds);
    m->GetReflection()->SetInt32(m, d->FindFieldByName("nanos"), nanos);
}

void FillField(Message *m, const FieldDescriptor *f, std::mt19937_64 *random, int depth)
{
    const Reflection *r = m->GetReflection();
    const bool repeated = f->is_repeated();
#define SET(Kind, value) (repeated ? r->Add##Kind(m, f, value) : r->Set##Kind(m, f, value))
    switch (f->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
        return SET(Int32, Pick<int32_t>(random));
    case FieldDescriptor::CPPTYPE_INT64:
        return SET(Int64, Pick<int64_t>(random));
    case FieldDescriptor::CPPTYPE_UINT32:
        return SET(UInt32, Pick<uint32_t>(random));
    case FieldDescriptor::CPPTYPE_UINT64:
        return SET(UInt64, Pick<uint64_t>(random));
    case FieldDescriptor::CPPTYPE_DOUBLE:
        return SET(Double, PickDouble(random));
    case FieldDescriptor::CPPTYPE_FLOAT:
        return SET(Float, PickFloat(random));
    case FieldDescriptor::CPPTYPE_BOOL:
        return SET(Bool, (*random)() % 2 == 0);
    case FieldDescriptor::CPPTYPE_ENUM: {
        const auto *e = f->enum_type();
        const int i = static_cast<int>((*random)() % static_cast<uint64_t>(e->value_count() + 1));
        return SET(EnumValue, i == e->value_count() ? 77 : e->value(i)->number());
    }
    case FieldDescriptor::CPPTYPE_STRING:
        if (f->type() == FieldDescriptor::TYPE_BYTES) {
            return SET(String, PickBytes(random));
        }
        return SET(String, f->containing_type()->name() == "FieldMask" ? "user.display_name"
                                                                       : PickText(random));
    case FieldDescriptor::CPPTYPE_MESSAGE:
        return FillAtRandom(repeated ? r->AddMessage(m, f) : r->MutableMessage(m, f), random,
                            depth - 1);
    }
#undef SET
}

std::string KeyText(const Message &m, const FieldDescriptor *f, int i)
{
    std::string text;
    google::protobuf::TextFormat::PrintFieldValueToString(
        m.GetReflection()->GetRepeatedMessage(m, f, i), f->message_type()->field(0), -1, &text);
    return text;
}

// Dynamic messages keep every entry that a map was sent, with fields that are neither key nor
// value; a map has the last of each key, and nothing else.
void UniteMap(Message *m, const FieldDescriptor *f)
{
    const Reflection *r = m->GetReflection();
    for (int i = 0; i < r->FieldSize(*m, f); i++) {
        Message *entry = r->MutableRepeatedMessage(m, f, i);
        entry->GetReflection()->MutableUnknownFields(entry)->Clear();
    }
    for (int last = r->FieldSize(*m, f) - 1; last > 0; last--) {
        for (int i = last - 1; i >= 0; i--) {
            if (KeyText(*m, f, i) != KeyText(*m, f, last)) {
                continue;
            }
            for (int j = i; j + 1 < r->FieldSize(*m, f); j++) {
                r->SwapElements(m, f, j, j + 1);
            }
            r->RemoveLast(m, f);
            last--;
        }
    }
}

void UniteMaps(Message *m)
{
    const Reflection *r = m->GetReflection();
    std::vector<const FieldDescriptor *> fields;
    r->ListFields(*m, &fields);
    for (const FieldDescriptor *f : fields) {
        if (f->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
            continue;
        }
        if (f->is_map()) {
            UniteMap(m, f);
        }
        for (int i = 0; f->is_repeated() && i < r->FieldSize(*m, f); i++) {
            UniteMaps(r->MutableRepeatedMessage(m, f, i));
        }
        if (!f->is_repeated()) {
            UniteMaps(r->MutableMessage(m, f));
        }
    }
}

bool IsInstant(const Descriptor *d)
{
    return d->full_name() == "google.protobuf.Timestamp" ||
           d->full_name() == "google.protobuf.Duration";
}

// A google.protobuf.Value has exactly one member, and a number that JSON can write.
void FillValue(Message *m, std::mt19937_64 *random, int depth)
{
    const Descriptor *d = m->GetDescriptor();
    const FieldDescriptor *f =
        d->field(static_cast<int>((*random)() % static_cast<uint64_t>(depth > 0 ? 6 : 4)));
    if (f->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
        m->GetReflection()->SetEnumValue(m, f, 0);
    } else if (f->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
        const double v = PickDouble(random);
        m->GetReflection()->SetDouble(m, f, std::isfinite(v) ? v : 2.5);
    } else {
        FillField(m, f, random, depth);
    }
}

} // namespace

std::unique_ptr<Message> NewCxx(const std::string &name)
{
    return std::unique_ptr<Message>(ThePeer().New(name));
}

void FillAtRandom(Message *m, std::mt19937_64 *random, int depth)
{
    const Descriptor *d = m->GetDescriptor();
    if (IsInstant(d)) {
        FillInstant(m, random);
        return;
    }
    if (d->full_name() == "google.protobuf.Value") {
        FillValue(m, random, depth);
        return;
    }
    const bool small = d->field_count() < 3;
    for (int i = 0; i < d->field_count(); i++) {
        const FieldDescriptor *f = d->field(i);
        const bool message = f->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !f->is_map();
        const bool value = message && f->message_type()->full_name() == "google.protobuf.Value";
        if ((message && !value && depth <= 0) || (!small && (*random)() % 3 == 0)) {
            continue;
        }
        const uint64_t count = f->is_repeated() ? (*random)() % 4 : 1;
        for (uint64_t n = 0; n < count; n++) {
            FillField(m, f, random, depth);
        }
        if (f->is_map()) {
            UniteMap(m, f);
        }
    }
}

bool Parse(const std::string &bytes, Message *m)
{
    google::protobuf::LogSilencer quiet;
    if (!m->ParseFromString(bytes)) {
        return false;
    }
    UniteMaps(m);
    return true;
}

std::string Serialize(const Message &m)
{
    std::string out;
    google::protobuf::io::StringOutputStream stream(&out);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    m.SerializeToCodedStream(&coded);
    coded.Trim();
    return out;
}

namespace
{

google::protobuf::util::TypeResolver *Resolver()
{
    static std::unique_ptr<google::protobuf::util::TypeResolver> resolver(
        google::protobuf::util::NewTypeResolverForDescriptorPool("type.googleapis.com",
                                                                 ThePeer().pool()));
    return resolver.get();
}

std::string Url(const Message &m)
{
    return "type.googleapis.com/" + m.GetDescriptor()->full_name();
}

} // namespace

std::string ToJson(const Message &m)
{
    std::string json;
    const auto status =
        google::protobuf::util::BinaryToJsonString(Resolver(), Url(m), Serialize(m), &json);
    return status.ok() ? json : "error: " + status.ToString();
}

bool FromJson(const std::string &json, Message *m, bool quiet)
{
    std::string binary;
    const auto status =
        google::protobuf::util::JsonToBinaryString(Resolver(), Url(*m), json, &binary);
    if (!status.ok() && !quiet) {
        std::fprintf(stderr, "%s\n", status.ToString().c_str());
    }
    return status.ok() && Parse(binary, m);
}
