/* Made by protoc-gen-reeve from demo/native/v1/native.proto: change that, not this.
 *
 * X_message is the table of struct X, X_descriptor what protobuf-c's library takes. X_init() and
 * X_INIT set every field to its default; X_INIT leaves strings NULL, which counts as "". */
#ifndef REEVE_GENERATED_DEMO_NATIVE_V1_NATIVE_H
#define REEVE_GENERATED_DEMO_NATIVE_V1_NATIVE_H

#include "proto/runtime/table.h"

#if REEVE_TABLE_VERSION != 1
#error "demo/native/v1/native.reeve.h was generated for version 1 of reeve's tables: generate it again with the protoc-gen-reeve of these headers"
#endif

#ifdef __cplusplus
extern "C" {
#endif

struct demo_native_v1_echo_request;
struct demo_native_v1_echo_response;
struct demo_native_v1_step_request;
struct demo_native_v1_step_response;
struct demo_native_v1_count_request;
struct demo_native_v1_count_response;

struct demo_native_v1_echo_request {
    ProtobufCMessage base;
    char *text;
    ProtobufCBinaryData data;
};
extern const struct reeve_message demo_native_v1_echo_request_message;
extern const ProtobufCMessageDescriptor demo_native_v1_echo_request_descriptor;
void demo_native_v1_echo_request_init(struct demo_native_v1_echo_request *message);
#define DEMO_NATIVE_V1_ECHO_REQUEST_INIT {.base = {.descriptor = &demo_native_v1_echo_request_descriptor}}

struct demo_native_v1_echo_response {
    ProtobufCMessage base;
    char *text;
    ProtobufCBinaryData data;
};
extern const struct reeve_message demo_native_v1_echo_response_message;
extern const ProtobufCMessageDescriptor demo_native_v1_echo_response_descriptor;
void demo_native_v1_echo_response_init(struct demo_native_v1_echo_response *message);
#define DEMO_NATIVE_V1_ECHO_RESPONSE_INIT {.base = {.descriptor = &demo_native_v1_echo_response_descriptor}}

struct demo_native_v1_step_request {
    ProtobufCMessage base;
    /* Which counter. */
    char *name;
    /* How far; 0 counts as 1. */
    uint32_t by;
};
extern const struct reeve_message demo_native_v1_step_request_message;
extern const ProtobufCMessageDescriptor demo_native_v1_step_request_descriptor;
void demo_native_v1_step_request_init(struct demo_native_v1_step_request *message);
#define DEMO_NATIVE_V1_STEP_REQUEST_INIT {.base = {.descriptor = &demo_native_v1_step_request_descriptor}}

struct demo_native_v1_step_response {
    ProtobufCMessage base;
    /* The counter after the step. */
    uint64_t value;
};
extern const struct reeve_message demo_native_v1_step_response_message;
extern const ProtobufCMessageDescriptor demo_native_v1_step_response_descriptor;
void demo_native_v1_step_response_init(struct demo_native_v1_step_response *message);
#define DEMO_NATIVE_V1_STEP_RESPONSE_INIT {.base = {.descriptor = &demo_native_v1_step_response_descriptor}}

struct demo_native_v1_count_request {
    ProtobufCMessage base;
    uint32_t to;
    /* Bytes that every message carries beside its number. */
    uint32_t padding_bytes;
};
extern const struct reeve_message demo_native_v1_count_request_message;
extern const ProtobufCMessageDescriptor demo_native_v1_count_request_descriptor;
void demo_native_v1_count_request_init(struct demo_native_v1_count_request *message);
#define DEMO_NATIVE_V1_COUNT_REQUEST_INIT {.base = {.descriptor = &demo_native_v1_count_request_descriptor}}

struct demo_native_v1_count_response {
    ProtobufCMessage base;
    uint32_t value;
    ProtobufCBinaryData padding;
};
extern const struct reeve_message demo_native_v1_count_response_message;
extern const ProtobufCMessageDescriptor demo_native_v1_count_response_descriptor;
void demo_native_v1_count_response_init(struct demo_native_v1_count_response *message);
#define DEMO_NATIVE_V1_COUNT_RESPONSE_INIT {.base = {.descriptor = &demo_native_v1_count_response_descriptor}}

/* ---- service demo.native.v1.Native ---- */

/* Returns what it was given. */
/* To be written by the task's author (reeve/handler.h): answers with struct demo_native_v1_echo_response. */
void demo_native_v1_native_echo(struct reeve_native_call *call,
        const struct demo_native_v1_echo_request *request);
extern const struct reeve_task demo_native_v1_native_echo_task;

/* Counts a step that must not happen twice: stands for every task that changes something and
 * cannot be repeated safely. */
/* To be written by the task's author (reeve/handler.h): answers with struct demo_native_v1_step_response. */
void demo_native_v1_native_step(struct reeve_native_call *call,
        const struct demo_native_v1_step_request *request);
extern const struct reeve_task demo_native_v1_native_step_task;

/* Counts from 1 to `to`, one message for each number: stands for everything that comes row by row. */
/* To be written by the task's author (reeve/handler.h): answers with struct demo_native_v1_count_response. */
void demo_native_v1_native_count(struct reeve_native_call *call,
        const struct demo_native_v1_count_request *request);
extern const struct reeve_task demo_native_v1_native_count_task;

#ifdef __cplusplus
}
#endif
#endif
