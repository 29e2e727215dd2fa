/* SPDX-License-Identifier: Apache-2.0 */
/* Systems of kind sql: see reeve.v1.SqlSystem. Each statement is read, and its parameters are held
 * against the input of the tasks that name it, when the configuration is loaded: what can be known
 * to be wrong is known before the first job. */
#include "agent/cli/output.h"
#include "agent/cli/suggest.h"
#include "agent/config/builder.h"
#include "agent/config/system_kind.h"

#define PORT_DEFAULT 5432u
#define CONNECT_DEFAULT_MS UINT64_C(10000)
#define CONNECT_MAX_MS UINT64_C(300000)
#define IDLE_DEFAULT_MS UINT64_C(60000)
#define LIFETIME_DEFAULT_MS UINT64_C(1800000)
#define AGE_MAX_MS UINT64_C(86400000)
#define SOCKET_FILE ".s.PGSQL."

/* ---- the server ---- */

static struct reeve_config_item *complain(struct reeve_config_builder *b, const char *system,
                                          const char *rule, const char *field)
{
    return reeve_config_error(b, rule, "systems[\"%s\"].sql.%s", system, field);
}

static uint16_t port_of(struct reeve_bytes digits)
{
    uint32_t port = 0;

    for (size_t i = 0; i < digits.len && port <= UINT16_MAX; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9') {
            return 0;
        }
        port = port * 10 + (uint32_t)(digits.data[i] - '0');
    }
    return port <= UINT16_MAX ? (uint16_t)port : 0;
}

/* "host:port" that reeve_config_address() has let through. */
static enum reeve_status split_address(struct reeve_config_builder *b, struct reeve_bytes text,
                                       struct reeve_sql_database *out)
{
    size_t colon = text.len;

    while (colon > 0 && text.data[colon - 1] != ':') {
        colon--;
    }
    struct reeve_bytes host = reeve_bytes_slice(text, 0, colon - 1);
    if (host.len > 2 && host.data[0] == '[') {
        host = reeve_bytes_slice(host, 1, host.len - 2);
    }
    out->port = port_of(reeve_bytes_slice(text, colon, text.len));
    out->host = reeve_arena_strdup(b->arena, host);
    return out->host == NULL ? REEVE_NO_MEMORY : REEVE_OK;
}

static enum reeve_status build_address(struct reeve_config_builder *b, const char *system,
                                       const char *address, struct reeve_sql_database *out)
{
    char with_port[REEVE_CONFIG_FIELD_SIZE + 8];
    struct reeve_bytes text = reeve_bytes_cstr(address);
    const bool v6 = text.len > 0 && text.data[text.len - 1] == ']';

    if (v6 || !reeve_bytes_contains_cstr(text, ":")) {
        reeve_format_cut(with_port, sizeof(with_port), "%s:%u", address, PORT_DEFAULT);
        text = reeve_bytes_cstr(with_port);
    }
    if (!reeve_config_address(text) || reeve_bytes_contains_cstr(text, ",")) {
        struct reeve_config_item *item = complain(b, system, "address", "address");
        reeve_config_item_text(item, "it is not a host and a port");
        reeve_config_item_next(item, "write host:port, or host alone for port 5432");
        return REEVE_OK;
    }
    return split_address(b, text, out);
}

/* A directory, or the socket in it: "/run/postgresql/.s.PGSQL.5433". */
static enum reeve_status build_socket(struct reeve_config_builder *b, const char *system,
                                      const char *path, struct reeve_sql_database *out)
{
    struct reeve_bytes text = reeve_bytes_cstr(path);
    const size_t file = reeve_bytes_find(text, reeve_bytes_cstr("/" SOCKET_FILE));

    out->port = (uint16_t)PORT_DEFAULT;
    if (file != SIZE_MAX) {
        const size_t digits = file + sizeof("/" SOCKET_FILE) - 1;
        out->port = port_of(reeve_bytes_slice(text, digits, text.len));
        text = reeve_bytes_slice(text, 0, file);
    }
    if (out->port == 0 || text.len == 0 || text.data[0] != '/' ||
        reeve_bytes_contains_cstr(text, ",")) {
        struct reeve_config_item *item = complain(b, system, "unix_socket", "unix_socket");
        reeve_config_item_text(item, "it is not the place of PostgreSQL's socket");
        reeve_config_item_next(item, "write its directory, such as /run/postgresql");
    }
    out->socket_directory = reeve_arena_strdup(b->arena, text);
    return out->socket_directory == NULL ? REEVE_NO_MEMORY : REEVE_OK;
}

