/* SPDX-License-Identifier: Apache-2.0 */
/* The testee of protobuf's conformance suite: reads requests from stdin, each behind four bytes of
 * length, and answers on stdout in the same way. Everything about messages is the runtime's, with
 * tables that protoc-gen-reeve made of the suite's own files; requests and responses too. */
#include <stdio.h>

#include "agent/base/arena.h"
#include "conformance.reeve.h"
#include "google/protobuf/test_messages_proto3.reeve.h"
#include "proto/runtime/message.h"

#define MESSAGE_MAX ((size_t)64 << 20)
#define TESTED_TYPE "protobuf_test_messages.proto3.TestAllTypesProto3"

/* One case: everything in it lives in the arena. */
struct test_case {
    struct reeve_arena arena;
    struct reeve_buffer output;
    const struct conformance_conformance_request *request;
    struct conformance_conformance_response response;
};

static const struct reeve_message *tested(void)
{
    return &protobuf_test_messages_proto3_test_all_types_proto3_message;
}

static void answer(struct test_case *c, enum conformance_conformance_response_result_case kind,
                   const char *text)
{
    c->response.result_case = kind;
    c->response.skipped = (char *)(uintptr_t)text; /* all texts share the union */
}

/* Null when the payload does not parse; the response then says why. */
static void *parse(struct test_case *c)
{
    void *message = NULL;
    struct reeve_problem problem = {0};
    enum reeve_status status;
    if (c->request->payload_case == CONFORMANCE_CONFORMANCE_REQUEST_PAYLOAD_PROTOBUF_PAYLOAD) {
        const struct reeve_decode_options options = {.unknown = REEVE_UNKNOWN_KEEP};
        const ProtobufCBinaryData *payload = &c->request->protobuf_payload;
        status = reeve_message_decode(tested(), reeve_bytes_of(payload->data, payload->len),
                                      &options, &c->arena, &message, &problem);
    } else {
        const struct reeve_json_options options = {
            .ignore_unknown = c->request->test_category ==
                              CONFORMANCE_TEST_CATEGORY_JSON_IGNORE_UNKNOWN_PARSING_TEST};
        status = reeve_message_from_json(tested(), reeve_bytes_cstr(c->request->json_payload),
                                         &options, &c->arena, &message, &problem);
    }
    if (status == REEVE_OK) {
        return message;
    }
    (void)fprintf(stderr, "refused: %s: %s: %s\n", problem.field, problem.rule, problem.text);
    answer(c, CONFORMANCE_CONFORMANCE_RESPONSE_RESULT_PARSE_ERROR, reeve_status_text(status));
    return NULL;
}

static void print(struct test_case *c, const void *message)
{
    const bool json = c->request->requested_output_format == CONFORMANCE_WIRE_FORMAT_JSON;
    enum reeve_status status = json ? reeve_message_to_json(tested(), message, NULL, &c->output)
                                    : reeve_message_encode(tested(), message, &c->output);
    if (status == REEVE_OK) {
        status = reeve_buffer_terminate(&c->output);
    }
    if (status != REEVE_OK) {
        answer(c, CONFORMANCE_CONFORMANCE_RESPONSE_RESULT_SERIALIZE_ERROR,
               reeve_status_text(status));
        return;
    }
    if (json) {
        answer(c, CONFORMANCE_CONFORMANCE_RESPONSE_RESULT_JSON_PAYLOAD,
               (const char *)c->output.data);
        return;
    }
    c->response.result_case = CONFORMANCE_CONFORMANCE_RESPONSE_RESULT_PROTOBUF_PAYLOAD;
    c->response.protobuf_payload = (ProtobufCBinaryData){c->output.len, c->output.data};
}

/* What this runtime is not meant for; NULL: it is. */
static const char *reason_to_skip(const struct conformance_conformance_request *request)
{
    const enum conformance_conformance_request_payload_case payload = request->payload_case;
    if (!reeve_bytes_equal_cstr(reeve_bytes_cstr(request->message_type), TESTED_TYPE)) {
        return "only proto3";
    }
    if (payload != CONFORMANCE_CONFORMANCE_REQUEST_PAYLOAD_PROTOBUF_PAYLOAD &&
        payload != CONFORMANCE_CONFORMANCE_REQUEST_PAYLOAD_JSON_PAYLOAD) {
        return "only binary and JSON";
    }
    if (request->requested_output_format != CONFORMANCE_WIRE_FORMAT_PROTOBUF &&
        request->requested_output_format != CONFORMANCE_WIRE_FORMAT_JSON) {
        return "only binary and JSON";
    }
    return NULL;
}

static void run(struct test_case *c)
{
    /* The suite's first question; which failures are known, its own list says. */
    if (reeve_bytes_equal_cstr(reeve_bytes_cstr(c->request->message_type),
                               "conformance.FailureSet")) {
        c->response.result_case = CONFORMANCE_CONFORMANCE_RESPONSE_RESULT_PROTOBUF_PAYLOAD;
        return;
    }
    const char *skip = reason_to_skip(c->request);
    if (skip != NULL) {
        answer(c, CONFORMANCE_CONFORMANCE_RESPONSE_RESULT_SKIPPED, skip);
        return;
    }
    const void *message = parse(c);
    if (message != NULL) {
        print(c, message);
    }
}

static bool write_response(struct test_case *c)
{
    uint8_t prefix[4];
    struct reeve_buffer bytes;
    reeve_buffer_init(&bytes, NULL, MESSAGE_MAX);
    bool good = reeve_message_encode(&conformance_conformance_response_message, &c->response,
                                     &bytes) == REEVE_OK;
    if (good) {
        reeve_store_le32(prefix, (uint32_t)bytes.len);
        good = fwrite(prefix, 1, sizeof prefix, stdout) == sizeof prefix &&
               fwrite(bytes.data, 1, bytes.len, stdout) == bytes.len && fflush(stdout) == 0;
    }
    reeve_buffer_clear(&bytes);
    return good;
}

static bool serve(struct reeve_bytes bytes)
{
    struct test_case c = {.response = CONFORMANCE_CONFORMANCE_RESPONSE_INIT};
    void *request = NULL;
    reeve_arena_init(&c.arena, NULL, MESSAGE_MAX, 0);
    reeve_buffer_init(&c.output, NULL, MESSAGE_MAX);
    bool good = reeve_message_decode(&conformance_conformance_request_message, bytes, NULL,
                                     &c.arena, &request, NULL) == REEVE_OK;
    if (good) {
        c.request = request;
        run(&c);
        good = write_response(&c);
    }
    reeve_buffer_clear(&c.output);
    reeve_arena_clear(&c.arena);
    return good;
}

/* False at the end of the input. */
static bool read_request(struct reeve_buffer *into)
{
    uint8_t prefix[4];
    if (fread(prefix, 1, sizeof prefix, stdin) != sizeof prefix) {
        return false;
    }
    const size_t size = reeve_load_le32(prefix);
    reeve_buffer_reset(into);
    if (reeve_buffer_reserve(into, size) != REEVE_OK) {
        return false;
    }
    into->len = fread(into->data, 1, size, stdin);
    return into->len == size;
}

int main(void)
{
    struct reeve_buffer request;
    bool good = true;
    reeve_buffer_init(&request, NULL, MESSAGE_MAX);
    while (good && read_request(&request)) {
        good = serve(reeve_buffer_view(&request));
    }
    reeve_buffer_clear(&request);
    return good && feof(stdin) ? 0 : 1;
}
