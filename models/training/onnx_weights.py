"""Reads a segmentation network back out of its ONNX file: the shipped files are the only record of the weights.

Written against the format (onnx.proto: ModelProto.graph = 7, GraphProto.node = 1 and initializer = 5), because Debian has
no onnx package and a site needs no other.
"""

import numpy as np
import torch
from torch import nn

from networks import SegmentationNetwork

FLOAT = 1


def fields(message):
    """(number, value) of each field of a protobuf message; numbers as int, everything else as bytes."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    while at < len(message):
        key = varint()
        number, kind = key >> 3, key & 7
        if kind == 0:
            yield number, varint()
        else:
            length = {1: 8, 5: 4}.get(kind) or varint()
            yield number, message[at : at + length]
            at += length


def only(message, wanted):
    return [value for number, value in fields(message) if number == wanted]


def tensor(message):
    dims = [d for d in only(message, 1)]
    if dims and isinstance(dims[0], bytes):
        raise ValueError("packed dims: not a file of torch.onnx")
    if only(message, 2) != [FLOAT]:
        return None
    return torch.from_numpy(np.frombuffer(only(message, 9)[0], "<f4").reshape(dims).copy())


def convolutions(path):
    """Weight and bias of each convolution, in the order in which they run."""
    with open(path, "rb") as file:
        graph = only(memoryview(file.read()).tobytes(), 7)[0]
    tensors = {only(t, 8)[0].decode(): tensor(t) for t in only(graph, 5)}
    found = []
    for node in only(graph, 1):
        if only(node, 4) != [b"Conv"]:
            continue
        names = [name.decode() for name in only(node, 1)]
        if len(names) != 3:
            raise ValueError("a convolution without bias: its normalisation was not folded in")
        found.append((tensors[names[1]], tensors[names[2]]))
    return found


def segmentation_network(path):
    """The network of a file, its batch normalisations folded into the convolutions and left as what adds the bias: to be
    trained in eval mode, since a site's few scans make poor statistics. Returns network and widths."""
    found = convolutions(path)
    poolings = (len(found) - 3) // 4
    widths = tuple(int(found[2 * level][0].shape[0]) for level in range(poolings + 1))
    network = SegmentationNetwork(widths)
    blocks = [*network.down, *(network.up[level] for level in reversed(range(poolings)))]
    layers = [layer for block in blocks for layer in block]
    if len(found) != len(layers) + 1:
        raise ValueError(f"{len(found)} convolutions are not those of networks.py")
    with torch.no_grad():
        for (weight, bias), (convolution, normalisation, _) in zip(found, layers):
            convolution.weight.copy_(weight)
            normalisation.weight.fill_(1)
            normalisation.bias.copy_(bias)
            normalisation.running_mean.zero_()
            normalisation.running_var.fill_(1 - normalisation.eps)
        network.head.weight.copy_(found[-1][0])
        network.head.bias.copy_(found[-1][1])
    assert isinstance(layers[0][1], nn.BatchNorm2d)
    return network.eval(), widths


@torch.no_grad()
def restore_statistics(network, batches):
    """Gives the normalisations of `segmentation_network` the statistics that were folded away, measured on `batches` (each
    float32 [n, 3, h, w]). In eval mode the network stays the same function; now it can be trained in train mode too."""
    layers = [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]
    sums = {layer: torch.zeros(3, layer.num_features, dtype=torch.float64) for layer in layers}

    def measure(layer, inputs):
        values = inputs[0].transpose(0, 1).flatten(1).double()
        sums[layer] += torch.stack([torch.full_like(values[:, 0], values.shape[1]), values.sum(1), values.square().sum(1)])

    hooks = [layer.register_forward_pre_hook(measure) for layer in layers]
    for batch in batches:
        network(batch)
    for hook in hooks:
        hook.remove()
    for layer in layers:
        count, total, squares = sums[layer]
        mean, variance = (total / count).float(), (squares / count - (total / count).square()).float().clamp(min=1e-6)
        slope = layer.weight / (layer.running_var + layer.eps).sqrt()
        layer.bias += slope * (mean - layer.running_mean)
        layer.weight.copy_(slope * (variance + layer.eps).sqrt())
        layer.running_mean.copy_(mean)
        layer.running_var.copy_(variance)
