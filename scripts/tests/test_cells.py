"""What a failing cell is said to have failed of."""

from __future__ import annotations

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "notebook"))

from nbformat.v4 import new_code_cell, new_notebook, new_output

import cells


def error(text: str) -> dict:
    return new_output("error", ename="ERROR", evalue=text, traceback=text.splitlines())


def stderr(text: str) -> dict:
    return new_output("stream", name="stderr", text=text)


class Explain(unittest.TestCase):
    def explain(self, *outputs: dict) -> str:
        nb = new_notebook(cells=[new_code_cell("x := 1"), new_code_cell("// medir\ny := 2", outputs=list(outputs))])
        return cells.explain(nb, "8-comparar", 2, "se acabó el tiempo")

    def test_reasons(self) -> None:
        note = new_output("display_data", {"text/plain": "✗ No se pudo\n  faltan tweets" + "\n  una línea" * 100})
        for outputs, expected, unexpected in (
            ([note, stderr("exit status 1\n"), error("exit status 1")], "faltan tweets", "exit status"),
            ([stderr("panic: roto\n"), stderr("exit status 2\n"), error("exit status 2")], "panic: roto", "sin decir"),
            ([stderr("exit status 3\n"), error("exit status 3")], "terminó sin decir por qué (exit status 3)", "compila"),
            ([stderr("signal: killed\n"), error("signal: killed")], "quizá faltó memoria", "compila"),
            ([error("# gonb_1\n./main.go:11: undefined: x\n")], "La celda no compila", "# gonb"),
            ([], "se acabó el tiempo", "compila"),
        ):
            said = self.explain(*outputs)
            self.assertTrue(said.startswith("error: cuaderno 8-comparar, celda 2 («medir»):\n"), said)
            self.assertIn(expected, said)
            self.assertNotIn(unexpected, said)
            self.assertLess(said.count("\n"), cells.ERROR_LINES + 3)


if __name__ == "__main__":
    unittest.main()
