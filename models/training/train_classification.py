"""Trains the classification ensemble on what predict_maps.py measured, and calibrates it.

    python3 train_classification.py TRAINING OUT --held-out HELD_OUT --truths FOLDER --steps 4000

A member reads a predicted map, a true one, or a true one with the errors that the segmentation makes in another eye. One
temperature for the referral and one for each pathology are fitted to the mean of all predictions on half of the held-out
eyes; the calibration error is told of the other half. OUT.pt: weights of all members and temperatures; OUT.json: figures.
"""

import argparse
import glob
import json
import math
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

from calibration import calibrate, errors_of_devices, measure
from cases import described, present
from networks import REFERRAL_CLASSES, TISSUES, ClassificationNetwork

PREDICTED_SHARE = 0.65


def load_truths(folder):
    """True maps of more eyes than there are pictures of."""
    maps, referral, pathologies = [], [], []
    for path in present(folder):
        maps.append(torch.from_numpy(np.load(path + "-maps.npy")).half())
        for case in described(path):
            referral.append(case["referral"])
            pathologies.append(case["pathologies"])
    return torch.cat(maps), torch.tensor(referral), torch.tensor(pathologies, dtype=torch.float32)


class Eyes:
    """Maps on the device, and draws from them."""

    def __init__(self, measured, truths, device, excluded):
        keep = torch.tensor([a not in excluded for a in measured["appearance"]])
        self.predicted = measured["maps"][keep].to(device)
        self.true = measured["true"][keep].to(device)
        self.referral = measured["referral"][keep].to(device)
        self.pathologies = measured["pathologies"][keep].to(device)
        maps, referral, pathologies = truths or (measured["true"][:0], measured["referral"][:0], measured["pathologies"][:0])
        self.more = torch.cat([self.true, maps.to(device)])
        self.more_referral = torch.cat([self.referral, referral.to(device)])
        self.more_pathologies = torch.cat([self.pathologies, pathologies.to(device)])

    def draw(self, n, rng):
        device = self.true.device
        predicted = int(round(n * PREDICTED_SHARE))

        def some(count, limit):
            return torch.from_numpy(rng.integers(limit, size=count)).to(device)

        eye, other = some(predicted, len(self.predicted)), some(n - predicted, len(self.predicted))
        which = some(n, self.predicted.shape[1])
        more = some(n - predicted, len(self.more))
        errors = self.predicted[other, which[predicted:]].float() - self.true[other].float()
        strength = torch.from_numpy(rng.choice([0.0, 0.5, 1.0], n - predicted)).float().to(device).view(-1, 1, 1, 1)
        corrupted = (self.more[more].float() + strength * errors).clamp(min=0)
        maps = torch.cat([self.predicted[eye, which[:predicted]].float(), corrupted])
        referral = torch.cat([self.referral[eye], self.more_referral[more]])
        pathologies = torch.cat([self.pathologies[eye], self.more_pathologies[more]])
        return augment(maps), referral, pathologies


def augment(maps):
    """Turns, smaller and decentred scans, and tissues that are measured too thick or too thin."""
    n, channels, rows, columns = maps.shape
    device = maps.device
    turned = (torch.rand((n, 2, 1, 1, 1), device=device) < 0.5)
    maps = torch.where(turned[:, 0], maps.flip(3), maps)
    maps = torch.where(turned[:, 1], maps.flip(2), maps)
    smaller = (torch.rand((n, 1), device=device) < 0.3).float()
    edges = torch.rand((n, 4), device=device) * torch.tensor([4.0, 4.0, 20.0, 20.0], device=device) * smaller
    row = torch.arange(rows, device=device).view(1, 1, rows, 1)
    column = torch.arange(columns, device=device).view(1, 1, 1, columns)
    top, bottom, left, right = (edges[:, i].floor().view(n, 1, 1, 1) for i in range(4))
    inside = (row >= top) & (row < rows - bottom) & (column >= left) & (column < columns - right)
    gain = torch.exp(torch.randn((n, channels, 1, 1), device=device) * 0.08)
    gain[:, TISSUES:] = 1
    return maps * gain * inside


