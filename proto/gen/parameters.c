/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the plugin's parameters. */
#include "proto/gen/parameters.h"

#include "agent/base/character.h"
#include "proto/gen/reserved.h"

static const struct reeve_gen_place place = {.element = "--reeve_out"};

static void refuse(struct reeve_gen_model *model, struct reeve_bytes word, const char *what,
                   const char *next)
{
    reeve_gen_refuse(&model->report, &place,
                     reeve_gen_concat("parameter \"", reeve_gen_copy(word), "\" ", what, NULL),
                     next);
}

static bool is_c_name(const char *name)
{
    if (reeve_is_digit(name[0])) {
        return false;
    }
    size_t n = 0;
    for (; name[n] != '\0'; n++) {
        const char c = name[n];
        if (!reeve_is_alphanumeric(c) && c != '_') {
            return false;
        }
    }
    return n > 0 && !reeve_gen_is_reserved_shared(name);
}

/* A file name that stays inside the output directory. */
static bool is_stem(const char *name)
{
    size_t n = 0;
    for (; name[n] != '\0'; n++) {
        const char c = name[n];
        if (!reeve_is_alphanumeric(c) && c != '_' && c != '-' && c != '.') {
            return false;
        }
    }
    return n > 0 && name[0] != '.';
}

static void read_word(struct reeve_gen_model *model, struct reeve_bytes word)
{
    size_t equals = reeve_bytes_find(word, reeve_bytes_cstr("="));
    struct reeve_bytes key = reeve_bytes_slice(word, 0, equals == SIZE_MAX ? word.len : equals);
    const char *value =
        equals == SIZE_MAX
            ? ""
            : reeve_gen_copy(reeve_bytes_slice(word, equals + 1, word.len - equals - 1));
    if (reeve_bytes_equal_cstr(word, "tasks")) {
        model->parameters.tasks = true;
        return;
    }
    if (reeve_bytes_equal_cstr(key, "table")) {
        model->parameters.table = value;
        if (!is_c_name(value)) {
            refuse(model, word, "does not give a C name", "Write table=NAME");
        }
        return;
    }
    if (reeve_bytes_equal_cstr(key, "manifest")) {
        model->parameters.manifest = value;
        if (!is_stem(value)) {
            refuse(model, word, "does not give a file's name", "Write manifest=NAME");
        }
        return;
    }
    if (reeve_bytes_equal_cstr(key, "accepts")) {
        reeve_gen_list_add(&model->parameters.accepts, (void *)(uintptr_t)value);
        return;
    }
    refuse(model, word, "is not known",
           "There are: tasks, table=NAME, manifest=NAME, accepts=FILE");
}

void reeve_gen_read_parameters(struct reeve_gen_model *model, const char *text)
{
    struct reeve_bytes rest = reeve_bytes_cstr(text);
    while (rest.len > 0) {
        size_t comma = reeve_bytes_find(rest, reeve_bytes_cstr(","));
        struct reeve_bytes word = reeve_bytes_slice(rest, 0, comma == SIZE_MAX ? rest.len : comma);
        if (word.len > 0) {
            read_word(model, word);
        }
        rest = comma == SIZE_MAX ? reeve_bytes_of(NULL, 0)
                                 : reeve_bytes_slice(rest, comma + 1, rest.len - comma - 1);
    }
    if (!model->parameters.tasks &&
        (model->parameters.table != NULL || model->parameters.manifest != NULL ||
         model->parameters.accepts.count > 0)) {
        refuse(model, reeve_bytes_cstr(text),
               "asks for a table or manifest, or to accept another, without tasks",
               "Add the parameter tasks");
    }
}
