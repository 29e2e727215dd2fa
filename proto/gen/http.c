/* SPDX-License-Identifier: Apache-2.0 */
/* google.api.http, resolved against the task's messages: what proto/runtime/table.h calls
 * struct reeve_http_rule. Everything that a request could not be made from is refused here, so that
 * the http binding never meets it. */
#include "proto/gen/model.h"
#include "proto/gen/wire.h"

enum {
    RULE_BODY = 7,
    RULE_CUSTOM = 8,
    RULE_RESPONSE_BODY = 12,
    CUSTOM_KIND = 1,
    CUSTOM_PATH = 2,
    PATH_MAX_BYTES = 2000,
    PARTS_MAX = 64,
    DEPTH_MAX = 16,
};

/* One template while it is read. */
struct template
{
    struct reeve_gen_model *model;
    struct reeve_gen_task *task;
    const char *text;
    bool failed;
};

static void refuse(struct reeve_gen_model *model, const struct reeve_gen_task *task,
                   const char *what, const char *next)
{
    reeve_gen_refuse(&model->report, &task->place,
                     reeve_gen_concat("(google.api.http): ", what, NULL), next);
}

static void fail(struct template *t, const char *what, const char *next)
{
    if (!t->failed) {
        refuse(t->model, t->task, reeve_gen_concat("path \"", t->text, "\": ", what, NULL), next);
    }
    t->failed = true;
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

static bool is_singular(const struct reeve_field *field)
{
    return field->cardinality == REEVE_IMPLICIT || field->cardinality == REEVE_EXPLICIT;
}

/* "customer.id": indexes from the request message down to a scalar. */
static void resolve(struct template *t, struct reeve_bytes path, struct reeve_path_part *part)
{
    uint16_t *indexes = reeve_gen_alloc_array(DEPTH_MAX, sizeof *indexes);
    const struct reeve_message *m = t->task->table.input;
    const char *shown = reeve_gen_copy(path);
    part->field = indexes;
    while (!t->failed) {
        size_t dot = reeve_bytes_find(path, reeve_bytes_cstr("."));
        struct reeve_bytes name = reeve_bytes_slice(path, 0, dot == SIZE_MAX ? path.len : dot);
        if (part->field_depth == DEPTH_MAX) {
            fail(t, "a variable leads through more than 16 messages", "Use a field further up");
            return;
        }
        const struct reeve_field *field = field_named(m, name, &indexes[part->field_depth]);
        if (field == NULL) {
            fail(
                t,
                reeve_gen_concat("{", shown, "} is no field of ", t->task->table.input->name, NULL),
                "Name a field of the request message");
            return;
        }
        part->field_depth++;
        const bool is_message = field->type == REEVE_TYPE_MESSAGE;
        if (!is_singular(field) || (dot == SIZE_MAX && is_message) ||
            (dot != SIZE_MAX && !is_message) || field->type == REEVE_TYPE_BYTES) {
            fail(t,
                 reeve_gen_concat("{", shown, "} is not a single number, text, bool or enum", NULL),
                 "Name such a field of the request message");
            return;
        }
        if (dot == SIZE_MAX) {
            return;
        }
        m = field->message;
        path = reeve_bytes_slice(path, dot + 1, path.len - dot - 1);
    }
}

/* What stands between braces: "name", "name=*", "name=**". */
static void add_variable(struct template *t, struct reeve_bytes inside,
                         struct reeve_path_part *part)
{
    size_t equals = reeve_bytes_find(inside, reeve_bytes_cstr("="));
    if (equals != SIZE_MAX) {
        struct reeve_bytes pattern = reeve_bytes_slice(inside, equals + 1, inside.len - equals - 1);
        part->multi_segment = reeve_bytes_equal_cstr(pattern, "**");
        if (!part->multi_segment && !reeve_bytes_equal_cstr(pattern, "*")) {
            fail(t, "a variable's pattern is neither \"*\" nor \"**\"",
                 "Write the literal parts outside the braces, or leave the pattern out");
        }
        inside = reeve_bytes_slice(inside, 0, equals);
    }
    resolve(t, inside, part);
}

static bool is_path_byte(uint8_t c)
{
    static const char punctuation[] = "-._~!$&'()+,;=:@/%";
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') ||
           reeve_bytes_find(reeve_bytes_cstr(punctuation), reeve_bytes_of(&c, 1)) != SIZE_MAX;
}

/* Literal text up to the next variable. */
static void add_literal(struct template *t, struct reeve_bytes text, struct reeve_path_part *part)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_path_byte(text.data[i])) {
            fail(t, "it has a character that no URL path has, or a wildcard outside a variable",
                 "Use letters, digits and -._~!$&'()+,;=:@/% and {field}");
            return;
        }
    }
    part->literal = reeve_gen_copy(text);
}

static void read_template(struct template *t)
{
    struct reeve_bytes rest = reeve_bytes_cstr(t->text);
    struct reeve_gen_task *task = t->task;
    task->parts = reeve_gen_alloc_array(PARTS_MAX, sizeof *task->parts);
    task->http.parts = task->parts;
    if (rest.len == 0 || rest.data[0] != '/' || rest.len > PATH_MAX_BYTES) {
        fail(t, "it does not begin with '/' or is over 2,000 bytes",
             "Write a path such as \"/api/v1/things/{thing_id}\"");
        return;
    }
    while (rest.len > 0 && !t->failed) {
        if (task->http.parts_count == PARTS_MAX) {
            fail(t, "it has over 64 parts", "Use a shorter one");
            return;
        }
        struct reeve_path_part *part = &task->parts[task->http.parts_count++];
        size_t open = reeve_bytes_find(rest, reeve_bytes_cstr("{"));
        if (open != 0) {
            size_t end = open == SIZE_MAX ? rest.len : open;
            add_literal(t, reeve_bytes_slice(rest, 0, end), part);
            rest = reeve_bytes_slice(rest, end, rest.len - end);
            continue;
        }
        size_t close = reeve_bytes_find(rest, reeve_bytes_cstr("}"));
        if (close == SIZE_MAX) {
            fail(t, "a '{' is not closed", "Add the '}'");
            return;
        }
        add_variable(t, reeve_bytes_slice(rest, 1, close - 1), part);
        rest = reeve_bytes_slice(rest, close + 1, rest.len - close - 1);
    }
}

