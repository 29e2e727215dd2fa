/* SPDX-License-Identifier: Apache-2.0 */
/* The table: see agent_hints.h. */
#include "agent/config/agent_hints.h"

static const struct reeve_hint BY_FIELD[] = {
    {"gateway", "add gateway: { address: \"gateway.example.com:8443\", ca_file: ca.pem }"},
    {"identity", "add identity: { certificate_file: worker.pem, key_file: worker.key }"},
    {"journal", "add journal: { directory: /var/lib/reeve/journal }"},
    {"address", "write host:port, for example gateway.example.com:8443"},
    {"ca_file", "name the PEM bundle of the private CA that signed the gateway's certificate"},
    {"certificate_file", "name the PEM file with the worker's certificate chain, leaf first"},
    {"key_file", "name the PEM file with the worker's private key (mode 0600)"},
    {"directory", "name a directory on a local disk, for example /var/lib/reeve/journal"},
    {"base_url", "write http(s)://host[:port][/base], without user, query or fragment"},
    {"url", "write http://host:port"},
    {"token_url", "write the token endpoint's http(s) URL"},
    {"client_secret", "write a name that stands under secrets:"},
    {"version", "write HTTP_1_1 or HTTP_2, or leave it out"},
    {"max_redirects", "write 0 (none) to 10"},
    {"target", "write host:port, for example crm.internal:8443"},
    {"max_attempts", "write 1 (never again) to 10, or leave it out"},
    {"task", "write package.Service/Method or package.Service/*; `{program} tasks` lists them"},
    {"public_key", "paste the 44 characters that `reevectl key show` prints"},
    {"variable", "write an environment variable's name: letters, digits and _"},
    {"path", "name the credential's file, or the program by its absolute path"},
    {"secret", "write a name that stands under secrets:"},
    {"password_secret", "write a name that stands under secrets:"},
    {"drain_timeout", "write a time such as 25s, 2m or 0s"},
    {"max_backoff", "write a time such as 30s or 5m"},
    {"connect_timeout", "write a time such as 5s"},
    {"level", "write DEBUG, INFO, WARN or ERROR"},
    {"format", "write TEXT or JSON"},
};

const struct reeve_hints reeve_agent_hints = {
    .fields = BY_FIELD,
    .count = sizeof(BY_FIELD) / sizeof(BY_FIELD[0]),
    .reference = "docs/reference/agent-configuration.md",
};
