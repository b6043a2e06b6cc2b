"""The check of reports finds what it is there to find."""

from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "notebook"))

import check_reports

CHART = '<div data-hemiciclo-chart="a"><img src="data:image/svg+xml;base64,AA"></div>'
BADGE = "<p>Corpus sintético</p>"


class CheckReports(unittest.TestCase):
    def check(self, body: str, synthetic: bool = True) -> list[str]:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            (folder / "index.html").write_text("<p>índice</p>", encoding="utf-8")
            (folder / "demo-1.html").write_text(body, encoding="utf-8")
            return check_reports.check(folder, synthetic)

    def test_whole_report(self) -> None:
        body = (
            CHART + BADGE + '<a href="https://example.org">un enlace se sigue, no se carga</a>'
            '<script>var s = "<img src=http://example.org>";</script>'
            '<style>p { background: url(data:image/png;base64,AA); }</style>'
        )
        self.assertEqual(self.check(body), [])

    def test_loads_from_elsewhere(self) -> None:
        for load in (
            '<script src="https://example.org/a.js"></script>',
            '<link rel="stylesheet" href="//example.org/a.css">',
            '<img src="http://example.org/a.png">',
            '<img srcset="a.png 2x">',
            '<iframe src="otra.html"></iframe>',
            '<style>@import "a.css";</style>',
            '<style>p { background: url("https://example.org/a.png"); }</style>',
            '<p style="background: url(a.png)">',
        ):
            with self.subTest(load):
                self.assertEqual(len(self.check(CHART + BADGE + load)), 1)

    def test_missing_badge_chart_or_picture(self) -> None:
        self.assertEqual(len(self.check(CHART)), 1)
        self.assertEqual(self.check(CHART, synthetic=False), [])
        self.assertEqual(len(self.check(BADGE)), 1)
        self.assertEqual(len(self.check(BADGE + '<div data-hemiciclo-chart="a"></div>')), 1)


if __name__ == "__main__":
    unittest.main()
