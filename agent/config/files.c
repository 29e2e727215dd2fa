/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what a configuration names is there: see files.h. */
#include "agent/config/files.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/cli/text_file.h"
#include "agent/config/builder.h"
#include "agent/config/system_kind.h"
#include "creds/identity/file.h"
#include "creds/identity/pair.h"

enum { PATH_SIZE = 4096 };

/* ---- identity ---- */

#define OTHERWISE "check certificate_file and key_file"

static const char *blamed_field(const struct reeve_agent_config *config, const char *text)
{
    const struct reeve_bytes all = reeve_bytes_cstr(text);
    if (reeve_bytes_contains_cstr(all, config->identity.key_file)) {
        return "identity.key_file";
    }
    return reeve_bytes_contains_cstr(all, config->identity.certificate_file)
               ? "identity.certificate_file"
               : "identity";
}

static void complain_identity(const struct reeve_agent_config *config,
                              struct reeve_config_report *report, enum reeve_status status,
                              const struct reeve_identity_error *why)
{
    char rule[64];
    reeve_format_cut(rule, sizeof(rule), "identity.%s", reeve_status_name(status));
    reeve_config_item_cause(
        reeve_agent_config_complain(config, report, false, blamed_field(config, why->text), rule),
        why->text, OTHERWISE);
}

enum reeve_status reeve_config_open_identity(const struct reeve_agent_config *config,
                                             const struct reeve_now *now,
                                             struct reeve_config_report *report,
                                             struct reeve_identity **out)
{
    struct reeve_identity_error why = {""};
    const enum reeve_status status = reeve_identity_new(&config->identity, now, out, &why);
    if (status == REEVE_OK || status == REEVE_NO_MEMORY) {
        return status;
    }
    complain_identity(config, report, status, &why);
    return REEVE_CONFIG;
}

/* ---- CA bundles ---- */

static void complain_ca(const struct reeve_agent_config *config, struct reeve_config_report *report,
                        const char *field, const char *path, const char *what)
{
    struct reeve_config_item *item =
        reeve_agent_config_complain(config, report, false, field, "ca_file");
    reeve_config_item_text(item, "%s: %s", path, what);
    reeve_config_item_next(item, "name a PEM file with CA certificates that this user may read");
}

enum reeve_status reeve_config_check_ca(const struct reeve_agent_config *config,
                                        struct reeve_config_report *report, const char *field,
                                        const char *path)
{
    struct reeve_buffer content;
    reeve_buffer_init(&content, NULL, REEVE_CONFIG_CA_MAX);
    const enum reeve_status status = reeve_text_file_read(path, &content);
    if (status != REEVE_OK && status != REEVE_NO_MEMORY) {
        complain_ca(config, report, field, path, reeve_status_text(status));
    } else if (!reeve_bytes_contains_cstr(reeve_buffer_view(&content),
                                          "-----BEGIN CERTIFICATE-----")) {
        complain_ca(config, report, field, path, "holds no PEM certificate");
    }
    reeve_buffer_clear(&content);
    return status == REEVE_NO_MEMORY ? status : REEVE_OK;
}

/* ---- certificates with their keys ---- */

enum reeve_status reeve_config_check_pair(const struct reeve_agent_config *config,
                                          struct reeve_config_report *report, const char *field,
                                          const char *certificate_file, const char *key_file)
{
    struct reeve_identity_error why = {.text = ""};
    struct reeve_identity_pair pair;
    reeve_identity_pair_init(&pair);
    const enum reeve_status status =
        reeve_identity_pair_read(&pair, certificate_file, key_file, &why);
    reeve_identity_pair_clear(&pair);
    if (status == REEVE_OK || status == REEVE_NO_MEMORY) {
        return status;
    }
    reeve_config_item_cause(
        reeve_agent_config_complain(config, report, false, field, "certificate"), why.text,
        OTHERWISE);
    return REEVE_OK;
}

enum reeve_status reeve_config_check_system(const struct reeve_agent_config *config, uint32_t index,
                                            struct reeve_config_report *report)
{
    if (index >= config->systems_count) {
        return REEVE_OK;
    }
    const struct reeve_config_system *system = &config->systems[index];
    return system->kind->check_files == NULL ? REEVE_OK
                                             : system->kind->check_files(config, system, report);
}

static enum reeve_status check_systems(const struct reeve_agent_config *config,
                                       struct reeve_config_report *report)
{
    for (uint32_t i = 0; i < config->systems_count; i++) {
        REEVE_TRY(reeve_config_check_system(config, i, report));
    }
    return REEVE_OK;
}

/* ---- directories ---- */

/* The directory that `path` stands in; "." when it names none. */
static enum reeve_status parent_of(const char *path, char out[PATH_SIZE])
{
    struct reeve_bytes text = reeve_bytes_cstr(path);
    while (text.len > 1 && text.data[text.len - 1] == '/') {
        text.len--;
    }
    while (text.len > 0 && text.data[text.len - 1] != '/') {
        text.len--;
    }
    while (text.len > 1 && text.data[text.len - 1] == '/') {
        text.len--;
    }
    if (text.len == 0) {
        return reeve_format(out, PATH_SIZE, ".");
    }
    return reeve_format(out, PATH_SIZE, "%.*s", (int)text.len, (const char *)text.data);
}

static void complain_directory(const struct reeve_agent_config *config,
                               struct reeve_config_report *report, const char *field,
                               const char *path, const char *what)
{
    struct reeve_config_item *item =
        reeve_agent_config_complain(config, report, false, field, "directory");
    reeve_config_item_text(item, "%s: %s", path, what);
    reeve_config_item_next(item, "make it and let this user write to it: install -d -m 700 %s",
                           path);
}

static void check_writable(const struct reeve_agent_config *config,
                           struct reeve_config_report *report, const char *field, const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0) {
        complain_directory(config, report, field, path,
                           errno == ENOENT ? "does not exist" : "cannot be looked at");
        return;
    }
    if (!S_ISDIR(about.st_mode)) {
        complain_directory(config, report, field, path, "is not a directory");
        return;
    }
    if (access(path, W_OK | X_OK) != 0) {
        complain_directory(config, report, field, path, "this user may not write to it");
    }
}

/* A journal's directory is made when it is missing; its parent is not. */
static void check_journal(const struct reeve_agent_config *config,
                          struct reeve_config_report *report)
{
    char parent[PATH_SIZE];
    struct stat about;
    const bool exists = stat(config->journal_directory, &about) == 0;
    if (exists || parent_of(config->journal_directory, parent) != REEVE_OK) {
        check_writable(config, report, "journal.directory", config->journal_directory);
        return;
    }
    check_writable(config, report, "journal.directory", parent);
}

static void check_socket(const struct reeve_agent_config *config,
                         struct reeve_config_report *report)
{
    char parent[PATH_SIZE];
    if (parent_of(config->status_socket, parent) != REEVE_OK ||
        reeve_bytes_equal_cstr(reeve_bytes_cstr(parent), config->journal_directory)) {
        return; /* in the journal's directory, which is checked already */
    }
    check_writable(config, report, "status.socket", parent);
}

enum reeve_status reeve_config_check_files(const struct reeve_agent_config *config,
                                           struct reeve_config_report *report)
{
    REEVE_TRY(reeve_config_check_ca(config, report, "gateway.ca_file", config->gateway_ca_file));
    REEVE_TRY(check_systems(config, report));
    check_journal(config, report);
    check_socket(config, report);
    return REEVE_OK;
}
