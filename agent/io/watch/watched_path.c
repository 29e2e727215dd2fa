/* SPDX-License-Identifier: Apache-2.0 */
/* Follows a path as the kernel does, one component at a time: see watched_path.h. */
#include "agent/io/watch/watched_path.h"

#include <limits.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/bytes.h"

/* As many links as the kernel follows. */
#define LINKS_MAX 40

#define EVENTS                                                                                     \
    (IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |            \
     IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_MASK_ADD)

/* Of a directory on the way: only that it goes itself. */
#define GOING (IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_MASK_ADD)

struct walk {
    int inotify;
    char at[PATH_MAX];   /* an existing directory, no link; "" is the root */
    char rest[PATH_MAX]; /* what follows it */
    char name[PATH_MAX]; /* the component being looked at, with `at` in front */
    int links;
    bool whole;
};

static void add(struct walk *w, uint32_t events)
{
    const char *directory = w->at[0] != '\0' ? w->at : "/";
    w->whole = inotify_add_watch(w->inotify, directory, events) >= 0 && w->whole;
}

static void watch(struct walk *w)
{
    add(w, EVENTS);
}

static bool put(char out[PATH_MAX], const char *a, const char *between, const char *b)
{
    char text[PATH_MAX];
    if (reeve_format(text, sizeof(text), "%s%s%s", a, between, b) != REEVE_OK) {
        return false;
    }
    reeve_move(out, text, sizeof(text));
    return true;
}

/* Takes the next component off `rest` and makes `name` of it; false at the end. */
static bool next_name(struct walk *w)
{
    char component[NAME_MAX + 1];
    const char *from = w->rest;
    while (*from == '/') {
        from++;
    }
    const char *to = from;
    while (*to != '\0' && *to != '/') {
        to++;
    }
    if (to == from ||
        reeve_format(component, sizeof(component), "%.*s", (int)(to - from), from) != REEVE_OK) {
        return false;
    }
    return put(w->name, w->at, "/", component) && put(w->rest, to, "", "");
}

/* `name` is a link: goes on with what it says. */
static bool follow(struct walk *w)
{
    char target[PATH_MAX];
    const ssize_t len = readlink(w->name, target, sizeof(target) - 1);
    if (len <= 0 || ++w->links > LINKS_MAX) {
        return false;
    }
    target[len] = '\0';
    if (target[0] == '/') {
        w->at[0] = '\0';
    }
    return put(w->rest, target, "/", w->rest);
}

/* One component; false when there is nothing behind it. */
static bool step(struct walk *w)
{
    struct stat found;
    if (!next_name(w)) {
        return false;
    }
    if (lstat(w->name, &found) != 0) {
        watch(w); /* it may come */
        return false;
    }
    if (S_ISLNK(found.st_mode)) {
        watch(w);
        return follow(w);
    }
    if (!S_ISDIR(found.st_mode)) {
        watch(w);
        return false;
    }
    if (!put(w->at, w->name, "", "")) {
        return false;
    }
    add(w, GOING);
    return true;
}

bool reeve_watched_path_arm(int inotify, const char *path)
{
    struct walk w = {.inotify = inotify, .whole = true};
    const char *start = path[0] == '/' ? "" : ".";
    if (!put(w.at, start, "", "") || !put(w.rest, path, "", "")) {
        return false;
    }
    while (step(&w)) {
    }
    return w.whole;
}
