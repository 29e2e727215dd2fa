/* SPDX-License-Identifier: Apache-2.0 */
/* Systems whose tasks are programs of this machine. What a program may do is the operator's to say;
 * what is checked here is that it is what the operator meant, and nobody else can change it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/cli/output.h"
#include "agent/cli/suggest.h"
#include "agent/config/system_kind.h"

#define GRACE_DEFAULT_MS UINT64_C(2000)
#define GRACE_MAX_MS UINT64_C(600000)
#define OUTPUT_DEFAULT ((size_t)1024 * 1024)
#define OUTPUT_MAX (UINT64_C(64) * 1024 * 1024)
#define CONCURRENT_DEFAULT 16u
#define FILES_DEFAULT 1024u
#define FILES_MIN 8u

/* One program while it is built. */
struct building {
    struct reeve_config_builder *b;
    const char *system;
    const char *operation;
    const struct reeve_v1_exec_program *from;
    struct reeve_exec_program *to;
};

static struct reeve_config_item *complain(const struct building *p, const char *rule,
                                          const char *field)
{
    return reeve_config_error(p->b, rule, "systems[\"%s\"].exec.programs[\"%s\"]%s", p->system,
                              p->operation, field);
}

/* ---- environment and credentials ---- */

static bool is_reserved(const char *name)
{
    return reeve_bytes_starts_with(reeve_bytes_cstr(name), reeve_bytes_cstr("REEVE_"));
}

static void check_name(const struct building *p, const char *field, const char *name)
{
    if (is_reserved(name)) {
        struct reeve_config_item *item = complain(p, "environment.reserved", field);
        reeve_config_item_text(item, "%s: names that begin with REEVE_ are the worker's", name);
        reeve_config_item_next(item, "give the variable another name");
    }
}

static enum reeve_status build_environment(const struct building *p)
{
    const size_t count = p->from->n_environment;
    const char **all = reeve_arena_alloc_array(p->b->arena, count + 1, sizeof(*all));
    if (all == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        const struct reeve_v1_exec_program_environment_entry *entry = p->from->environment[i];
        const size_t size =
            reeve_bytes_cstr(entry->key).len + reeve_bytes_cstr(entry->value).len + 2;
        char *text = reeve_arena_alloc(p->b->arena, size);
        if (text == NULL) {
            return REEVE_NO_MEMORY;
        }
        check_name(p, ".environment", entry->key);
        REEVE_TRY(reeve_format(text, size, "%s=%s", entry->key, entry->value));
        all[i] = text;
    }
    p->to->environment = all;
    p->to->environment_count = count;
    return REEVE_OK;
}

/* Whether something else has that name or number already. */
static bool is_taken(const struct building *p, const struct reeve_exec_secret *all, size_t count)
{
    const struct reeve_exec_secret *one = &all[count];
    for (size_t i = 0; i < count; i++) {
        const bool same =
            one->variable == NULL
                ? all[i].variable == NULL && all[i].descriptor == one->descriptor
                : all[i].variable != NULL &&
                      reeve_bytes_equal_cstr(reeve_bytes_cstr(one->variable), all[i].variable);
        if (same) {
            return true;
        }
    }
    for (size_t i = 0; one->variable != NULL && i < p->from->n_environment; i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(one->variable), p->from->environment[i]->key)) {
            return true;
        }
    }
    return false;
}

static void check_secret(const struct building *p, const struct reeve_exec_secret *all, size_t i)
{
    char field[64];
    reeve_format_cut(field, sizeof(field), ".secrets[%zu]", i);
    reeve_config_check_secret(p->b, all[i].secret, "systems[\"%s\"].exec.programs[\"%s\"]%s.secret",
                              p->system, p->operation, field);
    if (all[i].variable != NULL) {
        check_name(p, field, all[i].variable);
    }
    if (is_taken(p, all, i)) {
        struct reeve_config_item *item = complain(p, "secrets.unique", field);
        reeve_config_item_text(item, "another value goes by this variable or descriptor");
        reeve_config_item_next(item, "give each its own");
    }
}

