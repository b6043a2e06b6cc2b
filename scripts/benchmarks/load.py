"""Compares our load with its peers': what scripts/bench load runs.

usage: load.py --program PROGRAM --corpus FOLDER [--rounds N] [--json FILE] [PEER…]

Each is a process of its own that takes the same files through the study's steps to
Parquet; they take turns. Seconds are those of the whole process, as a user waits for it.
Memory is the most that the process and its children had at once. All must arrive at the
row counts with which the corpus was made.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from results import Results

HERE = Path(__file__).resolve().parent
PEERS = ("pandas", "polars", "duckdb", "spark")
JAVA = 17  # the oldest that PySpark 4 runs on


class Memory(threading.Thread):
    """Looks, several times a second, at the memory of a process and its children."""

    def __init__(self, process: subprocess.Popen):
        super().__init__(daemon=True)
        self.process, self.peak = process, 0

    def run(self) -> None:
        while self.process.poll() is None:
            listing = subprocess.run(["ps", "-A", "-o", "pgid=,rss="], capture_output=True, text=True).stdout
            kib = sum(int(rss) for group, rss in map(str.split, listing.splitlines()) if int(group) == self.process.pid)
            self.peak = max(self.peak, kib * 1024)
            time.sleep(0.1)


def measure(command: list[str], wanted: dict) -> tuple[float, int]:
    """Runs one load and returns its seconds and its peak of memory, in bytes."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        start = time.perf_counter()
        # A group of its own, by which ps tells it and its children.
        process = subprocess.Popen(command, stdout=output, stderr=errors, text=True, start_new_session=True)
        memory = Memory(process)
        memory.start()
        status = process.wait()
        seconds = time.perf_counter() - start
        memory.join()
        output.seek(0)
        errors.seek(0)
        if status != 0:
            raise SystemExit(f"falló {' '.join(command)}:\n{errors.read()}")
        counts = json.loads(output.read())
    if counts != wanted:
        raise SystemExit(f"{' '.join(command)} llega a {counts}; el corpus tiene {wanted}")
    return seconds, memory.peak


def java_version() -> int:
    """The main version of the Java that Spark would start; 0 when there is none."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    if not java:
        return 0
    try:
        text = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
        return int(text.split('"')[1].split(".")[0])
    except (OSError, IndexError, ValueError):
        return 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("peers", nargs="*")
    options = parser.parse_args()
    unknown = [name for name in options.peers if name not in PEERS]
    if unknown or options.rounds < 1:
        raise SystemExit(f"programas: {', '.join(PEERS)}; rondas: 1 o más")
    peers = options.peers or list(PEERS)
    results = Results("load", "pandas", "pyarrow", "polars", "duckdb", "pyspark")
    if "spark" in peers and java_version() < JAVA:
        why = f"no hay Java {JAVA} o posterior (ni en JAVA_HOME ni en PATH)"
        print(f"AVISO: {why}: spark queda fuera.", flush=True)
        results.leave_out("spark", why)
        peers.remove("spark")

    wanted = json.loads((options.corpus / "counts.json").read_text())
    files = sorted(options.corpus.glob("tweets/**/*.jsonl"))
    size = 0
    for file in files:  # into memory, so that the first one to read them has no harder work
        size += len(file.read_bytes())
    print(f"{wanted['read']} filas en {len(files)} archivos, {size / 1e6:.0f} MB; segundos: mediana de {options.rounds}; "
          "razón: mediana de las razones con lo nuestro en la misma ronda (más de 1: lo nuestro es más rápido)", flush=True)

    seconds: dict[str, list[float]] = {name: [] for name in ("hemiciclo", *peers)}
    peaks = dict.fromkeys(seconds, 0)
    with tempfile.TemporaryDirectory(prefix="hemiciclo-bench-") as folder:
        for number in range(options.rounds):
            for name in seconds:
                program = [options.program] if name == "hemiciclo" else [sys.executable, str(HERE / "load_peers.py"), name]
                took, peak = measure([*program, str(options.corpus), f"{folder}/{name}.parquet"], wanted)
                seconds[name].append(took)
                peaks[name] = max(peaks[name], peak)
                print(f"  ronda {number + 1}: {name:10} {took:7.1f} s", file=sys.stderr, flush=True)
    ours = seconds["hemiciclo"]
    for name, took in seconds.items():
        ratios = [b / a for a, b in zip(ours, took)]
        ratio = statistics.median(ratios)
        median = statistics.median(took)
        if name != "hemiciclo":
            results.add(
                f"{wanted['read']:,} tweets".replace(",", "."), name, ratios=ratios, unit="MB/s",
                speeds=[size / 1e6 / statistics.median(side) for side in (ours, took)], peaks=[peaks["hemiciclo"], peaks[name]],
            )
        print(f"{name:10} {median:7.1f} s   {ratio:6.2f} ×   {peaks[name] / 2**20:6.0f} MiB   {size / 1e6 / median:6.0f} MB/s", flush=True)
    results.write(options.json)


if __name__ == "__main__":
    main()
