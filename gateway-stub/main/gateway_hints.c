/* SPDX-License-Identifier: Apache-2.0 */
/* What to write in the fields of the gateway's configuration. */
#include "gateway-stub/main/config_builder.h"

static const struct reeve_hint FIELDS[] = {
    {"listen", "write address:port, for example 0.0.0.0:8443 or [::]:8443"},
    {"tls", "add tls: { certificate_file: gateway.pem, key_file: gateway.key, client_ca_file: "
            "ca.pem }"},
    {"certificate_file", "name the PEM file with the gateway's certificate chain, leaf first"},
    {"key_file", "name the PEM file with the gateway's private key (mode 0600)"},
    {"client_ca_file", "name the PEM bundle of the CA that signs workers' and operators' "
                       "certificates"},
    {"store", "add store: { sqlite: { path: /var/lib/reeve-gateway/reeve.db } }"},
    {"path", "name the database file, for example /var/lib/reeve-gateway/reeve.db"},
    {"grants", "add at least one, for example { identity: spiffe://example.org/acme/worker/*, "
               "tenant: acme, roles: [WORKER] }"},
    {"identity", "write a SPIFFE ID, or one followed by /*"},
    {"tenant", "write lower-case letters, digits and dashes, at most 63"},
    {"roles", "write one or more of WORKER, PLANNER, APPROVER, OPERATOR, AUDITOR"},
    {"public_key", "paste the 44 characters that `reevectl key show --public` prints"},
    {"level", "write DEBUG, INFO, WARN or ERROR"},
    {"format", "write TEXT or JSON"},
    {"heartbeat_interval", "write a time such as 3s"},
    {"lease", "write a time such as 9s"},
    {"grace", "write a time such as 15s"},
    {"lost_after", "write a time such as 86400s"},
    {"default_expiry", "write a time such as 3600s"},
    {"retries", "write for example [{ task: \"acme.crm.v1.*\", max_attempts: 5, backoff: 2s }]"},
    {"backoff", "write a time such as 1s"},
    {"max_backoff", "write a time such as 60s"},
    {"on", "write reasons such as REASON_UPSTREAM_UNREACHABLE"},
};

const struct reeve_hints reeve_gateway_hints = {
    .fields = FIELDS,
    .count = sizeof(FIELDS) / sizeof(FIELDS[0]),
    .reference = "docs/reference/gateway-configuration.md",
};
