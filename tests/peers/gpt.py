"""Our GPT in PyTorch, of GPT-2's parts or of Llama's, from a checkpoint of ours: logits, loss, gradients, then the losses
and gradient norms of ten steps of AdamW.

Reads {file, ids, targets, learningRate, answer}; the answer is a safetensors file, for our reader.
"""
import json
import math
import sys

import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import save_file

question = json.load(sys.stdin)
with safe_open(question["file"], framework="pt") as file:
    params = {name: file.get_tensor(name).requires_grad_() for name in file.keys()}
    config = json.loads(file.metadata()["config"])
C, H = config["nEmbd"], config["nHead"]
K, D = config.get("nKvHead", H), C // H
ids, targets = torch.tensor(question["ids"]), torch.tensor(question["targets"])


def norm(x, name):
    epsilon = config.get("normEpsilon", 1e-5)
    if config.get("norm") == "rms":
        return x * (x.pow(2).mean(-1, keepdim=True) + epsilon).rsqrt() * params[f"{name}.weight"]
    return F.layer_norm(x, (C,), params[f"{name}.weight"], params[f"{name}.bias"], epsilon)


def linear(x, name):
    y = x @ params[f"{name}.weight"]
    return y + params[f"{name}.bias"] if f"{name}.bias" in params else y


def frequencies():
    plain = torch.tensor([config.get("rotaryBase", 10_000) ** (-2 * c / D) for c in range(D // 2)], dtype=torch.float64)
    scaling = config.get("rotaryScaling")
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


def turn(x):
    """[B,heads,T,D], in complex numbers: the first half of a head's channels is real, the second imaginary."""
    if config.get("position") != "rotary":
        return x
    angles = torch.arange(x.shape[2], dtype=torch.float64)[:, None] * frequencies()
    real, imaginary = x.double().chunk(2, -1)
    turned = torch.complex(real, imaginary) * torch.polar(torch.ones_like(angles), angles)
    return torch.cat([turned.real, turned.imag], -1).float()


def feed(x, name):
    up = linear(x, f"{name}.c_fc")
    if config.get("feedForward") == "swiGlu":
        return linear(F.silu(linear(x, f"{name}.c_gate")) * up, f"{name}.c_proj")
    return linear(F.gelu(up, approximate="tanh"), f"{name}.c_proj")


def logits():
    B, T = ids.shape
    x = params["wte.weight"][ids]
    if "wpe.weight" in params:
        x = x + params["wpe.weight"][:T]
    for n in range(config["nLayer"]):
        qkv = linear(norm(x, f"h.{n}.ln_1"), f"h.{n}.attn.c_attn").split([H * D, K * D, K * D], dim=2)
        q, k, v = (part.view(B, T, -1, D).transpose(1, 2) for part in qkv)
        k, v = turn(k).repeat_interleave(H // K, 1), v.repeat_interleave(H // K, 1)
        gathered = F.scaled_dot_product_attention(turn(q), k, v, is_causal=True).transpose(1, 2).reshape(B, T, C)
        x = x + linear(gathered, f"h.{n}.attn.c_proj")
        x = x + feed(norm(x, f"h.{n}.ln_2"), f"h.{n}.mlp")
    return norm(x, "ln_f") @ params.get("lm_head.weight", params["wte.weight"]).T


def loss():
    return F.cross_entropy(logits().flatten(0, 1), targets.flatten(), ignore_index=-1)


answer = {"logits": logits().detach(), "loss": loss().detach()}
loss().backward()
answer |= {f"gradient.{name}": value.grad.clone() for name, value in params.items()}

groups = [
    {"params": [p for p in params.values() if p.dim() > 1], "weight_decay": 0.1},
    {"params": [p for p in params.values() if p.dim() < 2], "weight_decay": 0},
]
optimizer = torch.optim.AdamW(groups, lr=question["learningRate"], betas=(0.9, 0.95), eps=1e-8)
losses, norms = [], []
for _ in range(10):
    optimizer.zero_grad()
    value = loss()
    value.backward()
    norms.append(torch.nn.utils.clip_grad_norm_(params.values(), 1.0))
    optimizer.step()
    losses.append(value.detach())
answer |= {"losses": torch.stack(losses), "norms": torch.stack(norms)}
save_file({name: value.contiguous() for name, value in answer.items()}, question["answer"])
print(json.dumps(torch.__version__))
