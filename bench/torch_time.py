"""Milliseconds that PyTorch takes for a B-scan with the weights of a network file: torch_time.py NETWORK.onnx THREADS SIZE."""

import os
import statistics
import sys
import time

import torch

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../models/training"))
from onnx_weights import segmentation_network  # noqa: E402

ROUNDS = 7

path, threads, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
if threads > 0:
    torch.set_num_threads(threads)
network, _ = segmentation_network(path)
bscans = torch.rand(1, 3, size, size)
times = []
with torch.no_grad():
    for round in range(ROUNDS + 1):
        began = time.perf_counter()
        network(bscans).argmax(1)
        # The first warms up.
        if round > 0:
            times.append(1000 * (time.perf_counter() - began))
print(torch.__version__, statistics.median(times))
