"""JupyterLab's settings for scripts/lab; scripts/env tells Jupyter to look in this folder."""

import os
from pathlib import Path

home = Path(os.environ["HEMICICLO_HOME"])

c = get_config()  # noqa: F821 -- given by Jupyter

# Only this machine, with the token that Jupyter makes.
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.root_dir = str(home)
c.ServerApp.preferred_dir = str(home / "notebooks")
c.LabApp.default_url = "/lab/tree/notebooks"
# Charts come alive with this file; see pkg/chart.
c.ServerApp.extra_static_paths = [str(home / ".tools" / "static")]

# The project's kernel, for every notebook.
c.KernelSpecManager.allowed_kernelspecs = {"hemiciclo"}
c.KernelSpecManager.ensure_native_kernel = False
c.MappingKernelManager.default_kernel_name = "hemiciclo"
# A cell that is stopped shows how its worker saves, before the kernel ends.
c.KernelManager.shutdown_wait_time = 14.0

# The terminal shows the address, and what goes wrong.
c.Application.log_level = "WARN"
# Jupyter's own default is longer than the interval, which it then warns of.
c.ServerApp.tornado_settings = {"ws_ping_timeout": 30000}

# Everything works with the network off: no news, no updates, no extension store.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
