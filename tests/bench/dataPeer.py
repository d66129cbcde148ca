"""The peer of data.ts: FineWeb's MinHash and Gopher's repetition rules as Python has them, with numpy and `re`.

First line: the texts. Then `"signatures"` or `"repetition"` a line; the answer is the processor's time for all
texts, milliseconds.
"""
import hashlib
import json
import re
import sys
import time
import unicodedata
from collections import Counter
import numpy as np

PRIME = np.uint64((1 << 61) - 1)
random = np.random.RandomState(1)
a = random.randint(1, PRIME, dtype=np.uint64, size=112)
b = random.randint(0, PRIME, dtype=np.uint64, size=112)
MARKS = "!/—”:％１〈&(、━\\【#%「」，】；+^]~“《„';’{|∶´[=-`*．（–？！：$～«〉,><》)?）。…@_.\"}►»"
TO_BLANK = str.maketrans({mark: " " for mark in MARKS})
WORD = re.compile(r"\w+(?:['’.,-]\w+)*|([^\s\w])\1*")


def signature(text):
    text = re.sub(r"\d+([.,]\d+)?", "0", text.lower()).translate(TO_BLANK)
    text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    words = text.split()
    hashes = [
        int.from_bytes(hashlib.sha1(" ".join(words[n : n + 5]).encode()).digest()[:8], "little")
        for n in range(len(words) - 4)
    ]
    if hashes:
        np.min((np.array(hashes, dtype=np.uint64).reshape(-1, 1) * a + b) % PRIME, axis=0)


def repeats(pieces):
    seen, count, characters = set(), 0, 0
    for piece in pieces:
        if piece in seen:
            count += 1
            characters += len(piece)
        seen.add(piece)
    return count, characters


def repetition(text):
    for pieces in (re.split(r"\n{2,}", text.strip()), re.split(r"\n+", text)):
        count, characters = repeats(pieces)
        if count / len(pieces) > 0.3 or characters / len(text) > 0.2:
            return False
    words = [match[0] for match in WORD.finditer(text)]
    for n, most in ((2, 0.2), (3, 0.18), (4, 0.16)):
        runs = Counter(" ".join(words[at : at + n]) for at in range(len(words) - n + 1))
        if runs and (top := runs.most_common(1)[0]) and len(top[0]) * top[1] / len(text) > most:
            return False
    for n, most in ((5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.1)):
        seen, characters, at = set(), 0, 0
        while at + n <= len(words):
            run = "".join(words[at : at + n])
            if run in seen:
                characters += len(run)
                at += n
            else:
                seen.add(run)
                at += 1
        if characters / len(text) > most:
            return False
    return True


texts = json.loads(sys.stdin.readline())
print('"ready"', flush=True)
for line in sys.stdin:
    run = {"signatures": signature, "repetition": repetition}[json.loads(line)]
    start = time.process_time()
    for text in texts:
        run(text)
    print(json.dumps([(time.process_time() - start) * 1000]), flush=True)
