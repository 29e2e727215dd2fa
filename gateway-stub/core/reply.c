/* SPDX-License-Identifier: Apache-2.0 */
/* Answers: a response message, or a status with its ErrorDetail. */
#include "gateway-stub/core/reply.h"

#include "gateway-stub/core/call.h"
#include "reeve/v1/control.reeve.h"

#define REPLY_MAX ((size_t)32 * 1024 * 1024)
#define DETAIL_MAX ((size_t)64 * 1024)
#define DETAIL_BYTES ((size_t)4096) /* what fits into trailing metadata */
#define PROBLEMS_MAX 16u

static void finish(struct reeve_gateway *g, struct reeve_call *call, int code, const char *text)
{
    call->reply_due = true;
    call->grpc_code = code;
    reeve_format_cut(call->text, sizeof(call->text), "%s", text);
    reeve_call_touch(g, call);
}

void reeve_reply(struct reeve_gateway *g, struct reeve_call *call, const struct reeve_message *type,
                 const void *message)
{
    reeve_buffer_clear(&call->reply);
    reeve_buffer_init(&call->reply, g->allocator, REPLY_MAX);
    enum reeve_status status = reeve_message_encode(type, message, &call->reply);
    if (status == REEVE_OK) {
        finish(g, call, 0, "");
        return;
    }
    const struct reeve_refusal refusal = {
        .status = status,
        .code = "RESPONSE_TOO_LARGE",
        .message = "the answer is larger than a reply may be",
        .hint = "ask for fewer at once (limit)",
    };
    reeve_refuse(g, call, &refusal);
}

static enum reeve_status add_problems(const struct reeve_problems *problems,
                                      struct reeve_arena *arena,
                                      struct reeve_v1_error_detail *detail)
{
    if (problems == NULL) {
        return REEVE_OK;
    }
    size_t count = problems->count < PROBLEMS_MAX ? problems->count : PROBLEMS_MAX;
    detail->problems = reeve_arena_alloc_array(arena, count, sizeof(*detail->problems));
    if (detail->problems == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (; detail->n_problems < count; detail->n_problems++) {
        struct reeve_problem *from = &problems->items[detail->n_problems];
        struct reeve_v1_problem *to = reeve_message_new(&reeve_v1_problem_message, arena);
        if (to == NULL) {
            return REEVE_NO_MEMORY;
        }
        to->field = from->field;
        to->rule = from->rule;
        to->message = from->text;
        detail->problems[detail->n_problems] = to;
    }
    return REEVE_OK;
}

/* With as many of its problems as fit. */
static enum reeve_status encode_detail(struct reeve_v1_error_detail *detail,
                                       struct reeve_buffer *to)
{
    for (;;) {
        const enum reeve_status status =
            reeve_message_encode(&reeve_v1_error_detail_message, detail, to);
        if (status != REEVE_LIMIT || detail->n_problems == 0) {
            return status;
        }
        detail->n_problems--;
        reeve_buffer_reset(to);
    }
}

void reeve_refuse(struct reeve_gateway *g, struct reeve_call *call,
                  const struct reeve_refusal *refusal)
{
    struct reeve_arena arena;
    reeve_arena_init(&arena, g->allocator, DETAIL_MAX, 0);
    struct reeve_v1_error_detail *detail =
        reeve_message_new(&reeve_v1_error_detail_message, &arena);
    reeve_buffer_clear(&call->reply);
    reeve_buffer_init(&call->reply, g->allocator, DETAIL_BYTES);
    if (detail != NULL) {
        detail->code = reeve_arena_strdup(&arena, reeve_bytes_cstr(refusal->code));
        detail->message = reeve_arena_strdup(&arena, reeve_bytes_cstr(refusal->message));
        detail->hint = reeve_arena_strdup(&arena, reeve_bytes_cstr(refusal->hint));
        enum reeve_status status = add_problems(refusal->problems, &arena, detail);
        if (status == REEVE_OK) {
            status = encode_detail(detail, &call->reply);
        }
        if (status != REEVE_OK) {
            reeve_buffer_reset(&call->reply); /* the status and its text still say it */
        }
    }
    reeve_arena_clear(&arena);
    finish(g, call, reeve_status_grpc_code(refusal->status), refusal->message);
}

void reeve_refuse_memory(struct reeve_gateway *g, struct reeve_call *call)
{
    const struct reeve_refusal refusal = {
        .status = REEVE_NO_MEMORY,
        .code = "OUT_OF_MEMORY",
        .message = "the gateway is short of memory; nothing was changed",
        .hint = "try again later",
    };
    reeve_refuse(g, call, &refusal);
}

void reeve_refuse_store(struct reeve_gateway *g, struct reeve_call *call, enum reeve_status status,
                        const char *what)
{
    char message[128];
    struct reeve_refusal refusal = {
        .status = REEVE_UNAVAILABLE,
        .code = "STORE_UNAVAILABLE",
        .message = "the gateway's store cannot do this now; nothing was changed",
        .hint = "try again; look at the gateway's disk and log",
    };
    if (status == REEVE_NOT_FOUND) {
        reeve_format_cut(message, sizeof(message), "no such %s in this tenant", what);
        refusal = (struct reeve_refusal){.status = REEVE_NOT_FOUND,
                                         .code = "NOT_FOUND",
                                         .message = message,
                                         .hint = "check the id, and as whom you ask (whoami)"};
    } else if (status == REEVE_STATE || status == REEVE_EXPIRED || status == REEVE_EXISTS) {
        reeve_format_cut(message, sizeof(message), "the %s is in a state that does not allow this",
                         what);
        refusal = (struct reeve_refusal){.status = REEVE_STATE,
                                         .code = "STATE",
                                         .message = message,
                                         .hint = "look at its state first (get)"};
    }
    reeve_refuse(g, call, &refusal);
}
