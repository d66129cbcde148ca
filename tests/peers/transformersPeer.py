"""Hugging Face's GPT2LMHeadModel or LlamaForCausalLM with the weights of a checkpoint of ours: {file, ids, answer}; the
logits go to `answer`."""
import json
import sys

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

question = json.load(sys.stdin)
with safe_open(question["file"], framework="pt") as file:
    own = {name: file.get_tensor(name) for name in file.keys()}
    config = json.loads(file.metadata()["config"])


def gpt2():
    model = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=config["vocabSize"],
            n_positions=config["blockSize"],
            n_layer=config["nLayer"],
            n_head=config["nHead"],
            n_embd=config["nEmbd"],
        )
    )
    return model, {f"transformer.{name}": value for name, value in own.items()}


def llama():
    scaling = config.get("rotaryScaling")
    rope = {"rope_type": "default", "rope_theta": config["rotaryBase"]}
    if scaling:
        rope |= {
            "rope_type": "llama3",
            "factor": scaling["factor"],
            "low_freq_factor": scaling["lowFrequencyFactor"],
            "high_freq_factor": scaling["highFrequencyFactor"],
            "original_max_position_embeddings": scaling["originalBlockSize"],
        }
    C, H, K = config["nEmbd"], config["nHead"], config["nKvHead"]
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=config["vocabSize"],
            max_position_embeddings=config["blockSize"],
            num_hidden_layers=config["nLayer"],
            num_attention_heads=H,
            num_key_value_heads=K,
            hidden_size=C,
            intermediate_size=config["nInner"],
            rms_norm_eps=1e-5,
            rope_parameters=rope,
            tie_word_embeddings=False,
        )
    )
    weights = {
        "model.embed_tokens.weight": own["wte.weight"],
        "model.norm.weight": own["ln_f.weight"],
        "lm_head.weight": own["lm_head.weight"],
    }
    for n in range(config["nLayer"]):
        here, there = f"h.{n}", f"model.layers.{n}"
        parts = own[f"{here}.attn.c_attn.weight"].T.split([C, K * C // H, K * C // H])
        for name, part in zip("qkv", parts):
            weights[f"{there}.self_attn.{name}_proj.weight"] = part
        for name, theirs in {
            "attn.c_proj": "self_attn.o_proj",
            "mlp.c_fc": "mlp.up_proj",
            "mlp.c_gate": "mlp.gate_proj",
            "mlp.c_proj": "mlp.down_proj",
            "ln_1": "input_layernorm",
            "ln_2": "post_attention_layernorm",
        }.items():
            value = own[f"{here}.{name}.weight"]
            weights[f"{there}.{theirs}.weight"] = value.T if value.dim() == 2 else value
    return model, weights


model, weights = llama() if config.get("position") == "rotary" else gpt2()
model.eval()
missing, unexpected = model.load_state_dict(weights, strict=False)
model.tie_weights()
with torch.no_grad():
    logits = model(torch.tensor(question["ids"])).logits
save_file({"logits": logits.contiguous()}, question["answer"])
print(json.dumps({"missing": missing, "unexpected": unexpected}))