/* The method and the path: one of get, put, post, delete, patch, custom. */
static const char *read_pattern(struct reeve_gen_task *task, struct reeve_bytes rule)
{
    static const char *const methods[] = {"GET", "PUT", "POST", "DELETE", "PATCH"};
    const char *path = NULL;
    bool custom;
    struct reeve_bytes pattern = reeve_gen_wire_message(rule, RULE_CUSTOM, &custom);
    for (uint32_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (reeve_gen_wire_text(rule, i + 2, &path)) {
            task->http.method = methods[i];
        }
    }
    if (custom) {
        (void)reeve_gen_wire_text(pattern, CUSTOM_KIND, &task->http.method);
        (void)reeve_gen_wire_text(pattern, CUSTOM_PATH, &path);
    }
    return path;
}

static bool is_method(const char *method)
{
    for (const char *c = method; *c != '\0'; c++) {
        if (*c < 'A' || *c > 'Z') {
            return false;
        }
    }
    return method[0] != '\0';
}

static bool is_bound_by_path(const struct reeve_gen_task *task, uint16_t index)
{
    for (uint16_t i = 0; i < task->http.parts_count; i++) {
        const struct reeve_path_part *part = &task->parts[i];
        if (part->literal == NULL && part->field_depth == 1 && part->field[0] == index) {
            return true;
        }
    }
    return false;
}

/* Whether a field may become query parameters: no maps, no lists of messages, below either. */
static bool fits_query(const struct reeve_field *field, unsigned depth)
{
    if (field->cardinality == REEVE_MAP || depth > DEPTH_MAX) {
        return false;
    }
    if (field->type != REEVE_TYPE_MESSAGE || field->message == NULL) {
        return true;
    }
    if (field->cardinality == REEVE_REPEATED) {
        return false;
    }
    if (field->message->well_known != REEVE_WELL_KNOWN_NONE) {
        return true;
    }
    for (uint16_t i = 0; i < field->message->fields_count; i++) {
        if (!fits_query(&field->message->fields[i], depth + 1)) {
            return false;
        }
    }
    return true;
}

static void check_query(struct reeve_gen_model *model, const struct reeve_gen_task *task)
{
    const struct reeve_message *input = task->table.input;
    for (uint16_t i = 0; i < input->fields_count && !task->http.body_all; i++) {
        const struct reeve_field *field = &input->fields[i];
        if (is_bound_by_path(task, i) || task->http.body_field == (int)i || fits_query(field, 0)) {
            continue;
        }
        refuse(model, task,
               reeve_gen_concat("field \"", field->name,
                                "\" would be query parameters, and maps, lists of messages and "
                                "recursive messages have no such form",
                                NULL),
               "Send it in the body (body: \"*\"), or use another type");
    }
}

static int16_t named_field(struct reeve_gen_model *model, const struct reeve_gen_task *task,
                           const struct reeve_message *m, const char *option, const char *name)
{
    uint16_t index = 0;
    const struct reeve_field *field = field_named(m, reeve_bytes_cstr(name), &index);
    if (field == NULL || index > INT16_MAX) {
        refuse(model, task,
               reeve_gen_concat(option, ": \"", name, "\" is no field of ", m->name, NULL),
               "Name a field at the top of the message");
        return -1;
    }
    return (int16_t)index;
}

static void read_bodies(struct reeve_gen_model *model, struct reeve_gen_task *task,
                        struct reeve_bytes rule)
{
    const char *body = "";
    const char *response = "";
    (void)reeve_gen_wire_text(rule, RULE_BODY, &body);
    (void)reeve_gen_wire_text(rule, RULE_RESPONSE_BODY, &response);
    task->http.body_field = -1;
    task->http.response_field = -1;
    task->http.body_all = reeve_gen_same(body, "*");
    if (body[0] != '\0' && !task->http.body_all) {
        task->http.body_field = named_field(model, task, task->table.input, "body", body);
    }
    if (response[0] != '\0') {
        task->http.response_field =
            named_field(model, task, task->table.output, "response_body", response);
    }
    const bool bodyless =
        reeve_gen_same(task->http.method, "GET") || reeve_gen_same(task->http.method, "HEAD");
    if (bodyless && body[0] != '\0') {
        refuse(model, task, reeve_gen_concat(task->http.method, " has no body", NULL),
               "Remove `body`, or use another method");
    }
}

void reeve_gen_http(struct reeve_gen_model *model, struct reeve_gen_task *task,
                    struct reeve_bytes rule)
{
    const char *path = read_pattern(task, rule);
    if (path == NULL || task->http.method == NULL || !is_method(task->http.method)) {
        refuse(model, task, "it names no HTTP method with a path",
               "Write one of get, put, post, delete, patch or custom");
        return;
    }
    struct template t = {.model = model, .task = task, .text = path};
    read_template(&t);
    if (t.failed) {
        return;
    }
    read_bodies(model, task, rule);
    check_query(model, task);
    task->table.http = &task->http;
}
