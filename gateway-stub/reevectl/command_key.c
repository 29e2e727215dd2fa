/* SPDX-License-Identifier: Apache-2.0 */
/* `reevectl key new` and `key show`: the key with which an approver signs. */
#include "agent/trust/key_file.h"
#include "gateway-stub/reevectl/command.h"
#include "gateway-stub/reevectl/complaint.h"

static void say_key(struct reeve_ctl *c, const struct reeve_key *key)
{
    char text[REEVE_KEY_TEXT_SIZE];
    reeve_public_key_format(&key->public_key, text);
    if (c->json) {
        reeve_ctl_say(c, "{ \"keyId\": \"%s\", \"publicKey\": \"%s\" }\n", key->id, text);
        return;
    }
    reeve_ctl_say(c, "key id      %s\npublic key  %s\n", key->id, text);
}

struct next_step {
    enum reeve_status status;
    const char *text;
};

static enum reeve_ctl_exit complain(const struct reeve_ctl *c, const char *file,
                                    enum reeve_status status, const struct next_step *steps,
                                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (steps[i].status == status) {
            return reeve_ctl_refuse(c, REEVE_CTL_USAGE, steps[i].text, "%s: %s", file,
                                    reeve_status_text(status));
        }
    }
    return reeve_ctl_refuse_file(c, file, status);
}

/* ---- key new ---- */

static const struct next_step NEW_STEPS[] = {
    {REEVE_EXISTS, "name a file that does not exist; `reevectl key show` prints what this one is"},
    {REEVE_NOT_FOUND, "make the folder first, readable by you alone"},
    {REEVE_PERMISSION, "name a file in a folder that you may write to"},
    {REEVE_DISK_FULL, "make room, and try again"},
};

static enum reeve_ctl_exit run_new(struct reeve_ctl *c)
{
    const char *file = reeve_ctl_word(c, 0);
    struct reeve_key key;
    reeve_key_init(&key);
    enum reeve_status status = reeve_key_generate(&key, reeve_random_system());
    status = status == REEVE_OK ? reeve_key_store(file, &key) : status;
    if (status == REEVE_OK) {
        say_key(c, &key);
    }
    reeve_key_clear(&key);
    return status == REEVE_OK
               ? REEVE_CTL_DONE
               : complain(c, file, status, NEW_STEPS, sizeof(NEW_STEPS) / sizeof(NEW_STEPS[0]));
}

const struct reeve_ctl_command reeve_ctl_key_new = {
    .group = "Keys",
    .name = "key new",
    .words = "FILE",
    .summary = "make a key to approve with",
    .text = "The file is readable by you alone; one that exists is never replaced. Give the public "
            "key to\n"
            "whoever configures the gateway (approvers) and the workers (trust.approvers).\n"
            "\n"
            "  reevectl key new ~/.config/reeve/approver.key\n",
    .words_least = 1,
    .words_most = 1,
    .run = run_new,
};

/* ---- key show ---- */

enum { PUBLIC };
static const struct reeve_option SHOW_OPTIONS[] = {
    [PUBLIC] = {"--public", NULL, "only the public key, in base64, for a configuration file"},
};

static const struct next_step SHOW_STEPS[] = {
    {REEVE_NOT_FOUND, "check the name, or make a key: reevectl key new FILE"},
    {REEVE_PERMISSION, "let its owner alone read it: chmod 600 FILE, as its owner"},
    {REEVE_SYNTAX, "name the file that `reevectl key new` wrote"},
};

static enum reeve_ctl_exit run_show(struct reeve_ctl *c)
{
    const char *file = reeve_ctl_word(c, 0);
    char text[REEVE_KEY_TEXT_SIZE];
    struct reeve_key key;
    reeve_key_init(&key);
    const enum reeve_status status = reeve_key_load(file, &key);
    if (status == REEVE_OK && reeve_ctl_option(c, PUBLIC) != NULL) {
        reeve_public_key_format(&key.public_key, text);
        reeve_ctl_say(c, "%s\n", text);
    } else if (status == REEVE_OK) {
        say_key(c, &key);
    }
    reeve_key_clear(&key);
    return status == REEVE_OK
               ? REEVE_CTL_DONE
               : complain(c, file, status, SHOW_STEPS, sizeof(SHOW_STEPS) / sizeof(SHOW_STEPS[0]));
}

const struct reeve_ctl_command reeve_ctl_key_show = {
    .group = "Keys",
    .name = "key show",
    .words = "FILE",
    .summary = "print a key's id and public half",
    .text = "Never prints the private half.\n"
            "\n"
            "  reevectl key show approver.key --public\n",
    REEVE_CTL_OPTIONS(SHOW_OPTIONS),
    .words_least = 1,
    .words_most = 1,
    .run = run_show,
};
