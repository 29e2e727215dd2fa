/* SPDX-License-Identifier: Apache-2.0 */
/* `reeve-agent journal ls|verify` */
#include "agent/codec/journal_record.h"
#include "agent/config/agent_config.h"
#include "agent/main/command.h"
#include "agent/main/journal_check.h"
#include "proto/runtime/message.h"
#include "reeve/v1/local.reeve.h"

enum { CONFIG, DIRECTORY, JSON };

static const struct reeve_option OPTIONS[] = {
    [CONFIG] = {"--config", "FILE", "the journal of this configuration"},
    [DIRECTORY] = {"--directory", "DIR", "the journal in this directory"},
    [JSON] = {"--json", NULL, "print JSON"},
};

/* ---- ls ---- */

static const char *type_name(uint8_t type)
{
    switch (type) {
#define X(name, number, type_)                                                                     \
    case number:                                                                                   \
        return #type_;
        REEVE_JOURNAL_RECORD_MAP(X)
#undef X
    default:
        return "unknown";
    }
}

struct listing {
    struct reeve_command_call *call;
    struct reeve_rows rows;
    struct reeve_v1_journal_listing *json; /* NULL: rows */
    size_t capacity;
};

static enum reeve_status add_json(struct listing *l, const struct reeve_journal_record_view *record)
{
    struct reeve_v1_journal_entry *entry =
        reeve_message_new(&reeve_v1_journal_entry_message, l->call->arena);
    if (l->json->n_records == l->capacity) {
        const size_t capacity = l->capacity == 0 ? 64 : 2 * l->capacity;
        struct reeve_v1_journal_entry **grown = reeve_arena_alloc_array(
            l->call->arena, capacity, sizeof(struct reeve_v1_journal_entry *));
        if (grown == NULL) {
            return REEVE_NO_MEMORY;
        }
        reeve_move(grown, l->json->records,
                   l->json->n_records * sizeof(struct reeve_v1_journal_entry *));
        l->json->records = grown;
        l->capacity = capacity;
    }
    if (entry == NULL) {
        return REEVE_NO_MEMORY;
    }
    entry->lsn = record->lsn;
    entry->type = reeve_output_text(l->call->arena, "%s", type_name(record->type));
    entry->size = (uint32_t)record->bytes.len;
    entry->segment = record->segment;
    entry->offset = record->offset;
    l->json->records[l->json->n_records++] = entry;
    return REEVE_OK;
}

static enum reeve_status visit(void *ctx, const struct reeve_journal_record_view *record)
{
    struct listing *l = ctx;
    struct reeve_arena *a = l->call->arena;
    if (l->json != NULL) {
        return add_json(l, record);
    }
    const char *cells[] = {
        reeve_output_text(a, "%llu", (unsigned long long)record->lsn),
        type_name(record->type),
        reeve_output_text(a, "%zu", record->bytes.len),
        reeve_output_text(a, "%llu:%llu", (unsigned long long)record->segment,
                          (unsigned long long)record->offset),
    };
    return reeve_rows_add(&l->rows, cells);
}

static enum reeve_status begin_listing(struct listing *l)
{
    static const char *const HEAD[] = {"LSN", "RECORD", "BYTES", "SEGMENT:OFFSET"};
    if (l->call->arguments.values[JSON] != NULL) {
        l->json = reeve_message_new(&reeve_v1_journal_listing_message, l->call->arena);
        return l->json != NULL ? REEVE_OK : REEVE_NO_MEMORY;
    }
    reeve_rows_init(&l->rows, l->call->arena, 4);
    return reeve_rows_add(&l->rows, HEAD);
}

static enum reeve_status end_listing(struct listing *l, const struct reeve_journal_report *report)
{
    char id[REEVE_ID_TEXT_SIZE];
    if (l->json == NULL) {
        return reeve_rows_print(&l->rows, 0, l->call->out);
    }
    reeve_id_format(report->journal_id, id);
    l->json->id = reeve_output_text(l->call->arena, "%s", id);
    return reeve_output_json(&reeve_v1_journal_listing_message, l->json, l->call->out);
}

static enum reeve_exit list(struct reeve_command_call *call, const char *directory)
{
    struct listing l = {.call = call};
    struct reeve_journal_report report;
    struct reeve_journal_problem problem = {""};
    if (begin_listing(&l) != REEVE_OK) {
        return REEVE_EXIT_CANNOT_START;
    }
    const enum reeve_status status =
        reeve_journal_read(directory, NULL, NULL, visit, &l, &report, &problem);
    const enum reeve_status shown = end_listing(&l, &report);
    if (status != REEVE_OK) {
        reeve_command_complain("%s: %s", directory,
                               problem.text[0] != '\0' ? problem.text : reeve_status_text(status));
        return status == REEVE_CORRUPT ? REEVE_EXIT_NO : REEVE_EXIT_CANNOT_START;
    }
    return shown == REEVE_OK ? REEVE_EXIT_OK : REEVE_EXIT_CANNOT_START;
}

/* ---- verify ---- */

