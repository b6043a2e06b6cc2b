"""Tests of scripts/install/fetch_cuda.py, with small wheels that nobody downloads."""

import os
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

SCRIPTS = Path(__file__).resolve().parents[1] / "install"
sys.path.insert(0, str(SCRIPTS))

import fetch_cuda  # noqa: E402

WHEELS = {
    "plugin==1": {"jax_plugins/xla_cuda13/xla_cuda_plugin.so": "plugin"},
    "nvcc==13": {"nvidia/cu13/bin/ptxas": "#!/bin/sh\n", "nvidia/cu13/bin/nvcc.profile": "text"},
    "blas==13": {"nvidia/cu13/lib/libblas.so.13": "blas 13"},
    "nvcc==12": {"nvidia/cuda_nvcc/bin/ptxas": "#!/bin/sh\n"},
    "blas==14": {"nvidia/cu13/lib/libblas.so.13": "blas 14"},
}


class Cut(Exception):
    """The connection was lost."""


class TestFetchCUDA(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "cuda"
        self.plugin = self.folder / fetch_cuda.PLUGIN
        self.downloaded: list[str] = []
        self.installed: list[str] = []  # files of what was last installed
        environment = mock.patch.dict(os.environ)
        environment.start()
        self.addCleanup(environment.stop)

    def install(self, *names: str, cut: str = "") -> None:
        """Installs wheels; of the one named cut only a part comes."""

        def download(requirements: Path, folder: Path) -> Path:
            name = requirements.read_text(encoding="utf-8")
            self.downloaded.append(name)
            if self.plugin.exists():
                missing = [path for path in self.installed if not (self.folder / path).exists()]
                self.assertEqual(missing, [], "the plugin can be found while wheels are missing")
            if name == cut:
                (folder / "pip-unpack").mkdir()
                (folder / "pip-unpack" / "half").write_text("half", encoding="utf-8")
                raise Cut
            self.assertFalse((folder / "pip-unpack").exists(), "half a wheel is still there")
            self.assertEqual(list(self.folder.glob("downloads/*/*.whl")), [], "what is unpacked still takes room")
            wheel = folder / f"{name.replace('==', '-')}-py3-none-any.whl"
            with zipfile.ZipFile(wheel, "w") as archive:
                for path, text in WHEELS[name].items():
                    member = zipfile.ZipInfo(path)
                    member.external_attr = (0o100744 if path.endswith("ptxas") else 0o100644) << 16
                    archive.writestr(member, text)
            return wheel

        with mock.patch("fetch.download", download):
            fetch_cuda.install({name: name for name in names}, self.folder, self.folder.with_name("progress"))
        self.installed = [path for name in names for path in WHEELS[name]]

    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file() and path.suffix != ".json")

    def test_layout(self) -> None:
        self.install("plugin==1", "nvcc==13", "blas==13")
        self.assertEqual(self.files(), sorted([
            *WHEELS["plugin==1"], *WHEELS["nvcc==13"], *WHEELS["blas==13"], fetch_cuda.PLUGIN, fetch_cuda.ASSEMBLER]))
        self.assertEqual(os.readlink(self.plugin), "../jax_plugins/xla_cuda13/xla_cuda_plugin.so")
        self.assertEqual(os.readlink(self.folder / "nvidia/bin/ptxas"), "../cu13/bin/ptxas")
        self.assertEqual((self.folder / "nvidia/bin/ptxas").stat().st_mode & 0o777, 0o755)
        self.assertEqual((self.folder / "nvidia/cu13/bin/nvcc.profile").stat().st_mode & 0o111, 0)

    def test_finished_wheels_are_not_downloaded_twice(self) -> None:
        with self.assertRaises(Cut):
            self.install("plugin==1", "nvcc==13", "blas==13", cut="nvcc==13")
        self.assertFalse(self.plugin.exists())
        self.install("plugin==1", "nvcc==13", "blas==13")
        self.assertEqual(self.downloaded, ["plugin==1", "nvcc==13", "nvcc==13", "blas==13"])
        self.assertTrue(self.plugin.exists())
        self.install("plugin==1", "nvcc==13", "blas==13")
        self.assertEqual(len(self.downloaded), 4)

    def test_what_is_no_longer_required_goes(self) -> None:
        self.install("plugin==1", "nvcc==13", "blas==13")
        self.install("plugin==1", "nvcc==12", "blas==14")
        self.assertEqual(self.downloaded[3:], ["nvcc==12", "blas==14"])
        self.assertFalse((self.folder / "nvidia/cu13/bin").exists())
        self.assertEqual(os.readlink(self.folder / "nvidia/bin/ptxas"), "../cuda_nvcc/bin/ptxas")
        self.assertEqual((self.folder / "nvidia/cu13/lib/libblas.so.13").read_text(encoding="utf-8"), "blas 14")

    def test_without_a_network_what_was_there_stays(self) -> None:
        self.install("plugin==1", "nvcc==13", "blas==13")
        before = self.files()
        with self.assertRaises(Cut):
            self.install("plugin==1", "nvcc==12", "blas==14", cut="nvcc==12")
        self.assertEqual([name for name in self.files() if not name.startswith("downloads/")], before)
        with self.assertRaises(Cut):
            self.install("plugin==1", "nvcc==12", "blas==14", cut="blas==14")
        self.assertFalse(self.plugin.exists())
        self.install("plugin==1", "nvcc==13", "blas==13")
        self.assertEqual(self.downloaded[3:], ["nvcc==12", "nvcc==12", "blas==14", "nvcc==13", "blas==13"])

    def test_a_plugin_that_is_missing(self) -> None:
        with self.assertRaises(SystemExit):
            self.install("nvcc==13")

    def test_progress(self) -> None:
        downloads, progress = self.folder / "downloads", self.folder / "progress"
        (downloads / "pip-unpack").mkdir(parents=True)
        with (downloads / "pip-unpack" / "half").open("wb") as half:
            half.truncate(30_000_000)
        fetch_cuda.Watch(progress, downloads, 1_200_000_000).write()
        self.assertEqual(progress.read_text(encoding="utf-8"), "1,23 GB")

    def test_requirements(self) -> None:
        for release, plugin in (("12", "jax-cuda12-pjrt==0.11.2"), ("13", "jax-cuda13-pjrt==0.11.2")):
            pinned = fetch_cuda.pins((SCRIPTS / f"requirements-cuda{release}.txt").read_text(encoding="utf-8"))
            self.assertIn(plugin, pinned)
            self.assertGreater(len(pinned), 10)
            for name, requirement in pinned.items():
                self.assertTrue(requirement.startswith(name))
                self.assertIn("--hash=sha256:", requirement)
                self.assertNotIn("#", requirement)
