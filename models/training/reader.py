"""The reader: one grey plate of 128 x 64 to character probabilities over 64 steps (CTC) and a region.

The last 32 steps run along the plate, or along its lower line; the first 32 along the upper line of a two-line plate and are
blank on others. One CTC over both puts the lines in reading order."""
import random

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import render
import warp
from common import ALPHABET, READER_HEIGHT, READER_WIDTH, REGIONS

BANK_W, BANK_H, BANK_PAD = 232, 112, 0.1


def block(i, o, stride=1):
    return nn.Sequential(nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o), nn.SiLU())


class Residual(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.a, self.b = block(c, c), nn.Sequential(nn.Conv2d(c, c, 3, 1, 1, bias=False), nn.BatchNorm2d(c))

    def forward(self, x):
        return F.silu(x + self.b(self.a(x)))


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(block(1, 24, 2), block(24, 48, 2), Residual(48), block(48, 96, (2, 1)), Residual(96), block(96, 128, (2, 1)), Residual(128))
        column = lambda: nn.Sequential(nn.Conv2d(128, 160, (4, 1), bias=False), nn.BatchNorm2d(160), nn.SiLU())
        self.column, self.upper = column(), column()
        line = lambda: nn.Sequential(nn.Conv1d(160, 160, 5, padding=2, bias=False), nn.BatchNorm1d(160), nn.SiLU())
        self.first, self.second = line(), line()
        self.drop = nn.Dropout(0.1)
        self.characters, self.upper_characters = nn.Conv1d(160, 1 + len(ALPHABET), 1), nn.Conv1d(160, 1 + len(ALPHABET), 1)
        with torch.no_grad():
            self.upper_characters.bias[0] += 4
        self.region = nn.Sequential(nn.Linear(128, 64), nn.SiLU(), nn.Linear(64, len(REGIONS)))

    def forward(self, x):
        """[N,1,64,128] in 0..1 to logits [N,64,37] and [N,R]."""
        mean = x.mean((2, 3), keepdim=True)
        x = (x - mean) / (((x - mean) ** 2).mean((2, 3), keepdim=True).sqrt() + 0.04)
        x = self.trunk(x)
        lines = [(self.upper, self.upper_characters), (self.column, self.characters)]
        steps = torch.cat([self.along(column(x).squeeze(2), last) for column, last in lines], 2)
        return steps.transpose(1, 2), self.region(x.mean((2, 3)))

    def along(self, y, last):
        y = y + self.first(y)
        y = y + self.second(y)
        return last(self.drop(y))


class Shipped(nn.Module):
    """What goes into the ONNX file: probabilities, temperature applied."""

    def __init__(self, reader, temperature):
        super().__init__()
        self.reader, self.temperature = reader, temperature

    def forward(self, plate):
        characters, region = self.reader(plate)
        return torch.softmax(characters / self.temperature, 2), torch.softmax(region, 1)


def encode(text):
    return [1 + ALPHABET.index(c) for c in text]


def greedy(logits):
    """[N,T,37] to texts: likeliest class of each step, repeats and blanks removed."""
    texts = []
    for row in logits.argmax(2).tolist():
        last, out = 0, []
        for k in row:
            if k and k != last:
                out.append(ALPHABET[k - 1])
            last = k
        texts.append("".join(out))
    return texts


def losses(model, images, targets, lengths, regions, weights=None):
    characters, region = model(images)
    logp = F.log_softmax(characters.float(), 2).transpose(0, 1)
    ctc = F.ctc_loss(logp, targets, torch.full((images.shape[0],), logp.shape[0], dtype=torch.long), lengths, zero_infinity=True, reduction="none") / lengths.clamp(min=1)
    known = regions >= 0
    place = F.cross_entropy(region.float()[known], regions[known]) if known.any() else 0.0
    return (ctc if weights is None else ctc * weights).mean() + 0.1 * place


def bank(glyphs, count, two_lines=None):
    """Plates drawn once, with some body colour around them; each training draw distorts one anew."""
    images, texts, regions, aspects = np.zeros((count, BANK_H, BANK_W), np.uint8), [], [], []
    for i in range(count):
        picture, text, region = render.plate(glyphs, two_lines=two_lines)
        h, w = picture.shape[:2]
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        px, py = int(w * BANK_PAD), int(h * BANK_PAD)
        body = render.shade(w + 2 * px, h + 2 * py, [random.randint(0, 255)] * 3, [random.randint(0, 255)] * 3)[..., 0].copy()
        if random.random() < 0.5:
            cv2.rectangle(body, (px - 4, py - 4), (px + w + 4, py + h + 4), random.randint(0, 255), -1)
        body[py:py + h, px:px + w] = grey
        images[i] = cv2.resize(body, (BANK_W, BANK_H), interpolation=cv2.INTER_AREA)
        texts.append(text), regions.append(REGIONS.index(region)), aspects.append(w / h)
    return images, texts, regions, aspects


def jitter_quad(quad, strength=1.0):
    """Corner errors as the detector makes them: a shift, a scale and a little of each corner's own."""
    w, h = np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[3] - quad[0])
    size = np.float32([w, h])
    noise = np.random.normal(0, 1, (4, 2)) * [0.012, 0.035] + np.random.normal(0, 1, 2) * [0.012, 0.035]
    if random.random() < 0.3:
        noise *= 2
    centre = quad.mean(0)
    stretch = 1 + np.random.normal([0.0, 0.01], [0.025, 0.06])
    return np.float32((quad - centre) * stretch + centre + noise * size * strength)


