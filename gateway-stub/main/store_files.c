/* SPDX-License-Identifier: Apache-2.0 */
/* The store's directory, key and database: see store_files.h. */
#include "gateway-stub/main/store_files.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/cli/document.h"
#include "agent/trust/key_file.h"
#include "gateway-stub/main/version.h"
#include "gateway-stub/store/sqlite.h"

enum { WHY_SIZE = 1024, PATH_SIZE = 4096 };

/* Loses no meaning when it is cut: the beginning names the file. */
static void say(char why[WHY_SIZE], const char *format, ...) REEVE_PRINTF(2, 3);
static void say(char why[WHY_SIZE], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    reeve_format_list_cut(why, WHY_SIZE, format, args);
    va_end(args);
}

/* ---- the directory ---- */

static enum reeve_status make_directory(const char *path, char why[WHY_SIZE])
{
    struct stat found;
    if (mkdir(path, 0700) == 0 ||
        (errno == EEXIST && stat(path, &found) == 0 && S_ISDIR(found.st_mode))) {
        return REEVE_OK;
    }
    if (errno == ENOENT || errno == ENOTDIR) {
        say(why,
            "the store's directory %s cannot be made: the directory above it does not exist; "
            "next: make that one, or correct store.sqlite.path",
            path);
        return REEVE_NOT_FOUND;
    }
    if (errno == EEXIST) {
        say(why, "%s is not a directory; next: correct store.sqlite.path", path);
        return REEVE_EXISTS;
    }
    const bool refused = errno == EACCES || errno == EPERM || errno == EROFS;
    say(why,
        "the store's directory %s cannot be made: %s; next: make it and give it to the "
        "gateway's user",
        path, refused ? "this user may not" : "the disk refuses");
    return refused ? REEVE_PERMISSION : REEVE_IO;
}

/* ---- the key ---- */

static enum reeve_status load_key(const char *directory, struct reeve_key *key, char why[WHY_SIZE])
{
    char path[PATH_SIZE];
    bool created = false;
    if (reeve_format(path, sizeof(path), "%s/%s", directory, REEVE_COUNTERSIGN_KEY_FILE) !=
        REEVE_OK) {
        say(why, "the path of the store's directory is too long; next: choose a shorter one");
        return REEVE_TOO_LARGE;
    }
    const enum reeve_status status =
        reeve_key_load_or_create(path, reeve_random_system(), key, &created);
    if (status == REEVE_OK) {
        if (created) {
            REEVE_LOG(INFO, "made a countersigning key", reeve_log_text("file", path),
                      reeve_log_text("key_id", key->id));
        }
        return REEVE_OK;
    }
    const char *next = "look at the disk, then start again";
    if (status == REEVE_PERMISSION) {
        next = "give it to the gateway's user, with mode 0600";
    } else if (status == REEVE_SYNTAX) {
        next = "restore it from a backup; a new key would not be the one that workers know";
    }
    say(why, "the countersigning key %s: %s; next: %s", path, reeve_status_text(status), next);
    return status;
}

/* ---- all of it ---- */

enum reeve_status reeve_store_files_open(const struct reeve_gateway_config *config,
                                         struct reeve_key *key, struct reeve_store **store,
                                         char why[WHY_SIZE])
{
    static char build[] = REEVE_GATEWAY_BUILD;
    struct reeve_sqlite_options options = {
        .path = config->store_path,
        .sealer = {.seal = reeve_gateway_seal, .ctx = build},
    };
    char problem[256] = "";
    *store = NULL;
    REEVE_TRY(make_directory(config->store_directory, why));
    REEVE_TRY(load_key(config->store_directory, key, why));
    reeve_move(options.sealer.public_key, key->public_key.bytes, sizeof(key->public_key.bytes));
    const enum reeve_status status = reeve_sqlite_open(&options, store, problem);
    if (status != REEVE_OK) {
        say(why, "%s", problem[0] != '\0' ? problem : reeve_status_text(status));
    }
    return status;
}

static void complain(const struct reeve_gateway_config *config, struct reeve_config_report *report,
                     const char *path, const char *what, const char *next)
{
    struct reeve_config_item *item =
        reeve_document_complain(config->text, report, false, "store.sqlite.path", "store");
    reeve_config_item_text(item, "%s: %s", path, what);
    reeve_config_item_next(item, "%s", next);
}

/* The directory above, "." when the path names none; false when it is too long. */
static bool parent_of(const char *path, char parent[PATH_SIZE])
{
    struct reeve_bytes text = reeve_bytes_cstr(path);
    while (text.len > 0 && text.data[text.len - 1] != '/') {
        text.len--;
    }
    if (text.len == 0) {
        return reeve_format(parent, PATH_SIZE, ".") == REEVE_OK;
    }
    return reeve_format(parent, PATH_SIZE, "%.*s", (int)text.len, (const char *)text.data) ==
           REEVE_OK;
}

void reeve_store_files_check(const struct reeve_gateway_config *config,
                             struct reeve_config_report *report)
{
    struct stat found;
    char parent[PATH_SIZE];
    const char *directory = config->store_directory;
    const bool exists = stat(directory, &found) == 0;
    if (exists && !S_ISDIR(found.st_mode)) {
        complain(config, report, directory, "is not a directory", "correct the path");
        return;
    }
    if (exists && access(directory, W_OK | X_OK) != 0) {
        complain(config, report, directory, "this user may not write into it",
                 "give the directory to the gateway's user");
        return;
    }
    if (exists || (parent_of(directory, parent) && access(parent, W_OK | X_OK) == 0)) {
        return;
    }
    complain(config, report, directory,
             "does not exist and cannot be made in the directory above it",
             "make it and give it to the gateway's user");
}
