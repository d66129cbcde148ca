"""The kind of every character as tiktoken's Rust has it, as runs: see src/tokenizer/engine/characterTable.ts.

A tokenizer of single bytes whose rule is one class skips whatever is not of that class.
"""
import json
from itertools import groupby

import numpy
import tiktoken

CLASSES = {"U": r"[\p{Lu}\p{Lt}]", "L": r"\p{Ll}", "C": r"[\p{Lm}\p{Lo}]", "M": r"\p{M}", "N": r"\p{N}", "B": r"[\r\n]", "S": r"[^\S\r\n]"}
LIMIT = 0x110000
BYTES = {bytes([byte]): byte for byte in range(256)}
every = "".join(chr(code) for code in range(LIMIT) if not 0xD800 <= code < 0xE000)

kinds = ["O"] * LIMIT
for kind, pattern in CLASSES.items():
    cut = tiktoken.Encoding(kind, pat_str=f"{pattern}+", mergeable_ranks=BYTES, special_tokens={})
    for character in bytes(cut.encode_ordinary(every)).decode():
        kinds[ord(character)] = kind


def base36(number):
    return numpy.base_repr(number, 36).lower()


runs = ((kind, sum(1 for _ in run)) for kind, run in groupby(kinds))
print(json.dumps("".join(kind + (base36(size) if size > 1 else "") for kind, size in runs)))
