"""Measures how the cost of our own work grows: what scripts/bench growth runs.

usage: growth.py --step PROGRAM --generate PROGRAM [--rounds N] [--json FILE] [train] [generate]

A series changes one size and keeps the others. All its sizes are up at the same time and
take turns, so that what else the machine does falls on all alike. Of each the median time is
taken, and through the series goes the power y = a·xᵉ of least squares in logarithms: where
e is 1, twice the size takes twice the time. The first turn compiles; what it takes longer is
shown too.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import tempfile
from pathlib import Path

from results import Results, exponent
from sides import GPT2, Side

SMALL = {"n_layer": 4, "n_embd": 256, "n_head": 4, "n_positions": 1024, "vocab_size": 8000}
ROWS, TOKENS = 4, 128  # of a training step's batch, where they are not what changes

WORKS = {
    "train": {
        "capas": [2, 4, 8, 16],
        "ancho": [64, 128, 256, 512],
        "bloque": [64, 128, 256, 512],
        "lote": [2, 4, 8, 16],
        "vocabulario": [4000, 8000, 16000, 32000],
    },
    "generate": {
        "filas": [1, 2, 4, 8],
        "haces": [2, 4, 8],
    },
}
PROMPT, WRITTEN = 10, 32  # tokens of the prompt of a decoding, and after it


def train(name: str, size: int, options: argparse.Namespace, folder: Path) -> list[str]:
    """The command that trains with one size changed."""
    config, rows, tokens = dict(SMALL), ROWS, TOKENS
    match name:
        case "capas":
            config["n_layer"] = size
        case "ancho":
            config["n_embd"], config["n_head"] = size, size // 64
        case "bloque":
            tokens = size
        case "lote":
            rows = size
        case "vocabulario":
            config["vocab_size"] = size
    dice = random.Random(1)
    batch = folder / "batch.json"
    batch.write_text(json.dumps([[dice.randrange(config["vocab_size"]) for _ in range(tokens)] for _ in range(rows)]))
    return [options.step, "-model", str(model_of(config, options, folder)), "-batch", str(batch), "-steps", str(options.rounds + 2)]


def generate(name: str, size: int, options: argparse.Namespace, folder: Path) -> list[str]:
    """The command that decodes with one size changed: texts drawn side by side, or beams."""
    settings = {"min_length": PROMPT + WRITTEN, "max_length": PROMPT + WRITTEN}
    if name == "filas":
        settings |= {"do_sample": True, "top_k": 50, "num_return_sequences": size}
    else:
        settings |= {"num_beams": size}
    dice = random.Random(1)
    prompt = [dice.randrange(GPT2["vocab_size"] - 1) for _ in range(PROMPT)]
    work = folder / "work.json"
    work.write_text(json.dumps({"prompt": prompt, "settings": settings}))
    return [options.generate, "-model", str(model_of(GPT2, options, folder.parent)), "-work", str(work)]


def model_of(config: dict, options: argparse.Namespace, folder: Path) -> Path:
    """A model with random weights, made in the folder where there is none yet."""
    model = folder / "model"
    if not model.exists():
        (folder / "wanted.json").write_text(json.dumps(config))
        subprocess.run([options.step, "-init", folder / "wanted.json", "-model", model], check=True)
    return model


def about(work: str, name: str) -> str:
    """What a series keeps."""
    if work == "generate":
        return f"GPT-2 pequeño, de {PROMPT} a {PROMPT + WRITTEN} tokens"
    kept = {"capas": "4 capas", "ancho": "ancho 256", "bloque": f"bloque {TOKENS}", "lote": f"lote {ROWS}", "vocabulario": "vocabulario 8.000"}
    return ", ".join(text for which, text in kept.items() if which != name)


def measure(work: str, name: str, options: argparse.Namespace, folder: Path, results: Results) -> None:
    sizes = WORKS[work][name]
    sides: list[Side] = []
    try:
        for size in sizes:
            own = folder / f"{name}-{size}"
            own.mkdir()
            command = {"train": train, "generate": generate}[work](name, size, options, own)
            sides.append(Side(command, own / "log"))
        first = [side.turn()["seconds"] for side in sides]
        for side in sides:
            side.turn()  # the second allocates
        rounds = [[side.turn()["seconds"] for side in sides] for _ in range(options.rounds)]
    finally:
        for side in sides:
            side.close()
    seconds = [statistics.median(times) for times in zip(*rounds)]
    compiling = [max(0.0, whole - usual) for whole, usual in zip(first, seconds)]
    results.grow(work, name, sizes, seconds, about=about(work, name), rounds=rounds, compiling=compiling)
    print(f"{work:9} {name:12} exponente {exponent(sizes, seconds):5.2f}   "
          + "   ".join(f"{size}: {1000 * time:.0f} ms" for size, time in zip(sizes, seconds))
          + f"   compilar {min(compiling):.1f} a {max(compiling):.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--step", required=True)
    parser.add_argument("--generate", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("works", nargs="*")
    options = parser.parse_args()
    unknown = [work for work in options.works if work not in WORKS]
    if unknown or options.rounds < 1:
        raise SystemExit(f"trabajos: {', '.join(WORKS)}; rondas: 1 o más")
    print("Cómo crece el tiempo de un paso de entrenamiento y el de escribir un texto: mediana de las rondas, exponente "
          "que mejor se ajusta (1: el doble cuesta el doble), y lo que la primera vez tarda de más por compilar")
    results = Results("growth")
    for work in options.works or WORKS:
        with tempfile.TemporaryDirectory(prefix="hemiciclo-bench-") as folder:
            for name in WORKS[work]:
                measure(work, name, options, Path(folder), results)
    results.write(options.json)


if __name__ == "__main__":
    main()
