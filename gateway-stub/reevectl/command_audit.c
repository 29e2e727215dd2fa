/* SPDX-License-Identifier: Apache-2.0 */
/* `reevectl audit list`, `audit export` and `audit verify`. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "agent/cli/text_file.h"
#include "agent/trust/key.h"
#include "gateway-stub/reevectl/api.h"
#include "gateway-stub/reevectl/audit_text.h"
#include "gateway-stub/reevectl/command.h"
#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/ids.h"
#include "gateway-stub/reevectl/trail.h"
#include "gateway-stub/reevectl/view.h"
#include "gateway-stub/reevectl/words.h"
#include "proto/runtime/json_text.h"

#define LIMIT_MAX 1000u
#define FILE_MAX ((size_t)16 * 1024 * 1024 * 1024)

/* ---- audit list ---- */

enum { LIST_JOURNAL, LIST_JOB, LIST_PLAN, LIST_LIMIT, LIST_BEFORE, LIST_AFTER };
static const struct reeve_option LIST_OPTIONS[] = {
    [LIST_JOURNAL] = {"--journal", "JOURNAL", "only this journal's chain"},
    [LIST_JOB] = {"--job", "JOB", "only what concerns this job"},
    [LIST_PLAN] = {"--plan", "PLAN", "only what concerns this plan"},
    [LIST_LIMIT] = {"--limit", "N", "at most so many, newest first [100]"},
    [LIST_BEFORE] = {"--before", "SEQUENCE", "with --journal: only records before this one"},
    [LIST_AFTER] = {"--after", "SEQUENCE",
                    "with --journal: only records behind this one, oldest first"},
};

/* A place in the one chain that --journal names. */
static enum reeve_ctl_exit read_sequence(const struct reeve_ctl *c, size_t option,
                                         uint64_t *sequence)
{
    const char *name = LIST_OPTIONS[option].name;
    if (reeve_ctl_option(c, option) == NULL) {
        return REEVE_CTL_DONE;
    }
    if (reeve_ctl_option(c, LIST_JOURNAL) == NULL || reeve_ctl_option(c, LIST_JOB) != NULL ||
        reeve_ctl_option(c, LIST_PLAN) != NULL) {
        return reeve_ctl_refuse(c, REEVE_CTL_USAGE, "give --journal, and neither --job nor --plan",
                                "%s is a place in one journal's chain", name);
    }
    const enum reeve_ctl_exit status = reeve_ctl_whole_number(c, option, name, INT64_MAX, sequence);
    if (status == REEVE_CTL_DONE && *sequence == 0) { /* not set, for the gateway */
        return reeve_ctl_refuse(c, REEVE_CTL_USAGE,
                                "leave it out for the newest; `reevectl audit export` writes a "
                                "chain from its beginning",
                                "%s takes a record's number, and the first is 1", name);
    }
    return status;
}

static enum reeve_ctl_exit fill_list(struct reeve_ctl *c,
                                     struct reeve_v1_list_audit_request *request)
{
    enum reeve_ctl_exit status = REEVE_CTL_DONE;
    if (reeve_ctl_option(c, LIST_JOURNAL) != NULL) {
        status = reeve_ids_journal(c, reeve_ctl_option(c, LIST_JOURNAL), &request->journal_id);
    }
    if (status == REEVE_CTL_DONE && reeve_ctl_option(c, LIST_JOB) != NULL) {
        status = reeve_ids_job(c, reeve_ctl_option(c, LIST_JOB), &request->job_id);
    }
    if (status == REEVE_CTL_DONE && reeve_ctl_option(c, LIST_PLAN) != NULL) {
        status = reeve_ids_plan(c, reeve_ctl_option(c, LIST_PLAN), &request->plan_id);
    }
    status = status == REEVE_CTL_DONE ? read_sequence(c, LIST_BEFORE, &request->before_sequence)
                                      : status;
    status =
        status == REEVE_CTL_DONE ? read_sequence(c, LIST_AFTER, &request->after_sequence) : status;
    return status == REEVE_CTL_DONE
               ? reeve_ctl_number(c, LIST_LIMIT, "--limit", LIMIT_MAX, &request->limit)
               : status;
}

static enum reeve_ctl_exit run_list(struct reeve_ctl *c)
{
    struct reeve_v1_list_audit_request *request = reeve_api_request(c, &reeve_api_list_audit);
    const struct reeve_view view = {.c = c};
    const void *answer;
    enum reeve_ctl_exit status = request != NULL ? fill_list(c, request) : REEVE_CTL_DONE;
    status = status == REEVE_CTL_DONE ? reeve_api_ask(c, &reeve_api_list_audit, request, &answer)
                                      : status;
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_list_audit_response *response = answer;
    if (c->json) {
        reeve_view_say(&view, &reeve_v1_list_audit_response_message, response);
        return REEVE_CTL_DONE;
    }
    reeve_audit_text(c, response->entries, response->n_entries);
    return REEVE_CTL_DONE;
}

