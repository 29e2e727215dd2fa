/* SPDX-License-Identifier: Apache-2.0 */
/* Self-check: a program with a TLS server and client in it links statically, starts and stops. */
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <stdio.h>

int main(void)
{
    grpc_init();
    grpc_completion_queue *queue = grpc_completion_queue_create_for_next(NULL);
    grpc_server *server = grpc_server_create(NULL, NULL);
    grpc_server_register_completion_queue(server, queue, NULL);
    grpc_tls_credentials_options *options = grpc_tls_credentials_options_create();
    grpc_channel_credentials *credentials = grpc_tls_credentials_create(options);
    grpc_channel *channel = grpc_channel_create("ipv4:127.0.0.1:1", credentials, NULL);
    int made = server != NULL && channel != NULL;
    printf("gRPC core %s\n", grpc_version_string());
    grpc_channel_destroy(channel);
    grpc_channel_credentials_release(credentials);
    grpc_server_shutdown_and_notify(server, queue, NULL);
    grpc_completion_queue_next(queue, gpr_inf_future(GPR_CLOCK_REALTIME), NULL);
    grpc_server_destroy(server);
    grpc_completion_queue_shutdown(queue);
    grpc_completion_queue_next(queue, gpr_inf_future(GPR_CLOCK_REALTIME), NULL);
    grpc_completion_queue_destroy(queue);
    grpc_shutdown_blocking();
    return made ? 0 : 1;
}
