"""The two networks: a 2.5D U-Net that labels tissue, and an en-face CNN that reads the labels."""

import torch
import torch.nn.functional as F
from torch import nn

TISSUES = 15
EN_FACE_CHANNELS = 19
REFERRAL_CLASSES = 4
PATHOLOGIES = 10
CONTEXT_FRAMES = 3
# Channels after 0 to 4 poolings. Narrow where the picture is large, because there the time goes: docs/decisions/0040.
WIDTHS = (8, 16, 48, 96, 128)


def convolution(inputs, outputs, stride=1):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


def double_convolution(inputs, outputs):
    return nn.Sequential(convolution(inputs, outputs), convolution(outputs, outputs))


class SegmentationNetwork(nn.Module):
    """Three neighbouring B-scans [n, 3, h, w] in, logits of the middle one [n, 15, h, w] out; h, w multiples of 16.

    A 3D network would cost 60 times as much, and convolutions across B-scans break when a device has another B-scan
    distance (models.md section 4.2).
    """

    def __init__(self, widths=WIDTHS):
        super().__init__()
        poolings = len(widths) - 1
        self.down = nn.ModuleList(
            double_convolution(CONTEXT_FRAMES if level == 0 else widths[level - 1], widths[level])
            for level in range(poolings + 1)
        )
        self.up = nn.ModuleList(
            double_convolution(widths[level + 1] + widths[level], widths[level]) for level in range(poolings)
        )
        self.head = nn.Conv2d(widths[0], TISSUES, 1)

    def forward(self, bscans):
        skips = []
        x = bscans
        for level, block in enumerate(self.down):
            x = block(x if level == 0 else F.max_pool2d(x, 2))
            skips.append(x)
        for level in reversed(range(len(self.up))):
            x = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = self.up[level](torch.cat([x, skips[level]], 1))
        return self.head(x)


class ClassificationNetwork(nn.Module):
    """En-face maps [n, 19, 24, 128] (µm, and one share) in; out 4 referral + 10 pathology logits [n, 14], and the
    class-activation maps [n, 14, 6, 8] that the logits are made of."""

    def __init__(self, filters=32):
        super().__init__()
        f = filters
        classes = REFERRAL_CLASSES + PATHOLOGIES
        self.features = nn.Sequential(
            convolution(EN_FACE_CHANNELS, f, (1, 2)),
            convolution(f, f),
            convolution(f, 2 * f, (1, 2)),
            convolution(2 * f, 2 * f),
            convolution(2 * f, 3 * f, (2, 2)),
            convolution(3 * f, 3 * f),
            convolution(3 * f, 4 * f, (2, 2)),
            convolution(4 * f, 4 * f),
        )
        self.activation = nn.Conv2d(4 * f, classes, 1)
        self.mean_share = nn.Parameter(torch.ones(classes))
        self.peak_share = nn.Parameter(torch.ones(classes))

    def forward(self, en_face):
        # Square root: a thin membrane must count beside a retina of 300 µm.
        thickness = torch.sqrt(en_face[:, :TISSUES].clamp(min=0) / 100)
        heights = en_face[:, TISSUES:] * en_face.new_tensor([0.01, 0.01, 1.0, 0.01]).view(1, 4, 1, 1)
        maps = self.activation(self.features(torch.cat([thickness, heights], 1)))
        # Mean for what is everywhere, peak for what is in one place: nothing else than the maps decides.
        return maps.mean((2, 3)) * self.mean_share + maps.amax((2, 3)) * self.peak_share, maps
