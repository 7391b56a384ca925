"""Labels unlabelled crops with the reader itself and keeps what is sure: the same text from several views, a high
probability, and a text of a form that its region knows. corrections.csv (file,text) in the work folder goes before; an
empty text leaves a crop out. What comes out (pseudo.json) is learned with less weight; run `train.py reader` after it."""
import argparse
import collections
import json
import re
import sys
from pathlib import Path

import cv2
import numpy as np
import torch

import export
import reader as R
import warp
from common import REGIONS, STATES, add_folders, clean, folders, read_colour, rows

TO_LETTER = dict(zip("0158264", "OISBZGA"))
TO_DIGIT = dict(zip("OQDISBZG", "00015826"))
EU = re.compile(r"[A-Z]{1,3}\d{1,6}[A-Z]{0,3}|\d{1,4}[A-Z]{1,4}\d{0,4}|[A-Z]{1,2}\d{2,3}[A-Z]{2,3}|[A-Z]{2}\d{2}[A-Z]{3}|[A-Z]{1,5}\d{1,4}")


def brazilian(text):
    """Letters and digits by their places, or nothing."""
    if len(text) != 7:
        return None
    out = ""
    for i, c in enumerate(text):
        if i < 3:
            c = TO_LETTER.get(c, c)
            if not c.isalpha():
                return None
        elif i != 4:
            c = TO_DIGIT.get(c, c)
            if not c.isdigit():
                return None
        out += c
    return out if not (out[4].isalpha() and out[4] > "J") else out[:4] + TO_DIGIT.get(out[4], "") + out[5:] if out[4] in TO_DIGIT else None


def views(grey, quad):
    quad = np.float32(quad)
    w, h = quad[1, 0] - quad[0, 0], quad[3, 1] - quad[0, 1]
    for dx, dy in ((0, 0), (0.03, 0.05), (-0.025, -0.04), (0.0, 0.08)):
        grown = quad + np.float32([[-dx * w, -dy * h], [dx * w, -dy * h], [dx * w, dy * h], [-dx * w, dy * h]])
        yield warp.rectify(grey, grown)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    add_folders(parser)
    parser.add_argument("--reader", default="reader.pt")
    parser.add_argument("--sure", type=float, default=0.5)
    parser.add_argument("--us", type=Path, help="a folder of US plate crops, a folder of them for each state (see data.json)")
    args = parser.parse_args()
    data, work = folders(args)
    torch.set_num_threads(1)
    model = export.weights(R.Reader(), work / args.reader)
    given = {r["file"]: clean(r["text"]) for r in rows(work / "corrections.csv")} if (work / "corrections.csv").is_file() else {}
    jobs = [(r["file"], None, r["region"], r["kind"]) for r in rows(data / "train" / "crops.csv") if r["kind"] in ("eu1", "brx")]
    for r in rows(data / "train" / "labels.csv"):
        if r["file"].split("/")[1] in ("ro", "oi") and float(r["w"]) >= 60:
            jobs.append((r["file"], [float(r[k]) for k in "xywh"], None, r["file"].split("/")[1]))
    if args.us:
        pictures = sorted(args.us.rglob("*.jpg"))
        names = sorted({f.parent.name for f in pictures})
        if len(names) != len(STATES):
            sys.exit(f"{args.us} should have a folder for each of {len(STATES)} states and territories, and has {len(names)}.")
        codes = dict(zip(names, STATES))  # both in the order of the names
        jobs += [(str(f), None, f"us-{codes[f.parent.name]}", "us2") for f in pictures]
    known = {clean(r["plate"]) for r in rows(data / "dev" / "labels.csv")} | {clean(r["plate"]) for r in rows(data / "dev" / "crops.csv")}
    kept, left, counts = [], [], collections.Counter()
    for file, box, region, kind in jobs:
        grey = cv2.cvtColor(read_colour(data / "train" / file), cv2.COLOR_BGR2GRAY)
        quad = warp.box_quad(*(box or (0, 0, grey.shape[1], grey.shape[0])))
        with torch.no_grad():
            characters, place = model(torch.from_numpy(np.stack(list(views(grey, quad))))[:, None])
        texts = R.greedy(characters)
        text, votes = collections.Counter(texts).most_common(1)[0]
        # Each view's least sure step tells how sure its text is.
        sure = float(torch.softmax(characters, 2).max(2).values.min(1).values.mean())
        region = region or REGIONS[int(place.mean(0).argmax())].split("-")[0]
        good = votes >= 3 and sure >= args.sure and len(text) >= (2 if kind == "us2" else 4)
        if kind == "brx":
            text = brazilian(text) or ""
            good = votes >= 3 and sure >= args.sure and bool(text)
        elif kind == "eu1":
            good = good and bool(EU.fullmatch(text))
        elif kind == "ro":
            good = good and bool(re.fullmatch(r"[A-Z]{1,2}\d{2,3}[A-Z]{3}", text))
        row = {"file": file, "quad": quad.tolist(), "text": text, "region": region, "kind": kind}
        if file in given:
            text, good = given[file], bool(given[file])
            row.update(text=text, weight=1.0)
        good = good and not (kind == "us2" and text in known)  # what is measured is never learned
        counts[kind, good] += 1
        (kept if good else left).append(row if good else {**row, "sure": sure})
    (work / "pseudo.json").write_text(json.dumps(kept))
    (work / "unsure.json").write_text(json.dumps(left))
    print(dict(counts))


if __name__ == "__main__":
    main()
