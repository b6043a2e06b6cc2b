"""Continues a prompt with transformers' own generate (eager), for scripts/bench and the doctor.

usage: transformers_generate.py --model FOLDER --work FILE [--device cuda] [--compute bfloat16]

It continues the prompt once for each line of its standard input and answers with a line of
JSON, as scripts/benchmarks/generate does.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import torch
from transformers import GPT2LMHeadModel

from steps import peaks


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--compute", choices=["float32", "bfloat16"], default="float32")
    options = parser.parse_args()

    def now() -> float:
        """Returns the time when all that was asked of the device is done."""
        if options.device == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter()

    work = json.loads(options.work.read_text())
    model = GPT2LMHeadModel.from_pretrained(options.model, dtype=getattr(torch, options.compute)).eval().to(options.device)
    prompt = torch.tensor([work["prompt"]], device=options.device)
    for turn, _ in enumerate(sys.stdin):
        torch.manual_seed(turn)
        first = []

        def note(_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
            """Takes down when the scores of the first token are there."""
            if not first:
                first.append(now() - begin)
            return scores

        begin = now()
        texts = model.generate(
            prompt, attention_mask=torch.ones_like(prompt), pad_token_id=0, logits_processor=[note], **work["settings"]
        )
        took = now() - begin
        answer = {"texts": texts[:, prompt.size(1) :].tolist(), "first": first[0], "seconds": took}
        print(json.dumps(answer | peaks(torch.cuda.max_memory_allocated())), flush=True)


main()
