"""Continues a prompt with CTranslate2, on all processors, for scripts/bench.

usage: ctranslate2_generate.py --type TYPE --model FOLDER --work FILE

CTranslate2's own converter turns the Hugging Face folder into one of its own, with weights of
the TYPE (float32, int8). It continues the prompt once for each line of its standard input and
answers with a line of JSON, as scripts/benchmarks/generate does, but for the time to the first
token, which it does not tell.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import ctranslate2

from steps import host_peak

THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def convert(model: str, type_: str, folder: str) -> None:
    """Runs the converter, without the tokenizer that it would look for: a token is its number."""
    from ctranslate2.converters.transformers import GPT2Loader
    from transformers import GPT2LMHeadModel

    torch_model = GPT2LMHeadModel.from_pretrained(model)
    spec = GPT2Loader().get_model_spec(torch_model)
    spec.register_vocabulary([str(token) for token in range(torch_model.config.vocab_size)])
    spec.config.bos_token = spec.config.eos_token = spec.config.unk_token = str(torch_model.config.eos_token_id)
    spec.validate()
    spec.optimize(quantization=type_)
    spec.save(folder)


def options_of(settings: dict, prompt: int) -> dict:
    """Turns settings of transformers' generate into CTranslate2's."""
    beams = settings.get("num_beams", 1)
    return {
        "beam_size": beams,
        "num_hypotheses": settings.get("num_return_sequences", 1),
        "no_repeat_ngram_size": settings.get("no_repeat_ngram_size", 0),
        "min_length": settings["min_length"] - prompt,
        "max_length": settings["max_length"] - prompt,
        "sampling_topk": settings.get("top_k", 1) if settings["do_sample"] else 1,
        "sampling_topp": settings.get("top_p", 1) if settings["do_sample"] else 1,
        "include_prompt_in_result": False,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--type", choices=["float32", "int8"], required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--convert-to", help="convert, and do no more")
    options = parser.parse_args()
    if options.convert_to:
        convert(options.model, options.type, options.convert_to)
        return

    work = json.loads(options.work.read_text())
    prompt = [str(token) for token in work["prompt"]]
    with tempfile.TemporaryDirectory(prefix="hemiciclo-ctranslate2-") as folder:
        # In a process of its own, whose memory is not the generator's.
        command = [sys.executable, __file__, "--type", options.type, "--model", options.model]
        subprocess.run([*command, "--work", options.work, "--convert-to", folder], check=True)
        generator = ctranslate2.Generator(folder, compute_type=options.type, intra_threads=THREADS, inter_threads=1)
    settings = options_of(work["settings"], len(prompt))
    for turn, _ in enumerate(sys.stdin):
        ctranslate2.set_random_seed(turn)
        begin = time.perf_counter()
        texts = generator.generate_batch([prompt], **settings)[0].sequences_ids
        took = time.perf_counter() - begin
        print(json.dumps({"texts": texts, "first": None, "seconds": took, "peak": host_peak()}), flush=True)


main()