const struct reeve_ctl_command reeve_ctl_audit_list = {
    .group = "Audit",
    .name = "audit list",
    .words = "",
    .summary = "list audit records, newest first",
    .text =
        "What was executed, when, with what outcome; inputs and outputs as commitments. The "
        "newest\n"
        "come first, of everything that you ask for. One journal's chain can be paged through:\n"
        "--before goes on behind the last record of a page, --after follows the chain as it "
        "grows.\n"
        "Needs the role AUDITOR.\n"
        "\n"
        "  reevectl audit list --limit 20\n"
        "  reevectl audit list --plan 0198c1a2 --json\n"
        "  reevectl audit list --journal 0198c1a2 --before 380\n",
    REEVE_CTL_OPTIONS(LIST_OPTIONS),
    .run = run_list,
};

/* ---- audit export ---- */

enum { EXPORT_JOURNAL, EXPORT_FORCE };
static const struct reeve_option EXPORT_OPTIONS[] = {
    [EXPORT_JOURNAL] = {"--journal", "JOURNAL", "only this journal's chain"},
    [EXPORT_FORCE] = {"--force", NULL, "replace FILE if it is there"},
};

struct export
{
    struct reeve_trail_writer writer;
    enum reeve_status status;
    uint64_t chains;
    uint64_t records;
};

static bool on_item(void *ctx, const void *message)
{
    struct export *e = ctx;
    const struct reeve_v1_export_audit_response *item = message;
    if (item->item_case == REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_NOT_SET) {
        return true; /* one from a later gateway */
    }
    e->chains += item->item_case == REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_CHAIN ? 1 : 0;
    e->records += item->item_case == REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_ENTRY ? 1 : 0;
    e->status = reeve_trail_write(&e->writer, item);
    return e->status == REEVE_OK;
}

static enum reeve_ctl_exit receive(struct reeve_ctl *c, struct export *e)
{
    struct reeve_v1_export_audit_request *request = reeve_api_request(c, &reeve_api_export_audit);
    enum reeve_ctl_exit status = REEVE_CTL_DONE;
    if (request != NULL && reeve_ctl_option(c, EXPORT_JOURNAL) != NULL) {
        status = reeve_ids_journal(c, reeve_ctl_option(c, EXPORT_JOURNAL), &request->journal_id);
    }
    status = status == REEVE_CTL_DONE
                 ? reeve_api_follow(c, &reeve_api_export_audit, request, on_item, e)
                 : status;
    if (status == REEVE_CTL_DONE && e->status == REEVE_OK) {
        e->status = reeve_trail_finish(&e->writer);
    }
    return status;
}

static enum reeve_ctl_exit refuse_to_write(const struct reeve_ctl *c, const char *file,
                                           const char *what)
{
    return reeve_ctl_refuse(
        c, REEVE_CTL_USAGE,
        "name a file in a folder that is there, that you may write to, and that "
        "has room",
        "%s: %s", file, what);
}

static enum reeve_ctl_exit refuse_to_replace(const struct reeve_ctl *c, const char *file)
{
    return reeve_ctl_refuse(c, REEVE_CTL_USAGE, "--force replaces it", "%s: exists already", file);
}

/* Puts the finished file in its place, and only where nothing is unless forced. */
static enum reeve_ctl_exit move_in_place(struct reeve_ctl *c, const char *part, const char *file)
{
    const unsigned flags = reeve_ctl_option(c, EXPORT_FORCE) != NULL ? 0 : RENAME_NOREPLACE;
    if (renameat2(AT_FDCWD, part, AT_FDCWD, file, flags) == 0) {
        return REEVE_CTL_DONE;
    }
    const int error = errno;
    (void)unlink(part);
    return error == EEXIST ? refuse_to_replace(c, file)
                           : refuse_to_write(c, file, "cannot be written");
}

static enum reeve_ctl_exit export_to(struct reeve_ctl *c, struct export *e, const char *part,
                                     const char *file)
{
    enum reeve_ctl_exit status = receive(c, e);
    if (status == REEVE_CTL_DONE && e->status != REEVE_OK) {
        status = refuse_to_write(c, file, reeve_status_text(e->status));
    }
    if (status != REEVE_CTL_DONE) {
        (void)unlink(part);
        return status;
    }
    return move_in_place(c, part, file);
}

