"""The detector: a picture of any size (sides multiples of 32) to candidate plates, each a score, a box and four corners."""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import warp
from common import DETECTOR_SIZE_STILL, iou

STRIDES = (8, 16, 32)
# Geometric mean of a plate's sides, in pixels, that each stride answers for; neighbours overlap.
RANGES = ((0, 40), (28, 92), (66, 1e6))


def conv(i, o, k=3, s=1, g=1):
    return nn.Sequential(nn.Conv2d(i, o, k, s, k // 2, groups=g, bias=False), nn.BatchNorm2d(o), nn.SiLU())


class Residual(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.a, self.b = conv(c, c), conv(c, c)

    def forward(self, x):
        return x + self.b(self.a(x))


class Head(nn.Module):
    def __init__(self, c):
        super().__init__()
        branch = lambda: nn.Sequential(conv(c, c, 3, 1, c), conv(c, c, 1), conv(c, c, 5, 1, c), conv(c, c, 1))
        self.look, self.place = branch(), branch()
        self.score, self.shape = nn.Conv2d(c, 1, 1), nn.Conv2d(c, 12, 1)
        nn.init.constant_(self.score.bias, -4.0)
        nn.init.normal_(self.shape.weight, 0, 0.01)
        nn.init.constant_(self.shape.bias, 0)

    def forward(self, x):
        return torch.cat([self.score(self.look(x)), self.shape(self.place(x))], 1)


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(conv(3, 16, 3, 2), conv(16, 24, 3, 2), Residual(24))
        self.c3 = nn.Sequential(conv(24, 48, 3, 2), Residual(48))
        self.c4 = nn.Sequential(conv(48, 80, 3, 2), Residual(80))
        self.c5 = nn.Sequential(conv(80, 128, 3, 2), Residual(128))
        self.p5, self.p4, self.p3 = conv(128, 64, 1), conv(80, 64, 1), conv(48, 64, 1)
        self.m4, self.m3 = conv(64, 64, 3, 1, 64), conv(64, 64, 3, 1, 64)
        self.head = Head(64)
        self.scale = nn.Parameter(torch.zeros(3))

    def forward(self, image):
        """[N,3,H,W] RGB in 0..1 to [N,K,13]: score logit, then box and corners in pixels of the input."""
        c3 = self.c3(self.stem(image - 0.447))
        c4 = self.c4(c3)
        c5 = self.c5(c4)
        p5 = self.p5(c5)
        p4 = self.m4(self.p4(c4) + F.interpolate(p5, scale_factor=2.0, mode="nearest"))
        p3 = self.m3(self.p3(c3) + F.interpolate(p4, scale_factor=2.0, mode="nearest"))
        return torch.cat([self.decode(self.head(p), i) for i, p in enumerate((p3, p4, p5))], 1)

    def decode(self, raw, level):
        stride = STRIDES[level]
        raw = raw.float()
        one = torch.ones_like(raw[:, :1])
        # Cumulative sums give the cell centres for any size, also after export.
        cx = (torch.cumsum(one, 3) - 0.5) * stride
        cy = (torch.cumsum(one, 2) - 0.5) * stride
        score, shape = raw[:, :1], raw[:, 1:]
        middle = shape[:, :2] * stride
        x, y = cx + middle[:, :1], cy + middle[:, 1:2]
        size = torch.exp((shape[:, 2:4] + self.scale[level]).clamp(-3, 4.5)) * stride * 2
        w, h = size[:, :1] * 2, size[:, 1:2]
        out = [score, x - w / 2, y - h / 2, x + w / 2, y + h / 2]
        for i, (u, v) in enumerate(((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))):
            out += [x + (u + shape[:, 4 + 2 * i:5 + 2 * i] * 0.5) * w, y + (v + shape[:, 5 + 2 * i:6 + 2 * i] * 0.5) * h]
        return torch.cat(out, 1).flatten(2).transpose(1, 2)


class Shipped(nn.Module):
    def __init__(self, detector):
        super().__init__()
        self.detector = detector

    def forward(self, image):
        out = self.detector(image)
        return torch.cat([torch.sigmoid(out[..., :1]), out[..., 1:]], 2)


def cells(size):
    """Centres and strides of all cells of a square input."""
    parts = []
    for stride in STRIDES:
        n = size // stride
        y, x = torch.meshgrid(torch.arange(n), torch.arange(n), indexing="ij")
        parts.append(torch.stack([(x + 0.5) * stride, (y + 0.5) * stride, torch.full_like(x, stride, dtype=torch.float)], 2).reshape(-1, 3))
    return torch.cat(parts).float()


GRID = {}


def assign(truth, grid):
    """For each cell the plate it answers for, or -1."""
    owner = torch.full((len(grid),), -1, dtype=torch.long)
    best = torch.full((len(grid),), 1e9)
    for g, row in enumerate(truth):
        x1, y1, x2, y2 = row[:4].tolist()
        w, h, cx, cy = x2 - x1, y2 - y1, (x1 + x2) / 2, (y1 + y2) / 2
        mean = (w * h) ** 0.5
        for stride, (low, high) in zip(STRIDES, RANGES):
            if not low <= mean <= high:
                continue
            dx, dy = (grid[:, 0] - cx).abs(), (grid[:, 1] - cy).abs()
            level = grid[:, 2] == stride
            near = level & (dx <= min(1.5 * stride, max(0.35 * w, 0.5 * stride + 1e-3))) & (dy <= min(1.5 * stride, max(0.35 * h, 0.5 * stride + 1e-3)))
            far = dx + dy
            take = near & (far < best)
            owner[take] = g
            best[take] = far[take]
    return owner


def overlap(a, b):
    """IoU and generalised IoU of matching boxes."""
    lt, rb = torch.maximum(a[:, :2], b[:, :2]), torch.minimum(a[:, 2:], b[:, 2:])
    shared = (rb - lt).clamp(min=0).prod(1)
    union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - shared
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(1)
    ratio = shared / union.clamp(min=1e-6)
    return ratio, ratio - (hull - union) / hull.clamp(min=1e-6)


def losses(model, images, truths):
    """truths: per picture rows of box 4, corners 8, weight of the box, weight of the corners. A negative weight of the corners
    says that they are unknown but lie tightly inside the box: then only their hull is compared."""
    out = model(images).float()
    size = images.shape[-1]
    if size not in GRID:
        GRID[size] = cells(size)
    target = torch.zeros_like(out[..., 0])
    positives, wanted = [], []
    for n, truth in enumerate(truths):
        if not len(truth):
            continue
        owner = assign(truth.cpu(), GRID[size]).to(out.device)
        at = (owner >= 0).nonzero(as_tuple=True)[0]
        positives.append(torch.stack([torch.full_like(at, n), at], 1))
        wanted.append(truth[owner[at]])
    count = max(1, sum(len(p) for p in positives))
    extra = 0.0
    if positives:
        where, wanted = torch.cat(positives), torch.cat(wanted)
        got = out[where[:, 0], where[:, 1]]
        ratio, general = overlap(got[:, 1:5], wanted[:, :4])
        sides = (wanted[:, 2:4] - wanted[:, :2]).clamp(min=2)
        scale = torch.stack([sides[:, 0] * 0.5, sides[:, 1]], 1).repeat(1, 4)
        corner = F.smooth_l1_loss(got[:, 5:] / scale, wanted[:, 4:12] / scale, beta=0.05, reduction="none").mean(1)
        xs, ys = got[:, 5::2], got[:, 6::2]
        hull = torch.stack([xs.amin(1), ys.amin(1), xs.amax(1), ys.amax(1)], 1)
        tight = F.smooth_l1_loss(hull / scale[:, :4], wanted[:, :4] / scale[:, :4], beta=0.05, reduction="none").mean(1)
        outline = corner * wanted[:, 13].clamp(min=0) + tight * (-wanted[:, 13]).clamp(min=0)
        extra = (2 * (1 - general) * wanted[:, 12] + 4 * outline).sum() / count
        # A loose box says little about how good the answer is; there the target is simply sure.
        target[where[:, 0], where[:, 1]] = torch.where(wanted[:, 12] > 0.5, ratio.detach().clamp(min=0.04).sqrt(), torch.full_like(ratio, 0.85))
    p = torch.sigmoid(out[..., 0])
    score = (target - p).abs() ** 2 * F.binary_cross_entropy_with_logits(out[..., 0], target, reduction="none")
    # Places without a plate are many but mostly easy; the weight keeps false plates down.
    score = torch.where(target > 0, score, 2.5 * score)
    return extra + 4 * score.sum() / count


def detect(model, picture, dev, size=DETECTOR_SIZE_STILL, score_min=0.3):
    x, sx, sy = warp.letterbox(picture, size)
    with torch.no_grad():
        out = model(torch.from_numpy(x).to(dev))[0].cpu()
    out[:, 0] = torch.sigmoid(out[:, 0])
    return warp.decode(out.numpy(), sx, sy, picture.shape[1], picture.shape[0], score_min)


def held_out_recall(model, held, dev):
    model.eval()
    found = total = false = empty = 0
    overlaps = []
    for picture, boxes in held:
        plates = detect(model, picture, dev)
        if not boxes:
            empty += 1
            false += len(plates)
        for box in boxes:
            total += 1
            best = max([iou(box, p[1]) for p in plates], default=0)
            found += best >= 0.5
            overlaps += [best] if best > 0.3 else []
    model.train()
    return {"recall50": (round(float(found) / max(1, total), 3), total), "iou": round(float(np.mean(overlaps or [0])), 3), "false": (false, empty)}
