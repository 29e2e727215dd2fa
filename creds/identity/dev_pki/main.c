/* SPDX-License-Identifier: Apache-2.0 */
/* reeve-dev-pki: certificates for trying reeve out. FOR DEVELOPMENT ONLY. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/character.h"
#include "agent/base/secret.h"
#include "agent/base/time.h"
#include "creds/identity/dev_pki/pki.h"
#include "creds/identity/spiffe.h"

#define NAMES_MAX 16u
#define PEM_MAX ((size_t)64 * 1024)
#define DAYS_DEFAULT 30

static const char usage[] =
    "reeve-dev-pki: certificates for trying reeve out. FOR DEVELOPMENT ONLY: the CA's key lies\n"
    "beside what it signs, and nothing is ever revoked.\n"
    "\n"
    "usage: reeve-dev-pki --out DIR --ca [--days N]\n"
    "       reeve-dev-pki --out DIR --leaf NAME --spiffe URI [--dns NAME]… [--ip ADDRESS]… [--days "
    "N]\n"
    "\n"
    "  --out DIR      where the files are; made when it is missing\n"
    "  --ca           make a CA: DIR/ca.pem and DIR/ca.key. An existing one is left as it is.\n"
    "  --leaf NAME    make DIR/NAME.pem and DIR/NAME.key, signed by DIR's CA, in place of older "
    "ones\n"
    "  --spiffe URI   its identity: spiffe://trust-domain/path\n"
    "  --dns NAME     a DNS name of it, for servers; may be repeated\n"
    "  --ip ADDRESS   an address of it, for servers; may be repeated\n"
    "  --days N       how long it is valid [30]\n"
    "\n"
    "Key files can be read by their owner only. Exit status: 0 done, 1 failed, 2 wrong usage.\n";

struct options {
    const char *out;
    const char *leaf;
    const char *spiffe;
    const char *dns[NAMES_MAX + 1];
    const char *ips[NAMES_MAX + 1];
    size_t dns_count;
    size_t ip_count;
    long days;
    bool ca;
    bool help;
};

/* ---- options -----------------------------------------------------------------------------------
 */

static bool push(const char **list, size_t *count, const char *value)
{
    if (*count >= NAMES_MAX) {
        return false;
    }
    list[(*count)++] = value;
    return true;
}

static bool parse_days(const char *text, long *out)
{
    char *end = NULL;
    errno = 0;
    *out = strtol(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && *out >= 1 && *out <= 3650;
}

static bool take(struct options *o, int option, const char *value)
{
    switch (option) {
    case 'o':
        o->out = value;
        return true;
    case 'c':
        o->ca = true;
        return true;
    case 'l':
        o->leaf = value;
        return true;
    case 's':
        o->spiffe = value;
        return true;
    case 'd':
        return push(o->dns, &o->dns_count, value);
    case 'i':
        return push(o->ips, &o->ip_count, value);
    case 'n':
        return parse_days(value, &o->days);
    case 'h':
        o->help = true;
        return true;
    default:
        return false;
    }
}

static bool parse(struct options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"out", required_argument, NULL, 'o'},
        {"ca", no_argument, NULL, 'c'},
        {"leaf", required_argument, NULL, 'l'},
        {"spiffe", required_argument, NULL, 's'},
        {"dns", required_argument, NULL, 'd'},
        {"ip", required_argument, NULL, 'i'},
        {"days", required_argument, NULL, 'n'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;
    o->days = DAYS_DEFAULT;
    while ((option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        if (!take(o, option, optarg)) {
            return false;
        }
    }
    if (o->help) {
        return true;
    }
    const bool one = o->ca != (o->leaf != NULL);
    return optind == argc && o->out != NULL && one && (o->leaf == NULL || o->spiffe != NULL);
}

/* A file's name, not a path. */
static bool is_name(const char *name)
{
    const struct reeve_bytes b = reeve_bytes_cstr(name);
    for (size_t i = 0; i < b.len; i++) {
        const uint8_t c = b.data[i];
        const bool fine = reeve_is_alphanumeric(c) || c == '-' || c == '_' || (c == '.' && i > 0);
        if (!fine) {
            return false;
        }
    }
    return b.len > 0 && b.len <= 100;
}

/* ---- files -------------------------------------------------------------------------------------
 */

static int failed(const char *what, const char *path, enum reeve_status status)
{
    (void)fprintf(stderr, "reeve-dev-pki: %s %s: %s\n", what, path, reeve_status_text(status));
    return 1;
}

static enum reeve_status path_of(char *out, size_t size, const struct options *o, const char *name,
                                 const char *suffix)
{
    return reeve_format(out, size, "%s/%s%s", o->out, name, suffix);
}

static enum reeve_status write_all(int fd, struct reeve_bytes b)
{
    while (b.len > 0) {
        const ssize_t n = write(fd, b.data, b.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return REEVE_IO;
        }
        b = reeve_bytes_slice(b, (size_t)n, b.len);
    }
    return REEVE_OK;
}

/* Into a new file that takes the old one's place: a reader never sees half of it. */
static enum reeve_status write_file(const char *path, struct reeve_bytes content, mode_t mode)
{
    char fresh[4096];
    REEVE_TRY(reeve_format(fresh, sizeof fresh, "%s.new", path));
    (void)unlink(fresh);
    const int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0) {
        return REEVE_IO;
    }
    const enum reeve_status status = write_all(fd, content);
    if (close(fd) != 0 || status != REEVE_OK) {
        return REEVE_IO;
    }
    return rename(fresh, path) == 0 ? REEVE_OK : REEVE_IO;
}

static enum reeve_status read_file(const char *path, struct reeve_buffer *out)
{
    uint8_t piece[4096];
    ssize_t n = 0;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return REEVE_NOT_FOUND;
    }
    enum reeve_status status = reeve_buffer_reserve(out, out->max);
    while (status == REEVE_OK && (n = read(fd, piece, sizeof piece)) > 0) {
        status = reeve_buffer_append(out, reeve_bytes_of(piece, (size_t)n));
    }
    (void)close(fd);
    reeve_wipe(piece, sizeof piece);
    return n < 0 ? REEVE_IO : status;
}

