"""The safetensors format's own reader and writer: from {read, refuse, write} to the tensors of the files to read, the
error of each file to refuse (null where it loads), and a file written.
"""
import json
import sys

import numpy
from safetensors import safe_open
from safetensors.numpy import load_file, save_file


def read(path):
    tensors = {name: [str(value.dtype), value.shape, value.ravel().tolist()] for name, value in load_file(path).items()}
    with safe_open(path, framework="numpy") as file:
        return {"tensors": tensors, "metadata": file.metadata()}


def error_of(path):
    try:
        load_file(path)
        return None
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def write(path):
    tensors = {
        "b": numpy.linspace(-1, 1, 6, dtype=numpy.float32).reshape(1, 2, 3),
        "a": numpy.array([-(2**31), 2**31 - 1], dtype=numpy.int32),
        "Größe/名": numpy.array([numpy.inf, -0.0, 1e-45], dtype=numpy.float32),
        "scalar": numpy.array(2.5, dtype=numpy.float32),
        "empty": numpy.zeros((0, 4), dtype=numpy.float32),
    }
    save_file(tensors, path, metadata={"by": "Python 名"})


question = json.load(sys.stdin)
write(question["write"])
print(json.dumps({"read": [read(path) for path in question["read"]], "errors": [error_of(path) for path in question["refuse"]]}))
