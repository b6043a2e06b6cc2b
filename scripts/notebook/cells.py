"""What the runner needs to know of a notebook's cells."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from progress import clean

ERROR_LINES = 30
# How the text of a note of failure begins: see chart.Note.
FAILURE = "✗ "
# What the kernel says of a program that was compiled and ended in an error.
RAN = r"(exit status \d+|signal: .*)$"


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


def explain(nb: NotebookNode, name: str, number: int, failure: str) -> str:
    """What a person needs to mend the number-th code cell of the notebook so named."""
    if not number:
        return f"error: cuaderno {name}, antes de la primera celda:\n{_indented(failure)}"
    index = [i for i, cell in enumerate(nb.cells) if is_code(cell)][number - 1]
    where = f"error: cuaderno {name}, celda {number} («{clean(title(nb, index))}»):"
    outputs = nb.cells[index].outputs
    if note := _failure_note(outputs):
        return f"{where}\n{_indented(note, keep_end=False)}"
    if errors := _compile_errors(outputs):
        return f"{where}\n  La celda no compila:\n{_indented(errors, keep_end=False)}"
    return f"{where}\n{_indented(_last_words(outputs) or failure)}"


def _failure_note(outputs: list[NotebookNode]) -> str:
    """The text of the note with which a cell said why it failed, without its sign."""
    for output in reversed(outputs):
        text = output.get("data", {}).get("text/plain", "")
        if text.startswith(FAILURE):
            return text.removeprefix(FAILURE)
    return ""


def _compile_errors(outputs: list[NotebookNode]) -> str:
    """What the Go compiler said, by the cell's own lines; nothing if the cell ran."""
    for output in outputs:
        if output.output_type == "error" and not re.match(RAN, output.evalue):
            # The first line is the compiler's name for the package.
            return "\n".join(line for line in output.traceback if not line.startswith("# "))
    return ""


def _last_words(outputs: list[NotebookNode]) -> str:
    """What the cell's program wrote to standard error before it ended."""
    text = "".join(o.text for o in outputs if o.output_type == "stream" and o.name == "stderr")
    if "signal: killed" in text:
        text += "El sistema terminó el programa de la celda: quizá faltó memoria.\n"
    if not re.sub(RAN, "", text.strip()):
        ended = text.strip() or next((o.evalue for o in outputs if o.output_type == "error"), "")
        return ended and f"El programa de la celda terminó sin decir por qué ({ended})."
    return text


def _indented(text: str, keep_end: bool = True) -> str:
    """The text's lines, safe for a terminal; of many, the last, or the first."""
    lines = [clean(line.replace("\t", "    ")).rstrip() for line in text.splitlines() if line.strip()]
    if len(lines) > ERROR_LINES:
        lines = ["…", *lines[-ERROR_LINES:]] if keep_end else [*lines[:ERROR_LINES], "…"]
    return "\n".join(f"  {line}" for line in lines)


def _heading(cell: NotebookNode) -> str:
    if cell.cell_type != "markdown":
        return ""
    found = re.search(r"^#{1,6}\s+(.+?)\s*#*$", cell.source, re.MULTILINE)
    return found.group(1) if found else ""


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