def loss_of(logits, referral, pathologies):
    # No label smoothing: it would leave 1 % of 'urgent' on every healthy eye, which the cost matrix makes a referral.
    return F.cross_entropy(logits[:, :REFERRAL_CLASSES], referral) + 2 * F.binary_cross_entropy_with_logits(
        logits[:, REFERRAL_CLASSES:], pathologies
    )


def train(seed, given, eyes, device):
    torch.manual_seed(1000 + seed)
    rng = np.random.default_rng(1000 + seed)
    network = ClassificationNetwork().to(device)
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=5e-3)
    running = [v for v in network.state_dict().values() if v.is_floating_point()]
    average = [v.detach().clone() for v in running]
    began, step = time.time(), 0
    while True:
        progress = step / given.steps if given.steps else (time.time() - began) / max(given.seconds, 1)
        if progress >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, (step + 1) / 50) * (0.5 + 0.5 * math.cos(math.pi * progress)) + 1e-6
        maps, referral, pathologies = eyes.draw(given.batch, rng)
        loss = loss_of(network(maps)[0], referral, pathologies)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 3.0)
        optimiser.step()
        step += 1
        decay = min(0.998, (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_mul_(average, decay)
            torch._foreach_add_(average, running, alpha=1 - decay)
    with torch.no_grad():
        for value, mean in zip(running, average):
            value.copy_(mean)
    print(f"member {seed}: {step} steps, loss {loss.item():.3f}, {time.time() - began:.0f} s", flush=True)
    return network.eval(), step


@torch.no_grad()
def predict(networks, measured, device, variants_of_first=True):
    """Logits [volumes, segmentation members × classification members, 14] on the maps of the first variant."""
    maps = measured["maps"][:, : measured["members"]].to(device).float()
    volumes, members = maps.shape[:2]
    flat = maps.flatten(0, 1)
    answers = [torch.cat([network(part)[0] for part in flat.split(512)]).view(volumes, members, -1) for network in networks]
    return torch.cat(answers, 1).cpu()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("training")
    parser.add_argument("out")
    parser.add_argument("--held-out", required=True)
    parser.add_argument("--unseen", default="", help="eyes scanned by devices that no training saw")
    parser.add_argument("--truths", default="")
    parser.add_argument("--members", type=int, default=5)
    parser.add_argument("--steps", type=int, default=0, help="of each member; 0: until --seconds are over")
    parser.add_argument("--seconds", type=float, default=0, help="for each member")
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--exclude", nargs="*", default=[])
    given = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    began = time.time()
    measured = torch.load(given.training + ".pt")
    truths = load_truths(given.truths) if given.truths and glob.glob(os.path.join(given.truths, "*-cases.json")) else None
    eyes = Eyes(measured, truths, device, given.exclude)
    trained = [train(seed, given, eyes, device) for seed in range(given.members)]
    held_out = torch.load(given.held_out + ".pt")
    logits = predict([network for network, _ in trained], held_out, device)
    temperatures, figures = calibrate(logits, held_out)
    if given.unseen:
        unseen = torch.load(given.unseen + ".pt")
        logits = predict([network for network, _ in trained], unseen, device)
        figures["unseenDevices"] = measure(logits, temperatures, unseen["referral"], unseen["pathologies"])
        figures["unseenDevices"]["errorOfDevice"] = errors_of_devices(logits, temperatures, unseen)
    saved = [{k: v.cpu() for k, v in network.state_dict().items()} for network, _ in trained]
    torch.save({"weights": saved, "temperatures": temperatures, "steps": [steps for _, steps in trained]}, given.out + ".pt")
    record = {
        **vars(given),
        "eyes": len(eyes.predicted),
        "eyesWithoutPicture": len(eyes.more) - len(eyes.true),
        "stepsDone": [steps for _, steps in trained],
        "device": torch.cuda.get_device_name() if device == "cuda" else "cpu",
        "torch": torch.__version__,
        "seconds": round(time.time() - began),
        "temperatures": temperatures,
        "heldOut": figures,
    }
    with open(given.out + ".json", "w") as file:
        json.dump(record, file)
    print(json.dumps(record), flush=True)


if __name__ == "__main__":
    main()
