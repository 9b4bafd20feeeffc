"""Trains the segmentation network on the tensors of export-training-set.ts. Same seed, same number of steps."""

import argparse
import glob
import json
import time

import numpy as np
import torch
import torch.nn.functional as F

from networks import TISSUES, SegmentationNetwork

OUTSIDE_SCAN = 255
RETINA = 3
# Classes that fill few pixels: without crops around them the network never learns them (models.md section 3.2).
RARE = (2, 4, 5, 6, 8, 9, 10, 12, 13, 14)
WEIGHT_CAP = 3.0  # Above 3 the rare classes are over-predicted.


def load(pattern):
    """uint8 B-scans and labels [cases, 5, 256, 256]; intensity = value / 255 * 2.1 - 0.5."""
    names = sorted(glob.glob(pattern + "*-bscans.npy"))
    bscans = np.concatenate([np.load(name) for name in names])
    labels = np.concatenate([np.load(name.replace("-bscans", "-labels")) for name in names])
    return bscans, labels


def intensities(values):
    return values.astype(np.float32) * np.float32(2.1 / 255) - np.float32(0.5)


class Crops:
    """Draws augmented crops, three quarters of them around a rare class."""

    def __init__(self, bscans, labels, width, rng):
        self.bscans, self.labels, self.width, self.rng = bscans, labels, width, rng
        self.pixels = np.bincount(labels[:, 1:4].ravel(), minlength=256)[:TISSUES].astype(float)
        self.rarity = {t: 1 / np.sqrt(self.pixels[t] + 2e4) for t in RARE}
        self.columns = {}  # (case, frame) -> {tissue: columns that hold it}
        for case in range(len(bscans)):
            for frame in (1, 2, 3):
                present = {}
                for tissue in RARE:
                    columns = np.where((labels[case, frame] == tissue).sum(0) > 1)[0]
                    if len(columns):
                        present[tissue] = columns
                self.columns[case, frame] = present
        # A case is drawn more often the rarer what it shows.
        shows = np.array([[any(t in self.columns[c, f] for f in (1, 2, 3)) for t in RARE] for c in range(len(bscans))], float)
        weight = (shows / np.clip(shows.sum(0), 1, None)).sum(1) + 1e-3
        self.case_weights = weight / weight.sum()

    def class_weights(self):
        weight = (self.pixels.sum() / (self.pixels + 2e4)) ** 0.5
        return np.clip(weight / weight[RETINA], 0.7, WEIGHT_CAP).astype(np.float32)

    def draw(self):
        rng = self.rng
        case = rng.choice(len(self.bscans), p=self.case_weights) if rng.random() < 0.7 else rng.integers(len(self.bscans))
        frame = rng.integers(1, 4)
        left = rng.integers(0, 256 - self.width + 1)
        present = self.columns[case, frame]
        if present and rng.random() < 0.75:
            tissues = list(present)
            weights = np.array([self.rarity[t] for t in tissues])
            columns = present[tissues[rng.choice(len(tissues), p=weights / weights.sum())]]
            centre = columns[rng.integers(len(columns))]
            left = int(np.clip(centre - rng.integers(16, self.width - 16), 0, 256 - self.width))
        x = intensities(self.bscans[case, frame - 1 : frame + 2, :, left : left + self.width])
        y = self.labels[case, frame, :, left : left + self.width].astype(np.int64)
        return self.augment(x, y)

    def augment(self, x, y):
        rng = self.rng
        if rng.random() < 0.5:
            x, y = x[:, :, ::-1], y[:, ::-1]
        if rng.random() < 0.5:
            x = x[::-1]  # The neighbours change places.
        if rng.random() < 0.2:
            x = x[[1, 1, 1]]  # The edge of a scan has no neighbour.
        shift = int(rng.integers(-24, 25))
        x, y = np.roll(x, shift, 1), np.roll(y, shift, 0)
        seam = slice(0, shift) if shift > 0 else slice(256 + shift, 256)
        if shift:
            y[seam] = OUTSIDE_SCAN
            x[:, seam] = 0
        if rng.random() < 0.3:  # gamma
            x = np.sign(x) * np.abs(x) ** np.float32(np.exp(rng.normal(0, 0.2)))
        if rng.random() < 0.3:  # contrast between tissues
            x = x + np.float32(rng.normal(0, 0.15)) * np.sin(np.float32(rng.uniform(2, 6)) * x)
        if rng.random() < 0.3:  # blur along the B-scan
            x = (np.roll(x, 1, 2) + 2 * x + np.roll(x, -1, 2)) / 4
        if rng.random() < 0.5:
            x = x + rng.normal(0, rng.uniform(0, 0.1), x.shape)
        x = x * np.exp(rng.normal(0, 0.15)) + rng.normal(0, 0.06)
        return np.clip(x, -0.5, 1.6).astype(np.float32), y


def loss_of(logits, target, weights):
    """Weighted cross-entropy plus 1.5 times soft Dice over the classes that the batch shows."""
    known = target != OUTSIDE_SCAN
    cross_entropy = F.cross_entropy(logits, torch.where(known, target, -100), weight=weights)
    probability = logits.softmax(1) * known[:, None]
    truth = F.one_hot(torch.where(known, target, 0), TISSUES).permute(0, 3, 1, 2) * known[:, None]
    overlap = (probability * truth).sum((0, 2, 3))
    total = (probability + truth).sum((0, 2, 3))
    shown = truth.sum((0, 2, 3)) > 20
    return cross_entropy + 1.5 * (1 - ((2 * overlap + 1) / (total + 1))[shown].mean())


def main():
    options = argparse.ArgumentParser()
    options.add_argument("out")
    options.add_argument("--data", default="work/train-")
    options.add_argument("--steps", type=int, default=1200)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--batch", type=int, default=8)
    options.add_argument("--width", type=int, default=96)
    options.add_argument("--rate", type=float, default=3e-3)
    options.add_argument("--start", default="")
    options.add_argument("--threads", type=int, default=2)
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    crops = Crops(*load(given.data), given.width, np.random.default_rng(given.seed))
    weights = torch.from_numpy(crops.class_weights())
    network = SegmentationNetwork().to(memory_format=torch.channels_last)
    if given.start:
        network.load_state_dict(torch.load(given.start))
    optimiser = torch.optim.AdamW(network.parameters(), lr=given.rate, weight_decay=1e-4)
    network.train()
    began, losses = time.time(), []
    for step in range(given.steps):
        for group in optimiser.param_groups:
            cosine = 0.5 + 0.5 * np.cos(np.pi * step / given.steps)
            group["lr"] = given.rate * min(1, (step + 1) / 20) * cosine + 1e-5
        batch = [crops.draw() for _ in range(given.batch)]
        x = torch.from_numpy(np.stack([b[0] for b in batch])).contiguous(memory_format=torch.channels_last)
        y = torch.from_numpy(np.stack([b[1] for b in batch]))
        loss = loss_of(network(x), y, weights)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 3.0)
        optimiser.step()
        losses.append(loss.item())
        if (step + 1) % 25 == 0:
            seconds = time.time() - began
            print(f"step {step + 1} loss {np.mean(losses[-25:]):.3f} {seconds:.0f} s", flush=True)
            torch.save(network.state_dict(), given.out)
    torch.save(network.state_dict(), given.out)
    record = dict(vars(given), cases=len(crops.bscans), seconds=round(time.time() - began), loss=float(np.mean(losses[-50:])))
    json.dump(record, open(given.out + ".json", "w"))


if __name__ == "__main__":
    main()
