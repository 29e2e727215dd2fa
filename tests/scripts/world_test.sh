#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The demonstration's processes without the programs: how it stops them, and that it tells a good end from a bad one.
set -u
. "$(dirname "$0")/expect.sh"
root=$repository dir=$scratch/world keep=no
. "$repository/scripts/lib/ui.sh"
. "$repository/scripts/demo.d/world.sh"
ui_init test
mkdir -p "$dir"/{logs,run}

# start_one NAME WORDS: a shell that says when it is ready, and on SIGTERM does WORDS.
start_one() {
  start "$1" bash -c "trap '$2' TERM; touch $dir/$1.ready; while :; do sleep 0.05; done" "$dir"
  for _ in $(seq 200); do
    [ ! -e "$dir/$1.ready" ] || return 0
    sleep 0.05
  done
}

statuses_are_read() {
  local pid
  start_one good "exit 0"
  start_one bad "exit 7"
  pid=$(cat "$dir/run/good.pid")
  stop good
  stop bad
  kill -0 "$pid" 2>/dev/null
  expect_equal "$?" 1
  expect_equal "${ended[good]} ${ended[bad]}" "0 7"
  run expect_ended good
  expect_status 0
  run expect_ended bad
  expect_status 1
  expect_says "bad ended with status 7"
  run expect_ended never-started
  expect_status 1
}

# Of an earlier run that was kept: it is stopped, and nothing is said of how it ended.
anothers_child_is_stopped() {
  (keep=yes && start_one kept "exit 0")
  local pid
  pid=$(cat "$dir/run/kept.pid")
  stop kept
  kill -0 "$pid" 2>/dev/null
  expect_equal "$?" 1
  expect_equal "${ended[kept]}" unknown
}

# A process id that came to belong to somebody else is left alone.
a_strangers_process_is_not_touched() {
  sleep 60 &
  local pid=$!
  echo "$pid" >"$dir/run/stranger.pid"
  stop stranger
  expect_equal "${ended[stranger]}" unknown
  kill -0 "$pid"
  expect_equal "$?" 0
  kill "$pid"
}

commands_are_shown_as_typed() {
  run shown grep -E "a (b|c)" "$dir/logs/x.log"
  expect_equal "$output" "grep -E 'a (b|c)' logs/x.log"
}

statuses_are_read
anothers_child_is_stopped
a_strangers_process_is_not_touched
commands_are_shown_as_typed
expect_report
