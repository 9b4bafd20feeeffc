"""Labels the volumes of draw-cases.ts with every segmentation network and measures the labels as the product does.

    python3 predict_maps.py SEGMENTATION WORK OUT KIND … [--variants 2] [--seconds 60]

WORK/KIND holds volumes. OUT-KIND.json: a report; OUT-KIND.pt: maps float16 [volumes, variants × members, 19, 24, 128], true maps [volumes, 19, 24, 128], referral [volumes],
pathologies [volumes, 10], disagreement [volumes], statistics [volumes, 12], and the description of each case. From
variant 2 on, each volume is seen under another scanner.
"""

import argparse
import glob
import json
import os
import time

import numpy as np
import torch

from augmentation import other_scanner
from cases import OUTSIDE_SCAN, described, intensities, present
from en_face import check_en_face, en_face
from networks import TISSUES, SegmentationNetwork

VITREOUS, CHOROID = 0, 11
BSCANS_A_RUN = 48


def load_members(prefix, device):
    networks = []
    for name in sorted(glob.glob(prefix + "-*.pt")):
        saved = torch.load(name, map_location=device)
        network = SegmentationNetwork(saved["widths"]).to(device, memory_format=torch.channels_last)
        network.load_state_dict(saved["weights"])
        networks.append(network.eval())
    return networks


@torch.no_grad()
def label(networks, bscans, stride):
    """bscans float32 [frames, h, w] -> labels uint8 [members, frames, h, w]; neighbours at the edge are the edge."""
    frames = len(bscans)
    around = torch.arange(frames)[:, None] + stride * torch.arange(-1, 2)[None]
    x = bscans[around.clamp(0, frames - 1)]
    kind = x.device.type
    labels = []
    for network in networks:
        parts = []
        for part in x.split(BSCANS_A_RUN):
            with torch.autocast(kind, dtype=torch.bfloat16, enabled=kind == "cuda"):
                parts.append(network(part.contiguous(memory_format=torch.channels_last)).argmax(1).to(torch.uint8))
        labels.append(torch.cat(parts))
    return torch.stack(labels)


def majority(members):
    """The class that most members gave each voxel; where several are level, that of the earliest member."""
    votes = torch.stack([(members == t).sum(0, dtype=torch.uint8) for t in range(TISSUES)])
    most = votes.amax(0)
    winner = members[-1].clone()
    for member in reversed(range(len(members))):
        level = torch.gather(votes, 0, members[member][None].long())[0] == most
        winner = torch.where(level, members[member], winner)
    return winner


def disagreement(members, winner, inside):
    """Share of the voxels of the retina and its lesions in which a member says otherwise, mean over the members."""
    tissue = (winner != VITREOUS) & (winner < CHOROID) & inside
    differing = ((members != winner) & tissue).sum().float() / len(members)
    return float(differing / tissue.sum().clamp(min=1))


class Dice:
    """Dice per class, over all voxels inside the scans."""

    def __init__(self):
        self.overlap, self.size = np.zeros(TISSUES), np.zeros(TISSUES)

    def add(self, found, truth):
        pairs = torch.bincount((truth.long() * TISSUES + found.long())[truth != OUTSIDE_SCAN], minlength=TISSUES**2)
        table = pairs.view(TISSUES, TISSUES).cpu().numpy()
        self.overlap += 2 * np.diag(table)
        self.size += table.sum(0) + table.sum(1)

    def values(self):
        return [round(float(o / s), 3) if s else None for o, s in zip(self.overlap, self.size)]


def predict_kind(networks, folder, labelled, variants, seconds, limit, contract, device):
    """Everything of the module's text for one folder of volumes, and the report on it."""
    began = time.time()
    maps, true_maps, disagreements, cases, differences = [], [], [], [], []
    dice, member_dice, device_dice = Dice(), [Dice() for _ in networks], {}
    for path in present(folder)[:limit]:
        if seconds and time.time() - began > seconds:
            break
        case = described(path)[0]
        bscans = torch.from_numpy(np.load(path + "-bscans.npy")[0]).to(device)
        truth = torch.from_numpy(np.load(path + "-labels.npy")[0]).to(device)
        product = torch.from_numpy(np.load(path + "-maps.npy")[0])
        x, outside = intensities(bscans), truth == OUTSIDE_SCAN
        measured = []
        for variant in range(variants):
            if variant == 0 and labelled:
                name = f"{labelled}/{os.path.basename(folder)}/{os.path.basename(path)}-members.npy"
                members = torch.from_numpy(np.load(name)).to(device)
            else:
                seen = x if variant == 0 else other_scanner(x[:, None].expand(-1, 3, -1, -1))[:, 1]
                members = label(networks, seen, case["neighbourStride"])
            if variant == 0:
                winner = majority(members)
                disagreements.append(disagreement(members, winner, ~outside))
                dice.add(winner, truth)
                device_dice.setdefault(case["appearance"], Dice()).add(winner, truth)
                for member, one in zip(members, member_dice):
                    one.add(member, truth)
            for member in members:
                member[outside] = OUTSIDE_SCAN
                measured.append(en_face(member, case, contract).half().cpu())
        differences.append(check_en_face(en_face(truth, case, contract).cpu(), product))
        maps.append(torch.stack(measured))
        true_maps.append(product.half())
        cases.append(case)
    found = {
        "maps": torch.stack(maps),
        "true": torch.stack(true_maps),
        "referral": torch.tensor([c["referral"] for c in cases]),
        "pathologies": torch.tensor([c["pathologies"] for c in cases], dtype=torch.float32),
        "disagreement": torch.tensor(disagreements),
        "statistics": torch.tensor([c["statistics"] for c in cases], dtype=torch.float64),
        "appearance": [c["appearance"] for c in cases],
        "control": [c.get("control", "") for c in cases],
        "members": len(networks),
    }
    report = {
        "volumes": len(cases),
        "seconds": round(time.time() - began, 1),
        "mapDifference": round(float(np.mean(differences)), 4),
        "disagreement": round(float(np.mean(disagreements)), 4),
        "dice": dice.values(),
        "memberDice": [one.values() for one in member_dice],
        "deviceDice": {name: one.values() for name, one in device_dice.items()},
    }
    return found, report


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("segmentation")
    parser.add_argument("work")
    parser.add_argument("out")
    parser.add_argument("kinds", nargs="+")
    parser.add_argument("--variants", type=int, default=1, help="of what is learnt from")
    parser.add_argument("--seconds", type=float, default=0, help="for each kind; 0: all volumes")
    parser.add_argument("--limit", type=int, default=10**9, help="volumes of each kind at most")
    parser.add_argument("--labelled", default="", help="where label-cases.ts has put the labels of these networks")
    parser.add_argument("--contract", default="contract.json")
    given = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(0)
    with open(given.contract) as file:
        contract = json.load(file)
    networks = load_members(given.segmentation, device)
    for kind in given.kinds:
        variants = given.variants if kind == "volumes" else 1
        folder = os.path.join(given.work, kind)
        found, report = predict_kind(networks, folder, given.labelled, variants, given.seconds, given.limit, contract, device)
        torch.save(found, f"{given.out}-{kind}.pt")
        with open(f"{given.out}-{kind}.json", "w") as file:
            json.dump(report, file)
        told = {name: report[name] for name in ("volumes", "seconds", "mapDifference", "disagreement", "dice")}
        print(kind, json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
