"""Turns an executed notebook into a report: one HTML file that needs nothing else."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbconvert import HTMLExporter

from fingerprint import Fingerprint, of_files

TEMPLATE = "hemiciclo"


def fingerprint(home: Path, executed: Path, header: dict) -> str:
    """The digest of all that a report is made from."""
    templates = home / "scripts" / "notebook" / "report"
    files = [file for file in templates.rglob("*") if file.is_file()]
    files += [executed, home / ".tools" / "lib" / "echarts.min.js"]
    parts = [of_files(file.parent, [file]) for file in sorted(files)]
    return Fingerprint(*parts, repr(sorted(header.items()))).digest


def export(home: Path, executed: Path, header: dict) -> str:
    """The report of an executed notebook, as HTML."""
    nb = nbformat.read(executed, as_version=4)
    nb.metadata["hemiciclo"] = header
    exporter = HTMLExporter(
        template_name=TEMPLATE,
        extra_template_basedirs=[str(home / "scripts" / "notebook" / "report")],
        extra_template_paths=[str(home / ".tools" / "lib")],
    )
    html, _ = exporter.from_notebook_node(nb, resources={"metadata": {"name": executed.stem}})
    return html
