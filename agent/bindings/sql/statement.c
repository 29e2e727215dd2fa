/* SPDX-License-Identifier: Apache-2.0 */
/* The lexer: see statement.h. Lexical rules are those of PostgreSQL 15, section 4.1, with
 * standard_conforming_strings on, which every connection pins. */
#include "agent/bindings/sql/statement.h"

#include "agent/base/buffer.h"
#include "agent/base/character.h"

#define NESTING_MAX 64u

/* What stood before, as far as a colon or a bracket cares. */
enum before { BEFORE_NOTHING, BEFORE_WORD, BEFORE_ARRAY, BEFORE_OPERAND, BEFORE_OPERATOR };

/* An open bracket. */
enum nest { NEST_ROUND, NEST_LIST, NEST_SUBSCRIPT };

struct lexer {
    struct reeve_bytes source;
    size_t at;
    struct reeve_arena *arena;
    struct reeve_buffer text;
    struct reeve_bytes names[REEVE_SQL_PARAMETERS_MAX];
    uint32_t count;
    enum before before;
    enum nest nest[NESTING_MAX];
    uint32_t depth;
    bool begun; /* the first word has come */
    struct reeve_sql_fault *fault;
};

/* ---- characters ---- */

static int peek(const struct lexer *l, size_t ahead)
{
    return l->at + ahead < l->source.len ? l->source.data[l->at + ahead] : -1;
}

static bool is_letter(int c)
{
    return reeve_is_letter(c) || c == '_';
}

static bool begins_word(int c)
{
    return is_letter(c) || c >= 0x80;
}

static bool continues_word(int c)
{
    return begins_word(c) || reeve_is_digit(c) || c == '$';
}

