#!/usr/bin/env bash
# What scripts/bench load runs: the study's load, ours and its peers' in turn.
#
# The corpus and the peers are made and installed once, below .tools;
# HEMICICLO_BENCH_PYTHON names a Python that has the peers already, HEMICICLO_BENCH_DATA
# another folder for the corpus (2 GB at full scale).
set -euo pipefail
# shellcheck source=scripts/env
. "$(dirname -- "${BASH_SOURCE[0]}")/../env"

rows=1173079
rest=()
while [ $# -gt 0 ]; do
	case $1 in
	--rows)
		rows=${2-}
		[[ $rows =~ ^[1-9][0-9]*$ ]] || hemiciclo_die '--rows pide un número.'
		shift 2
		;;
	*)
		rest+=("$1")
		shift
		;;
	esac
done

tools=$HEMICICLO_HOME/.tools
requirements=$HEMICICLO_HOME/scripts/requirements-bench-load.txt
data=${HEMICICLO_BENCH_DATA:-$tools/bench-data}

# install_peers makes .tools/bench-load-venv, or leaves the one that has what is asked for.
install_peers() {
	local venv=$tools/bench-load-venv
	local -a install=(-m pip install --quiet --no-input --disable-pip-version-check --require-hashes --no-deps)
	python=$venv/bin/python
	if [ -x "$python" ] && cmp -s "$requirements" "$venv/requirements.txt"; then
		return
	fi
	printf 'Instalo pandas, Polars, DuckDB y PySpark en .tools/bench-load-venv (unos 800 MB, una sola vez).\n'
	rm -rf "$venv"
	python3 -m venv "$venv"
	# PySpark comes as source, to be packed by the pinned setuptools and no other.
	if ! "$python" "${install[@]}" --requirement <(awk '/^[^ ]/ { on = /^setuptools==/ } on' "$requirements") ||
		! "$python" "${install[@]}" --no-build-isolation --requirement "$requirements"; then
		hemiciclo_die 'no se pudieron instalar (piden Python 3.11 o posterior y conexión a la red).' \
			'Si ya los tiene en otro Python, dé su ruta en HEMICICLO_BENCH_PYTHON.'
	fi
	cp "$requirements" "$venv/requirements.txt" # last: without it the installation is not whole
}

if [ -n "${HEMICICLO_BENCH_PYTHON-}" ]; then
	python=$HEMICICLO_BENCH_PYTHON
else
	install_peers
fi

program=$(mktemp -d)
trap 'rm -rf "$program"' EXIT
cd "$HEMICICLO_HOME"
go build -o "$program/load" ./scripts/benchmarks/load
corpus=$data/year-$rows
if [ ! -d "$corpus" ]; then
	printf 'Escribo un año sintético de %s filas en %s.\n' "$rows" "$corpus"
	go run ./scripts/benchmarks/year -rows "$rows" "$corpus"
fi
"$python" scripts/benchmarks/load.py --program "$program/load" --corpus "$corpus" "${rest[@]+"${rest[@]}"}"
