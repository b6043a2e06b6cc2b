"""What scripts/spark says without a server. The server itself: scripts/test --full."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[1] / "spark"


class SparkScript(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_script(self, *arguments, java=None, **more):
        home = self.folder / "java"
        (home / "bin").mkdir(parents=True, exist_ok=True)
        if java:
            program = home / "bin" / "java"
            program.write_text(f"#!/bin/sh\necho '{java}' >&2\n")
            program.chmod(0o700)
        environment = os.environ | {
            "JAVA_HOME": str(home),
            "HEMICICLO_SPARK_STATE": str(self.folder / "state"),
            "HEMICICLO_SPARK_PYTHON": str(self.folder / "none"),
        } | more
        return subprocess.run([SCRIPT, *arguments], env=environment, capture_output=True, text=True, timeout=60)

    def test_java(self):
        for java, said in ((None, "Spark necesita Java 17"), ('openjdk version "11.0.2" 2019-01-15', "el que hay es el 11")):
            got = self.run_script("start", java=java)
            self.assertEqual(got.returncode, 1)
            self.assertIn(said, got.stderr)
            self.assertIn("sudo apt install openjdk-17-jre-headless", got.stderr)

    def test_no_spark(self):
        got = self.run_script("start", java='openjdk version "21" 2023-09-19')
        self.assertEqual(got.returncode, 1)
        self.assertIn("scripts/setup --spark", got.stderr)

    def test_not_running(self):
        state = self.folder / "state"
        state.mkdir()
        # A number left behind, now another program's: it is not ended.
        (state / "pid").write_text(f"{os.getpid()}\n")
        self.assertEqual(self.run_script("status").returncode, 1)
        got = self.run_script("stop")
        self.assertEqual((got.returncode, got.stderr), (0, ""))
        self.assertFalse((state / "pid").exists())

    def test_options(self):
        for arguments in ((), ("go",), ("start", "--port"), ("start", "--port", "x"), ("start", "--what", "1")):
            got = self.run_script(*arguments)
            self.assertEqual(got.returncode, 1, arguments)
            self.assertIn("Uso: scripts/spark", got.stderr)


if __name__ == "__main__":
    unittest.main()
