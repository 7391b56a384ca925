"""Makes the two small weights beside this file, for tests that are not about reading: they find one plate at the same place of
every picture and read TEST1 from it, after some arithmetic that takes a core about as long as a real frame does.
Run by hand: python make.py (needs onnx and numpy)."""
import hashlib
import json
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

HERE = Path(__file__).resolve().parent
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
COLUMNS = ["score", "x1", "y1", "x2", "y2", "tlx", "tly", "trx", "try", "brx", "bry", "blx", "bly"]
FLOAT = TensorProto.FLOAT


def const(name, values, kind=np.float32):
    return numpy_helper.from_array(np.asarray(values, kind), name)


def write(name, nodes, inputs, outputs, constants):
    graph = helper.make_graph(nodes, name, inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    file = HERE / f"{name}.onnx"
    save(model, file)
    data = file.read_bytes()
    return {"id": f"{name}-test", "file": file.name, "card": "make.py", "licence": "AGPL-3.0-or-later",
            "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def detector(rounds):
    """candidates = one fixed plate + 0 x (products of a large matrix that is made of the picture's mean)."""
    nodes = [helper.make_node("ReduceMean", ["image"], ["mean"], keepdims=0),
             helper.make_node("Expand", ["mean", "side"], ["m0"])]
    for i in range(rounds):
        nodes.append(helper.make_node("MatMul", [f"m{i}", "m0"], [f"p{i}"]))
        nodes.append(helper.make_node("Mul", [f"p{i}", "small"], [f"m{i + 1}"]))
    nodes += [helper.make_node("ReduceMean", [f"m{rounds}"], ["rest"], keepdims=0),
              helper.make_node("Mul", ["rest", "zero"], ["nothing"]),
              helper.make_node("Add", ["plate", "nothing"], ["candidates"])]
    plate = [0.95, 8, 10, 40, 26, 8, 10, 40, 10, 40, 26, 8, 26]
    return write("detector", nodes, [helper.make_tensor_value_info("image", FLOAT, [1, 3, "h", "w"])],
                 [helper.make_tensor_value_info("candidates", FLOAT, [1, "k", 13])],
                 [const("side", [640, 640], np.int64), const("small", 1 / 640), const("zero", 0), const("plate", [[plate]])])


def reader(text, steps=16):
    """The same text from every plate: probabilities of each step, blanks between."""
    rows = np.full((steps, 1 + len(ALPHABET)), 0.0005, np.float32)
    rows[:, 0] = 0.98
    for i, char in enumerate(text):
        rows[2 * i, 0], rows[2 * i, 1 + ALPHABET.index(char)] = 0.0005, 0.98
    nodes = [helper.make_node("ReduceMean", ["plate"], ["mean"], axes=[1, 2, 3], keepdims=0),
             helper.make_node("Mul", ["mean", "zero"], ["flat"]),
             helper.make_node("Unsqueeze", ["flat", "lastTwo"], ["column"]),
             helper.make_node("Add", ["column", "rows"], ["characters"]),
             helper.make_node("Unsqueeze", ["flat", "last"], ["pair"]),
             helper.make_node("Add", ["pair", "where"], ["region"])]
    return write("reader", nodes, [helper.make_tensor_value_info("plate", FLOAT, ["n", 1, 64, 128])],
                 [helper.make_tensor_value_info("characters", FLOAT, ["n", steps, 37]), helper.make_tensor_value_info("region", FLOAT, ["n", 2])],
                 [const("zero", 0), const("rows", rows[None]), const("where", [[0.9, 0.1]]),
                  const("lastTwo", [1, 2], np.int64), const("last", [1], np.int64)])


def main():
    pixels = {"layout": "NCHW", "range": [0, 1]}
    manifest = {
        "version": 1,
        "detector": {**detector(rounds=4), "input": {"name": "image", "channels": "RGB", "multipleOf": 32, "sizeLive": 384, "sizeStill": 640, "padValue": 0.447, **pixels},
                     "output": {"name": "candidates", "columns": COLUMNS}, "scoreMin": 0.3, "nmsIou": 0.5},
        "reader": {**reader("TEST1"), "input": {"name": "plate", "channels": "grey", "width": 128, "height": 64, "marginX": 0.04, "marginY": 0.06, **pixels},
                   "output": {"characters": "characters", "region": "region"}, "alphabet": ALPHABET, "blank": 0, "regions": ["us", "eu"], "temperature": 1},
        "data": [],
    }
    (HERE / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


main()
