"""A corpus is known by what its files hold."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "notebook"))

from fingerprint import of_corpus


class OfCorpus(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name).resolve()
        self.corpus = self.folder / "corpus"
        self.cache = self.folder / "run" / "steps" / "load.hashes.json"
        self.write("study.toml", 'title = "Uno"\n')
        self.write("accounts.csv", "screen_name\nuno\n")
        self.write("tweets/2020/a.jsonl", "{}\n")

    def write(self, name: str, text: str, age: float = 3600) -> None:
        path = self.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, (time.time() - age,) * 2)

    def digest(self) -> str:
        return of_corpus(self.corpus, self.cache)

    def test_what_makes_no_difference(self) -> None:
        first = self.digest()
        self.write("study.toml", 'title = "Uno"\n', age=60)
        self.write("tweets/2020/a.jsonl", "{}\n", age=0)
        self.write("README.md", "Notas")
        self.write("tweets/.oculto", "Notas")
        self.write("tweets/_temporary/b.jsonl", "{}")
        self.assertEqual(self.digest(), first)
        moved = self.folder / "otra parte" / "corpus"
        shutil.copytree(self.corpus, moved)
        shutil.rmtree(self.corpus)
        self.corpus = moved
        self.assertEqual(self.digest(), first)
        shutil.move(moved / "tweets", self.folder / "tweets")
        (moved / "tweets").symlink_to(self.folder / "tweets")
        self.assertEqual(self.digest(), first)

    def test_what_does(self) -> None:
        seen = {self.digest()}
        for change in (
            lambda: self.write("study.toml", 'title = "Dos"\n'),
            lambda: self.write("accounts.csv", "screen_name\ndos\n"),
            lambda: self.write("tweets/2020/a.jsonl", "[]\n", age=1800),
            lambda: self.write("tweets/b.jsonl", "{}\n"),
            lambda: (self.corpus / "tweets" / "b.jsonl").rename(self.corpus / "tweets" / "c.jsonl"),
            lambda: (self.corpus / "accounts.csv").unlink(),
            lambda: self.corpus.rename(self.folder / "otro"),
        ):
            change()
            if not self.corpus.exists():
                self.corpus = self.folder / "otro"
            digest = self.digest()
            self.assertNotIn(digest, seen)
            seen.add(digest)

    def test_hashes_are_kept(self) -> None:
        first = self.digest()
        self.write("tweets/2020/a.jsonl", "{}\n")
        status = (self.corpus / "tweets/2020/a.jsonl").stat()
        self.digest()
        # As pkg/run reads them.
        kept = json.loads(self.cache.read_text(encoding="utf-8"))[str(self.corpus / "tweets/2020/a.jsonl")]
        self.assertEqual((kept["size"], kept["mtime"], len(kept["sha256"])), (3, status.st_mtime_ns, 64))
        # One that pretends not to have changed is not read again, unless the cache is gone.
        self.write("tweets/2020/a.jsonl", "[]\n")
        os.utime(self.corpus / "tweets/2020/a.jsonl", ns=(status.st_mtime_ns,) * 2)
        self.assertEqual(self.digest(), first)
        for broken in ("", "{", "[]", "null", json.dumps({str(self.corpus / "tweets/2020/a.jsonl"): 1})):
            self.cache.write_text(broken, encoding="utf-8")
            self.assertNotEqual(self.digest(), first, broken)

    def test_what_was_just_written_is_read_again(self) -> None:
        now = time.time()
        seen = set()
        for text in ("{}\n", "[]\n"):
            self.write("tweets/2020/a.jsonl", text)
            os.utime(self.corpus / "tweets/2020/a.jsonl", (now, now))
            seen.add(self.digest())
        self.assertEqual(len(seen), 2)


if __name__ == "__main__":
    unittest.main()
