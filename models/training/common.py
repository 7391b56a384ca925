"""What all parts share: the alphabet, the regions, where data and work lie, how texts are compared."""
import csv
import os
import random
import sys
from pathlib import Path

import cv2
import numpy as np

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
STATES = ("al ak as az ar ca mp co ct de fl ga gu hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa pr ri "
          "sc sd tn tx vi ut vt va wa dc wv wi wy").split()
# What the reader tells apart: each US state by itself, the rest of the world by its kind of plate.
REGIONS = [f"us-{s}" for s in STATES] + ["eu", "br", "uk"]
HERE = Path(__file__).resolve().parent
MODELS = HERE.parent
ROOT = MODELS.parent

DETECTOR_SIZE_STILL = 768
DETECTOR_SIZE_LIVE = 384
MULTIPLE_OF = 32
PAD_VALUE = 0.447
SCORE_MIN = 0.3
NMS_IOU = 0.5
READER_WIDTH, READER_HEIGHT = 128, 64
MARGIN_X, MARGIN_Y = 0.04, 0.06


def add_folders(parser):
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data",
                        help="folder with dev/ and train/ (default: ../shared/data beside the repository)")
    parser.add_argument("--work", type=Path, default=HERE / "work", help="checkpoints and caches")
    parser.add_argument("--seed", type=int, default=7)


def folders(args):
    if not (args.data / "train" / "crops.csv").is_file():
        sys.exit(f"No training data at {args.data}: give the folder that holds train/ and dev/ with --data.")
    args.work.mkdir(parents=True, exist_ok=True)
    seed(args.seed)
    return args.data, args.work


def seed(n):
    random.seed(n)
    np.random.seed(n)
    os.environ["PYTHONHASHSEED"] = str(n)


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_colour(path):
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise FileNotFoundError(path)
    return picture


def clean(text):
    return "".join(c for c in text.upper() if c in ALPHABET)


def within(region):
    """Which of REGIONS a label may mean: `us` any state, `us-ca` one, an empty label none. A row of booleans."""
    return [bool(region) and (r == region or r.startswith(region + "-")) for r in REGIONS]


def place(probabilities):
    """The likeliest region, as likely as its states together, and its likeliest state; (region, p, state, p)."""
    sums = {}
    for name, p in zip(REGIONS, probabilities):
        sums[name[:2]] = sums.get(name[:2], 0.0) + float(p)
    region = max(sums, key=sums.get)
    p, name = max((float(p), name) for name, p in zip(REGIONS, probabilities) if name[:2] == region)
    return region, min(1.0, sums[region]), name[3:].upper(), min(p, sums[region])


def fold(text):
    """O and 0, I and 1, Q and 0 count as one character: many plates draw them alike."""
    return text.replace("O", "0").replace("I", "1").replace("Q", "0")


def iou(a, b):
    """Boxes as x1, y1, x2, y2."""
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    shared = w * h
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def is_held_out(name, every=12):
    """A fixed twelfth of the training crops is never learned from: it serves to calibrate and to choose."""
    value = 0
    for c in name:
        value = (value * 131 + ord(c)) % 1000003
    return value % every == 0
