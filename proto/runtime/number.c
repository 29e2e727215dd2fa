/* SPDX-License-Identifier: Apache-2.0 */
/* Conversion of numbers, independent of the process's locale. */
#include "proto/runtime/number.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "proto/runtime/scan.h"

/* The longest exact decimal form of a double has 767 digits; what is longer is nobody's number. */
#define NUMBER_TEXT_MAX 1100
#define EXPONENT_MAX 100000

/* A number's text, taken apart: (-) digits × 10^exponent, digits without leading zeros. */
struct parts {
    bool negative;
    char digits[NUMBER_TEXT_MAX];
    size_t count;
    int64_t exponent;
};

/* At least one digit. */
static bool take_digits(struct reeve_scan *c, struct parts *p)
{
    if (!reeve_scan_sees_digit(c)) {
        return false;
    }
    while (reeve_scan_sees_digit(c)) {
        const char digit = (char)c->text.data[c->at++];
        if (p->count > 0 || digit != '0') {
            p->digits[p->count++] = digit;
        }
    }
    return true;
}

static bool take_integer(struct reeve_scan *c, struct parts *p)
{
    if (!reeve_scan_take(c, '0')) {
        return take_digits(c, p);
    }
    return !reeve_scan_sees_digit(c);
}

static bool take_fraction(struct reeve_scan *c, struct parts *p)
{
    if (!reeve_scan_take(c, '.')) {
        return true;
    }
    const size_t start = c->at;
    if (!take_digits(c, p)) {
        return false;
    }
    p->exponent -= (int64_t)(c->at - start);
    return true;
}

static bool take_exponent(struct reeve_scan *c, struct parts *p)
{
    if (!reeve_scan_take(c, 'e') && !reeve_scan_take(c, 'E')) {
        return true;
    }
    const bool negative = reeve_scan_take(c, '-');
    if (!negative) {
        (void)reeve_scan_take(c, '+');
    }
    if (!reeve_scan_sees_digit(c)) {
        return false;
    }
    int64_t value = 0;
    while (reeve_scan_sees_digit(c)) {
        const uint8_t digit = reeve_scan_digit(c);
        value = value < EXPONENT_MAX ? value * 10 + digit : value;
    }
    p->exponent += negative ? -value : value;
    return true;
}

static enum reeve_status take_apart(struct reeve_bytes text, struct parts *p)
{
    struct reeve_scan c = reeve_scan_of(text);
    p->count = 0;
    p->exponent = 0;
    if (text.len == 0) {
        return REEVE_TYPE;
    }
    if (text.len >= NUMBER_TEXT_MAX) {
        return REEVE_RANGE;
    }
    p->negative = reeve_scan_take(&c, '-');
    if (!take_integer(&c, p) || !take_fraction(&c, p) || !take_exponent(&c, p) ||
        !reeve_scan_ended(&c)) {
        return REEVE_TYPE;
    }
    while (p->count > 0 && p->digits[p->count - 1] == '0') {
        p->count--;
        p->exponent++;
    }
    return REEVE_OK;
}

/* The magnitude, when it is an integer of at most 64 bits. */
static enum reeve_status magnitude(const struct parts *p, uint64_t *out)
{
    uint64_t v = 0;
    *out = 0;
    if (p->count == 0) {
        return REEVE_OK;
    }
    if (p->exponent < 0) {
        return REEVE_TYPE;
    }
    if (p->count > 20 || p->exponent > 20) {
        return REEVE_RANGE;
    }
    for (size_t i = 0; i < p->count + (size_t)p->exponent; i++) {
        const uint64_t digit = i < p->count ? (uint64_t)(p->digits[i] - '0') : 0;
        if (__builtin_mul_overflow(v, UINT64_C(10), &v) || __builtin_add_overflow(v, digit, &v)) {
            return REEVE_RANGE;
        }
    }
    *out = v;
    return REEVE_OK;
}

enum reeve_status reeve_number_to_int64(struct reeve_bytes text, int64_t *out)
{
    struct parts p;
    uint64_t v;
    REEVE_TRY(take_apart(text, &p));
    REEVE_TRY(magnitude(&p, &v));
    if (v > (uint64_t)INT64_MAX + (p.negative ? 1 : 0)) {
        return REEVE_RANGE;
    }
    *out = p.negative ? (int64_t)(0 - v) : (int64_t)v;
    return REEVE_OK;
}

enum reeve_status reeve_number_to_uint64(struct reeve_bytes text, uint64_t *out)
{
    struct parts p;
    uint64_t v;
    REEVE_TRY(take_apart(text, &p));
    REEVE_TRY(magnitude(&p, &v));
    if (p.negative && v != 0) {
        return REEVE_RANGE;
    }
    *out = v;
    return REEVE_OK;
}

/* strtod reads the locale's decimal point, JSON writes a dot. */
static char decimal_point(void)
{
    return localeconv()->decimal_point[0];
}

/* A C string that strtod reads; the grammar was checked. */
static enum reeve_status to_c_number(struct reeve_bytes text, char out[NUMBER_TEXT_MAX])
{
    struct parts p;
    REEVE_TRY(take_apart(text, &p));
    for (size_t i = 0; i < text.len; i++) {
        const char c = (char)text.data[i];
        out[i] = (char)(c == '.' ? decimal_point() : c);
    }
    out[text.len] = '\0';
    return REEVE_OK;
}

enum reeve_status reeve_number_to_double(struct reeve_bytes text, double *out)
{
    char copy[NUMBER_TEXT_MAX];
    REEVE_TRY(to_c_number(text, copy));
    *out = strtod(copy, NULL);
    return isinf(*out) ? REEVE_RANGE : REEVE_OK;
}

enum reeve_status reeve_number_to_float(struct reeve_bytes text, float *out)
{
    char copy[NUMBER_TEXT_MAX];
    REEVE_TRY(to_c_number(text, copy));
    *out = strtof(copy, NULL);
    return isinf(*out) ? REEVE_RANGE : REEVE_OK;
}

/* A zero with a sign gets a fraction: some readers take "-0" for an integer and lose the sign. */
static bool is_negative_zero(double value, char out[REEVE_NUMBER_TEXT])
{
    return value == 0 && signbit(value) && reeve_format(out, REEVE_NUMBER_TEXT, "-0.0") == REEVE_OK;
}

static void set_dot(char *text)
{
    const char point = decimal_point();
    for (; *text != '\0'; text++) {
        if (*text == point) {
            *text = '.';
        }
    }
}

void reeve_number_from_double(double value, char out[REEVE_NUMBER_TEXT])
{
    if (is_negative_zero(value, out)) {
        return;
    }
    for (int precision = 15; precision <= 17; precision++) {
        if (reeve_format(out, REEVE_NUMBER_TEXT, "%.*g", precision, value) == REEVE_OK &&
            strtod(out, NULL) == value) {
            break;
        }
    }
    set_dot(out);
}

void reeve_number_from_float(float value, char out[REEVE_NUMBER_TEXT])
{
    if (is_negative_zero((double)value, out)) {
        return;
    }
    for (int precision = 6; precision <= 9; precision++) {
        if (reeve_format(out, REEVE_NUMBER_TEXT, "%.*g", precision, (double)value) == REEVE_OK &&
            strtof(out, NULL) == value) {
            break;
        }
    }
    set_dot(out);
}
