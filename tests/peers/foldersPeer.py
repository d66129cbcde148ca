"""Hugging Face's transformers with model folders: from {read: [folder], texts, ids, write: [{folder, family, ...}]} to the
logits of each folder that is read (and the ids of the texts by its tokenizer), and folders written with random weights.
From {assistant: {folder, chats, length}} to each chat's ids by the folder's own template, and what greedy search goes on with.
"""
import json
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer, GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

torch.manual_seed(5)
question = json.load(sys.stdin)
ids = torch.tensor(question["ids"])


def logits_of(model):
    with torch.no_grad():
        return model.eval()(ids).logits.float()


def drawn(model):
    for name, parameter in model.named_parameters():
        torch.nn.init.normal_(parameter, mean=1.0 if parameter.ndim == 1 and "bias" not in name else 0.0, std=0.2)
    return model


def made(family):
    sizes = dict(vocab_size=290, bos_token_id=None, eos_token_id=[7, 9])
    if family == "gpt2":
        return GPT2LMHeadModel(GPT2Config(n_positions=24, n_embd=32, n_layer=2, n_head=4, **sizes))
    rope = dict(rope_type="llama3", rope_theta=5e5, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192)
    return LlamaForCausalLM(
        LlamaConfig(
            max_position_embeddings=24,
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            intermediate_size=80,
            tie_word_embeddings=family == "tied llama",
            rope_parameters=rope,
            **sizes,
        )
    )


answer = {"read": []}
for folder in question["read"]:
    model, loading = AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True, dtype=torch.float32)
    save_file({"logits": logits_of(model)}, f"{folder}/logits.safetensors")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    answer["read"].append(
        {
            "problems": [sorted(loading[kind]) for kind in ("missing_keys", "unexpected_keys", "mismatched_keys")],
            "parameters": sum(parameter.numel() for parameter in model.parameters()),
            "ids": [tokenizer(text)["input_ids"] for text in question["texts"]],
            "stops": model.generation_config.eos_token_id,
        }
    )
for one in question["write"]:
    model = drawn(made(one["family"])).to(getattr(torch, one["dtype"]))
    if one["family"] != "llama":
        model.tie_weights()
    model.save_pretrained(one["folder"], max_shard_size=one["shard"])
    whole = AutoModelForCausalLM.from_pretrained(one["folder"], dtype=torch.float32)  # with exact rotary frequencies
    save_file({"logits": logits_of(whole)}, f"{one['folder']}/logits.safetensors")
assistant = question["assistant"]
model = AutoModelForCausalLM.from_pretrained(assistant["folder"], dtype=torch.float32)
tokenizer = AutoTokenizer.from_pretrained(assistant["folder"])
answer["chats"] = []
for chat in assistant["chats"]:
    read = tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_dict=True)["input_ids"]
    whole = model.generate(torch.tensor([read]), max_new_tokens=assistant["length"], do_sample=False)[0].tolist()
    answer["chats"].append({"ids": read, "greedy": whole[len(read) :], "text": tokenizer.decode(whole[len(read) :])})
answer["stops"] = model.generation_config.eos_token_id
print(json.dumps(answer))
