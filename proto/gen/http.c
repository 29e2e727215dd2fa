/* SPDX-License-Identifier: Apache-2.0 */
/* google.api.http, resolved against the task's messages: what proto/runtime/table.h calls
 * struct reeve_http_rule. Everything that a request could not be made from is refused here, so that
 * the http binding never meets it. */
#include "proto/gen/http_template.h"
#include "proto/gen/model.h"
#include "proto/gen/wire.h"

enum {
    RULE_SELECTOR = 1,
    RULE_BODY = 7,
    RULE_CUSTOM = 8,
    RULE_ADDITIONAL = 11,
    RULE_RESPONSE_BODY = 12,
    CUSTOM_KIND = 1,
    CUSTOM_PATH = 2,
    DEPTH_MAX = 16,
    ADDITIONAL_MAX = 32,
};

/* One rule while it is read: the main one, or one of its additional_bindings. */
struct reading {
    struct reeve_gen_model *model;
    struct reeve_gen_task *task;
    struct reeve_http_rule *rule;
    struct reeve_path_part *parts;
    const char *where; /* "" or "additional_bindings[0]: " */
    const char *text;  /* the template */
    bool failed;
};

static void refuse(struct reading *r, const char *what, const char *next)
{
    reeve_gen_refuse(&r->model->report, &r->task->place,
                     reeve_gen_concat("(google.api.http): ", r->where, what, NULL), next);
    r->failed = true;
}

static void refuse_path(struct reading *r, const char *what, const char *next)
{
    if (!r->failed) {
        refuse(r, reeve_gen_concat("path \"", r->text, "\": ", what, NULL), next);
    }
}

static const struct reeve_field *field_named(const struct reeve_message *m, struct reeve_bytes name,
                                             uint16_t *index)
{
    for (uint16_t i = 0; i < m->fields_count; i++) {
        if (reeve_bytes_equal_cstr(name, m->fields[i].name)) {
            *index = i;
            return &m->fields[i];
        }
    }
    return NULL;
}

/* ---- the path ---- */

static bool is_singular(const struct reeve_field *field)
{
    return field->cardinality == REEVE_IMPLICIT || field->cardinality == REEVE_EXPLICIT;
}

/* "customer.id": indexes from the request message down to a scalar; NULL when refused. */
static const struct reeve_field *resolve(struct reading *r, struct reeve_bytes path,
                                         struct reeve_path_part *part)
{
    uint16_t *indexes = reeve_gen_alloc_array(DEPTH_MAX, sizeof *indexes);
    const struct reeve_message *m = r->task->table.input;
    const char *shown = reeve_gen_copy(path);
    part->field = indexes;
    while (part->field_depth < DEPTH_MAX) {
        const size_t dot = reeve_bytes_find(path, reeve_bytes_cstr("."));
        struct reeve_bytes name = reeve_bytes_slice(path, 0, dot == SIZE_MAX ? path.len : dot);
        const struct reeve_field *field = field_named(m, name, &indexes[part->field_depth]);
        if (field == NULL) {
            refuse_path(
                r,
                reeve_gen_concat("{", shown, "} is no field of ", r->task->table.input->name, NULL),
                "Name a field of the request message");
            return NULL;
        }
        part->field_depth++;
        const bool is_message = field->type == REEVE_TYPE_MESSAGE;
        if (!is_singular(field) || is_message == (dot == SIZE_MAX)) {
            refuse_path(r,
                        reeve_gen_concat("{", shown,
                                         "} is not a single number, text, bool, enum or bytes",
                                         NULL),
                        "Name such a field of the request message");
            return NULL;
        }
        if (dot == SIZE_MAX) {
            return field;
        }
        m = field->message;
        path = reeve_bytes_slice(path, dot + 1, path.len - dot - 1);
    }
    refuse_path(r, "a variable leads through more than 16 messages", "Use a field further up");
    return NULL;
}

static void add_variable(struct reading *r, const struct reeve_gen_template_part *from,
                         struct reeve_path_part *part)
{
    const struct reeve_field *field = resolve(r, from->path, part);
    part->multi_segment = from->multi_segment;
    part->pattern = from->pattern.len == 0 ? NULL : reeve_gen_copy(from->pattern);
    if (field != NULL && part->pattern != NULL && field->type != REEVE_TYPE_STRING) {
        refuse_path(r,
                    reeve_gen_concat("{", reeve_gen_copy(from->path),
                                     "} has a pattern, and its field is not a text", NULL),
                    "Leave the pattern out, or name a string field");
    }
}

