#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What a shipped worker shows of itself to its own user. Sanitizers need to trace the process, so that they leave this
# out: it can only be tested on a release.
#
# usage: dumpable_test.sh REEVE-AGENT REEVE-DEV-PKI
set -u
. "$(dirname "$0")/expect.sh"
agent=$1 pki=$2
world=$scratch/world
pids=()
trap 'kill -9 "${pids[@]}" 2>/dev/null; rm -rf "$scratch"' EXIT

# As root, everything below is root's in any case: the worker is another user then.
as_user=()
user=$(id -u)
if [ "$user" -eq 0 ]; then
  user=65534
  as_user=(setpriv "--reuid=$user" "--regid=$user" --clear-groups)
fi

make_world() {
  mkdir "$world"
  # What its user may not read, the kernel would hide for that reason alone.
  install -m 755 "$agent" "$scratch/reeve-agent"
  "$pki" --out "$world/pki" --ca >/dev/null && "$pki" --out "$world/pki" --leaf agent \
    --spiffe spiffe://reeve.example/acme/worker/berlin-1 >/dev/null
  cat >"$world/agent.yaml" <<YAML
gateway: { address: "127.0.0.1:1", ca_file: pki/ca.pem }
identity: { certificate_file: pki/agent.pem, key_file: pki/agent.key }
journal: { directory: journal }
allow: [{ task: demo.native.v1.Native/Echo }]
YAML
  [ "${#as_user[@]}" -eq 0 ] || chown -R "$user:$user" "$scratch"
}

start() { "${as_user[@]}" "$@" >"$world/log" 2>&1 </dev/null & pids+=($!); }

# It answers: it is not ready, as there is no gateway.
wait_until_it_serves() {
  for _ in $(seq 300); do
    "${as_user[@]}" "$scratch/reeve-agent" status --config "$world/agent.yaml" >/dev/null 2>&1
    [ $? -ne 1 ] || return 0
    kill -0 "${pids[0]}" 2>/dev/null || break
    sleep 0.1
  done
  cat "$world/log"
  return 1
}

# P2: no core dump of it can be asked for, and nobody but root can read its memory.
shows_itself_to_root_only() {
  start "$scratch/reeve-agent" serve --config "$world/agent.yaml"
  wait_until_it_serves
  expect_equal "$?" 0
  expect_equal "$(stat -c %u "/proc/${pids[0]}/fd")" 0
  run "${as_user[@]}" cat "/proc/${pids[0]}/maps"
  expect_status 1
  run "${as_user[@]}" ls "/proc/${pids[0]}/fd"
  expect_equal "$((status != 0))" 1
  kill "${pids[0]}"
  wait "${pids[0]}"
  expect_equal "$?" 0
}

# The counter-check: what does not hide itself is its user's own.
others_are_seen() {
  start sleep 60
  for _ in $(seq 100); do
    [ "$(cat "/proc/${pids[1]}/comm")" != sleep ] || break
    sleep 0.05
  done
  expect_equal "$(stat -c %u "/proc/${pids[1]}/fd")" "$user"
  run "${as_user[@]}" cat "/proc/${pids[1]}/maps"
  expect_status 0
  kill "${pids[1]}"
  wait "${pids[1]}" 2>/dev/null
}

make_world
shows_itself_to_root_only
others_are_seen
expect_report
