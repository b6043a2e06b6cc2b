"""What the runner needs to know of a notebook's cells."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from progress import clean

ERROR_LINES = 30


def is_code(cell: NotebookNode) -> bool:
    """Whether a cell is executed."""
    return cell.cell_type == "code" and bool(cell.source.strip())


def clear(nb: NotebookNode) -> None:
    """Removes what an earlier execution left."""
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
            cell.metadata.pop("execution", None)


def heading(notebook: Path) -> str:
    """The notebook's first heading, else its file name."""
    nb = nbformat.read(notebook, as_version=4)
    return next((h for cell in nb.cells if (h := _heading(cell))), notebook.stem)


def title(nb: NotebookNode, index: int) -> str:
    """A short name for a cell: its first comment, else the heading above, else its first line."""
    lines = [line.strip() for line in nb.cells[index].source.splitlines() if line.strip()]
    code = [line for line in lines if not line.startswith("%")] or lines
    if code[0].startswith("//"):
        return _short(code[0].lstrip("/ "))
    for cell in reversed(nb.cells[:index]):
        if found := _heading(cell):
            return _short(found)
    return _short(code[0])


def explain(nb: NotebookNode, name: str, number: int, failure: Exception) -> str:
    """What a person needs to mend the number-th code cell of the notebook so named."""
    cell = [cell for cell in nb.cells if is_code(cell)][number - 1] if number else None
    text = ""
    if cell is not None:
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                text += output.text
        if not text.strip():
            text = "\n".join(
                f"{output.get('ename', '')}: {output.get('evalue', '')}"
                for output in cell.outputs
                if output.output_type == "error"
            )
    if not text.strip():
        text = str(failure)
    lines = [clean(line.replace("\t", "    ")) for line in text.splitlines() if line.strip()]
    if len(lines) > ERROR_LINES:
        lines = ["…", *lines[-ERROR_LINES:]]
    where = f"{name}, celda {number}" if number else f"{name}, antes de la primera celda"
    return f"error: {where}:\n" + "\n".join(f"  {line}" for line in lines)


def _heading(cell: NotebookNode) -> str:
    if cell.cell_type != "markdown":
        return ""
    found = re.search(r"^#{1,6}\s+(.+?)\s*#*$", cell.source, re.MULTILINE)
    return found.group(1) if found else ""


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
