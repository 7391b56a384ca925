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
from common import ALPHABET, READER_HEIGHT, READER_WIDTH, REGIONS, within

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
        self.region = nn.Sequential(nn.Dropout(0.2), nn.Linear(128 * 4 * 4, 96), nn.SiLU(), nn.Dropout(0.3), nn.Linear(96, len(REGIONS)))

    def forward(self, x):
        """[N,1,64,128] in 0..1 to logits [N,64,37] and [N,R]."""
        mean = x.mean((2, 3), keepdim=True)
        x = (x - mean) / (((x - mean) ** 2).mean((2, 3), keepdim=True).sqrt() + 0.04)
        x = self.trunk(x)
        lines = [(self.upper, self.upper_characters), (self.column, self.characters)]
        steps = torch.cat([self.along(column(x).squeeze(2), last) for column, last in lines], 2)
        return steps.transpose(1, 2), self.region(F.avg_pool2d(x, (1, 8)).flatten(1))

    def along(self, y, last):
        y = y + self.first(y)
        y = y + self.second(y)
        return last(self.drop(y))


class Shipped(nn.Module):
    """What goes into the ONNX file: probabilities, temperature applied."""

    def __init__(self, reader, temperature, region_temperature):
        super().__init__()
        self.reader, self.temperature, self.region_temperature = reader, temperature, region_temperature

    def forward(self, plate):
        characters, region = self.reader(plate)
        return torch.softmax(characters / self.temperature, 2), torch.softmax(region / self.region_temperature, 1)


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


def losses(model, images, texts, regions, weights, cuts):
    """cuts: how many characters stand on an upper line; 0 on plates of one line, -1 unknown. Where it is known each half of the
    steps has its own text, which is how the upper half learns to speak for the upper line alone."""
    characters, region = model(images)
    logp = F.log_softmax(characters.float(), 2).transpose(0, 1)
    half = logp.shape[0] // 2
    ctc = torch.zeros(len(texts), device=logp.device)
    known = [i for i, cut in enumerate(cuts) if cut >= 0]
    unknown = [i for i, cut in enumerate(cuts) if cut < 0]
    for part, rows, wanted in ((logp, unknown, [texts[i] for i in unknown]), (logp[:half], known, [texts[i][:cuts[i]] for i in known]),
                               (logp[half:], known, [texts[i][cuts[i]:] for i in known])):
        if rows:
            lengths = torch.tensor([len(t) for t in wanted])
            targets = torch.tensor([k for t in wanted for k in encode(t)], dtype=torch.long)
            steps = torch.full((len(rows),), part.shape[0], dtype=torch.long)
            at = torch.tensor(rows, device=logp.device)
            ctc = ctc.index_add(0, at, F.ctc_loss(part[:, at], targets, steps, lengths, zero_infinity=True, reduction="none"))
    ctc = ctc / torch.tensor([max(1, len(t)) for t in texts], device=ctc.device)
    return (ctc * weights).mean() + 0.1 * place_loss(region, regions)


def place_loss(logits, regions):
    """Mean negative log-likelihood of the labels; a label that several of REGIONS fit is as likely as all of them together."""
    named = [i for i, region in enumerate(regions) if region]
    if not named:
        return 0.0
    fits = torch.tensor([within(regions[i]) for i in named], device=logits.device)
    logp = F.log_softmax(logits[named].float(), 1)
    return -logp.masked_fill(~fits, -1e4).logsumexp(1).mean()


def bank(glyphs, count, two_lines=None):
    """Plates drawn once, with some body colour around them; each training draw distorts one anew."""
    images, texts, regions, cuts = np.zeros((count, BANK_H, BANK_W), np.uint8), [], [], []
    for i in range(count):
        picture, text, region, cut = render.plate(glyphs, two_lines=two_lines)
        h, w = picture.shape[:2]
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        px, py = int(w * BANK_PAD), int(h * BANK_PAD)
        body = render.shade(w + 2 * px, h + 2 * py, [random.randint(0, 255)] * 3, [random.randint(0, 255)] * 3)[..., 0].copy()
        if random.random() < 0.5:
            cv2.rectangle(body, (px - 4, py - 4), (px + w + 4, py + h + 4), random.randint(0, 255), -1)
        body[py:py + h, px:px + w] = grey
        images[i] = cv2.resize(body, (BANK_W, BANK_H), interpolation=cv2.INTER_AREA)
        texts.append(text), regions.append(region), cuts.append(cut)
    return images, texts, regions, cuts


