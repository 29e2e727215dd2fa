/* SPDX-License-Identifier: Apache-2.0 */
/* A program with a race of ours in it, amid real gRPC traffic: a callback on the loop's thread and
 * another thread count in one variable without a lock. ThreadSanitizer must find it although gRPC's
 * own code is suppressed; tsan_test.cc checks that it does. Never built without ThreadSanitizer. */
#include <thread>

#include "rpc_fixture.h"

using namespace reeve::test;

namespace
{

int planted_counter = 0;

__attribute__((noinline)) void planted_increment()
{
    planted_counter++;
}

} // namespace

int main(int argc, char **argv)
{
    const bool plant = argc > 1 && std::string(argv[1]) == "race";
    TestPki pki;
    Loop loop;
    Server server(loop, pki.server(), pki.ca_pem());
    Channel channel(loop, server.target(), pki.worker(), pki.ca_pem());
    Side client;
    client.when_open = [](Side &s) { s.offer("x"); };
    client.when_message = [](Side &s, const std::string &) {
        planted_increment();
        s.offer("x");
    };
    channel.start(client);
    std::thread other([plant] {
        for (int i = 0; plant && i < 1000; i++) {
            planted_increment();
            std::this_thread::sleep_for(std::chrono::microseconds(50));
        }
    });
    const bool ran = loop.run_until([&] { return client.received >= 500; });
    other.join();
    return ran ? 0 : 3;
}
