"""A tissue map that each class is surest of: what the classification networks have learnt to look for.

    python3 prototypes.py [MODEL FOLDER]      -> MODEL FOLDER/prototypes.png; then write-accompanying.ts, write-golden-scan.ts

Gradient ascent from a healthy macula through all members of the set (Simonyan et al. 2014). Free maps would be noise that
no eye has, so a map is drawn from few numbers: each tissue is as thick as an eye can have it, smooth over about half a
millimetre, what lies in the retina takes none of it away, heights follow from thicknesses, and every nanolitre costs.
"""

import json
import os
import sys

import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw

from onnx_graph import OnnxGraph

# Fewer for the test that it runs at all.
STEPS = int(os.environ.get("PROTOTYPE_STEPS", 100))
RATE, SEED = 0.2, 0
COARSE = (9, 13)
DEPTH_UM = 1984.0
# Thickest, µm; tissues that are not here stay as in a healthy eye. Also what white is in the figure.
LESIONS = {
    "epiretinal-membrane": 35,
    "intraretinal-fluid": 250,
    "subretinal-fluid": 250,
    "subretinal-hyperreflective-material": 200,
    "drusenoid-ped": 120,
    "serous-ped": 250,
    "fibrovascular-ped": 200,
}
SHARE_OF_RETINA, SHARE_OF_RPE = 1.5, 1.5
FARTHEST_HYALOID_UM = 600.0
# What a mean µm of all lesions together, and roughness, cost in logits.
COST_UM, COST_ROUGH, COST_CHANGE = 0.02, 0.3, 1.0
TITLES = {
    "neurosensory-retina": "\nretina",
    "retinal-pigment-epithelium": "\nRPE",
    "epiretinal-membrane": "membrane\n(ERM)",
    "intraretinal-fluid": "IRF\n(fluid)",
    "subretinal-fluid": "SRF\n(fluid)",
    "subretinal-hyperreflective-material": "\nSHRM",
    "drusenoid-ped": "drusenoid\nPED",
    "serous-ped": "serous\nPED",
    "fibrovascular-ped": "fibrovasc.\nPED",
}
SHOWN = list(TITLES)


def healthy(grid):
    """Retina [24, 128] in µm with its pit: 330 µm on the rim, 200 in the middle."""
    y = (torch.arange(grid["frames"]) - (grid["frames"] - 1) / 2) * grid["frameUm"] / 1000
    x = (torch.arange(grid["columns"]) - (grid["columns"] - 1) / 2) * grid["lateralUm"] / 1000
    r2 = y[:, None] ** 2 + x[None, :] ** 2
    return 330 - 130 * torch.exp(-r2 / (2 * 0.35**2)) - 4 * r2


class Eyes:
    """The few numbers that are changed, one eye for each class, and the 19 maps that follow from them."""

    def __init__(self, manifest, count, seed):
        self.names = [tissue["name"] for tissue in manifest["classes"]]
        self.grid = manifest["enFaceGrid"]
        self.retina = healthy(self.grid)
        generator = torch.Generator().manual_seed(seed)
        fields = torch.randn(len(LESIONS) + 3, *COARSE, generator=generator) * 0.1
        fields[: len(LESIONS)] -= 4
        # A factor of 1 for retina and RPE: sigmoid(0.69) × 1.5; the hyaloid far away.
        fields[len(LESIONS) : len(LESIONS) + 2] += 0.6931
        fields[-1] += 3
        self.start = fields
        self.fields = fields.repeat(count, 1, 1, 1).requires_grad_()

    def maps(self):
        size = (self.grid["frames"], self.grid["columns"])
        shares = F.interpolate(self.fields, size, mode="bicubic", align_corners=True).sigmoid()
        count = len(self.fields)
        um = {name: torch.zeros(count, *size) for name in self.names}
        for i, (name, most) in enumerate(LESIONS.items()):
            um[name] = shares[:, i] * most
        um["neurosensory-retina"] = self.retina * shares[:, -3] * SHARE_OF_RETINA
        um["retinal-pigment-epithelium"] = 25 * shares[:, -2] * SHARE_OF_RPE
        um["posterior-hyaloid"] = 16 * (1 - shares[:, -1])
        um["choroid"] = torch.full((count, *size), 620.0)
        um["vitreous"] = (DEPTH_UM - sum(um.values())).clamp(min=0)
        above = [n for n in um if n not in ("vitreous", "posterior-hyaloid", "choroid")]
        retina = um["neurosensory-retina"] + um["intraretinal-fluid"] + um["epiretinal-membrane"]
        heights = [
            sum(um[name] for name in above),
            FARTHEST_HYALOID_UM * shares[:, -1],
            ((retina - 60) / 5).sigmoid(),
            0.35 * retina * (um["intraretinal-fluid"] / 10).tanh(),
        ]
        return torch.stack([*(um[name] for name in self.names), *heights], 1), um

    def cost(self, um):
        lesions = sum(um[name].mean((1, 2)).sum() for name in LESIONS)
        rough = (self.fields.diff(dim=2) ** 2).mean((1, 2, 3)) + (self.fields.diff(dim=3) ** 2).mean((1, 2, 3))
        change = ((self.fields[:, -3:] - self.start[-3:]) ** 2).mean((1, 2, 3))
        return COST_UM * lesions + COST_ROUGH * rough.sum() + COST_CHANGE * change.sum()


