"""How a peer's training program is asked for steps, and how it answers.

As scripts/benchmarks/step it runs a step for each line of its standard input, with --turn N
so many, and answers with a line of JSON: {"loss": their mean, "seconds": of one step, "peak":
bytes, "gpu_peak": bytes}. The losses of a turn are read together at its end, so that no other
step waits for the host.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path


def options_of(*extra: str) -> argparse.Namespace:
    """Reads the command line; extra are flags that only one program has."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--batch", type=Path, required=True)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--steps", type=int, default=10, help="after which the rate would be 0")
    parser.add_argument("--turn", type=int, default=1)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--compute", choices=["float32", "tf32", "bfloat16"], default="float32")
    parser.add_argument("--dropout", type=float, default=0)
    parser.add_argument("--pad-vocabulary", action="store_true", help="to a multiple of 128, which GPUs like")
    for flag in extra:
        parser.add_argument(flag, action="store_true")
    return parser.parse_args()


def padded(vocabulary: int, options: argparse.Namespace) -> int:
    """Returns how many rows the vocabulary's matrix gets."""
    return -(-vocabulary // 128) * 128 if options.pad_vocabulary else vocabulary


def host_peak() -> int:
    """Returns the most memory that this process ever held, in bytes. Linux says it in /proc;
    its getrusage would begin with what the process held that started this one."""
    try:
        for line in Path("/proc/self/status").read_bytes().splitlines():
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # no Linux
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def peaks(gpu_peak: int) -> dict[str, int]:
    """Returns the most memory held, as an answer has it; 0 where there is no GPU."""
    return {"peak": host_peak()} | ({"gpu_peak": gpu_peak} if gpu_peak else {})


def serve(options: argparse.Namespace, train: Callable[[float], object], gpu_peak: Callable[[], int]) -> None:
    """Answers every turn. train(rate) starts a step and returns its loss, of which float()
    waits until the step is done."""
    step = 0
    for _ in sys.stdin:
        begin = time.perf_counter()
        losses = []
        for _ in range(options.turn):
            losses.append(train(options.rate * max(0, options.steps - step) / options.steps))
            step += 1
        value = sum(map(float, losses)) / options.turn
        took = (time.perf_counter() - begin) / options.turn
        assert math.isfinite(value), value
        print(json.dumps({"loss": value, "seconds": took} | peaks(gpu_peak())), flush=True)
