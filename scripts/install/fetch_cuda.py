"""Unpacks XLA's plugin for CUDA and its libraries beside each other, without installing them.

usage: fetch_cuda.py REQUIREMENTS FOLDER PROGRESS

pip downloads the hash-pinned wheels of REQUIREMENTS one by one. FOLDER/wheels holds a note
of each that is unpacked: it is not downloaded again, and its files go when it is no longer
required. They go when the first wheel of those that are new has come: without a network what
was there stays. Last come the links by which XLA finds the plugin and CUDA's assembler; so
FOLDER has a plugin only while it has all that belongs to it. How much is downloaded is
written to the file PROGRESS meanwhile.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sys
import threading
import zipfile
from pathlib import Path

import fetch

PLUGIN = "nvidia/pjrt_c_api_cuda_plugin.so"
ASSEMBLER = "nvidia/bin/ptxas"


def pins(text: str) -> dict[str, str]:
    """The requirements of a file, each with its hashes, by name==version."""
    requirements = re.findall(r"^\w(?:.*\\\n)*.*", text, re.MULTILINE)
    return {requirement.split()[0]: requirement for requirement in requirements}


class Watch:
    """Writes to a file how many bytes are downloaded: those before, and what lies in a folder."""

    def __init__(self, progress: Path, folder: Path, before: int) -> None:
        self._progress, self._folder, self._before = progress, folder, before
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.5):
            self.write()

    def write(self) -> None:
        size = self._before
        for path in self._folder.rglob("*"):
            try:
                size += path.stat().st_size if path.is_file() else 0
            except FileNotFoundError:  # pip moves its files
                pass
        self._progress.write_text(f"{size / 1e9:.2f} GB".replace(".", ","), encoding="utf-8")


def unpack(wheel: Path, folder: Path) -> list[str]:
    """Unpacks a wheel and returns its files. Programs become programs for everyone."""
    with zipfile.ZipFile(wheel) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        for member in members:
            path = archive.extract(member, folder)
            if member.external_attr >> 16 & 0o111:
                os.chmod(path, 0o755)
    return [member.filename for member in members]


def remove(note: Path, folder: Path) -> None:
    """Removes an unpacked wheel, with the folders that are empty then, and its note."""
    for name in json.loads(note.read_text(encoding="utf-8"))["files"]:
        (folder / name).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # there is more in it
            os.removedirs((folder / name).parent)
    note.unlink()


def link(folder: Path, name: str, pattern: str) -> None:
    """Makes the link name to the one file that matches pattern."""
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise SystemExit(f"{folder}: {len(found)} files match {pattern!r}, expected one")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(os.path.relpath(found[0], path.parent))


def download(requirement: str, downloads: Path, progress: Path, before: int) -> Path:
    """Downloads a wheel into a folder of its own."""
    downloads.mkdir(parents=True, exist_ok=True)
    for path in downloads.iterdir():
        if path.is_dir():  # what a killed pip left; of a wheel that lies there pip checks the hash
            shutil.rmtree(path)
    pinned = downloads / "requirements.txt"
    pinned.write_text(requirement, encoding="utf-8")
    os.environ["TMPDIR"] = str(downloads.absolute())  # a wheel grows where it can be watched
    with Watch(progress, downloads, before):
        return fetch.download(pinned, downloads)


def clear(required: dict[str, str], folder: Path) -> None:
    """Removes the plugin's link, and the wheels that are not required."""
    (folder / PLUGIN).unlink(missing_ok=True)
    for note in (folder / "wheels").glob("*.json"):
        if note.stem not in required:
            remove(note, folder)


def install(required: dict[str, str], folder: Path, progress: Path) -> None:
    """Brings folder to what is required."""
    notes, downloads = folder / "wheels", folder / "downloads"
    notes.mkdir(parents=True, exist_ok=True)
    os.environ["PIP_NO_CACHE_DIR"] = "1"  # all of it is kept once
    before = 0
    for name, requirement in required.items():
        note = notes / f"{name}.json"
        if not note.exists():
            wheel = download(requirement, downloads / name, progress, before)
            clear(required, folder)
            size, files = wheel.stat().st_size, unpack(wheel, folder)
            os.sync()
            partial = note.with_suffix(".partial")
            partial.write_text(json.dumps({"size": size, "files": files}), encoding="utf-8")
            partial.replace(note)
            shutil.rmtree(downloads / name)
        before += json.loads(note.read_text(encoding="utf-8"))["size"]
    clear(required, folder)
    shutil.rmtree(downloads, ignore_errors=True)
    link(folder, ASSEMBLER, "nvidia/*/bin/ptxas")
    link(folder, PLUGIN, "jax_plugins/*/xla_cuda_plugin.so")


def main(arguments: list[str]) -> None:
    if len(arguments) != 3:
        raise SystemExit(__doc__)
    requirements, folder, progress = (Path(argument) for argument in arguments)
    install(pins(requirements.read_text(encoding="utf-8")), folder, progress)


if __name__ == "__main__":
    main(sys.argv[1:])