def surest(manifest, networks, targets):
    """One eye a target (output, index, name): what the set answers, and thicknesses in µm. All at once, for speed."""
    eyes = Eyes(manifest, len(targets), SEED)
    optimiser = torch.optim.Adam([eyes.fields], RATE)

    def answers(maps):
        given = [network(maps) for network in networks]
        return torch.stack(
            [torch.stack([one[output][i, index] for one in given]) for i, (output, index, _) in enumerate(targets)]
        )

    for _ in range(STEPS):
        maps, um = eyes.maps()
        p = answers(maps).clamp(1e-6, 1 - 1e-6)
        loss = -(p.log() - (1 - p).log()).mean(1).sum() + eyes.cost(um)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        maps, um = eyes.maps()
        return answers(maps).mean(1).tolist(), um


def colour(share):
    """Black, blue, orange, white."""
    stops = torch.tensor([[0, 0, 0], [40, 60, 160], [240, 140, 40], [255, 255, 255]], dtype=torch.float32)
    at = share.clamp(0, 1) * 3
    low = at.floor().clamp(max=2).long()
    part = (at - low)[..., None]
    return (stops[low] * (1 - part) + stops[low + 1] * part).round().to(torch.uint8)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    torch.set_num_threads(1)
    with open(os.path.join(folder, "manifest.json")) as file:
        manifest = json.load(file)
    networks = [OnnxGraph(os.path.join(folder, member["file"])) for member in manifest["classification"]["members"]]
    targets = [("referral", i, name) for i, name in enumerate(manifest["referralClasses"])]
    targets += [("pathologies", i, name) for i, name in enumerate(manifest["pathologies"])]
    most = {"neurosensory-retina": 450, "retinal-pigment-epithelium": 40, **LESIONS}
    width, height, left, top = 64, 48, 190, 40
    picture = Image.new("RGB", (left + len(SHOWN) * (width + 4), top + len(targets) * (height + 4)), "white")
    draw = ImageDraw.Draw(picture)
    for column, name in enumerate(SHOWN):
        draw.text((left + column * (width + 4), 2), f"{TITLES[name]}\n0-{most[name]} um", "black", spacing=0)
    found, um = surest(manifest, networks, targets)
    for row, ((_, _, name), answer) in enumerate(zip(targets, found)):
        y = top + row * (height + 4)
        draw.text((4, y + 12), f"{name}\n{answer:.3f}", "black")
        for column, tissue in enumerate(SHOWN):
            cell = Image.fromarray(colour(um[tissue][row] / most[tissue]).numpy(), "RGB")
            picture.paste(cell.resize((width, height), Image.BILINEAR), (left + column * (width + 4), y))
        print(f"{name}: {answer:.3f}", flush=True)
    picture.save(os.path.join(folder, "prototypes.png"), optimize=True)


if __name__ == "__main__":
    main()