static enum reeve_status build_secrets(const struct building *p)
{
    const size_t count = p->from->n_secrets;
    struct reeve_exec_secret *all = reeve_arena_alloc_array(p->b->arena, count + 1, sizeof(*all));
    if (all == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        const struct reeve_v1_exec_secret *from = p->from->secrets[i];
        all[i].secret = from->secret;
        if (from->by_case == REEVE_V1_EXEC_SECRET_BY_VARIABLE) {
            all[i].variable = from->variable;
        } else {
            all[i].descriptor = (int)from->descriptor;
        }
        check_secret(p, all, i);
    }
    p->to->secrets = all;
    p->to->secrets_count = count;
    return REEVE_OK;
}

/* ---- who and how much ---- */

static void build_user(const struct building *p)
{
    const bool user = p->from->has_user != 0;
    const bool group = p->from->has_group != 0;
    p->to->has_user = user && group;
    p->to->user = p->from->user;
    p->to->group = p->from->group;
    if (user != group) {
        struct reeve_config_item *item = complain(p, "user.group", user ? ".user" : ".group");
        reeve_config_item_text(item, "user and group go together");
        reeve_config_item_next(item, "add %s, as a number (`id` shows it)",
                               user ? "group" : "user");
    }
    if (p->to->has_user && (p->to->user == UINT32_MAX || p->to->group == UINT32_MAX)) {
        struct reeve_config_item *item = complain(p, "user.range", ".user");
        reeve_config_item_text(item, "4294967295 is nobody's number: the kernel takes it for none");
        reeve_config_item_next(item, "write the number of a user");
    }
}

static void build_limits(const struct building *p)
{
    const struct reeve_v1_exec_limits *from = p->from->limits;
    if (from != NULL) {
        p->to->limits = (struct reeve_process_limits){.cpu_seconds = from->cpu_seconds,
                                                      .memory_bytes = from->memory_bytes,
                                                      .files = from->files,
                                                      .processes = from->processes,
                                                      .file_bytes = from->file_bytes};
    }
    if (p->to->limits.files == 0) {
        p->to->limits.files = FILES_DEFAULT;
    }
    if (p->to->limits.files < FILES_MIN) {
        struct reeve_config_item *item = complain(p, "range", ".limits.files");
        reeve_config_item_text(item, "no program runs with fewer than %u descriptors", FILES_MIN);
        reeve_config_item_next(item, "write %u or more, or leave it out for %u", FILES_MIN,
                               FILES_DEFAULT);
    }
}

static void build_bounds(const struct building *p)
{
    char field[REEVE_CONFIG_FIELD_SIZE];
    reeve_format_cut(field, sizeof(field), "systems[\"%s\"].exec.programs[\"%s\"].grace", p->system,
                     p->operation);
    p->to->grace_ms = reeve_config_ms(p->b, p->from->grace, GRACE_DEFAULT_MS, GRACE_MAX_MS, field);
    p->to->max_concurrent =
        p->from->max_concurrent == 0 ? CONCURRENT_DEFAULT : p->from->max_concurrent;
    p->to->max_output_bytes =
        p->from->max_output_bytes == 0 ? OUTPUT_DEFAULT : (size_t)p->from->max_output_bytes;
    if (p->from->max_output_bytes > OUTPUT_MAX) {
        struct reeve_config_item *item = complain(p, "range", ".max_output_bytes");
        reeve_config_item_text(item, "more than 64 MiB of one output would be held in memory");
        reeve_config_item_next(item, "write 67108864 or less, or leave it out for 1 MiB");
    }
}

/* ---- a program, a system ---- */

