/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for the extension of a rule message in every file that protoc sent. */
#include "proto/gen/predefined.h"

/* "field_mask" of "FieldMaskRules" */
static bool is_group_of(const char *group, const char *message)
{
    for (; *group != '\0'; group++) {
        if (*group == '_') {
            continue;
        }
        if ((*message++ | 0x20) != *group) {
            return false;
        }
    }
    return reeve_gen_same(message, "Rules");
}

static const char *extension_name(const Google__Protobuf__FieldDescriptorProto *const *extensions,
                                  size_t count, const char *scope, const char *group,
                                  uint32_t number)
{
    for (size_t i = 0; i < count; i++) {
        if (extensions[i]->number == (int32_t)number &&
            reeve_gen_has_prefix(extensions[i]->extendee, ".buf.validate.") &&
            is_group_of(group, reeve_gen_last_part(extensions[i]->extendee))) {
            return reeve_gen_concat(scope, scope[0] == '\0' ? "" : ".", extensions[i]->name, NULL);
        }
    }
    return NULL;
}

static const char *nested_extension_name(const Google__Protobuf__DescriptorProto *m,
                                         const char *scope, const char *group, uint32_t number)
{
    scope = reeve_gen_concat(scope, scope[0] == '\0' ? "" : ".", m->name, NULL);
    const char *name =
        extension_name((const Google__Protobuf__FieldDescriptorProto *const *)m->extension,
                       m->n_extension, scope, group, number);
    for (size_t i = 0; i < m->n_nested_type && name == NULL; i++) {
        name = nested_extension_name(m->nested_type[i], scope, group, number);
    }
    return name;
}

const char *reeve_gen_predefined_name(const struct reeve_gen_model *model, const char *group,
                                      uint32_t number)
{
    for (size_t f = 0; f < model->files.count; f++) {
        const Google__Protobuf__FileDescriptorProto *file =
            ((const struct reeve_gen_file *)model->files.items[f])->descriptor;
        const char *scope = file->package == NULL ? "" : file->package;
        const char *name =
            extension_name((const Google__Protobuf__FieldDescriptorProto *const *)file->extension,
                           file->n_extension, scope, group, number);
        for (size_t i = 0; i < file->n_message_type && name == NULL; i++) {
            name = nested_extension_name(file->message_type[i], scope, group, number);
        }
        if (name != NULL) {
            return name;
        }
    }
    return reeve_gen_number(number);
}