def strips(glyphs, count=300):
    """Dealers' names and states as they stand on plate holders: masks 40 pixels high."""
    made = []
    for _ in range(count):
        words = random.choice([random.choice(render.STATES), random.choice(render.SLOGANS), "".join(random.choice(render.L + "  ") for _ in range(random.randint(4, 16))),
                               "%03d-%04d" % (random.randint(200, 999), random.randint(0, 9999))])
        plate = np.zeros((60, 900, 3), np.uint8)
        render.put(glyphs, plate, words, 450, 30, 36, (255, 255, 255))
        mask = plate[..., 0]
        xs = np.where(mask.max(0) > 60)[0]
        if len(xs):
            made.append(mask[:, xs[0]:xs[-1] + 1])
    return made


def mount(grey, holders):
    """A real crop that ends at the plate's edge, set on a car: body around it and often a holder that covers its edge, with writing.
    Answers the picture and the outline as a detector may see it, with the holder or without."""
    H = 112
    W = int(np.clip(H * grey.shape[1] / grey.shape[0], 150, 560))
    plate = cv2.resize(grey, (W, H), interpolation=cv2.INTER_AREA)
    pad = 44
    low, high = sorted(random.randint(0, 255) for _ in range(2))
    out = np.repeat(np.linspace(low, high, H + 2 * pad, dtype=np.float32)[:, None], W + 2 * pad, 1).astype(np.uint8)
    out[pad:pad + H, pad:pad + W] = plate
    outline = np.float32([[0, 0], [W, 0], [W, H], [0, H]]) + pad
    if random.random() < 0.7:
        colour = random.choice([15, 30, 45, 45, 150, 190, 225])
        inside = [H * random.uniform(0, 0.09), H * random.uniform(0, 0.09), W * random.uniform(0, 0.018)]
        outside = [H * random.choice([0.02, 0.05, random.uniform(0.05, 0.24)]), H * random.choice([0.02, 0.05, random.uniform(0.05, 0.26)]), W * random.uniform(0.005, 0.06)]
        x0, x1, y0, y1 = pad - outside[2], pad + W + outside[2], pad - outside[0], pad + H + outside[1]
        for ax, ay, bx, by in ((x0, y0, x1, pad + inside[0]), (x0, pad + H - inside[1], x1, y1), (x0, y0, pad + inside[2], y1), (pad + W - inside[2], y0, x1, y1)):
            cv2.rectangle(out, (int(ax), int(ay)), (int(bx), int(by)), colour, -1)
        for top, bottom in ((y0, pad + inside[0]), (pad + H - inside[1], y1)):
            if bottom - top > 9 and random.random() < 0.7:
                mask = random.choice(holders)
                tall = int((bottom - top) * random.uniform(0.6, 0.95))
                wide = int(min(mask.shape[1] * tall / mask.shape[0], W * random.uniform(0.5, 0.95)))
                if wide > 8 and tall > 4:
                    mask = cv2.resize(mask, (wide, tall), interpolation=cv2.INTER_AREA)
                    x, y = int(pad + (W - wide) / 2), int(top + (bottom - top - tall) / 2)
                    part = out[y:y + tall, x:x + wide]
                    ink = random.choice([0, 60, 120]) if colour > 128 else random.choice([150, 200, 255])
                    part[:] = (part + (ink - part.astype(np.float32)) * (mask / 255.0)).astype(np.uint8)
        if random.random() < 0.6:
            share = random.uniform(0.4, 1.0)
            outline += np.float32([[-outside[2], -outside[0]], [outside[2], -outside[0]], [outside[2], outside[1]], [-outside[2], outside[1]]]) * share
    return out, outline


def jitter_quad(quad, strength=1.0):
    """Corner errors as the detector makes them: a shift, a scale and a little of each corner's own."""
    w, h = np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[3] - quad[0])
    size = np.float32([w, h])
    noise = np.random.normal(0, 1, (4, 2)) * [0.014, 0.04] + np.random.normal(0, 1, 2) * [0.016, 0.04]
    if random.random() < 0.35:
        noise *= 2
    centre = quad.mean(0)
    stretch = 1 + np.random.normal([0.01, 0.02], [0.035, 0.075])
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
