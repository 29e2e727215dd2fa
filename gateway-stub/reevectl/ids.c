/* SPDX-License-Identifier: Apache-2.0 */
/* Completing ids: see ids.h. */
#include "gateway-stub/reevectl/ids.h"

#include "agent/base/character.h"
#include "gateway-stub/reevectl/api.h"
#include "gateway-stub/reevectl/complaint.h"
#include "gateway-stub/reevectl/words.h"

#define NEWEST 1000u
#define PREFIX_LEAST 4u

struct search {
    struct reeve_ctl *c;
    const char *noun;          /* "plan" */
    const char *list;          /* "plans": the command that lists them */
    struct reeve_bytes prefix; /* lower case */
    ProtobufCBinaryData found;
    size_t count;
};

static void consider(struct search *s, ProtobufCBinaryData id)
{
    if (reeve_bytes_starts_with(reeve_bytes_cstr(reeve_words_id(s->c, id)), s->prefix)) {
        s->found = id;
        s->count++;
    }
}

static enum reeve_ctl_exit conclude(const struct search *s, const char *text,
                                    ProtobufCBinaryData *out)
{
    if (s->count == 1) {
        *out = s->found;
        return REEVE_CTL_DONE;
    }
    if (s->count == 0) {
        return reeve_ctl_refuse(
            s->c, REEVE_CTL_REFUSED,
            reeve_output_text(s->c->arena, "`reevectl %s` lists them; write all of an older one",
                              s->list),
            "no %s's id begins with \"%s\"", s->noun, text);
    }
    return reeve_ctl_refuse(s->c, REEVE_CTL_REFUSED, "write more of it",
                            "%zu %ss' ids begin with \"%s\"", s->count, s->noun, text);
}

/* True: *out is the id. Else the search may begin, unless *status says that this is no id. */
static bool read_whole(struct search *s, const char *text, ProtobufCBinaryData *out,
                       enum reeve_ctl_exit *status)
{
    struct reeve_id id;
    struct reeve_bytes bytes;
    *status = REEVE_CTL_DONE;
    if (reeve_id_parse(text, &id) == REEVE_OK &&
        reeve_arena_dup(s->c->arena, reeve_id_view(&id), &bytes) == REEVE_OK) {
        *out = reeve_words_binary(bytes);
        return true;
    }
    char *copy = reeve_output_text(s->c->arena, "%s", text);
    bool fits = true;
    size_t len = 0;
    for (char *at = copy; *at != '\0'; at++, len++) {
        fits = fits && (reeve_is_hex(*at) || *at == '-');
        *at = (char)reeve_lower(*at);
    }
    if (!fits || len < PREFIX_LEAST || len >= REEVE_ID_TEXT_SIZE) {
        *status = reeve_ctl_refuse(
            s->c, REEVE_CTL_USAGE,
            reeve_output_text(s->c->arena,
                              "write a UUID, or at least the first %u characters of one",
                              PREFIX_LEAST),
            "\"%s\" is no %s's id", text, s->noun);
    }
    s->prefix = reeve_bytes_cstr(copy);
    return false;
}

enum reeve_ctl_exit reeve_ids_plan(struct reeve_ctl *c, const char *text, ProtobufCBinaryData *out)
{
    struct search s = {.c = c, .noun = "plan", .list = "plans"};
    enum reeve_ctl_exit status;
    const void *answer;
    if (read_whole(&s, text, out, &status) || status != REEVE_CTL_DONE) {
        return status;
    }
    struct reeve_v1_list_plans_request *request = reeve_api_request(c, &reeve_api_list_plans);
    if (request != NULL) {
        request->limit = NEWEST;
    }
    status = reeve_api_ask(c, &reeve_api_list_plans, request, &answer);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_list_plans_response *response = answer;
    for (size_t i = 0; i < response->n_plans; i++) {
        consider(&s, response->plans[i]->plan_id);
    }
    return conclude(&s, text, out);
}

enum reeve_ctl_exit reeve_ids_job(struct reeve_ctl *c, const char *text, ProtobufCBinaryData *out)
{
    struct search s = {.c = c, .noun = "job", .list = "jobs"};
    enum reeve_ctl_exit status;
    const void *answer;
    if (read_whole(&s, text, out, &status) || status != REEVE_CTL_DONE) {
        return status;
    }
    struct reeve_v1_list_jobs_request *request = reeve_api_request(c, &reeve_api_list_jobs);
    if (request != NULL) {
        request->limit = NEWEST;
    }
    status = reeve_api_ask(c, &reeve_api_list_jobs, request, &answer);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_list_jobs_response *response = answer;
    for (size_t i = 0; i < response->n_jobs; i++) {
        consider(&s, response->jobs[i]->job_id);
    }
    return conclude(&s, text, out);
}

enum reeve_ctl_exit reeve_ids_journal(struct reeve_ctl *c, const char *text,
                                      ProtobufCBinaryData *out)
{
    struct search s = {.c = c, .noun = "journal", .list = "workers -v"};
    enum reeve_ctl_exit status;
    const void *answer;
    if (read_whole(&s, text, out, &status) || status != REEVE_CTL_DONE) {
        return status;
    }
    status = reeve_api_ask(c, &reeve_api_list_workers,
                           reeve_api_request(c, &reeve_api_list_workers), &answer);
    if (status != REEVE_CTL_DONE) {
        return status;
    }
    const struct reeve_v1_list_workers_response *response = answer;
    for (size_t i = 0; i < response->n_workers; i++) {
        consider(&s, response->workers[i]->journal_id);
    }
    return conclude(&s, text, out);
}
