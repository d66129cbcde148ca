"""The peers of our benchmarks: answers each line of JSON with a line of JSON, times in milliseconds.

peer.py training THREADS: PyTorch, the model of src/model/gpt.ts. First line: its sizes; then numbers of steps.
peer.py finetuning THREADS plain | fused: the same on packed chats, attention written out or PyTorch's own. First line:
    its sizes and its batches; then numbers of steps.
peer.py rl THREADS: answers drawn with a cache, and a GRPO update on them. First line: sizes, prompts, samples and the
    tokens of an answer; then ["sample" | "update", runs] a line.
peer.py pytorch | openblas: products of matrices, [M, N, K, transposeA, transposeB, runs] a line.

When it is ready it says its name, and whether its products are MKL's.
"""
import ctypes
import json
import math
import sys
import time


def timed(run):
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def createGpt(size, fused=False):
    """The model of src/model/gpt.ts: ids [B,T], positions [T] or [B,T], an additive mask of the scores.

    With a cache, a list that holds keys and values of each layer, it reads what is new and adds it there."""
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Block(nn.Module):
        def __init__(self, C, H):
            super().__init__()
            self.H = H
            self.norm1, self.norm2 = nn.LayerNorm(C), nn.LayerNorm(C)
            self.qkv, self.out = nn.Linear(C, 3 * C), nn.Linear(C, C)
            self.up, self.down = nn.Linear(C, 4 * C), nn.Linear(4 * C, C)

        def forward(self, x, mask, cache=None, layer=0):
            B, T, C = x.shape
            heads = [part.view(B, T, self.H, C // self.H).transpose(1, 2) for part in self.qkv(self.norm1(x)).split(C, 2)]
            if cache is not None:
                if len(cache) > layer:
                    heads[1:] = [torch.cat(pair, 2) for pair in zip(cache[layer], heads[1:])]
                    cache[layer] = heads[1:]
                else:
                    cache.append(heads[1:])
            mixed = F.scaled_dot_product_attention(*heads, attn_mask=mask) if fused else self.attend(*heads, mask)
            x = x + self.out(mixed.transpose(1, 2).reshape(B, T, C))
            return x + self.down(F.gelu(self.up(self.norm2(x)), approximate='tanh'))

        def attend(self, q, k, v, mask):
            return F.softmax(q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1]) + mask, -1) @ v

    class Gpt(nn.Module):
        def __init__(self, vocabSize, blockSize, nLayer, nHead, nEmbd):
            super().__init__()
            self.tokens, self.positions = nn.Embedding(vocabSize, nEmbd), nn.Embedding(blockSize, nEmbd)
            self.blocks = nn.ModuleList(Block(nEmbd, nHead) for _ in range(nLayer))
            self.norm = nn.LayerNorm(nEmbd)
            for parameter in self.parameters():
                if parameter.dim() > 1:
                    nn.init.normal_(parameter, std=0.02)

        def forward(self, ids, positions, mask, cache=None):
            x = self.tokens(ids) + self.positions(positions)
            for layer, block in enumerate(self.blocks):
                x = block(x, mask, cache, layer)
            return self.norm(x) @ self.tokens.weight.t()

    return Gpt(**size)


def createOptimizer(model, weightDecay):
    import torch

    groups = [
        {'params': [p for p in model.parameters() if p.dim() > 1], 'weight_decay': weightDecay},
        {'params': [p for p in model.parameters() if p.dim() < 2], 'weight_decay': 0},
    ]
    return torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.95))


def createStepper(size, threads, fused=False):
    """The step of a GPT; targets [B*T], of which -1 does not count."""
    import torch
    import torch.nn.functional as F
    from torch import nn

    torch.set_num_threads(threads)
    model = createGpt(size, fused)
    optimizer = createOptimizer(model, 0.1)

    def step(ids, targets, positions, mask):
        optimizer.zero_grad(set_to_none=True)
        logits = model(ids, positions, mask).view(-1, size['vocabSize'])
        loss = F.cross_entropy(logits, targets, ignore_index=-1)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss.item()

    return step


def training(threads):
    import torch

    size = json.loads(sys.stdin.readline())
    B, T, V = size.pop('batchSize'), size['blockSize'], size['vocabSize']
    stepOf = createStepper(size, threads)
    positions, mask = torch.arange(T), torch.full((T, T), float('-inf')).triu(1)

    def step():
        ids, targets = torch.randint(V, (B, T)), torch.randint(V, (B * T,))
        return timed(lambda: stepOf(ids, targets, positions, mask))

    return lambda steps: [step() for _ in range(steps)]


