/* SPDX-License-Identifier: Apache-2.0 */
/* The transport seam: calls through a table. */
#include "agent/transport/transport.h"

enum reeve_status reeve_transport_start(struct reeve_transport *t,
                                        const struct reeve_transport_events *events, void *ctx)
{
    return t->ops->start(t, events, ctx);
}

enum reeve_status reeve_transport_send(struct reeve_transport *t, struct reeve_buffer *message)
{
    return t->ops->send(t, message);
}

void reeve_transport_ready_to_receive(struct reeve_transport *t)
{
    t->ops->ready_to_receive(t);
}

void reeve_transport_close(struct reeve_transport *t, enum reeve_status status, const char *text)
{
    t->ops->close(t, status, text);
}

void reeve_transport_peer_of(const struct reeve_transport *t, struct reeve_transport_peer *out)
{
    t->ops->peer(t, out);
}

void reeve_transport_free(struct reeve_transport *t)
{
    if (t != NULL) {
        t->ops->free(t);
    }
}
