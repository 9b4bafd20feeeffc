"""From logits of the ensemble to probabilities that can be believed, and what they are worth on held-out eyes."""

import numpy as np
import torch
import torch.nn.functional as F

from networks import REFERRAL_CLASSES

CANDIDATES = np.exp(np.linspace(np.log(0.25), np.log(4), 57))


def mean_referral(logits, temperature):
    """logits [eyes, predictions, ≥ 4] -> mean probabilities [eyes, 4], as the product averages them."""
    return (logits[..., :REFERRAL_CLASSES] / temperature).softmax(-1).mean(1)


def mean_pathologies(logits, temperatures):
    scale = torch.as_tensor(temperatures, dtype=logits.dtype)
    return (logits[..., REFERRAL_CLASSES:] / scale).sigmoid().mean(1)


def calibration_error(confidence, right, bins=10):
    """Expected calibration error: mean distance between confidence and share of right answers, over equal bins."""
    error = 0.0
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    for b in range(bins):
        inside = which == b
        if inside.any():
            error += inside.mean() * abs(confidence[inside].mean() - right[inside].mean())
    return float(error)


def area_under_curve(score, positive):
    """Probability that a positive has the higher score; None without both kinds."""
    if positive.all() or not positive.any():
        return None
    order = np.argsort(np.argsort(score)) + 1.0
    count = positive.sum()
    return float((order[positive].sum() - count * (count + 1) / 2) / (count * (~positive).sum()))


def best(surprise):
    return float(CANDIDATES[int(np.argmin([surprise(t) for t in CANDIDATES]))])


def fit(logits, referral, pathologies):
    """The temperatures under which the mean of all predictions is least surprised."""
    temperature = best(lambda t: F.nll_loss(mean_referral(logits, t).clamp(min=1e-6).log(), referral).item())
    each = []
    for i in range(pathologies.shape[1]):
        column = logits[..., REFERRAL_CLASSES + i]

        def surprise(t):
            mean = (column / t).sigmoid().mean(1).clamp(1e-6, 1 - 1e-6)
            return F.binary_cross_entropy(mean, pathologies[:, i]).item()

        each.append(best(surprise))
    return {"referral": temperature, "pathologies": each}


def measure(logits, temperatures, referral, pathologies):
    probability = mean_referral(logits, temperatures["referral"])
    chosen = probability.argmax(1)
    right = (chosen == referral).numpy()
    urgent = (referral == 0).numpy()
    found = mean_pathologies(logits, temperatures["pathologies"]).numpy()
    truth = pathologies.numpy() > 0.5
    confusion = torch.bincount(referral * REFERRAL_CLASSES + chosen, minlength=REFERRAL_CLASSES**2)
    members = (logits[..., :REFERRAL_CLASSES].argmax(-1) != referral[:, None]).float().mean(0)
    spread = (logits[..., :REFERRAL_CLASSES] / temperatures["referral"]).softmax(-1).std(1, unbiased=False).amax(1)
    return {
        "eyes": len(referral),
        "referralError": round(1 - float(right.mean()), 4),
        "errorOfEachPrediction": [round(v, 4) for v in members.tolist()],
        "urgentAuc": area_under_curve(probability[:, 0].numpy(), urgent),
        "calibrationError": round(calibration_error(probability.amax(1).numpy(), right), 4),
        "pathologyCalibrationError": round(
            float(np.mean([calibration_error(np.maximum(p, 1 - p), (p > 0.5) == t) for p, t in zip(found.T, truth.T)])), 4
        ),
        "pathologyAuc": [area_under_curve(p, t) for p, t in zip(found.T, truth.T)],
        "confusion": confusion.view(REFERRAL_CLASSES, REFERRAL_CLASSES).tolist(),
        "spread": {"median": float(spread.median()), "p99": float(np.quantile(spread.numpy(), 0.99))},
    }


def calibrate(logits, held_out):
    """Temperatures from every second held-out eye; figures before and after from the others."""
    referral, pathologies = held_out["referral"], held_out["pathologies"]
    temperatures = fit(logits[::2], referral[::2], pathologies[::2])
    others = (logits[1::2], referral[1::2], pathologies[1::2])
    plain = {"referral": 1.0, "pathologies": [1.0] * pathologies.shape[1]}
    before = measure(others[0], plain, *others[1:])
    figures = measure(others[0], temperatures, *others[1:])
    figures["calibrationErrorBefore"] = before["calibrationError"]
    figures["errorOfDevice"] = errors_of_devices(logits, temperatures, held_out)
    return temperatures, figures


def errors_of_devices(logits, temperatures, held_out):
    """Referral error on all eyes of each device, and their number."""
    wrong = (mean_referral(logits, temperatures["referral"]).argmax(1) != held_out["referral"]).numpy()
    devices = np.array(held_out["appearance"])
    return {d: [round(float(wrong[devices == d].mean()), 4), int((devices == d).sum())] for d in sorted(set(devices))}
