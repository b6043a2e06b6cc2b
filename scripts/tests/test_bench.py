"""What scripts/bench keeps and how it fits, without measuring anything."""

import argparse
import contextlib
import io
import json
import math
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from results import Results, exponent  # noqa: E402
from steps import padded, serve  # noqa: E402
from tokenizer_peers import bytes_by_character, digest_of_ids, digest_of_tokens  # noqa: E402


class Exponent(unittest.TestCase):
    def test_powers_are_found(self):
        x = [1, 2, 4, 8, 100]
        for e in (-1, 0, 0.5, 1, 2.25):
            self.assertAlmostEqual(exponent(x, [3.5 * v**e for v in x]), e, places=12)

    def test_least_squares(self):
        # In logarithms the points are (0, 0), (1, 1), (2, 0): the line through them is level.
        self.assertAlmostEqual(exponent([1, math.e, math.e**2], [1, math.e, 1]), 0, places=12)
        # (0, 0), (1, 3), (2, 3): the slope is ((−1)(−2) + 1·1) / 2.
        self.assertAlmostEqual(exponent([1, math.e, math.e**2], [1, math.e**3, math.e**3]), 1.5, places=12)

    def test_what_has_none(self):
        for x, y in (([1], [1]), ([2, 2], [1, 3]), ([1, 2], [1, 0]), ([0, 2], [1, 1]), ([1, 2], [1, 2, 3])):
            with self.assertRaises(ValueError):
                exponent(x, y)


