/* SPDX-License-Identifier: Apache-2.0 */
/* Timestamps and intervals as PostgreSQL writes them: see time_text.h. */
#include "agent/bindings/sql/time_text.h"

#include "agent/base/character.h"

#define NANOS_PER_SECOND 1000000000
#define DATE_LENGTH 10u
#define CLOCK_LENGTH_MAX 15u /* 03:04:05.123456 */

/* ---- timestamps ---- */

/* What stands behind the date, without the zone; false: this is no such text. */
static bool find_clock(enum reeve_sql_class class_, struct reeve_bytes t, struct reeve_bytes *clock)
{
    if (class_ == REEVE_SQL_DATE) {
        *clock = reeve_bytes_cstr("00:00:00");
        return t.len == DATE_LENGTH;
    }
    *clock = reeve_bytes_slice(t, DATE_LENGTH + 1, t.len);
    if (class_ == REEVE_SQL_TIMESTAMPTZ) {
        if (clock->len < 3 ||
            !reeve_bytes_equal_cstr(reeve_bytes_slice(*clock, clock->len - 3, 3), "+00")) {
            return false;
        }
        clock->len -= 3;
    }
    return clock->len <= CLOCK_LENGTH_MAX;
}

enum reeve_status reeve_sql_timestamp_read(enum reeve_sql_class class_, struct reeve_bytes text,
                                           char out[REEVE_SQL_TIMESTAMP_TEXT])
{
    const bool has_year = text.len >= DATE_LENGTH && reeve_is_digit(text.data[0]);
    struct reeve_bytes clock;

    if (!has_year || !find_clock(class_, text, &clock)) {
        return REEVE_RANGE;
    }
    return reeve_format(out, REEVE_SQL_TIMESTAMP_TEXT, "%.*sT%.*sZ", (int)DATE_LENGTH,
                        (const char *)text.data, (int)clock.len, (const char *)clock.data);
}

/* ---- intervals ---- */

/* In the order in which they may stand, each at most once. */
struct unit {
    char letter;
    bool in_time;
    int64_t seconds; /* 0: it has no fixed length */
};

static const struct unit UNITS[] = {{'Y', false, 0},     {'M', false, 0},   {'W', false, 604800},
                                    {'D', false, 86400}, {'H', true, 3600}, {'M', true, 60},
                                    {'S', true, 1}};
#define UNITS_COUNT (sizeof(UNITS) / sizeof(UNITS[0]))

struct interval {
    struct reeve_bytes text;
    size_t at;
    bool in_time;
    size_t next_unit; /* that may stand here */
    int64_t seconds;
    int64_t nanos;
    const char **why;
};

static enum reeve_status refuse(const struct interval *i, enum reeve_status status,
                                const char *text)
{
    *i->why = text;
    return status;
}

static bool at_digit(const struct interval *i)
{
    return i->at < i->text.len && reeve_is_digit(i->text.data[i->at]);
}

static bool skip(struct interval *i, char c)
{
    const bool is_here = i->at < i->text.len && i->text.data[i->at] == (uint8_t)c;

    i->at += is_here ? 1 : 0;
    return is_here;
}

/* Digits; what is above the longest duration stays just above it. False: there is none. */
static bool read_whole(struct interval *i, int64_t *whole)
{
    const size_t start = i->at;

    for (*whole = 0; at_digit(i); i->at++) {
        if (*whole <= REEVE_DURATION_SECONDS_MAX) {
            *whole = *whole * 10 + (i->text.data[i->at] - '0');
        }
    }
    return i->at > start;
}

static int64_t read_fraction(struct interval *i)
{
    int64_t nanos = 0;

    for (int64_t scale = NANOS_PER_SECOND / 10; at_digit(i); i->at++, scale /= 10) {
        nanos += (i->text.data[i->at] - '0') * scale;
    }
    return nanos;
}

static const struct unit *read_unit(struct interval *i)
{
    for (size_t u = i->next_unit; u < UNITS_COUNT; u++) {
        if (UNITS[u].in_time == i->in_time && skip(i, UNITS[u].letter)) {
            i->next_unit = u + 1;
            return &UNITS[u];
        }
    }
    return NULL;
}

/* A number and its unit: "-12.5S". */
static enum reeve_status read_part(struct interval *i)
{
    const bool negative = skip(i, '-');
    int64_t whole = 0;
    const bool has_whole = read_whole(i, &whole);
    const bool has_fraction = has_whole && skip(i, '.');
    const int64_t nanos = has_fraction ? read_fraction(i) : 0;
    const struct unit *unit = has_whole ? read_unit(i) : NULL;

    if (unit == NULL || (has_fraction && unit->letter != 'S')) {
        return refuse(i, REEVE_TYPE, "it is not an ISO 8601 interval");
    }
    if (unit->seconds == 0 && whole != 0) {
        return refuse(i, REEVE_RANGE, "an interval of months has no fixed length");
    }
    if (whole > REEVE_DURATION_SECONDS_MAX) {
        return refuse(i, REEVE_RANGE, "the interval is too long");
    }
    i->seconds += (negative ? -whole : whole) * unit->seconds;
    i->nanos += negative ? -nanos : nanos;
    return REEVE_OK;
}

/* PostgreSQL gives each part a sign of its own; a Duration has one. */
static void join_signs(struct interval *i)
{
    if (i->seconds > 0 && i->nanos < 0) {
        i->seconds--;
        i->nanos += NANOS_PER_SECOND;
    } else if (i->seconds < 0 && i->nanos > 0) {
        i->seconds++;
        i->nanos -= NANOS_PER_SECOND;
    }
}

enum reeve_status reeve_sql_interval_read(struct reeve_bytes text, struct reeve_instant *out,
                                          const char **why)
{
    struct interval i = {.text = text, .why = why};

    if (!skip(&i, 'P')) {
        return refuse(&i, REEVE_TYPE, "it is not an ISO 8601 interval");
    }
    do {
        i.in_time = (!i.in_time && skip(&i, 'T')) || i.in_time;
        REEVE_TRY(read_part(&i));
    } while (i.at < text.len);
    join_signs(&i);
    if (i.seconds > REEVE_DURATION_SECONDS_MAX || i.seconds < -REEVE_DURATION_SECONDS_MAX) {
        return refuse(&i, REEVE_RANGE, "the interval is too long");
    }
    *out = (struct reeve_instant){.seconds = i.seconds, .nanos = (int32_t)i.nanos};
    return REEVE_OK;
}
