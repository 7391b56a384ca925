"""Measures the shipped files as a whole: picture in, plates out, with the arithmetic of src/recognition.

    python evaluate.py --json            the whole chain on dev/, detection recall, false plates on held-out negatives
    python evaluate.py --held            the reader on held-out training crops: accuracy, reliability table
"""
import argparse
import json
import time
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort

import scenes
import train
import warp
from common import ALPHABET, DETECTOR_SIZE_STILL, MODELS, SCORE_MIN, add_folders, clean, fold, folders, iou, is_held_out, place, read_colour, rows


class Chain:
    def __init__(self, models=MODELS, threads=1):
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        open_ = lambda name: ort.InferenceSession(str(Path(models) / name), options, providers=["CPUExecutionProvider"])
        self.detector, self.reader = open_("detector.onnx"), open_("reader.onnx")

    def detect(self, picture, size, score_min=SCORE_MIN):
        x, sx, sy = warp.letterbox(picture, size)
        out = self.detector.run(None, {"image": x})[0][0]
        return warp.decode(out, sx, sy, picture.shape[1], picture.shape[0], score_min)

    def read(self, grey, quads):
        x = np.stack([warp.rectify(grey, q) for q in quads])[:, None]
        return self.reader.run(None, {"plate": x})

    def plates(self, picture, size=DETECTOR_SIZE_STILL, score_min=SCORE_MIN):
        """Rows of score, box, quad, text, confidence, region."""
        found = self.detect(picture, size, score_min)
        if not found:
            return []
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        characters, region = self.read(grey, [f[2] for f in found])
        out = []
        for f, c, r in zip(found, characters, region):
            text, p = decode(c)
            if text:
                out.append((*f, text, p, place(r)[0]))
        return out


def probability(steps, labels):
    """The sum over all paths that spell the labels."""
    extended = [0]
    for k in labels:
        extended += [k, 0]
    row = np.zeros(len(extended))
    row[:2] = steps[0][extended[:2]]
    skip = np.array([i > 1 and extended[i] != 0 and extended[i] != extended[i - 2] for i in range(len(extended))])
    for step in steps[1:]:
        row = (row + np.concatenate([[0], row[:-1]]) + np.where(skip, np.concatenate([[0, 0], row[:-2]]), 0)[:len(row)]) * step[extended]
    return float(min(1.0, row[-2:].sum()))


def decode(steps):
    """The likeliest path's text, and the probability of that text."""
    labels, last = [], 0
    for k in steps.argmax(1).tolist():
        if k and k != last:
            labels.append(k)
        last = k
    return "".join(ALPHABET[k - 1] for k in labels), probability(steps.astype(np.float64), labels)


def share(values):
    return round(float(np.mean(values)), 4) if len(values) else None


def dev_table(chain, data, size, score_min=SCORE_MIN):
    found, misses, times = {}, [], []
    for row in rows(data / "dev" / "labels.csv"):
        picture = read_colour(data / "dev" / row["file"])
        x, y, w, h = (float(row[k]) for k in "xywh")
        truth, wanted = [x, y, x + w, y + h], clean(row["plate"])
        began = time.perf_counter()
        plates = chain.plates(picture, size, score_min)
        times.append(time.perf_counter() - began)
        near = [p for p in plates if iou(p[1], truth) >= 0.3]
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        given = decode(chain.read(grey, [warp.box_quad(x, y, w, h)])[0][0])[0]
        entry = dict(exact=any(p[3] == wanted for p in near), folded=any(fold(p[3]) == fold(wanted) for p in near), found=bool(near),
                     recall50=any(iou(p[1], truth) >= 0.5 for p in plates), box_exact=given == wanted, box_folded=fold(given) == fold(wanted),
                     overlap=max([iou(p[1], truth) for p in plates], default=0), others=len(plates) - len(near))
        found.setdefault(row["region"], []).append(entry)
        if not entry["folded"]:
            misses.append([row["file"], wanted, [p[3] for p in near], given])
    table = {}
    for region in [*found, "all"]:
        part = [e for r, list_ in found.items() if region in (r, "all") for e in list_]
        table[region] = {"n": len(part), **{k: share([e[k] for e in part]) for k in part[0]}}
    return table, misses, round(float(np.median(times)) * 1000, 1)


