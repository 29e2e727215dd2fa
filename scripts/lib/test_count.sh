# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Adds up the results of several ctest runs from the JUnit files that ctest writes.

tests_passed=0 tests_failed=0 tests_skipped=0

# count_results JUNIT_FILE CTEST_STATUS: adds its numbers. A run that failed without writing a file is one failure.
count_results() {
  local head total failed skipped
  head=$(grep -m 1 -A 12 '<testsuite' "$1" 2>/dev/null || true)
  if [ -z "$head" ]; then
    [ "$2" -eq 0 ] || tests_failed=$((tests_failed + 1))
    return
  fi
  total=$(junit_number tests "$head") failed=$(junit_number failures "$head")
  skipped=$(($(junit_number skipped "$head") + $(junit_number disabled "$head")))
  tests_failed=$((tests_failed + failed))
  tests_skipped=$((tests_skipped + skipped))
  tests_passed=$((tests_passed + total - failed - skipped))
}

# junit_number NAME TEXT: the number in NAME="…", 0 when absent.
junit_number() {
  [[ $2 =~ [[:space:]]$1=\"([0-9]+)\" ]] && printf '%s\n' "${BASH_REMATCH[1]}" && return
  printf '0\n'
}
