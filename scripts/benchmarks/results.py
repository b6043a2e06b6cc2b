"""What a contest measured, kept as JSON for scripts/bench's page.

One file for each contest:

    {"contest": "train", "date": "2026-01-31T12:00:00+00:00",
     "machine": {"processor": …, "cores": …, "memory": bytes, "system": …},
     "versions": {"Hemiciclo": …, "Go": …, "PyTorch": …},
     "cases": [{"case": "gpt2", "peer": "PyTorch", "ratios": [theirs by ours, of each round],
                "unit": "tokens/s", "speeds": [ours, theirs], "peaks": [ours, theirs]}, …],
     "series": [{"work": …, "name": …, "x": […], "seconds": […], "exponent": …}, …],
     "left_out": [{"peer": "spark", "why": …}, …],
     "not_run": why nothing was measured; empty where something was}

Speeds are medians over the rounds. Peaks are the most memory ever held, in bytes; null where
it was not looked at.
"""

from __future__ import annotations

import datetime
import email
import json
import math
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]


class Results:
    """What one contest measured."""

    def __init__(self, contest: str, *packages: str):
        """packages are those of PyPI that take part, where they are installed."""
        self.contest = contest
        self.packages = packages
        self.cases: list[dict] = []
        self.series: list[dict] = []
        self.left_out: list[dict] = []
        self.not_run = ""

    def add(
        self, case: str, peer: str, *, ratios: Sequence[float], unit: str, speeds: Sequence[float],
        peaks: Sequence[float] | None = None, **more: object,
    ) -> None:
        self.cases.append({
            "case": case, "peer": peer, "ratios": list(ratios), "unit": unit, "speeds": list(speeds),
            "peaks": list(peaks) if peaks else None, **more,
        })

    def grow(self, work: str, name: str, x: Sequence[float], seconds: Sequence[float], **more: object) -> None:
        """Adds how the seconds of some work grow with what is called name."""
        self.series.append({
            "work": work, "name": name, "x": list(x), "seconds": list(seconds), "exponent": exponent(x, seconds), **more,
        })

    def leave_out(self, peer: str, why: str) -> None:
        self.left_out.append({"peer": peer, "why": why})

    def write(self, path: Path | None) -> None:
        """Writes the file; None: nobody asked for one."""
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".partial")
        partial.write_text(json.dumps(self.content(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        partial.replace(path)

    def content(self) -> dict:
        return {
            "contest": self.contest,
            "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "machine": machine(),
            "versions": versions(self.packages),
            "cases": self.cases,
            "series": self.series,
            "left_out": self.left_out,
            "not_run": self.not_run,
        }


def exponent(x: Sequence[float], y: Sequence[float]) -> float:
    """The e of the y = a·xᵉ that fits best: the slope of least squares in logarithms."""
    if len(x) != len(y) or len(set(x)) < 2 or min(*x, *y) <= 0:
        raise ValueError("an exponent takes two points or more, of different x, all above 0")
    u, v = [math.log(value) for value in x], [math.log(value) for value in y]
    middle_u, middle_v = sum(u) / len(u), sum(v) / len(v)
    covariance = sum((a - middle_u) * (b - middle_v) for a, b in zip(u, v))
    return covariance / sum((a - middle_u) ** 2 for a in u)


def machine() -> dict:
    return {
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.machine()}",
    }


def processor() -> str:
    """The processor's name as its maker writes it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    except OSError:  # no Linux
        return said("sysctl", "-n", "machdep.cpu.brand_string") or platform.processor()
    return platform.machine()  # processors for ARM do not say


def versions(packages: Sequence[str]) -> dict:
    """Ours, with what it is made with, and those of the packages that are installed."""
    found = {
        "Hemiciclo": said("git", "-C", str(HOME), "describe", "--always", "--dirty") or "sin control de versiones",
        "Go": said("go", "env", "GOVERSION").removeprefix("go"),
        "Python": platform.python_version(),
    }
    for line in (HOME / "go.mod").read_text(encoding="utf-8").splitlines():
        module, _, version = line.removeprefix("require").strip().partition(" ")
        if module in ("github.com/gomlx/gomlx", "github.com/gomlx/go-xla"):
            found[module.rpartition("/")[2]] = version.split()[0].removeprefix("v")
    try:
        plugin = email.message_from_string((HOME / ".tools/lib/pjrt_cpu.METADATA").read_text(encoding="utf-8"))
        found["complemento de XLA"] = f"{plugin['Name']} {plugin['Version']}"
    except OSError:
        pass  # another engine, or another plugin
    for package in packages:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            pass
    return found


def said(*command: str) -> str:
    """What a command prints; empty where it cannot be run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=HOME)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
