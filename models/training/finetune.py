"""Goes on training the segmentation networks of a model set with a site's own annotated DICOM scans, and makes a new set.

    python3 models/training/finetune.py --truth labels.csv SCANS OUT [--models models] [--name site] [--steps 600]

SCANS: folder of DICOM scans. labels.csv: as for `octriage evaluate` (docs/guides/evaluate.md); rows with a `segmentation`
(a DICOM Segmentation or .npy) are learnt from, but for the last ones (--held-out, a share), which are measured before and
after: keep both eyes of a patient together. Reading scans and truth is the product's own code (export-scans.ts).

Where a truth holds some classes only, the networks' own answer stands for the others: nothing is unlearnt for not being
annotated. Classification networks, cost matrix, calibration and thresholds stay as they are: measure the new set with
`octriage evaluate --models OUT` before anyone relies on it. OUT becomes a model set with manifest; `octriage models use`.
"""

import argparse
import hashlib
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch

from augmentation import augment
from cases import OUTSIDE_SCAN, described, intensities, present
from export_onnx import export_segmentation, parameters
from networks import TISSUES
from onnx_weights import segmentation_network
from predict_maps import label, majority
from train_segmentation import class_weights, loss_of

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ANY_FLUID, OTHER = 253, 254
FLUID = "fluid"


class Scan:
    """An annotated volume on the canonical grid. `truth` as it was drawn, `labels` with nothing left open."""

    def __init__(self, path, names, fluids, device):
        case = described(path)
        self.name, self.device_name, self.stride = case["name"], case["device"], case["neighbourStride"]
        self.bscans = torch.from_numpy(np.load(path + "-bscans.npy")).to(device)
        self.truth = torch.from_numpy(np.load(path + "-labels.npy")).to(device)
        self.fluids = fluids
        self.looked_for = [names.index(c) for c in case["classes"] if c != FLUID]
        self.any_fluid = FLUID in case["classes"]
        self.frames = [f for f in range(len(self.truth)) if (self.truth[f] != OUTSIDE_SCAN).any()]
        self.labels = self.truth.clone()

    def around(self, frame):
        """float32 [3, h, w]; at the edge of the scan the edge is its own neighbour."""
        frames = frame + self.stride * torch.arange(-1, 2)
        return intensities(self.bscans[frames.clamp(0, len(self.bscans) - 1)])

    @torch.no_grad()
    def complete(self, networks):
        """The likeliest class, by the networks, of what was drawn as fluid of any kind or not looked for."""
        drawn = torch.zeros(TISSUES, dtype=torch.bool, device=self.truth.device)
        drawn[self.looked_for + (self.fluids if self.any_fluid else [])] = True
        fluid = torch.zeros_like(drawn)
        fluid[self.fluids] = True
        for frame in self.frames:
            x = self.around(frame)[None]
            mean = sum(network(x).softmax(1) for network in networks)[0]
            likeliest = [mean.masked_fill(~allowed[:, None, None], -1).argmax(0).byte() for allowed in (fluid, ~drawn)]
            truth = self.truth[frame]
            answer = torch.where(truth == ANY_FLUID, likeliest[0], torch.where(truth == OTHER, likeliest[1], truth))
            self.labels[frame] = answer


def read_scans(given, work, device):
    command = ["node", "--import", "tsx", os.path.join(HERE, "export-scans.ts")]
    paths = [os.path.abspath(p) for p in (given.truth, given.scans, given.models, work)]
    subprocess.run([*command, *paths], check=True, cwd=ROOT)
    with open(os.path.join(given.models, "manifest.json")) as file:
        classes = json.load(file)["classes"]
    names = [c["name"] for c in classes]
    fluids = [c["index"] for c in classes if c["kind"] == FLUID]
    scans = [Scan(path, names, fluids, device) for path in present(work)]
    held_out = math.ceil(len(scans) * given.held_out)
    if len(scans) - held_out < 1:
        sys.exit("No scan to learn from: give more rows with a segmentation, or a smaller --held-out.")
    return scans[: len(scans) - held_out], scans[len(scans) - held_out :], names


@torch.no_grad()
def dice(networks, scans, names):
    """Of the majority, by class, all voxels of all scans where someone looked; null where it is neither there nor found."""
    sums = {name: np.zeros(2) for name in [*names, FLUID]}
    for scan in scans:
        members = label(networks, intensities(scan.bscans), scan.stride)
        found, looked = majority(members), scan.truth != OUTSIDE_SCAN
        groups = {names[c]: [c] for c in scan.looked_for}
        if scan.any_fluid or all(c in scan.looked_for for c in scan.fluids):
            groups[FLUID] = [*scan.fluids, ANY_FLUID]
        for name, values in groups.items():
            a = sum(found == v for v in values).bool() & looked
            b = sum(scan.truth == v for v in values).bool()
            sums[name] += [2 * float((a & b).sum()), float(a.sum() + b.sum())]
    return {name: round(float(both / size), 4) if size else None for name, (both, size) in sums.items()}


@torch.no_grad()
def mean_loss(network, scans, weights):
    """Without augmentation, over all annotated B-scans."""
    losses = [
        float(loss_of(network(scan.around(f)[None]), scan.labels[f][None].long(), weights))
        for scan in scans
        for f in scan.frames
    ]
    return round(sum(losses) / len(losses), 4)


