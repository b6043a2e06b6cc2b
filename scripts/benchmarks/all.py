"""Runs one contest after the other and makes their page: what scripts/bench alone runs.

usage: all.py --bench SCRIPT --page PROGRAM --results FOLDER --output FILE [--rounds N] [CONTEST…]

Sizes and rounds are such that all is done in half an hour. A contest that cannot be
run, because a peer cannot be installed, say, is kept as not run, with the reason. The page is
made anew after each contest, of all results in the folder.
"""

from __future__ import annotations

import argparse
import collections
import subprocess
import sys
from pathlib import Path

from results import Results

# name: arguments, minutes that it takes once everything is installed, on two processors
CONTESTS = {
    "train": (["--rounds", "5"], 4),
    "generate": (["--rounds", "3", "greedy", "beams"], 9),
    "load": (["--rows", "200000", "--rounds", "3"], 3),
    "word2vec": (["--tweets", "100000", "--rounds", "3"], 4),
    "tokenizer": (["--tweets", "50000", "--rounds", "5"], 2),
    "compile": (["--rounds", "3"], 3),
    "growth": (["--rounds", "5"], 3),
}


def run(command: list[str]) -> str:
    """Runs a contest; returns "" or, if it failed, the last that it had to say."""
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    last = collections.deque(maxlen=3)
    for line in process.stderr:
        sys.stderr.write(line)
        if line.strip():
            last.append(line.strip())
    if process.wait() == 0:
        return ""
    return " ".join(last).removeprefix("error: ") or f"terminó con el código {process.returncode}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bench", required=True)
    parser.add_argument("--page", required=True)
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--rounds", type=int, help="otras que las de cada medición")
    parser.add_argument("contests", nargs="*")
    options = parser.parse_args()
    unknown = [name for name in options.contests if name not in CONTESTS]
    if unknown:
        raise SystemExit(f"mediciones: {', '.join(CONTESTS)}")
    contests = options.contests or list(CONTESTS)
    minutes = sum(CONTESTS[name][1] for name in contests)
    print(f"{len(contests)} mediciones, unos {minutes} minutos, y antes lo que haya que instalar.", flush=True)

    failed = []
    for number, name in enumerate(contests, 1):
        arguments, minutes = CONTESTS[name]
        if options.rounds:
            arguments = [*arguments, "--rounds", str(options.rounds)]  # the last one counts
        print(f"\n── {number} de {len(contests)}: {name}, unos {minutes} minutos", flush=True)
        file = options.results / f"{name}.json"
        why = run([options.bench, name, *arguments, "--json", str(file)])
        if why:
            print(f"{name} no se midió: {why}", flush=True)
            failed.append(name)
            results = Results(name)
            results.not_run = why
            results.write(file)
        subprocess.run([options.page, "-results", options.results, "-output", options.output], check=True)
    print(f"\nInforme: {options.output}")
    if failed:
        raise SystemExit(f"sin medir: {', '.join(failed)}")


if __name__ == "__main__":
    main()
