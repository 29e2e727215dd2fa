/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway's configuration: a YAML file (reeve.v1.GatewayConfig) as plain options, checked, with
 * defaults filled in and paths taken from the file's directory. */
#ifndef REEVE_GATEWAY_STUB_MAIN_GATEWAY_CONFIG_H
#define REEVE_GATEWAY_STUB_MAIN_GATEWAY_CONFIG_H

#include "agent/base/log.h"
#include "agent/cli/report.h"
#include "creds/identity/identity.h"
#include "gateway-stub/core/grant.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Everything lives as long as the configuration. */
struct reeve_gateway_config {
    struct reeve_bytes text; /* of the file, for places in reports */
    const char *listen;      /* "address:port"; port 0: any free one */
    struct reeve_identity_files identity;
    const char *client_ca_file;
    const char *store_path;      /* of the database file */
    const char *store_directory; /* it lies in; "." when the path has none */
    struct reeve_grant *grants;
    size_t grants_count;
    struct reeve_gateway_approver *approvers;
    size_t approvers_count;
    struct reeve_gateway_retry *retries;
    size_t retries_count;
    struct reeve_gateway_limits limits;
    struct reeve_gateway_delivery delivery;
    enum reeve_log_level log_level;
    enum reeve_log_format log_format;
};

/* Loads `path`. CONFIG: the file cannot be used, the report says why. NO_MEMORY. Warnings may stand
 * in the report on OK, too. The caller owns *out. Blocking. */
enum reeve_status reeve_gateway_config_load(const char *path, struct reeve_config_report *report,
                                            struct reeve_gateway_config **out) REEVE_MUST_CHECK;
void reeve_gateway_config_free(struct reeve_gateway_config *config); /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
