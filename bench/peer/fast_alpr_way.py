"""The same weights driven the way that `fast-alpr` drives its own: OpenCV decodes, the picture is letterboxed to a square, ONNX
Runtime detects, each box is cut out of the full picture, resized to the reader's input and read, the likeliest class of each
step spells the text. No perspective, no beam search, no second look; one frame after the other in one thread of Python.

Started by `npm run bench -- recognition`. Argument: JSON {folder, files, size, threads}. A line on standard input is one round over
all files, answered by one line of JSON: {"ms": [...], "texts": [[...], ...]}. It ends when standard input does.
Needs numpy, opencv-python-headless and onnxruntime; writes nothing.
"""

import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort


def open_session(path, threads):
    options = ort.SessionOptions()
    if threads:
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class Alpr:
    def __init__(self, folder, size, threads):
        manifest = json.loads((Path(folder) / "manifest.json").read_text())
        self.detector_spec, self.reader_spec = manifest["detector"], manifest["reader"]
        self.size = size
        self.detector = open_session(Path(folder) / self.detector_spec["file"], threads)
        self.reader = open_session(Path(folder) / self.reader_spec["file"], threads)

    def detect(self, image):
        height, width = image.shape[:2]
        scale = self.size / max(height, width)
        w, h = max(1, round(width * scale)), max(1, round(height * scale))
        square = np.full((self.size, self.size, 3), round(self.detector_spec["input"]["padValue"] * 255), np.uint8)
        square[:h, :w] = cv2.resize(image, (w, h), interpolation=cv2.INTER_LINEAR)
        tensor = np.ascontiguousarray(square[:, :, ::-1].transpose(2, 0, 1)[None], dtype=np.float32) / 255.0
        found = self.detector.run(["candidates"], {"image": tensor})[0][0]
        found = found[found[:, 0] >= self.detector_spec["scoreMin"]]
        boxes = found[:, 1:5] / scale
        xywh = np.column_stack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]])
        kept = cv2.dnn.NMSBoxes(xywh.tolist(), found[:, 0].tolist(), 0.0, self.detector_spec["nmsIou"])
        return [boxes[i] for i in np.array(kept).flatten()]

    def read(self, image, box):
        spec = self.reader_spec["input"]
        height, width = image.shape[:2]
        x1, y1, x2, y2 = box
        mx, my = (x2 - x1) * spec["marginX"], (y2 - y1) * spec["marginY"]
        left, right = int(max(0, x1 - mx)), int(min(width, np.ceil(x2 + mx)))
        top, bottom = int(max(0, y1 - my)), int(min(height, np.ceil(y2 + my)))
        if right - left < 2 or bottom - top < 2:
            return ""
        grey = cv2.cvtColor(image[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
        plate = cv2.resize(grey, (spec["width"], spec["height"]), interpolation=cv2.INTER_LINEAR)
        tensor = plate[None, None].astype(np.float32) / 255.0
        characters, _region = self.reader.run(["characters", "region"], {"plate": tensor})
        return self.spell(characters[0].argmax(1))

    def spell(self, steps):
        alphabet, blank = self.reader_spec["alphabet"], self.reader_spec["blank"]
        text, last = "", blank
        for label in steps:
            if label != blank and label != last:
                text += alphabet[label - 1 if label > blank else label]
            last = label
        return text

    def predict(self, file):
        image = cv2.imread(file)
        return [text for text in (self.read(image, box) for box in self.detect(image)) if text]


def main():
    task = json.loads(sys.argv[1])
    if task["threads"]:
        cv2.setNumThreads(task["threads"])
    alpr = Alpr(task["folder"], task["size"], task["threads"])
    about = {"python": sys.version.split()[0], "opencv": cv2.__version__, "onnxruntime": ort.__version__}
    print(json.dumps({"ready": about}), flush=True)
    for _ in sys.stdin:
        times, texts = [], []
        for file in task["files"]:
            began = time.perf_counter()
            texts.append(alpr.predict(file))
            times.append((time.perf_counter() - began) * 1000)
        print(json.dumps({"ms": times, "texts": texts}), flush=True)


main()
