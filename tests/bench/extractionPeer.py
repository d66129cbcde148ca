"""Trafilatura on files: a list of paths in JSON comes in, its texts go out, with its version and its seconds."""
import gzip
import json
import logging
import sys
import time

import trafilatura

logging.disable(logging.CRITICAL)

# As in trafilatura's own evaluation.
OPTIONS = {"include_comments": False, "include_tables": True, "include_formatting": False}


def content(path):
    with open(path, "rb") as file:
        data = file.read()
    return gzip.decompress(data) if path.endswith(".gz") else data


def text_of(data, precise):
    try:
        return trafilatura.extract(data, fast=False, favor_precision=precise, **OPTIONS) or ""
    except Exception:  # counts as a page without text, as in the evaluation
        return ""


pages = [content(path) for path in json.load(sys.stdin)]
answer = {"version": trafilatura.__version__}
for name, precise in (("standard", False), ("precision", True)):
    start = time.process_time()
    texts = [text_of(page, precise) for page in pages]
    answer[name] = {"texts": texts, "seconds": time.process_time() - start}
json.dump(answer, sys.stdout)
