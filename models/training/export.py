"""Checkpoints to ONNX and the manifest; fits the reader's temperatures on held-out training crops."""
import argparse
import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime as ort
import torch

import detector as D
import evaluate
import reader as R
import train
import warp
from common import (ALPHABET, DETECTOR_SIZE_LIVE, DETECTOR_SIZE_STILL, MARGIN_X, MARGIN_Y, MODELS, MULTIPLE_OF, NMS_IOU, PAD_VALUE, READER_HEIGHT,
                    READER_WIDTH, REGIONS, SCORE_MIN, add_folders, folders, read_colour)

LICENCE = "AGPL-3.0-or-later"
OPSET = 18


def weights(model, file):
    model.load_state_dict(torch.load(file, map_location="cpu", weights_only=False)["average"])
    return model.eval()


def write(model, sample, file, inputs, outputs, axes):
    torch.onnx.export(model, sample, str(file), input_names=inputs, output_names=outputs, dynamic_axes=axes, opset_version=OPSET, dynamo=False)
    onnx.checker.check_model(onnx.load(str(file)))


def temperature(model, data):
    """Least negative log-likelihood of the held-out texts."""
    images, texts = [], []
    for row, text in evaluate.held_crops(data):
        grey = cv2.cvtColor(read_colour(data / "train" / row["file"]), cv2.COLOR_BGR2GRAY)
        h, w = grey.shape
        images.append(warp.rectify(grey, warp.box_quad(0, 0, w, h)))
        texts.append(text)
    with torch.no_grad():
        logits = model(torch.from_numpy(np.stack(images))[:, None])[0]
    targets = torch.tensor([k for t in texts for k in R.encode(t)])
    lengths = torch.tensor([len(t) for t in texts])
    steps = torch.full((len(texts),), logits.shape[1], dtype=torch.long)
    # A single unreadable label must not set the temperature of all.
    score = lambda t: torch.nn.functional.ctc_loss(torch.log_softmax(logits / t, 2).transpose(0, 1), targets, steps, lengths, reduction="none").clamp(max=15).mean().item()
    return round(min(np.arange(0.6, 4.01, 0.05), key=score), 2)


def region_temperature(model, data, work):
    """Least negative log-likelihood of the regions and states of held-out crops."""
    _, held, states = train.real_plates(data, work)
    items = held + states
    logits = train.answers(model, items, "cpu")[1]
    regions = [i[3] for i in items]
    return round(min(np.arange(0.5, 4.01, 0.05), key=lambda t: float(R.place_loss(logits / t, regions))), 2)


def entry(folder, name, extra):
    raw = (folder / f"{name}.onnx").read_bytes()
    return {"id": f"plateward-{name}-1", "file": f"{name}.onnx", "sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw), "licence": LICENCE, "card": f"{name}.md", **extra}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    add_folders(parser)
    parser.add_argument("--detector", default="detector.pt")
    parser.add_argument("--reader", default="reader.pt")
    parser.add_argument("--out", type=Path, default=MODELS, help="folder of the ONNX files and the manifest")
    args = parser.parse_args()
    data, work = folders(args)
    torch.set_num_threads(1)
    detector = D.Shipped(weights(D.Detector(), work / args.detector)).eval()
    read = weights(R.Reader(), work / args.reader)
    t, region_t = temperature(read, data), region_temperature(read, data, work)
    write(detector, torch.rand(1, 3, 384, 640), args.out / "detector.onnx", ["image"], ["candidates"],
          {"image": {0: "batch", 2: "height", 3: "width"}, "candidates": {0: "batch", 1: "count"}})
    write(R.Shipped(read, t, region_t).eval(), torch.rand(1, 1, READER_HEIGHT, READER_WIDTH), args.out / "reader.onnx", ["plate"], ["characters", "region"],
          {"plate": {0: "batch"}, "characters": {0: "batch"}, "region": {0: "batch"}})
    check = ort.InferenceSession(str(args.out / "detector.onnx"), providers=["CPUExecutionProvider"])
    x = torch.rand(2, 3, 320, 480)
    with torch.no_grad():
        difference = np.abs(check.run(None, {"image": x.numpy()})[0] - detector(x).numpy()).max()
    print("detector differs from torch by at most", difference, "temperatures", t, region_t)
    columns = ["score", "x1", "y1", "x2", "y2", "tlx", "tly", "trx", "try", "brx", "bry", "blx", "bly"]
    manifest = {
        "version": 1,
        "detector": entry(args.out, "detector", {
            "input": {"name": "image", "layout": "NCHW", "channels": "RGB", "range": [0, 1], "multipleOf": MULTIPLE_OF,
                      "sizeLive": DETECTOR_SIZE_LIVE, "sizeStill": DETECTOR_SIZE_STILL, "padValue": PAD_VALUE},
            "output": {"name": "candidates", "columns": columns}, "scoreMin": SCORE_MIN, "nmsIou": NMS_IOU}),
        "reader": entry(args.out, "reader", {
            "input": {"name": "plate", "layout": "NCHW", "channels": "grey", "range": [0, 1], "width": READER_WIDTH, "height": READER_HEIGHT,
                      "marginX": MARGIN_X, "marginY": MARGIN_Y},
            "output": {"characters": "characters", "region": "region"}, "alphabet": ALPHABET, "blank": 0, "regions": REGIONS, "temperature": float(t)}),
        "data": json.loads((MODELS / "training" / "data.json").read_text()),
    }
    (args.out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
