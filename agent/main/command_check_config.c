/* SPDX-License-Identifier: Apache-2.0 */
/* `reeve-agent check-config` */
#include "agent/cli/findings.h"
#include "agent/config/credentials.h"
#include "agent/config/files.h"
#include "agent/io/process/process.h"
#include "agent/main/command.h"
#include "agent/main/task_listing.h"
#include "proto/runtime/message.h"

enum { CONFIG, JSON };

static const struct reeve_option OPTIONS[] = {
    [CONFIG] = {"--config", "FILE", "the configuration (required)"},
    [JSON] = {"--json", NULL, "print JSON"},
};

/* Everything that was loaded, as far as it could be. */
struct check {
    struct reeve_command_call *call;
    struct reeve_config_report report;
    struct reeve_agent_config *config;
    struct reeve_identity *identity;
};

/* ---- loading ---- */

/* Fetches each credential, and forgets it. */
static enum reeve_status try_credentials(struct check *c)
{
    struct reeve_environment *env = reeve_environment_new();
    struct reeve_redactor *redactor = reeve_redactor_new();
    struct reeve_secret_registry *registry = NULL;
    enum reeve_status status = REEVE_NO_MEMORY;
    if (env != NULL && redactor != NULL) {
        status = reeve_credentials_open(c->config, env, redactor, &c->report, &registry);
    }
    reeve_secret_registry_free(registry);
    reeve_redactor_free(redactor);
    reeve_environment_free(env);
    return status;
}

static bool is_about_the_file(enum reeve_status status)
{
    return status == REEVE_OK || status == REEVE_CONFIG;
}

/* OK also when the report has errors. */
static enum reeve_status load(struct check *c, const char *path)
{
    const struct reeve_now now = reeve_now_read();
    enum reeve_status status =
        reeve_agent_config_load(path, reeve_command_tasks_of(c->call), &c->report, &c->config);
    if (c->config == NULL) {
        return is_about_the_file(status) ? REEVE_OK : status;
    }
    status = reeve_config_open_identity(c->config, &now, &c->report, &c->identity);
    if (!is_about_the_file(status)) {
        return status;
    }
    REEVE_TRY(reeve_config_check_files(c->config, &c->report));
    status = try_credentials(c);
    return is_about_the_file(status) ? REEVE_OK : status;
}

/* ---- as a message ---- */

static enum reeve_status add_systems(const struct check *c, struct reeve_v1_config_check *out)
{
    struct reeve_arena *arena = c->call->arena;
    out->systems = reeve_arena_alloc_array(arena, (size_t)c->config->systems_count + 1,
                                           sizeof(struct reeve_v1_config_system *));
    for (uint32_t i = 0; out->systems != NULL && i < c->config->systems_count; i++) {
        const struct reeve_config_system *from = &c->config->systems[i];
        struct reeve_v1_config_system *system =
            reeve_message_new(&reeve_v1_config_system_message, arena);
        if (system == NULL) {
            return REEVE_NO_MEMORY;
        }
        const char *endpoint = reeve_config_system_endpoint(from, arena);
        const char *auth = reeve_config_system_auth(from, arena);
        if (endpoint == NULL || auth == NULL) {
            return REEVE_NO_MEMORY;
        }
        system->name = reeve_output_text(arena, "%s", from->name);
        system->kind = reeve_output_text(arena, "%s", reeve_config_system_kind(from));
        system->endpoint = reeve_output_text(arena, "%s", endpoint);
        system->auth = reeve_output_text(arena, "%s", auth);
        system->tasks = from->tasks;
        out->systems[out->n_systems++] = system;
    }
    return out->systems != NULL ? REEVE_OK : REEVE_NO_MEMORY;
}

