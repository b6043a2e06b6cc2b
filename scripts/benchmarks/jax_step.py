"""Trains a GPT-2 with JAX on one batch, a step at a time, for the doctor.

usage: jax_step.py --model FOLDER --batch FILE [options of steps.py]

The step is that of pytorch_step.py as one compiled function, whose weights and moments are
updated in place. In bfloat16 weights, layer norm and loss stay in float32; on a GPU attention
is then cuDNN's flash attention.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
from pathlib import Path

os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # before JAX: the GPU is shared

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

from steps import options_of, padded, serve  # noqa: E402

Weights = dict[str, jax.Array]


def weights_of(folder: Path) -> dict[str, np.ndarray]:
    """Reads model.safetensors, which here holds float32 only."""
    data = (folder / "model.safetensors").read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    weights = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        assert entry["dtype"] == "F32", (name, entry)
        begin, end = entry["data_offsets"]
        flat = np.frombuffer(data, dtype="<f4", count=(end - begin) // 4, offset=8 + size + begin)
        weights[name.removeprefix("transformer.")] = flat.reshape(entry["shape"])
    return weights


def loss_of(weights: Weights, ids: jax.Array, config: dict, options: argparse.Namespace) -> jax.Array:
    """Returns the mean loss of the next tokens."""
    compute = jnp.bfloat16 if options.compute == "bfloat16" else jnp.float32
    attention = "cudnn" if options.device == "cuda" and options.compute == "bfloat16" else "xla"
    b, t = ids.shape
    heads = config["n_head"]

    def project(x: jax.Array, name: str) -> jax.Array:
        return x @ weights[name + ".weight"].astype(compute) + weights[name + ".bias"].astype(compute)

    def norm(x: jax.Array, name: str) -> jax.Array:
        x = x.astype(jnp.float32)
        mean = x.mean(-1, keepdims=True)
        variance = jnp.square(x - mean).mean(-1, keepdims=True)
        x = (x - mean) * jax.lax.rsqrt(variance + config["layer_norm_epsilon"])
        return (x * weights[name + ".weight"] + weights[name + ".bias"]).astype(compute)

    x = (weights["wte.weight"][ids] + weights["wpe.weight"][:t]).astype(compute)
    for i in range(config["n_layer"]):
        block = f"h.{i}."
        q, k, v = (
            part.reshape(b, t, heads, -1) for part in jnp.split(project(norm(x, block + "ln_1"), block + "attn.c_attn"), 3, axis=-1)
        )
        mixed = jax.nn.dot_product_attention(q, k, v, is_causal=True, implementation=attention)
        x = x + project(mixed.reshape(b, t, -1), block + "attn.c_proj")
        hidden = jax.nn.gelu(project(norm(x, block + "ln_2"), block + "mlp.c_fc"), approximate=True)
        x = x + project(hidden, block + "mlp.c_proj")
    logits = norm(x, "ln_f") @ weights["wte.weight"].astype(compute).T
    logits = logits[:, :-1, : config["vocab_size"]].astype(jnp.float32)
    right = jnp.take_along_axis(logits, ids[:, 1:, None], axis=-1)[..., 0]
    return (jax.nn.logsumexp(logits, axis=-1) - right).mean()


def adamw(weights: Weights, moments: tuple[Weights, Weights], gradients: Weights, count: jax.Array, rate: jax.Array):
    """Clips the gradients to a norm of 1 and updates; there is no weight decay."""
    norm = jnp.sqrt(sum(jnp.square(g).sum() for g in jax.tree.leaves(gradients)))
    scale = jnp.minimum(1, 1 / (norm + 1e-6))
    gradients = jax.tree.map(lambda g: g * scale, gradients)
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, moments[0], gradients)
    second = jax.tree.map(lambda m, g: 0.999 * m + 0.001 * g * g, moments[1], gradients)
    bias1, bias2 = 1 - 0.9**count, 1 - 0.999**count
    weights = jax.tree.map(
        lambda w, m, v: w - rate * (m / bias1) / (jnp.sqrt(v / bias2) + 1e-8), weights, first, second
    )
    return weights, (first, second)


def main() -> None:
    options = options_of()
    if options.dropout:
        raise SystemExit("jax_step.py has no dropout")
    jax.config.update("jax_platforms", options.device)
    jax.config.update("jax_default_matmul_precision", {"float32": "highest", "tf32": "tensorfloat32"}.get(options.compute))
    config = json.loads((options.model / "config.json").read_text())
    weights = weights_of(options.model)
    rows = padded(config["vocab_size"], options)
    weights["wte.weight"] = np.pad(weights["wte.weight"], ((0, rows - config["vocab_size"]), (0, 0)))
    weights = {name: jnp.array(w) for name, w in weights.items()}
    moments = tuple({name: jnp.zeros_like(w) for name, w in weights.items()} for _ in range(2))
    ids = jnp.array(json.loads(options.batch.read_text()), dtype=jnp.int32)

    @functools.partial(jax.jit, donate_argnums=(0, 1, 2))
    def step(weights: Weights, moments: tuple[Weights, Weights], count: jax.Array, ids: jax.Array, rate: float):
        loss, gradients = jax.value_and_grad(loss_of)(weights, ids, config, options)
        count += 1
        weights, moments = adamw(weights, moments, gradients, count, rate)
        return weights, moments, count, loss

    state = weights, moments, jnp.float32(0)

    def train(rate: float) -> jax.Array:
        nonlocal state
        *state, loss = step(*state, ids, rate)
        return loss

    def gpu_peak() -> int:
        return jax.devices()[0].memory_stats()["peak_bytes_in_use"] if options.device == "cuda" else 0

    serve(options, train, gpu_peak)


main()