/* A certificate and its key on their way from or to two files. */
struct pair {
    struct reeve_buffer certificate;
    struct reeve_buffer key;
};

static void pair_init(struct pair *p)
{
    reeve_buffer_init(&p->certificate, NULL, PEM_MAX);
    reeve_buffer_init(&p->key, NULL, PEM_MAX);
}

static void pair_clear(struct pair *p)
{
    reeve_buffer_clear(&p->certificate);
    if (p->key.data != NULL) {
        reeve_wipe(p->key.data, p->key.capacity);
    }
    reeve_buffer_clear(&p->key);
}

static enum reeve_status pair_write(const struct pair *p, const struct options *o, const char *name)
{
    char path[4096];
    REEVE_TRY(path_of(path, sizeof path, o, name, ".key"));
    REEVE_TRY(write_file(path, reeve_buffer_view(&p->key), 0600));
    REEVE_TRY(path_of(path, sizeof path, o, name, ".pem"));
    return write_file(path, reeve_buffer_view(&p->certificate), 0644);
}

static enum reeve_status pair_read(struct pair *p, const struct options *o, const char *name)
{
    char path[4096];
    REEVE_TRY(path_of(path, sizeof path, o, name, ".key"));
    REEVE_TRY(read_file(path, &p->key));
    REEVE_TRY(path_of(path, sizeof path, o, name, ".pem"));
    return read_file(path, &p->certificate);
}

static int64_t now_unix_s(void)
{
    return reeve_now_read().unix_ms / 1000;
}

/* ---- the two commands --------------------------------------------------------------------------
 */

static enum reeve_status load_ca(const struct options *o, struct reeve_pki_ca **out)
{
    struct pair p;
    pair_init(&p);
    enum reeve_status status = pair_read(&p, o, "ca");
    if (status == REEVE_OK) {
        status =
            reeve_pki_ca_load(reeve_buffer_view(&p.certificate), reeve_buffer_view(&p.key), out);
    }
    pair_clear(&p);
    return status;
}

static enum reeve_status export_ca(const struct options *o, const struct reeve_pki_ca *ca)
{
    struct pair p;
    pair_init(&p);
    enum reeve_status status = reeve_pki_ca_export(ca, &p.certificate, &p.key);
    if (status == REEVE_OK) {
        status = pair_write(&p, o, "ca");
    }
    pair_clear(&p);
    return status;
}

static int make_ca(const struct options *o)
{
    struct reeve_pki_ca *ca = NULL;
    enum reeve_status status = load_ca(o, &ca);
    if (status == REEVE_NOT_FOUND) {
        status = reeve_pki_ca_new("reeve development CA (not for production)", now_unix_s(),
                                  o->days * 86400, &ca);
        if (status == REEVE_OK) {
            status = export_ca(o, ca);
        }
    }
    reeve_pki_ca_free(ca);
    if (status != REEVE_OK) {
        return failed("cannot make or read the CA in", o->out, status);
    }
    (void)printf("%s/ca.pem\n", o->out);
    return 0;
}

static enum reeve_status sign_leaf(const struct options *o, const struct reeve_pki_ca *ca)
{
    const char *uris[2] = {o->spiffe, NULL};
    const int64_t now = now_unix_s();
    const struct reeve_pki_leaf leaf = {.common_name = o->leaf,
                                        .uris = uris,
                                        .dns = o->dns,
                                        .ips = o->ips,
                                        .not_before_unix_s = now - 60,
                                        .not_after_unix_s = now + o->days * 86400,
                                        .key_type = REEVE_PKI_P256};
    struct pair p;
    pair_init(&p);
    enum reeve_status status = reeve_pki_ca_sign(ca, &leaf, &p.certificate, &p.key);
    if (status == REEVE_OK) {
        status = pair_write(&p, o, o->leaf);
    }
    pair_clear(&p);
    return status;
}

static int make_leaf(const struct options *o)
{
    struct reeve_pki_ca *ca = NULL;
    if (!is_name(o->leaf)) {
        return failed("not a file name:", o->leaf, REEVE_INVALID);
    }
    if (reeve_spiffe_parse(reeve_bytes_cstr(o->spiffe), NULL) != REEVE_OK) {
        return failed("not a SPIFFE ID:", o->spiffe, REEVE_SYNTAX);
    }
    enum reeve_status status = load_ca(o, &ca);
    if (status != REEVE_OK) {
        return failed("no usable CA (make one with --ca) in", o->out, status);
    }
    status = sign_leaf(o, ca);
    reeve_pki_ca_free(ca);
    if (status != REEVE_OK) {
        return failed("cannot make", o->leaf, status);
    }
    (void)printf("%s/%s.pem\n", o->out, o->leaf);
    return 0;
}

int main(int argc, char **argv)
{
    struct options o = {.out = NULL};
    if (!parse(&o, argc, argv)) {
        (void)fputs(usage, stderr);
        return 2;
    }
    if (o.help) {
        (void)fputs(usage, stdout);
        return 0;
    }
    if (mkdir(o.out, 0700) != 0 && errno != EEXIST) {
        return failed("cannot make", o.out, REEVE_IO);
    }
    return o.ca ? make_ca(&o) : make_leaf(&o);
}
