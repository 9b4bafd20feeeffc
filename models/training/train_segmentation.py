"""Trains the segmentation ensemble on the slabs of draw-cases.ts, all members in turn, while more slabs may be drawn.

    python3 train_segmentation.py SLABS OUT --members 5 --steps 20000        (or --seconds 400)

Each member has its own seed and its own draws. OUT-0.pt … hold the weights (running average over the training), OUT.json
what was done. On a GPU in bf16, all data and augmentation there; on a CPU in float32.
"""

import argparse
import json
import math
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

from augmentation import augment
from cases import OUTSIDE_SCAN, Slabs
from networks import TISSUES, WIDTHS, SegmentationNetwork
from onnx_weights import restore_statistics, segmentation_network

RETINA = 3
# Classes that fill few pixels: without crops around them the network never learns them (models.md section 3.2).
RARE = (1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14)
RARE_SHARE = 0.65
WEIGHT_CAP = 3.0  # Above 3 the rare classes are over-predicted.
AVERAGE_DECAY = 0.999
STATISTICS_BATCHES = 20


def class_weights(pixels, device):
    weight = (pixels[:TISSUES].sum() / (pixels[:TISSUES] + 2e4)) ** 0.5
    return torch.from_numpy(np.clip(weight / weight[RETINA], 0.7, WEIGHT_CAP).astype(np.float32)).to(device)


def loss_of(logits, target, weights):
    """Weighted cross-entropy plus 1.5 times soft Dice over the classes that the batch shows."""
    known = target != OUTSIDE_SCAN
    logarithms = logits.float().log_softmax(1)
    cross_entropy = F.nll_loss(logarithms, torch.where(known, target, -100), weight=weights)
    probability = logarithms.exp() * known[:, None]
    truth = (target[:, None] == torch.arange(TISSUES, device=target.device).view(1, -1, 1, 1)).float()
    overlap = (probability * truth).sum((0, 2, 3))
    size = truth.sum((0, 2, 3))
    total = probability.sum((0, 2, 3)) + size
    shown = (size > 20).float()
    dice = ((2 * overlap + 1) / (total + 1) * shown).sum() / shown.sum().clamp(min=1)
    return cross_entropy + 1.5 * (1 - dice)


