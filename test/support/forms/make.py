"""Makes the small weights beside this file: nets of the same input and output form as those that users bring, with fixed weights
that do on a made picture what theirs do on a real one. The detectors find the one place that is red and not blue; the readers turn
the green of each column of a crop into a character, and its blue into a region. Nothing in them is learnt, nothing is copied.
Run by hand: python make.py (needs onnx and numpy)."""
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

HERE = Path(__file__).resolve().parent
FLOAT, UINT8 = TensorProto.FLOAT, TensorProto.UINT8
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_"


class Graph:
    def __init__(self):
        self.nodes, self.constants, self.count = [], [], 0

    def const(self, values, kind=np.float32):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def op(self, kind, *inputs, out=None, **more):
        self.count += 1
        out = out or f"t{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], **more))
        return out

    def write(self, name, inputs, outputs):
        values = lambda given: [helper.make_tensor_value_info(n, t, s) for n, t, s in given]
        graph = helper.make_graph(self.nodes, name, values(inputs), values(outputs), self.constants)
        save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), HERE / f"{name}.onnx")


def ends(g, mask, axis):
    """First place and one past the last place of a [n] mask of zeros and ones."""
    line = g.op("ReduceMax", mask, axes=[axis], keepdims=0)
    back = g.op("Slice", line, g.const([-1], np.int64), g.const([-(2**31)], np.int64), g.const([0], np.int64), g.const([-1], np.int64))
    first = g.op("Cast", g.op("ArgMax", line, axis=0, keepdims=1), to=FLOAT)
    after = g.op("Cast", g.op("ArgMax", back, axis=0, keepdims=1), to=FLOAT)
    length = g.op("Cast", g.op("Shape", line), to=FLOAT)
    return first, g.op("Sub", length, after)


def place(g, image):
    """x1, y1, x2, y2 of what is red and not blue, each [1]; a score [1] that is 0.9 where something is there and the top left pixel is
    the usual padding, less by as much as that is another, and 0 where nothing is there. A convolution takes blue from red."""
    kernel = np.array([1, 0, -1], np.float32).reshape(1, 3, 1, 1)
    redness = g.op("Conv", image, g.const(kernel), kernel_shape=[1, 1])
    mask = g.op("Cast", g.op("Greater", redness, g.const(0.35)), to=FLOAT)
    mask = g.op("Squeeze", mask, g.const([0, 1], np.int64))
    x1, x2 = ends(g, mask, 0)
    y1, y2 = ends(g, mask, 1)
    there = g.op("ReduceMax", mask, axes=[0, 1], keepdims=0)
    there = g.op("Reshape", there, g.const([1], np.int64))
    zero, one = g.const([0, 0, 0, 0], np.int64), g.const([1, 1, 1, 1], np.int64)
    corner = g.op("Reshape", g.op("Slice", image, zero, one), g.const([1], np.int64))
    off = g.op("Abs", g.op("Sub", corner, g.const([114 / 255])))
    score = g.op("Mul", there, g.op("Max", g.op("Sub", g.const([0.9]), off), g.const([0.0])))
    return x1, y1, x2, y2, score, there


def end_to_end():
    """open-image-models: [n,7], no row where there is no plate."""
    g = Graph()
    x1, y1, x2, y2, score, there = place(g, "images")
    row = g.op("Concat", g.const([0.0]), x1, y1, x2, y2, g.const([0.0]), score, axis=0)
    row = g.op("Unsqueeze", row, g.const([0], np.int64))
    g.op("Compress", row, g.op("Cast", there, to=TensorProto.BOOL), out="output0", axis=0)
    g.write("end-to-end", [("images", FLOAT, [1, 3, 384, 384])], [("output0", FLOAT, ["n", 7])])


def boxes(g, image):
    """Two boxes of the same place, one pixel apart, the second less sure: suppression must leave the first."""
    x1, y1, x2, y2, score, _ = place(g, image)
    half = g.const([0.5])
    mid = lambda a, b: g.op("Mul", g.op("Add", a, b), half)
    first = [mid(x1, x2), mid(y1, y2), g.op("Sub", x2, x1), g.op("Sub", y2, y1)]
    second = [g.op("Add", first[0], g.const([1.0])), *first[1:]]
    return first, second, score, g.op("Mul", score, g.const([0.9]))


def stack(g, rows):
    return [g.op("Unsqueeze", g.op("Concat", *row, axis=0), g.const([0], np.int64)) for row in rows]


def yolo_v8():
    """[1,4+2,2000], two classes of which the second is the plate, sides of the input left open."""
    g = Graph()
    first, second, score, less = boxes(g, "images")
    nothing = g.const([0.05])
    wide = g.op("Tile", g.const(np.zeros((1, 6))), g.const([1998, 1], np.int64))
    both = g.op("Concat", *stack(g, [[*first, nothing, score], [*second, nothing, less]]), wide, axis=0)
    g.op("Unsqueeze", g.op("Transpose", both, perm=[1, 0]), g.const([0], np.int64), out="output0")
    g.write("yolo-v8", [("images", FLOAT, [1, 3, "h", "w"])], [("output0", FLOAT, [1, 6, "k"])])


