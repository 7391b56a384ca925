"""INT8 variants of the weights, for measuring whether they may be shipped: what they gain in speed against what they cost in plates.

    python quantise.py --models .. --data <folder with train/> --out <folder> [--only detector|reader] [--dynamic] [--pictures 160]

Static: QDQ, signed weights per channel, activations calibrated on training pictures, which go through the same letterbox as in use.
`--dynamic` quantises the reader's matrix products only, without calibration; its convolutions stay as they are. `--only` quantises one of the two; the other is
copied, so that the folder is a whole set of models with its own manifest: `MODELS_DIR=<folder>`, or `BENCH_INT8=<folder>` for the bench.
Outputs of the detector stay float (the boxes need it): nodes that follow the last convolutions are left out.
"""

import argparse
import csv
import hashlib
import json
import random
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from PIL import Image


def calibration(kind, data, spec, count):
    """Inputs as the pipeline makes them, of training pictures: letterboxes for the detector, grey crops for the reader."""
    root = Path(data) / "train"
    listing = root / ("labels.csv" if kind == "detector" else "crops.csv")
    with open(listing, newline="") as file:
        names = sorted({row["file"] for row in csv.DictReader(file)})
    random.Random(1).shuffle(names)
    for name in names[:count]:
        picture = Image.open(root / name)
        if kind == "detector":
            size, step = spec["sizeStill"], spec["multipleOf"]
            picture = picture.convert("RGB")
            scale = size / max(picture.size)
            w, h = (max(1, round(side * scale)) for side in picture.size)
            tall, wide = -(-h // step) * step, -(-w // step) * step
            tensor = np.full((tall, wide, 3), spec["padValue"], np.float32)
            tensor[:h, :w] = np.asarray(picture.resize((w, h), Image.BILINEAR), np.float32) / 255
            yield {"image": tensor.transpose(2, 0, 1)[None]}
        else:
            grey = picture.convert("L").resize((spec["width"], spec["height"]), Image.BILINEAR)
            yield {"plate": np.asarray(grey, np.float32)[None, None] / 255}


class Reader(CalibrationDataReader):
    def __init__(self, inputs):
        self.inputs = iter(inputs)

    def get_next(self):
        return next(self.inputs, None)


def tail_of(path):
    """Nodes after the last convolutions: decoding of boxes, softmax. Their numbers are few and need their precision."""
    graph = onnx.load(path).graph
    makers = {name: node for node in graph.node for name in node.output}
    heavy = ("Conv", "MatMul", "Gemm")
    tail, open_names = set(), [output.name for output in graph.output]
    while open_names:
        node = makers.get(open_names.pop())
        if node is None or node.name in tail or node.op_type in heavy:
            continue
        tail.add(node.name)
        open_names += node.input
    return sorted(tail)


def quantise(kind, source, target, data, spec, dynamic, count):
    if dynamic:
        quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gemm"])
        return
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        # The detector's sides stay open, so shapes are not inferred symbolically.
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared),
            str(target),
            Reader(calibration(kind, data, spec, count)),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv", "MatMul", "Gemm", "Add", "Concat", "Resize", "MaxPool"],
            nodes_to_exclude=tail_of(prepared),
            per_channel=True,
            weight_type=QuantType.QInt8,
            activation_type=QuantType.QUInt8,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", default=str(Path(__file__).resolve().parent.parent))
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--only", choices=["detector", "reader"])
    parser.add_argument("--dynamic", action="store_true")
    parser.add_argument("--pictures", type=int, default=160)
    args = parser.parse_args()
    models, out = Path(args.models), Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    manifest = json.loads((models / "manifest.json").read_text())
    for kind in ("detector", "reader"):
        entry = manifest[kind]
        source, target = models / entry["file"], out / entry["file"]
        if args.only not in (None, kind) or (args.dynamic and kind == "detector"):
            shutil.copyfile(source, target)
        else:
            quantise(kind, source, target, args.data, entry["input"], args.dynamic, args.pictures)
            entry["id"] += "-int8-dynamic" if args.dynamic else "-int8"
        written = target.read_bytes()
        entry["sha256"], entry["bytes"] = hashlib.sha256(written).hexdigest(), len(written)
        print(f"{entry['id']}: {source.stat().st_size} -> {len(written)} bytes")
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


main()
