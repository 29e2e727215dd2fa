/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 3339 and durations. */
#include "proto/runtime/instant.h"

#include <inttypes.h>

#include "proto/runtime/scan.h"
#include "proto/runtime/slot.h"

#define NANOS_PER_SECOND 1000000000

/* Exactly `count` digits. */
static bool take_number(struct reeve_scan *c, unsigned count, int64_t *out)
{
    *out = 0;
    for (unsigned i = 0; i < count; i++) {
        if (!reeve_scan_sees_digit(c)) {
            return false;
        }
        *out = *out * 10 + reeve_scan_digit(c);
    }
    return true;
}

/* One to nine digits behind a dot, as nanoseconds; without a dot, 0. */
static bool take_fraction(struct reeve_scan *c, int32_t *nanos)
{
    *nanos = 0;
    if (!reeve_scan_take(c, '.')) {
        return true;
    }
    unsigned digits = 0;
    for (; reeve_scan_sees_digit(c) && digits < 9; digits++) {
        *nanos = *nanos * 10 + reeve_scan_digit(c);
    }
    if (digits == 0 || reeve_scan_sees_digit(c)) {
        return false;
    }
    for (; digits < 9; digits++) {
        *nanos *= 10;
    }
    return true;
}

/* ---- the calendar (proleptic Gregorian) ---- */

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t days_in_month(int64_t year, int64_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Days from 1970-01-01; a year starts in March, so that the leap day is its last. */
static int64_t days_from_date(int64_t year, int64_t month, int64_t day)
{
    const int64_t y = month <= 2 ? year - 1 : year;
    const int64_t era = y / 400;
    const int64_t year_of_era = y - era * 400;
    const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

struct date {
    int64_t year;
    int64_t month;
    int64_t day;
};

/* The same backwards, for days within years 1 to 9999. */
static struct date date_from_days(int64_t days)
{
    const int64_t shifted = days + 719468;
    const int64_t era = shifted / 146097;
    const int64_t day_of_era = shifted - era * 146097;
    const int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t m = (5 * day_of_year + 2) / 153;
    const int64_t month = m < 10 ? m + 3 : m - 9;
    return (struct date){year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
                         day_of_year - (153 * m + 2) / 5 + 1};
}

/* ---- timestamps ---- */

static bool take_date(struct reeve_scan *c, int64_t *seconds)
{
    int64_t year;
    int64_t month;
    int64_t day;
    if (!take_number(c, 4, &year) || !reeve_scan_take(c, '-') || !take_number(c, 2, &month) ||
        !reeve_scan_take(c, '-') || !take_number(c, 2, &day)) {
        return false;
    }
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) {
        return false;
    }
    *seconds = days_from_date(year, month, day) * 86400;
    return true;
}

static bool take_clock(struct reeve_scan *c, int64_t *seconds)
{
    int64_t hour;
    int64_t minute;
    int64_t second;
    if (!take_number(c, 2, &hour) || !reeve_scan_take(c, ':') || !take_number(c, 2, &minute) ||
        !reeve_scan_take(c, ':') || !take_number(c, 2, &second)) {
        return false;
    }
    *seconds += hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
}

static bool take_offset(struct reeve_scan *c, int64_t *seconds)
{
    int64_t hour;
    int64_t minute;
    if (reeve_scan_take(c, 'Z')) {
        return true;
    }
    const bool east = reeve_scan_take(c, '+');
    if (!east && !reeve_scan_take(c, '-')) {
        return false;
    }
    if (!take_number(c, 2, &hour) || !reeve_scan_take(c, ':') || !take_number(c, 2, &minute) ||
        hour > 23 || minute > 59) {
        return false;
    }
    const int64_t offset = hour * 3600 + minute * 60;
    *seconds += east ? -offset : offset;
    return true;
}

enum reeve_status reeve_timestamp_parse(struct reeve_bytes text, struct reeve_instant *out)
{
    struct reeve_scan c = reeve_scan_of(text);
    if (text.len == 0 || !take_date(&c, &out->seconds) || !reeve_scan_take(&c, 'T') ||
        !take_clock(&c, &out->seconds) || !take_fraction(&c, &out->nanos) ||
        !take_offset(&c, &out->seconds) || !reeve_scan_ended(&c)) {
        return REEVE_TYPE;
    }
    if (out->seconds < REEVE_TIMESTAMP_SECONDS_MIN || out->seconds > REEVE_TIMESTAMP_SECONDS_MAX) {
        return REEVE_RANGE;
    }
    return REEVE_OK;
}

/* ".5" as 3, 6 or 9 digits; nothing for zero. */
static void format_fraction(int32_t nanos, char out[12])
{
    enum reeve_status status = REEVE_OK;
    out[0] = '\0';
    if (nanos == 0) {
        return;
    }
    if (nanos % 1000000 == 0) {
        status = reeve_format(out, 12, ".%03" PRId32, nanos / 1000000);
    } else if (nanos % 1000 == 0) {
        status = reeve_format(out, 12, ".%06" PRId32, nanos / 1000);
    } else {
        status = reeve_format(out, 12, ".%09" PRId32, nanos);
    }
    (void)status; /* nine digits always fit */
}

enum reeve_status reeve_timestamp_format(struct reeve_instant t, char out[REEVE_INSTANT_TEXT])
{
    if (t.seconds < REEVE_TIMESTAMP_SECONDS_MIN || t.seconds > REEVE_TIMESTAMP_SECONDS_MAX ||
        t.nanos < 0 || t.nanos >= NANOS_PER_SECOND) {
        return REEVE_RANGE;
    }
    int64_t days = t.seconds / 86400;
    int64_t rest = t.seconds % 86400;
    if (rest < 0) {
        rest += 86400;
        days--;
    }
    const struct date date = date_from_days(days);
    char fraction[12];
    format_fraction(t.nanos, fraction);
    return reeve_format(
        out, REEVE_INSTANT_TEXT,
        "%04" PRId64 "-%02" PRId64 "-%02" PRId64 "T%02" PRId64 ":%02" PRId64 ":%02" PRId64 "%sZ",
        date.year, date.month, date.day, rest / 3600, rest / 60 % 60, rest % 60, fraction);
}

/* ---- durations ---- */

/* Digits up to the largest duration in the smallest unit. */
static enum reeve_status take_amount(struct reeve_scan *c, int64_t *out)
{
    *out = 0;
    if (!reeve_scan_sees_digit(c)) {
        return REEVE_TYPE;
    }
    while (reeve_scan_sees_digit(c)) {
        if (*out > REEVE_DURATION_SECONDS_MAX * 100) {
            return REEVE_RANGE;
        }
        *out = *out * 10 + reeve_scan_digit(c);
    }
    return REEVE_OK;
}

static enum reeve_status check_duration(struct reeve_instant *d, bool negative)
{
    if (d->seconds > REEVE_DURATION_SECONDS_MAX) {
        return REEVE_RANGE;
    }
    if (negative) {
        d->seconds = -d->seconds;
        d->nanos = -d->nanos;
    }
    return REEVE_OK;
}

enum reeve_status reeve_duration_parse(struct reeve_bytes text, struct reeve_instant *out)
{
    struct reeve_scan c = reeve_scan_of(text);
    const bool negative = text.len > 0 && reeve_scan_take(&c, '-');
    if (text.len == 0) {
        return REEVE_TYPE;
    }
    REEVE_TRY(take_amount(&c, &out->seconds));
    if (!take_fraction(&c, &out->nanos) || !reeve_scan_take(&c, 's') || !reeve_scan_ended(&c)) {
        return REEVE_TYPE;
    }
    return check_duration(out, negative);
}

struct unit {
    const char *name;
    int64_t milliseconds;
};

static const struct unit units[] = {
    {"ms", 1}, {"m", INT64_C(60000)}, {"h", INT64_C(3600000)}, {"d", INT64_C(86400000)}};

static enum reeve_status scale(int64_t amount, const struct unit *unit, struct reeve_instant *out)
{
    int64_t ms;
    if (__builtin_mul_overflow(amount, unit->milliseconds, &ms)) {
        return REEVE_RANGE;
    }
    out->seconds = ms / 1000;
    out->nanos = (int32_t)(ms % 1000) * 1000000;
    return REEVE_OK;
}

enum reeve_status reeve_duration_parse_units(struct reeve_bytes text, struct reeve_instant *out)
{
    struct reeve_scan c = reeve_scan_of(text);
    int64_t amount;
    const bool negative = text.len > 0 && reeve_scan_take(&c, '-');
    if (text.len == 0) {
        return REEVE_TYPE;
    }
    REEVE_TRY(take_amount(&c, &amount));
    const struct reeve_bytes rest = reeve_bytes_slice(text, c.at, SIZE_MAX);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (reeve_bytes_equal_cstr(rest, units[i].name)) {
            const enum reeve_status status = scale(amount, &units[i], out);
            return status == REEVE_OK ? check_duration(out, negative) : status;
        }
    }
    return reeve_duration_parse(text, out);
}