static enum reeve_status build_program(const struct building *p)
{
    p->to->operation = p->operation;
    if (p->from == NULL) {
        struct reeve_config_item *item = complain(p, "program.path", "");
        reeve_config_item_text(item, "the program has no path");
        reeve_config_item_next(item, "add path: /usr/local/lib/reeve/…");
        p->to->path = "/";
        p->to->directory = "/";
        return REEVE_OK;
    }
    p->to->path = p->from->path;
    p->to->arguments = (const char *const *)p->from->arguments;
    p->to->arguments_count = p->from->n_arguments;
    p->to->directory = p->from->working_directory[0] == '\0' ? "/" : p->from->working_directory;
    build_user(p);
    build_limits(p);
    build_bounds(p);
    REEVE_TRY(build_environment(p));
    return build_secrets(p);
}

static enum reeve_status build(struct reeve_config_builder *b, const struct reeve_v1_system *source,
                               struct reeve_config_system *to)
{
    const struct reeve_v1_exec_system *from = source->exec;
    struct reeve_exec_program *programs =
        reeve_arena_alloc_array(b->arena, from->n_programs + 1, sizeof(*programs));
    if (programs == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < from->n_programs; i++) {
        const struct reeve_v1_exec_system_programs_entry *entry = from->programs[i];
        const struct building p = {b, to->name, entry->key, entry->value, &programs[i]};
        REEVE_TRY(build_program(&p));
    }
    to->u.exec.programs = programs;
    to->u.exec.programs_count = from->n_programs;
    return REEVE_OK;
}

static void check_task(struct reeve_config_builder *b, const struct reeve_config_system *system,
                       const struct reeve_task *task, size_t entry)
{
    const struct reeve_exec_system *exec = &system->u.exec;
    struct reeve_suggestion s = {.wrong = reeve_bytes_cstr(task->operation)};
    if (reeve_exec_find(exec, task->operation) != NULL) {
        return;
    }
    for (size_t i = 0; i < exec->programs_count; i++) {
        reeve_suggestion_try(&s, exec->programs[i].operation);
    }
    struct reeve_config_item *item =
        reeve_config_error(b, "allow.program", "allow[%zu].task", entry);
    reeve_config_item_text(item, "%s needs the program \"%s\" of the system \"%s\"", task->name,
                           task->operation, system->name);
    if (s.best != NULL) {
        reeve_config_item_next(item, "rename the program \"%s\" to \"%s\", if that was meant",
                               s.best, task->operation);
        return;
    }
    reeve_config_item_next(item, "add programs: { %s: { path: /… } }", task->operation);
}

/* ---- files ---- */

/* One program while its files are looked at. */
struct checking {
    const struct reeve_agent_config *config;
    struct reeve_config_report *report;
    const char *system;
    const struct reeve_exec_program *program;
};

static struct reeve_config_item *find_fault(const struct checking *c, bool warning,
                                            const char *field, const char *rule)
{
    char path[REEVE_CONFIG_FIELD_SIZE];
    reeve_format_cut(path, sizeof(path), "systems[\"%s\"].exec.programs[\"%s\"]%s", c->system,
                     c->program->operation, field);
    return reeve_agent_config_complain(c->config, c->report, warning, path, rule);
}

/* A directory in which others may write is one in which they may put another program, save for
 * those where they may not remove what is there. */
static bool is_others_to_change(const struct stat *about)
{
    const bool others = (about->st_mode & (S_IWGRP | S_IWOTH)) != 0;
    const bool sticky = S_ISDIR(about->st_mode) && (about->st_mode & S_ISVTX) != 0;
    const bool owner = about->st_uid == 0 || about->st_uid == geteuid();
    return (others && !sticky) || !owner;
}

static void complain_changeable(const struct checking *c, const char *path)
{
    struct reeve_config_item *item = find_fault(c, false, ".path", "program.writable");
    reeve_config_item_text(item, "others than root and this user may change %s", path);
    reeve_config_item_next(item,
                           "let root own it and nobody else write: chown root:root %s && "
                           "chmod go-w %s",
                           path, path);
}

