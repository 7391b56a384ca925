"""Pictures for the detector: drawn plates, warped with known corners, on pictures without plates and in place of the
plates of real pictures. Also the drawn streets of golden.py, so that the detector knows both worlds."""
import json
import random
import time

import cv2
import numpy as np
import torch

import render
from common import is_held_out, read_colour, rows

HOLD_NEGATIVES = 200
LEARNED = ("ro", "oi", "lhqow")  # never `cars`: its licence is unsettled


def shrink(picture, longest):
    h, w = picture.shape[:2]
    s = longest / max(h, w)
    return (cv2.resize(picture, (round(w * s), round(h * s)), interpolation=cv2.INTER_AREA), s) if s < 1 else (picture, 1.0)


def split(data):
    """Real pictures with their boxes and negatives, each as (learned, held out)."""
    boxes = {}
    for row in rows(data / "train" / "labels.csv"):
        source = row["file"].split("/")[1]
        if source in LEARNED:
            x, y, w, h = (float(row[k]) for k in "xywh")
            boxes.setdefault(row["file"], []).append([x, y, x + w, y + h])
    real = [(f, b) for f, b in sorted(boxes.items()) if not is_held_out(f)]
    held = [(f, b) for f, b in sorted(boxes.items()) if is_held_out(f)]
    names = sorted(r["file"] for r in rows(data / "train" / "negatives.csv"))
    step = max(1, len(names) // HOLD_NEGATIVES)
    away = set(names[::step][:HOLD_NEGATIVES])
    return real, held, [n for n in names if n not in away], sorted(away)


def held_out(data, negatives=60):
    _, held, _, away = split(data)
    out = [(read_colour(data / "train" / f), b) for f, b in held if "lhqow" not in f]
    return out + [(read_colour(data / "train" / f), []) for f in away[:negatives]]


class Stock:
    """Everything in memory, shrunk: real pictures, negatives, drawn streets, drawn plates."""

    def __init__(self, data, work, args, longest=896, plates=6000):
        real, _, negatives, _ = split(data)
        self.real = []
        for file, boxes in real:
            picture, s = shrink(read_colour(data / "train" / file), longest)
            self.real.append((picture, np.float32(boxes) * s, "lhqow" in file, None))
        self.negatives = [shrink(read_colour(data / "train" / f), 640)[0] for f in negatives]
        glyphs = render.Glyphs(data)
        self.plates = [render.plate(glyphs, two_lines=True if k % 10 == 0 else None)[0] for k in range(plates)]
        self.streets = []
        folder = work / "streets"
        if (folder / "labels.json").is_file():
            for row in json.loads((folder / "labels.json").read_text()):
                picture, s = shrink(cv2.imread(str(folder / row["file"])), longest)
                quads = np.float32([p["corners"] for p in row["plates"]]).reshape(-1, 4, 2) * s
                self.streets.append((picture, np.float32([hull(q) for q in quads]).reshape(-1, 4), False, quads))
        self.signs = [sign(glyphs) for _ in range(400)]
        self.hard = mistaken(self.negatives, work / args.start) if args.start else []
        print("hard places", len(self.hard), "stock: real", len(self.real), "negatives", len(self.negatives), "plates", len(self.plates), "streets", len(self.streets), flush=True)


def mistaken(negatives, checkpoint):
    """Places of the negatives that an earlier detector takes for plates: picture and centre."""
    import detector as D
    import export
    model = export.weights(D.Detector(), checkpoint)
    found = []
    for picture in negatives:
        for _, box, _ in D.detect(model, picture, "cpu", score_min=0.25):
            found.append((picture, np.float32([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])))
    return found


def sign(glyphs):
    """Writing that is no plate: shop fronts, road signs, car names."""
    W, H = random.randint(80, 320), random.randint(40, 140)
    picture = render.shade(W, H, [random.randint(0, 255) for _ in range(3)], [random.randint(0, 255) for _ in range(3)])
    for i in range(random.randint(1, 3)):
        render.put(glyphs, picture, random.choice(render.SLOGANS + render.STATES), W / 2, H * random.uniform(0.2, 0.8), H * random.uniform(0.1, 0.4), [random.randint(0, 255) for _ in range(3)], width=W * 0.95)
    return picture


def paste(canvas, plate, quad):
    """Warps the plate onto the four corners, blurred to the scale it has there."""
    h, w = plate.shape[:2]
    wide = max(np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[2] - quad[3]))
    s = min(1.0, 1.25 * wide / w)
    small = cv2.resize(plate, (max(8, round(w * s)), max(4, round(h * s))), interpolation=cv2.INTER_AREA) if s < 1 else plate
    h, w = small.shape[:2]
    H, W = canvas.shape[:2]
    x0, y0 = np.maximum(np.floor(quad.min(0)).astype(int) - 2, 0)
    x1, y1 = np.minimum(np.ceil(quad.max(0)).astype(int) + 3, [W, H])
    if x1 - x0 < 4 or y1 - y0 < 3:
        return
    m = cv2.getPerspectiveTransform(np.float32([[-0.5, -0.5], [w - 0.5, -0.5], [w - 0.5, h - 0.5], [-0.5, h - 0.5]]), np.float32(quad - 0.5 - [x0, y0]))
    size = (int(x1 - x0), int(y1 - y0))
    image = cv2.warpPerspective(small, m, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpPerspective(np.full((h, w), 255, np.uint8), m, size, flags=cv2.INTER_LINEAR)[..., None] / np.float32(255)
    view = canvas[y0:y1, x0:x1]
    view[:] = (view * (1 - mask) + image * mask).astype(np.uint8)


def light(plate, level):
    """The plate under the light of its place: darker, tinted, unevenly lit."""
    f = plate.astype(np.float32)
    f *= random.uniform(0.35, 1.15) if level is None else np.clip(level / 110, 0.3, 1.15) * random.uniform(0.75, 1.3)
    f = f * np.float32([random.uniform(0.85, 1.1) for _ in range(3)])
    if random.random() < 0.35:
        ramp = np.linspace(random.uniform(0.4, 1), 1, f.shape[1], dtype=np.float32)
        f *= (ramp if random.random() < 0.5 else ramp[::-1])[None, :, None]
    if random.random() < 0.25:
        f[int(f.shape[0] * random.uniform(0, 0.8)):] *= random.uniform(0.4, 0.9)
    if random.random() < 0.6:
        c = random.uniform(0.4, 1)
        f = f * c + (1 - c) * f.mean()
    return np.clip(f + random.uniform(-10, 20), 0, 255).astype(np.uint8)


def random_quad(cx, cy, w, h):
    """Four corners of a plate seen from the side, above or a tilted camera."""
    quad = np.float32([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    side, tall = random.gauss(0, 0.09), random.gauss(0, 0.04)
    quad[[1, 2], 1] *= 1 + side
    quad[[0, 3], 1] *= 1 - side
    quad[[0, 1], 0] *= 1 + tall
    quad[:, 0] *= 1 - min(0.45, abs(random.gauss(0, 0.13)))
    quad *= [w, h]
    quad[:, 1] += quad[:, 0] * random.gauss(0, 0.06)
    quad[:, 0] += quad[:, 1] * random.gauss(0, 0.08)
    a = random.gauss(0, 0.06) if random.random() < 0.9 else random.gauss(0, 0.25)
    turn = np.float32([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    return (quad @ turn.T + [cx, cy]).astype(np.float32)


def hull(quad):
    return [*quad.min(0), *quad.max(0)]


def compose(stock, size):
    """One training picture [size,size,3] and its truth rows (see detector.losses)."""
    kind = random.random()
    truth, ready = [], []
    corners = None
    if kind < 0.55 or kind > 0.95 and stock.streets:
        picture, boxes, loose, quads = random.choice(stock.real if kind < 0.55 else stock.streets)
        wanted = np.exp(random.uniform(np.log(20), np.log(240)))
        if len(boxes):
            main = random.choice(boxes)
            zoom = np.clip(wanted / max(8, main[2] - main[0]), 0.25, 2.2)
            focus = (main[:2] + main[2:]) / 2
        else:
            zoom, focus = 0.6, np.float32([random.uniform(0, picture.shape[1]), random.uniform(0, picture.shape[0])])
        ready = [(b, loose) for b in boxes]
        corners = quads
    else:
        zoom = np.exp(random.uniform(np.log(0.6), np.log(1.7)))
        if stock.hard and random.random() < 0.45:
            picture, focus = random.choice(stock.hard)
        else:
            picture = random.choice(stock.negatives)
            focus = np.float32([random.uniform(0, picture.shape[1]), random.uniform(0, picture.shape[0])])
    # The window: the focus falls anywhere inside.
    fx, fy = random.uniform(0.12, 0.88) * size, random.uniform(0.12, 0.88) * size
    stretch = np.exp(random.gauss(0, 0.06))
    sx, sy = zoom * stretch, zoom / stretch
    flip = corners is None and random.random() < (0.25 if ready else 0.5)
    tx, ty = fx - focus[0] * sx, fy - focus[1] * sy
    if picture.shape[1] * sx > size:
        tx = min(0, max(tx, size - picture.shape[1] * sx))
    if picture.shape[0] * sy > size:
        ty = min(0, max(ty, size - picture.shape[0] * sy))
    source = picture
    if zoom < 0.8:
        f = max(zoom, 0.25)
        source = cv2.resize(picture, None, fx=f, fy=f, interpolation=cv2.INTER_AREA)
        m = np.float32([[sx * picture.shape[1] / source.shape[1], 0, tx], [0, sy * picture.shape[0] / source.shape[0], ty]])
    else:
        m = np.float32([[sx, 0, tx], [0, sy, ty]])
    canvas = cv2.warpAffine(source, m, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(114, 114, 114))
    taken = []
    boxes = [([b[0] * sx + tx, b[1] * sy + ty, b[2] * sx + tx, b[3] * sy + ty], loose) for b, loose in ready]
    if flip:
        canvas = np.ascontiguousarray(canvas[:, ::-1])
        boxes = [([size - b[2], b[1], size - b[0], b[3]], loose) for b, loose in boxes]
    for i, (b, loose) in enumerate(boxes):
        clipped = [max(0, b[0]), max(0, b[1]), min(size, b[2]), min(size, b[3])]
        w, h = clipped[2] - clipped[0], clipped[3] - clipped[1]
        if w <= 1 or h <= 1:
            continue
        whole = (b[2] - b[0]) * (b[3] - b[1])
        taken.append(clipped)
        if w * h < 0.75 * whole or w < 13 or h < 4.5:
            x1, y1, x2, y2 = (int(v) for v in clipped)
            canvas[y1:y2 + 1, x1:x2 + 1] = canvas[y1:y2 + 1, x1:x2 + 1].mean((0, 1))
            continue
        if corners is not None:
            truth.append([*clipped, *(corners[i] * [sx, sy] + [tx, ty]).ravel(), 1.0, 1.0])
            continue
        if not loose and w * h > 0.98 * whole and random.random() < 0.45:
            aspect = (b[2] - b[0]) / (b[3] - b[1])
            plate = random.choice(stock.plates)
            for _ in range(6):
                if abs(np.log(plate.shape[1] / plate.shape[0] / aspect)) < 0.5:
                    break
                plate = random.choice(stock.plates)
            x1, y1, x2, y2 = (int(v) for v in clipped)
            level = float(np.percentile(canvas[y1:y2 + 1, x1:x2 + 1].mean(2), 75))
            cx, cy = (b[0] + b[2]) / 2, (b[1] + b[3]) / 2
            quad = random_quad(cx, cy, (b[2] - b[0]) * 1.08, (b[3] - b[1]) * 1.08) if random.random() < 0.4 else np.float32(
                [[b[0], b[1]], [b[2], b[1]], [b[2], b[3]], [b[0], b[3]]]) + np.random.normal(0, 0.05, (4, 2)) * (b[3] - b[1]) + (np.float32([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * 0.06 * (b[3] - b[1]))
            quad = quad.astype(np.float32)
            paste(canvas, light(plate, level * 1.1), quad)
            truth.append([*hull(quad), *quad.ravel(), 1.0, 1.0])
            taken[-1] = hull(quad)
        else:
            truth.append([*clipped, clipped[0], clipped[1], clipped[2], clipped[1], clipped[2], clipped[3], clipped[0], clipped[3], 0.15 if loose else 1.0, 0.0 if loose else -0.5])
    extra = random.choice([0, 0, 0, 1]) if ready else random.choice([0, 0, 1, 1, 2])
    for _ in range(extra + (1 if random.random() < 0.25 else 0)):
        is_sign = _ >= extra
        plate = random.choice(stock.signs if is_sign else stock.plates)
        w = np.exp(random.uniform(np.log(20), np.log(270)))
        h = w * plate.shape[0] / plate.shape[1] * np.exp(random.gauss(0, 0.08))
        quad = random_quad(random.uniform(0.05, 0.95) * size, random.uniform(0.05, 0.95) * size, w, h)
        b = hull(quad)
        if b[0] < 0 or b[1] < 0 or b[2] > size or b[3] > size or any(b[0] < t[2] + 4 and t[0] < b[2] + 4 and b[1] < t[3] + 4 and t[1] < b[3] + 4 for t in taken) or b[3] - b[1] < 5:
            continue
        taken.append(b)
        if not is_sign and random.random() < 0.6:  # a bumper or boot lid around it
            grow = (quad - quad.mean(0)) * [random.uniform(1.1, 2.2), random.uniform(1.15, 2.5)] + quad.mean(0)
            cv2.fillConvexPoly(canvas, grow.astype(np.int32), [random.randint(0, 255)] * 3 if random.random() < 0.6 else [random.randint(0, 255) for _ in range(3)], cv2.LINE_AA)
        paste(canvas, light(plate, None), quad)
        if not is_sign:
            truth.append([*b, *quad.ravel(), 1.0, 1.0])
    return spoil(canvas), np.float32(truth).reshape(-1, 14)


def spoil(picture):
    """Light, colour, lens and compression of the whole picture."""
    p = picture
    if random.random() < 0.35:
        p = cv2.cvtColor(cv2.cvtColor(p, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    if random.random() < 0.3:
        p = cv2.GaussianBlur(p, (0, 0), random.uniform(0.3, 1.1))
    if random.random() < 0.08:  # a car that moves
        n, slope = random.choice([3, 5, 7]), random.uniform(-0.3, 0.3)
        k = np.zeros((n, n), np.float32)
        cv2.line(k, (0, round(n / 2 - 0.5 - slope * n / 2)), (n - 1, round(n / 2 - 0.5 + slope * n / 2)), 1, 1)
        p = cv2.filter2D(p, -1, k / k.sum())
    f = p.astype(np.float32)
    if random.random() < 0.7:
        f = f * random.uniform(0.2 if random.random() < 0.2 else 0.45, 1.4) + random.uniform(-30, 30)
        f *= np.float32([random.uniform(0.85, 1.15) for _ in range(3)])
    if random.random() < 0.25:
        f = 255 * np.power(np.clip(f / 255, 0, 1), random.uniform(0.5, 1.8))
    if random.random() < 0.35:
        noise = np.random.normal(0, random.uniform(1, 10), (f.shape[0] // 2, f.shape[1] // 2, 1)).astype(np.float32)
        f = f + (np.repeat(np.repeat(noise, 2, 0), 2, 1) if random.random() < 0.5 else np.random.normal(0, random.uniform(1, 10), f.shape[:2]).astype(np.float32)[..., None])
    p = np.clip(f, 0, 255).astype(np.uint8)
    if random.random() < 0.4:
        p = cv2.imdecode(cv2.imencode(".jpg", p, [cv2.IMWRITE_JPEG_QUALITY, random.randint(25, 85)])[1], cv2.IMREAD_COLOR)
    return p


class Draw(torch.utils.data.IterableDataset):
    def __init__(self, stock, size, batch):
        self.stock, self.size, self.batch = stock, size, batch

    def __iter__(self):
        cv2.setNumThreads(1)
        worker = torch.utils.data.get_worker_info()
        s = int(time.time() * 1000) % 100000 + (worker.id if worker else 0)
        random.seed(s), np.random.seed(s)
        while True:
            made = [compose(self.stock, self.size) for _ in range(self.batch)]
            x = np.stack([p[:, :, ::-1].transpose(2, 0, 1) for p, _ in made])
            yield torch.from_numpy(np.ascontiguousarray(x)), [torch.from_numpy(t) for _, t in made]
