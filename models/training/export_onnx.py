"""Writes trained networks as ONNX (opset 17) with the last steps inside the graph, and a golden vector beside them."""

import argparse
import json

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
    """Calibrated probabilities: logits over a temperature, then softmax (referral) and sigmoid (pathologies)."""

    def __init__(self, network, temperature):
        super().__init__()
        self.network, self.temperature = network, temperature

    def forward(self, thickness):
        logits = self.network(thickness)
        referral = (logits[:, :REFERRAL_CLASSES] / self.temperature).softmax(1)
        return referral, logits[:, REFERRAL_CLASSES:].sigmoid()


def export_segmentation(weights, out):
    network = SegmentationNetwork()
    network.load_state_dict(torch.load(weights))
    model = Labels(network).eval()
    dynamic = {"bscans": {0: "n", 2: "h", 3: "w"}, "labels": {0: "n", 1: "h", 2: "w"}, "confidence": {0: "n"}}
    torch.onnx.export(
        model, torch.zeros(1, 3, 256, 256), out, opset_version=OPSET, dynamic_axes=dynamic,
        input_names=["bscans"], output_names=["labels", "confidence"],
    )
    return model


def export_classification(weights, out):
    saved = torch.load(weights)
    network = ClassificationNetwork()
    network.load_state_dict(saved["weights"])
    model = Probabilities(network, saved["temperature"]).eval()
    dynamic = {"thickness": {0: "n"}, "referral": {0: "n"}, "pathologies": {0: "n"}}
    torch.onnx.export(
        model, torch.zeros(1, EN_FACE_CHANNELS, 24, 128), out, opset_version=OPSET, dynamic_axes=dynamic,
        input_names=["thickness"], output_names=["referral", "pathologies"],
    )
    return model


def ramp(shape, step):
    """A made-up input that TypeScript can make as well: no file needed. Values (i * step mod 97) / 97."""
    count = int(np.prod(shape))
    values = ((np.arange(count) * step) % 97).astype(np.float32) / np.float32(97)
    return torch.from_numpy(values.reshape(shape))


def golden(segmentation, classification):
    """What torch answers to the ramps; the test compares ONNX Runtime's answer with it."""
    with torch.no_grad():
        labels, confidence = segmentation(ramp((1, 3, 64, 64), 31))
        referral, pathologies = classification(ramp((1, EN_FACE_CHANNELS, 24, 128), 31) * 300)
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
        },
    }


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--segmentation", required=True)
    options.add_argument("--classification", help="absent: only the segmentation network is written")
    given = options.parse_args()
    torch.set_num_threads(1)
    segmentation = export_segmentation(given.segmentation, "../phantom-seg-0.onnx")
    if given.classification is None:
        return
    classification = export_classification(given.classification, "../phantom-cls-0.onnx")
    with open("work/parameters.json", "w") as file:
        json.dump([sum(p.numel() for p in model.parameters()) for model in (segmentation, classification)], file)
    with open("../golden.json", "w") as file:
        json.dump(golden(segmentation, classification), file)
        file.write("\n")


if __name__ == "__main__":
    main()
