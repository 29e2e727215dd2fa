/* SPDX-License-Identifier: Apache-2.0 */
/* `reevectl tasks diff`. */
#include "gateway-stub/reevectl/api.h"
#include "gateway-stub/reevectl/command.h"
#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/manifest_file.h"
#include "gateway-stub/reevectl/schemas.h"
#include "gateway-stub/reevectl/words.h"
#include "proto/runtime/json_text.h"
#include "proto/schema/compare.h"
#include "proto/schema/dynamic.h"

#define PREFIX_LEAST 4u

/* What OLD or NEW names: the tasks of a file, or one version from the registry. */
struct versions {
    const struct reeve_task **tasks;
    struct reeve_dynamic **built; /* those of a file: ours to free */
    size_t count;
    bool one; /* named as one: what the other side has beside it does not matter */
};

static void versions_free(struct versions *v)
{
    for (size_t i = 0; v->built != NULL && i < v->count; i++) {
        reeve_dynamic_free(v->built[i]);
    }
}

/* ---- from a file ---- */

static enum reeve_ctl_exit build(const struct reeve_ctl *c, const char *file,
                                 const struct reeve_v1_task_entry *entry, struct versions *v)
{
    struct reeve_problem problem = {.line = 0};
    struct reeve_digest claimed;
    enum reeve_status status =
        reeve_digest_from_bytes(reeve_words_bytes(entry->fingerprint), &claimed);
    if (status == REEVE_OK) {
        status = reeve_dynamic_new(reeve_words_bytes(entry->schema), &claimed, NULL,
                                   &v->built[v->count], &problem);
    }
    if (status != REEVE_OK) {
        return reeve_ctl_refuse(
            c, REEVE_CTL_USAGE, "generate the manifest again with this version's protoc-gen-reeve",
            "%s: a schema in it cannot be used: %s%s%s (%s)", file, problem.field,
            problem.field[0] != '\0' ? ": " : "", problem.text, reeve_status_text(status));
    }
    v->tasks[v->count] = reeve_dynamic_task(v->built[v->count]);
    v->count++;
    return REEVE_CTL_DONE;
}

static enum reeve_ctl_exit from_file(struct reeve_ctl *c, const char *file, struct versions *v)
{
    const struct reeve_v1_manifest *manifest =
        reeve_manifest_file_read(c, file,
                                 "name the NAME.manifest.binpb that protoc-gen-reeve wrote, or "
                                 "TASK@FINGERPRINT for a version "
                                 "in the gateway's registry");
    if (manifest == NULL) {
        return REEVE_CTL_USAGE;
    }
    v->tasks = reeve_arena_alloc_array(c->arena, manifest->n_tasks, sizeof(*v->tasks));
    v->built = reeve_arena_alloc_array(c->arena, manifest->n_tasks, sizeof(*v->built));
    if (v->tasks == NULL || v->built == NULL) {
        return reeve_ctl_refuse_memory(c);
    }
    for (size_t i = 0; i < manifest->n_tasks; i++) {
        const enum reeve_ctl_exit status = build(c, file, manifest->tasks[i], v);
        if (status != REEVE_CTL_DONE) {
            return status;
        }
    }
    return REEVE_CTL_DONE;
}

/* ---- from the registry ---- */

/* The fingerprint of the version whose hex text starts with `prefix`; "newest" is the first. */
static struct reeve_bytes find_version(struct reeve_ctl *c, const char *word,
                                       const struct reeve_v1_task_summary *task, const char *prefix)
{
    struct reeve_bytes found = {NULL, 0};
    const struct reeve_bytes start = reeve_bytes_cstr(prefix);
    if (reeve_bytes_equal_cstr(start, "newest") && task->n_versions > 0) {
        return reeve_words_bytes(task->versions[0]->fingerprint);
    }
    for (size_t i = 0; start.len >= PREFIX_LEAST && i < task->n_versions; i++) {
        const struct reeve_bytes bytes = reeve_words_bytes(task->versions[i]->fingerprint);
        if (!reeve_bytes_starts_with(reeve_bytes_cstr(reeve_words_hex(c, bytes)), start)) {
            continue;
        }
        if (found.len > 0) {
            (void)reeve_ctl_refuse(c, REEVE_CTL_REFUSED, "write more of it",
                                   "%s: several versions begin so", word);
            return reeve_bytes_of(NULL, 0);
        }
        found = bytes;
    }
    if (found.len == 0) {
        (void)reeve_ctl_refuse(
            c, REEVE_CTL_REFUSED,
            reeve_output_text(c->arena,
                              "`reevectl tasks` lists the versions; write at least %u digits, or "
                              "@newest",
                              PREFIX_LEAST),
            "%s: no registered version of the task begins so", word);
    }
    return found;
}