static bool is_space(int c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static enum reeve_status keep(struct lexer *l, size_t count)
{
    const struct reeve_bytes piece = reeve_bytes_slice(l->source, l->at, count);

    l->at += piece.len;
    return reeve_buffer_append(&l->text, piece);
}

static enum reeve_status refuse_at(struct lexer *l, size_t at, const char *text, const char *next)
{
    l->fault->text = text;
    l->fault->next = next;
    l->fault->line = 1;
    l->fault->column = 1;
    for (size_t i = 0; i < at && i < l->source.len; i++) {
        const bool newline = l->source.data[i] == '\n';
        l->fault->line += newline ? 1 : 0;
        l->fault->column = newline ? 1 : l->fault->column + 1;
    }
    return REEVE_SYNTAX;
}

static enum reeve_status refuse(struct lexer *l, const char *text, const char *next)
{
    return refuse_at(l, l->at, text, next);
}

/* ---- what is carried over as it is ---- */

static enum reeve_status line_comment(struct lexer *l)
{
    size_t n = 2;

    while (peek(l, n) != -1 && peek(l, n) != '\n' && peek(l, n) != '\r') {
        n++;
    }
    return keep(l, n);
}

static enum reeve_status block_comment(struct lexer *l)
{
    size_t n = 2;

    for (uint32_t depth = 1; depth > 0;) {
        if (peek(l, n) == -1) {
            return refuse(l, "a comment is not closed", "close it with */");
        }
        if (peek(l, n) == '*' && peek(l, n + 1) == '/') {
            depth--;
            n += 2;
        } else if (peek(l, n) == '/' && peek(l, n + 1) == '*') {
            depth++;
            n += 2;
        } else {
            n++;
        }
    }
    return keep(l, n);
}

/* '…' or "…", with doubled quotes; with backslashes where `escapes`. */
static enum reeve_status quoted(struct lexer *l, bool escapes)
{
    const int quote = peek(l, 0);
    size_t n = 1;

    for (;; n++) {
        if (peek(l, n) == -1) {
            return refuse(l, "a quote is not closed", "close it, or double a quote that is meant");
        }
        if (escapes && peek(l, n) == '\\') {
            n++;
        } else if (peek(l, n) == quote && peek(l, n + 1) == quote) {
            n++;
        } else if (peek(l, n) == quote) {
            break;
        }
    }
    l->before = quote == '"' ? BEFORE_WORD : BEFORE_OPERAND;
    return keep(l, n + 1);
}

/* PostgreSQL joins a string that follows on another line to the one before, by its rules. */
static enum reeve_status escape_string(struct lexer *l)
{
    size_t n = 0;

    REEVE_TRY(quoted(l, true));
    while (is_space(peek(l, n))) {
        n++;
    }
    if (n > 0 && peek(l, n) == '\'') {
        return refuse(l, "an E'…' string goes on in another one", "write it as one string");
    }
    return REEVE_OK;
}

static enum reeve_status dollar(struct lexer *l)
{
    size_t n = 1;

    if (reeve_is_digit(peek(l, 1))) {
        return refuse(l, "parameters have names here, not numbers", "write :field in place of $1");
    }
    while (begins_word(peek(l, n)) || (n > 1 && reeve_is_digit(peek(l, n)))) {
        n++;
    }
    if (peek(l, n) != '$') {
        return refuse(l, "a dollar sign that quotes nothing", "write $$…$$ or $tag$…$tag$");
    }
    const struct reeve_bytes tag = reeve_bytes_slice(l->source, l->at, n + 1);
    const size_t from = l->at + tag.len;
    const size_t end =
        reeve_bytes_find(reeve_bytes_slice(l->source, from, l->source.len - from), tag);
    if (end == SIZE_MAX) {
        return refuse(l, "a dollar quote is not closed", "close it with the same $tag$");
    }
    l->before = BEFORE_OPERAND;
    return keep(l, tag.len + end + tag.len);
}

static enum reeve_status number(struct lexer *l)
{
    size_t n = 1;

    while (reeve_is_digit(peek(l, n)) || is_letter(peek(l, n)) || peek(l, n) == '.') {
        n++;
    }
    l->before = BEFORE_OPERAND;
    return keep(l, n);
}

/* ---- words ---- */

static bool same_word(struct reeve_bytes word, const char *upper)
{
    const struct reeve_bytes other = reeve_bytes_cstr(upper);

    if (word.len != other.len) {
        return false;
    }
    for (size_t i = 0; i < word.len; i++) {
        const uint8_t c = word.data[i];
        if ((reeve_is_lower(c) ? c - 32 : c) != other.data[i]) {
            return false;
        }
    }
    return true;
}

/* Whatever else begins or ends transactions, changes the session or speaks another protocol. */
static bool may_begin_statement(struct reeve_bytes word)
{
    static const char *const ALLOWED[] = {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE",
                                          "WITH",   "VALUES", "TABLE",  "CALL"};

    for (size_t i = 0; i < sizeof(ALLOWED) / sizeof(ALLOWED[0]); i++) {
        if (same_word(word, ALLOWED[i])) {
            return true;
        }
    }
    return false;
}

static enum reeve_status word(struct lexer *l)
{
    size_t n = 1;

    while (continues_word(peek(l, n))) {
        n++;
    }
    const struct reeve_bytes text = reeve_bytes_slice(l->source, l->at, n);
    if (!l->begun && !may_begin_statement(text)) {
        return refuse(l, "a statement of this kind cannot be a task",
                      "begin with SELECT, INSERT, UPDATE, DELETE, MERGE, WITH, VALUES, TABLE or "
                      "CALL; the worker makes the transaction itself");
    }
    l->begun = true;
    const bool is_escape = same_word(text, "E") && peek(l, n) == '\'';
    REEVE_TRY(keep(l, n));
    if (is_escape) {
        return escape_string(l);
    }
    l->before = same_word(text, "ARRAY") ? BEFORE_ARRAY : BEFORE_WORD;
    return REEVE_OK;
}

/* ---- brackets ---- */

static enum reeve_status open_bracket(struct lexer *l)
{
    const bool round = peek(l, 0) == '(';
    const bool in_list = l->depth > 0 && l->nest[l->depth - 1] == NEST_LIST;
    const bool is_list = l->before == BEFORE_ARRAY ||
                         (in_list && (l->before == BEFORE_OPERATOR || l->before == BEFORE_NOTHING));

    if (l->depth == NESTING_MAX) {
        return refuse(l, "brackets are nested too deeply", "simplify the statement");
    }
    l->nest[l->depth++] = round ? NEST_ROUND : is_list ? NEST_LIST : NEST_SUBSCRIPT;
    l->before = BEFORE_OPERATOR;
    return keep(l, 1);
}

static enum reeve_status close_bracket(struct lexer *l)
{
    const bool round = peek(l, 0) == ')';

    if (l->depth == 0 || (l->nest[l->depth - 1] == NEST_ROUND) != round) {
        return refuse(l, "a bracket closes nothing", "check the statement's brackets");
    }
    l->depth--;
    l->before = BEFORE_OPERAND;
    return keep(l, 1);
}

/* ---- parameters ---- */

/* The length of `name.name…` at `from`; 0: there is none. */
static size_t name_length(const struct lexer *l, size_t from)
{
    size_t n = from;

    while (is_letter(peek(l, n))) {
        while (is_letter(peek(l, n)) || reeve_is_digit(peek(l, n))) {
            n++;
        }
        if (peek(l, n) != '.' || !is_letter(peek(l, n + 1))) {
            break;
        }
        n++;
    }
    return n - from;
}

/* A name that comes twice is one parameter: PostgreSQL finds its type from all its places. */
static enum reeve_status number_of(struct lexer *l, struct reeve_bytes name, uint32_t *out)
{
    for (uint32_t i = 0; i < l->count; i++) {
        if (reeve_bytes_equal(l->names[i], name)) {
            *out = i + 1;
            return REEVE_OK;
        }
    }
    if (l->count == REEVE_SQL_PARAMETERS_MAX) {
        return refuse(l, "more than 256 parameters", "pass a message, as JSON");
    }
    REEVE_TRY(reeve_arena_dup(l->arena, name, &l->names[l->count]));
    *out = ++l->count;
    return REEVE_OK;
}

static enum reeve_status parameter(struct lexer *l)
{
    const size_t length = name_length(l, 1);
    const int behind = peek(l, length + 1);
    const int in_front = l->at > 0 ? l->source.data[l->at - 1] : ' ';
    uint32_t n = 0;

    if (l->depth > 0 && l->nest[l->depth - 1] == NEST_SUBSCRIPT) {
        return refuse(l, "in a subscript a colon is a slice's",
                      "write (:field) for a parameter, or a space behind the slice's colon");
    }
    if (behind >= 0x80 || behind == '$') {
        return refuse(l, "a parameter's name has letters that no field's name has",
                      "write :field, or :message.field");
    }
    REEVE_TRY(number_of(l, reeve_bytes_slice(l->source, l->at + 1, length), &n));
    l->at += length + 1;
    l->before = BEFORE_OPERAND;
    return reeve_buffer_append_format(&l->text, "%s$%u", continues_word(in_front) ? " " : "", n);
}

static enum reeve_status colon(struct lexer *l)
{
    if (peek(l, 1) == ':' || peek(l, 1) == '=') {
        l->before = BEFORE_OPERATOR;
        return keep(l, 2);
    }
    if (is_letter(peek(l, 1))) {
        return parameter(l);
    }
    l->before = BEFORE_OPERATOR;
    return keep(l, 1);
}

/* ---- the whole ---- */

/* Behind the semicolon only spaces and comments may follow. */
static enum reeve_status end_of_statement(struct lexer *l)
{
    const size_t kept = l->text.len;
    const size_t semicolon = l->at;

    l->at++;
    while (peek(l, 0) != -1) {
        if (is_space(peek(l, 0))) {
            l->at++;
        } else if (peek(l, 0) == '-' && peek(l, 1) == '-') {
            REEVE_TRY(line_comment(l));
        } else if (peek(l, 0) == '/' && peek(l, 1) == '*') {
            REEVE_TRY(block_comment(l));
        } else {
            return refuse_at(l, semicolon, "there is more than one statement",
                             "write one statement; a function or WITH can do several things");
        }
    }
    l->text.len = kept;
    return REEVE_OK;
}

static enum reeve_status token(struct lexer *l)
{
    const int c = peek(l, 0);

    if (is_space(c)) {
        return keep(l, 1);
    }
    if (c == '-' && peek(l, 1) == '-') {
        return line_comment(l);
    }
    if (c == '/' && peek(l, 1) == '*') {
        return block_comment(l);
    }
    if (begins_word(c)) {
        return word(l);
    }
    if (!l->begun && c != '(') {
        return refuse(l, "the statement does not begin with a word", "begin with SELECT, INSERT …");
    }
    if (c == '\'' || c == '"') {
        return quoted(l, false);
    }
    if (c == '$') {
        return dollar(l);
    }
    if (reeve_is_digit(c)) {
        return number(l);
    }
    if (c == '(' || c == '[') {
        return open_bracket(l);
    }
    if (c == ')' || c == ']') {
        return close_bracket(l);
    }
    if (c == ':') {
        return colon(l);
    }
    if (c == ';') {
        return end_of_statement(l);
    }
    l->before = BEFORE_OPERATOR;
    return keep(l, 1);
}

static enum reeve_status lex(struct lexer *l)
{
    if (!reeve_bytes_is_utf8(l->source) || reeve_bytes_contains(l->source, reeve_bytes_of("", 1))) {
        return refuse(l, "the statement is not text", "write UTF-8 without NUL");
    }
    while (l->at < l->source.len) {
        REEVE_TRY(token(l));
    }
    if (!l->begun) {
        return refuse(l, "there is no statement", "write a statement such as SELECT …");
    }
    if (l->depth > 0) {
        return refuse(l, "a bracket is not closed", "check the statement's brackets");
    }
    return reeve_buffer_terminate(&l->text);
}

static enum reeve_status finish(struct lexer *l, struct reeve_sql_statement *out)
{
    struct reeve_bytes *names = reeve_arena_alloc_array(l->arena, l->count + 1, sizeof(*names));
    const char *text = reeve_arena_strdup(l->arena, reeve_buffer_view(&l->text));

    if (names == NULL || text == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (uint32_t i = 0; i < l->count; i++) {
        names[i] = l->names[i];
    }
    *out = (struct reeve_sql_statement){.text = text, .names = names, .count = l->count};
    return REEVE_OK;
}

enum reeve_status reeve_sql_statement_parse(struct reeve_bytes source, struct reeve_arena *arena,
                                            struct reeve_sql_statement *out,
                                            struct reeve_sql_fault *fault)
{
    struct lexer l = {.source = source, .arena = arena, .fault = fault};

    *fault = (struct reeve_sql_fault){.line = 0, .text = "", .next = ""};
    if (source.len > REEVE_SQL_STATEMENT_MAX) {
        return REEVE_TOO_LARGE;
    }
    reeve_buffer_init(&l.text, NULL, 2 * REEVE_SQL_STATEMENT_MAX);
    enum reeve_status status = lex(&l);
    if (status == REEVE_OK) {
        status = finish(&l, out);
    }
    reeve_buffer_clear(&l.text);
    return status == REEVE_LIMIT ? REEVE_NO_MEMORY : status;
}
