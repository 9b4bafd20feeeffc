"""Trains the classification network on en-face maps: true ones, ones with made-up errors, and ones that the segmentation
network predicted. A seventh of the cases is kept back to choose the temperature of the referral probabilities."""

import argparse
import glob
import json
import time

import numpy as np
import torch
import torch.nn.functional as F

from networks import REFERRAL_CLASSES, ClassificationNetwork

KEPT_BACK = 7


def load(pattern, variants):
    names = sorted(glob.glob(pattern + "*-maps.npy"))
    maps = np.concatenate([np.load(name) for name in names])
    truth = np.concatenate([np.load(name.replace("-maps", "-truth")) for name in names])
    case = np.arange(len(maps)) // variants
    return maps, truth, case % KEPT_BACK == 0


def augment(maps, rng):
    if rng.random() < 0.5:
        maps = maps[:, :, :, ::-1]
    if rng.random() < 0.5:
        maps = maps[:, :, ::-1]
    maps = maps.copy()
    for sample in maps:
        if rng.random() < 0.3:  # a smaller or decentred scan
            rows, columns = rng.integers(0, 4, 2), rng.integers(0, 20, 2)
            sample[:, : rows[0]] = sample[:, 24 - rows[1] :] = 0
            sample[:, :, : columns[0]] = sample[:, :, 128 - columns[1] :] = 0
        sample[:15] *= np.exp(rng.normal(0, 0.08, (15, 1, 1)))
    return torch.from_numpy(maps)


def loss_of(logits, truth):
    # No label smoothing: it would leave 1 % of 'urgent' on every healthy eye, which the cost matrix makes a referral.
    referral = F.cross_entropy(logits[:, :REFERRAL_CLASSES], truth[:, 0].long())
    pathologies = F.binary_cross_entropy_with_logits(logits[:, REFERRAL_CLASSES:], truth[:, 1:].float())
    return referral + 2 * pathologies


def fitted_temperature(logits, truth):
    """The temperature under which the cases kept back are least surprising."""
    candidates = np.exp(np.linspace(np.log(0.4), np.log(4), 47))
    surprises = [F.cross_entropy(logits[:, :REFERRAL_CLASSES] / t, truth[:, 0].long()).item() for t in candidates]
    return float(candidates[int(np.argmin(surprises))])


def main():
    options = argparse.ArgumentParser()
    options.add_argument("out")
    options.add_argument("--truth", default="work/maps-")
    options.add_argument("--predicted", default="work/predicted-")
    options.add_argument("--steps", type=int, default=900)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--batch", type=int, default=24)
    options.add_argument("--predicted-share", type=float, default=0.45)
    options.add_argument("--threads", type=int, default=2)
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    rng = np.random.default_rng(given.seed)
    sets = [load(given.truth, 3)]
    if glob.glob(given.predicted + "*-maps.npy"):
        sets.append(load(given.predicted, 1))
    network = ClassificationNetwork()
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=2e-3)
    began, losses = time.time(), []
    learn = [np.flatnonzero(~kept) for _, _, kept in sets]
    for step in range(given.steps):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, (step + 1) / 20) * (0.5 + 0.5 * np.cos(np.pi * step / given.steps)) + 1e-5
        which = len(sets) - 1 if rng.random() < given.predicted_share else 0
        chosen = rng.choice(learn[which], given.batch)
        x = augment(sets[which][0][chosen], rng)
        loss = loss_of(network(x), torch.from_numpy(sets[which][1][chosen]))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 3.0)
        optimiser.step()
        losses.append(loss.item())
        if (step + 1) % 50 == 0:
            print(f"step {step + 1} loss {np.mean(losses[-50:]):.3f} {time.time() - began:.0f} s", flush=True)
    network.eval()
    report, kept_logits, kept_answers = {}, [], []
    for name, (maps, truth, kept) in zip(("true", "predicted"), sets):
        with torch.no_grad():
            logits = torch.cat([network(torch.from_numpy(part)) for part in np.array_split(maps[kept], 8)])
        answers = torch.from_numpy(truth[kept])
        error = (logits[:, :REFERRAL_CLASSES].argmax(1) != answers[:, 0]).float().mean().item()
        report[name] = {"samples": int(kept.sum()), "referralError": round(error, 3)}
        kept_logits.append(logits)
        kept_answers.append(answers)
    temperature = fitted_temperature(torch.cat(kept_logits), torch.cat(kept_answers))
    torch.save({"weights": network.state_dict(), "temperature": temperature}, given.out)
    record = dict(vars(given), seconds=round(time.time() - began), temperature=temperature, keptBack=report)
    print(record)
    json.dump(record, open(given.out + ".json", "w"))


if __name__ == "__main__":
    main()