static enum reeve_status add_approvers(const struct check *c, struct reeve_v1_config_check *out)
{
    struct reeve_arena *arena = c->call->arena;
    out->approvers =
        reeve_arena_alloc_array(arena, (size_t)c->config->approvers_count + 1, sizeof(char *));
    if (out->approvers == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (uint32_t i = 0; i < c->config->approvers_count; i++) {
        out->approvers[out->n_approvers++] =
            reeve_output_text(arena, "%s", c->config->approvers[i].name);
    }
    return REEVE_OK;
}

static enum reeve_status add_identity(const struct check *c, struct reeve_v1_config_check *out)
{
    if (c->identity == NULL) {
        return REEVE_OK;
    }
    out->identity = reeve_output_text(c->call->arena, "%s", reeve_identity_spiffe_id(c->identity));
    out->identity_not_after = reeve_message_new(&google_protobuf_timestamp_message, c->call->arena);
    if (out->identity_not_after == NULL) {
        return REEVE_NO_MEMORY;
    }
    out->identity_not_after->seconds =
        reeve_identity_certificate(c->identity)->not_after_unix_ms / 1000;
    return REEVE_OK;
}

static enum reeve_status add_config(const struct check *c, struct reeve_v1_config_check *out)
{
    struct reeve_arena *arena = c->call->arena;
    const struct reeve_v1_task_listing *listing =
        reeve_task_listing(reeve_command_tasks_of(c->call), c->config, arena);
    if (listing == NULL) {
        return REEVE_NO_MEMORY;
    }
    out->tasks = listing->tasks;
    out->n_tasks = listing->n_tasks;
    out->digest = reeve_output_hex(arena, c->config->digest.bytes, sizeof(c->config->digest.bytes));
    out->gateway = reeve_output_text(arena, "%s", c->config->gateway_address);
    REEVE_TRY(add_systems(c, out));
    return add_approvers(c, out);
}

static struct reeve_v1_config_check *summarise(const struct check *c)
{
    struct reeve_v1_config_check *out =
        reeve_message_new(&reeve_v1_config_check_message, c->call->arena);
    if (out == NULL) {
        return NULL;
    }
    out->valid = c->report.errors == 0;
    out->file = reeve_output_text(c->call->arena, "%s", c->report.file);
    if (reeve_config_findings(&c->report, c->call->arena, &out->findings, &out->n_findings) !=
            REEVE_OK ||
        add_identity(c, out) != REEVE_OK) {
        return NULL;
    }
    if (c->config != NULL && add_config(c, out) != REEVE_OK) {
        return NULL;
    }
    return out;
}

/* ---- for people ---- */

static enum reeve_status print_systems(const struct check *c,
                                       const struct reeve_v1_config_check *summary)
{
    struct reeve_rows rows;
    reeve_rows_init(&rows, c->call->arena, 4);
    for (size_t i = 0; i < summary->n_systems; i++) {
        const struct reeve_v1_config_system *system = summary->systems[i];
        const char *cells[] = {system->name, system->kind,
                               system->endpoint[0] != '\0' ? system->endpoint : "-",
                               system->auth[0] != '\0' ? system->auth : "-"};
        REEVE_TRY(reeve_rows_add(&rows, cells));
    }
    REEVE_TRY(reeve_buffer_append_format(c->call->out, "\nsystems (%zu)\n", summary->n_systems));
    return reeve_rows_print(&rows, 2, c->call->out);
}

static enum reeve_status print_limits(const struct check *c)
{
    const struct reeve_config_limits *limits = &c->config->limits;
    return reeve_buffer_append_format(
        c->call->out,
        "\nlimits\n"
        "  jobs held            %u, of them begun at most %u\n"
        "  one input            %llu bytes\n"
        "  one output           %llu bytes\n"
        "  all jobs together    %llu bytes\n"
        "  journal              %llu bytes in %s\n"
        "  spool                %llu bytes in %s\n"
        "  drain after SIGTERM  %llu ms\n",
        limits->max_in_flight, limits->max_running, (unsigned long long)limits->max_input_bytes,
        (unsigned long long)limits->max_output_bytes, (unsigned long long)limits->max_memory_bytes,
        (unsigned long long)c->config->journal_max_bytes, c->config->journal_directory,
        (unsigned long long)c->config->spool_max_bytes, c->config->spool_directory,
        (unsigned long long)c->config->drain_timeout_ms);
}

static enum reeve_status print_config(const struct check *c,
                                      const struct reeve_v1_config_check *summary)
{
    struct reeve_buffer *out = c->call->out;
    const struct reeve_v1_task_listing listing = {
        .n_tasks = summary->n_tasks, .tasks = summary->tasks, .configured = 1};
    REEVE_TRY(reeve_buffer_append_format(out, "gateway   %s\nidentity  %s\nstatus    %s\n",
                                         summary->gateway, summary->identity,
                                         c->config->status_socket));
    REEVE_TRY(print_systems(c, summary));
    REEVE_TRY(reeve_buffer_append_format(out, "\ntasks (%u of %zu allowed)\n",
                                         c->config->allowed_count, summary->n_tasks));
    REEVE_TRY(reeve_task_listing_print(&listing, c->call->arena, out));
    REEVE_TRY(reeve_buffer_append_format(out, "\napprovers (%zu)\n", summary->n_approvers));
    for (size_t i = 0; i < summary->n_approvers; i++) {
        REEVE_TRY(reeve_buffer_append_format(out, "  %s\n", summary->approvers[i]));
    }
    return print_limits(c);
}

static enum reeve_status print(const struct check *c, const struct reeve_v1_config_check *summary)
{
    struct reeve_buffer *out = c->call->out;
    const bool colour = c->call->colour;
    if (c->call->arguments.values[JSON] != NULL) {
        return reeve_output_json(&reeve_v1_config_check_message, summary, out);
    }
    REEVE_TRY(reeve_config_report_print(&c->report, out));
    if (!summary->valid) {
        return reeve_buffer_append_format(
            out, "%s%s: %zu error%s%s\n", reeve_output_paint(colour, "31"), summary->file,
            c->report.errors, c->report.errors == 1 ? "" : "s", reeve_output_plain(colour));
    }
    REEVE_TRY(print_config(c, summary));
    return reeve_buffer_append_format(out, "\n%s%s: ok%s\n", reeve_output_paint(colour, "32"),
                                      summary->file, reeve_output_plain(colour));
}

static enum reeve_exit check(struct check *c, const char *path)
{
    if (load(c, path) != REEVE_OK) {
        reeve_command_complain("memory is short");
        return REEVE_EXIT_CANNOT_START;
    }
    const struct reeve_v1_config_check *summary = summarise(c);
    if (summary == NULL || print(c, summary) != REEVE_OK) {
        return REEVE_EXIT_CANNOT_START;
    }
    return summary->valid ? REEVE_EXIT_OK : REEVE_EXIT_NO;
}

static enum reeve_exit run(struct reeve_command_call *call)
{
    const char *path = call->arguments.values[CONFIG];
    struct check c = {.call = call};
    if (path == NULL) {
        reeve_command_complain("check-config needs --config FILE");
        reeve_command_complain("next: %s check-config --help", reeve_program_name());
        return REEVE_EXIT_USAGE;
    }
    /* Credentials and the key are read here, too: no core dump may hold them. */
    if (reeve_process_harden() != REEVE_OK) {
        reeve_command_complain("check-config: the system refuses to forbid core dumps");
        return REEVE_EXIT_CANNOT_START;
    }
    reeve_config_report_init(&c.report, path);
    const enum reeve_exit code = check(&c, path);
    reeve_identity_free(c.identity);
    reeve_agent_config_free(c.config);
    reeve_config_report_clear(&c.report);
    return code;
}

const struct reeve_command reeve_command_check_config = {
    .name = "check-config",
    .summary = "check a configuration, and all that can be loaded without connecting",
    .usage = "reeve-agent check-config --config FILE [--json]",
    .text =
        "Reads the configuration as `serve` would, loads certificates, key and credentials, looks\n"
        "at the directories, and prints what the worker would do: systems, tasks, approvers,\n"
        "limits. Every error names the line, the field, the rule and the next step. Connects to\n"
        "nothing, changes nothing, prints no credential.\n"
        "\n"
        "  reeve-agent check-config --config /etc/reeve/agent.yaml\n"
        "  reeve-agent check-config --config agent.yaml --json | jq .findings\n"
        "\n"
        "Exit status: 0 the worker would start, 1 it would not.\n",
    .options = OPTIONS,
    .options_count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
    .run = run,
};
