"""Our GPT in PyTorch: logits, loss, gradients, then the losses and gradient norms of ten steps of AdamW.

Reads {file, ids, targets, learningRate, answer}; the answer is a safetensors file, for our reader.
"""
import json
import sys

import torch
from gptModel import Gpt
from safetensors.torch import save_file

question = json.load(sys.stdin)
gpt = Gpt(question["file"])
ids, targets = torch.tensor(question["ids"]), torch.tensor(question["targets"])
loss = gpt.loss(ids, targets)
answer = {"logits": gpt.logits(ids).detach(), "loss": loss.detach()}
loss.backward()
answer |= {f"gradient.{name}": value.grad.clone() for name, value in gpt.params.items()}
optimizer = gpt.optimizer(question["learningRate"])
losses, norms = zip(*(gpt.step(optimizer, ids, targets) for _ in range(10)))
answer |= {"losses": torch.stack(losses), "norms": torch.stack(norms)}
save_file({name: value.contiguous() for name, value in answer.items()}, question["answer"])
print(json.dumps(torch.__version__))
