"""Trains our GPT in PyTorch, on batches and with learning rates that are given: the losses and gradient norms of all steps.

Reads {file, batches: [{inputs, targets}], rates}.
"""
import json
import sys

import torch
from gptModel import Gpt

torch.set_num_threads(1)
question = json.load(sys.stdin)
gpt = Gpt(question["file"])
optimizer = gpt.optimizer(0)
losses, norms = [], []
for batch, rate in zip(question["batches"], question["rates"]):
    for group in optimizer.param_groups:
        group["lr"] = rate
    loss, norm = gpt.step(optimizer, torch.tensor(batch["inputs"]), torch.tensor(batch["targets"]))
    losses.append(loss.item())
    norms.append(norm.item())
print(json.dumps({"losses": losses, "norms": norms}))
