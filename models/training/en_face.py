"""src/inference/thickness-maps.ts on the training device: en-face maps from labels on the canonical grid.

The one place where a step of the product is written twice: hundreds of thousands of maps are measured while the GPU
trains. draw-cases.ts stores what the product measures on each true tissue map, and check_en_face() holds this to it.
"""

import numpy as np
import torch

from cases import OUTSIDE_SCAN
from networks import EN_FACE_CHANNELS, TISSUES

HYALOID, MEMBRANE, RETINA, FLUID, CHOROID = 1, 2, 3, 4, 11
LEAST_RETINA_UM = 60.0
FARTHEST_HYALOID_UM = 600.0


def cell_weights(samples, spacing_um, cells, cell_um):
    """[cells, samples]: mean of the samples in a cell, or the nearest one where none is; cellIndices of the product."""
    weights = np.zeros((cells, samples), np.float32)
    position = (np.arange(samples) - (samples - 1) / 2) * spacing_um
    cell = np.floor(position / cell_um + cells / 2).astype(int)
    for sample, which in enumerate(cell):
        if 0 <= which < cells:
            weights[which, sample] = 1
    for which in np.flatnonzero(weights.sum(1) == 0):
        nearest = int(np.floor((which + 0.5 - cells / 2) * cell_um / spacing_um + (samples - 1) / 2 + 0.5))
        if 0 <= nearest < samples:
            weights[which, nearest] = 1
    return weights / np.maximum(1, weights.sum(1, keepdims=True))


def en_face(labels, case, contract):
    """labels uint8 [frames, rows, 256] of one volume, OUTSIDE_SCAN where the scan is not -> float32 [19, 24, 128].
    The product measures on the scan's own rows, of which each canonical row stands for case["rowCounts"]."""
    grid, canonical = contract["enFaceGrid"], contract["canonicalGrid"]
    device = labels.device
    frames, rows, columns = labels.shape
    height = torch.tensor(case["rowCounts"], device=device, dtype=torch.float32) * case["axialUm"]
    exists = (height > 0).view(1, rows, 1)
    counts = torch.stack([(labels == t).float().mul_(height.view(1, rows, 1)).sum(1) for t in range(TISSUES)])
    depth = torch.arange(rows, device=device).view(1, rows, 1)
    # Depth in µm of the first of the scan's own rows that each canonical row stands for; the last entry: nowhere.
    upper = torch.cat([height.cumsum(0) - height, height.new_zeros(1)])

    def first(mask):
        return torch.where(mask & exists, depth, rows).amin(1)

    tissue = (labels != 0) & (labels != HYALOID) & (labels < CHOROID)
    top, choroid = first(tissue), first(labels == CHOROID)
    hyaloid, fluid = first(labels == HYALOID), first(labels == FLUID)

    def above(a, b, missing):
        distance = (upper[b] - upper[a]).clamp(min=0)
        return torch.where((a < rows) & (b < rows), distance, torch.full_like(distance, missing))

    has_retina = (counts[MEMBRANE] + counts[RETINA] + counts[FLUID] >= LEAST_RETINA_UM).float()
    heights = torch.stack(
        [
            above(top, choroid, 0.0),
            above(hyaloid, top, FARTHEST_HYALOID_UM).clamp(max=FARTHEST_HYALOID_UM),
            has_retina,
            above(top, fluid, 0.0),
        ]
    )
    channels = torch.cat([counts, heights])
    inside = (labels != OUTSIDE_SCAN).any(1).any(0)
    kept = torch.nonzero(inside).flatten()
    left, width = int(kept[0]), int(kept[-1]) - int(kept[0]) + 1
    along = cell_weights(frames, case["frameUm"], grid["frames"], grid["frameUm"])
    across = np.zeros((grid["columns"], columns), np.float32)
    across[:, left : left + width] = cell_weights(width, canonical["lateralUm"], grid["columns"], grid["lateralUm"])
    along, across = torch.from_numpy(along).to(device), torch.from_numpy(across).to(device)
    return torch.einsum("df,cfx,bx->cdb", along, channels, across)


def check_en_face(maps, product):
    """The difference between both, as a share of the product's own values; they differ by the resampling only."""
    assert maps.shape == product.shape and maps.shape[0] == EN_FACE_CHANNELS
    return float((maps - product).abs().mean() / product.abs().mean())
