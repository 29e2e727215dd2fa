/* SPDX-License-Identifier: Apache-2.0 */
/* Messages without a fixed shape: what a task with one may carry could be neither checked nor
 * fingerprinted, and nobody could say what was approved. Each place where a task reaches one is
 * refused once, however many tasks do. Messages that no task reaches may have them. */
#include "proto/gen/model.h"

/* The fields on the way from a task's message, the last one first. */
struct step {
    const struct step *before;
    const struct reeve_gen_field *field;
};

struct search {
    struct reeve_gen_model *model;
    const struct reeve_gen_task *task;
    const struct step *way;
    struct reeve_gen_list seen; /* struct reeve_gen_message */
};

static bool is_shapeless(const struct reeve_message *m)
{
    switch ((enum reeve_well_known)m->well_known) {
    case REEVE_WELL_KNOWN_STRUCT:
    case REEVE_WELL_KNOWN_VALUE:
    case REEVE_WELL_KNOWN_LIST_VALUE:
    case REEVE_WELL_KNOWN_ANY:
        return true;
    case REEVE_WELL_KNOWN_NONE:
    case REEVE_WELL_KNOWN_TIMESTAMP:
    case REEVE_WELL_KNOWN_DURATION:
    case REEVE_WELL_KNOWN_EMPTY:
    case REEVE_WELL_KNOWN_WRAPPER:
    case REEVE_WELL_KNOWN_FIELD_MASK:
        return false;
    }
    return false;
}

/* "t.v1.S/R reaches it", and through which fields. */
static const char *way_text(const struct search *search)
{
    const char *text = "";
    for (const struct step *step = search->way; step != NULL; step = step->before) {
        text =
            reeve_gen_concat(step->field->place.element, text[0] == '\0' ? "" : ", ", text, NULL);
    }
    return reeve_gen_concat(search->task->table.name, " reaches it",
                            text[0] == '\0' ? "" : " through ", text, NULL);
}

static void refuse(const struct search *search, const struct reeve_gen_place *place,
                   const struct reeve_message *m)
{
    const char *what = reeve_gen_concat(
        m->name, " has no fixed shape, so nobody could say what a task with it may carry (",
        way_text(search), ")", NULL);
    reeve_gen_refuse(&search->model->report, place, what,
                     "Declare a message with the fields that are meant");
}

static bool is_new(struct search *search, const struct reeve_gen_message *m)
{
    for (size_t i = 0; i < search->seen.count; i++) {
        if (search->seen.items[i] == m) {
            return false;
        }
    }
    reeve_gen_list_add(&search->seen, (void *)(uintptr_t)m);
    return true;
}

static void visit(struct search *search, const struct reeve_gen_message *m);

/* The message of a field, or of a map's values: a map's entry stands nowhere in the .proto. */
static const struct reeve_gen_message *carried_by(const struct reeve_gen_field *field)
{
    const struct reeve_gen_message *m = field->message;
    return m != NULL && m->table.map_entry ? m->field_names[1].message : m;
}

static void visit_field(struct search *search, const struct reeve_gen_field *field)
{
    const struct reeve_gen_message *m = carried_by(field);
    if (m == NULL) {
        return;
    }
    if (is_shapeless(&m->table)) {
        refuse(search, &field->place, &m->table);
        return;
    }
    const struct step step = {.before = search->way, .field = field};
    search->way = &step;
    visit(search, m);
    search->way = step.before;
}

static void visit(struct search *search, const struct reeve_gen_message *m)
{
    if (m->table.well_known != REEVE_WELL_KNOWN_NONE || !is_new(search, m)) {
        return;
    }
    for (uint16_t i = 0; i < m->table.fields_count; i++) {
        visit_field(search, &m->field_names[i]);
    }
}

static void visit_root(struct search *search, const struct reeve_message *m)
{
    if (m == NULL) {
        return; /* refused for another reason */
    }
    if (is_shapeless(m)) {
        refuse(search, &search->task->place, m);
        return;
    }
    /* The table is the first member of what the generator knows of the message. */
    visit(search, (const struct reeve_gen_message *)(const void *)m);
}

void reeve_gen_refuse_shapeless(struct reeve_gen_model *model)
{
    struct search search = {.model = model};
    for (size_t i = 0; i < model->tasks.count; i++) {
        search.task = model->tasks.items[i];
        visit_root(&search, search.task->table.input);
        visit_root(&search, search.task->table.output);
    }
}
