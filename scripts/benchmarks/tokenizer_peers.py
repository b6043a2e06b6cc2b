"""Encodes, or trains a vocabulary, with one of our tokenizer's peers: used by tokenizer.py.

usage: tokenizer_peers.py tokenizers|tiktoken --texts FILE --threads N (--model FOLDER | --vocabulary N)

It does so once for each line of its standard input and answers with a line of JSON, as
scripts/benchmarks/tokenizer does. Texts are in memory before the time begins, and the
tokenizer is read anew each time, so that it remembers no words. Taking ids out of the library
into a list comes after the time has ended, where the library has them in a form of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from array import array
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from steps import host_peak

END = "</s>"  # sets texts apart


def digest_of_ids(texts: Iterable[list[int]], end: int) -> str:
    """The digest of the ids of a corpus: the end token, then each text and the end token."""
    ids = array("i", [end])
    for text in texts:
        ids.extend(text)
        ids.append(end)
    if sys.byteorder == "big":
        ids.byteswap()
    return hashlib.sha256(ids.tobytes()).hexdigest()


def digest_of_tokens(vocabulary: dict[str, int]) -> str:
    """The digest of the tokens by id, a line each."""
    return hashlib.sha256("".join(token + "\n" for token in sorted(vocabulary, key=vocabulary.get)).encode()).hexdigest()


# Each of these makes ready what a turn needs, and returns the work that is timed; the work
# returns what takes its digest.
Work = Callable[[], Callable[[], str]]


def tokenizers_encode(texts: list[str], model: Path) -> Work:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.encode_special_tokens = True  # written out in a text, they are text
    end = tokenizer.token_to_id(END)

    def work() -> Callable[[], str]:
        encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return lambda: digest_of_ids((encoding.ids for encoding in encodings), end)

    return work


def tokenizers_train(texts: list[str], size: int) -> Work:
    from tokenizers import ByteLevelBPETokenizer

    def work() -> Callable[[], str]:
        tokenizer = ByteLevelBPETokenizer()
        tokenizer.train_from_iterator(texts, vocab_size=size, min_frequency=2, show_progress=False, special_tokens=[END])
        return lambda: digest_of_tokens(tokenizer.get_vocab())

    return work


def tiktoken_encode(texts: list[str], model: Path, threads: int) -> Work:
    import tiktoken
    from tiktoken_ext.openai_public import r50k_pat_str

    vocabulary = json.loads((model / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    end = vocabulary.pop(END)
    byte_of = bytes_by_character()
    ranks = {bytes(byte_of[c] for c in token): rank for token, rank in vocabulary.items()}
    encoding = tiktoken.Encoding("bench", pat_str=r50k_pat_str, mergeable_ranks=ranks, special_tokens={END: end})

    def work() -> Callable[[], str]:
        ids = encoding.encode_ordinary_batch(texts, num_threads=threads)
        return lambda: digest_of_ids(ids, end)

    return work


def bytes_by_character() -> dict[str, int]:
    """GPT-2's alphabet: what stands for each byte in a vocabulary file."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAC + 1), *range(0xAE, 0xFF + 1)]
    others = [b for b in range(256) if b not in printable]
    return {chr(b): b for b in printable} | {chr(0x100 + i): b for i, b in enumerate(others)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=["tokenizers", "tiktoken"])
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--vocabulary", type=int)
    options = parser.parse_args()

    os.environ["RAYON_NUM_THREADS"] = str(options.threads)
    os.environ["TOKENIZERS_PARALLELISM"] = "true" if options.threads > 1 else "false"
    # Lines end with \n and nothing else: a text may hold other line separators.
    texts = options.texts.read_bytes().decode("utf-8").removesuffix("\n").split("\n")
    if options.peer == "tiktoken":
        ready = partial(tiktoken_encode, texts, options.model, options.threads)
    elif options.model:
        ready = partial(tokenizers_encode, texts, options.model)
    else:
        ready = partial(tokenizers_train, texts, options.vocabulary)
    for _ in sys.stdin:
        work = ready()
        begin = time.perf_counter()
        digest = work()
        took = time.perf_counter() - begin
        print(json.dumps({"seconds": took, "digest": digest(), "peak": host_peak()}), flush=True)


if __name__ == "__main__":
    main()
