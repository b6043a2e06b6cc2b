"""Tests of scripts/install/gpu and of what scripts/setup makes of it, without a GPU."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[1] / "install" / "gpu"

PROC = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19 18:56:32 UTC 2023\n"
PROC_OPEN = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (builder@host)\n"


class Root(unittest.TestCase):
    """A folder in place of /."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def write(self, name: str, text: str = "", mode: int = 0o644) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)

    def call(self, line: str) -> subprocess.CompletedProcess:
        """Runs a line as scripts/setup would, with the commands of root before the machine's."""
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f'. "$1"\n{line}', "bash", str(SCRIPT), str(self.root)],
            env=os.environ | {"PATH": f"{self.root}/bin:{os.environ['PATH']}"},
            capture_output=True, text=True, check=False,
        )


class TestGPU(Root):
    def there(self) -> bool:
        return self.call('hemiciclo_gpu "$2"').returncode == 0

    def driver(self) -> str:
        told = self.call('driver=$(hemiciclo_gpu_driver "$2"); printf %s "$driver"')
        self.assertEqual(told.returncode, 0, told.stderr)
        return told.stdout

    def test_devices(self) -> None:
        self.assertFalse(self.there())
        self.write("dev/nvidiactl")
        self.write("dev/dxg")
        self.assertFalse(self.there(), "the driver alone, and another maker's GPU")
        self.write("usr/lib/wsl/lib/libcuda.so.1")
        self.assertTrue(self.there())
        (self.root / "usr/lib/wsl/lib/libcuda.so.1").unlink()
        self.assertFalse(self.there())
        self.write("usr/lib/wsl/drivers/nv_dispi.inf_amd64_1/libcuda.so.1.1")
        self.assertTrue(self.there(), "in a container of Windows' Linux subsystem")
        (self.root / "dev/dxg").unlink()
        self.assertFalse(self.there())
        self.write("dev/nvidia0")
        self.assertTrue(self.there())

    def test_driver_of_the_kernel(self) -> None:
        self.write("bin/nvidia-smi", "#!/bin/sh\necho 111.1\n", 0o755)
        for text, want in ((PROC, "535.129.03"), (PROC_OPEN, "580.65.06"), ("no version\n", "")):
            self.write("proc/driver/nvidia/version", text)
            self.assertEqual(self.driver(), want)

    def test_driver_that_nvidia_smi_tells(self) -> None:
        self.write("bin/nvidia-smi", "#!/bin/sh\nexit 9\n", 0o755)
        self.assertEqual(self.driver(), "")
        self.write("bin/nvidia-smi", "#!/bin/sh\necho NVIDIA-SMI has failed\n", 0o755)
        self.assertEqual(self.driver(), "")
        self.write("bin/nvidia-smi", '#!/bin/sh\n[ "$1" = --query-gpu=driver_version ] && echo 551.23 && echo 551.23\n', 0o755)
        self.assertEqual(self.driver(), "551.23")
        self.write("bin/nvidia-smi", "#!/bin/sh\necho NVML library version: 580.65\n", 0o755)
        self.assertEqual(self.driver(), "", "it is told with an error, of the library")

    def test_nvidia_smi_that_hangs(self) -> None:
        self.write("bin/nvidia-smi", "#!/bin/sh\necho 551.23\n", 0o755)
        self.write("bin/timeout", "#!/bin/sh\nexit 124\n", 0o755)  # as of a program that took too long
        self.assertEqual(self.driver(), "")

    def test_capability(self) -> None:
        for told, want in {"9.0": "9.0", "10.0\n7.0\n8.6": "7.0", "[N/A]": "", "12.0\n8.9": "8.9"}.items():
            self.write("bin/nvidia-smi", f'#!/bin/sh\n[ "$1" = --query-gpu=compute_cap ] && echo "{told}"\n', 0o755)
            self.assertEqual(self.call('hemiciclo_gpu_capability "$2"').stdout.strip(), want)

    def test_release(self) -> None:
        for driver, want in {
            "580.159": "13", "580": "13", "1000.1": "13", "579.99": "12", "525.60.13": "12", "524.9": "", "470.82.01": "",
            "580.65.06 7.0": "12", "580.65.06 6.1": "12", "580.65.06 7.5": "13", "590.1 12.0": "13", "535.1 7.0": "12",
        }.items():
            told = self.call(f'cuda=$(hemiciclo_cuda {driver}); printf %s "$cuda"')
            self.assertEqual((told.returncode, told.stdout), (0, want), driver)


