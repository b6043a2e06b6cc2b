"""The page that lists every run and its reports."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from urllib.parse import quote

# What scripts/bench writes.
BENCH = "bench.html"
STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 3rem auto; padding: 0 1.5rem; }
h1 { font-weight: 600; } h2 { margin: 2.5rem 0 0; font-size: 1.2rem; }
.facts { margin: 0 0 .5rem; opacity: .75; font-size: .9rem; }
.synthetic { background: #f2c14e; color: #222; border-radius: .3rem; padding: .1rem .5rem; font-size: .8rem; font-weight: 600; }
ol { list-style: none; padding: 0; } li { padding: .15rem 0; }
"""


def page(runs: Path, reports: Path) -> str:
    """The index of all runs that have reports, as HTML."""
    folders = [folder for folder in runs.iterdir() if folder.is_dir()] if runs.is_dir() else []
    sections = [section for folder in sorted(folders) if (section := _section(folder, reports))]
    if (reports / BENCH).is_file():
        sections.append(f'<section>\n<h2>Velocidad</h2>\n<ol>\n<li><a href="{BENCH}">Hemiciclo junto a otros programas, medido en este equipo</a></li>\n</ol>\n</section>')
    body = "\n".join(sections) or "<p>Todavía no hay informes: ejecute <code>scripts/run</code>.</p>"
    return (
        '<!DOCTYPE html>\n<html lang="es">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Hemiciclo · informes</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>Hemiciclo</h1>\n{body}\n</body>\n</html>\n"
    )


def _section(folder: Path, reports: Path) -> str:
    """One run: what it is, and its reports in the notebooks' order."""
    stamps = [_read(path) for path in sorted((folder / "notebooks").glob("*.json"))]
    stamps = [s for s in stamps if s.get("file") and (reports / str(s["file"])).is_file()]
    if not stamps:
        return ""
    info = _read(folder / "run.json")
    facts = [
        f"corrida {folder.name}",
        f"receta {info['recipe']}" if info.get("recipe") else "",
        str(info.get("engine") or ""),
        max(str(s.get("date") or "") for s in stamps),
    ]
    badge = ' <span class="synthetic">Corpus sintético</span>' if info.get("synthetic") else ""
    links = [(str(s["file"]), str(s.get("title") or s["file"])) for s in stamps]
    playground = f"{folder.name}-probar.html"
    if (reports / playground).is_file():
        links.insert(0, (playground, "Pruebe los modelos: escriba un comienzo, o pegue un texto"))
    items = "\n".join(f'<li><a href="{quote(file)}">{escape(title)}</a></li>' for file, title in links)
    return (
        f"<section>\n<h2>{escape(str(info.get('title') or folder.name))}{badge}</h2>\n"
        f'<p class="facts">{escape(" · ".join(fact for fact in facts if fact))}</p>\n'
        f"<ol>\n{items}\n</ol>\n</section>"
    )


def _read(path: Path) -> dict:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
