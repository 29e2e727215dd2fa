/* SPDX-License-Identifier: Apache-2.0 */
/* What the generator knows before it prints anything: the tables of proto/runtime/table.h, built in
 * memory (offsets and sizes, which only the C compiler knows, stay 0), each inside a struct that
 * adds what printing needs. Filled by declare.c, fields.c, rules.c, tasks.c and names.c, in that
 * order; read by the print_*.c files. */
#ifndef REEVE_PROTO_GEN_MODEL_H
#define REEVE_PROTO_GEN_MODEL_H

#include "google/protobuf/descriptor.pb-c.h"

#include "proto/gen/memory.h"
#include "proto/gen/name_set.h"
#include "proto/gen/report.h"
#include "proto/gen/source.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_gen_file {
    const char *name;  /* "demo/crm/v1/crm.proto" */
    const char *stem;  /* "demo/crm/v1/crm" */
    const char *guard; /* "DEMO_CRM_V1_CRM" */
    bool proto3;
    bool generate;
    const Google__Protobuf__FileDescriptorProto *descriptor;
    struct reeve_gen_source source;
    struct reeve_gen_list messages; /* struct reeve_gen_message, nested ones before their parent */
    struct reeve_gen_list enums;    /* struct reeve_gen_enum */
    struct reeve_gen_list services; /* struct reeve_gen_service; with parameter `tasks` only */
};

struct reeve_gen_enum_value {
    const char *name;
    const char *c_name; /* "REEVE_V1_ROLE_WORKER" */
    int32_t number;
    const char *comment;
    struct reeve_gen_place place;
};

struct reeve_gen_enum {
    struct reeve_enum table; /* first member: found again from a table's pointer */
    const char *c_name;      /* "reeve_v1_role", the tag */
    const char *comment;
    struct reeve_gen_place place;
    struct reeve_gen_file *file;
    struct reeve_gen_enum_value *values; /* as declared; table.values_count of them */
    bool used;
};

struct reeve_gen_message;

struct reeve_gen_field {
    struct reeve_field *table;
    const char *c_name; /* the member */
    const char *c_case; /* a oneof's member: "REEVE_V1_SYSTEM_KIND_HTTP" */
    const char *comment;
    struct reeve_gen_place place;
    const Google__Protobuf__FieldDescriptorProto *descriptor;
    struct reeve_gen_message *message;  /* MESSAGE, a map's entry */
    struct reeve_gen_enum *enumeration; /* ENUM */
    uint32_t declared;                  /* position in the .proto */
};

struct reeve_gen_oneof {
    const char *c_name;    /* "kind": the case is kind_case */
    const char *c_type;    /* "reeve_v1_system_kind_case", a tag */
    const char *c_not_set; /* "REEVE_V1_SYSTEM_KIND_NOT_SET" */
    const char *comment;
    struct reeve_gen_place place;
};

struct reeve_gen_message {
    struct reeve_message table; /* first member: found again from a table's pointer */
    const char *c_name;         /* "reeve_v1_agent_config", the tag */
    const char *comment;
    struct reeve_gen_place place;
    struct reeve_gen_file *file;
    const Google__Protobuf__DescriptorProto *descriptor;
    struct reeve_gen_path path;
    struct reeve_field *fields;          /* by number; table.fields points here */
    struct reeve_oneof *oneofs;          /* table.oneofs points here */
    struct reeve_gen_field *field_names; /* parallel to fields */
    struct reeve_gen_oneof *oneof_names; /* parallel to oneofs */
    bool used;
};

struct reeve_gen_task {
    struct reeve_task table; /* first member */
    const char *c_name;      /* "demo_crm_v1_tickets_create_ticket", the handler */
    const char *comment;
    struct reeve_gen_place place;
    struct reeve_bytes schema; /* canonical TaskSchema */
    struct reeve_http_rule http;
};

struct reeve_gen_service {
    const char *name;
    const char *comment;
    struct reeve_gen_place place;
    struct reeve_gen_list tasks; /* struct reeve_gen_task */
};

/* Parameters of --reeve_out. */
struct reeve_gen_parameters {
    bool tasks;                    /* services of the files to generate are task services */
    const char *table;             /* C name of the task table; NULL: none */
    const char *manifest;          /* stem of the manifest's files; NULL: none */
    struct reeve_gen_list accepts; /* const char: files of older manifests */
};

struct reeve_gen_model {
    struct reeve_gen_parameters parameters;
    struct reeve_gen_report report;
    struct reeve_gen_list files;        /* struct reeve_gen_file, in protoc's order */
    struct reeve_gen_list tasks;        /* struct reeve_gen_task, by name, all files */
    struct reeve_gen_name_set messages; /* all of the request, by full name */
    struct reeve_gen_name_set enums;    /* likewise */
};

/* By full name without leading dot; NULL. */
struct reeve_gen_message *reeve_gen_find_message(const struct reeve_gen_model *model,
                                                 const char *name);
struct reeve_gen_enum *reeve_gen_find_enum(const struct reeve_gen_model *model, const char *name);

/* Whether a has_x or n_x stands beside the member. */
bool reeve_gen_has_companion(const struct reeve_field *field);

/* A comment without its margin, at most about 2,000 bytes; "" for NULL. */
const char *reeve_gen_documentation(const char *comment);

/* "demo/crm/v1/crm.proto" gives the stem "demo/crm/v1/crm" and the guard "DEMO_CRM_V1_CRM". */
const char *reeve_gen_stem_of(const char *name);
const char *reeve_gen_guard_of(const char *stem);
bool reeve_gen_can_be_included(const char *stem);

/* Files, messages and enums of the request, without fields. */
void reeve_gen_declare(struct reeve_gen_model *model,
                       Google__Protobuf__FileDescriptorProto *const *files, size_t count,
                       char *const *generate, size_t generate_count);
/* Fields and oneofs; marks what the generated files use. */
void reeve_gen_fields(struct reeve_gen_model *model);
/* buf.validate and reeve.v1 options of messages and fields. */
void reeve_gen_rules(struct reeve_gen_model *model);
/* buf.validate options of one message and its oneofs; before those of its fields. */
void reeve_gen_oneof_rules(struct reeve_gen_model *model, struct reeve_gen_message *m);
/* Services and tasks. */
void reeve_gen_tasks(struct reeve_gen_model *model);
/* Refuses what has no fixed shape (Struct, Value, ListValue, Any) wherever a task reaches it. */
void reeve_gen_refuse_shapeless(struct reeve_gen_model *model);
/* google.api.http of a task, given as the merged HttpRule. */
void reeve_gen_http(struct reeve_gen_model *model, struct reeve_gen_task *task,
                    struct reeve_bytes rule);
/* Canonical schema and fingerprint of every task. */
void reeve_gen_schemas(struct reeve_gen_model *model);
/* Names of a message's members; its own C name is known. */
void reeve_gen_name_members(struct reeve_gen_message *m);
/* Refuses what a gateway would refuse to build tables from. After the schemas. */
void reeve_gen_try(struct reeve_gen_model *model);
/* Older versions of the tasks, out of the manifests that the parameters name: what is compatible is
 * accepted, what is not refused. After the schemas. */
void reeve_gen_accept(struct reeve_gen_model *model);
/* C names of everything used. */
void reeve_gen_names(struct reeve_gen_model *model);

#ifdef __cplusplus
}
#endif
#endif
