"""The files of draw-cases.ts as tensors on the training device, read while more are drawn."""

import glob
import json
import os

import numpy as np
import torch

OUTSIDE_SCAN = 255


def intensities(values):
    """uint8 as drawn, to float32: 0 = noise pedestal, 1 = bright tissue."""
    return values.float() * (2.1 / 255) - 0.5


def present(folder, seen=()):
    """Paths, without their ending, of the cases that are whole and not yet `seen`, in the order of their seeds."""
    names = glob.glob(os.path.join(folder, "*-cases.json"))
    paths = [name[: -len("-cases.json")] for name in names]
    return sorted((p for p in paths if p not in seen), key=lambda p: int(os.path.basename(p)))


def described(path):
    with open(path + "-cases.json") as file:
        return json.load(file)


class Slabs:
    """All slabs drawn so far, on the device: bscans and labels uint8 [capacity, frames, 256, 256]."""

    def __init__(self, folder, device, capacity, excluded=()):
        self.folder, self.device, self.capacity, self.excluded = folder, device, capacity, excluded
        self.bscans = self.labels = None
        self.cases, self.seen = [], set()
        self.pixels = np.zeros(256)
        self.showing = {}  # tissue -> [(case, frame)]
        self.waiting = []

    def __len__(self):
        return len(self.cases)

    def refresh(self, most=16):
        """Takes in at most so many new files; returns how many."""
        if not self.waiting:
            self.waiting = present(self.folder, self.seen)
        batch, self.waiting = self.waiting[:most], self.waiting[most:]
        for path in batch:
            self.seen.add(path)
            self.add(path)
        return len(batch)

    def add(self, path):
        described_cases = described(path)
        keep = [i for i, case in enumerate(described_cases) if case["appearance"] not in self.excluded]
        keep = keep[: self.capacity - len(self)]
        if not keep:
            return
        bscans, labels = (torch.from_numpy(np.load(f"{path}-{what}.npy")[keep]) for what in ("bscans", "labels"))
        if self.bscans is None:
            shape = (self.capacity, *bscans.shape[1:])
            self.bscans = torch.zeros(shape, dtype=torch.uint8, device=self.device)
            self.labels = torch.zeros(shape, dtype=torch.uint8, device=self.device)
        start = len(self)
        self.bscans[start : start + len(keep)] = bscans.to(self.device)
        self.labels[start : start + len(keep)] = labels.to(self.device)
        for i, which in enumerate(keep):
            self.cases.append(described_cases[which])
            for frame in range(1, labels.shape[1] - 1):
                counts = np.bincount(labels[i, frame].numpy().ravel(), minlength=256)
                self.pixels += counts
                for tissue in np.flatnonzero(counts[:15] > 8):
                    self.showing.setdefault(int(tissue), []).append((start + i, frame))

    def take(self, cases, frames, reach=1):
        """B-scans with their neighbours, float32 [n, 3, 256, 256], and labels, uint8 [n, 256, 256]."""
        case = torch.as_tensor(cases, device=self.device)
        frame = torch.as_tensor(frames, device=self.device)
        around = frame[:, None] + torch.arange(-reach, reach + 1, device=self.device)
        return intensities(self.bscans[case[:, None], around]), self.labels[case, frame]
