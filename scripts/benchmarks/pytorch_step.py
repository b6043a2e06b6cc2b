"""Trains a GPT-2 with PyTorch on one batch, a step at a time, for scripts/bench and the doctor.

usage: pytorch_step.py --model FOLDER --batch FILE [--compile] [options of steps.py]

The model is GPT-2 as transformers has it, with PyTorch's own attention, and the step is that
of its Trainer: clipping, fused AdamW, weights in float32; bfloat16 is autocast's.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from steps import options_of, padded, serve


def weights_of(folder: Path) -> dict[str, torch.Tensor]:
    """Reads model.safetensors, which here holds float32 only."""
    data = bytearray((folder / "model.safetensors").read_bytes())
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    weights = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        assert entry["dtype"] == "F32", (name, entry)
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(data, dtype=torch.float32, count=(end - begin) // 4, offset=8 + size + begin)
        weights[name] = flat.reshape(entry["shape"]).clone()
    return weights


class Projection(nn.Module):
    """A linear layer whose weight is stored [in, out], as GPT-2's are."""

    def __init__(self, weights: dict[str, torch.Tensor], name: str):
        super().__init__()
        self.weight = nn.Parameter(weights[name + ".weight"])
        self.bias = nn.Parameter(weights[name + ".bias"])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        flat = torch.addmm(self.bias, x.view(-1, x.size(-1)), self.weight)
        return flat.view(*x.shape[:-1], -1)


class Norm(nn.LayerNorm):
    def __init__(self, weights: dict[str, torch.Tensor], name: str, epsilon: float):
        super().__init__(weights[name + ".weight"].size(0), eps=epsilon)
        self.weight = nn.Parameter(weights[name + ".weight"])
        self.bias = nn.Parameter(weights[name + ".bias"])


class Block(nn.Module):
    def __init__(self, weights: dict[str, torch.Tensor], name: str, config: dict, dropout: float):
        super().__init__()
        self.heads, self.dropout = config["n_head"], dropout
        self.ln_1 = Norm(weights, name + "ln_1", config["layer_norm_epsilon"])
        self.ln_2 = Norm(weights, name + "ln_2", config["layer_norm_epsilon"])
        self.c_attn = Projection(weights, name + "attn.c_attn")
        self.c_proj = Projection(weights, name + "attn.c_proj")
        self.fc = Projection(weights, name + "mlp.c_fc")
        self.out = Projection(weights, name + "mlp.c_proj")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        b, t, e = x.shape
        q, k, v = (
            part.view(b, t, self.heads, e // self.heads).transpose(1, 2)
            for part in self.c_attn(self.ln_1(x)).split(e, dim=2)
        )
        mixed = F.scaled_dot_product_attention(q, k, v, dropout_p=self.dropout, is_causal=True)
        mixed = self.c_proj(mixed.transpose(1, 2).reshape(b, t, e))
        x = x + F.dropout(mixed, self.dropout)
        x = x + F.dropout(self.out(F.gelu(self.fc(self.ln_2(x)), approximate="tanh")), self.dropout)
        return x


class GPT2(nn.Module):
    def __init__(self, options: argparse.Namespace):
        super().__init__()
        config = json.loads((options.model / "config.json").read_text())
        weights = {name.removeprefix("transformer."): w for name, w in weights_of(options.model).items()}
        self.dropout, self.vocabulary = options.dropout, config["vocab_size"]
        rows = padded(self.vocabulary, options)
        weights["wte.weight"] = F.pad(weights["wte.weight"], (0, 0, 0, rows - self.vocabulary))
        self.wte = nn.Parameter(weights["wte.weight"])
        self.wpe = nn.Parameter(weights["wpe.weight"])
        self.blocks = nn.ModuleList(Block(weights, f"h.{i}.", config, self.dropout) for i in range(config["n_layer"]))
        self.ln_f = Norm(weights, "ln_f", config["layer_norm_epsilon"])
        assert sum(p.numel() for p in self.parameters()) == sum(w.numel() for w in weights.values())

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Returns the mean loss of the next tokens."""
        x = F.dropout(F.embedding(ids, self.wte) + self.wpe[: ids.size(1)], self.dropout)
        for block in self.blocks:
            x = block(x)
        logits = F.linear(self.ln_f(x), self.wte)[:, :-1, : self.vocabulary].float()
        return F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())


def main() -> None:
    options = options_of("--compile")
    torch.set_float32_matmul_precision("high" if options.compute == "tf32" else "highest")
    model = GPT2(options).to(options.device).train()
    if options.compile:
        model.compile()
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0, fused=True)
    ids = torch.tensor(json.loads(options.batch.read_text()), device=options.device)
    precision = contextlib.nullcontext
    if options.compute == "bfloat16":
        precision = lambda: torch.autocast(options.device, torch.bfloat16)

    def train(rate: float) -> torch.Tensor:
        for group in optimizer.param_groups:
            group["lr"] = rate
        with precision():
            loss = model(ids)
        loss.backward()
        # A gradient that is not finite makes the next loss one that is not.
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        # On a GPU the loss is read in the order of the stream: when the step is done.
        return loss.detach()

    serve(options, train, torch.cuda.max_memory_allocated)  # 0 where there is no GPU


main()
