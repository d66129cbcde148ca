"""Hugging Face's GPT2LMHeadModel with the weights of a checkpoint of ours: {file, ids, answer}; the logits go to `answer`."""
import json
import sys

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2LMHeadModel

question = json.load(sys.stdin)
with safe_open(question["file"], framework="pt") as file:
    weights = {f"transformer.{name}": file.get_tensor(name) for name in file.keys()}
    config = json.loads(file.metadata()["config"])
model = GPT2LMHeadModel(
    GPT2Config(
        vocab_size=config["vocabSize"],
        n_positions=config["blockSize"],
        n_layer=config["nLayer"],
        n_head=config["nHead"],
        n_embd=config["nEmbd"],
    )
).eval()
missing, unexpected = model.load_state_dict(weights, strict=False)
model.tie_weights()
with torch.no_grad():
    logits = model(torch.tensor(question["ids"])).logits
save_file({"logits": logits}, question["answer"])
print(json.dumps({"missing": missing, "unexpected": unexpected}))
