"""Tests of scripts/fixtures/regenerate.py and differences.py."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
sys.path.insert(0, str(FIXTURES))

from differences import differences, read  # noqa: E402
from regenerate import command, fixtures  # noqa: E402


def places(a: object, b: object) -> list[str]:
    return [where for where, _, _ in differences(a, b)]


class TestDifferences(unittest.TestCase):
    def test_numbers_with_a_fraction_may_be_near(self) -> None:
        self.assertEqual(places({"x": [1.00001, 3e-6]}, {"x": [1.0, 0.0]}), [])
        self.assertEqual(places({"x": [1.001, 2]}, {"x": [1.0, 2.0]}), [".x[0]"])
        self.assertEqual(places([float("nan")], [float("nan")]), [])
        self.assertEqual(places([float("nan")], [1.0]), ["[0]"])

    def test_all_else_is_exact(self) -> None:
        self.assertEqual(places({"ids": [1000000, 5]}, {"ids": [1000001, 5]}), [".ids[0]"])
        self.assertEqual(places(["a"], ["b"]), ["[0]"])
        self.assertEqual(places({"a": 1, "b": 2}, {"a": 1}), [".b"])
        self.assertEqual(places([1, 2], [1]), [""])
        self.assertEqual(places([True], [1]), ["[0]"])
        self.assertEqual(places({"text": "1"}, {"text": 1}), [".text"])

    def test_versions_are_not_compared(self) -> None:
        self.assertEqual(places({"made_with": {"torch": "1"}, "a": 1}, {"made_with": {}, "a": 1}), [])

    def test_files(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "a.json").write_text(json.dumps({"x": 1}), encoding="utf-8")
            (folder / "a.txt").write_text("ñ\nb\n", encoding="utf-8")
            (folder / "a.dat").write_bytes(b"\xff\x00")
            self.assertEqual(read(folder / "a.json"), {"x": 1})
            self.assertEqual(read(folder / "a.txt"), ["ñ", "b"])
            self.assertEqual(read(folder / "a.dat"), b"\xff\x00")


class TestCommands(unittest.TestCase):
    def test_docstrings_say_how_fixtures_are_made(self) -> None:
        self.assertEqual(command(FIXTURES / "gpt2.py"), ["pkg/gpt2/testdata/tiny"])
        self.assertEqual(command(FIXTURES / "train.py"), ["pkg/gpt2/testdata/tiny", "pkg/finetune/testdata"])
        for name in ("check_roundtrip.py", "check_tokenizer.py", "regenerate.py", "differences.py"):
            self.assertIsNone(command(FIXTURES / name), name)

    def test_what_they_are_told_to_make_is_there(self) -> None:
        folders = {parent for name in fixtures() for parent in name.parents}
        for script in FIXTURES.glob("*.py"):
            for argument in command(script) or []:
                if argument.startswith("pkg/"):
                    self.assertIn(Path(argument), folders, script.name)


if __name__ == "__main__":
    unittest.main()
