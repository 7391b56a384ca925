"""Draws the twelve pictures of test/golden with their labels: seeded, no photograph in them.

    python golden.py            writes them
    python golden.py --check    reads them with the shipped models and says which come out wrong
    python golden.py --learn N  writes N other streets to the work folder, for the detector's training
"""
import argparse
import json

import cv2

import common
import render
import streets

FOLDER = common.ROOT / "test" / "golden"
SCENES = [
    ("us-day-1", ["us"], False, ["7KLM482"]), ("us-day-2", ["us"], False, ["BRX-4193"]), ("eu-day-1", ["eu"], False, ["KA*PW 5283"]),
    ("eu-day-2", ["eu"], False, ["FD-482-GT"]), ("br-day-1", ["br"], False, ["HKP.7264"]), ("br-day-2", ["br"], False, ["RTF4B83"]),
    ("uk-day-1", ["uk"], False, ["LX63 HTK"]), ("us-night-ir", ["us"], True, ["482 TVN"]), ("eu-night-ir", ["eu"], True, ["RK734BC"]),
    ("two-cars", ["us", "us"], False, ["HJT 5827", "6VRC934"]), ("eu-and-br", ["eu", "br"], False, ["WH 64823", "LNM.3875"]), ("empty-street", [], False, []),
]


def draw(glyphs, seed):
    labels = []
    FOLDER.mkdir(parents=True, exist_ok=True)
    for i, (name, regions, night, texts) in enumerate(SCENES):
        common.seed(seed * 1000 + i)
        picture, plates = streets.street(glyphs, regions, night, texts=texts)
        quality = 88
        while True:
            raw = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1])[1]
            if len(raw) < 148_000:
                break
            quality -= 3
        (FOLDER / f"{name}.jpg").write_bytes(raw.tobytes())
        labels.append({"file": f"{name}.jpg", "plates": plates})
    (FOLDER / "labels.json").write_text(json.dumps(labels, indent=1) + "\n")


def check():
    import evaluate
    chain = evaluate.Chain()
    wrong = 0
    for entry in json.loads((FOLDER / "labels.json").read_text()):
        found = chain.plates(cv2.imread(str(FOLDER / entry["file"])))
        got, due = sorted(p[3] for p in found), sorted(p["text"] for p in entry["plates"])
        wrong += got != due
        print("right" if got == due else "WRONG", entry["file"], "due", due, "read", [(p[3], round(p[0], 2), round(p[4], 2), p[5]) for p in found])
    print(wrong, "of", len(SCENES), "wrong")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    common.add_folders(parser)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--learn", type=int, default=0)
    args = parser.parse_args()
    if args.check:
        return check()
    data, work = common.folders(args)
    glyphs = render.Glyphs(data)
    if not args.learn:
        return draw(glyphs, args.seed)
    folder = work / "streets"
    folder.mkdir(exist_ok=True)
    rows = []
    for i in range(args.learn):
        common.seed(500_000 + i)
        regions = [common.random.choice(["us", "eu", "br", "uk"]) for _ in range(common.random.choice([0, 1, 1, 2, 2, 3]))]
        picture, plates = streets.street(glyphs, regions, common.random.random() < 0.3)
        cv2.imwrite(str(folder / f"{i:04d}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, 90])
        rows.append({"file": f"{i:04d}.jpg", "plates": plates})
    (folder / "labels.json").write_text(json.dumps(rows))


if __name__ == "__main__":
    main()
