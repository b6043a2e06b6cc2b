"""Says which of the doctor's peers this Python has, as JSON.

usage: available.py cpu|cuda

A library that does not see the device counts as missing.
"""

from __future__ import annotations

import importlib
import json
import sys


def on_cuda(name: str, library: object) -> bool:
    """Tells whether a library computes on a GPU here."""
    if name == "jax":
        return library.default_backend() == "gpu"
    import torch  # which transformers computes with

    return torch.cuda.is_available()


def main() -> None:
    versions, missing = {"Python": sys.version.split()[0]}, {}
    for name in ("torch", "jax", "transformers"):
        try:
            library = importlib.import_module(name)
            if sys.argv[1] == "cuda" and not on_cuda(name, library):
                raise RuntimeError("it sees no GPU")
            if name == "transformers":
                import torch  # noqa: F401
            versions[name] = library.__version__
        except Exception as why:  # whatever a library that does not work may raise
            missing[name] = str(why).splitlines()[0]
    print(json.dumps({"versions": versions, "missing": missing}))


main()
