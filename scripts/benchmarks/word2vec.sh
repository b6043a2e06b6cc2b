#!/usr/bin/env bash
# What scripts/bench word2vec runs: our word2vec, gensim's and Spark's in turn, on the words
# of a synthetic corpus.
#
# gensim and PySpark are installed once, below .tools;
# HEMICICLO_BENCH_PYTHON names a Python that has both already. Spark needs Java 17.
set -euo pipefail
# shellcheck source=scripts/env
. "$(dirname -- "${BASH_SOURCE[0]}")/../env"

tweets=200000
rest=()
spark=yes
while [ $# -gt 0 ]; do
	case $1 in
	--tweets)
		tweets=${2-}
		[[ $tweets =~ ^[1-9][0-9]*$ ]] || hemiciclo_die '--tweets pide un número.'
		shift 2
		;;
	*)
		[ "$1" != gensim ] || spark=no
		rest+=("$1")
		shift
		;;
	esac
done
case " ${rest[*]-} " in *' spark '*) spark=yes ;; esac
if [ "$spark" = yes ] && ! java -version >/dev/null 2>&1; then
	hemiciclo_die 'Spark pide Java 17, que no se encuentra.' 'Para medir solo con gensim: scripts/bench word2vec gensim'
fi

tools=$HEMICICLO_HOME/.tools
requirements=$HEMICICLO_HOME/scripts/requirements-bench-word2vec.txt

# install_peers makes .tools/bench-word2vec-venv, or leaves the one that has what is asked for.
install_peers() {
	local venv=$tools/bench-word2vec-venv
	local -a install=(-m pip install --quiet --no-input --disable-pip-version-check --require-hashes --no-deps)
	python=$venv/bin/python
	if [ -x "$python" ] && cmp -s "$requirements" "$venv/requirements.txt"; then
		return
	fi
	printf 'Instalo gensim y PySpark en .tools/bench-word2vec-venv (unos 700 MB, una sola vez).\n'
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
go build -o "$program/word2vec" ./scripts/benchmarks/word2vec
texts=$program/texts.txt
printf 'Escribo las palabras de %s tweets sintéticos.\n' "$tweets"
"$program/word2vec" -write "$texts" -tweets "$tweets"
"$python" scripts/benchmarks/word2vec.py --program "$program/word2vec" --texts "$texts" "${rest[@]+"${rest[@]}"}"