class TestSetup(Root):
    """What choose_cuda of scripts/setup chooses."""

    def choose(self, wish: str, driver: str, gpu: bool = True, machine: str = "Linux-x86_64", capability: str = "") -> tuple[str, str]:
        setup = (SCRIPT.parents[1] / "setup").read_text(encoding="utf-8")
        function = setup[setup.index("choose_cuda() {"):]
        function = function[: function.index("\n}\n") + 3]
        (self.root / "stamps").mkdir(exist_ok=True)
        told = self.call(
            f"hemiciclo_gpu() {{ {'true' if gpu else 'false'}; }}\n"
            f"hemiciclo_gpu_driver() {{ printf %s '{driver}'; }}\n"
            f"hemiciclo_gpu_capability() {{ printf %s '{capability}'; }}\n"
            f"uname() {{ if [ \"$1\" = -s ]; then echo {machine.split('-')[0]}; else echo {machine.split('-')[1]}; fi; }}\n"
            "is_musl() { false; }\nhemiciclo_die() { echo \"$1\" >&2; exit 1; }\n"
            f'tools=$2 cuda={wish}\n{function}\nchoose_cuda\nprintf "\\n%s" "$cuda"'
        )
        said, _, cuda = told.stdout.rpartition("\n")
        return cuda, said if told.returncode == 0 else told.stderr

    def test_choice(self) -> None:
        self.assertEqual(self.choose("auto", "580.1"), ("13", ""))
        self.assertEqual(self.choose("auto", "550.1"), ("12", ""))
        self.assertEqual(self.choose("auto", "580.1", gpu=False), ("", ""))
        self.assertEqual(self.choose("yes", "550.1", gpu=False), ("12", ""))
        self.assertEqual(self.choose("12", "580.1"), ("12", ""))
        self.assertEqual(self.choose("13", "", gpu=False), ("13", ""))
        for wish in ("auto", "yes"):
            self.assertEqual(self.choose(wish, "580.1", capability="7.0"), ("12", ""), "a GPU that CUDA 13 does not know")
            self.assertEqual(self.choose(wish, "580.1", capability="7.5"), ("13", ""))

    def test_a_guess_is_said(self) -> None:
        cuda, said = self.choose("yes", "", gpu=False)
        self.assertEqual(cuda, "13")
        self.assertIn("scripts/setup --cuda=12", said)

    def test_what_cannot_be_used_is_said(self) -> None:
        for wish in ("auto", "yes"):
            cuda, said = self.choose(wish, "470.82.01")
            self.assertEqual(cuda, "")
            self.assertIn("demasiado antiguo: 470.82.01", said)
        cuda, said = self.choose("auto", "")
        self.assertEqual(cuda, "")
        self.assertIn("no se sabe qué controlador", said)
        self.assertEqual(self.choose("auto", "580.1", machine="Darwin-arm64", gpu=False), ("", ""))
        self.assertIn("x86-64", self.choose("auto", "580.1", machine="Linux-aarch64")[1])
        self.assertIn("Linux", self.choose("yes", "580.1", machine="Darwin-arm64")[1])

    def test_no_cuda_lasts_until_cuda(self) -> None:
        plugin = self.root / "lib/cuda/nvidia/pjrt_c_api_cuda_plugin.so"
        self.write(str(plugin.relative_to(self.root)))
        self.assertEqual(self.choose("no", "580.1"), ("", ""))
        self.assertFalse(plugin.exists(), "the GPU would still be used")
        self.assertEqual(self.choose("auto", "580.1"), ("", ""))
        self.assertEqual(self.choose("yes", "580.1"), ("13", ""))
        self.assertEqual(self.choose("auto", "580.1"), ("13", ""))

    def test_what_is_installed_stays_where_it_works(self) -> None:
        self.write("lib/cuda/wheels/jax-cuda12-pjrt==0.11.2.json")  # the others may be missing yet
        self.assertEqual(self.choose("auto", "580.1"), ("12", ""))
        self.assertEqual(self.choose("yes", "580.1"), ("13", ""))
        self.assertEqual(self.choose("auto", "580.1", capability="7.0"), ("12", ""))
        (self.root / "lib/cuda/wheels/jax-cuda12-pjrt==0.11.2.json").rename(self.root / "lib/cuda/wheels/jax-cuda13-pjrt==0.11.2.json")
        self.assertEqual(self.choose("auto", "550.1"), ("12", ""))
        self.assertEqual(self.choose("auto", "580.1"), ("13", ""))

    def test_a_step_that_may_fail(self) -> None:
        setup = (SCRIPT.parents[1] / "setup").read_text(encoding="utf-8")
        function = setup[setup.index("step() {"):]
        function = function[: function.index("\n}\n") + 3]
        for folder in ("stamps", "log"):
            (self.root / folder).mkdir()
        for instead, goes_on in {"": False, "On the processor.": True}.items():
            told = self.call(
                f"hemiciclo_die() {{ echo \"$1\" >&2; exit 1; }}\ntools=$2 number=0 steps=1 child= hint=hint instead='{instead}'\n"
                f"{function}\nstep cuda inputs title false\necho went on"
            )
            self.assertEqual(told.returncode == 0 and "went on" in told.stdout, goes_on, told.stderr)
            self.assertEqual(instead in told.stderr and "falló" not in told.stderr, goes_on)
            self.assertFalse((self.root / "stamps/cuda").exists(), "it is not tried again")