static enum reeve_ctl_exit run_export(struct reeve_ctl *c)
{
    const char *file = reeve_ctl_word(c, 0);
    const char *part = reeve_output_text(c->arena, "%s.part", file);
    struct export e = {.status = REEVE_OK};
    if (reeve_ctl_option(c, EXPORT_FORCE) == NULL && access(file, F_OK) == 0) {
        return refuse_to_replace(c, file);
    }
    const int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return refuse_to_write(c, part, "cannot be written");
    }
    reeve_trail_writer_init(&e.writer, fd);
    const enum reeve_ctl_exit status = export_to(c, &e, part, file);
    reeve_trail_writer_clear(&e.writer);
    (void)close(fd);
    if (status == REEVE_CTL_DONE && c->json) {
        reeve_ctl_say(c, "{ \"chains\": %" PRIu64 ", \"records\": %" PRIu64 " }\n", e.chains,
                      e.records);
    } else if (status == REEVE_CTL_DONE) {
        reeve_ctl_say(c, "%" PRIu64 " records of %" PRIu64 " chains are in %s\n", e.records,
                      e.chains, file);
    }
    return status;
}

const struct reeve_ctl_command reeve_ctl_audit_export = {
    .group = "Audit",
    .name = "audit export",
    .words = "FILE",
    .summary = "write the audit trail to a file, with signatures and bodies",
    .text =
        "The file is complete and on disk when this ends with status 0; one that exists is not\n"
        "touched without --force. Needs the role AUDITOR.\n"
        "\n"
        "  reevectl audit export trail.reeve\n"
        "  reevectl audit verify trail.reeve\n",
    REEVE_CTL_OPTIONS(EXPORT_OPTIONS),
    .words_least = 1,
    .words_most = 1,
    .run = run_export,
};

/* ---- audit verify ---- */

enum { VERIFY_GATEWAY_KEY };
static const struct reeve_option VERIFY_OPTIONS[] = {
    [VERIFY_GATEWAY_KEY] = {"--gateway-key", "BASE64",
                            "the gateway's public key, if it is known from elsewhere"},
};

static const char *id_text(struct reeve_ctl *c, struct reeve_id id)
{
    char text[REEVE_ID_TEXT_SIZE];
    reeve_id_format(id, text);
    return reeve_output_text(c->arena, "%s", text);
}

static void say_chain(struct reeve_ctl *c, const struct reeve_trail_chain *chain)
{
    const char *counter = chain->countersigned_through > 0
                              ? reeve_output_text(c->arena, ", countersigned through %" PRIu64,
                                                  chain->countersigned_through)
                          : chain->countersignature_unchecked
                              ? ", countersignature not checked (--gateway-key)"
                              : "";
    const char *sign =
        chain->signed_through > 0
            ? reeve_output_text(c->arena, "signed through %" PRIu64, chain->signed_through)
            : "not signed yet";
    const char *lost =
        chain->lost > 0
            ? reeve_output_text(c->arena, " and %" PRIu64 " that the gateway lost and names",
                                chain->lost)
            : "";
    reeve_ctl_say(c, "%s: %" PRIu64 " record%s%s, journal %s (%s), %s%s%s\n",
                  reeve_ctl_painted(c, "32", "unbroken"), chain->records,
                  chain->records == 1 ? "" : "s", lost, id_text(c, chain->journal_id),
                  chain->identity[0] != '\0' ? reeve_ctl_safe(c, chain->identity)
                                             : "the gateway's own",
                  sign, counter, chain->abandoned ? ", closed" : "");
}

static void say_break(struct reeve_ctl *c, const struct reeve_trail_verdict *verdict)
{
    const char *where = "before any chain";
    if (verdict->in_chain && verdict->sequence > 0) {
        where = reeve_output_text(c->arena, "record %" PRIu64 " of journal %s", verdict->sequence,
                                  id_text(c, verdict->journal_id));
    } else if (verdict->in_chain) {
        where = reeve_output_text(c->arena, "head of journal %s", id_text(c, verdict->journal_id));
    }
    reeve_ctl_say(c, "%s: %s: %s\n", reeve_ctl_painted(c, "31", "broken"), where,
                  reeve_ctl_safe(c, verdict->what));
    reeve_ctl_say(c, "        seen at item %zu, byte %zu of the file\n", verdict->item + 1,
                  verdict->offset);
}

/* A text of the file as a JSON string. */
static const char *quoted(struct reeve_ctl *c, const char *text)
{
    struct reeve_buffer json;
    reeve_buffer_init(&json, NULL, REEVE_OUTPUT_MAX);
    const char *copy = NULL;
    if (reeve_json_text_write(reeve_bytes_cstr(text), &json) == REEVE_OK) {
        copy = reeve_arena_strdup(c->arena, reeve_buffer_view(&json));
    }
    reeve_buffer_clear(&json);
    return copy != NULL ? copy : "\"\"";
}

