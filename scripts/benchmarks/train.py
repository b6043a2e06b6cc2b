"""Compares our training step with PyTorch's: what scripts/bench train runs.

usage: train.py --step PROGRAM [--rounds N] [--dropout RATE] [--json FILE] [CASE…]

Both sides are up at the same time and take turns; a round is one step of ours and one of
PyTorch's, on the same batch and from the same random weights. The figure is the median over
the rounds of PyTorch's time by ours: above 1 ours is faster.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from results import Results
from sides import GPT2, take_turns

HERE = Path(__file__).resolve().parent

SMALL = {"n_layer": 4, "n_embd": 256, "n_head": 4, "n_positions": 256, "vocab_size": 8000}

# name: configuration, rows, tokens in a row, arithmetic
CASES = {
    "gpt2": (GPT2, 2, 512, "float32"),
    "gpt2-bf16": (GPT2, 2, 512, "bfloat16"),
    "4x256": (SMALL, 4, 256, "float32"),
}

# How far the losses of the two may lie apart, by arithmetic.
TOLERANCE = {"float32": 1e-4, "bfloat16": 2e-2}


def measure(name: str, options: argparse.Namespace, folder: Path, results: Results) -> None:
    config, rows, tokens, compute = CASES[name]
    dice = random.Random(1)
    batch = folder / "batch.json"
    batch.write_text(json.dumps([[dice.randrange(config["vocab_size"]) for _ in range(tokens)] for _ in range(rows)]))
    (folder / "wanted.json").write_text(json.dumps(config))
    model = folder / "model"
    subprocess.run([options.step, "-init", folder / "wanted.json", "-model", model], check=True)

    warm = 2  # the first compiles, the second allocates
    shared = [f"--{key}={value}" for key, value in {
        "model": model, "batch": batch, "steps": options.rounds + warm, "dropout": options.dropout, "compute": compute,
    }.items()]
    theirs = [sys.executable, str(HERE / "pytorch_step.py"), *shared]
    pairs = take_turns([options.step, *shared], theirs, folder, options.rounds + warm)

    if options.dropout == 0:
        for number, (a, b) in enumerate(pairs):
            if abs(a["loss"] - b["loss"]) > TOLERANCE[compute] * b["loss"]:
                raise SystemExit(f"{name}: las pérdidas del paso {number + 1} difieren: {a['loss']:.6f} y {b['loss']:.6f}")
    timed = pairs[warm:]
    ratios = [b["seconds"] / a["seconds"] for a, b in timed]
    ratio = statistics.median(ratios)
    speed = [rows * tokens / statistics.median(pair[side]["seconds"] for pair in timed) for side in (0, 1)]
    peak = [max(pair[side]["peak"] for pair in pairs) / 2**30 for side in (0, 1)]
    about = f"{config['n_layer']} capas de {config['n_embd']}, bloque {tokens}, lote {rows}, {compute}"
    results.add(name, "PyTorch", ratios=ratios, unit="tokens/s", speeds=speed, peaks=[gib * 2**30 for gib in peak], about=about)
    print(f"{name:10} {compute:9} {ratio:6.2f} × PyTorch   {speed[0]:7.0f} y {speed[1]:7.0f} tokens/s   "
          f"{peak[0]:5.2f} y {peak[1]:5.2f} GiB   primer paso {pairs[0][0]['seconds']:.1f} s   "
          f"pérdida {pairs[-1][0]['loss']:.5f} y {pairs[-1][1]['loss']:.5f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--step", required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--dropout", type=float, default=0)
    parser.add_argument("--json", type=Path)
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    unknown = [name for name in options.cases if name not in CASES]
    if unknown or options.rounds < 1:
        raise SystemExit(f"casos: {', '.join(CASES)}; rondas: 1 o más")
    print("Nuestro paso y el de PyTorch, por turnos: mediana de las razones de tiempo (más de 1: "
          "el nuestro es más rápido), velocidad, memoria máxima")
    results = Results("train", "torch")
    for name in options.cases or CASES:
        with tempfile.TemporaryDirectory(prefix="hemiciclo-bench-") as folder:
            measure(name, options, Path(folder), results)
    results.write(options.json)


if __name__ == "__main__":
    main()
