#!/usr/bin/env bash
# What scripts/bench load runs: the study's load, ours and its peers' in turn.
#
# The corpus and the peers are made and installed once, below .tools;
# HEMICICLO_BENCH_PYTHON names a Python that has the peers already, HEMICICLO_BENCH_DATA
# another folder for the corpus (2 GB at full scale).
set -euo pipefail
# shellcheck source=scripts/env
. "$(dirname -- "${BASH_SOURCE[0]}")/../env"
# shellcheck source=scripts/benchmarks/peers
. "$(dirname -- "${BASH_SOURCE[0]}")/peers"

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

data=${HEMICICLO_BENCH_DATA:-$HEMICICLO_HOME/.tools/bench-data}
hemiciclo_peers load 'pandas, Polars, DuckDB y PySpark (unos 800 MB)'

program=$(mktemp -d)
trap 'rm -rf "$program"' EXIT
go -C "$HEMICICLO_HOME" build -o "$program/" ./scripts/benchmarks/load ./scripts/benchmarks/year
corpus=$data/year-$rows
if [ ! -d "$corpus" ]; then
	printf 'Escribo un año sintético de %s filas en %s.\n' "$rows" "$corpus"
	"$program/year" -rows "$rows" "$corpus"
fi
"$python" "$HEMICICLO_HOME/scripts/benchmarks/load.py" --program "$program/load" --corpus "$corpus" "${rest[@]+"${rest[@]}"}"
