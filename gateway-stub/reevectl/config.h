/* SPDX-License-Identifier: Apache-2.0 */
/* reevectl's configuration file: which gateway, and as whom. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_CONFIG_H
#define REEVE_GATEWAY_STUB_REEVECTL_CONFIG_H

#include "gateway-stub/reevectl/ctl.h"
#include "reeve/v1/config.reeve.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Paths are as a process in any directory may use them. In the call's arena. */
struct reeve_ctl_config {
    const char *file;
    const char *address;
    const char *server_name; /* NULL: the host of `address` */
    const char *ca_file;
    const char *certificate_file;
    const char *key_file;
    const char *approver_key_file; /* NULL: none */
};

/* Reads the file of --config, $REEVECTL_CONFIG or ~/.config, once. USAGE: said why on stderr. */
enum reeve_ctl_exit reeve_ctl_config_load(struct reeve_ctl *c);

#ifdef __cplusplus
}
#endif
#endif
