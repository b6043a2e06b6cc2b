#!/usr/bin/env bash
# Starts the project's own GoNB as a Jupyter kernel: start.sh CONNECTION_FILE
# Cells import the project's packages, and through them its pinned modules, by way of a
# workspace that GoNB makes in its temporary folder: go.mod stays as it is, and nothing
# is fetched.
set -euo pipefail
connection=$1
# shellcheck source=scripts/env
. "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/env"

command -v gonb >/dev/null 2>&1 || hemiciclo_die 'falta el kernel GoNB: ejecute scripts/setup.'
command -v go >/dev/null 2>&1 || hemiciclo_die 'falta Go en el PATH: ejecute scripts/setup.'

# Without symbol tables a cell links in about half the time; stack traces need none.
export GOFLAGS="$GOFLAGS -ldflags=-s"

mkdir -p "$HEMICICLO_HOME/.tools/log"
log=$HEMICICLO_HOME/.tools/log/kernel.log
if [ -f "$log" ] && [ "$(wc -c <"$log")" -gt 4000000 ]; then
	mv "$log" "$log.1"
fi

# alive PID…: whether all these processes run.
alive() {
	kill -0 "$@" 2>/dev/null
}

# GoNB does not notice that Jupyter died, and a cell does not notice that GoNB did. This
# stops what is left: politely, so that a cell stops the worker that is attached to it, then
# by force. Other workers are not of the kernel's group, and go on.
watch_jupyter() {
	local jupyter=$1 gonb=$2 group
	group=$(ps -o pgid= -p "$gonb" | tr -d " ")
	while alive "$jupyter" && alive "$gonb"; do
		sleep 1
	done
	kill -TERM "$gonb" 2>/dev/null || true
	for _ in 1 2 3 4 5 6 7 8; do
		alive "$gonb" || break
		sleep 1
	done
	# Jupyter starts a kernel as leader of its own group; only then is the group ours to end.
	if [ "$group" = "$gonb" ]; then
		trap '' INT TERM
		kill -INT -- "-$gonb" 2>/dev/null || true
		sleep 5
		kill -KILL -- "-$gonb" 2>/dev/null || true
	else
		kill -KILL "$gonb" 2>/dev/null || true
	fi
}

if [ -n "${JPY_PARENT_PID-}" ]; then
	watch_jupyter "$JPY_PARENT_PID" $$ </dev/null >/dev/null 2>&1 &
fi

# A headless run wants errors to be read in a terminal; in JupyterLab they are shown with
# the lines they are about.
exec gonb --kernel="$connection" --go_work="$HEMICICLO_HOME" \
	--raw_error="${HEMICICLO_HEADLESS:-false}" >>"$log" 2>&1
