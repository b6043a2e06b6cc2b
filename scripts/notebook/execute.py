"""Executes the notebooks in order without a browser and makes a report of each.

Called by scripts/run. In: notebooks/*.ipynb, and the corpus, name and recipe of the run.
Out: the executed notebooks in <runs>/<name>/notebooks/, the reports in
<reports>/<name>-<notebook>.html, the page in which readers try the models, if notebook 8
made one, in <reports>/<name>-probar.html, and <reports>/index.html. A notebook is executed again
only when something that its results come from has changed, or when forced. --only and
--skip choose notebooks: each step computes what it needs of those left out.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import signal
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

import cells
import index
import report
from fingerprint import Fingerprint, of_code, of_corpus, of_notebook
from progress import Progress

KERNEL = "hemiciclo"
# A training cell may well take hours; this only ends one that hangs.
DEFAULT_TIMEOUT_MINUTES = 720
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# What a failure says of itself is English, and no help.
REASONS = {
    DeadKernelError: "El núcleo de Jupyter se detuvo: quizá faltó memoria. Repita la orden para seguir.",
    CellTimeoutError: "La celda tardó más de lo permitido: dé más minutos con HEMICICLO_TIMEOUT.",
}
# These notebooks repeat the study of 2020: beside another corpus they are asked for, or
# come with the recipes that take the study's published models.
ABOUT_THE_STUDY = ("9a", "9b")
PUBLISHED_RECIPES = ("published", "fair")
# What pkg/study/comparing calls the page in which readers try the models.
PLAYGROUND = "probar.html"


@dataclass(frozen=True)
class Run:
    """The folders of one run and what is run on what."""

    home: Path
    folder: Path
    reports: Path
    name: str
    recipe: str
    corpus: Path | None

    @property
    def hashes(self) -> Path:
        return self.folder / "steps" / "load.hashes.json"

    def executed(self, notebook: Path) -> Path:
        return self.folder / "notebooks" / notebook.name

    def stamp(self, notebook: Path) -> Path:
        return self.folder / "notebooks" / f"{notebook.stem}.json"

    def report(self, notebook: Path) -> Path:
        return self.reports / f"{self.name}-{notebook.stem}.html"

    @property
    def playground(self) -> Path:
        return self.reports / f"{self.name}-{PLAYGROUND}"


class Interrupted(Exception):
    """The person who runs this wants it to stop."""


class Manager(AsyncKernelManager):
    """Gives a cell that is told to stop the time to see its worker save."""

    shutdown_wait_time = 14.0


class Client(NotebookClient):
    """A notebook client that passes on what a running cell shows, and stops it politely."""

    def __init__(self, nb: NotebookNode, progress: Progress, **options: object) -> None:
        super().__init__(
            nb,
            kernel_name=KERNEL,
            kernel_manager_class=Manager,
            startup_timeout=120,
            record_timing=False,
            on_notebook_start=self._start,
            on_cell_execute=self._cell,
            **options,
        )
        self._progress = progress
        self._code = [i for i, cell in enumerate(nb.cells) if cells.is_code(cell)]
        self._stopping: asyncio.Task | None = None

    def run(self) -> None:
        """Executes the notebook; raises Interrupted if it was stopped."""
        try:
            self.execute()
        except (CellExecutionError, DeadKernelError):
            self._check()
            raise
        finally:
            if self._stopping is not None:
                self._stopping.cancel()
        self._check()

    def process_message(
        self, msg: dict, cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        content = msg["content"]
        if msg["msg_type"] == "stream" and content.get("name") == "stdout":
            self._progress.note(content.get("text", ""))
        elif msg["msg_type"] in ("display_data", "update_display_data"):
            self._progress.note(content.get("data", {}).get("text/plain", ""))
        return super().process_message(msg, cell, cell_index)

    def _start(self, **_: object) -> None:
        # In place of nbclient's own handlers, which end the kernel and wait for the cell.
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self._stop)

    def _cell(self, cell_index: int, **_: object) -> None:
        self._check()
        self._progress.cell(self._code.index(cell_index) + 1, len(self._code), cells.title(self.nb, cell_index))

    def _check(self) -> None:
        if self._stopping is not None:
            raise Interrupted

    def _stop(self) -> None:
        if self._stopping is None:
            self._stopping = asyncio.ensure_future(self._interrupt())

    async def _interrupt(self) -> None:
        # More than once: a cell that is still being compiled does not hear it.
        while True:
            await self.km.interrupt_kernel()
            await asyncio.sleep(2)


class CellFailed(Exception):
    """A cell ended in an error; the text says which, and why."""


def write(path: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def read_json(path: Path) -> dict:
    """Reads a JSON object; empty if there is none that can be read."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def execute(run: Run, notebook: Path, progress: Progress, timeout: int) -> None:
    """Executes one notebook, keeping what was executed of it even if a cell fails."""
    nb = nbformat.read(notebook, as_version=4)
    cells.clear(nb)
    nb.metadata["kernelspec"] = {
        "name": KERNEL,
        "display_name": "Hemiciclo (Go)",
        "language": "go",
    }
    client = Client(nb, progress, timeout=timeout, resources={"metadata": {"path": str(notebook.parent)}})
    failure = None
    try:
        client.run()
    except (CellExecutionError, CellTimeoutError, DeadKernelError, Interrupted) as error:
        failure = error
    write(run.executed(notebook), nbformat.writes(nb) + "\n")
    if isinstance(failure, Interrupted):
        raise failure
    if failure is not None:
        text = cells.explain(nb, notebook.stem, progress.number, REASONS.get(type(failure)) or str(failure))
        raise CellFailed(f"{text}\nLo ejecutado queda en {run.executed(notebook)}") from failure


