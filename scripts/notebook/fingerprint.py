"""Fingerprints of what a report is made from, to know whether it is still current."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat

# More than the step in which any disk tells the time, in nanoseconds.
CLOCK_STEP = 2_000_000_000
# So many take long enough to say so.
MANY_BYTES = 1 << 30


@dataclass(frozen=True)
class Fingerprint:
    """A digest that grows by what is added to it, in order."""

    digest: str

    def __init__(self, *parts: str) -> None:
        object.__setattr__(self, "digest", _sha256(json.dumps(parts).encode()))

    def then(self, *parts: str) -> Fingerprint:
        """The fingerprint of this and, after it, parts."""
        return Fingerprint(self.digest, *parts)


def of_files(root: Path, files: list[Path]) -> str:
    """The digest of files' names below root and their contents."""
    names = sorted((file.relative_to(root).as_posix(), file) for file in files)
    return Fingerprint(*(f"{name} {_sha256(file.read_bytes())}" for name, file in names)).digest


def of_code(home: Path) -> str:
    """The digest of what cells link: the packages without their tests, and go.mod."""
    files = [
        file
        for file in (home / "pkg").rglob("*")
        if file.is_file() and not file.name.endswith("_test.go") and "testdata" not in file.parts
    ]
    return of_files(home, [*files, home / "go.mod", home / "go.sum"])


def of_notebook(notebook: Path) -> str:
    """The digest of a notebook's cells, whatever their outputs."""
    nb = nbformat.read(notebook, as_version=4)
    return Fingerprint(*(f"{cell.cell_type} {cell.source}" for cell in nb.cells)).digest


def of_corpus(corpus: Path | None, cache: Path) -> str:
    """The digest of a corpus's contents and of its folder's name, which the notebooks show.

    Where the folder lies and when its files were written makes no difference. cache is where
    pkg/run keeps the hashes of the same files by path, size and time: neither reads again
    what the other has read.
    """
    if corpus is None:
        return "demo"
    corpus = Path(os.path.abspath(corpus))
    tweets = (corpus / "tweets").resolve()
    named = {name: corpus / name for name in ("study.toml", "accounts.csv")}
    named |= {f"tweets/{file.relative_to(tweets).as_posix()}": file for file in _tweet_files(tweets)}
    hashes = _hashes(list(named.values()), cache)
    return Fingerprint(corpus.name, *sorted(f"{name} {hashes[file]}" for name, file in named.items())).digest


def _tweet_files(folder: Path) -> list[Path]:
    """The files that tweets may be in; pkg/tweets decides which of them are read."""
    if folder.is_file():
        return [folder]

    def hidden(file: Path) -> bool:
        return any(part.startswith((".", "_")) for part in file.relative_to(folder).parts)

    return [file for file in folder.rglob("*") if file.is_file() and not hidden(file)]


def _hashes(files: list[Path], cache: Path) -> dict[Path, str]:
    """The digest of each file's contents, from the cache where the file has not changed."""
    try:
        known = json.loads(cache.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = None
    if not isinstance(known, dict):
        known = {}
    now = time.time_ns()
    seen, hashes, missing = {}, {}, []
    for file in files:
        try:
            status = file.stat()
        except OSError:
            hashes[file] = ""  # The notebooks say what is missing.
            continue
        seen[file] = {"size": status.st_size, "mtime": status.st_mtime_ns}
        entry = known.get(str(file))
        entry = dict(entry) if isinstance(entry, dict) else {}
        sha256 = entry.pop("sha256", None)
        if isinstance(sha256, str) and entry == seen[file]:
            hashes[file] = sha256
        else:
            missing.append(file)
    if sum(seen[file]["size"] for file in missing) > MANY_BYTES:
        print("Reconociendo los archivos del corpus…", flush=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        hashes |= zip(missing, pool.map(_sha256_of, missing))
    # What was just written may change again without another time.
    kept = {
        str(file): {**status, "sha256": hashes[file]}
        for file, status in seen.items()
        if hashes[file] and status["mtime"] < now - CLOCK_STEP
    }
    if missing:
        with contextlib.suppress(OSError):  # Without them files are only read again.
            partial = cache.with_name(f".{cache.name}.{os.getpid()}.tmp")
            cache.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(json.dumps(kept), encoding="utf-8")
            partial.replace(cache)
    return hashes


def _sha256_of(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""  # The notebooks say what cannot be read.


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
