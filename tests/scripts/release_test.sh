#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What a shipped binary asks of a machine: glibc and nothing else, and how big it is.
#
# usage: release_test.sh BINARY MAXIMUM-BYTES (stripped)
set -u
. "$(dirname "$0")/expect.sh"
binary=$1 maximum=$2

# A static-pie program has no dynamic section to read, which is as good.
output=$(readelf --dynamic "$binary" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -vE '^(libc|libm|ld-linux-.*)\.so')
expect_equal "$output" ""

strip -o "$scratch/stripped" "$binary"
size=$(stat -c %s "$scratch/stripped")
printf '%s: %d bytes stripped, at most %d\n' "$(basename "$binary")" "$size" "$maximum"
[ "$size" -le "$maximum" ]
expect_equal "$?" 0
expect_report
