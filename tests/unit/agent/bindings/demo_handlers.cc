// SPDX-License-Identifier: Apache-2.0
// Handlers of the example's native tasks, as tests need them: Echo answers at once, or after it was
// cancelled when asked to wait, or fails in the words behind "fail: "; Step fails. Count counts: on
// its pool thread for an even number, on threads of its own and when told to resume for an odd one.
// A padding of 13 bytes is the text of a test's credential.
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "demo/native/v1/native.reeve.h"
#include "reeve/handler.h"

extern "C" void demo_native_v1_native_echo(reeve_native_call *call,
                                           const demo_native_v1_echo_request *request)
{
    const std::string text = request->text;
    if (text == "wait for the cancel") {
        std::thread([call] { // answers from a thread of its own
            while (!reeve_native_cancelled(call) && reeve_native_time_left_ms(call) > 0) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            reeve_native_fail(call, REEVE_NATIVE_EFFECT_NONE, "gave up");
        })
            .detach();
        return;
    }
    if (text.rfind("fail: ", 0) == 0) {
        reeve_native_fail(call, REEVE_NATIVE_EFFECT_NONE, request->text + 6);
        return;
    }
    if (text == "report progress") {
        reeve_native_progress(call, 1, 3);
    }
    demo_native_v1_echo_response response = DEMO_NATIVE_V1_ECHO_RESPONSE_INIT;
    response.text = request->text;
    response.data = request->data;
    reeve_native_succeed(call, &response);
}

extern "C" void demo_native_v1_native_step(reeve_native_call *call,
                                           const demo_native_v1_step_request *request)
{
    (void)request;
    reeve_native_fail(call, REEVE_NATIVE_EFFECT_MAYBE, "the counter is jammed");
}

namespace
{

const char kSecret[] = "streamed-token-0123456789";

// A source with a thread of its own: sends until it is told to pause, and goes on when resumed.
struct Source {
    reeve_native_call *call;
    uint32_t to;
    uint32_t value = 0;
};

void Pour(Source *source)
{
    reeve_native_flow flow = REEVE_NATIVE_GO_ON;
    while (flow == REEVE_NATIVE_GO_ON && source->value < source->to) {
        demo_native_v1_count_response response = DEMO_NATIVE_V1_COUNT_RESPONSE_INIT;
        response.value = ++source->value;
        // Behind the last PAUSE the other thread may go on at once: nothing of `source` is touched.
        const bool last = source->value == source->to;
        reeve_native_call *call = source->call;
        flow = reeve_native_emit(call, &response);
        if (flow == REEVE_NATIVE_PAUSE && !last) {
            return;
        }
        if (last) {
            break;
        }
    }
    reeve_native_call *call = source->call;
    delete source;
    reeve_native_finish(call);
}

} // namespace

extern "C" void demo_native_v1_native_count(reeve_native_call *call,
                                            const demo_native_v1_count_request *request)
{
    if (request->to % 2 != 0) {
        auto *source = new Source{call, request->to};
        reeve_native_on_resume(
            call, [](reeve_native_call *, void *ctx) { Pour(static_cast<Source *>(ctx)); }, source);
        std::thread([source] { Pour(source); }).detach();
        return;
    }
    demo_native_v1_count_response response = DEMO_NATIVE_V1_COUNT_RESPONSE_INIT;
    std::string secret = kSecret;
    std::string padding(request->padding_bytes, 'p');
    reeve_native_flow flow = REEVE_NATIVE_GO_ON;
    for (uint32_t i = 1; i <= request->to && flow != REEVE_NATIVE_STOP; i++) {
        std::string &text = i == 3 && request->padding_bytes == 13 ? secret : padding;
        response.value = i;
        response.padding = {text.size(), reinterpret_cast<uint8_t *>(&text[0])};
        flow = reeve_native_emit(call, &response);
        if (flow == REEVE_NATIVE_PAUSE && !reeve_native_wait(call)) {
            break;
        }
    }
    reeve_native_finish(call);
}
