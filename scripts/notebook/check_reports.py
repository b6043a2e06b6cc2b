"""Checks that reports need nothing but themselves.

usage: check_reports.py [--synthetic] FOLDER

Each *.html in FOLDER must load nothing from elsewhere: no script, style sheet, picture,
frame or font by address. Reports (all but index.html) must say that they are synthetic
when asked to, and there must be charts in them, each with its static picture.
"""

from __future__ import annotations

import argparse
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

# Attributes by which a page loads something. A link to follow (<a href>) loads nothing.
LOADING = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
INSIDE = re.compile(r"^\s*(data:|#|$)", re.IGNORECASE)
STYLE_LOAD = re.compile(r"@import\b|url\(\s*['\"]?\s*(?!data:|#)([^)'\"\s]+)", re.IGNORECASE)
SYNTHETIC = re.compile(r"sint[ée]tic", re.IGNORECASE)
CHART = "data-hemiciclo-chart"


class Page(HTMLParser):
    """What a page loads, and what it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.charts = 0
        self.pictures = 0
        self.text: list[str] = []
        self._inside: str | None = None
        self._chart_waits = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag if tag in ("script", "style") else None
        values = {name: value or "" for name, value in attrs}
        for name in LOADING.get(tag, ()):
            if name in values and not INSIDE.match(values[name]):
                self.loads.append(f"<{tag} {name}={values[name][:80]!r}>")
        self._style(values.get("style", ""))
        if CHART in values:
            self.charts += 1
            self._chart_waits = True
        if tag == "img" and self._chart_waits:
            self._chart_waits = False
            self.pictures += values.get("src", "").startswith("data:image/svg+xml")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self._style(data)
        elif self._inside is None:
            self.text.append(data)

    def _style(self, css: str) -> None:
        self.loads += [f"CSS: {found.group(0)[:80]}" for found in STYLE_LOAD.finditer(css)]


def read(file: Path) -> Page:
    page = Page()
    page.feed(file.read_text(encoding="utf-8"))
    page.close()
    return page


def check(folder: Path, synthetic: bool) -> list[str]:
    """What is wrong with the reports in folder; empty if nothing is."""
    files = sorted(folder.glob("*.html"))
    reports = [file for file in files if file.name != "index.html"]
    wrong = [] if reports else [f"{folder}: no hay informes"]
    if folder / "index.html" not in files:
        wrong.append(f"{folder}: falta index.html")
    charts = 0
    for file in files:
        page = read(file)
        wrong += [f"{file.name}: carga algo de fuera: {load}" for load in page.loads]
        if file not in reports:
            continue
        charts += page.charts
        if page.pictures != page.charts:
            wrong.append(f"{file.name}: {page.charts} gráficos, pero {page.pictures} con su imagen fija")
        if synthetic and not SYNTHETIC.search(" ".join(page.text)):
            wrong.append(f"{file.name}: no dice que el corpus es sintético")
    if reports and not charts:
        wrong.append(f"{folder}: ningún informe tiene gráficos")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--synthetic", action="store_true")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    wrong = check(options.folder, options.synthetic)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