static enum reeve_ctl_exit from_registry(struct reeve_ctl *c, const char *word, const char *name,
                                         const char *prefix, struct versions *v)
{
    const void *answer = NULL;
    struct reeve_bytes fingerprint = {NULL, 0};
    enum reeve_ctl_exit status = reeve_api_ask(
        c, &reeve_api_list_tasks, reeve_api_request(c, &reeve_api_list_tasks), &answer);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_list_tasks_response *response = answer;
    size_t at = 0;
    while (at < response->n_tasks &&
           !reeve_bytes_equal_cstr(reeve_bytes_cstr(response->tasks[at]->task), name)) {
        at++;
    }
    if (at == response->n_tasks) {
        return reeve_ctl_refuse(c, REEVE_CTL_REFUSED, "`reevectl tasks` lists what is registered",
                                "%s: the gateway knows no task of that name", word);
    }
    fingerprint = find_version(c, word, response->tasks[at], prefix);
    if (fingerprint.len == 0) {
        return REEVE_CTL_REFUSED;
    }
    v->one = true;
    v->tasks = reeve_arena_alloc_array(c->arena, 1, sizeof(*v->tasks));
    if (v->tasks == NULL) {
        return reeve_ctl_refuse_memory(c);
    }
    status = reeve_schemas_get(c, name, fingerprint, &v->tasks[0]);
    v->count = status == REEVE_CTL_DONE && v->tasks[0] != NULL ? 1 : 0;
    return status;
}

static enum reeve_ctl_exit load(struct reeve_ctl *c, const char *word, struct versions *v)
{
    const struct reeve_bytes whole = reeve_bytes_cstr(word);
    const size_t at = reeve_bytes_find(whole, reeve_bytes_cstr("@"));
    if (at == SIZE_MAX) {
        return from_file(c, word, v);
    }
    const char *name = reeve_arena_strdup(c->arena, reeve_bytes_slice(whole, 0, at));
    return name == NULL ? reeve_ctl_refuse_memory(c)
                        : from_registry(c, word, name, word + at + 1, v);
}

/* ---- differences ---- */

struct difference {
    const struct reeve_task *older; /* NULL: it is new */
    const struct reeve_task *newer; /* NULL: it is gone */
    struct reeve_comparison result;
};

struct differences {
    struct difference *items;
    size_t count;
    bool incompatible;
};

static const struct reeve_task *find_task(const struct versions *v, const char *name)
{
    for (size_t i = 0; i < v->count; i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(v->tasks[i]->name), name)) {
            return v->tasks[i];
        }
    }
    return NULL;
}

/* A task that is gone leaves jobs for it without a worker; a new one takes nothing from anybody. */
static enum reeve_status add(struct reeve_ctl *c, struct differences *all,
                             const struct reeve_task *older, const struct reeve_task *newer)
{
    struct difference *d = &all->items[all->count++];
    *d = (struct difference){
        .older = older,
        .newer = newer,
        .result = {.inputs_compatible = newer != NULL, .outputs_compatible = true},
    };
    if (older != NULL && newer != NULL) {
        REEVE_TRY(reeve_task_compare(older, newer, c->arena, &d->result));
    }
    all->incompatible =
        all->incompatible || !d->result.inputs_compatible || !d->result.outputs_compatible;
    return REEVE_OK;
}

static enum reeve_status compare(struct reeve_ctl *c, const struct versions *older,
                                 const struct versions *newer, struct differences *all)
{
    all->items =
        reeve_arena_alloc_array(c->arena, older->count + newer->count, sizeof(*all->items));
    if (all->items == NULL) {
        return REEVE_NO_MEMORY;
    }
    if (older->one && newer->one) {
        return add(c, all, older->tasks[0], newer->tasks[0]);
    }
    for (size_t i = 0; i < older->count; i++) {
        const struct reeve_task *is = find_task(newer, older->tasks[i]->name);
        if (is != NULL || !newer->one) {
            REEVE_TRY(add(c, all, older->tasks[i], is));
        }
    }
    for (size_t i = 0; i < newer->count; i++) {
        if (find_task(older, newer->tasks[i]->name) == NULL && !older->one) {
            REEVE_TRY(add(c, all, NULL, newer->tasks[i]));
        }
    }
    return REEVE_OK;
}

