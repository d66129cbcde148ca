"""Our GPT in PyTorch, of GPT-2's parts or of Llama's, from a checkpoint of ours, and AdamW as we have it."""
import json
import math

import torch
import torch.nn.functional as F
from safetensors import safe_open


class Gpt:
    def __init__(self, path):
        with safe_open(path, framework="pt") as file:
            self.params = {name: file.get_tensor(name).requires_grad_() for name in file.keys()}
            self.config = json.loads(file.metadata()["config"])
        self.C, self.H = self.config["nEmbd"], self.config["nHead"]
        self.K, self.D = self.config.get("nKvHead", self.H), self.C // self.H

    def norm(self, x, name):
        weight, epsilon = self.params[f"{name}.weight"], self.config.get("normEpsilon", 1e-5)
        if self.config.get("norm") == "rms":
            return x * (x.pow(2).mean(-1, keepdim=True) + epsilon).rsqrt() * weight
        return F.layer_norm(x, (self.C,), weight, self.params[f"{name}.bias"], epsilon)

    def linear(self, x, name):
        y = x @ self.params[f"{name}.weight"]
        return y + self.params[f"{name}.bias"] if f"{name}.bias" in self.params else y

    def frequencies(self):
        base = self.config.get("rotaryBase", 10_000)
        plain = torch.tensor([base ** (-2 * c / self.D) for c in range(self.D // 2)], dtype=torch.float64)
        scaling = self.config.get("rotaryScaling")
        if not scaling:
            return plain
        length, low, high = (
            scaling[name] for name in ["originalBlockSize", "lowFrequencyFactor", "highFrequencyFactor"]
        )
        waves = 2 * math.pi / plain
        share = (length / waves - low) / (high - low)
        between = (1 - share) * plain / scaling["factor"] + share * plain
        return torch.where(
            waves > length / low, plain / scaling["factor"], torch.where(waves < length / high, plain, between)
        )

    def turn(self, x):
        """[B,heads,T,D], in complex numbers: the first half of a head's channels is real, the second imaginary."""
        if self.config.get("position") != "rotary":
            return x
        angles = torch.arange(x.shape[2], dtype=torch.float64)[:, None] * self.frequencies()
        real, imaginary = x.double().chunk(2, -1)
        turned = torch.complex(real, imaginary) * torch.polar(torch.ones_like(angles), angles)
        return torch.cat([turned.real, turned.imag], -1).float()

    def feed(self, x, name):
        up = self.linear(x, f"{name}.c_fc")
        if self.config.get("feedForward") == "swiGlu":
            return self.linear(F.silu(self.linear(x, f"{name}.c_gate")) * up, f"{name}.c_proj")
        return self.linear(F.gelu(up, approximate="tanh"), f"{name}.c_proj")

    def logits(self, ids):
        B, T = ids.shape
        H, K, D = self.H, self.K, self.D
        x = self.params["wte.weight"][ids]
        if "wpe.weight" in self.params:
            x = x + self.params["wpe.weight"][:T]
        for n in range(self.config["nLayer"]):
            qkv = self.linear(self.norm(x, f"h.{n}.ln_1"), f"h.{n}.attn.c_attn").split([H * D, K * D, K * D], dim=2)
            q, k, v = (part.view(B, T, -1, D).transpose(1, 2) for part in qkv)
            k, v = self.turn(k).repeat_interleave(H // K, 1), v.repeat_interleave(H // K, 1)
            gathered = F.scaled_dot_product_attention(self.turn(q), k, v, is_causal=True)
            x = x + self.linear(gathered.transpose(1, 2).reshape(B, T, self.C), f"h.{n}.attn.c_proj")
            x = x + self.feed(self.norm(x, f"h.{n}.ln_2"), f"h.{n}.mlp")
        return self.norm(x, "ln_f") @ self.params.get("lm_head.weight", self.params["wte.weight"]).T

    def loss(self, ids, targets):
        return F.cross_entropy(self.logits(ids).flatten(0, 1), targets.flatten(), ignore_index=-1)

    def optimizer(self, rate):
        values = self.params.values()
        groups = [
            {"params": [p for p in values if p.dim() > 1], "weight_decay": 0.1},
            {"params": [p for p in values if p.dim() < 2], "weight_decay": 0},
        ]
        return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.95), eps=1e-8)

    def step(self, optimizer, ids, targets):
        """One update; the loss and the length of the gradient before it."""
        optimizer.zero_grad()
        loss = self.loss(ids, targets)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.params.values(), 1.0)
        optimizer.step()
        return loss.detach(), norm