enum reeve_status reeve_duration_format(struct reeve_instant d, char out[REEVE_INSTANT_TEXT])
{
    const bool negative = d.seconds < 0 || d.nanos < 0;
    if (d.seconds < -REEVE_DURATION_SECONDS_MAX || d.seconds > REEVE_DURATION_SECONDS_MAX ||
        d.nanos <= -NANOS_PER_SECOND || d.nanos >= NANOS_PER_SECOND) {
        return REEVE_RANGE;
    }
    if (negative && (d.seconds > 0 || d.nanos > 0)) {
        return REEVE_RANGE;
    }
    char fraction[12];
    format_fraction(negative ? -d.nanos : d.nanos, fraction);
    return reeve_format(out, REEVE_INSTANT_TEXT, "%s%" PRId64 "%ss", negative ? "-" : "",
                        negative ? -d.seconds : d.seconds, fraction);
}

/* ---- messages ---- */

struct reeve_instant reeve_instant_load(const struct reeve_message *m, const void *message)
{
    struct reeve_instant v = {
        reeve_load_signed(REEVE_TYPE_INT64, reeve_slot_of(&m->fields[0], message)),
        (int32_t)reeve_load_signed(REEVE_TYPE_INT32, reeve_slot_of(&m->fields[1], message))};
    return v;
}

