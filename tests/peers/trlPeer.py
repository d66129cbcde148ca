"""The losses that TRL's own trainers compute, from log-probabilities and rewards that are given instead of a model.

Reads {policies: [{logProbs, old, reference, mask, advantages, settings}], pairs: [{better, worse, margin, centring}],
dpo: [{policy, reference, beta}], groups: [{rewards, samples}]}; rows of policies are [B][T], those of dpo the better
texts, then the worse.
"""
import json
import sys
from collections import defaultdict
from types import SimpleNamespace

import torch
from trl import DPOTrainer, GRPOTrainer, RewardTrainer
from trl.trainer.utils import nanstd

torch.set_default_dtype(torch.float64)
question = json.load(sys.stdin)


class Alone:
    """One process, one step: what a trainer asks of accelerate."""

    num_processes, is_main_process, sync_gradients, device = 1, True, True, torch.device("cpu")

    def gather(self, x):
        return x

    gather_for_metrics = gather

    def reduce(self, x, reduction):
        return x


def trainer(**fields):
    model = SimpleNamespace(training=True)
    metrics = {"train": defaultdict(list)}
    common = dict(accelerator=Alone(), model=model, _metrics=metrics, aux_loss_enabled=False)
    return SimpleNamespace(**common, **fields)


def policy(one):
    rows = {name: torch.tensor(one[name]) for name in ("logProbs", "old", "reference", "mask", "advantages")}
    log_probs = rows["logProbs"].requires_grad_()
    settings = one["settings"]
    B, T = log_probs.shape
    self = trainer(
        top_entropy_quantile=1.0,
        off_policy_mask_threshold=None,
        importance_sampling_level=settings["ratio"],
        beta=settings["beta"],
        loss_type=settings["loss"],
        epsilon_low=settings["clip"],
        epsilon_high=settings["clipHigh"],
        max_completion_length=settings["longest"],
        current_gradient_accumulation_steps=1,
        use_vllm=False,
        _entropy_bonus_enabled=False,
        args=SimpleNamespace(delta=None, use_bias_correction_kl=False, steps_per_generation=1),
    )
    self._get_per_token_logps_and_entropies = lambda *_, **__: (log_probs, torch.zeros(B, T), None)
    ids = torch.zeros(B, T, dtype=torch.long)
    inputs = dict(
        prompt_ids=ids[:, :1],
        prompt_mask=ids[:, :1] + 1,
        completion_ids=ids,
        completion_mask=rows["mask"],
        advantages=rows["advantages"],
        old_per_token_logps=rows["old"],
        ref_per_token_logps=rows["reference"],
        num_items_in_batch=rows["mask"].sum(),
    )
    loss = GRPOTrainer._compute_loss(self, None, inputs)
    (slope,) = torch.autograd.grad(loss, log_probs)
    return {"loss": loss.item(), "slope": slope.tolist()}


def pairs(one):
    rewards = torch.tensor(one["better"] + one["worse"])
    self = trainer(
        args=SimpleNamespace(center_rewards_coefficient=one["centring"]), _total_train_tokens=0, _tp_size=1
    )
    model = lambda **_: SimpleNamespace(logits=rewards.unsqueeze(-1))
    inputs = {"attention_mask": torch.ones(1), "margin": torch.tensor(one["margin"])}
    return RewardTrainer.compute_loss(self, model, inputs).item()


def dpo(one):
    policy, reference = (torch.tensor(one[name]) for name in ("policy", "reference"))
    rows = policy.unsqueeze(1)
    zeros = torch.zeros_like(rows)
    outputs = SimpleNamespace(log_probs=rows, entropy=zeros, mean_logits=zeros, is_top1=zeros.bool())
    self = trainer(
        ld_alpha=None,
        precompute_ref_logps=True,
        f_divergence_type="reverse_kl",
        loss_types=["sigmoid"],
        loss_weights=[1.0],
        beta=one["beta"],
        use_weighting=False,
        _total_train_tokens=0,
        _tp_size=1,
    )
    B = len(rows)
    better, worse = reference.chunk(2)
    mask = torch.tensor([[0, 1]] * B)
    inputs = dict(input_ids=mask, attention_mask=mask, completion_mask=mask)
    inputs.update(ref_chosen_logps=better, ref_rejected_logps=worse)
    return DPOTrainer._compute_loss(self, lambda **_: outputs, inputs, False).item()


def group(one):
    rewards = torch.tensor(one["rewards"]).view(-1, one["samples"])
    deviation = nanstd(rewards, dim=1).unsqueeze(1)
    return ((rewards - rewards.mean(1, keepdim=True)) / (deviation + 1e-4)).flatten().tolist()


kinds = {"policies": policy, "pairs": pairs, "dpo": dpo, "groups": group}
print(json.dumps({kind: [ask(one) for one in question[kind]] for kind, ask in kinds.items()}))
