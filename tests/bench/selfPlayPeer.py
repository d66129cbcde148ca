"""Self-play of tic-tac-toe in PyTorch, as src/align/selfPlay does it: says it is ready, then answers each number of
updates with their times in milliseconds.

selfPlayPeer.py THREADS
"""
import copy
import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(int(sys.argv[1]))
MOVES, START, GAMES, OPPONENTS = 9, 9, 256, 4
LINES = torch.tensor([[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]])


class Block(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.norm1, self.norm2 = nn.LayerNorm(C), nn.LayerNorm(C)
        self.qkv, self.out = nn.Linear(C, 3 * C), nn.Linear(C, C)
        self.up, self.down = nn.Linear(C, 4 * C), nn.Linear(4 * C, C)

    def forward(self, x):
        B, T, C = x.shape
        q, k, v = [part.view(B, T, self.H, C // self.H).transpose(1, 2) for part in self.qkv(self.norm1(x)).split(C, 2)]
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(mixed.transpose(1, 2).reshape(B, T, C))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate='tanh'))


class Gpt(nn.Module):
    def __init__(self, V=MOVES + 1, T=9, L=2, H=4, C=64):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(V, C), nn.Embedding(T, C)
        self.blocks = nn.Sequential(*[Block(C, H) for _ in range(L)])
        self.norm, self.head = nn.LayerNorm(C), nn.Linear(C, V, bias=False)

    def forward(self, ids):
        x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        return self.norm(self.blocks(x))


def last_logits(model, ids):
    return model.head(model(ids)[:, -1])


@torch.no_grad()
def play(model, pool):
    """All games side by side: tokens [G, 9], how many moves each had, the first player's score, the learner's side."""
    drawn = [pool[i] for i in torch.randint(len(pool), (OPPONENTS,))]
    game = torch.arange(GAMES)
    side, group = game % 2, (game // 2) % OPPONENTS
    cells = torch.zeros(GAMES, MOVES, dtype=torch.long)
    moves = torch.full((GAMES, MOVES), -1)
    score = torch.full((GAMES,), 0.5)
    length = torch.full((GAMES,), MOVES)
    going = torch.ones(GAMES, dtype=torch.bool)
    for ply in range(MOVES):
        for player in [None, *range(OPPONENTS)]:
            ours = side == ply % 2
            which = (going & (ours if player is None else ~ours & (group == player))).nonzero()[:, 0]
            if len(which) == 0:
                continue
            ids = torch.cat([torch.full((len(which), 1), START), moves[which, :ply]], 1)
            logits = last_logits(model if player is None else drawn[player], ids)[:, :MOVES]
            policy = logits.masked_fill(cells[which] != 0, -1e9).softmax(1)
            chosen = torch.multinomial(policy, 1)[:, 0]
            cells[which, chosen] = ply % 2 + 1
            moves[which, ply] = chosen
        won = (cells[:, LINES] == ply % 2 + 1).all(2).any(1) & going
        score[won] = 1.0 if ply % 2 == 0 else 0.0
        length[won] = ply + 1
        going &= ~won
        if not going.any():
            break
    return moves, length, score, side


def update(model, optimizer, pool):
    moves, length, score, side = play(model, pool)
    T = int(length.max())
    moves = moves[:, :T]
    ply = torch.arange(T)
    counted = ((ply < length[:, None]) & (ply % 2 == side[:, None])).float()
    ids = torch.cat([torch.full((GAMES, 1), START), moves[:, :-1].clamp(min=0)], 1)
    taken = torch.zeros(GAMES, T, MOVES, dtype=torch.bool)
    for t in range(1, T):
        taken[:, t] = taken[:, t - 1].scatter(1, moves[:, t - 1 : t].clamp(min=0), True)
    logits = model.head(model(ids))
    log_probs = logits[..., :MOVES].masked_fill(taken, -1e9).log_softmax(-1)
    values = logits[..., MOVES].tanh()
    outcomes = torch.where(side == 0, 2 * score - 1, 1 - 2 * score)[:, None].expand(-1, T)
    count = counted.sum()
    errors = outcomes - values
    with torch.no_grad():
        centred = errors - (errors * counted).sum() / count
        advantages = centred / (((centred**2) * counted).sum() / count).sqrt()
    made = log_probs.gather(2, moves.clamp(min=0)[..., None])[..., 0]
    policy = -(made * advantages * counted).sum() / count
    value = (errors**2 * counted).sum() / count
    entropy = -((log_probs.exp() * log_probs).sum(-1) * counted).sum() / count
    optimizer.zero_grad(set_to_none=True)
    (policy + 0.5 * value - 0.1 * entropy).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


model = Gpt()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0)
pool = [copy.deepcopy(model)]
done = 0
print(json.dumps(torch.__version__), flush=True)
for line in sys.stdin:
    times = []
    for _ in range(json.loads(line)):
        start = time.perf_counter()
        update(model, optimizer, pool)
        done += 1
        if done % 10 == 0:
            pool.append(copy.deepcopy(model))
        times.append((time.perf_counter() - start) * 1000)
    print(json.dumps(times), flush=True)
