# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The demonstration's world: certificates, configuration files, the three processes. Needs $root, $dir and $keep (yes:
# the processes outlive this one).

bin=$root/build/default
manifest=$bin/proto/tasks/demo_tasks/demo.manifest.binpb

agent() { "$bin/agent/main/reeve-agent" "$@" --config "$dir/agent.yaml"; }
# ctl ROLE WORDS…
ctl() {
  local role=$1
  shift
  "$bin/gateway-stub/reevectl/reevectl" --config "$dir/$role.yaml" "$@"
}

# quoted WORD…: the words as a person would type them.
quoted() {
  local word line=
  for word in "$@"; do
    [[ $word =~ ^[[:alnum:]_./=:,@%+-]+$ ]] || word="'$word'"
    line+="$word "
  done
  echo "${line% }"
}

# What `show` prints for a call of one of the functions above.
shown() {
  case $1 in
    agent) shift; echo "reeve-agent $*" | sed "s#$dir/##g" ;;
    ctl) shift; local role=$1; shift; echo "reevectl $*   # as $role" | sed "s#$dir/##g; s#$bin/.*/##g" ;;
    no_aligned_worker) echo "reevectl get plan $2 --json | grep waitingFor   # as planner" ;;
    find_token) echo "grep -r --count-files-with TOKEN …" ;;
    *) quoted "$@" | sed "s#$dir/##g" ;;
  esac
}

# sockets_command: how the sockets of the worker are looked at, in the array $look. It lets nobody but root see its
# descriptors, not even its own user.
sockets_command() {
  look=(scripts/demo.d/sockets.py "$(cat "$dir/run/agent.pid")")
  if [ "$(id -u)" -ne 0 ] && sudo -n true 2>/dev/null; then look=(sudo -n "${look[@]}"); fi
}

# no_aligned_worker PLAN: whether that is what the plan's job waits for, and says so.
no_aligned_worker() { ctl planner get plan "$1" --json | grep '"waitingFor": "NO_ALIGNED_WORKER"'; }

# Where the CRM's bearer token occurs: it must be nowhere but in its own file.
find_token() {
  local token found
  token=$(cat "$dir/crm/token")
  found=$(grep -rlaF --exclude-dir=crm -- "$token" "$dir" || true)
  [ -z "$found" ] || { printf 'found in:\n%s\n' "$found"; return 1; }
  echo "(found nowhere)"
}

# json_field NAME INDEX NAME …: a path into the JSON on standard input.
json_field() {
  /usr/bin/python3 -c '
import json, sys
value = json.load(sys.stdin)
for word in sys.argv[1:]:
    value = value[int(word)] if isinstance(value, list) else value[word]
print(value)' "$@"
}

# Whether every chain of the audit trail is signed up to its last record.
trail_is_signed() {
  ctl auditor audit export --force "$dir/run/audit.reeve" && ctl auditor audit verify "$dir/run/audit.reeve" >"$dir/run/verify" &&
    ! grep -q 'not signed' "$dir/run/verify"
}

