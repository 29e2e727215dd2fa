/* SPDX-License-Identifier: Apache-2.0 */
/* The types as a table. */
#include "proto/runtime/type.h"

#include "proto/runtime/map_entry.h"

const struct reeve_type reeve_types[REEVE_TYPE_END] = {
    [REEVE_TYPE_DOUBLE] = {"double", sizeof(double), REEVE_WIRE_FIXED64},
    [REEVE_TYPE_FLOAT] = {"float", sizeof(float), REEVE_WIRE_FIXED32},
    [REEVE_TYPE_INT64] = {"int64", sizeof(int64_t), REEVE_WIRE_VARINT},
    [REEVE_TYPE_UINT64] = {"uint64", sizeof(uint64_t), REEVE_WIRE_VARINT},
    [REEVE_TYPE_INT32] = {"int32", sizeof(int32_t), REEVE_WIRE_VARINT},
    [REEVE_TYPE_FIXED64] = {"fixed64", sizeof(uint64_t), REEVE_WIRE_FIXED64},
    [REEVE_TYPE_FIXED32] = {"fixed32", sizeof(uint32_t), REEVE_WIRE_FIXED32},
    [REEVE_TYPE_BOOL] = {"bool", sizeof(protobuf_c_boolean), REEVE_WIRE_VARINT},
    [REEVE_TYPE_STRING] = {"string", sizeof(char *), REEVE_WIRE_LENGTH},
    [REEVE_TYPE_MESSAGE] = {"message", sizeof(void *), REEVE_WIRE_LENGTH},
    [REEVE_TYPE_BYTES] = {"bytes", sizeof(ProtobufCBinaryData), REEVE_WIRE_LENGTH},
    [REEVE_TYPE_UINT32] = {"uint32", sizeof(uint32_t), REEVE_WIRE_VARINT},
    [REEVE_TYPE_ENUM] = {"enum", sizeof(int32_t), REEVE_WIRE_VARINT},
    [REEVE_TYPE_SFIXED32] = {"sfixed32", sizeof(int32_t), REEVE_WIRE_FIXED32},
    [REEVE_TYPE_SFIXED64] = {"sfixed64", sizeof(int64_t), REEVE_WIRE_FIXED64},
    [REEVE_TYPE_SINT32] = {"sint32", sizeof(int32_t), REEVE_WIRE_VARINT},
    [REEVE_TYPE_SINT64] = {"sint64", sizeof(int64_t), REEVE_WIRE_VARINT},
};

const char *reeve_type_name(const struct reeve_field *f)
{
    if (f->message != NULL) {
        return f->message->name;
    }
    return f->enumeration != NULL ? f->enumeration->name : reeve_types[f->type].name;
}

/* "optional" is what people write where a field knows whether it is there without being a message
 * or one of several. */
static const char *label_of(const struct reeve_field *f)
{
    if (f->cardinality == REEVE_REPEATED) {
        return "repeated ";
    }
    const bool optional = f->cardinality == REEVE_EXPLICIT && f->message == NULL && f->oneof == 0;
    return optional ? "optional " : "";
}

void reeve_type_text(const struct reeve_field *f, char *out, size_t size)
{
    if (f->cardinality == REEVE_MAP) {
        reeve_format_cut(out, size, "map<%s, %s>", reeve_type_name(reeve_map_key_field(f)),
                         reeve_type_name(reeve_map_value_field(f)));
        return;
    }
    reeve_format_cut(out, size, "%s%s", label_of(f), reeve_type_name(f));
}

bool reeve_enum_is_null(const struct reeve_enum *e)
{
    return e->values_count == 1 &&
           reeve_bytes_equal_cstr(reeve_bytes_cstr(e->name), "google.protobuf.NullValue");
}
