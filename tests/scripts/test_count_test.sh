#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The numbers of scripts/test's last line, from files such as ctest writes.
set -u
. "$(dirname "$0")/expect.sh"
. "$repository/scripts/lib/test_count.sh"

cat >"$scratch/junit.xml" <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="Linux-g++"
	tests="10"
	failures="2"
	disabled="1"
	skipped="3"
	hostname=""
	time="0"
	timestamp="2026-01-01T00:00:00"
	>
	<testcase name="a" classname="a" time="0.1" status="run"/>
</testsuite>
XML
count_results "$scratch/junit.xml" 8
expect_equal "$tests_passed $tests_failed $tests_skipped" "4 2 4"
count_results "$scratch/none.xml" 0
expect_equal "$tests_passed $tests_failed $tests_skipped" "4 2 4"
count_results "$scratch/none.xml" 8
expect_equal "$tests_passed $tests_failed $tests_skipped" "4 3 4"
expect_report
