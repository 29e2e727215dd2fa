/* SPDX-License-Identifier: Apache-2.0 */
/* P3: the generator's list of buf.validate's rules is complete: what stands in validate.proto is in
 * it under the same number and name, so nothing that can be written is overlooked. */
#include "proto/gen/rule_reader.h"

#include <gtest/gtest.h>

#include "proto/gen/memory.h"
#include "tests/unit/proto/gen/view.h"

void reeve_gen_out_of_memory(void)
{
    GTEST_FAIL() << "out of memory";
}

namespace
{

namespace pb = google::protobuf;

/* Rules inside rules are read by rules.c; so are the two that are one rule together. */
bool IsOperandOfRule(const pb::FieldDescriptor *field)
{
    if (field->name() == "example" || field->full_name() == "buf.validate.StringRules.strict" ||
        field->full_name() == "buf.validate.StringRules.well_known_regex") {
        return false;
    }
    return field->message_type() == nullptr ||
           field->message_type()->full_name() != "buf.validate.FieldRules";
}

/* A FieldMask is a list of paths. */
bool IsList(const pb::FieldDescriptor *field)
{
    return field->is_repeated() || field->full_name() == "buf.validate.FieldMaskRules.const";
}

TEST(RuleReader, P3_KnowsEveryRuleOfValidateProto)
{
    View view;
    const pb::Descriptor *rules = view.Message("buf.validate.FieldRules");
    ASSERT_NE(rules, nullptr);
    const pb::OneofDescriptor *types = rules->FindOneofByName("type");
    ASSERT_NE(types, nullptr);
    for (int i = 0; i < types->field_count(); i++) {
        const pb::FieldDescriptor *type = types->field(i);
        SCOPED_TRACE(type->name());
        const auto *group = reeve_gen_rule_group_find(static_cast<uint32_t>(type->number()));
        ASSERT_NE(group, nullptr);
        EXPECT_EQ(group->name, type->name());
        int members = 0;
        for (const auto *m = group->members; m->name != nullptr; m++) {
            members++;
        }
        EXPECT_EQ(members, type->message_type()->field_count());
        for (int j = 0; j < type->message_type()->field_count(); j++) {
            const pb::FieldDescriptor *field = type->message_type()->field(j);
            const auto *member =
                reeve_gen_rule_member_find(group, static_cast<uint32_t>(field->number()));
            ASSERT_NE(member, nullptr) << field->full_name();
            EXPECT_EQ(member->name, field->name());
            EXPECT_EQ(member->list, IsList(field)) << field->full_name();
            EXPECT_EQ(member->reading == REEVE_GEN_READ_NOTHING, !IsOperandOfRule(field))
                << field->full_name();
        }
    }
}

} // namespace