def number(notebook: Path) -> str:
    """What a notebook's name begins with, as "9a"."""
    return notebook.stem.split("-")[0]


def chosen(notebooks: list[Path], only: str, skip: str) -> list[Path]:
    """The notebooks that lists of names or numbers choose, in their order."""

    def named(names: str) -> list[Path]:
        found: list[Path] = []
        for name in filter(None, re.split(r"[,\s]+", names)):
            # "9" stands for 9a and 9b.
            matching = [n for n in notebooks if name in (n.stem, number(n), re.sub("[a-z]$", "", number(n)))]
            if not matching:
                known = "\n       ".join(n.stem for n in notebooks)
                raise SystemExit(f"error: no hay cuaderno «{name}». Los hay:\n       {known}")
            found += matching
        return found

    wanted, unwanted = named(only) or notebooks, named(skip)
    if left := [n for n in notebooks if n in wanted and n not in unwanted]:
        return left
    raise SystemExit("error: con esos --only y --skip no queda ningún cuaderno.")


def without_the_study(run: Run, notebooks: list[Path]) -> list[Path]:
    """The notebooks that a run takes if none is named."""
    if run.corpus is None or run.recipe in PUBLISHED_RECIPES:
        return notebooks
    left_out = [n for n in notebooks if number(n) in ABOUT_THE_STUDY]
    if left_out:
        names = " y ".join(number(n) for n in left_out)
        print(f"Sin los cuadernos {names}, que repiten el estudio de 2020; para ejecutarlos: --only {','.join(ABOUT_THE_STUDY)}")
    return [n for n in notebooks if n not in left_out]


def has_report(run: Run, notebook: Path) -> bool:
    """Whether the notebook was executed to its end and its report stands."""
    return bool(read_json(run.stamp(notebook)).get("report")) and run.report(notebook).exists()


def metadata(run: Run, notebooks: list[Path], notebook: Path, day: str) -> dict:
    """What the report's header and navigation, of the notebooks given, show."""
    info = read_json(run.folder / "run.json")
    return {
        "title": cells.heading(notebook),
        "corpus": str(info.get("title") or run.name),
        "synthetic": bool(info.get("synthetic", run.corpus is None)),
        "recipe": str(info.get("recipe") or run.recipe),
        "engine": str(info.get("engine") or ""),
        "date": day,
        "nav": [{"href": run.report(other).name, "title": cells.heading(other)} for other in notebooks],
        "home": "index.html",
    }


def write_report(run: Run, notebooks: list[Path], notebook: Path, stamp: dict, force: bool = False) -> bool:
    """Makes a notebook's report unless it is current; tells whether it did."""
    header = metadata(run, notebooks, notebook, str(stamp.get("date") or ""))
    inputs = report.fingerprint(run.home, run.executed(notebook), header)
    made = force or stamp.get("report") != inputs or not run.report(notebook).exists()
    if made:
        write(run.report(notebook), report.export(run.home, run.executed(notebook), header))
    stamp |= {"report": inputs, "title": header["title"], "file": run.report(notebook).name}
    write(run.stamp(notebook), json.dumps(stamp, ensure_ascii=False, indent=2) + "\n")
    return made


