"""Writes trained networks as ONNX (opset 17) with the last steps inside the graph, and a golden vector beside them.

    python3 export_onnx.py WORK OUT      (WORK/segmentation-*.pt, WORK/classification.pt -> OUT/phantom-*.onnx, golden.json)
    python3 export_onnx.py WORK OUT --segmentation      only these, for label-cases.ts
"""

import argparse
import glob
import inspect
import json
import os

import numpy as np
import torch
from torch import nn

from networks import EN_FACE_CHANNELS, REFERRAL_CLASSES, ClassificationNetwork, SegmentationNetwork

OPSET = 17


class Labels(nn.Module):
    """ArgMax inside the graph: 15 floats a voxel need not cross into JavaScript. `confidence` is the mean over the
    B-scan of the winning probability; one value that is not a number anywhere makes it not a number."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, bscans):
        logits = self.network(bscans)
        confidence = logits.softmax(1).max(1).values.mean((1, 2)) + 0 * logits.mean((1, 2, 3))
        return logits.argmax(1).to(torch.uint8), confidence


class Probabilities(nn.Module):
    """Calibrated probabilities: logits over their temperatures, then softmax (referral) and sigmoid (pathologies); and
    the class-activation maps that the logits are made of."""

    def __init__(self, network, temperatures):
        super().__init__()
        self.network = network
        self.referral = temperatures["referral"]
        self.register_buffer("pathologies", torch.tensor(temperatures["pathologies"], dtype=torch.float32))

    def forward(self, thickness):
        logits, activation = self.network(thickness)
        referral = (logits[:, :REFERRAL_CLASSES] / self.referral).softmax(1)
        return referral, (logits[:, REFERRAL_CLASSES:] / self.pathologies).sigmoid(), activation


def export(model, shape, out, inputs, outputs, dynamic):
    # The exporter of torch 2 would need a package more; both torches know the older one.
    older = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    torch.onnx.export(
        model, torch.zeros(shape), out, opset_version=OPSET, input_names=inputs, output_names=outputs,
        dynamic_axes=dynamic, **older,
    )


def parameters(model):
    return sum(p.numel() for p in model.parameters())


def export_segmentation(saved, out):
    network = SegmentationNetwork(saved["widths"])
    network.load_state_dict(saved["weights"])
    model = Labels(network).eval()
    dynamic = {"bscans": {0: "n", 2: "h", 3: "w"}, "labels": {0: "n", 1: "h", 2: "w"}, "confidence": {0: "n"}}
    export(model, (1, 3, 256, 256), out, ["bscans"], ["labels", "confidence"], dynamic)
    return model


def export_classification(weights, temperatures, out):
    network = ClassificationNetwork()
    network.load_state_dict(weights)
    model = Probabilities(network, temperatures).eval()
    names = ["referral", "pathologies", "activation"]
    export(model, (1, EN_FACE_CHANNELS, 24, 128), out, ["thickness"], names, {n: {0: "n"} for n in ["thickness", *names]})
    return model


def ramp(shape, step):
    """A made-up input that TypeScript can make as well: no file needed. Values (i * step mod 97) / 97."""
    count = int(np.prod(shape))
    values = ((np.arange(count) * step) % 97).astype(np.float32) / np.float32(97)
    return torch.from_numpy(values.reshape(shape))


@torch.no_grad()
def golden(segmentation, classification):
    """What torch answers to the ramps with the first member of each; the test compares ONNX Runtime's answer with it."""
    labels, confidence = segmentation(ramp((1, 3, 64, 64), 31))
    referral, pathologies, activation = classification(ramp((1, EN_FACE_CHANNELS, 24, 128), 31) * 300)
    return {
        "input": "value i is ((i * 31) mod 97) / 97; thickness is 300 times that",
        "segmentation": {
            "shape": [1, 3, 64, 64],
            "labelCounts": np.bincount(labels.numpy().ravel(), minlength=15).tolist(),
            "middleRow": labels[0, 32].tolist(),
            "confidence": confidence.tolist(),
        },
        "classification": {
            "shape": [1, EN_FACE_CHANNELS, 24, 128],
            "referral": referral[0].tolist(),
            "pathologies": pathologies[0].tolist(),
            "activationMeans": activation[0].mean((1, 2)).tolist(),
        },
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work")
    parser.add_argument("out")
    parser.add_argument("--segmentation", action="store_true")
    given = parser.parse_args()
    os.makedirs(given.out, exist_ok=True)
    torch.set_num_threads(1)
    members, first = {"segmentation": [], "classification": []}, {}
    for name in sorted(glob.glob(os.path.join(given.work, "segmentation-*.pt"))):
        saved = torch.load(name, map_location="cpu")
        file = f"phantom-seg-{len(members['segmentation'])}.onnx"
        model = export_segmentation(saved, os.path.join(given.out, file))
        first.setdefault("segmentation", model)
        members["segmentation"].append(
            {"file": file, "parameters": parameters(model), "seed": saved["seed"], "steps": saved["steps"]}
        )
    if given.segmentation:
        return
    saved = torch.load(os.path.join(given.work, "classification.pt"), map_location="cpu")
    for seed, (weights, steps) in enumerate(zip(saved["weights"], saved["steps"])):
        file = f"phantom-cls-{seed}.onnx"
        model = export_classification(weights, saved["temperatures"], os.path.join(given.out, file))
        first.setdefault("classification", model)
        members["classification"].append({"file": file, "parameters": parameters(model), "seed": seed, "steps": steps})
    with open(os.path.join(given.out, "golden.json"), "w") as file:
        json.dump(golden(first["segmentation"], first["classification"]), file)
        file.write("\n")
    with open(os.path.join(given.work, "exported.json"), "w") as file:
        json.dump({"opset": OPSET, "producer": f"pytorch {torch.__version__}", "members": members}, file)


if __name__ == "__main__":
    main()
