"""The probabilities that Hugging Face transformers draws from: {logits, previous, cases} with `cases` a list of options by
their names there. The processors, and their order, are those that `generate` itself puts together."""
import json
import sys

import torch
from transformers import GenerationConfig, GPT2Config, GPT2LMHeadModel

question = json.load(sys.stdin)
logits = torch.tensor([question["logits"]])
previous = torch.tensor([question["previous"]])
model = GPT2LMHeadModel(GPT2Config(vocab_size=logits.shape[1], n_positions=8, n_layer=1, n_head=1, n_embd=2))


def probabilities(options):
    # Their defaults would cut already; and JSON has written whole numbers without a point, which they refuse.
    options = {name: value if name == "top_k" else float(value) for name, value in options.items()}
    config = GenerationConfig(do_sample=True, **({"top_k": 0, "top_p": 1.0, "temperature": 1.0} | options))
    processors = model._get_logits_processor(
        generation_config=config,
        input_ids_seq_length=previous.shape[1],
        encoder_input_ids=None,
        prefix_allowed_tokens_fn=None,
        logits_processor=[],
        device="cpu",
    )
    return torch.softmax(processors(previous, logits.clone()), -1)[0].tolist()


print(json.dumps([probabilities(options) for options in question["cases"]]))
