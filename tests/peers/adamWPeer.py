"""Ten steps of torch.optim.AdamW with given gradients: {file, gradients, learningRate, answer}.

`gradients` holds one for each parameter of the checkpoint and each step, as STEP.NAME. The answer is a safetensors file of
the parameters after the last step, and of the gradients' norms before clipping.
"""
import json
import sys

import torch
from safetensors.torch import load_file, save_file

question = json.load(sys.stdin)
params = {name: value.requires_grad_() for name, value in load_file(question["file"]).items()}
gradients = load_file(question["gradients"])
groups = [
    {"params": [p for p in params.values() if p.dim() > 1], "weight_decay": 0.1},
    {"params": [p for p in params.values() if p.dim() < 2], "weight_decay": 0},
]
optimizer = torch.optim.AdamW(groups, lr=question["learningRate"], betas=(0.9, 0.95), eps=1e-8)
norms = []
for step in range(10):
    for name, value in params.items():
        value.grad = gradients[f"{step}.{name}"]
    norms.append(torch.nn.utils.clip_grad_norm_(params.values(), 1.0))
    optimizer.step()
save_file({"norms": torch.stack(norms), **{name: value.detach() for name, value in params.items()}}, question["answer"])
print("null")
