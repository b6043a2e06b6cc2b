"""Compares our word2vec with gensim's and Spark's: what scripts/bench word2vec runs.

usage: word2vec.py --program PROGRAM --texts FILE [--rounds N] [--sizes N,N] [--json FILE] [gensim] [spark]

A round trains each program once, one after the other, on the same texts with the study's
settings: skip-gram with hierarchical softmax, window 5, one iteration, words of three
occurrences or more. The time is that of vocabulary and training, once the texts are in memory
and, for Spark, once a small part has been trained to warm its Java up. gensim trains with two
workers, Spark with local[2] and two partitions. The figure is the median over the rounds of
the other's time by ours: above 1 ours is faster.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from load import JAVA, java_version
from results import Results

PEERS = ("gensim", "spark")
MIN_COUNT = 3


def read(texts: Path) -> list[list[str]]:
    with texts.open(encoding="utf-8") as lines:
        return [line.split() for line in lines]


def gensim(texts: Path, size: int) -> dict:
    from gensim.models import Word2Vec

    sentences = read(texts)
    began = time.perf_counter()
    Word2Vec(sentences, vector_size=size, min_count=MIN_COUNT, window=5, sg=1, hs=1, negative=0, sample=0, epochs=1, workers=2)
    return {"words": sum(map(len, sentences)), "seconds": time.perf_counter() - began}


def spark(texts: Path, size: int) -> dict:
    from pyspark.ml.feature import Word2Vec
    from pyspark.sql import SparkSession
    from pyspark.sql.functions import split

    session = (
        SparkSession.builder.master("local[2]").config("spark.driver.memory", "2g").config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1").config("spark.log.level", "ERROR").getOrCreate()
    )
    tokens = session.read.text(str(texts)).select(split("value", " ").alias("tokens")).repartition(2).cache()
    tokens.count()
    learner = Word2Vec(vectorSize=size, minCount=MIN_COUNT, numPartitions=2, inputCol="tokens", outputCol="vector")
    learner.fit(tokens.limit(2000))
    began = time.perf_counter()
    learner.fit(tokens)
    seconds = time.perf_counter() - began
    session.stop()
    return {"words": sum(map(len, read(texts))), "seconds": seconds}


def run(command: list[str]) -> dict:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{command[0]} terminó con el código {done.returncode}:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program")
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", default="2,100")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", choices=PEERS, help="mide uno y escribe JSON; así se llama este programa a sí mismo")
    parser.add_argument("peers", nargs="*")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    if options.only:
        print(json.dumps({"gensim": gensim, "spark": spark}[options.only](options.texts, sizes[0])))
        return
    unknown = [name for name in options.peers if name not in PEERS]
    if unknown or options.rounds < 1 or min(sizes) < 1:
        raise SystemExit(f"programas: {', '.join(PEERS)}; rondas y dimensiones: 1 o más")
    results = Results("word2vec", "gensim", "pyspark")
    peers = options.peers or list(PEERS)
    if "spark" in peers and java_version() < JAVA:
        why = f"no hay Java {JAVA} o posterior (ni en JAVA_HOME ni en PATH)"
        print(f"AVISO: {why}: spark queda fuera.", flush=True)
        results.leave_out("spark", why)
        peers.remove("spark")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    for size in sizes:
        commands = {"hemiciclo": [options.program, "-texts", str(options.texts), "-size", str(size), "-min-count", str(MIN_COUNT)]}
        for peer in peers:
            commands[peer] = [sys.executable, __file__, "--texts", str(options.texts), "--only", peer, "--sizes", str(size)]
        rounds = [{name: run(command) for name, command in commands.items()} for _ in range(options.rounds)]
        for name in commands:
            speed = statistics.median(r[name]["words"] / r[name]["seconds"] for r in rounds)
            ratios = [r[name]["seconds"] / r["hemiciclo"]["seconds"] for r in rounds]
            if name == "hemiciclo":
                ours = speed
            else:
                results.add(f"{size} dimensiones", name, ratios=ratios, unit="palabras/s", speeds=[ours, speed])
            print(f"{size:4} dimensiones  {name:10} {speed / 1e6:6.3f} M palabras/s", end="")
            print("" if name == "hemiciclo" else f"   el nuestro va {statistics.median(ratios):5.2f} × ({min(ratios):.2f} a {max(ratios):.2f})", flush=True)
    results.write(options.json)


if __name__ == "__main__":
    main()
