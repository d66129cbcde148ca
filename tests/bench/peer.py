"""The peers of our benchmarks: answers each line of JSON with a line of JSON, times in milliseconds.

peer.py training THREADS: PyTorch, the model of src/model/gpt.ts. First line: its sizes; then numbers of steps.
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


def training(threads):
    import torch
    import torch.nn.functional as F
    from torch import nn

    torch.set_num_threads(threads)

    class Block(nn.Module):
        def __init__(self, C, H):
            super().__init__()
            self.H = H
            self.norm1, self.norm2 = nn.LayerNorm(C), nn.LayerNorm(C)
            self.qkv, self.out = nn.Linear(C, 3 * C), nn.Linear(C, C)
            self.up, self.down = nn.Linear(C, 4 * C), nn.Linear(4 * C, C)

        def forward(self, x, mask):
            B, T, C = x.shape
            heads = [part.view(B, T, self.H, C // self.H).transpose(1, 2) for part in self.qkv(self.norm1(x)).split(C, 2)]
            weights = F.softmax(heads[0] @ heads[1].transpose(-2, -1) / math.sqrt(C // self.H) + mask, -1)
            x = x + self.out((weights @ heads[2]).transpose(1, 2).reshape(B, T, C))
            return x + self.down(F.gelu(self.up(self.norm2(x)), approximate='tanh'))

    class Gpt(nn.Module):
        def __init__(self, vocabSize, blockSize, nLayer, nHead, nEmbd):
            super().__init__()
            self.tokens, self.positions = nn.Embedding(vocabSize, nEmbd), nn.Embedding(blockSize, nEmbd)
            self.blocks = nn.ModuleList(Block(nEmbd, nHead) for _ in range(nLayer))
            self.norm = nn.LayerNorm(nEmbd)
            self.register_buffer('mask', torch.full((blockSize, blockSize), float('-inf')).triu(1))
            for parameter in self.parameters():
                if parameter.dim() > 1:
                    nn.init.normal_(parameter, std=0.02)

        def forward(self, ids):
            x = self.tokens(ids) + self.positions.weight
            for block in self.blocks:
                x = block(x, self.mask)
            return self.norm(x) @ self.tokens.weight.t()

    size = json.loads(sys.stdin.readline())
    B, T, V = size.pop('batchSize'), size['blockSize'], size['vocabSize']
    model = Gpt(**size)
    groups = [
        {'params': [p for p in model.parameters() if p.dim() > 1], 'weight_decay': 0.1},
        {'params': [p for p in model.parameters() if p.dim() < 2], 'weight_decay': 0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.95))

    def step():
        ids, targets = torch.randint(V, (B, T)), torch.randint(V, (B * T,))

        def run():
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(model(ids).view(-1, V), targets)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            loss.item()

        return timed(run)

    return lambda steps: [step() for _ in range(steps)]


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
answer = training(int(rest[0])) if what == "training" else pytorch() if what == "pytorch" else openblas()
print(json.dumps(ready(what)), flush=True)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
