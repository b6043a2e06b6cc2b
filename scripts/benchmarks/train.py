"""Compares our training step with PyTorch's: what scripts/bench train runs.

usage: train.py --step PROGRAM [--rounds N] [--dropout RATE] [--json FILE] [CASE…]

PyTorch runs twice: eager, and compiled by torch.compile where there is a C++ compiler. All
sides are up at the same time and take turns; a round is one step of each, on the same batch
and from the same random weights. The figure is the median over the rounds of PyTorch's time
by ours: above 1 ours is faster.
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
LAPTOP = {"n_layer": 4, "n_embd": 128, "n_head": 4, "n_positions": 128, "vocab_size": 4000}  # the recipe's

# name: configuration, rows, tokens in a row, arithmetic
CASES = {
    "gpt2": (GPT2, 2, 512, "float32"),
    "gpt2-bf16": (GPT2, 2, 512, "bfloat16"),
    "4x256": (SMALL, 4, 256, "float32"),
    "laptop": (LAPTOP, 4, 128, "float32"),
}

# How far the losses of the two may lie apart, by arithmetic.
TOLERANCE = {"float32": 1e-4, "bfloat16": 2e-2}


def compiles() -> bool:
    """Tells whether torch.compile works here."""
    trial = "import torch; torch.compile(lambda x: x + 1)(torch.ones(1))"
    return subprocess.run([sys.executable, "-c", trial], capture_output=True, check=False).returncode == 0


def measure(name: str, peers: dict[str, list[str]], options: argparse.Namespace, folder: Path, results: Results) -> None:
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
    torch = [sys.executable, str(HERE / "pytorch_step.py"), *shared]
    commands = [[options.step, *shared], *(torch + extra for extra in peers.values())]
    rounds = take_turns(commands, folder, options.rounds + warm)

    def speed(side: int) -> float:
        return rows * tokens / statistics.median(answers[side]["seconds"] for answers in rounds[warm:])

    def peak(side: int) -> int:
        return max(answers[side]["peak"] for answers in rounds)

    def facts(side: int) -> str:
        first, last = rounds[0][side], rounds[-1][side]
        return (f"{speed(side):7.0f} tokens/s   {peak(side) / 2**30:5.2f} GiB   primer paso {first['seconds']:5.1f} s   "
                f"pérdida {last['loss']:.5f}")

    about = f"{config['n_layer']} capas de {config['n_embd']}, bloque {tokens}, lote {rows}, {compute}"
    print(f"{name:10} {compute:9} {'':18}{facts(0)}", flush=True)
    for side, peer in enumerate(peers, 1):
        for number, answers in enumerate(rounds, 1):
            ours, theirs = answers[0]["loss"], answers[side]["loss"]
            if options.dropout == 0 and abs(ours - theirs) > TOLERANCE[compute] * theirs:
                raise SystemExit(f"{name}: las pérdidas del paso {number} difieren: {ours:.6f} y {theirs:.6f} ({peer})")
        ratios = [answers[side]["seconds"] / answers[0]["seconds"] for answers in rounds[warm:]]
        results.add(name, peer, ratios=ratios, unit="tokens/s", speeds=[speed(0), speed(side)], peaks=[peak(0), peak(side)], about=about)
        print(f"{'':10} {peer:22} {statistics.median(ratios):4.2f} ×{facts(side)}", flush=True)


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
          "el nuestro es más rápido), velocidad, memoria máxima", flush=True)
    results = Results("train", "torch")
    peers = {"PyTorch": []}
    if compiles():
        peers["torch.compile"] = ["--compile"]
    else:
        why = "no funciona aquí (pide un compilador de C++)"
        print(f"torch.compile {why}: se mide sin él.", flush=True)
        results.leave_out("torch.compile", why)
    for name in options.cases or CASES:
        with tempfile.TemporaryDirectory(prefix="hemiciclo-bench-") as folder:
            measure(name, peers, options, Path(folder), results)
    results.write(options.json)


if __name__ == "__main__":
    main()