/* Every directory on the way; what is resolved is what is executed. */
static void check_way(const struct checking *c, char *path)
{
    for (size_t len = reeve_bytes_cstr(path).len; len > 0; len--) {
        struct stat about;
        if (path[len - 1] != '/') {
            continue;
        }
        path[len == 1 ? 1 : len - 1] = '\0';
        if (stat(path, &about) == 0 && is_others_to_change(&about)) {
            complain_changeable(c, path);
            return;
        }
    }
}

static void check_path(const struct checking *c)
{
    struct stat about;
    char *real = realpath(c->program->path, NULL);
    if (real == NULL || stat(real, &about) != 0 || !S_ISREG(about.st_mode) ||
        access(real, X_OK) != 0) {
        const char *why = real == NULL ? strerrordesc_np(errno) : "not an executable file";
        struct reeve_config_item *item = find_fault(c, false, ".path", "program.path");
        reeve_config_item_text(item, "%s: %s", c->program->path, why);
        reeve_config_item_next(item, "name a program or script that can be executed (chmod +x)");
        free(real);
        return;
    }
    if (is_others_to_change(&about)) {
        complain_changeable(c, real);
    }
    if ((about.st_mode & (S_ISUID | S_ISGID)) != 0) {
        struct reeve_config_item *item = find_fault(c, true, ".path", "program.setuid");
        reeve_config_item_text(item,
                               "%s is set-user-ID or set-group-ID, which is without effect: "
                               "programs gain no privileges",
                               real);
        reeve_config_item_next(item, "set user and group in the program's configuration");
    }
    check_way(c, real);
    free(real);
}

static void check_directory(const struct checking *c)
{
    struct stat about;
    if (stat(c->program->directory, &about) == 0 && S_ISDIR(about.st_mode)) {
        return;
    }
    struct reeve_config_item *item = find_fault(c, false, ".working_directory", "directory");
    reeve_config_item_text(item, "%s: is not there, or is not a directory", c->program->directory);
    reeve_config_item_next(item, "make it, or leave it out for /");
}

static void check_user(const struct checking *c)
{
    const struct reeve_exec_program *program = c->program;
    const bool is_root = geteuid() == 0;
    if (program->has_user && !is_root) {
        struct reeve_config_item *item = find_fault(c, false, ".user", "program.user");
        reeve_config_item_text(item, "only a worker that runs as root can change the user");
        reeve_config_item_next(item, "run the worker as root, or leave out user and group");
    } else if (is_root && (!program->has_user || program->user == 0)) {
        struct reeve_config_item *item = find_fault(c, true, "", "program.root");
        reeve_config_item_text(item, "the program runs as root");
        reeve_config_item_next(item, "set user and group, or run the worker as a user of its own");
    }
}

static enum reeve_status check_files(const struct reeve_agent_config *config,
                                     const struct reeve_config_system *system,
                                     struct reeve_config_report *report)
{
    for (size_t i = 0; i < system->u.exec.programs_count; i++) {
        const struct checking c = {config, report, system->name, &system->u.exec.programs[i]};
        check_path(&c);
        check_directory(&c);
        check_user(&c);
    }
    return REEVE_OK;
}

/* ---- for people ---- */

static const char *endpoint(const struct reeve_config_system *system, struct reeve_arena *arena)
{
    const size_t count = system->u.exec.programs_count;
    return reeve_output_text(arena, "%zu program%s", count, count == 1 ? "" : "s");
}

static const char *auth_text(const struct reeve_config_system *system, struct reeve_arena *arena)
{
    size_t secrets = 0;
    for (size_t i = 0; i < system->u.exec.programs_count; i++) {
        secrets += system->u.exec.programs[i].secrets_count;
    }
    return secrets == 0
               ? "none"
               : reeve_output_text(arena, "%zu secret%s", secrets, secrets == 1 ? "" : "s");
}

const struct reeve_config_kind REEVE_CONFIG_EXEC = {
    .name = "exec",
    .example = "exec: { programs: { … } }",
    .member = 5,
    .binding = REEVE_BINDING_EXEC,
    .build = build,
    .check_task = check_task,
    .check_files = check_files,
    .endpoint = endpoint,
    .auth = auth_text,
};
