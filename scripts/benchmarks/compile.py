"""Measures what the compiled programs that are kept save: what scripts/bench compile runs.

usage: compile.py --step PROGRAM --generate PROGRAM [--rounds N] [--json FILE] [CASE…]

A round is two new processes, one after the other, that do the same: one without kept programs
(HEMICICLO_CACHE=off), one with those of an earlier process. Both must say the same. The time is
that from the process's start to its first training step, or to its first token.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from results import Results
from sides import GPT2, Side
from train import SMALL

LAPTOP = {"n_layer": 4, "n_embd": 128, "n_head": 4, "n_positions": 128, "vocab_size": 4000}

# Ten texts of one more token, drawn as the laptop's recipe draws.
FIRST_TOKEN = {"do_sample": True, "top_k": 50, "num_return_sequences": 10, "min_length": 11, "max_length": 11}

# name: configuration, rows and tokens of a training step's batch, or none where a text is begun
CASES = {
    "4x256": (SMALL, (4, 256)),
    "gpt2": (GPT2, (2, 512)),
    "text-laptop": (LAPTOP, None),
    "text-gpt2": (GPT2, None),
}


def start(command: list[str], cache: str, folder: Path) -> tuple[float, dict]:
    """Returns the seconds from a process's start to its first answer, and that answer."""
    begin = time.perf_counter()
    side = Side(["env", f"HEMICICLO_CACHE={cache}", *command], folder / "log")
    answer = side.work()
    took = time.perf_counter() - begin
    side.close()
    return took, {name: value for name, value in answer.items() if name in ("loss", "texts")}


def measure(name: str, options: argparse.Namespace, folder: Path, results: Results) -> None:
    config, batch = CASES[name]
    dice = random.Random(1)
    (folder / "wanted.json").write_text(json.dumps(config))
    model = folder / "model"
    subprocess.run([options.step, "-init", folder / "wanted.json", "-model", model], check=True)

    def ids(n: int) -> list[int]:
        return [dice.randrange(config["vocab_size"]) for _ in range(n)]

    work = folder / "work.json"
    if batch:
        work.write_text(json.dumps([ids(batch[1]) for _ in range(batch[0])]))
        command = [options.step, f"--model={model}", f"--batch={work}"]
    else:
        work.write_text(json.dumps({"prompt": ids(10), "settings": FIRST_TOKEN}))
        command = [options.generate, f"--model={model}", f"--work={work}"]
    kept = str(folder / "cache")
    first, wanted = start(command, kept, folder)
    pairs = []
    for _ in range(options.rounds):
        pair = []
        for cache in ("off", kept):
            took, answer = start(command, cache, folder)
            if answer != wanted:
                raise SystemExit(f"{name}: con HEMICICLO_CACHE={cache} el resultado es otro: {answer} y no {wanted}")
            pair.append(took)
        pairs.append(pair)
    ratios = [off / kept for off, kept in pairs]
    ratio = statistics.median(ratios)
    off, warm = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
    results.add(name, "sin guardar", ratios=ratios, unit="s", speeds=[warm, off])
    size = sum(file.stat().st_size for file in Path(kept).glob("*")) / 2**20
    print(f"{name:12} {ratio:6.2f} ×   {off:6.2f} s sin programas guardados, {warm:6.2f} s con ellos   "
          f"(al guardarlos {first:.2f} s; {size:.1f} MiB)", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--step", required=True)
    parser.add_argument("--generate", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    unknown = [name for name in options.cases if name not in CASES]
    if unknown or options.rounds < 1:
        raise SystemExit(f"casos: {', '.join(CASES)}; rondas: 1 o más")
    print("De la puesta en marcha de un proceso a su primer paso de entrenamiento o su primer token, sin y con "
          "programas compilados de antes, por turnos: mediana de las razones de tiempo")
    results = Results("compile")
    for name in options.cases or CASES:
        with tempfile.TemporaryDirectory(prefix="hemiciclo-bench-") as folder:
            measure(name, options, Path(folder), results)
    results.write(options.json)


if __name__ == "__main__":
    main()