static void read_template(struct reading *r)
{
    struct reeve_gen_template *t = reeve_gen_alloc(sizeof *t);
    if (!reeve_gen_template_read(reeve_bytes_cstr(r->text), t)) {
        refuse_path(r, t->problem, t->next);
        return;
    }
    r->parts = reeve_gen_alloc_array(t->count, sizeof *r->parts);
    r->rule->parts = r->parts;
    r->rule->parts_count = t->count;
    for (uint16_t i = 0; i < t->count; i++) {
        if (t->parts[i].literal.len > 0) {
            r->parts[i].literal = reeve_gen_copy(t->parts[i].literal);
        } else {
            add_variable(r, &t->parts[i], &r->parts[i]);
        }
    }
}

/* The method and the path: one of get, put, post, delete, patch, custom. */
static const char *read_method(struct reeve_http_rule *to, struct reeve_bytes rule)
{
    static const char *const methods[] = {"GET", "PUT", "POST", "DELETE", "PATCH"};
    const char *path = NULL;
    bool custom;
    struct reeve_bytes pattern = reeve_gen_wire_message(rule, RULE_CUSTOM, &custom);
    for (uint32_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (reeve_gen_wire_text(rule, i + 2, &path)) {
            to->method = methods[i];
        }
    }
    if (custom) {
        (void)reeve_gen_wire_text(pattern, CUSTOM_KIND, &to->method);
        (void)reeve_gen_wire_text(pattern, CUSTOM_PATH, &path);
    }
    return path;
}

/* Capitals and hyphens, as in IANA's registry of HTTP methods. Methods are case-sensitive: "get"
 * would be another one than GET, which nobody means. */
static bool is_method(const char *method)
{
    for (const char *c = method; *c != '\0'; c++) {
        if ((*c < 'A' || *c > 'Z') && *c != '-') {
            return false;
        }
    }
    return method[0] != '\0';
}

/* CONNECT asks for a tunnel; TRACE sends credentials back. */
static bool is_refused_method(const char *method)
{
    return reeve_gen_same(method, "CONNECT") || reeve_gen_same(method, "TRACE");
}

/* ---- what is not in the path ---- */

static bool is_bound_by_path(const struct reeve_http_rule *rule, uint16_t index)
{
    for (uint16_t i = 0; i < rule->parts_count; i++) {
        const struct reeve_path_part *part = &rule->parts[i];
        if (part->literal == NULL && part->field_depth == 1 && part->field[0] == index) {
            return true;
        }
    }
    return false;
}

/* Whether a field may become query parameters: no maps, no lists of messages without a text of
 * their own, below either. */
static bool fits_query(const struct reeve_field *field, unsigned depth)
{
    if (field->cardinality == REEVE_MAP || depth > DEPTH_MAX) {
        return false;
    }
    if (field->type != REEVE_TYPE_MESSAGE || field->message == NULL) {
        return true;
    }
    const uint8_t well_known = field->message->well_known;
    if (well_known != REEVE_WELL_KNOWN_NONE) {
        return well_known != REEVE_WELL_KNOWN_EMPTY || field->cardinality != REEVE_REPEATED;
    }
    if (field->cardinality == REEVE_REPEATED) {
        return false;
    }
    for (uint16_t i = 0; i < field->message->fields_count; i++) {
        if (!fits_query(&field->message->fields[i], depth + 1)) {
            return false;
        }
    }
    return true;
}

static void check_query(struct reading *r)
{
    const struct reeve_message *input = r->task->table.input;
    for (uint16_t i = 0; i < input->fields_count && !r->rule->body_all; i++) {
        const struct reeve_field *field = &input->fields[i];
        if (is_bound_by_path(r->rule, i) || r->rule->body_field == (int)i || fits_query(field, 0)) {
            continue;
        }
        refuse(r,
               reeve_gen_concat("field \"", field->name,
                                "\" would be query parameters, and maps, lists of messages and "
                                "recursive messages have no such form",
                                NULL),
               "Send it in the body (body: \"*\"), or use another type");
    }
}

static int16_t named_field(struct reading *r, const struct reeve_message *m, const char *option,
                           const char *name)
{
    uint16_t index = 0;
    const struct reeve_field *field = field_named(m, reeve_bytes_cstr(name), &index);
    if (field == NULL || index > INT16_MAX) {
        refuse(r, reeve_gen_concat(option, ": \"", name, "\" is no field of ", m->name, NULL),
               "Name a field at the top of the message");
        return -1;
    }
    return (int16_t)index;
}