static enum reeve_status build_endpoint(struct reeve_config_builder *b, const char *system,
                                        const struct reeve_v1_sql_system *sql,
                                        struct reeve_sql_database *out)
{
    const bool has_socket = sql->unix_socket[0] != '\0';
    const char *socket = NULL;

    if (has_socket == (sql->address[0] != '\0')) {
        struct reeve_config_item *item = complain(b, system, "sql.server", "address");
        reeve_config_item_text(item, has_socket ? "there are an address and a Unix socket"
                                                : "there is neither an address nor a Unix socket");
        reeve_config_item_next(item, "write address or unix_socket");
        return REEVE_OK;
    }
    if (!has_socket) {
        return build_address(b, system, sql->address, out);
    }
    REEVE_TRY(reeve_config_path(b, sql->unix_socket, &socket));
    return build_socket(b, system, socket, out);
}

static void check_tls(struct reeve_config_builder *b, const char *system,
                      const struct reeve_v1_sql_system *sql)
{
    struct reeve_config_item *item = NULL;
    const bool tcp = sql->address[0] != '\0';

    if (sql->insecure && tcp) {
        item = reeve_config_warning(b, "sql.insecure", "systems[\"%s\"].sql.insecure", system);
        reeve_config_item_text(item, "statements, rows and the login travel unprotected");
        reeve_config_item_next(item, "remove insecure and add ca_file: ca.pem");
    } else if (tcp && sql->ca_file[0] == '\0') {
        item = complain(b, system, "sql.ca_file", "ca_file");
        reeve_config_item_text(item, "TCP needs the CA that signed the server's certificate");
        reeve_config_item_next(item, "add ca_file: ca.pem");
    }
    if ((sql->certificate_file[0] == '\0') != (sql->key_file[0] == '\0')) {
        item = complain(b, system, "sql.certificate", "certificate_file");
        reeve_config_item_text(item, "a client certificate is a certificate and its key");
        reeve_config_item_next(item, "write certificate_file and key_file, or neither");
    }
}

static uint64_t build_ms(struct reeve_config_builder *b, const char *system, const char *name,
                         const struct google_protobuf_duration *duration, uint64_t fallback_ms,
                         uint64_t max_ms)
{
    char field[REEVE_CONFIG_FIELD_SIZE];

    reeve_format_cut(field, sizeof(field), "systems[\"%s\"].sql.%s", system, name);
    return reeve_config_ms(b, duration, fallback_ms, max_ms, field);
}

static enum reeve_status build_database(struct reeve_config_builder *b, const char *system,
                                        const struct reeve_v1_sql_system *sql,
                                        struct reeve_sql_database *out)
{
    REEVE_TRY(build_endpoint(b, system, sql, out));
    check_tls(b, system, sql);
    REEVE_TRY(reeve_config_path(b, sql->ca_file, &out->ca_file));
    REEVE_TRY(reeve_config_path(b, sql->certificate_file, &out->certificate_file));
    REEVE_TRY(reeve_config_path(b, sql->key_file, &out->key_file));
    out->name = sql->database;
    out->user = sql->user;
    out->plaintext = sql->insecure != 0;
    out->channel_binding = sql->channel_binding != 0;
    out->application_name = reeve_config_text(sql->application_name);
    out->search_path = reeve_config_text(sql->search_path);
    out->max_connections = sql->max_connections;
    out->connect_timeout_ms = build_ms(b, system, "connect_timeout", sql->connect_timeout,
                                       CONNECT_DEFAULT_MS, CONNECT_MAX_MS);
    out->idle_timeout_ms =
        build_ms(b, system, "idle_timeout", sql->idle_timeout, IDLE_DEFAULT_MS, AGE_MAX_MS);
    out->max_lifetime_ms =
        build_ms(b, system, "max_lifetime", sql->max_lifetime, LIFETIME_DEFAULT_MS, AGE_MAX_MS);
    return REEVE_OK;
}

/* ---- statements ---- */

typedef struct reeve_v1_sql_system_statements_entry entry;

static bool is_task_of(const struct reeve_task *task, const char *system)
{
    return task->binding == REEVE_BINDING_SQL &&
           reeve_bytes_equal_cstr(reeve_bytes_cstr(system), task->system);
}

static void complain_syntax(struct reeve_config_builder *b, const char *system, const entry *e,
                            enum reeve_status status, const struct reeve_sql_fault *fault)
{
    struct reeve_config_item *item = reeve_config_error(
        b, "sql.statement", "systems[\"%s\"].sql.statements[\"%s\"].text", system, e->key);

