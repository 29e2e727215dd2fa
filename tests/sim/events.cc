// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/events.h"

#include "tests/sim/store.h"
#include "tests/sim/tasks.h"
#include "tests/sim/text.h"

namespace reeve_sim
{

reeve_engine_event EngineEvent(reeve_engine_event_type type)
{
    reeve_engine_event event = {};
    event.type = type;
    return event;
}

reeve_engine_event LinkEvent(reeve_engine_event_type type, uint32_t link, reeve_status status)
{
    reeve_engine_event event = EngineEvent(type);
    event.u.link.link = link;
    event.u.link.status = status;
    return event;
}

reeve_gateway_event GatewayEvent(reeve_gateway_event_kind kind)
{
    reeve_gateway_event event = {};
    event.kind = kind;
    return event;
}

reeve_gateway_event SessionEvent(reeve_gateway_event_kind kind, uint64_t session)
{
    reeve_gateway_event event = GatewayEvent(kind);
    event.session = session;
    return event;
}

reeve_policy *PolicyOf(const reeve_public_key &approver, bool allow_create)
{
    reeve_allow allow[kKinds] = {};
    size_t count = 0;
    for (int kind = 0; kind < kKinds; kind++) {
        if (kind != kDenied && (allow_create || kind != kCreate)) {
            allow[count++].task = reeve_bytes_cstr(Task(kind).name);
        }
    }
    reeve_approver boss = {};
    boss.name = reeve_bytes_cstr("boss");
    boss.key = approver;
    reeve_policy_options options = {};
    options.allow = allow;
    options.allow_count = count;
    options.approvers = &boss;
    options.approver_count = 1;
    reeve_policy *policy = nullptr;
    if (reeve_policy_new(&options, nullptr, &policy) != REEVE_OK) {
        std::terminate();
    }
    return policy;
}

void CarryOut(Store &store, reeve_store_request *request)
{
    reeve_list batch;
    reeve_list_init(&batch);
    reeve_list_push_back(&batch, &request->node);
    if (reeve_store_request_is_query(request)) {
        store.Read(&batch);
    } else {
        store.Write(&batch);
    }
    (void)reeve_list_pop_front(&batch);
}

std::string Encoded(const reeve_message &type, const void *message)
{
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, size_t{1} << 24);
    if (reeve_message_encode(&type, message, &buffer) != REEVE_OK) {
        std::terminate();
    }
    const std::string bytes = Text(reeve_buffer_view(&buffer));
    reeve_buffer_clear(&buffer);
    return bytes;
}

} // namespace reeve_sim