static void read_body(struct reading *r, const char *body)
{
    if (body[0] == '\0') {
        return;
    }
    if (reeve_gen_same(r->rule->method, "GET") || reeve_gen_same(r->rule->method, "HEAD")) {
        refuse(r, reeve_gen_concat(r->rule->method, " has no body", NULL),
               "Remove `body`, or use another method");
        return;
    }
    r->rule->body_all = reeve_gen_same(body, "*");
    if (r->rule->body_all) {
        return;
    }
    r->rule->body_field = named_field(r, r->task->table.input, "body", body);
    if (r->rule->body_field >= 0 && is_bound_by_path(r->rule, (uint16_t)r->rule->body_field)) {
        refuse(r, reeve_gen_concat("body: \"", body, "\" is in the path already", NULL),
               "Leave it in one of the two");
    }
}

static void read_bodies(struct reading *r, struct reeve_bytes rule)
{
    const char *body = "";
    const char *response = "";
    (void)reeve_gen_wire_text(rule, RULE_BODY, &body);
    (void)reeve_gen_wire_text(rule, RULE_RESPONSE_BODY, &response);
    r->rule->body_field = -1;
    r->rule->response_field = -1;
    read_body(r, body);
    if (response[0] != '\0') {
        r->rule->response_field = named_field(r, r->task->table.output, "response_body", response);
    }
}

/* ---- rules ---- */

static bool read_rule(struct reading *r, struct reeve_bytes rule)
{
    const char *selector = "";
    r->text = read_method(r->rule, rule);
    if (r->text == NULL || r->rule->method == NULL || !is_method(r->rule->method)) {
        refuse(r, "it names no HTTP method with a path",
               "Write one of get, put, post, delete, patch or custom");
        return false;
    }
    if (is_refused_method(r->rule->method)) {
        refuse(r, reeve_gen_concat(r->rule->method, " is not a task's method", NULL),
               "Use another method");
        return false;
    }
    if (reeve_gen_wire_text(rule, RULE_SELECTOR, &selector) && selector[0] != '\0') {
        refuse(r, "`selector` has a meaning in service configuration files only", "Remove it");
    }
    read_template(r);
    if (!r->failed) {
        read_bodies(r, rule);
        check_query(r);
    }
    return !r->failed;
}

static size_t count_additional(struct reeve_bytes rule)
{
    struct reeve_gen_entry entry;
    size_t count = 0;
    while (reeve_gen_wire_next(&rule, &entry)) {
        count += entry.number == RULE_ADDITIONAL ? 1 : 0;
    }
    return count;
}

static void read_additional(struct reeve_gen_model *model, struct reeve_gen_task *task,
                            struct reeve_bytes main_rule)
{
    struct reading main_reading = {
        .model = model, .task = task, .rule = &task->http, .where = "", .text = ""};
    const size_t count = count_additional(main_rule);
    if (count > ADDITIONAL_MAX) {
        refuse(&main_reading, "over 32 additional_bindings", "Keep those that differ in the path");
        return;
    }
    struct reeve_http_rule *rules = reeve_gen_alloc_array(count, sizeof *rules);
    struct reeve_gen_entry entry;
    for (size_t i = 0; reeve_gen_wire_next(&main_rule, &entry);) {
        if (entry.number != RULE_ADDITIONAL) {
            continue;
        }
        struct reading r = {.model = model, .task = task, .rule = &rules[i], .text = ""};
        r.where =
            reeve_gen_concat("additional_bindings[", reeve_gen_number((int64_t)i), "]: ", NULL);
        if (count_additional(entry.bytes) > 0) {
            refuse(&r, "additional_bindings inside additional_bindings",
                   "List all of them side by side");
        }
        (void)read_rule(&r, entry.bytes);
        i++;
    }
    task->http.additional = rules;
    task->http.additional_count = (uint16_t)count;
}

void reeve_gen_http(struct reeve_gen_model *model, struct reeve_gen_task *task,
                    struct reeve_bytes rule)
{
    struct reading r = {.model = model, .task = task, .rule = &task->http, .where = ""};
    if (!read_rule(&r, rule)) {
        return;
    }
    read_additional(model, task, rule);
    task->table.http = &task->http;
}
