// SPDX-License-Identifier: Apache-2.0
// Handlers of the example's native tasks, as tests need them: Echo answers at once, or after it was
// cancelled when asked to wait, or fails in the words behind "fail: "; Step fails.
#include <chrono>
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
