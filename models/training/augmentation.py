"""Makes each B-scan another eye under another scanner, on the training device: shape, contrast, grain, shadows, holes.

All functions take x float32 [n, 3, h, w] (0 = noise pedestal, 1 = bright tissue); what they draw comes from torch's
generator of that device. The strengths go beyond any device on purpose: a real scan must look like one more variation.
"""

import torch
import torch.nn.functional as F

from cases import OUTSIDE_SCAN

LOW, HIGH = -0.5, 1.6
CURVE_NODES = 10


def uniform(n, low, high, device, shape=(1, 1, 1)):
    return torch.rand((n, *shape), device=device) * (high - low) + low


def chosen(n, chance, device):
    return (torch.rand((n, 1, 1, 1), device=device) < chance).float()


def smooth_noise(n, channels, cells, size, device):
    noise = torch.randn((n, channels, *cells), device=device)
    return F.interpolate(noise, size=size, mode="bilinear", align_corners=False)


def deform(x, y):
    """Mirrors, stretches, tilts, shifts and bends; neighbours move a little against each other. What comes from
    outside is dark and labelled as outside the scan."""
    n, channels, h, w = x.shape
    device = x.device
    theta = torch.zeros((n, 2, 3), device=device)
    flip = (torch.rand(n, device=device) < 0.5).float() * 2 - 1
    theta[:, 0, 0] = flip * torch.exp(uniform(n, -0.3, 0.3, device, ()))
    theta[:, 1, 1] = torch.exp(uniform(n, -0.25, 0.25, device, ()))
    theta[:, 1, 0] = uniform(n, -0.18, 0.18, device, ())
    theta[:, 0, 2] = uniform(n, -0.15, 0.15, device, ())
    theta[:, 1, 2] = uniform(n, -0.22, 0.22, device, ())
    grid = F.affine_grid(theta, (n, 1, h, w), align_corners=False)
    bend = smooth_noise(n, 2, (4, 6), (h, w), device) * uniform(n, 0, 0.03, device) * chosen(n, 0.5, device)
    grid = grid + bend.permute(0, 2, 3, 1)
    motion = torch.randn((n, channels), device=device) * 0.012 * chosen(n, 0.5, device).view(n, 1)
    motion[:, channels // 2] = 0
    each = grid[:, None].repeat(1, channels, 1, 1, 1)
    each[..., 1] += motion[:, :, None, None]
    x = F.grid_sample(x.reshape(n * channels, 1, h, w), each.view(n * channels, h, w, 2), align_corners=False)
    labels = F.grid_sample(y[:, None].float() + 1, grid, mode="nearest", align_corners=False).round()[:, 0].long()
    return x.view(n, channels, h, w), torch.where(labels == 0, OUTSIDE_SCAN, labels - 1)


def neighbours(x):
    """The edge of a scan has no neighbour, and a scan may run either way."""
    n = len(x)
    alone = chosen(n, 0.25, x.device).bool()
    turned = chosen(n, 0.5, x.device).bool()
    x = torch.where(turned, x.flip(1), x)
    return torch.where(alone, x[:, 1:2].expand_as(x), x)


def tissue_contrast(x, y):
    """Every tissue a little brighter or darker than the simulator has it."""
    n = len(x)
    offsets = torch.randn((n, 256), device=x.device) * 0.12
    offsets[:, OUTSIDE_SCAN] = 0
    field = torch.gather(offsets, 1, y.flatten(1)).view(n, 1, *y.shape[1:])
    return x + F.avg_pool2d(field, 3, 1, 1) * chosen(n, 0.4, x.device)


def display_curve(x):
    """Another way from signal to grey value; not always a rising one."""
    n = len(x)
    steps = torch.exp(torch.randn((n, CURVE_NODES - 1), device=x.device) * 0.6)
    steps = steps / steps.sum(1, keepdim=True) * (HIGH - LOW)
    wiggle = torch.randn((n, CURVE_NODES), device=x.device) * 0.05
    nodes = F.pad(steps.cumsum(1), (1, 0)) + LOW + wiggle
    position = ((x - LOW) / (HIGH - LOW) * (CURVE_NODES - 1)).clamp(0, CURVE_NODES - 1.001)
    index = position.floor().long()
    share = position - index
    flat = index.flatten(1)
    low = torch.gather(nodes, 1, flat).view_as(x)
    high = torch.gather(nodes, 1, flat + 1).view_as(x)
    curved = low + (high - low) * share
    amount = torch.rand((n, 1, 1, 1), device=x.device) * chosen(n, 0.6, x.device)
    return x + (curved - x) * amount


def uneven_light(x):
    """Light that varies over the B-scan, and shadows of columns below some depth."""
    n, _, h, w = x.shape
    device = x.device
    field = smooth_noise(n, 1, (3, 5), (h, w), device) * uniform(n, 0, 0.35, device) * chosen(n, 0.5, device)
    columns = smooth_noise(n, 1, (1, 40), (1, w), device)
    shadow = ((columns - 1.2).clamp(min=0) * uniform(n, 0.3, 1.5, device)).clamp(max=1) * chosen(n, 0.4, device)
    depth = torch.arange(h, device=device).view(1, 1, h, 1) > uniform(n, 0, 0.7, device) * h
    return x * torch.exp(field) * (1 - shadow * depth)


def gaussian(x, sigma, axis):
    radius = max(1, int(3 * sigma))
    taps = torch.exp(-0.5 * (torch.arange(-radius, radius + 1, device=x.device) / sigma) ** 2)
    taps = (taps / taps.sum()).view((1, 1, -1, 1) if axis == 2 else (1, 1, 1, -1))
    n, channels, h, w = x.shape
    pad = (0, 0, radius, radius) if axis == 2 else (radius, radius, 0, 0)
    padded = F.pad(x.reshape(n * channels, 1, h, w), pad, mode="replicate")
    return F.conv2d(padded, taps).view(n, channels, h, w)


def resolution(x):
    """Blurs or sharpens, in each direction by another amount."""
    n = len(x)
    down, across = (0.4 + 1.4 * torch.rand(2)).tolist()
    blurred = gaussian(gaussian(x, down, 2), across, 3)
    return x + (blurred - x) * uniform(n, -0.8, 1.0, x.device) * chosen(n, 0.5, x.device)


def grain(x):
    """Speckle, which grows with the signal, of fine or coarse grain, and noise, which does not."""
    n, device = len(x), x.device
    fine = torch.randn_like(x)
    coarse = gaussian(gaussian(torch.randn_like(x), 0.8, 2), 1.2, 3) * 3.4
    speckle = torch.where(chosen(n, 0.5, device).bool(), fine, coarse)
    x = x + speckle * (0.15 + x.clamp(min=0)) * uniform(n, 0, 0.3, device) * chosen(n, 0.6, device)
    return x + torch.randn_like(x) * uniform(n, 0, 0.12, device) * chosen(n, 0.5, device)


def holes(x, most=3):
    """Small rectangles without a picture: what is there must be told from what is around."""
    n, _, h, w = x.shape
    device = x.device
    rows = torch.arange(h, device=device).view(1, 1, h, 1)
    columns = torch.arange(w, device=device).view(1, 1, 1, w)
    for _ in range(most):
        top, left = uniform(n, 0, h, device), uniform(n, 0, w, device)
        inside = (rows >= top) & (rows < top + uniform(n, 4, 28, device))
        inside = inside & (columns >= left) & (columns < left + uniform(n, 3, 24, device))
        inside = inside & chosen(n, 0.15, device).bool()
        x = torch.where(inside, uniform(n, -0.2, 1.0, device).expand_as(x), x)
    return x


def normalised_again(x):
    """As the product does after any display: the 20th and 99.3rd percentile of a scan become 0 and 1, about."""
    n = len(x)
    some = x[:, 1, ::4, ::4].flatten(1).sort(1).values
    count = some.shape[1]
    low, high = some[:, int(0.2 * count)], some[:, int(0.993 * count)]
    high = torch.maximum(high, low + 0.1)
    again = (x - low.view(n, 1, 1, 1)) / (high - low).view(n, 1, 1, 1)
    x = torch.where(chosen(n, 0.7, x.device).bool(), again, x)
    gain = torch.exp(torch.randn((n, 1, 1, 1), device=x.device) * 0.12)
    return x * gain + torch.randn((n, 1, 1, 1), device=x.device) * 0.05


@torch.no_grad()
def augment(x, y):
    """x float32 [n, 3, h, w], y uint8 [n, h, w] -> x, y int64 of the same shapes."""
    x, y = deform(x, y)
    x = neighbours(x)
    x = tissue_contrast(x, y)
    x = display_curve(x)
    x = uneven_light(x)
    x = resolution(x)
    x = grain(x)
    x = holes(x)
    return normalised_again(x).clamp(LOW, HIGH), y


@torch.no_grad()
def other_scanner(x):
    """The same eye under another scanner: contrast, light and grain only, no change of shape. For predicted maps."""
    return normalised_again(grain(resolution(uneven_light(display_curve(x))))).clamp(LOW, HIGH)
