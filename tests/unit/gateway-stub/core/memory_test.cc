// SPDX-License-Identifier: Apache-2.0
// Each allocation of the core fails once: whatever is refused, nothing is lost, and everybody gets
// an answer (P4, P7).
#include <cstdlib>

#include "tests/unit/gateway-stub/core/harness.h"

namespace reeve_test
{

namespace
{

struct Failing {
    size_t fail_at = SIZE_MAX;
    size_t count = 0;
};

void *failing_realloc(void *ctx, void *p, size_t old_size, size_t new_size)
{
    auto *failing = static_cast<Failing *>(ctx);
    if (new_size != 0 && failing->count++ == failing->fail_at) {
        return nullptr;
    }
    const reeve_allocator *heap = reeve_heap();
    return heap->realloc(heap->ctx, p, old_size, new_size);
}

} // namespace

// P4, P7.
TEST_F(CoreTest, SurvivesEachFailingAllocation)
{
    Failing failing;
    const reeve_allocator allocator{failing_realloc, &failing};
    gateway->crash();
    gateway->options.allocator = &allocator;
    gateway->start();
    register_tasks();
    size_t stored = 0;
    size_t refused = 0;
    uint8_t number = 0;
    bool reached = true;
    for (size_t n = 0; reached && n < 400; n += 1 + n / 20) {
        Worker worker(*gateway, ++number);
        failing.count = 0;
        failing.fail_at = n;
        const uint64_t call =
            gateway->call(REEVE_CONTROL_SUBMIT_PLAN, submit_request(n % 2 == 0 ? echo : step));
        worker.hello();
        if (worker.take_welcome()) {
            worker.resume();
            worker.limit(1);
            for (auto &frame : worker.dispatches()) {
                worker.outcome(frame.frame.as.dispatch);
            }
        }
        reached = failing.count > n;
        failing.fail_at = SIZE_MAX;
        const int code = gateway->reply(call).code;
        ASSERT_NE(code, -1) << "no answer when allocation " << n << " fails";
        stored += code == 0 ? 1 : 0;
        refused += code != 0 ? 1 : 0;
        if (gateway->closed.count(worker.session) == 0) {
            worker.disconnect();
        }
    }
    EXPECT_FALSE(reached);
    EXPECT_GT(stored, 0u);
    EXPECT_GT(refused, 0u);
    // Whatever was accepted ends.
    gateway->options.allocator = nullptr;
    gateway->crash();
    gateway->start();
    gateway->advance(16000);
    Worker last(*gateway, 250);
    last.limit_granted = 1000;
    last.connect();
    for (auto &frame : last.dispatches()) {
        last.outcome(frame.frame.as.dispatch);
    }
    last.disconnect();
    gateway->advance(26u * 3600 * 1000); // those that wait for a journal that never returns
    EXPECT_EQ(reeve_gateway_count(gateway->core).jobs, 0u);
}

} // namespace reeve_test
