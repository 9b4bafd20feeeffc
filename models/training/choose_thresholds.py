"""Chooses when a scan is too unlike the training scans to be read, and tells what the choice does.

    python3 choose_thresholds.py OUT --training T --held-out H --unseen U --controls C

A scan is unlike by its statistics (distance from the training scans' mean in their own spread) or by how much the
segmentation members differ on it. Both limits let through 99 % of the eyes scanned by devices that no training saw; what
they then do to held-out eyes and to scans that nobody should read is told. OUT.json goes into the manifest.
"""

import argparse
import json

import numpy as np
import torch

PASSING = 0.99
# Statistics of drawn scans are not independent; a little on the diagonal keeps the inverse steady.
RIDGE = 1e-3


def distances(statistics, mean, precision):
    away = statistics - mean
    return np.sqrt(np.einsum("ni,ij,nj->n", away, precision, away).clip(min=0) / len(mean))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    for name in ("training", "held-out", "unseen", "controls"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    sets = {name: torch.load(getattr(given, name) + ".pt") for name in ("training", "held_out", "unseen", "controls")}
    statistics = sets["training"]["statistics"].numpy()
    mean, deviation = statistics.mean(0), statistics.std(0) + 1e-9
    scaled = (statistics - mean) / deviation
    covariance = np.cov(scaled, rowvar=False) + RIDGE * np.eye(len(mean))
    precision = np.linalg.inv(covariance) / np.outer(deviation, deviation)
    far = {name: distances(one["statistics"].numpy(), mean, precision) for name, one in sets.items()}
    differ = {name: one["disagreement"].numpy() for name, one in sets.items()}
    limits = {
        "maximumDistance": float(np.quantile(far["unseen"], PASSING)),
        "maximumDisagreement": float(np.quantile(differ["unseen"], PASSING)),
    }

    def flagged(name, which=slice(None)):
        caught = (far[name] > limits["maximumDistance"]) | (differ[name] > limits["maximumDisagreement"])
        return round(float(caught[which].mean()), 4)

    controls = np.array(sets["controls"]["control"])
    report = {
        "mean": mean.tolist(),
        "precision": precision.tolist(),
        **{name: round(value, 4) for name, value in limits.items()},
        "figures": {
            "chosenOn": f"{PASSING:.0%} of {len(far['unseen'])} eyes scanned by {', '.join(sorted(set(sets['unseen']['appearance'])))}",
            "flagged": {name.replace("_", "-"): flagged(name) for name in ("held_out", "unseen")},
            "flaggedControls": {c: flagged("controls", controls == c) for c in sorted(set(controls))},
            "byDistanceAlone": round(float((far["controls"] > limits["maximumDistance"]).mean()), 4),
            "byDisagreementAlone": round(float((differ["controls"] > limits["maximumDisagreement"]).mean()), 4),
        },
    }
    with open(given.out + ".json", "w") as file:
        json.dump(report, file)
    print(json.dumps({**limits, **report["figures"]}), flush=True)


if __name__ == "__main__":
    main()
