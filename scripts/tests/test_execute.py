"""Notebooks run from a path with a space, offline, once; a failing cell is told plainly."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

HOME = Path(__file__).resolve().parents[2]
WHERE = """import (
    "fmt"

    "github.com/hemiciclo/hemiciclo/pkg/home"
)

// dónde imprime la carpeta del proyecto
func dónde() {
    dir, err := home.Dir()
    fmt.Println(dir, err)
}"""

# A cell that saves, slowly, when it is told to stop.
WAITS = """import (
    "context"
    "os"
    "os/signal"
    "time"
)

%%
ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
defer stop()
os.WriteFile("corre", nil, 0o644)
select {
case <-ctx.Done():
case <-time.After(time.Minute):
}
time.Sleep(2 * time.Second)
os.WriteFile("guardado", nil, 0o644)"""


# A cell that ends as study.Check ends one.
NOTE = """import (
    "os"

    "github.com/hemiciclo/hemiciclo/pkg/chart"
)

%%
chart.Show(chart.Note{Kind: chart.Failure, Title: "No se pudo completar este paso", Text: "no hay tweets; revise [sides] en study.toml"})
os.Exit(1)"""


class Execute(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        # macOS' temporary folder is a link; the scripts name the folder behind it.
        self.home = Path(temporary.name).resolve() / "con espacio y ñ"
        ignore = shutil.ignore_patterns("__pycache__", "testdata")
        for folder in ("kernels", "scripts", "pkg/home", "pkg/chart"):
            shutil.copytree(HOME / folder, self.home / folder, ignore=ignore)
        for file in ("go.mod", "go.sum"):
            shutil.copy(HOME / file, self.home)
        (self.home / ".tools").symlink_to(HOME / ".tools")
        (self.home / "notebooks").mkdir()

    def notebook(self, name: str, *code: str) -> None:
        cells = [new_markdown_cell(f"# Cuaderno {name}"), *map(new_code_cell, code)]
        nbformat.write(new_notebook(cells=cells), self.home / "notebooks" / f"{name}.ipynb")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        script = '. scripts/env && exec "$hemiciclo_python" scripts/notebook/execute.py --name prueba --recipe test "$@"'
        # Settings of a user that would break the kernel, and no network for Go.
        hostile = {"GOWORK": "off", "GOFLAGS": "-mod=mod", "GOPROXY": "off"}
        clean = {k: v for k, v in os.environ.items() if not k.startswith("HEMICICLO_")}
        return subprocess.Popen(
            ["bash", "-c", script, "bash", *arguments],
            cwd=self.home, env=clean | hostile, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )

    def execute(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        try:
            stdout, stderr = process.communicate(timeout=300)
        finally:
            process.kill()
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    def test_runs_once(self) -> None:
        self.notebook("1-uno", WHERE, "%%\ndónde()")
        self.notebook("2-dos", '%%\nfmt.Println("<b>dos</b>")')
        before = [(self.home / name).read_bytes() for name in ("go.mod", "go.sum")]

        first = self.execute()
        self.assertEqual(first.returncode, 0, first.stdout + first.stderr)
        self.assertIn("[1/2] 1-uno: celda 2/2", first.stdout)
        executed = json.loads((self.home / "runs/prueba/notebooks/1-uno.ipynb").read_text("utf-8"))
        self.assertEqual("".join(executed["cells"][2]["outputs"][0]["text"]), f"{self.home} <nil>\n")
        self.assertEqual(before, [(self.home / name).read_bytes() for name in ("go.mod", "go.sum")])
        report = (self.home / "reports/prueba-2-dos.html").read_text("utf-8")
        self.assertIn("&lt;b&gt;dos", report)
        self.assertIn("prueba-2-dos.html", (self.home / "reports/index.html").read_text("utf-8"))

        made = self.home / "runs/prueba/probar.html"
        made.write_text("<p>pruebe</p>", "utf-8")
        (self.home / "reports/bench.html").write_text("<p>deprisa</p>", "utf-8")
        again = self.execute()
        self.assertEqual(again.stdout.count("no se repite"), 2, again.stdout)
        self.assertNotIn("celda", again.stdout)
        published = self.home / "reports/prueba-probar.html"
        self.assertEqual(published.read_text("utf-8"), "<p>pruebe</p>")
        index = (self.home / "reports/index.html").read_text("utf-8")
        self.assertLess(index.index("prueba-probar.html"), index.index("prueba-1-uno.html"))
        self.assertIn('href="bench.html"', index)
        made.unlink()

        self.notebook("2-dos", '%%\nfmt.Println("otro")')
        changed = self.execute()
        self.assertEqual(changed.stdout.count("no se repite"), 1, changed.stdout)
        self.assertIn("[2/2] 2-dos: celda 1/1", changed.stdout)
        self.assertFalse(published.exists())
        self.assertNotIn("probar", (self.home / "reports/index.html").read_text("utf-8"))

        forced = self.execute("--force")
        self.assertNotIn("no se repite", forced.stdout)

    def test_failing_cell(self) -> None:
        self.notebook("1-falla", '%%\nfmt.Println("antes")', '%%\npanic("roto")', '%%\nfmt.Println("nunca")')
        self.notebook("2-sigue", '%%\nfmt.Println("nunca")')
        done = self.execute()
        self.assertEqual(done.returncode, 1)
        self.assertIn("cuaderno 1-falla, celda 2 («Cuaderno 1-falla»)", done.stderr)
        self.assertIn("panic: roto", done.stderr)
        self.assertNotIn("2-sigue", done.stdout)
        kept = (self.home / "runs/prueba/notebooks/1-falla.ipynb").read_text("utf-8")
        self.assertIn("antes", kept)
        self.assertFalse((self.home / "reports/prueba-1-falla.html").exists())

    def test_failing_step_says_why(self) -> None:
        self.notebook("1-nota", NOTE)
        done = self.execute()
        self.assertEqual(done.returncode, 1)
        self.assertIn("cuaderno 1-nota, celda 1 («Cuaderno 1-nota»)", done.stderr)
        self.assertIn("No se pudo completar este paso", done.stderr)
        self.assertIn("revise [sides] en study.toml", done.stderr)
        self.assertNotIn("exit status", done.stderr)
        self.assertIn(str(self.home / "runs/prueba/notebooks/1-nota.ipynb"), done.stderr)

    def test_chosen_notebooks(self) -> None:
        for name in ("1-uno", "2-dos", "9a-estudio"):
            self.notebook(name, f'%%\nfmt.Println("{name}")')
        corpus = self.home / "corpus"
        corpus.mkdir()

        def run(*arguments: str) -> subprocess.CompletedProcess[str]:
            return self.execute("--corpus", str(corpus), *arguments)

        def report(name: str) -> str:
            path = self.home / f"reports/prueba-{name}.html"
            return path.read_text("utf-8") if path.exists() else ""

        alone = run("--only", "2")
        self.assertEqual(alone.returncode, 0, alone.stderr)
        self.assertIn("[1/1] 2-dos", alone.stdout)
        self.assertIn("prueba-2-dos.html", report("2-dos"))
        self.assertNotIn("prueba-1-uno.html", report("2-dos"))
        self.assertNotIn("prueba-1-uno.html", (self.home / "reports/index.html").read_text("utf-8"))

        usual = run()
        self.assertIn("--only 9a", usual.stdout)
        self.assertIn("[2/2] 2-dos: sin cambios", usual.stdout)  # those left out before make nothing stale
        self.assertIn("prueba-1-uno.html", report("2-dos"))
        self.assertEqual(report("9a-estudio"), "")
        self.assertNotIn("prueba-9a", report("1-uno"))

        asked = run("--only", "9a-estudio")
        self.assertIn("[1/1] 9a-estudio", asked.stdout)
        self.assertIn("prueba-9a-estudio.html", report("1-uno"))
        self.assertIn("[1/1] 2-dos: sin cambios", run("--skip", "1,9").stdout)

        unknown = run("--only", "1,7")
        self.assertEqual(unknown.returncode, 1)
        self.assertIn("no hay cuaderno «7»", unknown.stderr)
        self.assertIn("9a-estudio", unknown.stderr)

    def test_interrupt_lets_the_cell_save(self) -> None:
        self.notebook("1-larga", WAITS, '%%\nfmt.Println("nunca")')
        process = self.start()
        self.addCleanup(process.kill)
        running = self.home / "notebooks" / "corre"
        while process.poll() is None and not running.exists():
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, stdout + stderr)
        self.assertIn("Interrumpido", stderr)
        self.assertTrue((self.home / "notebooks" / "guardado").exists())
        self.assertNotIn("celda 2/2", stdout)
        self.assertEqual(list((self.home / "runs").glob("prueba/notebooks/*.json")), [])

    def test_cell_that_does_not_compile(self) -> None:
        self.notebook("1-mal", '%%\nvar x int = "texto"\nfmt.Println(x)')
        done = self.execute()
        self.assertEqual(done.returncode, 1)
        self.assertIn("cuaderno 1-mal, celda 1", done.stderr)
        self.assertIn("La celda no compila", done.stderr)
        self.assertIn("Line 2", done.stderr)  # of the cell, not of the program made from it
        self.assertIn("cannot use", done.stderr)


if __name__ == "__main__":
    unittest.main()