# flip_byte FROM TO: a copy with one bit changed in the middle.
flip_byte() {
  /usr/bin/python3 -c '
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[len(data) // 2] ^= 1
open(sys.argv[2], "wb").write(data)' "$1" "$2"
}

# ---- files ----------------------------------------------------------------------------------------------------------

make_certificates() {
  local pki=("$bin/creds/identity/dev_pki/reeve-dev-pki" --out "$dir/pki") role
  "${pki[@]}" --ca
  "${pki[@]}" --leaf gateway --spiffe spiffe://reeve.example/gateway --dns localhost --ip 127.0.0.1
  "${pki[@]}" --leaf agent --spiffe spiffe://reeve.example/acme/worker/berlin-1
  for role in planner approver auditor operator; do
    "${pki[@]}" --leaf "$role" --spiffe "spiffe://reeve.example/acme/$role/demo"
  done
}

# make_key NAME: a key to approve with, in keys/NAME.key; prints its public half.
make_key() {
  "$bin/gateway-stub/reevectl/reevectl" key new "$dir/keys/$1.key" >>"$dir/logs/key.log"
  "$bin/gateway-stub/reevectl/reevectl" key show "$dir/keys/$1.key" --public
}

write_gateway_config() {
  cat >"$dir/gateway.yaml" <<YAML
listen: 127.0.0.1:0
tls:
  certificate_file: pki/gateway.pem
  key_file: pki/gateway.key
  client_ca_file: pki/ca.pem
store:
  sqlite: { path: gateway/reeve.db }
grants:
  - { identity: spiffe://reeve.example/acme/worker/*, tenant: acme, roles: [WORKER] }
  - { identity: spiffe://reeve.example/acme/planner/*, tenant: acme, roles: [PLANNER] }
  - { identity: spiffe://reeve.example/acme/approver/*, tenant: acme, roles: [APPROVER] }
  - { identity: spiffe://reeve.example/acme/auditor/*, tenant: acme, roles: [AUDITOR] }
  - { identity: spiffe://reeve.example/acme/operator/*, tenant: acme, roles: [OPERATOR] }
approvers:
  - { tenant: acme, name: demo, public_key: "$approver_key" }
YAML
}

write_agent_config() {
  cat >"$dir/agent.yaml" <<YAML
gateway:
  address: 127.0.0.1:$gateway_port
  server_name: localhost
  ca_file: pki/ca.pem
identity:
  certificate_file: pki/agent.pem
  key_file: pki/agent.key
journal:
  directory: agent/journal
systems:
  crm:
    http:
      base_url: http://127.0.0.1:$crm_port/
      auth: { bearer: { secret: crm-token } }
  ticketing:
    http:
      base_url: http://127.0.0.1:$crm_port/
      auth: { bearer: { secret: crm-token } }
secrets:
  crm-token: { file: { path: crm/token } }
allow:
  - task: demo.crm.v1.Customers/*
  - task: demo.crm.v1.Tickets/CreateTicket
  - { task: demo.crm.v1.Tickets/CloseTicket, approvals: 2 }
trust:
  approvers:
    - { name: demo, public_key: "$approver_key" }
    - { name: second, public_key: "$second_key" }
YAML
}

write_ctl_config() {
  local role
  for role in planner approver auditor operator; do
    cat >"$dir/$role.yaml" <<YAML
gateway:
  address: 127.0.0.1:$gateway_port
  server_name: localhost
  ca_file: pki/ca.pem
identity:
  certificate_file: pki/$role.pem
  key_file: pki/$role.key
YAML
  done
  echo "approver_key_file: keys/approver.key" >>"$dir/approver.yaml"
}

write_plans() {
  cat >"$dir/plan.json" <<'JSON'
{
  "title": "Refund for Harbour Bikes",
  "jobs": [
    { "task": "demo.crm.v1.Customers/GetCustomer", "input": { "customerId": "C-1001" } },
    { "task": "demo.crm.v1.Tickets/CreateTicket",
      "input": { "subject": "Refund order 4711", "priority": "PRIORITY_HIGH", "customerId": "C-1001",
                 "cardNumber": "4111111111111111" } }
  ]
}
JSON
  cat >"$dir/bad-input.json" <<'JSON'
{ "jobs": [ { "task": "demo.crm.v1.Tickets/CreateTicket",
              "input": { "subject": "", "priority": 9, "customerId": "C 1" } } ] }
JSON
  cat >"$dir/unknown-task.json" <<'JSON'
{ "jobs": [ { "task": "demo.crm.v1.Customers/DeleteCustomer", "input": { "customerId": "C-1001" } } ] }
JSON
  cat >"$dir/not-allowed.json" <<'JSON'
{ "jobs": [ { "task": "demo.crm.v1.Tickets/GetTicket", "input": { "ticketId": "T-00001" } } ] }
JSON
  cat >"$dir/one-approval.json" <<'JSON'
{ "title": "Close a ticket", "jobs": [ { "task": "demo.crm.v1.Tickets/CloseTicket",
              "input": { "ticketId": "T-00001", "resolution": "closed by the agent" } } ] }
JSON
  cat >"$dir/no-such-customer.json" <<'JSON'
{ "jobs": [ { "task": "demo.crm.v1.Customers/GetCustomer", "input": { "customerId": "C-404" } } ] }
JSON
}

# A folder of an earlier demonstration is replaced; anything else that has content is not touched.
make_world() {
  stop_world_quietly
  if [ -d "$dir" ] && [ ! -f "$dir/.reeve-demo" ] && [ -n "$(ls -A "$dir")" ]; then
    die "$dir is not empty and was not made by scripts/demo." "Next: name another folder with --dir."
  fi
  rm -rf "$dir"
  mkdir -p "$dir"/{agent,crm,gateway,keys,logs,run}
  touch "$dir/.reeve-demo"
  chmod 700 "$dir"
  make_certificates >"$dir/logs/pki.log"
  approver_key=$(make_key approver)
  second_key=$(make_key second)
  (umask 077 && head -c 24 /dev/urandom | base64 >"$dir/crm/token")
  write_plans
}

# ---- processes ------------------------------------------------------------------------------------------------------

# start NAME COMMAND…: in the background, its output in logs/NAME.log, its process id in run/NAME.pid. What is to be left
# running is let go of; of everything else the exit status will be asked for.
start() {
  local name=$1
  shift
  "$@" >"$dir/logs/$name.log" 2>&1 </dev/null &
  echo $! >"$dir/run/$name.pid"
  [ "$keep" = no ] || disown
}

# wait_for WHAT NAME CONDITION…: until the condition holds, at most 20 s, as long as process NAME lives.
wait_for() {
  local what=$1 name=$2 tries=0
  shift 2
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ] || ! kill -0 "$(cat "$dir/run/$name.pid")" 2>/dev/null; then
      tail -n 20 "$dir/logs/$name.log" >&2
      die "$what did not happen; the end of $dir/logs/$name.log is above."
    fi
    sleep 0.1
  done
}

# Everything but the worker.
start_outside() {
  start crm "$root/scripts/demo.d/crm_api.py" --data "$dir/crm/data.json" --token-file "$dir/crm/token" \
    --port-file "$dir/run/crm.port"
  wait_for "the start of the example API" crm test -s "$dir/run/crm.port"
  crm_port=$(cat "$dir/run/crm.port")
  write_gateway_config
  start gateway "$bin/gateway-stub/main/reeve-gateway" serve --config "$dir/gateway.yaml" \
    --port-file "$dir/run/gateway.port"
  wait_for "the start of reeve-gateway" gateway test -s "$dir/run/gateway.port"
  gateway_port=$(cat "$dir/run/gateway.port")
  write_agent_config
  write_ctl_config
}

start_agent() {
  start agent "$bin/agent/main/reeve-agent" serve --config "$dir/agent.yaml"
  wait_for "reeve-agent's readiness" agent agent status
}

# How the processes that were stopped had ended, by name: an exit status, or "unknown" for one that is not our child
# (of an earlier run).
declare -A ended=()

# stop NAME: with SIGTERM, and only a process that this folder's pid file names.
stop() {
  local pid status=0
  [ -s "$dir/run/$1.pid" ] || return 0
  pid=$(cat "$dir/run/$1.pid")
  rm -f "$dir/run/$1.pid"
  ended[$1]=unknown
  if grep -qaF -- "$dir" "/proc/$pid/cmdline" 2>/dev/null; then
    stop_process "$1" "$pid"
  elif kill -0 "$pid" 2>/dev/null; then
    return 0 # the number is somebody else's by now
  fi
  wait "$pid" 2>/dev/null || status=$?
  [ "$status" -eq 127 ] || ended[$1]=$status
}

# stop_process NAME PID: returns when it is gone, after 30 s by force.
stop_process() {
  local tries=0
  kill "$2" 2>/dev/null || true
  while kill -0 "$2" 2>/dev/null && [ "$tries" -lt 300 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  if kill -9 "$2" 2>/dev/null; then say "$1 had to be killed; see $dir/logs/$1.log"; fi
}

# expect_ended NAME: it was stopped, and had ended with status 0.
expect_ended() {
  [ "${ended[$1]:-unknown}" = 0 ] ||
    die "$1 ended with status ${ended[$1]:-unknown}, and 0 was expected." "The logs are in $dir/logs."
}

stop_world() {
  stop agent
  stop gateway
  stop crm
}
stop_world_quietly() { [ ! -d "$dir/run" ] || stop_world >/dev/null 2>&1 || true; }

print_next_steps() {
  local ctl="$bin/gateway-stub/reevectl/reevectl"
  cat <<TXT
   Try, in $dir:
     $ctl --config $dir/operator.yaml workers
     $ctl --config $dir/planner.yaml tasks demo.crm.v1.Tickets/CreateTicket
     $ctl --config $dir/planner.yaml submit --watch $dir/no-such-customer.json
     $ctl --config $dir/auditor.yaml audit list
     $bin/agent/main/reeve-agent status --config $dir/agent.yaml
     tail -f $dir/logs/agent.log
   Stop it with:
     kill \$(cat $dir/run/*.pid)
TXT
}