static void say_json(struct reeve_ctl *c, const struct reeve_trail_verdict *verdict)
{
    reeve_ctl_say(c, "{\n  \"unbroken\": %s,\n  \"chains\": [",
                  verdict->unbroken ? "true" : "false");
    for (const struct reeve_trail_chain *chain = verdict->chains; chain != NULL;
         chain = chain->next) {
        reeve_ctl_say(c,
                      "%s\n    { \"journalId\": \"%s\", \"identity\": %s, \"records\": %" PRIu64
                      ", \"lost\": %" PRIu64 ", \"signedThrough\": %" PRIu64
                      ", \"countersignedThrough\": %" PRIu64 " }",
                      chain == verdict->chains ? "" : ",", id_text(c, chain->journal_id),
                      quoted(c, chain->identity), chain->records, chain->lost,
                      chain->signed_through, chain->countersigned_through);
    }
    reeve_ctl_say(c, "\n  ]");
    if (!verdict->unbroken) {
        reeve_ctl_say(c,
                      ",\n  \"fault\": { \"journalId\": \"%s\", \"sequence\": %" PRIu64
                      ", \"item\": %zu, \"offset\": %zu, \"what\": %s }",
                      verdict->in_chain ? id_text(c, verdict->journal_id) : "", verdict->sequence,
                      verdict->item, verdict->offset, quoted(c, verdict->what));
    }
    reeve_ctl_say(c, "\n}\n");
}

static enum reeve_ctl_exit say_verdict(struct reeve_ctl *c,
                                       const struct reeve_trail_verdict *verdict)
{
    if (c->json) {
        say_json(c, verdict);
        return verdict->unbroken ? REEVE_CTL_DONE : REEVE_CTL_NO;
    }
    for (const struct reeve_trail_chain *chain = verdict->chains;
         verdict->unbroken && chain != NULL; chain = chain->next) {
        say_chain(c, chain);
    }
    if (verdict->unbroken) {
        reeve_ctl_say(c, "%" PRIu64 " records in all\n", verdict->records);
        return REEVE_CTL_DONE;
    }
    say_break(c, verdict);
    return REEVE_CTL_NO;
}

static enum reeve_ctl_exit read_key(struct reeve_ctl *c, struct reeve_public_key *key, bool *has)
{
    const char *text = reeve_ctl_option(c, VERIFY_GATEWAY_KEY);
    *has = text != NULL;
    if (text == NULL || reeve_public_key_parse(reeve_bytes_cstr(text), key) == REEVE_OK) {
        return REEVE_CTL_DONE;
    }
    return reeve_ctl_refuse(
        c, REEVE_CTL_USAGE,
        "write the 44 characters of base64 that the gateway's operator gave you, "
        "or leave it out",
        "--gateway-key takes a public key, not \"%s\"", text);
}

static enum reeve_ctl_exit verify(struct reeve_ctl *c, const char *file, struct reeve_bytes content)
{
    struct reeve_public_key key;
    struct reeve_trail_verdict verdict;
    bool has_key;
    const enum reeve_ctl_exit status = read_key(c, &key, &has_key);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const enum reeve_status done =
        reeve_trail_verify(content, has_key ? &key : NULL, c->arena, &verdict);
    return done == REEVE_OK ? say_verdict(c, &verdict) : reeve_ctl_refuse_file(c, file, done);
}

static enum reeve_ctl_exit run_verify(struct reeve_ctl *c)
{
    const char *file = reeve_ctl_word(c, 0);
    const bool standard = reeve_bytes_equal_cstr(reeve_bytes_cstr(file), "-");
    struct reeve_buffer content;
    reeve_buffer_init(&content, NULL, FILE_MAX);
    const enum reeve_status read = reeve_text_file_read(standard ? "/dev/stdin" : file, &content);
    const enum reeve_ctl_exit status = read == REEVE_OK
                                           ? verify(c, file, reeve_buffer_view(&content))
                                           : reeve_ctl_refuse_file(c, file, read);
    reeve_buffer_clear(&content);
    return status;
}

const struct reeve_ctl_command reeve_ctl_audit_verify = {
    .group = "Audit",
    .name = "audit verify",
    .words = "FILE",
    .summary = "verify an exported trail; name the exact record that breaks",
    .text =
        "Needs neither gateway nor configuration; - reads stdin. Checks every chain: sequences,\n"
        "hashes, that the worker's identity introduced the key, signed heads, countersignatures, "
        "and\n"
        "inputs and outputs against their commitments. Exit status 1 when anything does not hold.\n"
        "Countersignatures are checked with the key of the gateway's own chain in the file, or "
        "with\n"
        "the one that you give. Whether a worker's certificate was issued by your CA, and whether\n"
        "whole chains are missing, no file can prove of itself: keep the newest export.\n"
        "\n"
        "  reevectl audit verify trail.reeve\n",
    REEVE_CTL_OPTIONS(VERIFY_OPTIONS),
    .words_least = 1,
    .words_most = 1,
    .run = run_verify,
};