class Member:
    """One network in training, with its own draws and the running average of its weights."""

    def __init__(self, seed, given, device):
        torch.manual_seed(seed)
        self.seed, self.given, self.device, self.steps = seed, given, device, 0
        self.rng = np.random.default_rng(seed)
        self.network = SegmentationNetwork(given.widths).to(device, memory_format=torch.channels_last)
        if given.start:
            self.network.load_state_dict(torch.load(f"{given.start}-{seed}.pt", map_location=device)["weights"])
        fused = {"fused": True} if device == "cuda" else {}
        self.optimiser = torch.optim.AdamW(self.network.parameters(), lr=given.rate, weight_decay=1e-4, **fused)
        self.running = [v for v in self.network.state_dict().values() if v.is_floating_point()]
        self.average = [v.detach().clone() for v in self.running]
        self.compiled = torch.compile(self.network) if given.compile else self.network
        self.loss = torch.zeros((), device=device)

    def draw(self, slabs):
        rng, showing = self.rng, slabs.showing
        rare = [t for t in RARE if t in showing]
        cases, frames, sought = [], [], []
        for _ in range(self.given.batch):
            tissue = rare[rng.integers(len(rare))] if rare and rng.random() < RARE_SHARE else None
            if tissue is not None:
                entries = showing[tissue]
                case, frame = entries[rng.integers(len(entries))]
            else:
                case, frame = rng.integers(len(slabs)), rng.integers(1, slabs.bscans.shape[1] - 1)
            cases.append(int(case))
            frames.append(int(frame))
            sought.append(tissue)
        return self.crop(*slabs.take(cases, frames), sought)

    def crop(self, x, y, sought):
        """Narrower B-scans, each with a place of the tissue that it was drawn for."""
        width, rng = self.given.width, self.rng
        last = x.shape[-1] - width
        if last <= 0:
            return x, y
        lefts = []
        for labels, tissue in zip(y, sought):
            first, end = 0, last
            if tissue is not None:
                columns = (labels == tissue).any(0).nonzero().flatten()
                column = int(columns[rng.integers(len(columns))])
                first, end = max(0, column - width + 1), min(last, column)
            lefts.append(int(rng.integers(first, end + 1)))
        return tuple(torch.stack([one[..., a : a + width] for one, a in zip(whole, lefts)]) for whole in (x, y))

    def step(self, slabs, weights, progress):
        rate = self.given.rate * min(1, (self.steps + 1) / 50) * (0.5 + 0.5 * math.cos(math.pi * progress)) + 1e-6
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        x, y = augment(*self.draw(slabs))
        x = x.contiguous(memory_format=torch.channels_last)
        kind = "cuda" if self.device == "cuda" else "cpu"
        with torch.autocast(kind, dtype=torch.bfloat16, enabled=self.device == "cuda"):
            logits = self.compiled(x)
        loss = loss_of(logits, y, weights)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 3.0)
        self.optimiser.step()
        self.steps += 1
        decay = min(AVERAGE_DECAY, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            torch._foreach_mul_(self.average, decay)
            torch._foreach_add_(self.average, self.running, alpha=1 - decay)
        self.loss = 0.98 * self.loss + 0.02 * loss.detach() if self.steps > 1 else loss.detach()

    def averaged(self):
        """State dict of the averaged weights, on the CPU."""
        state, average = self.network.state_dict(), iter(self.average)
        return {k: (next(average) if v.is_floating_point() else v).detach().cpu().clone() for k, v in state.items()}

    def save(self, out):
        path = f"{out}-{self.seed}.pt"
        saved = {"weights": self.averaged(), "widths": list(self.given.widths), "seed": self.seed, "steps": self.steps}
        torch.save(saved, path + ".part")
        os.replace(path + ".part", path)


def start_from(path, members, slabs):
    """All members go on from one network whose normalisations were folded away."""
    network, _ = segmentation_network(path)
    first = members[0]
    restore_statistics(network.to(first.device), (augment(*first.draw(slabs))[0] for _ in range(STATISTICS_BATCHES)))
    for member in members:
        member.network.load_state_dict(network.state_dict())
        member.average = [v.detach().clone() for v in member.running]


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("slabs")
    parser.add_argument("out")
    parser.add_argument("--members", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=0, help="of each member; 0: until --seconds are over")
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--width", type=int, default=256, help="columns of a crop: narrower ones for a CPU")
    parser.add_argument("--rate", type=float, default=2.5e-3)
    parser.add_argument("--widths", type=lambda text: tuple(map(int, text.split(","))), default=WIDTHS)
    parser.add_argument("--start", default="", help="go on from START-0.pt …")
    parser.add_argument("--start-onnx", default="", help="all members go on from this network of a model set")
    parser.add_argument("--exclude", nargs="*", default=[], help="appearances that are not learnt from")
    parser.add_argument("--capacity", type=int, default=16000)
    parser.add_argument("--wait-for", type=int, default=64, help="slabs that must be there before the first step")
    parser.add_argument("--compile", action="store_true")
    return parser


def main():
    given = options().parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    members = [Member(given.first_seed + i, given, device) for i in range(given.members)]
    slabs = Slabs(given.slabs, device, given.capacity, given.exclude)
    while len(slabs) < given.wait_for:
        if slabs.refresh() == 0:
            time.sleep(0.5)
    # The clock starts with the first step: compiling and waiting for slabs are not training.
    began, saved, told, done = time.time(), time.time(), 0.0, 0
    weights = class_weights(slabs.pixels, device)
    if given.start_onnx:
        start_from(given.start_onnx, members, slabs)
    while True:
        seconds = time.time() - began
        progress = done / given.steps if given.steps else seconds / max(given.seconds, 1)
        if progress >= 1:
            break
        if done % 10 == 0 and slabs.refresh(4 if done else 10**6):
            weights = class_weights(slabs.pixels, device)
        for member in members:
            member.step(slabs, weights, progress)
        done += 1
        if seconds - told > 15:
            told = seconds
            losses = " ".join(f"{m.loss.item():.3f}" for m in members)
            print(f"{seconds:.0f} s: {done} steps, {len(slabs)} slabs, losses {losses}", flush=True)
        if time.time() - saved > 60:
            saved = time.time()
            for member in members:
                member.save(given.out)
    for member in members:
        member.save(given.out)
    record = {
        **vars(given),
        "device": torch.cuda.get_device_name() if device == "cuda" else "cpu",
        "torch": torch.__version__,
        "stepsDone": done,
        "cases": len(slabs),
        "seconds": round(time.time() - began),
        "losses": [round(m.loss.item(), 4) for m in members],
    }
    with open(given.out + ".json", "w") as file:
        json.dump(record, file)
    print(json.dumps(record), flush=True)


if __name__ == "__main__":
    main()