def train(network, scans, weights, given, seed, device):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    optimiser = torch.optim.AdamW(network.parameters(), lr=given.rate, weight_decay=1e-4)
    for step in range(given.steps):
        rate = given.rate * min(1, (step + 1) / 20) * (0.5 + 0.5 * math.cos(math.pi * step / given.steps))
        for group in optimiser.param_groups:
            group["lr"] = rate
        drawn = [scans[rng.integers(len(scans))] for _ in range(given.batch)]
        frames = [scan.frames[rng.integers(len(scan.frames))] for scan in drawn]
        x = torch.stack([scan.around(f) for scan, f in zip(drawn, frames)])
        y = torch.stack([scan.labels[f] for scan, f in zip(drawn, frames)])
        if given.width < x.shape[-1]:
            left = rng.integers(x.shape[-1] - given.width + 1)
            x, y = x[..., left : left + given.width], y[..., left : left + given.width]
        x, y = augment(x, y)
        # In eval mode: see onnx_weights.py.
        loss = loss_of(network(x), y, weights)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 3.0)
        optimiser.step()
        if step % 50 == 49:
            print(f"member {seed}: {step + 1} steps, loss {float(loss):.3f}", flush=True)


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def write_set(given, manifest, networks, widths, record):
    """The files of the old set with new segmentation networks, under a manifest of their own."""
    os.makedirs(given.out, exist_ok=True)
    for member in manifest["classification"]["members"]:
        shutil.copy(os.path.join(given.models, member["file"]), given.out)
    matrices = {entry["file"] for entry in [manifest["decision"], *manifest.get("operatingPoints", {}).values()]}
    for file in matrices:
        shutil.copy(os.path.join(given.models, file), given.out)
    # Figures show what the classes of the old set look for.
    manifest.pop("figures", None)
    members = []
    for index, network in enumerate(networks):
        old = manifest["segmentation"]["members"][index]
        file = f"{given.name}-seg-{index}.onnx"
        path = os.path.join(given.out, file)
        export_segmentation({"widths": widths[index], "weights": network.cpu().state_dict()}, path)
        sizes = {"sha256": digest(path), "bytes": os.path.getsize(path), "parameters": parameters(network)}
        members.append({"file": file, **sizes, "seed": old["seed"], "steps": old["steps"] + given.steps})
    manifest["segmentation"].update(members=members, producer=f"pytorch {torch.__version__}")
    manifest.update(
        name=given.name,
        version=given.version,
        intendedUse="Research at the institution whose scans it was trained with.",
        training={"from": record.pop("from"), "before": manifest["training"], "fineTuning": record["training"]},
        evaluation={"fineTuning": record["evaluation"]},
    )
    with open(os.path.join(given.out, "manifest.json"), "w") as file:
        json.dump(manifest, file, indent=2)
        file.write("\n")
    golden = os.path.join(HERE, "write-golden-scan.ts")
    subprocess.run(["node", "--import", "tsx", golden, os.path.abspath(given.out)], check=True, cwd=ROOT)


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scans")
    parser.add_argument("out")
    parser.add_argument("--truth", required=True)
    parser.add_argument("--models", default=os.path.join(ROOT, "models"))
    parser.add_argument("--name", default="site")
    parser.add_argument("--version", default="1")
    parser.add_argument("--held-out", type=float, default=0.25)
    parser.add_argument("--steps", type=int, default=600, help="of each member")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--width", type=int, default=128, help="columns of a crop")
    parser.add_argument("--rate", type=float, default=3e-4)
    return parser


def main():
    given = options().parse_args()
    if os.path.exists(os.path.join(given.out, "manifest.json")):
        sys.exit(f"{given.out} holds a model set: it is not overwritten.")
    began = time.time()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    with open(os.path.join(given.models, "manifest.json")) as file:
        manifest = json.load(file)
    files = [os.path.join(given.models, m["file"]) for m in manifest["segmentation"]["members"]]
    networks, widths = zip(*(segmentation_network(path) for path in files))
    networks = [network.to(device) for network in networks]
    with tempfile.TemporaryDirectory() as work:
        scans, held_out, names = read_scans(given, work, device)
    before = dice(networks, held_out, names)
    for scan in scans:
        scan.complete(networks)
    pixels = sum(np.bincount(scan.labels.cpu().numpy().ravel(), minlength=256) for scan in scans)
    weights = class_weights(pixels.astype(float), device)
    losses = []
    for index, network in enumerate(networks):
        first = mean_loss(network, scans, weights)
        train(network, scans, weights, given, manifest["segmentation"]["members"][index]["seed"], device)
        losses.append({"before": first, "after": mean_loss(network, scans, weights)})
    after = dice(networks, held_out, names)
    record = {
        "from": {"name": manifest["name"], "version": manifest["version"], "manifest": digest(os.path.join(given.models, "manifest.json"))},
        "training": {
            "scans": len(scans),
            "bscans": sum(len(scan.frames) for scan in scans),
            "devices": sorted({scan.device_name for scan in scans}),
            "steps": given.steps,
            "batch": given.batch,
            "rate": given.rate,
            "losses": losses,
            "seconds": round(time.time() - began),
            "torch": torch.__version__,
        },
        "evaluation": {"heldOutScans": len(held_out), "dice": {"before": before, "after": after}},
    }
    write_set(given, manifest, networks, widths, record)
    print(json.dumps({"losses": losses, "heldOut": record["evaluation"]}), flush=True)


if __name__ == "__main__":
    main()