/* ---- for people ---- */

static const char *verdict(struct reeve_ctl *c, bool compatible)
{
    return compatible ? reeve_ctl_painted(c, "32", "compatible")
                      : reeve_ctl_painted(c, "31", "NOT compatible");
}

static const char *short_fingerprint(struct reeve_ctl *c, const struct reeve_task *task)
{
    return reeve_output_hex(c->arena, task->fingerprint, 6);
}

static void say_row(struct reeve_ctl *c, struct reeve_rows *rows, const char *element,
                    const char *what, const char *inputs, const char *outputs)
{
    const char *cells[] = {element, what, inputs, outputs};
    reeve_ctl_row(c, rows, cells);
}

static const char *side_text(struct reeve_ctl *c, const struct reeve_change *change,
                             enum reeve_side side, const char *breaks)
{
    if ((change->sides & side) == 0) {
        return "-";
    }
    return breaks == NULL ? "ok" : reeve_ctl_painted(c, "31", breaks);
}

static void say_changes(struct reeve_ctl *c, const struct reeve_comparison *result)
{
    struct reeve_rows rows;
    reeve_rows_init(&rows, c->arena, 4);
    say_row(c, &rows, "  ELEMENT", "CHANGE", "INPUTS", "OUTPUTS");
    for (size_t i = 0; i < result->changes_count; i++) {
        const struct reeve_change *change = &result->changes[i];
        say_row(c, &rows, reeve_output_text(c->arena, "  %s", change->element), change->what,
                side_text(c, change, REEVE_SIDE_INPUTS, change->breaks_inputs),
                side_text(c, change, REEVE_SIDE_OUTPUTS, change->breaks_outputs));
    }
    reeve_ctl_rows(c, &rows);
}

static void say_difference(struct reeve_ctl *c, const struct difference *d)
{
    const char *name = d->newer != NULL ? d->newer->name : d->older->name;
    reeve_ctl_say(c, "%s\n", reeve_ctl_painted(c, "1", reeve_ctl_safe(c, name)));
    if (d->older == NULL) {
        reeve_ctl_say(c, "  is new (%s)\n", short_fingerprint(c, d->newer));
        return;
    }
    if (d->newer == NULL) {
        reeve_ctl_say(c, "  is gone (%s): jobs for it find no worker\n",
                      short_fingerprint(c, d->older));
        return;
    }
    if (d->result.same) {
        reeve_ctl_say(c, "  is the same (%s)\n", short_fingerprint(c, d->newer));
        return;
    }
    reeve_ctl_say(c, "  %s -> %s: inputs %s, outputs %s\n", short_fingerprint(c, d->older),
                  short_fingerprint(c, d->newer), verdict(c, d->result.inputs_compatible),
                  verdict(c, d->result.outputs_compatible));
    say_changes(c, &d->result);
}

/* ---- for programs ---- */

static void say_json_text(struct reeve_ctl *c, const char *text)
{
    struct reeve_buffer b;
    if (text == NULL) {
        reeve_ctl_say(c, "null");
        return;
    }
    reeve_buffer_init(&b, NULL, REEVE_OUTPUT_MAX);
    if (reeve_json_text_write(reeve_bytes_cstr(text), &b) == REEVE_OK) {
        reeve_ctl_put(c, reeve_buffer_view(&b));
    } else {
        c->print_failed = true;
    }
    reeve_buffer_clear(&b);
}

static void say_json_member(struct reeve_ctl *c, const char *key, const char *text)
{
    reeve_ctl_say(c, "\"%s\":", key);
    say_json_text(c, text);
}

static const char *fingerprint_of(struct reeve_ctl *c, const struct reeve_task *task)
{
    return task == NULL ? NULL
                        : reeve_output_hex(c->arena, task->fingerprint, sizeof(task->fingerprint));
}

