"""Runs a network from its ONNX file in torch, with gradients: for figures, whatever the architecture of the set.

Only the operators that our exporter writes for classification networks; another one is named and refused.
"""

import struct

import numpy as np
import torch
import torch.nn.functional as F

from onnx_weights import fields, only

DTYPES = {1: "<f4", 6: "<i4", 7: "<i8"}


def tensor(message):
    dims = only(message, 1)
    kind = only(message, 2)[0]
    raw = only(message, 9)
    values = np.frombuffer(raw[0] if raw else b"", DTYPES[kind])
    return torch.from_numpy(values.reshape(dims).copy())


def signed(value):
    return value - (1 << 64) if value >= 1 << 63 else value


def attributes(node):
    """By name: an integer, a list of them, a float or a tensor."""
    found = {}
    for message in only(node, 5):
        name = only(message, 1)[0].decode()
        for number, value in fields(message):
            if number == 2:
                found[name] = struct.unpack("<f", value)[0]
            elif number == 3:
                found[name] = signed(value)
            elif number == 5:
                found[name] = tensor(value)
            elif number == 8:
                found.setdefault(name, []).append(signed(value))
    return found


def convolve(x, weight, bias, a):
    top, left, bottom, right = a["pads"]
    assert top == bottom and left == right
    return F.conv2d(x, weight, bias, a["strides"], (top, left), a["dilations"], a["group"])


def cut(x, starts, ends, axes, steps=None):
    for i, axis in enumerate(axes.tolist()):
        step = 1 if steps is None else int(steps[i])
        length = x.shape[axis]
        start, end = (int(v) + length if v < 0 else min(int(v), length) for v in (starts[i], ends[i]))
        x = x.index_select(axis, torch.arange(start, end, step))
    return x


def clip(x, low=None, high=None):
    return x.clamp(min=None if low is None else float(low), max=None if high is None else float(high))


def reduce(kind):
    def run(x, axes=None, a=None):
        wanted = axes.tolist() if axes is not None else a["axes"]
        return getattr(torch, kind)(x, dim=tuple(wanted), keepdim=bool(a.get("keepdims", 1)))

    return run


def gemm(x, weight, bias=None, a=None):
    weight = weight.t() if a.get("transB") else weight
    out = a.get("alpha", 1.0) * (x @ weight)
    return out if bias is None else out + a.get("beta", 1.0) * bias


OPERATORS = {
    "Constant": lambda a: a["value"],
    "Identity": lambda x, a: x,
    "Slice": lambda *given, a: cut(*given),
    "Clip": lambda *given, a: clip(*given),
    "Add": lambda x, y, a: x + y,
    "Sub": lambda x, y, a: x - y,
    "Mul": lambda x, y, a: x * y,
    "Div": lambda x, y, a: x / y,
    "Sqrt": lambda x, a: torch.sqrt(x + 1e-12),  # its gradient at 0 is infinite
    "Concat": lambda *given, a: torch.cat(given, a["axis"]),
    "Conv": lambda x, weight, bias, a: convolve(x, weight, bias, a),
    "Relu": lambda x, a: torch.relu(x),
    "ReduceMean": lambda *given, a: reduce("mean")(*given, a=a),
    "ReduceMax": lambda *given, a: reduce("amax")(*given, a=a),
    "Gemm": lambda *given, a: gemm(*given, a=a),
    "MatMul": lambda x, y, a: x @ y,
    "Softmax": lambda x, a: x.softmax(a.get("axis", -1)),
    "Sigmoid": lambda x, a: x.sigmoid(),
}


class OnnxGraph:
    """A network of one input: call it with a tensor, get every output by its name."""

    def __init__(self, path):
        with open(path, "rb") as file:
            graph = only(file.read(), 7)[0]
        self.tensors = {only(t, 8)[0].decode(): tensor(t) for t in only(graph, 5)}
        self.nodes = [
            (
                only(node, 4)[0].decode(),
                [name.decode() for name in only(node, 1)],
                only(node, 2)[0].decode(),
                attributes(node),
            )
            for node in only(graph, 1)
        ]
        self.outputs = [only(value, 1)[0].decode() for value in only(graph, 12)]
        inputs = [only(value, 1)[0].decode() for value in only(graph, 11)]
        (self.input,) = [name for name in inputs if name not in self.tensors]
        unknown = {kind for kind, *_ in self.nodes} - OPERATORS.keys()
        if unknown:
            raise ValueError(f"{path}: no operator {', '.join(sorted(unknown))} in onnx_graph.py")

    def __call__(self, x):
        values = {**self.tensors, self.input: x, "": None}
        for kind, inputs, output, a in self.nodes:
            values[output] = OPERATORS[kind](*(values[name] for name in inputs), a=a)
        return {name: values[name] for name in self.outputs}
