"""Tests of what scripts/doctor --bundle puts beside its programs: how it finds JAX's plugin."""

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

RUN = Path(__file__).resolve().parents[1] / "diagnosis" / "run"
PLUGIN = "jax_plugins/xla_cuda13/xla_cuda_plugin.so"


class TestBundle(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="a bundle ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "programs").mkdir()
        shutil.copy(RUN, self.folder / "run")
        program = b'#!/bin/sh\ncd "${PJRT_PLUGIN_LIBRARY_PATH:-/nowhere}/nvidia" && for part in *; do echo "$part $(cat "$part/lib" "$part" 2>/dev/null)"; done\n'
        (self.folder / "programs/diagnosis.gz").write_bytes(gzip.compress(program))

    def run_with(self, *sites: str) -> subprocess.CompletedProcess:
        """Runs it with a Python that looks for packages in folders of the test, too."""
        path = os.pathsep.join(str(self.folder / site) for site in sites)
        return subprocess.run(
            ["sh", str(self.folder / "run")], capture_output=True, text=True, check=False,
            env={"PATH": os.environ["PATH"], "PYTHON": sys.executable, "PYTHONPATH": path},
        )

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def test_jax_in_several_folders(self) -> None:
        self.write(f"user/{PLUGIN}", "plugin")
        self.write("user/nvidia/cu13/lib", "cuda")
        self.write("all/nvidia/cudnn/lib", "cudnn")
        done = self.run_with("user", "all")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.splitlines(), ["cu13 cuda", "cudnn cudnn", "pjrt_c_api_cuda_plugin.so plugin"])

    def test_python_without_jax(self) -> None:
        self.write("all/nvidia/cudnn/lib", "cudnn")
        done = self.run_with("all")
        self.assertNotEqual(done.returncode, 0)  # the program finds no plugin
        self.assertIn("jax[cuda13]", done.stderr)
