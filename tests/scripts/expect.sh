# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# A few expectations for tests of shell scripts. A failed one is reported and counted; expect_report ends the test.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0 checked=0

# run COMMAND…: its output, both streams, in $output and its exit status in $status.
run() {
  status=0
  output=$("$@" 2>&1 </dev/null) || status=$?
}

expect_status() {
  checked=$((checked + 1))
  [ "$status" -eq "$1" ] && return
  failed=$((failed + 1))
  printf 'line %s: exit status %s, expected %s; output:\n%s\n' "${BASH_LINENO[0]}" "$status" "$1" "$output"
}

expect_says() {
  checked=$((checked + 1))
  [[ $output == *"$1"* ]] && return
  failed=$((failed + 1))
  printf 'line %s: "%s" is not in the output:\n%s\n' "${BASH_LINENO[0]}" "$1" "$output"
}

expect_does_not_say() {
  checked=$((checked + 1))
  [[ $output != *"$1"* ]] && return
  failed=$((failed + 1))
  printf 'line %s: "%s" is in the output:\n%s\n' "${BASH_LINENO[0]}" "$1" "$output"
}

expect_equal() {
  checked=$((checked + 1))
  [ "$1" = "$2" ] && return
  failed=$((failed + 1))
  printf 'line %s: got\n%s\nexpected\n%s\n' "${BASH_LINENO[0]}" "$1" "$2"
}

expect_report() {
  printf '%d expectations, %d failed\n' "$checked" "$failed"
  [ "$failed" -eq 0 ]
}
