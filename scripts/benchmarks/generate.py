"""Compares our decoding with transformers' and CTranslate2's: what scripts/bench generate runs.

usage: generate.py --init PROGRAM --generate PROGRAM [--rounds N] [--json FILE] [CASE…] [PEER…]

Both sides are up at the same time and take turns; a round is one prompt continued by ours and
by a peer, with the same random weights of GPT-2's size and the same settings. The figure is
the median over the rounds of the peer's time by ours: above 1 ours is faster. Where nothing is
drawn, transformers and we must write the same tokens; so must CTranslate2 in float32 without
beams, whose searches end in another way. Weights in int8 are rounded by each side for itself.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from results import Results
from sides import GPT2, take_turns

HERE = Path(__file__).resolve().parent

# What the study asked for, but that no text may end before its greatest length: so all rounds
# write the same number of tokens.
STUDY = {
    "num_beams": 10, "num_return_sequences": 10, "top_k": 100, "top_p": 0.9, "no_repeat_ngram_size": 2,
    "min_length": 190, "max_length": 190,
}

# name: tokens of the prompt, settings of transformers' generate
CASES = {
    "greedy": (32, {"do_sample": False, "min_length": 132, "max_length": 132}),
    "beams": (10, {"do_sample": True, **STUDY}),
    "search": (10, {"do_sample": False, **{name: v for name, v in STUDY.items() if name not in ("top_k", "top_p")}}),
}

# name: options of our program, the peer's program and its options
PEERS = {
    "transformers": ([], ["transformers_generate.py"]),
    "ctranslate2": ([], ["ctranslate2_generate.py", "--type=float32"]),
    "ctranslate2-int8": (["-int8"], ["ctranslate2_generate.py", "--type=int8"]),
}


def same_texts(case: str, peer: str) -> bool:
    """Tells whether the peer must write what we do."""
    return not CASES[case][1]["do_sample"] and (peer == "transformers" or peer == "ctranslate2" and case == "greedy")


def measure(name: str, peer: str, options: argparse.Namespace, folder: Path, results: Results) -> None:
    length, settings = CASES[name]
    dice = random.Random(1)
    prompt = [dice.randrange(GPT2["vocab_size"] - 1) for _ in range(length)]
    (folder / "wanted.json").write_text(json.dumps(GPT2))
    (folder / "work.json").write_text(json.dumps({"prompt": prompt, "settings": settings}))
    subprocess.run([options.init, "-init", folder / "wanted.json", "-model", folder / "model"], check=True)

    shared = [f"--model={folder / 'model'}", f"--work={folder / 'work.json'}"]
    our_options, (program, *their_options) = PEERS[peer]
    theirs = [sys.executable, str(HERE / program), *their_options, *shared]
    pairs = take_turns([[options.generate, *our_options, *shared], theirs], folder, options.rounds + 1)

    for a, b in pairs:
        if same_texts(name, peer) and a["texts"] != b["texts"]:
            raise SystemExit(f"{name}: los textos difieren:\n{a['texts']}\n{b['texts']}")
        if [len(text) for text in a["texts"]] != [len(text) for text in b["texts"]]:
            raise SystemExit(f"{name}: los textos no son igual de largos")
    tokens = sum(map(len, pairs[0][0]["texts"]))
    timed = pairs[1:]  # the first compiles
    ratios = [b["seconds"] / a["seconds"] for a, b in timed]
    ratio = statistics.median(ratios)

    def middle(side: int, value: str) -> float:
        return statistics.median(pair[side][value] for pair in timed)

    speed = [tokens / middle(side, "seconds") for side in (0, 1)]
    first = [1000 * middle(side, "first") if timed[0][side]["first"] is not None else math.nan for side in (0, 1)]
    peak = [max(pair[side]["peak"] for pair in pairs) / 2**30 for side in (0, 1)]
    beams = f"{settings['num_beams']} haces" if "num_beams" in settings else "sin haces"
    about = f"{beams}, de {length} a {settings['max_length']} tokens"
    results.add(name, peer, ratios=ratios, unit="tokens/s", speeds=speed, peaks=[gib * 2**30 for gib in peak], about=about)
    waits = " y ".join("   –" if math.isnan(wait) else f"{wait:4.0f}" for wait in first)
    print(f"{name:8} {ratio:6.2f} × {peer:16}   {speed[0]:6.1f} y {speed[1]:6.1f} tokens/s   "
          f"{peak[0]:5.2f} y {peak[1]:5.2f} GiB   primer token {waits} ms   "
          f"compilar {pairs[0][0]['seconds'] - middle(0, 'seconds'):4.1f} s   "
          f"{'mismos tokens' if same_texts(name, peer) else ''}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--init", required=True)
    parser.add_argument("--generate", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if any(name not in CASES and name not in PEERS for name in options.names) or options.rounds < 1:
        raise SystemExit(f"casos: {', '.join(CASES)}; programas: {', '.join(PEERS)}; rondas: 1 o más")
    print("Nuestra generación y otra, por turnos: mediana de las razones de tiempo (más de 1: "
          "la nuestra es más rápida), velocidad, memoria máxima, tiempo hasta el primer token, y lo que la "
          "primera vez tarda de más por compilar")
    results = Results("generate", "transformers", "torch", "ctranslate2")
    for name in [name for name in CASES if name in options.names] or CASES:
        for peer in [peer for peer in PEERS if peer in options.names] or PEERS:
            with tempfile.TemporaryDirectory(prefix="hemiciclo-bench-") as folder:
                measure(name, peer, options, Path(folder), results)
    results.write(options.json)


if __name__ == "__main__":
    main()
