/* SPDX-License-Identifier: Apache-2.0 */
/* Command-line options from a table: see options.h. */
#include "agent/cli/options.h"

#include "agent/cli/suggest.h"

struct parser {
    const struct reeve_option *options;
    size_t count;
    size_t words;
    struct reeve_arguments *out;
    char *problem;
};

static enum reeve_status refuse(const struct parser *p, const char *what, const char *argument)
{
    reeve_format_cut(p->problem, 256, "%s: %s", what, argument);
    return REEVE_INVALID;
}

static enum reeve_status unknown(const struct parser *p, struct reeve_bytes name,
                                 const char *argument)
{
    struct reeve_suggestion s = {.wrong = name};
    for (size_t i = 0; i < p->count; i++) {
        reeve_suggestion_try(&s, p->options[i].name);
    }
    if (s.best == NULL) {
        return refuse(p, "unknown option", argument);
    }
    char what[64];
    reeve_format_cut(what, sizeof(what), "unknown option (did you mean %s?)", s.best);
    return refuse(p, what, argument);
}

static size_t find(const struct parser *p, struct reeve_bytes name)
{
    size_t i = 0;
    while (i < p->count && !reeve_bytes_equal_cstr(name, p->options[i].name)) {
        i++;
    }
    return i;
}

/* Reads the option at argv[*at]; leaves *at on its last argument. */
static enum reeve_status take_option(const struct parser *p, int argc, char *const *argv, int *at)
{
    const char *argument = argv[*at];
    const struct reeve_bytes text = reeve_bytes_cstr(argument);
    const size_t equals = reeve_bytes_find(text, reeve_bytes_cstr("="));
    const bool inline_ = equals != SIZE_MAX;
    const struct reeve_bytes name = reeve_bytes_slice(text, 0, inline_ ? equals : text.len);
    size_t index = find(p, name);
    if (index == p->count) {
        return unknown(p, name, argument);
    }
    while (index > 0 && p->options[index].help == NULL) {
        index--;
    }
    if (p->out->values[index] != NULL) {
        return refuse(p, "given twice", argument);
    }
    if (p->options[index].value == NULL) {
        p->out->values[index] = "";
        return inline_ ? refuse(p, "this option takes no value", argument) : REEVE_OK;
    }
    if (inline_) {
        p->out->values[index] = argument + equals + 1;
        return REEVE_OK;
    }
    if (*at + 1 >= argc) {
        return refuse(p, "this option needs a value", argument);
    }
    *at += 1;
    p->out->values[index] = argv[*at];
    return REEVE_OK;
}

static enum reeve_status take_word(const struct parser *p, const char *argument)
{
    if (p->out->words_count == p->words) {
        return refuse(p, "not expected", argument);
    }
    p->out->words[p->out->words_count++] = argument;
    return REEVE_OK;
}

static bool is(const char *argument, const char *text)
{
    return reeve_bytes_equal_cstr(reeve_bytes_cstr(argument), text);
}

enum reeve_status reeve_options_parse(const struct reeve_option *options, size_t count,
                                      size_t words, int argc, char *const *argv,
                                      struct reeve_arguments *out, char problem[256])
{
    const struct parser p = {options, count, words, out, problem};
    bool only_words = false;
    *out = (struct reeve_arguments){.words_count = 0};
    for (int i = 0; i < argc; i++) {
        if (!only_words && is(argv[i], "--")) {
            only_words = true;
            continue;
        }
        if (!only_words && (is(argv[i], "--help") || is(argv[i], "-h"))) {
            out->help = true;
            continue;
        }
        if (!only_words && argv[i][0] == '-' && argv[i][1] != '\0') {
            REEVE_TRY(take_option(&p, argc, argv, &i));
            continue;
        }
        REEVE_TRY(take_word(&p, argv[i]));
    }
    return REEVE_OK;
}

/* ---- help ---- */

enum { LEFT_SIZE = 80, LEFT_LEAST = 16, LEFT_MOST = 32 };

/* "--state STATE", "-v, --verbose" */
static void left_side(const struct reeve_option *option, const struct reeve_option *other,
                      char out[LEFT_SIZE])
{
    const bool two = other != NULL && other->help == NULL;
    reeve_format_cut(out, LEFT_SIZE, "%s%s%s%s%s", two ? other->name : "", two ? ", " : "",
                     option->name, option->value != NULL ? " " : "",
                     option->value != NULL ? option->value : "");
}

static const struct reeve_option *behind(const struct reeve_option *options, size_t count, size_t i)
{
    return i + 1 < count ? &options[i + 1] : NULL;
}

/* What is too long has a line of its own. */
static enum reeve_status print_option(const char *left, const char *help, size_t width,
                                      struct reeve_buffer *out)
{
    if (reeve_bytes_cstr(left).len > width) {
        return reeve_buffer_append_format(out, "  %s\n  %*s  %s\n", left, (int)width, "", help);
    }
    return reeve_buffer_append_format(out, "  %-*s  %s\n", (int)width, left, help);
}

enum reeve_status reeve_options_print(const struct reeve_option *options, size_t count,
                                      struct reeve_buffer *out)
{
    char left[LEFT_SIZE];
    size_t width = LEFT_LEAST;
    if (options == NULL) {
        return REEVE_OK; /* a command without options */
    }
    for (size_t i = 0; i < count; i++) {
        left_side(&options[i], behind(options, count, i), left);
        const size_t len = reeve_bytes_cstr(left).len;
        const bool counts = options[i].help != NULL && len <= LEFT_MOST;
        width = counts && len > width ? len : width;
    }
    for (size_t i = 0; i < count; i++) {
        if (options[i].help != NULL) {
            left_side(&options[i], behind(options, count, i), left);
            REEVE_TRY(print_option(left, options[i].help, width, out));
        }
    }
    return REEVE_OK;
}