class ResultsFile(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_what_is_kept(self):
        results = Results("load", "pip", "no-such-package-at-all")
        results.add("un año", "pandas", ratios=(2.0, 3.0), unit="MB/s", speeds=(700.5, 50), peaks=(1, 2), about="todo")
        results.add("un año", "duckdb", ratios=[1.5], unit="MB/s", speeds=[700, 500])
        results.grow("train", "capas", [2, 4, 8], [1, 2, 4], about="lote 4")
        results.leave_out("spark", "no hay Java")
        file = self.folder / "new" / "load.json"
        results.write(file)
        kept = json.loads(file.read_text(encoding="utf-8"))
        self.assertEqual(kept["cases"], [
            {"case": "un año", "peer": "pandas", "ratios": [2, 3], "unit": "MB/s", "speeds": [700.5, 50], "peaks": [1, 2], "about": "todo"},
            {"case": "un año", "peer": "duckdb", "ratios": [1.5], "unit": "MB/s", "speeds": [700, 500], "peaks": None},
        ])
        [series] = kept["series"]
        self.assertAlmostEqual(series.pop("exponent"), 1)
        self.assertEqual(series, {"work": "train", "name": "capas", "x": [2, 4, 8], "seconds": [1, 2, 4], "about": "lote 4"})
        self.assertEqual(kept["left_out"], [{"peer": "spark", "why": "no hay Java"}])
        self.assertEqual(kept["not_run"], "")
        self.assertRegex(kept["date"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$")
        self.assertIn("gomlx", kept["versions"])
        self.assertNotIn("no-such-package-at-all", kept["versions"])
        self.assertGreater(kept["machine"]["cores"], 0)
        self.assertEqual([file.name for file in file.parent.iterdir()], ["load.json"])

    def test_nobody_asked(self):
        Results("load").write(None)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_contest_that_fails_is_not_run(self):
        bench = self.folder / "bench"
        bench.write_text('#!/bin/sh\necho "$@" >>"$0.calls"\n[ "$1" = growth ] && exit 0\nprintf "\\nerror: no hay red.\\n       Inténtelo luego.\\n" >&2\nexit 1\n')
        bench.chmod(0o700)
        page = self.folder / "page"
        page.write_text('#!/bin/sh\necho "$@" >>"$0.calls"\n')
        page.chmod(0o700)
        results = self.folder / "results"
        done = subprocess.run(
            [sys.executable, BENCHMARKS / "all.py", "--bench", bench, "--page", page, "--results", results, "--output", "x.html", "--rounds", "2", "load", "growth"],
            capture_output=True, text=True, timeout=60,
        )
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("sin medir: load", done.stderr)
        self.assertNotIn("growth", done.stderr)
        kept = json.loads((results / "load.json").read_text(encoding="utf-8"))
        self.assertEqual(kept["not_run"], "no hay red. Inténtelo luego.")
        self.assertEqual(kept["cases"], [])
        self.assertFalse((results / "growth.json").exists())
        calls = (self.folder / "bench.calls").read_text().splitlines()
        self.assertEqual(calls, [
            f"load --rows 200000 --rounds 3 --rounds 2 --json {results / 'load.json'}",
            f"growth --rounds 5 --rounds 2 --json {results / 'growth.json'}",
        ])
        self.assertEqual(len((self.folder / "page.calls").read_text().splitlines()), 2)


class Steps(unittest.TestCase):
    """How peers answer, without any of them."""

    def answers(self, turns: int, losses: list[float], **options) -> tuple[list[dict], list[float]]:
        rates, given = [], iter(losses)

        def train(rate: float) -> float:
            rates.append(rate)
            return next(given)

        said = io.StringIO()
        with unittest.mock.patch("sys.stdin", io.StringIO("\n" * turns)), contextlib.redirect_stdout(said):
            serve(argparse.Namespace(**options), train, lambda: 7)
        return [json.loads(line) for line in said.getvalue().splitlines()], rates

    def test_turns(self):
        answers, rates = self.answers(2, [5, 4, 3, 2], rate=8, steps=4, turn=2)
        self.assertEqual([answer["loss"] for answer in answers], [4.5, 2.5])
        self.assertEqual(rates, [8, 6, 4, 2])
        for answer in answers:
            self.assertEqual(set(answer), {"loss", "seconds", "peak", "gpu_peak"})
            self.assertEqual(answer["gpu_peak"], 7)
            self.assertGreater(answer["peak"], 0)
            self.assertGreaterEqual(answer["seconds"], 0)

    @unittest.skipUnless(sys.platform == "linux", "the peak is read from its /proc")
    def test_the_peak_is_not_the_starters(self):
        held = bytearray(b"x") * (256 << 20)
        program = "from steps import host_peak; print(host_peak())"
        told = subprocess.run([sys.executable, "-c", program], cwd=BENCHMARKS, capture_output=True, text=True, check=True, timeout=60)
        self.assertGreater(int(told.stdout), 0)
        self.assertLess(int(told.stdout), len(held) // 2)

    def test_the_rate_ends_at_zero(self):
        self.assertEqual(self.answers(3, [1, 1, 1], rate=1, steps=2, turn=1)[1], [1, 0.5, 0])

    def test_a_loss_that_is_none(self):
        with self.assertRaises(AssertionError):
            self.answers(1, [math.nan], rate=1, steps=1, turn=1)

    def test_vocabulary(self):
        for rows, want in ((50257, 50304), (128, 128), (1, 128)):
            self.assertEqual(padded(rows, argparse.Namespace(pad_vocabulary=True)), want)
            self.assertEqual(padded(rows, argparse.Namespace(pad_vocabulary=False)), rows)

    def test_libraries_that_are_missing(self):
        told = subprocess.run(
            [sys.executable, "-S", BENCHMARKS / "available.py", "cpu"], env={}, capture_output=True, text=True, check=True, timeout=60
        )
        told = json.loads(told.stdout)
        self.assertEqual(set(told["versions"]), {"Python"})
        self.assertEqual(set(told["missing"]), {"torch", "jax", "transformers"})


class TokenizerPeers(unittest.TestCase):
    def test_alphabet(self):
        alphabet = bytes_by_character()
        self.assertEqual(sorted(alphabet.values()), list(range(256)))
        self.assertEqual((alphabet["Ġ"], alphabet["Ċ"], alphabet["a"], alphabet["ñ"]), (ord(" "), ord("\n"), ord("a"), 0xF1))

    def test_digests(self):
        self.assertEqual(digest_of_ids([[1, 2], [3]], 0), digest_of_ids(iter([[1, 2], [3]]), 0))
        self.assertNotEqual(digest_of_ids([[1, 2], [3]], 0), digest_of_ids([[1], [2, 3]], 0))
        self.assertEqual(digest_of_tokens({"b": 1, "a": 0}), digest_of_tokens({"a": 0, "b": 1}))
        self.assertNotEqual(digest_of_tokens({"b": 1, "a": 0}), digest_of_tokens({"a": 1, "b": 0}))


if __name__ == "__main__":
    unittest.main()
