#!/usr/bin/env bash
# What scripts/bench tokenizer runs: our tokenizer, Hugging Face's tokenizers and tiktoken in
# turn, on synthetic tweets or on the lines of a file.
#
# The peers are installed once, below .tools;
# HEMICICLO_BENCH_PYTHON names a Python that has both already.
set -euo pipefail
# shellcheck source=scripts/env
. "$(dirname -- "${BASH_SOURCE[0]}")/../env"
# shellcheck source=scripts/benchmarks/peers
. "$(dirname -- "${BASH_SOURCE[0]}")/peers"

tweets=100000
text=
rest=()
while [ $# -gt 0 ]; do
	case $1 in
	--tweets)
		tweets=${2-}
		[[ $tweets =~ ^[1-9][0-9]*$ ]] || hemiciclo_die '--tweets pide un número.'
		shift 2
		;;
	--text)
		[ -f "${2-}" ] || hemiciclo_die '--text pide un archivo de textos, uno por línea.'
		text=$2
		shift 2
		;;
	*)
		rest+=("$1")
		shift
		;;
	esac
done

hemiciclo_peers tokenizer 'tokenizers y tiktoken (unos 60 MB)'

program=$(mktemp -d)
trap 'rm -rf "$program"' EXIT
go -C "$HEMICICLO_HOME" build -o "$program/tokenizer" ./scripts/benchmarks/tokenizer
if [ -z "$text" ]; then
	text=$program/texts.txt
	printf 'Escribo %s tweets sintéticos.\n' "$tweets"
	"$program/tokenizer" -write "$text" -tweets "$tweets"
fi
"$python" "$HEMICICLO_HOME/scripts/benchmarks/tokenizer.py" --program "$program/tokenizer" --texts "$text" "${rest[@]+"${rest[@]}"}"