    if (status == REEVE_TOO_LARGE) {
        reeve_config_item_text(item, "the statement is over 64 KiB");
        reeve_config_item_next(item, "move it into a view or a function of the database");
        return;
    }
    reeve_config_item_text(item, "%s (line %u, column %u of the statement)", fault->text,
                           fault->line, fault->column);
    reeve_config_item_next(item, "%s", fault->next);
}

static void complain_parameter(struct reeve_config_builder *b, const char *system, const entry *e,
                               const struct reeve_task *task,
                               const struct reeve_sql_unknown *unknown)
{
    struct reeve_suggestion s = {.wrong = unknown->part};
    struct reeve_config_item *item = reeve_config_error(
        b, "sql.parameter", "systems[\"%s\"].sql.statements[\"%s\"].text", system, e->key);

    reeve_config_item_text(item, ":%.*s is no field of %s, the input of %s: %.*s: %s",
                           (int)unknown->name.len, (const char *)unknown->name.data,
                           task->input->name, task->name, (int)unknown->part.len,
                           (const char *)unknown->part.data, unknown->text);
    for (uint16_t i = 0; unknown->in != NULL && i < unknown->in->fields_count; i++) {
        reeve_suggestion_try(&s, unknown->in->fields[i].name);
    }
    if (s.best != NULL) {
        reeve_config_item_next(item, "did you mean %s?", s.best);
        return;
    }
    reeve_config_item_next(item, "name a field of the request, or one of a message in it");
}

static void warn_unused_fields(struct reeve_config_builder *b, const char *system, const entry *e,
                               const struct reeve_sql_plan *plan)
{
    const struct reeve_message *input = plan->task->input;

    for (uint16_t i = 0; i < input->fields_count; i++) {
        if (reeve_sql_parameters_use(&plan->parameters, &input->fields[i])) {
            continue;
        }
        struct reeve_config_item *item = reeve_config_warning(
            b, "sql.unused_field", "systems[\"%s\"].sql.statements[\"%s\"].text", system, e->key);
        reeve_config_item_text(item, "%s of %s is not used: whoever sets it is not heard",
                               input->fields[i].name, plan->task->name);
        reeve_config_item_next(item, "use :%s, or take the field out of the request",
                               input->fields[i].name);
    }
}

static enum reeve_status build_plan(struct reeve_config_builder *b, const char *system,
                                    const entry *e, const struct reeve_task *task,
                                    const struct reeve_sql_statement *statement,
                                    struct reeve_sql_system *out, struct reeve_sql_plan *plans)
{
    struct reeve_sql_unknown unknown = {.text = ""};
    struct reeve_sql_plan *plan = &plans[out->plans_count];
    const enum reeve_status status = reeve_sql_parameters_resolve(
        statement, task->input, e->value != NULL && e->value->enum_numbers != 0, b->arena,
        &plan->parameters, &unknown);

    if (status == REEVE_NOT_FOUND) {
        complain_parameter(b, system, e, task, &unknown);
        return REEVE_OK;
    }
    REEVE_TRY(status);
    plan->task = task;
    plan->statement = *statement;
    out->plans_count++;
    warn_unused_fields(b, system, e, plan);
    return REEVE_OK;
}

static void warn_unused_statement(struct reeve_config_builder *b, const char *system,
                                  const entry *e)
{
    const struct reeve_task_table *table = b->config->table;
    struct reeve_suggestion s = {.wrong = reeve_bytes_cstr(e->key)};
    struct reeve_config_item *item = reeve_config_warning(
        b, "sql.unused_statement", "systems[\"%s\"].sql.statements[\"%s\"]", system, e->key);

    for (uint32_t i = 0; i < table->count; i++) {
        if (is_task_of(table->tasks[i], system)) {
            reeve_suggestion_try(&s, table->tasks[i]->operation);
        }
    }
    reeve_config_item_text(item, "no compiled-in task of this system names the statement");
    if (s.best != NULL) {
        reeve_config_item_next(item, "did you mean %s?", s.best);
        return;
    }
    reeve_config_item_next(item, "remove it, or name it as a task's operation");
}

static enum reeve_status build_statement(struct reeve_config_builder *b, const char *system,
                                         const entry *e, struct reeve_sql_system *out,
                                         struct reeve_sql_plan *plans)
{
    const struct reeve_task_table *table = b->config->table;
    struct reeve_sql_statement statement = {.count = 0};
    struct reeve_sql_fault fault = {.text = ""};
    const char *text = e->value == NULL ? "" : e->value->text;
    const enum reeve_status status =
        reeve_sql_statement_parse(reeve_bytes_cstr(text), b->arena, &statement, &fault);
    bool used = false;