static void say_json_change(struct reeve_ctl *c, const struct reeve_change *change)
{
    reeve_ctl_say(c, "{");
    say_json_member(c, "element", change->element);
    reeve_ctl_say(c, ",");
    say_json_member(c, "change", change->what);
    reeve_ctl_say(c, ",\"in_inputs\":%s,\"in_outputs\":%s,",
                  (change->sides & REEVE_SIDE_INPUTS) != 0 ? "true" : "false",
                  (change->sides & REEVE_SIDE_OUTPUTS) != 0 ? "true" : "false");
    say_json_member(c, "breaks_inputs", change->breaks_inputs);
    reeve_ctl_say(c, ",");
    say_json_member(c, "breaks_outputs", change->breaks_outputs);
    reeve_ctl_say(c, "}");
}

static void say_json_difference(struct reeve_ctl *c, const struct difference *d)
{
    reeve_ctl_say(c, "{");
    say_json_member(c, "task", d->newer != NULL ? d->newer->name : d->older->name);
    reeve_ctl_say(c, ",");
    say_json_member(c, "older", fingerprint_of(c, d->older));
    reeve_ctl_say(c, ",");
    say_json_member(c, "newer", fingerprint_of(c, d->newer));
    reeve_ctl_say(c, ",\"inputs_compatible\":%s,\"outputs_compatible\":%s,\"changes\":[",
                  d->result.inputs_compatible ? "true" : "false",
                  d->result.outputs_compatible ? "true" : "false");
    for (size_t i = 0; i < d->result.changes_count; i++) {
        reeve_ctl_say(c, i == 0 ? "" : ",");
        say_json_change(c, &d->result.changes[i]);
    }
    reeve_ctl_say(c, "]}");
}

static void say_json(struct reeve_ctl *c, const struct differences *all)
{
    reeve_ctl_say(c, "{\"compatible\":%s,\"tasks\":[", all->incompatible ? "false" : "true");
    for (size_t i = 0; i < all->count; i++) {
        reeve_ctl_say(c, i == 0 ? "\n  " : ",\n  ");
        say_json_difference(c, &all->items[i]);
    }
    reeve_ctl_say(c, "\n]}\n");
}

/* ---- the command ---- */

static enum reeve_ctl_exit tell(struct reeve_ctl *c, const struct versions *older,
                                const struct versions *newer)
{
    struct differences all = {.count = 0};
    if (compare(c, older, newer, &all) != REEVE_OK) {
        return reeve_ctl_refuse_memory(c);
    }
    if (all.count == 0) {
        return reeve_ctl_refuse(c, REEVE_CTL_USAGE, "name two versions of the same tasks",
                                "the two have no task in common");
    }
    if (c->json) {
        say_json(c, &all);
    }
    for (size_t i = 0; !c->json && i < all.count; i++) {
        say_difference(c, &all.items[i]);
    }
    return all.incompatible ? REEVE_CTL_NO : REEVE_CTL_DONE;
}

static enum reeve_ctl_exit run_diff(struct reeve_ctl *c)
{
    struct versions older = {.count = 0};
    struct versions newer = {.count = 0};
    enum reeve_ctl_exit status = load(c, reeve_ctl_word(c, 0), &older);
    if (status == REEVE_CTL_DONE) {
        status = load(c, reeve_ctl_word(c, 1), &newer);
    }
    if (status == REEVE_CTL_DONE) {
        status = tell(c, &older, &newer);
    }
    versions_free(&older);
    versions_free(&newer);
    return status;
}

const struct reeve_ctl_command reeve_ctl_tasks_diff = {
    .group = "Tasks",
    .name = "tasks diff",
    .words = "OLD NEW",
    .summary = "tell what changed between two versions, and whether they are compatible",
    .text =
        "OLD and NEW are manifests (NAME.manifest.binpb), or registered versions of one task:\n"
        "TASK@FINGERPRINT (four digits or more) or TASK@newest. Inputs are compatible when every\n"
        "input that OLD allows is valid under NEW and means the same; outputs, when every output "
        "of\n"
        "NEW can be read under OLD and holds nothing that OLD did not declare. Exit status 1 when\n"
        "one is not.\n"
        "\n"
        "  reevectl tasks diff released/crm.manifest.binpb build/crm.manifest.binpb\n"
        "  reevectl tasks diff demo.crm.v1.Tickets/CreateTicket@023c build/crm.manifest.binpb\n",
    .words_least = 2,
    .words_most = 2,
    .run = run_diff,
};