def yolo_v5():
    """[1,K,5+1] with objectness."""
    g = Graph()
    first, second, score, less = boxes(g, "images")
    sure = g.const([0.95])
    rows = [[*first, score, sure], [*second, less, sure]]
    empty = [g.const([0.0])] * 6
    both = g.op("Concat", *stack(g, rows + [empty]), axis=0)
    # As many rows as such a net has, so that nobody takes it for one that has chosen already.
    tall = g.op("Tile", stack(g, [empty])[0], g.const([2397, 1], np.int64))
    g.op("Unsqueeze", g.op("Concat", both, tall, axis=0), g.const([0], np.int64), out="output")
    g.write("yolo-v5", [("images", FLOAT, [1, 3, 320, 320])], [("output", FLOAT, [1, 2400, 6])])


def yolo_chosen():
    """[1,300,6]: x1, y1, x2, y2, score, class, as nets that choose by themselves answer."""
    g = Graph()
    x1, y1, x2, y2, score, _ = place(g, "images")
    row = stack(g, [[x1, y1, x2, y2, score, g.const([0.0])]])[0]
    rest = g.op("Tile", g.const(np.zeros((1, 6))), g.const([299, 1], np.int64))
    g.op("Unsqueeze", g.op("Concat", row, rest, axis=0), g.const([0], np.int64), out="output0")
    g.write("yolo-chosen", [("images", FLOAT, [1, 3, 320, 320])], [("output0", FLOAT, [1, 300, 6])])


def levels(g, name, height, width, channel, channels, slots):
    """[N,slots]: the mean of a channel in the middle of each of so many columns, 0..255."""
    crop = g.op("Cast", name, to=FLOAT)
    part = g.op("Slice", crop, g.const([channel], np.int64), g.const([channel + 1], np.int64), g.const([3], np.int64)) if channels > 1 else crop
    # The middle half of the lines: a box may be a pixel too high.
    part = g.op("Slice", part, g.const([height // 4], np.int64), g.const([3 * height // 4], np.int64), g.const([1], np.int64))
    lines = g.op("ReduceMean", part, axes=[1, 3], keepdims=0)
    weight = np.zeros((width, slots), np.float32)
    step = width // slots
    for slot in range(slots):
        weight[slot * step + step // 4:slot * step + 3 * step // 4, slot] = 1 / (step // 2)
    return g.op("MatMul", lines, g.const(weight))


def near(g, values, centres, sharp):
    """Minus the squared distance of each value to each centre: [.., n] to [.., n, centres]."""
    apart = g.op("Sub", g.op("Unsqueeze", values, g.const([-1], np.int64)), g.const(centres))
    return g.op("Mul", g.op("Mul", apart, apart), g.const(-sharp))


def cct_v2():
    """fast-plate-ocr with a region answer: uint8 [N,64,128,3] to probabilities plate [N,8,37] and region [N,3]."""
    g = Graph()
    green = levels(g, "input", 64, 128, 1, 3, 8)
    g.op("Softmax", near(g, green, 7.0 * np.arange(37), 0.2), out="plate", axis=-1)
    blue = g.op("ReduceMean", levels(g, "input", 64, 128, 2, 3, 8), axes=[1], keepdims=0)
    g.op("Softmax", near(g, blue, [0.0, 50.0, 100.0], 0.01), out="region", axis=-1)
    g.write("cct-v2", [("input", UINT8, ["N", 64, 128, 3])], [("plate", FLOAT, ["N", 8, 37]), ("region", FLOAT, ["N", 3])])


def cct_v1():
    """The same in grey for one plate at a time, the answer flat and not yet probabilities: uint8 [1,32,96,1] to [1,6*37]."""
    g = Graph()
    grey = levels(g, "input", 32, 96, 0, 1, 6)
    # Of a red, green and blue of 255, g, 0 the luma is 76.2 + 0.587 g.
    logits = near(g, grey, 76.245 + 0.587 * 7 * np.arange(37), 0.6)
    g.op("Reshape", logits, g.const([1, 6 * 37], np.int64), out="concatenate")
    g.write("cct-v1", [("input", UINT8, [1, 32, 96, 1])], [("concatenate", FLOAT, [1, 222])])


CONFIG = """max_plate_slots: {slots}
alphabet: '{alphabet}'
pad_char: '_'
img_height: {height}
img_width: {width}
keep_aspect_ratio: {keep}
interpolation: {how}
image_color_mode: {mode}
"""


def main():
    end_to_end()
    yolo_v8()
    yolo_v5()
    yolo_chosen()
    cct_v2()
    cct_v1()
    more = "plate_regions:\n  - Brazil\n  - Germany\n  - Unknown\n"
    (HERE / "cct-v2.yaml").write_text(CONFIG.format(slots=8, alphabet=ALPHABET, height=64, width=128, keep="false", how="linear", mode="rgb") + more)
    (HERE / "cct-v1.yaml").write_text(CONFIG.format(slots=6, alphabet=ALPHABET, height=32, width=96, keep="true", how="area", mode="grayscale"))


main()