static enum reeve_status print_verdict(struct reeve_command_call *call,
                                       const struct reeve_journal_verdict *verdict)
{
    const struct reeve_journal_report *report = &verdict->report;
    char id[REEVE_ID_TEXT_SIZE];
    reeve_id_format(report->journal_id, id);
    REEVE_TRY(reeve_buffer_append_format(
        call->out,
        "journal  %s\n%llu records in %llu segments, lsn %llu to %llu, %llu bytes%s\n"
        "%llu audit records, chain verified up to %llu\n",
        id, (unsigned long long)report->records, (unsigned long long)report->segments,
        (unsigned long long)report->first_lsn, (unsigned long long)report->last_lsn,
        (unsigned long long)report->bytes,
        report->torn_bytes > 0 ? ", and an end that a crash tore (the next start drops it)" : "",
        (unsigned long long)verdict->audit_records, (unsigned long long)verdict->audit_sequence));
    if (verdict->intact) {
        return reeve_buffer_append_format(call->out, "%sintact%s\n",
                                          reeve_output_paint(call->colour, "32"),
                                          reeve_output_plain(call->colour));
    }
    return reeve_buffer_append_format(
        call->out,
        "%sdamaged: %s%s\n  next: keep a copy, and compare it with the gateway's trail "
        "(reevectl audit verify)\n",
        reeve_output_paint(call->colour, "31"), verdict->problem, reeve_output_plain(call->colour));
}

static enum reeve_status json_verdict(struct reeve_command_call *call,
                                      const struct reeve_journal_verdict *verdict)
{
    struct reeve_v1_journal_check *check =
        reeve_message_new(&reeve_v1_journal_check_message, call->arena);
    char id[REEVE_ID_TEXT_SIZE];
    if (check == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_id_format(verdict->report.journal_id, id);
    check->intact = verdict->intact;
    check->id = reeve_output_text(call->arena, "%s", id);
    check->segments = verdict->report.segments;
    check->records = verdict->report.records;
    check->bytes = verdict->report.bytes;
    check->first_lsn = verdict->report.first_lsn;
    check->last_lsn = verdict->report.last_lsn;
    check->torn_bytes = verdict->report.torn_bytes;
    check->audit_records = verdict->audit_records;
    check->audit_sequence = verdict->audit_sequence;
    check->problem = reeve_output_text(call->arena, "%s", verdict->problem);
    return reeve_output_json(&reeve_v1_journal_check_message, check, call->out);
}

static enum reeve_exit verify(struct reeve_command_call *call, const char *directory)
{
    struct reeve_journal_verdict verdict;
    const enum reeve_status status = reeve_journal_verify(directory, &verdict);
    if (status != REEVE_OK) {
        reeve_command_complain("%s: %s", directory, verdict.problem);
        reeve_command_complain("next: name the directory of journal.directory, as its owner");
        return REEVE_EXIT_CANNOT_START;
    }
    const enum reeve_status printed = call->arguments.values[JSON] != NULL
                                          ? json_verdict(call, &verdict)
                                          : print_verdict(call, &verdict);
    if (printed != REEVE_OK) {
        return REEVE_EXIT_CANNOT_START;
    }
    return verdict.intact ? REEVE_EXIT_OK : REEVE_EXIT_NO;
}

/* ---- the command ---- */

/* In the arena; NULL: the configuration cannot be used. */
static const char *directory_of_config(struct reeve_command_call *call, const char *path)
{
    struct reeve_config_report report;
    struct reeve_agent_config *config;
    const char *directory = NULL;
    reeve_config_report_init(&report, path);
    if (reeve_agent_config_load(path, reeve_command_tasks_of(call), &report, &config) == REEVE_OK) {
        directory = reeve_arena_strdup(call->arena, reeve_bytes_cstr(config->journal_directory));
        reeve_agent_config_free(config);
    } else {
        reeve_command_complain("%s is not valid; next: %s check-config --config %s", path,
                               reeve_program_name(), path);
    }
    reeve_config_report_clear(&report);
    return directory;
}

static const struct {
    const char *word;
    enum reeve_exit (*run)(struct reeve_command_call *call, const char *directory);
} WORDS[] = {{"ls", list}, {"verify", verify}};

static enum reeve_exit run(struct reeve_command_call *call)
{
    const struct reeve_bytes word = reeve_bytes_cstr(call->arguments.words[0]);
    const char *config = call->arguments.values[CONFIG];
    const char *directory = call->arguments.values[DIRECTORY];
    size_t i = 0;
    while (i < 2 && !reeve_bytes_equal_cstr(word, WORDS[i].word)) {
        i++;
    }
    if (i == 2 || (config == NULL) == (directory == NULL)) {
        reeve_command_complain("journal needs `ls` or `verify`, and --config or --directory");
        reeve_command_complain("next: %s journal --help", reeve_program_name());
        return REEVE_EXIT_USAGE;
    }
    if (directory == NULL) {
        directory = directory_of_config(call, config);
    }
    return directory != NULL ? WORDS[i].run(call, directory) : REEVE_EXIT_CANNOT_START;
}

const struct reeve_command reeve_command_journal = {
    .name = "journal",
    .summary = "list or verify a journal, while the worker runs or after it",
    .usage = "reeve-agent journal (ls | verify) (--config FILE | --directory DIR) [--json]",
    .text =
        "ls      prints each record: number, kind, size, place. No content.\n"
        "verify  checks every checksum, the audit chain record by record, and the signatures of\n"
        "        its checkpoints; names the exact record that breaks.\n"
        "Changes nothing and takes no lock.\n"
        "\n"
        "  reeve-agent journal verify --config /etc/reeve/agent.yaml\n"
        "  reeve-agent journal ls --directory /var/lib/reeve/journal | tail\n"
        "\n"
        "Exit status: 0 intact, 1 not intact, 3 it cannot be read.\n",
    .options = OPTIONS,
    .options_count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
    .words = 1,
    .choices = "ls|verify",
    .run = run,
};