void reeve_instant_store(const struct reeve_message *m, void *message, struct reeve_instant v)
{
    *(reeve_slot_i64 *)reeve_slot(&m->fields[0], message) = v.seconds;
    *(reeve_slot_i32 *)reeve_slot(&m->fields[1], message) = v.nanos;
}

struct reeve_instant reeve_instant_from_nanos(int64_t nanos)
{
    struct reeve_instant v = {nanos / NANOS_PER_SECOND, (int32_t)(nanos % NANOS_PER_SECOND)};
    if (v.nanos < 0) {
        v.nanos += NANOS_PER_SECOND;
        v.seconds--;
    }
    return v;
}

struct reeve_instant reeve_instant_from_ms(int64_t ms)
{
    struct reeve_instant v = {ms / 1000, (int32_t)(ms % 1000) * 1000000};
    if (v.nanos < 0) {
        v.nanos += NANOS_PER_SECOND;
        v.seconds--;
    }
    return v;
}

struct reeve_instant reeve_instant_add(struct reeve_instant t, int64_t nanos)
{
    const struct reeve_instant by = reeve_instant_from_nanos(nanos);
    struct reeve_instant sum = {0, t.nanos + by.nanos};
    if (__builtin_add_overflow(t.seconds, by.seconds, &sum.seconds)) {
        sum.seconds = t.seconds < 0 ? INT64_MIN : INT64_MAX;
        return sum;
    }
    if (sum.nanos >= NANOS_PER_SECOND && sum.seconds < INT64_MAX) {
        sum.nanos -= NANOS_PER_SECOND;
        sum.seconds++;
    }
    return sum;
}

/* Seconds at the far ends of int64 come from bytes nobody checked: no addition may overflow. */
static struct reeve_instant normalised(struct reeve_instant v)
{
    int64_t carry = v.nanos / NANOS_PER_SECOND;
    int32_t nanos = v.nanos % NANOS_PER_SECOND;
    if (nanos < 0) {
        nanos += NANOS_PER_SECOND;
        carry--;
    }
    if (__builtin_add_overflow(v.seconds, carry, &v.seconds)) {
        v.seconds = carry < 0 ? INT64_MIN : INT64_MAX;
    }
    v.nanos = nanos;
    return v;
}

int reeve_instant_compare(struct reeve_instant a, struct reeve_instant b)
{
    const struct reeve_instant x = normalised(a);
    const struct reeve_instant y = normalised(b);
    if (x.seconds != y.seconds) {
        return x.seconds < y.seconds ? -1 : 1;
    }
    return (x.nanos > y.nanos) - (x.nanos < y.nanos);
}
