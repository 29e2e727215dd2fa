/* SPDX-License-Identifier: Apache-2.0 */
/* The printed tables against what C++ protobuf reads from the same files: names, numbers, types,
 * presence, JSON names, oneofs, enums; and protobuf-c's descriptors against the tables. */
#include <gtest/gtest.h>

#include "tests/unit/proto/gen/tables.h"
#include "tests/unit/proto/gen/view.h"

namespace
{

namespace pb = google::protobuf;

uint8_t CardinalityOf(const pb::FieldDescriptor *field)
{
    if (field->is_map()) {
        return REEVE_MAP;
    }
    if (field->is_repeated()) {
        return REEVE_REPEATED;
    }
    return field->has_presence() ? REEVE_EXPLICIT : REEVE_IMPLICIT;
}

void CompareEnum(const struct reeve_enum *table, const pb::EnumDescriptor *theirs)
{
    EXPECT_EQ(table->name, theirs->full_name());
    ASSERT_EQ(static_cast<int>(table->values_count), theirs->value_count());
    for (unsigned i = 0; i < table->values_count; i++) {
        const auto *value = theirs->FindValueByName(table->values[i].name);
        ASSERT_NE(value, nullptr) << table->values[i].name;
        EXPECT_EQ(table->values[i].number, value->number());
        if (i > 0) {
            EXPECT_LE(table->values[i - 1].number, table->values[i].number);
        }
    }
}

void CompareField(const struct reeve_message *table, const struct reeve_field *field,
                  const pb::FieldDescriptor *theirs)
{
    SCOPED_TRACE(theirs->full_name());
    EXPECT_EQ(field->name, theirs->name());
    EXPECT_EQ(field->json_name, theirs->json_name());
    EXPECT_EQ(static_cast<int>(field->type), static_cast<int>(theirs->type()));
    EXPECT_EQ(field->cardinality, CardinalityOf(theirs));
    EXPECT_EQ((field->flags & REEVE_FIELD_PACKED) != 0, theirs->is_packed());
    const pb::OneofDescriptor *oneof = theirs->real_containing_oneof();
    EXPECT_EQ((field->flags & REEVE_FIELD_ONEOF) != 0, oneof != nullptr);
    ASSERT_EQ(field->oneof, oneof == nullptr ? 0 : oneof->index() + 1);
    if (oneof != nullptr) {
        EXPECT_EQ(table->oneofs[field->oneof - 1].name, oneof->name());
        EXPECT_EQ(table->oneofs[field->oneof - 1].case_offset, field->quantifier_offset);
    }
    if (theirs->message_type() != nullptr) {
        EXPECT_EQ(field->message->name, theirs->message_type()->full_name());
    }
    if (theirs->enum_type() != nullptr) {
        CompareEnum(field->enumeration, theirs->enum_type());
    }
    EXPECT_LT(field->offset, table->size);
    EXPECT_LT(field->quantifier_offset, table->size);
}

TEST(Descriptor, TablesAgreeWithCppProtobuf)
{
    View view;
    const Tables tables = AllTables();
    EXPECT_GT(tables.size(), 100u);
    for (const auto &[name, table] : tables) {
        SCOPED_TRACE(name);
        const pb::Descriptor *theirs = view.Message(name);
        ASSERT_NE(theirs, nullptr);
        ASSERT_EQ(static_cast<int>(table->fields_count), theirs->field_count());
        EXPECT_EQ(static_cast<int>(table->oneofs_count), theirs->real_oneof_decl_count());
        EXPECT_EQ(table->map_entry, theirs->options().map_entry());
        for (unsigned i = 0; i < table->fields_count; i++) {
            const struct reeve_field *field = &table->fields[i];
            const auto *other = theirs->FindFieldByNumber(static_cast<int>(field->number));
            ASSERT_NE(other, nullptr) << field->number;
            CompareField(table, field, other);
            if (i > 0) {
                EXPECT_LT(table->fields[i - 1].number, field->number);
            }
        }
    }
}

TEST(Descriptor, ProtobufCAgreesWithTheTables)
{
    for (const auto &[name, table] : AllTables()) {
        SCOPED_TRACE(name);
        const ProtobufCMessageDescriptor *theirs = table->descriptor;
        ASSERT_NE(theirs, nullptr);
        EXPECT_EQ(theirs->magic, static_cast<uint32_t>(PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC));
        EXPECT_EQ(theirs->name, name);
        EXPECT_EQ(theirs->sizeof_message, table->size);
        ASSERT_EQ(theirs->n_fields, table->fields_count);
        for (unsigned i = 0; i < table->fields_count; i++) {
            const struct reeve_field *field = &table->fields[i];
            const auto *found = protobuf_c_message_descriptor_get_field(theirs, field->number);
            ASSERT_NE(found, nullptr) << field->name;
            EXPECT_EQ(found, protobuf_c_message_descriptor_get_field_by_name(theirs, field->name));
            EXPECT_EQ(std::string(found->name), field->name);
            EXPECT_EQ(found->offset, field->offset);
            EXPECT_EQ(found->quantifier_offset, field->quantifier_offset);
        }
        EXPECT_EQ(protobuf_c_message_descriptor_get_field(theirs, 536870910), nullptr);
    }
}

TEST(Descriptor, ProtobufCFindsEnumValues)
{
    const ProtobufCEnumDescriptor *color = &gentest_v1_color_descriptor;
    EXPECT_EQ(color->n_values, 5u);
    EXPECT_EQ(color->n_value_names, 6u);
    for (unsigned i = 0; i < gentest_v1_color_enum.values_count; i++) {
        const struct reeve_enum_value *value = &gentest_v1_color_enum.values[i];
        EXPECT_EQ(protobuf_c_enum_descriptor_get_value(color, value->number)->value, value->number);
        EXPECT_EQ(protobuf_c_enum_descriptor_get_value_by_name(color, value->name)->value,
                  value->number);
    }
    EXPECT_EQ(protobuf_c_enum_descriptor_get_value(color, 2), nullptr);
    EXPECT_EQ(protobuf_c_enum_descriptor_get_value(color, -2), nullptr);
}

TEST(Descriptor, WellKnownMessagesAreMarked)
{
    EXPECT_EQ(google_protobuf_timestamp_message.well_known, REEVE_WELL_KNOWN_TIMESTAMP);
    EXPECT_EQ(google_protobuf_duration_message.well_known, REEVE_WELL_KNOWN_DURATION);
    EXPECT_EQ(google_protobuf_empty_message.well_known, REEVE_WELL_KNOWN_EMPTY);
    EXPECT_EQ(google_protobuf_field_mask_message.well_known, REEVE_WELL_KNOWN_FIELD_MASK);
    EXPECT_EQ(google_protobuf_bool_value_message.well_known, REEVE_WELL_KNOWN_WRAPPER);
    EXPECT_EQ(gentest_v1_tree_message.well_known, REEVE_WELL_KNOWN_NONE);
}

TEST(Descriptor, HasRulesSpreadsUpwards)
{
    EXPECT_TRUE(gentest_v1_tree_message.has_rules);
    EXPECT_TRUE(gentest_v1_ring_message.has_rules);
    EXPECT_TRUE(gentest_v1_choice_message.has_rules); /* a required oneof */
    EXPECT_FALSE(gentest_v1_maps_message.has_rules);
    EXPECT_FALSE(gentest_v1_nothing_message.has_rules);
}

} // namespace
