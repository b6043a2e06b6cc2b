"""The sides of a comparison: programs that are all up and take turns."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

# Seconds from one side's turn to the next one's: threads of OpenMP (PyTorch's) go on turning
# for a while after their work, and would take processors from whoever comes next.
PAUSE = 0.5

GPT2 = {"n_layer": 12, "n_embd": 768, "n_head": 12, "n_positions": 1024, "vocab_size": 50257}


class Side:
    """A program that does its work once whenever it is told to."""

    def __init__(self, command: list[str], log: Path):
        self.log = log
        with log.open("w") as errors:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, bufsize=1
            )

    def turn(self) -> dict:
        """Has the program work, once the side before it has come to rest."""
        time.sleep(PAUSE)
        return self.work()

    def work(self) -> dict:
        """Has the program work at once, be it still starting, and returns what it says."""
        try:
            self.process.stdin.write("\n")
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise SystemExit(f"el programa terminó antes de tiempo:\n{self.log.read_text()}")
        return json.loads(line)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(60)


def take_turns(commands: list[list[str]], logs: Path, rounds: int) -> list[tuple[dict, ...]]:
    """Runs the commands beside each other, in turn, and returns what all said in each round."""
    sides = [Side(command, logs / f"side-{number}.log") for number, command in enumerate(commands)]
    try:
        return [tuple(side.turn() for side in sides) for _ in range(rounds)]
    finally:
        for side in sides:
            side.close()
