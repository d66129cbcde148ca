"""Hugging Face's Rust tokenizers: from {files, texts} to [size, ids of each text, texts of those ids] for each file."""
import json
import sys

from tokenizers import Tokenizer


def answer(file, texts):
    tokenizer = Tokenizer.from_file(file)
    ids = [tokenizer.encode(text).ids for text in texts]
    return [tokenizer.get_vocab_size(), ids, tokenizer.decode_batch(ids, skip_special_tokens=False)]


question = json.load(sys.stdin)
print(json.dumps([answer(file, question["texts"]) for file in question["files"]]))
