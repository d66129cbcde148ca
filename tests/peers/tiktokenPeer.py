"""OpenAI's own tiktoken: from {encodings: {name: ranks in base64}, texts} to {name: [ids of each text as mere text,
ids of each text with specials]}.

The rule and the specials of an encoding are those that tiktoken publishes; its ranks, which it would download, are handed in.
"""
import base64
import json
import sys
from unittest import mock

import tiktoken
from tiktoken_ext import openai_public


def build(name, ranks):
    tokens = {base64.b64decode(token): rank for rank, token in enumerate(ranks)}
    loaders = {"load_tiktoken_bpe": lambda *_, **__: tokens, "data_gym_to_mergeable_bpe_ranks": lambda **_: tokens}
    with mock.patch.multiple(openai_public, **loaders):
        return tiktoken.Encoding(**getattr(openai_public, name)())


def ids(encoding, texts):
    plain = [encoding.encode(text, disallowed_special=()) for text in texts]
    return [plain, [encoding.encode(text, allowed_special="all") for text in texts]]


question = json.load(sys.stdin)
encodings = {name: build(name, ranks) for name, ranks in question["encodings"].items()}
print(json.dumps({name: ids(encoding, question["texts"]) for name, encoding in encodings.items()}))