def finetuning(threads, attention):
    import itertools

    import torch

    size = json.loads(sys.stdin.readline())
    rounds = itertools.cycle([[torch.tensor(part) for part in batch] for batch in size.pop('batches')])
    stepOf = createStepper(size, threads, attention == 'fused')
    T = size['blockSize']
    at = torch.arange(T)

    def step():
        ids, targets, starts = next(rounds)

        def run():
            rows = starts.view(-1, T)
            hidden = (at[None, None, :] > at[None, :, None]) | (at[None, None, :] < rows[:, :, None])
            mask = torch.zeros(hidden.shape).masked_fill(hidden, float('-inf'))[:, None]
            stepOf(ids.view(-1, T), targets, at[None] - rows, mask)

        return timed(run)

    return lambda steps: [step() for _ in range(steps)]


def rl(threads):
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    size = json.loads(sys.stdin.readline())
    prompts = torch.tensor(size.pop('prompts'))
    samples, made = size.pop('samples'), size.pop('tokens')
    model = createGpt(size)
    optimizer = createOptimizer(model, 0)
    (P, first), V = prompts.shape, size['vocabSize']
    T = first + made - 1
    causal = torch.full((T, T), float('-inf')).triu(1)

    @torch.no_grad()
    def sample():
        """Each prompt read once, its cache copied for its answers; one token at a time from then on."""
        cache = []
        logits = model(prompts, torch.arange(first), causal[:first, :first], cache)[:, -1]
        for layer, pair in enumerate(cache):
            cache[layer] = [part.repeat_interleave(samples, 0) for part in pair]
        logits = logits.repeat_interleave(samples, 0)
        ids, logProbs = [], []
        for nth in range(made):
            chances = logits.log_softmax(-1)
            drawn = torch.multinomial(chances.exp(), 1)
            ids.append(drawn)
            logProbs.append(chances.gather(1, drawn))
            if nth < made - 1:
                logits = model(drawn, torch.tensor([first + nth]), torch.zeros(1, 1), cache)[:, -1]
        return torch.cat(ids, 1), torch.cat(logProbs, 1)

    answers, old = sample()
    texts = torch.cat([prompts.repeat_interleave(samples, 0), answers], 1)
    advantages = torch.randn(P * samples, 1)

    def update():
        for rows in torch.randperm(P * samples).chunk(2):
            optimizer.zero_grad(set_to_none=True)
            logits = model(texts[rows, :-1], torch.arange(T), causal)[:, first - 1 :]
            now = logits.log_softmax(-1).gather(2, answers[rows][:, :, None])[:, :, 0]
            ratio = (now - old[rows]).exp()
            gain = torch.minimum(ratio * advantages[rows], ratio.clamp(0.8, 1.2) * advantages[rows])
            loss = -gain.mean()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            loss.item()

    def run(question):
        what, runs = question
        return [timed(sample if what == 'sample' else update) for _ in range(runs)]

    return run


def pytorch():
    import torch

    def run(question):
        M, N, K, ta, tb, runs = question
        a, b = torch.full((K, M) if ta else (M, K), 0.5), torch.full((N, K) if tb else (K, N), 0.5)
        a, b, c = a.t() if ta else a, b.t() if tb else b, torch.empty(M, N)
        return [timed(lambda: torch.mm(a, b, out=c)) for _ in range(runs)]

    return run


def openblas():
    blas = ctypes.CDLL("libopenblas.so.0")

    def array(size):
        return (ctypes.c_float * size)(*([0.5] * size))

    def run(question):
        M, N, K, ta, tb, runs = question
        a, b, c = array(M * K), array(K * N), array(M * N)

        def product():
            # Row-major order is 101, plain 111, transposed 112.
            one, none = ctypes.c_float(1), ctypes.c_float(0)
            blas.cblas_sgemm(101, 111 + ta, 111 + tb, M, N, K, one, a, M if ta else K, b, K if tb else N, none, c, N)

        return [timed(product) for _ in range(runs)]

    return run


def ready(what):
    if what == "openblas":
        return {"name": "OpenBLAS", "mkl": False}
    import torch

    return {"name": f"PyTorch {torch.__version__}", "mkl": torch.backends.mkl.is_available()}


what, *rest = sys.argv[1:]
makers = {'training': training, 'finetuning': finetuning, 'rl': rl, 'pytorch': pytorch, 'openblas': openblas}
answer = makers[what](*[int(part) if part.isdigit() else part for part in rest])
print(json.dumps(ready(what)), flush=True)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
