"""Continues a prompt with transformers' own generate (eager), for scripts/bench.

usage: transformers_generate.py --model FOLDER --work FILE

It continues the prompt once for each line of its standard input and answers with a line of
JSON, as scripts/benchmarks/generate does.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import torch
from transformers import GPT2LMHeadModel


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args()

    work = json.loads(options.work.read_text())
    model = GPT2LMHeadModel.from_pretrained(options.model, dtype=torch.float32).eval()
    prompt = torch.tensor([work["prompt"]])
    for turn, _ in enumerate(sys.stdin):
        torch.manual_seed(turn)
        first = []

        def note(_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
            """Takes down when the scores of the first token are there."""
            if not first:
                first.append(time.perf_counter() - begin)
            return scores

        begin = time.perf_counter()
        texts = model.generate(
            prompt, attention_mask=torch.ones_like(prompt), pad_token_id=0, logits_processor=[note], **work["settings"]
        )
        took = time.perf_counter() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        answer = {"texts": texts[:, prompt.size(1) :].tolist(), "first": first[0], "seconds": took, "peak": peak}
        print(json.dumps(answer), flush=True)


main()
