#!/usr/bin/env bash
# What scripts/bench word2vec runs: our word2vec, gensim's and Spark's in turn, on the words
# of a synthetic corpus.
#
# gensim and PySpark are installed once, below .tools;
# HEMICICLO_BENCH_PYTHON names a Python that has both already. Without Java 17 Spark is left out.
set -euo pipefail
# shellcheck source=scripts/env
. "$(dirname -- "${BASH_SOURCE[0]}")/../env"
# shellcheck source=scripts/benchmarks/peers
. "$(dirname -- "${BASH_SOURCE[0]}")/peers"

tweets=200000
rest=()
while [ $# -gt 0 ]; do
	case $1 in
	--tweets)
		tweets=${2-}
		[[ $tweets =~ ^[1-9][0-9]*$ ]] || hemiciclo_die '--tweets pide un número.'
		shift 2
		;;
	*)
		rest+=("$1")
		shift
		;;
	esac
done

hemiciclo_peers word2vec 'gensim y PySpark (unos 700 MB)'

program=$(mktemp -d)
trap 'rm -rf "$program"' EXIT
go -C "$HEMICICLO_HOME" build -o "$program/word2vec" ./scripts/benchmarks/word2vec
texts=$program/texts.txt
printf 'Escribo las palabras de %s tweets sintéticos.\n' "$tweets"
"$program/word2vec" -write "$texts" -tweets "$tweets"
"$python" "$HEMICICLO_HOME/scripts/benchmarks/word2vec.py" --program "$program/word2vec" --texts "$texts" "${rest[@]+"${rest[@]}"}"
