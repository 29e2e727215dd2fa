# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What the scripts say to a person: plain lines, errors with a next step, durations, one updating progress line.
# $UI_NAME is the word before each line. Colour and the updating line are for terminals only.

# Sets how often, in seconds, the progress line may be drawn.
ui_init() {
  UI_NAME=$1
  ui_terminal=no ui_last_progress=-1000
  ui_red='' ui_green='' ui_dim='' ui_plain='' ui_interval=15
  if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then
    ui_terminal=yes ui_interval=1
    if [ -z "${NO_COLOR:-}" ]; then
      ui_red=$'\e[31m' ui_green=$'\e[32m' ui_dim=$'\e[2m' ui_plain=$'\e[0m'
    fi
  fi
}

# ui_end_line: clears the progress line, which may have been drawn by a subshell.
ui_end_line() {
  [ "$ui_terminal" = no ] || printf '\r\e[K' >&2
}

say() {
  ui_end_line
  printf '%s: %s\n' "$UI_NAME" "$*" >&2
}

say_done() {
  ui_end_line
  printf '%s: %s%s%s\n' "$UI_NAME" "$ui_green" "$*" "$ui_plain" >&2
}

# die "what happened" ["what to do next" …]
die() {
  ui_end_line
  printf '%s: %s%s%s\n' "$UI_NAME" "$ui_red" "$1" "$ui_plain" >&2
  shift
  local line
  for line in "$@"; do printf '%*s  %s\n' "${#UI_NAME}" '' "$line" >&2; done
  exit 1
}

# ui_duration SECONDS: "48 s", "3 min 05 s"
ui_duration() {
  if [ "$1" -lt 60 ]; then
    printf '%d s' "$1"
  else
    printf '%d min %02d s' $(($1 / 60)) $(($1 % 60))
  fi
}

# ui_progress TEXT: redraws the line on a terminal; elsewhere prints at most one line every $ui_interval seconds.
ui_progress() {
  [ $((SECONDS - ui_last_progress)) -ge "$ui_interval" ] || return 0
  ui_last_progress=$SECONDS
  if [ "$ui_terminal" = yes ]; then
    printf '\r\e[K%s: %s%s%s' "$UI_NAME" "$ui_dim" "$1" "$ui_plain" >&2
  else
    printf '%s: %s\n' "$UI_NAME" "$1" >&2
  fi
}
