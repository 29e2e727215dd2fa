/* SPDX-License-Identifier: Apache-2.0 */
/* The printed structs: protobuf-c's layout, defaults, and protobuf-c's library working on them,
 * with C++ protobuf on the other side. */
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <random>

#include "tests/unit/proto/gen/tables.h"
#include "tests/unit/proto/gen/view.h"

namespace
{

namespace pb = google::protobuf;

/* Every struct begins with protobuf-c's base. */
static_assert(offsetof(struct gentest_v1_implicit, base) == 0, "");
static_assert(offsetof(struct gentest_v1_nothing, base) == 0, "");
static_assert(sizeof(struct gentest_v1_nothing) == sizeof(ProtobufCMessage), "");
/* Quantifiers stand in front of their member; a union follows its case. */
static_assert(offsetof(struct gentest_v1_optional, has_a_double) <
                  offsetof(struct gentest_v1_optional, a_double),
              "");
static_assert(offsetof(struct gentest_v1_repeated, n_strings) + sizeof(size_t) ==
                  offsetof(struct gentest_v1_repeated, strings),
              "");
static_assert(offsetof(struct gentest_v1_choice, text) == offsetof(struct gentest_v1_choice, raw),
              "");
static_assert(sizeof(((struct gentest_v1_implicit *)nullptr)->a_color) == 4, "");

const struct reeve_field *Field(const struct reeve_message &table, const std::string &name)
{
    for (unsigned i = 0; i < table.fields_count; i++) {
        if (table.fields[i].name == name) {
            return &table.fields[i];
        }
    }
    return nullptr;
}

TEST(Struct, OffsetsAreThoseOfTheCompiler)
{
#define SAME(type, member)                                                                         \
    EXPECT_EQ(Field(type##_message, #member)->offset, offsetof(struct type, member))
    SAME(gentest_v1_implicit, a_double);
    SAME(gentest_v1_implicit, far);
    SAME(gentest_v1_implicit, a_bytes);
    SAME(gentest_v1_optional, a_bytes);
    SAME(gentest_v1_repeated, many_bytes);
    SAME(gentest_v1_choice, flag);
    SAME(gentest_v1_maps, messages);
#undef SAME
    EXPECT_EQ(Field(gentest_v1_optional_message, "a_bytes")->quantifier_offset,
              offsetof(struct gentest_v1_optional, has_a_bytes));
    EXPECT_EQ(Field(gentest_v1_optional_message, "a_string")->quantifier_offset, 0u);
    EXPECT_EQ(Field(gentest_v1_maps_message, "by_bool")->quantifier_offset,
              offsetof(struct gentest_v1_maps, n_by_bool));
    EXPECT_EQ(gentest_v1_choice_message.oneofs[0].case_offset,
              offsetof(struct gentest_v1_choice, which_case));
}

TEST(Struct, RenamedMembersKeepTheirProtoNames)
{
    struct gentest_v1_nasty nasty;
    gentest_v1_nasty_init(&nasty);
    nasty.linux_ = 1;
    nasty.class_ = 2;
    nasty.n_x = 3;  /* how many x */
    nasty.n_x_ = 4; /* the field n_x */
    nasty.has_y = true;
    nasty.has_y_ = true;
    nasty.which_case_ = 5;
    nasty.which_case = GENTEST_V1_NASTY_WHICH_WHILE;
    nasty.fooBar = 6;
    EXPECT_EQ(Field(gentest_v1_nasty_message, "base")->offset,
              offsetof(struct gentest_v1_nasty, base_));
    EXPECT_EQ(Field(gentest_v1_nasty_message, "n_x")->offset,
              offsetof(struct gentest_v1_nasty, n_x_));
    EXPECT_EQ(Field(gentest_v1_nasty_message, "has_y")->offset,
              offsetof(struct gentest_v1_nasty, has_y_));
    EXPECT_EQ(Field(gentest_v1_nasty_message, "which_case")->offset,
              offsetof(struct gentest_v1_nasty, which_case_));
}

TEST(Struct, ConstantsFollowOneScheme)
{
    EXPECT_EQ(GENTEST_V1_COLOR_BELOW, -3);
    EXPECT_EQ(GENTEST_V1_ROLE_UNSPECIFIED, 0);
    EXPECT_EQ(GENTEST_V1_ROLE_ROLE_WORKER, 2); /* WORKER stands beside it */
    EXPECT_EQ(GENTEST_V1_ROLE_WORKER, 2);
    EXPECT_EQ(GENTEST_V1_ROLE_ADMIN, 3);
    EXPECT_EQ(GENTEST_V1_ROLE_2ND, 5);
    EXPECT_EQ(GENTEST_V1_HTTP_MODE_NONE, 0);
    EXPECT_EQ(GENTEST_V1_HTTP_MODE_Mode_Two, 2);
    EXPECT_EQ(GENTEST_V1_HOLDER_ROLE_INNER, 1);
    EXPECT_EQ(GENTEST_V1_CHOICE_WHICH_NOT_SET, 0);
    EXPECT_EQ(GENTEST_V1_CHOICE_WHICH_FLAG, 7);
    EXPECT_EQ(REEVE_V1_OUTCOME_STATUS_SUCCEEDED, 1);
}

TEST(Struct, DefaultsAreProtobufCs)
{
    struct gentest_v1_implicit value;
    gentest_v1_implicit_init(&value);
    EXPECT_EQ(value.base.descriptor, &gentest_v1_implicit_descriptor);
    EXPECT_STREQ(value.a_string, "");
    EXPECT_EQ(value.a_bytes.len, 0u);
    EXPECT_EQ(protobuf_c_message_get_packed_size(&value.base), 0u);
    struct gentest_v1_optional optional;
    gentest_v1_optional_init(&optional);
    EXPECT_EQ(optional.a_string, nullptr);
    EXPECT_FALSE(optional.has_a_double);
    EXPECT_EQ(protobuf_c_message_get_packed_size(&optional.base), 0u);
    struct gentest_v1_implicit by_macro = GENTEST_V1_IMPLICIT_INIT;
    EXPECT_EQ(protobuf_c_message_get_packed_size(&by_macro.base), 0u);
}

/* Fills a message with seeded values of all sizes. */
class Filler
{
  public:
    explicit Filler(unsigned seed) : random_(seed)
    {
    }

    void Fill(pb::Message *message, int depth)
    {
        const pb::Descriptor *type = message->GetDescriptor();
        for (int i = 0; i < type->field_count(); i++) {
            const pb::FieldDescriptor *field = type->field(i);
            if (random_() % 4 == 0 || (depth == 0 && field->message_type() != nullptr)) {
                continue;
            }
            const int count = field->is_repeated() ? static_cast<int>(random_() % 4) : 1;
            for (int n = 0; n < count; n++) {
                FillOne(message, field, n, depth);
            }
        }
    }

  private:
    std::string Text()
    {
        static const char *const kinds[] = {"", "a", "h\xc3\xa9llo", "0123456789abcdef"};
        return kinds[random_() % 4];
    }

    uint64_t Bits()
    {
        const uint64_t bits = (static_cast<uint64_t>(random_()) << 32) | random_();
        return bits >> (random_() % 64);
    }

    void FillOne(pb::Message *m, const pb::FieldDescriptor *f, int n, int depth)
    {
        const pb::Reflection *r = m->GetReflection();
        const bool many = f->is_repeated();
        switch (f->cpp_type()) {
        case pb::FieldDescriptor::CPPTYPE_INT32:
            many ? r->AddInt32(m, f, static_cast<int32_t>(Bits()))
                 : r->SetInt32(m, f, static_cast<int32_t>(Bits()));
            break;
        case pb::FieldDescriptor::CPPTYPE_INT64:
            many ? r->AddInt64(m, f, static_cast<int64_t>(Bits()))
                 : r->SetInt64(m, f, static_cast<int64_t>(Bits()));
            break;
        case pb::FieldDescriptor::CPPTYPE_UINT32:
            many ? r->AddUInt32(m, f, static_cast<uint32_t>(Bits()))
                 : r->SetUInt32(m, f, static_cast<uint32_t>(Bits()));
            break;
        case pb::FieldDescriptor::CPPTYPE_UINT64:
            many ? r->AddUInt64(m, f, Bits()) : r->SetUInt64(m, f, Bits());
            break;
        case pb::FieldDescriptor::CPPTYPE_DOUBLE:
            many ? r->AddDouble(m, f, 0.5 * random_()) : r->SetDouble(m, f, 0.5 * random_());
            break;
        case pb::FieldDescriptor::CPPTYPE_FLOAT:
            many ? r->AddFloat(m, f, 0.5f) : r->SetFloat(m, f, -1.25f);
            break;
        case pb::FieldDescriptor::CPPTYPE_BOOL:
            many ? r->AddBool(m, f, random_() % 2) : r->SetBool(m, f, random_() % 2);
            break;
        case pb::FieldDescriptor::CPPTYPE_ENUM: {
            const pb::EnumDescriptor *type = f->enum_type();
            const int number =
                type->value(static_cast<int>(random_()) & 0x7fff % type->value_count())->number();
            many ? r->AddEnumValue(m, f, number) : r->SetEnumValue(m, f, number);
            break;
        }
        case pb::FieldDescriptor::CPPTYPE_STRING:
            many ? r->AddString(m, f, Text()) : r->SetString(m, f, Text());
            break;
        case pb::FieldDescriptor::CPPTYPE_MESSAGE: {
            pb::Message *inner = many ? r->AddMessage(m, f) : r->MutableMessage(m, f);
            Fill(inner, depth - 1);
            if (f->is_map()) {
                UniqueKey(inner, n);
            }
            break;
        }
        }
    }

    /* Keys must differ; a bool has two. Only the first entry of such a map keeps its key. */
    static void UniqueKey(pb::Message *entry, int n)
    {
        const pb::FieldDescriptor *key = entry->GetDescriptor()->map_key();
        const pb::Reflection *r = entry->GetReflection();
        switch (key->cpp_type()) {
        case pb::FieldDescriptor::CPPTYPE_INT32:
            return r->SetInt32(entry, key, n);
        case pb::FieldDescriptor::CPPTYPE_INT64:
            return r->SetInt64(entry, key, -n);
        case pb::FieldDescriptor::CPPTYPE_UINT64:
            return r->SetUInt64(entry, key, static_cast<uint64_t>(n));
        case pb::FieldDescriptor::CPPTYPE_BOOL:
            return r->SetBool(entry, key, n % 2 == 1);
        case pb::FieldDescriptor::CPPTYPE_STRING:
            return r->SetString(entry, key, "key" + std::to_string(n));
        default:
            return;
        }
    }

    std::mt19937 random_;
};

/* C++ protobuf → protobuf_c_message_unpack → protobuf_c_message_pack → C++ protobuf. The bytes are
 * our own: protobuf-c's reader is for trusted data. */
TEST(Struct, ProtobufCsLibraryRoundTripsEveryMessage)
{
    View view;
    for (const auto &[name, table] : AllTables()) {
        SCOPED_TRACE(name);
        for (unsigned seed = 0; seed < 20; seed++) {
            auto message = view.New(name);
            Filler(seed).Fill(message.get(), 3);
            const std::string bytes = message->SerializeAsString();
            ProtobufCMessage *unpacked =
                protobuf_c_message_unpack(table->descriptor, nullptr, bytes.size(),
                                          reinterpret_cast<const uint8_t *>(bytes.data()));
            ASSERT_NE(unpacked, nullptr) << message->DebugString();
            EXPECT_EQ(unpacked->n_unknown_fields, 0u);
            EXPECT_TRUE(protobuf_c_message_check(unpacked));
            std::string packed(protobuf_c_message_get_packed_size(unpacked), '\0');
            protobuf_c_message_pack(unpacked, reinterpret_cast<uint8_t *>(packed.data()));
            protobuf_c_message_free_unpacked(unpacked, nullptr);
            auto back = view.New(name);
            ASSERT_TRUE(back->ParseFromString(packed));
            EXPECT_EQ(back->SerializeAsString().size(), bytes.size());
            EXPECT_TRUE(pb::util::MessageDifferencer::Equals(*message, *back))
                << message->DebugString() << "\n"
                << back->DebugString();
        }
    }
}

} // namespace
