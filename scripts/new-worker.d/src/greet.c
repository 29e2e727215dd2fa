/* Carries out @package@.Greeter/Greet. Called on a pool thread, several at once. */
#include <stdio.h>

#include "@path@/tasks.reeve.h"
#include "reeve/handler.h"

void @prefix@_greeter_greet(struct reeve_native_call *call,
        const struct @prefix@_greet_request *request)
{
    char text[512]; /* 100 characters of at most 4 bytes, and ours */
    struct @prefix@_greet_response response;
    @prefix@_greet_response_init(&response);
    (void)snprintf(text, sizeof text, "Hello, %s!", request->name);
    response.text = text;
    reeve_native_succeed(call, &response);
}