def false_plates(chain, data, size, score_min=SCORE_MIN):
    away = scenes.split(data)[3]
    counts = [len(chain.plates(read_colour(data / "train" / f), size, score_min)) for f in away]
    return {"pictures": len(counts), "false": int(sum(counts)), "pictures_with": int(sum(c > 0 for c in counts))}


def held_crops(data):
    for row in rows(data / "train" / "crops.csv"):
        text = clean(row["plate"])
        if len(text) >= 2 and is_held_out(row["file"]):
            yield row, text


def held_table(chain, data):
    found, sure = {}, []
    for row, text in held_crops(data):
        grey = cv2.cvtColor(read_colour(data / "train" / row["file"]), cv2.COLOR_BGR2GRAY)
        h, w = grey.shape
        got, p = decode(chain.read(grey, [warp.box_quad(0, 0, w, h)])[0][0])
        found.setdefault(row["kind"], []).append((got == text, fold(got) == fold(text)))
        sure.append((p, fold(got) == fold(text)))
    table = {k: {"n": len(v), "exact": share([a for a, _ in v]), "folded": share([b for _, b in v])} for k, v in found.items()}
    bins = []
    for low, high in ((0, 0.5), (0.5, 0.8), (0.8, 0.95), (0.95, 0.99), (0.99, 1.01)):
        part = [(p, ok) for p, ok in sure if low <= p < high]
        bins.append({"from": low, "to": min(high, 1), "n": len(part), "confidence": share([p for p, _ in part]), "right": share([ok for _, ok in part])})
    return table, bins


def state_table(chain, states, sure=0.5):
    """US crops whose state is known and that were not learned from: how many states are told (at least `sure`), and rightly."""
    if not states:
        return None
    told = [(place(chain.read(grey, [quad])[1][0]), region) for grey, quad, _, region, *_ in states]
    right = [(p >= sure, f"us-{state.lower()}" == region, us == "us") for (us, _, state, p), region in told]
    return {"n": len(right), "region": share([us for *_, us in right]), "likeliest": share([ok for _, ok, _ in right]),
            "told": share([said for said, *_ in right]), "right of told": share([ok for said, ok, _ in right if said])}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    add_folders(parser)
    parser.add_argument("--models", type=Path, default=MODELS)
    parser.add_argument("--size", type=int, nargs="+", default=[DETECTOR_SIZE_STILL])
    parser.add_argument("--score", type=float, default=SCORE_MIN)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--held", action="store_true")
    parser.add_argument("--misses", action="store_true")
    args = parser.parse_args()
    data, work = folders(args)
    chain = Chain(args.models, args.threads)
    answer = {}
    if args.held:
        answer["held"], answer["reliability"] = held_table(chain, data)
        answer["states"] = state_table(chain, train.real_plates(data, work)[2])
    else:
        for size in args.size:
            table, misses, ms = dev_table(chain, data, size, args.score)
            answer[str(size)] = {"dev": table, "ms_per_picture": ms, "negatives": false_plates(chain, data, size, args.score)}
            if args.misses:
                answer[str(size)]["misses"] = misses
    if args.json:
        print(json.dumps(answer, indent=1))
    else:
        for key, value in answer.items():
            print(key)
            for k, v in (value.items() if isinstance(value, dict) else enumerate(value)):
                if isinstance(v, dict) and k == "dev":
                    for region, figures in v.items():
                        print("  ", region, figures)
                elif k == "misses":
                    for miss in v:
                        print("  ", miss)
                else:
                    print("  ", k, v)


if __name__ == "__main__":
    main()