def degrade(plate):
    """Camera and weather on a cut plate [64,128] (uint8)."""
    p = plate
    if random.random() < 0.5:
        w = int(128 * random.uniform(0.22, 0.8))
        h = int(64 * random.uniform(0.25, 0.9))
        p = cv2.resize(cv2.resize(p, (w, h), interpolation=cv2.INTER_AREA), (128, 64), interpolation=random.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC]))
    if random.random() < 0.3:
        p = cv2.GaussianBlur(p, (0, 0), random.uniform(0.4, 1.7), sigmaY=random.uniform(0.4, 1.4))
    if random.random() < 0.12:
        n = random.choice([3, 5, 7])
        k = np.zeros((n, n), np.float32)
        cv2.line(k, (0, random.randint(0, n - 1)), (n - 1, random.randint(0, n - 1)), 1, 1)
        p = cv2.filter2D(p, -1, k / k.sum())
    f = p.astype(np.float32)
    if random.random() < 0.4:
        a = random.uniform(0.3, 1.0)
        ramp = np.linspace(a, 1, 128 if random.random() < 0.5 else 64, dtype=np.float32)
        ramp = ramp if random.random() < 0.5 else ramp[::-1]
        f = f * (ramp[None, :] if len(ramp) == 128 else ramp[:, None])
    if random.random() < 0.15:
        y0, slope = random.uniform(-20, 80), random.uniform(-1, 1)
        mask = (np.arange(64)[:, None] > y0 + slope * np.arange(128)[None, :]).astype(np.float32)
        f = f * (1 - cv2.GaussianBlur(mask, (0, 0), random.uniform(0.5, 4)) * random.uniform(0.2, 0.65))
    if random.random() < 0.06:
        cv2.circle(f, (random.randint(0, 127), random.randint(0, 63)), random.randint(2, 8), random.uniform(0, 255), -1, cv2.LINE_AA)
    if random.random() < 0.6:
        f = (f - 128) * random.uniform(0.15, 1.25) + random.uniform(50, 200)
    if random.random() < 0.4:
        f = f + np.random.normal(0, random.uniform(1, 14), f.shape)
    if random.random() < 0.06:
        f = 255 - f
    p = np.clip(f, 0, 255).astype(np.uint8)
    if random.random() < 0.35:
        p = cv2.imdecode(cv2.imencode(".jpg", p, [cv2.IMWRITE_JPEG_QUALITY, random.randint(15, 80)])[1], cv2.IMREAD_GRAYSCALE)
    return p


def view(grey, quad, hard=True, strength=1.0):
    """One training view of a plate in a grey picture."""
    q = jitter_quad(np.float32(quad), strength)
    if hard and random.random() < 0.25:
        q[:, 1] += (q[:, 0] - q[:, 0].mean()) * random.uniform(-0.12, 0.12)
    if hard and random.random() < 0.25:
        q[:, 0] += (q[:, 1] - q[:, 1].mean()) * random.uniform(-0.35, 0.35)
    return warp.cut(grey, warp.widen(q), READER_WIDTH, READER_HEIGHT)
