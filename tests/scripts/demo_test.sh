#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The README's first command, whole, as somebody sees it: what it ends with, what it leaves behind, and that what it
# prints to try next, works. It builds in build/default, which is where this is run from.
set -u
. "$(dirname "$0")/expect.sh"
demo=$repository/scripts/demo
world=$scratch/world
trap 'kill_all; rm -rf "$scratch"' EXIT

# processes_of_world: the process ids of everything that has the world's folder among its words.
processes_of_world() {
  echo "$world/" >"$scratch/words" # from a file: grep would find itself
  grep -lsF -f "$scratch/words" /proc/[0-9]*/cmdline | grep -o '[0-9]*' || true
}
# shellcheck disable=SC2046 # a list of numbers on purpose
kill_all() { [ -z "$(processes_of_world)" ] || kill -9 $(processes_of_world) 2>/dev/null; }

none_is_left() {
  for _ in $(seq 300); do
    [ -n "$(processes_of_world)" ] || return 0
    sleep 0.1
  done
  return 1
}

# Whether root, or whoever we are, may see what a process that forbids dumps has open (bit 19: CAP_SYS_PTRACE).
may_look() { (($(sed -n 's/^CapEff:\s*/0x/p' /proc/self/status) >> 19 & 1)); }

last_line() { tail -n 1 <<<"$output"; }

walks_the_whole_way_and_stops() {
  run "$demo" --dir "$world"
  expect_status 0
  expect_equal "$(last_line)" "demo: ok"
  expect_equal "$(processes_of_world)" ""
  expect_equal "$(find "$world/run" -name '*.pid')" ""
  if may_look; then expect_says "none of them listens"; else expect_says "this user cannot see it"; fi
  expect_says '"waitingFor": "NO_ALIGNED_WORKER"'
  expect_says "rejected: not approved, effect none"
  expect_says "unbroken: "
  expect_says "broken: "
  expect_says "It and the gateway ended with status 0"
}

# Root in a container often has this little: then it does not claim what it did not see.
says_so_where_it_may_not_look() {
  [ "$(id -u)" -eq 0 ] || return 0
  run setpriv --bounding-set=-sys_ptrace "$demo" --dir "$world"
  expect_status 0
  expect_says "this user cannot see it"
  expect_does_not_say "none of them listens"
}

# printed_commands: what --keep tells people to try.
printed_commands() { sed -n '/^   Try, in /,/^   Stop it with:/{s/^     //p}' <<<"$output"; }
stop_command() { sed -n '/^   Stop it with:/{n;s/^     //p}' <<<"$output"; }

keeps_a_world_to_try_things_in() {
  local kept command wanted tried=0
  run "$demo" --keep --dir "$world"
  expect_status 0
  expect_equal "$(last_line)" "demo: ok"
  expect_equal "$(processes_of_world | wc -l)" 3
  kept=$output
  while IFS= read -r command; do
    wanted=0
    case $command in
      *no-such-customer*) wanted=1 ;; # a job that fails is what it shows
      'tail -f '*) command="timeout 1 $command" wanted=124 ;;
    esac
    run bash -c "$command"
    expect_status "$wanted"
    expect_does_not_say "usage:"
    [ -n "$output" ]
    expect_equal "$?" 0
    tried=$((tried + 1))
  done < <(printed_commands)
  expect_equal "$tried" 6
  output=$kept
  run bash -c "$(stop_command)"
  expect_status 0
  none_is_left
  expect_equal "$?" 0
}

# A run that cannot be is not called one.
leaves_a_strangers_folder_alone() {
  mkdir "$scratch/mine"
  : >"$scratch/mine/letter"
  run "$demo" --dir "$scratch/mine"
  expect_status 1
  expect_says "was not made by scripts/demo"
  expect_does_not_say "demo: ok"
  expect_equal "$(ls "$scratch/mine")" letter
}

walks_the_whole_way_and_stops
says_so_where_it_may_not_look
keeps_a_world_to_try_things_in
leaves_a_strangers_folder_alone
expect_report
