"""Compares our tokenizer with Hugging Face's tokenizers and with tiktoken: what
scripts/bench tokenizer runs.

usage: tokenizer.py --program PROGRAM --texts FILE [--rounds N] [--json FILE] [PEER…]

Encoding: all sides are up at the same time and take turns; a round is the whole text, cut
into tweets, encoded by each with the same vocabulary, a byte-level BPE that we learnt from
that text. All must give the same ids. Training: the same with our trainer and that of
tokenizers, to 8,000 tokens; both must give the same tokens in the same order. tiktoken has
no trainer to compare with. Each is measured on one processor and on all.

The figure is the median over the rounds of the other's time by ours: above 1 ours is faster.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from results import Results
from sides import Side

HERE = Path(__file__).resolve().parent
PEERS = ("tokenizers", "tiktoken")
TRAINED = 8000  # tokens of the vocabulary whose training is measured


def measure(sides: dict[str, list[str]], threads: int, logs: Path, rounds: int) -> list[dict[str, dict]]:
    """What each side says in each round. The first round makes all ready and is not returned."""
    up = {}
    try:
        for name, command in sides.items():
            up[name] = Side(["env", f"GOMAXPROCS={threads}", *command], logs / f"{name}.log")
        said = [{name: side.turn() for name, side in up.items()} for _ in range(rounds + 1)]
    finally:
        for side in up.values():
            side.close()
    for answers in said:
        if len({answer["digest"] for answer in answers.values()}) > 1:
            raise SystemExit(f"{', '.join(sides)}: no llegan a lo mismo")
    return said[1:]


def report(case: str, rounds: list[dict[str, dict]], size: int, results: Results) -> None:
    ours = [answers["hemiciclo"] for answers in rounds]
    for name in rounds[0]:
        theirs = [answers[name] for answers in rounds]
        ratios = [b["seconds"] / a["seconds"] for a, b in zip(ours, theirs)]
        speeds = [size / 1e6 / statistics.median(answer["seconds"] for answer in side) for side in (ours, theirs)]
        peaks = [max(answer["peak"] for answer in side) for side in (ours, theirs)]
        line = f"{case:20} {name:10} {speeds[1]:7.2f} MB/s   {peaks[1] / 2**20:6.0f} MiB"
        if name != "hemiciclo":
            line += f"   {statistics.median(ratios):6.2f} × ({min(ratios):.2f} a {max(ratios):.2f})"
            results.add(case, name, ratios=ratios, unit="MB/s", speeds=speeds, peaks=peaks)
        print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("peers", nargs="*")
    options = parser.parse_args()
    unknown = [name for name in options.peers if name not in PEERS]
    if unknown or options.rounds < 1:
        raise SystemExit(f"programas: {', '.join(PEERS)}; rondas: 1 o más")
    peers = options.peers or list(PEERS)

    results = Results("tokenizer", *PEERS)
    size = options.texts.stat().st_size
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"{size / 1e6:.0f} MB de texto; MB/s: con la mediana de los tiempos; razón: mediana de las razones de tiempo con lo "
          "nuestro en la misma ronda (más de 1: lo nuestro es más rápido), y de la menor a la mayor", flush=True)
    with tempfile.TemporaryDirectory(prefix="hemiciclo-bench-") as name:
        folder = Path(name)
        texts = ["-texts", str(options.texts)]
        subprocess.run([options.program, *texts, "-save", folder / "vocabulary"], check=True)
        for threads in sorted({1, cores}):
            on = "1 hilo" if threads == 1 else f"{threads} hilos"
            theirs = [sys.executable, str(HERE / "tokenizer_peers.py")]
            shared = ["--texts", str(options.texts), "--threads", str(threads)]
            encode = {"hemiciclo": [options.program, *texts, "-model", str(folder / "vocabulary")]}
            for peer in peers:
                encode[peer] = [*theirs, peer, *shared, "--model", str(folder / "vocabulary")]
            report(f"codificar, {on}", measure(encode, threads, folder, options.rounds), size, results)
            if "tokenizers" in peers:
                train = {
                    "hemiciclo": [options.program, *texts, "-train", "-vocabulary", str(TRAINED)],
                    "tokenizers": [*theirs, "tokenizers", *shared, "--vocabulary", str(TRAINED)],
                }
                report(f"entrenar, {on}", measure(train, threads, folder, options.rounds), size, results)
    results.write(options.json)


if __name__ == "__main__":
    main()