    if (status == REEVE_NO_MEMORY) {
        return status;
    }
    if (status != REEVE_OK) {
        complain_syntax(b, system, e, status, &fault);
        return REEVE_OK;
    }
    for (uint32_t i = 0; i < table->count; i++) {
        const struct reeve_task *task = table->tasks[i];
        if (is_task_of(task, system) &&
            reeve_bytes_equal_cstr(reeve_bytes_cstr(task->operation), e->key)) {
            used = true;
            REEVE_TRY(build_plan(b, system, e, task, &statement, out, plans));
        }
    }
    if (!used) {
        warn_unused_statement(b, system, e);
    }
    return REEVE_OK;
}

/* ---- the whole ---- */

static enum reeve_status build(struct reeve_config_builder *b, const struct reeve_v1_system *source,
                               struct reeve_config_system *to)
{
    const struct reeve_v1_sql_system *sql = source->sql;
    struct reeve_sql_system *out = &to->u.sql;
    struct reeve_sql_plan *plans =
        reeve_arena_alloc_array(b->arena, (size_t)b->config->table->count + 1, sizeof(*plans));

    if (plans == NULL) {
        return REEVE_NO_MEMORY;
    }
    out->plans = plans;
    REEVE_TRY(build_database(b, to->name, sql, &out->database));
    out->password_secret = reeve_config_text(sql->password_secret);
    if (out->password_secret != NULL) {
        reeve_config_check_secret(b, out->password_secret, "systems[\"%s\"].sql.password_secret",
                                  to->name);
    }
    for (size_t i = 0; i < sql->n_statements; i++) {
        REEVE_TRY(build_statement(b, to->name, sql->statements[i], out, plans));
    }
    to->source = sql;
    return REEVE_OK;
}

static void check_task(struct reeve_config_builder *b, const struct reeve_config_system *system,
                       const struct reeve_task *task, size_t entry_of_allow)
{
    const struct reeve_v1_sql_system *sql = system->source;
    struct reeve_suggestion s = {.wrong = reeve_bytes_cstr(task->operation)};

    (void)entry_of_allow;
    for (size_t i = 0; i < sql->n_statements; i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(task->operation), sql->statements[i]->key)) {
            return;
        }
        reeve_suggestion_try(&s, sql->statements[i]->key);
    }
    struct reeve_config_item *item = complain(b, system->name, "sql.missing", "statements");
    reeve_config_item_text(item, "%s is allowed, and its statement \"%s\" is not here", task->name,
                           task->operation);
    if (s.best != NULL) {
        reeve_config_item_next(item, "rename the statement \"%s\", if that was meant", s.best);
        return;
    }
    reeve_config_item_next(item, "add statements: { %s: { text: \"SELECT …\" } }", task->operation);
}

/* ---- for people ---- */

static enum reeve_status check_files(const struct reeve_agent_config *config,
                                     const struct reeve_config_system *system,
                                     struct reeve_config_report *report)
{
    char field[REEVE_CONFIG_FIELD_SIZE];
    if (system->u.sql.database.ca_file == NULL) {
        return REEVE_OK;
    }
    reeve_format_cut(field, sizeof(field), "systems[\"%s\"].sql.ca_file", system->name);
    return reeve_config_check_ca(config, report, field, system->u.sql.database.ca_file);
}

static const char *endpoint(const struct reeve_config_system *system, struct reeve_arena *arena)
{
    const struct reeve_sql_database *d = &system->u.sql.database;
    if (d->socket_directory != NULL) {
        return reeve_output_text(arena, "%s/%s%u database %s", d->socket_directory, SOCKET_FILE,
                                 d->port, d->name);
    }
    return reeve_output_text(arena, "%s:%u database %s%s", d->host, d->port, d->name,
                             d->plaintext ? " without TLS" : "");
}

static const char *auth_text(const struct reeve_config_system *system, struct reeve_arena *arena)
{
    const struct reeve_sql_system *sql = &system->u.sql;
    const char *with = sql->database.certificate_file != NULL ? ", client certificate" : "";
    if (sql->password_secret == NULL) {
        return reeve_output_text(arena, "user %s%s", sql->database.user, with);
    }
    return reeve_output_text(arena, "user %s, password from secret %s%s", sql->database.user,
                             sql->password_secret, with);
}

const struct reeve_config_kind REEVE_CONFIG_SQL = {
    .name = "sql",
    .example = "sql: { address: …, database: …, user: … }",
    .member = 4,
    .binding = REEVE_BINDING_SQL,
    .build = build,
    .check_task = check_task,
    .check_files = check_files,
    .endpoint = endpoint,
    .auth = auth_text,
};
