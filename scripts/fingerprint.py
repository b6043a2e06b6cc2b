"""Fingerprints of what a report is made from, to know whether it is still current."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import nbformat


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


def of_corpus(corpus: Path | None) -> str:
    """The digest of a corpus folder's listing: paths, sizes and times of change."""
    if corpus is None:
        return "demo"
    listing = []
    for file in corpus.rglob("*"):
        if file.is_file():
            status = file.stat()
            listing.append(f"{file.relative_to(corpus).as_posix()} {status.st_size} {status.st_mtime_ns}")
    return Fingerprint(str(corpus), *sorted(listing)).digest


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
