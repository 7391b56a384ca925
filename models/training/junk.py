"""Collects what the detector takes for plates in training pictures that have none: the reader learns to see no text there,
and a place where it reads nothing is no plate."""
import argparse
import pickle

import cv2
import torch

import detector as D
import export
import scenes
from common import add_folders, folders, read_colour


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    add_folders(parser)
    parser.add_argument("--detector", default="detector.pt")
    args = parser.parse_args()
    data, work = folders(args)
    torch.set_num_threads(1)
    model = export.weights(D.Detector(), work / args.detector)
    _, _, negatives, _ = scenes.split(data)
    found = []
    for file in negatives:
        picture = read_colour(data / "train" / file)
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        for score, box, quad in D.detect(model, picture, "cpu", score_min=0.25)[:6]:
            pad = 12
            x0, y0 = max(0, int(min(box[0], quad[:, 0].min())) - pad), max(0, int(min(box[1], quad[:, 1].min())) - pad)
            x1, y1 = int(max(box[2], quad[:, 0].max())) + pad, int(max(box[3], quad[:, 1].max())) + pad
            found.append((grey[y0:y1, x0:x1].copy(), quad - [x0, y0]))
    (work / "junk.pkl").write_bytes(pickle.dumps(found))
    print(len(found), "places in", len(negatives), "pictures")


if __name__ == "__main__":
    main()
