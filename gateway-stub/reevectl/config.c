/* SPDX-License-Identifier: Apache-2.0 */
/* Finding and reading the configuration file: see config.h. */
#include "gateway-stub/reevectl/config.h"

#include <stdlib.h>

#include "agent/cli/document.h"
#include "agent/cli/text_file.h"
#include "gateway-stub/reevectl/complaint.h"

static const struct reeve_hint BY_FIELD[] = {
    {"gateway", "add gateway: { address: \"gateway.example.com:8443\", ca_file: ca.pem }"},
    {"identity", "add identity: { certificate_file: me.pem, key_file: me.key }"},
    {"address", "write host:port, for example gateway.example.com:8443"},
    {"ca_file", "name the PEM bundle of the private CA that signed the gateway's certificate"},
    {"certificate_file", "name the PEM file with your certificate chain, leaf first"},
    {"key_file", "name the PEM file with your private key (mode 0600)"},
};

static const struct reeve_hints HINTS = {
    .fields = BY_FIELD,
    .count = sizeof(BY_FIELD) / sizeof(BY_FIELD[0]),
    .reference = "docs/reference/reevectl.md",
};

/* ---- which file ---- */

static const char *set_variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* NULL: nothing says where. */
static const char *find_file(struct reeve_ctl *c)
{
    const char *given = c->arguments.values[REEVE_CTL_CONFIG];
    const char *variable = set_variable("REEVECTL_CONFIG");
    const char *configs = set_variable("XDG_CONFIG_HOME");
    const char *home = set_variable("HOME");
    if (given != NULL || variable != NULL) {
        return given != NULL ? given : variable;
    }
    if (configs != NULL) {
        return reeve_output_text(c->arena, "%s/reeve/reevectl.yaml", configs);
    }
    return home != NULL ? reeve_output_text(c->arena, "%s/.config/reeve/reevectl.yaml", home)
                        : NULL;
}

/* ---- its content ---- */

/* The paths, as seen from the configuration file's directory. */
static enum reeve_status resolve(struct reeve_ctl *c, const struct reeve_v1_control_config *from,
                                 struct reeve_ctl_config *to)
{
    const struct reeve_bytes directory = reeve_text_file_directory(to->file);
    const struct {
        const char *path;
        const char **out;
    } files[] = {
        {from->gateway->ca_file, &to->ca_file},
        {from->identity->certificate_file, &to->certificate_file},
        {from->identity->key_file, &to->key_file},
        {from->approver_key_file, &to->approver_key_file},
    };
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        REEVE_TRY(reeve_text_file_resolve(directory, files[i].path, c->arena, files[i].out));
    }
    return REEVE_OK;
}

static const struct reeve_ctl_config *make(struct reeve_ctl *c, const char *file,
                                           const struct reeve_v1_control_config *from)
{
    struct reeve_ctl_config *config = reeve_arena_alloc(c->arena, sizeof(*config));
    if (config == NULL) {
        return NULL;
    }
    const struct reeve_v1_gateway_address *gateway = from->gateway;
    *config = (struct reeve_ctl_config){
        .file = file,
        .address = gateway->address,
        .server_name = gateway->server_name[0] != '\0' ? gateway->server_name : NULL,
    };
    return resolve(c, from, config) == REEVE_OK ? config : NULL;
}

enum reeve_ctl_exit reeve_ctl_config_load(struct reeve_ctl *c)
{
    if (c->config != NULL) {
        return REEVE_CTL_DONE;
    }
    const char *file = find_file(c);
    if (file == NULL) {
        return reeve_ctl_refuse(c, REEVE_CTL_USAGE, "--config FILE; reevectl --help has an example",
                                "there is no configuration file");
    }
    struct reeve_config_report report;
    struct reeve_bytes text;
    void *message = NULL;
    reeve_config_report_init(&report, file);
    const enum reeve_status status = reeve_document_read(
        file, &reeve_v1_control_config_message, &HINTS, c->arena, &report, &text, &message);
    if (status == REEVE_OK) {
        c->config = make(c, file, message);
    }
    if (status == REEVE_CONFIG) {
        reeve_ctl_refuse_report(c, &report);
    }
    reeve_config_report_clear(&report);
    if (c->config == NULL && status != REEVE_CONFIG) {
        return reeve_ctl_refuse_memory(c);
    }
    return c->config != NULL ? REEVE_CTL_DONE : REEVE_CTL_USAGE;
}