def publish_playground(run: Run) -> None:
    """Puts the run's page for trying the models, if it has one, beside the reports."""
    made = run.folder / PLAYGROUND
    if not made.exists():
        run.playground.unlink(missing_ok=True)
        return
    run.reports.mkdir(parents=True, exist_ok=True)
    partial = run.playground.with_name(f".{run.playground.name}.{os.getpid()}.partial")
    shutil.copyfile(made, partial)
    partial.replace(run.playground)


def link_reports(run: Run, notebooks: list[Path]) -> None:
    """Lets the run's reports link to those that there are, and to no other."""
    there = [n for n in notebooks if has_report(run, n)]
    for notebook in there:
        write_report(run, there, notebook, read_json(run.stamp(notebook)))
    publish_playground(run)
    write(run.reports / "index.html", index.page(run.folder.parent, run.reports))


def run_all(run: Run, force: bool, timeout: int, only: str, skip: str) -> None:
    """Brings the chosen reports of the run up to date; the first failing cell ends it."""
    every = sorted((run.home / "notebooks").glob("*.ipynb"))
    if not every:
        raise SystemExit(f"error: no hay cuadernos en {run.home / 'notebooks'}")
    notebooks = chosen(every, only, skip)
    if not only:
        notebooks = without_the_study(run, notebooks)
    try:
        execute_all(run, every, notebooks, force, timeout)
    except CellFailed:
        link_reports(run, every)
        raise
    link_reports(run, every)


def execute_all(run: Run, every: list[Path], notebooks: list[Path], force: bool, timeout: int) -> None:
    """Executes notebooks that have changed and makes their reports, one after the other."""
    # Each notebook works on what those before it made: the fingerprints form a chain. One
    # that is left out has its place in it, since its steps are computed where they are needed.
    chain = Fingerprint(of_code(run.home), of_corpus(run.corpus, run.hashes), run.recipe, os.environ.get("GOMLX_BACKEND", ""))
    linked = [n for n in every if n in notebooks or has_report(run, n)]
    for notebook in every:
        chain = chain.then(of_notebook(notebook))
        if notebook not in notebooks:
            continue
        stamp = read_json(run.stamp(notebook))
        done = stamp.get("execution") == chain.digest and run.executed(notebook).exists()
        progress = Progress(f"[{notebooks.index(notebook) + 1}/{len(notebooks)}] {notebook.stem}")
        if done and not force:
            progress.say("sin cambios desde la última vez; no se repite")
        else:
            run.stamp(notebook).unlink(missing_ok=True)
            with progress:
                execute(run, notebook, progress, timeout)
            progress.say(f"listo en {progress.elapsed()}")
            stamp = {"execution": chain.digest, "date": date.today().isoformat()}

        if write_report(run, linked, notebook, stamp, force):
            progress.say(f"informe: {run.report(notebook)}")
        write(run.reports / "index.html", index.page(run.folder.parent, run.reports))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True)
    parser.add_argument("--recipe", required=True)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--force", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--skip", default="")
    options = parser.parse_args()

    home = Path(os.environ["HEMICICLO_HOME"])
    runs = Path(os.environ.get("HEMICICLO_RUNS") or home / "runs").absolute()
    reports = Path(os.environ.get("HEMICICLO_REPORTS") or home / "reports").absolute()
    timeout = 60 * int(os.environ.get("HEMICICLO_TIMEOUT") or DEFAULT_TIMEOUT_MINUTES)
    run = Run(home, runs / options.name, reports, options.name, options.recipe, options.corpus)
    os.environ |= {
        "HEMICICLO_CORPUS": str(options.corpus or ""),
        "HEMICICLO_NAME": run.name,
        "HEMICICLO_RECIPE": run.recipe,
        "HEMICICLO_RUNS": str(runs),
        "HEMICICLO_HEADLESS": "true",
        "HEMICICLO_ATTACHED": "1",  # Nothing goes on working out of sight.
    }
    start = time.monotonic()
    try:
        run_all(run, options.force, timeout, options.only, options.skip)
    except CellFailed as failure:
        print(f"\n{failure}\n", file=sys.stderr)
        return 1
    except (Interrupted, KeyboardInterrupt):
        print("\nInterrumpido. Lo hecho queda guardado: repita la orden para seguir.", file=sys.stderr)
        return 130
    minutes, seconds = divmod(round(time.monotonic() - start), 60)
    print(f"\nInformes listos en {minutes} min {seconds:02d} s. Ábralos desde:\n  {reports / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
