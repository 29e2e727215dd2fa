// SPDX-License-Identifier: Apache-2.0
//
// The status socket's client.
#include "tests/integration/support/status.h"

#include <algorithm>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "proto/runtime/message.h"
#include "reeve/v1/local.reeve.h"

namespace reeve::test
{

namespace
{

std::string read_document(const std::string &path)
{
    struct sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    std::string document;
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, reinterpret_cast<struct sockaddr *>(&address), sizeof address) == 0) {
        char chunk[4096];
        for (ssize_t count = 0; (count = read(fd, chunk, sizeof chunk)) > 0;) {
            document.append(chunk, static_cast<size_t>(count));
        }
    }
    close(fd);
    return document;
}

void fill(const struct reeve_v1_worker_status &from, Status &to)
{
    to.answered = true;
    to.ready = from.ready != 0;
    for (size_t i = 0; i < from.n_conditions; i++) {
        to.conditions.emplace_back(from.conditions[i]->name);
    }
    if (from.gateway != nullptr) {
        to.link = from.gateway->state;
        to.last_end = from.gateway->last_end;
        to.connects = from.gateway->connects;
        to.epoch = from.gateway->session_epoch;
    }
    if (from.jobs != nullptr) {
        to.running = from.jobs->running;
        to.held = uint64_t{from.jobs->queued} + from.jobs->starting + from.jobs->running;
        to.unsettled = from.jobs->unsettled;
        to.succeeded = from.jobs->succeeded;
        to.rejected = from.jobs->rejected;
    }
    if (from.spool != nullptr) {
        to.spool_bytes = from.spool->bytes;
        to.spool_results = from.spool->results;
        to.spool_state = from.spool->state;
    }
    if (from.journal != nullptr) {
        to.journal_id = from.journal->id;
    }
}

} // namespace

bool Status::has(const std::string &condition) const
{
    return std::find(conditions.begin(), conditions.end(), condition) != conditions.end();
}

Status ask_status(const std::string &socket)
{
    Status status;
    status.document = read_document(socket);
    struct reeve_arena arena;
    reeve_arena_init(&arena, nullptr, size_t{1} << 20, 0);
    void *message = nullptr;
    if (reeve_message_from_json(&reeve_v1_worker_status_message,
                                reeve_bytes_of(status.document.data(), status.document.size()),
                                nullptr, &arena, &message, nullptr) == REEVE_OK) {
        fill(*static_cast<struct reeve_v1_worker_status *>(message), status);
    }
    reeve_arena_clear(&arena);
    return status;
}

} // namespace reeve::test
