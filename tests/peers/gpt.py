"""Our GPT in PyTorch, from a checkpoint of ours: logits, loss, gradients, then the losses and gradient norms of ten
steps of AdamW.

Reads {file, ids, targets, learningRate, answer}; the answer is a safetensors file, for our reader.
"""
import json
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
ids, targets = torch.tensor(question["ids"]), torch.tensor(question["targets"])


def norm(x, name):
    return F.layer_norm(x, (C,), params[f"{name}.weight"], params[f"{name}.bias"])


def linear(x, name):
    return x @ params[f"{name}.weight"] + params[f"{name}.bias"]


def logits():
    B, T = ids.shape
    x = params["wte.weight"][ids] + params["wpe.weight"][:T]
    for n in range(config["nLayer"]):
        qkv = linear(norm(x, f"h.{n}.ln_1"), f"h.{n}.attn.c_attn").split(C, dim=2)
        q, k, v = (part.view(B, T, H, C // H).transpose(1, 2) for part in qkv)
        gathered = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(B, T, C)
        x = x + linear(gathered, f"h.{n}.attn.c_proj")
        x = x + linear(F.gelu(linear(norm(x, f"h.{n}.ln_2"), f"h.{n}.mlp.c_fc"), approximate="tanh"), f"h.{n}.mlp.c_proj")
    return norm(x, "ln_f") @ params["wte.weight"].T


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
