"""Plane geometry of pictures: letterbox, rectification and non-maximum suppression with the arithmetic of src/recognition."""
import cv2
import numpy as np

from common import MARGIN_X, MARGIN_Y, MULTIPLE_OF, NMS_IOU, PAD_VALUE, READER_HEIGHT, READER_WIDTH, SCORE_MIN, iou

UNIT = np.float32([[0, 0], [1, 0], [1, 1], [0, 1]])


def letterbox(picture, size):
    """BGR bytes to [1,3,H,W] RGB floats; picture at the top left. Returns tensor and scales."""
    h, w = picture.shape[:2]
    scale = size / max(h, w)
    nw, nh = max(1, round(w * scale)), max(1, round(h * scale))
    resized = picture if (nw, nh) == (w, h) else cv2.resize(picture, (nw, nh), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    up = lambda v: -(-v // MULTIPLE_OF) * MULTIPLE_OF
    out = np.full((3, up(nh), up(nw)), PAD_VALUE, np.float32)
    out[:, :nh, :nw] = resized[:, :, ::-1].transpose(2, 0, 1) / np.float32(255)
    return out[None], nw / w, nh / h


def widen(quad, mx=MARGIN_X, my=MARGIN_Y):
    """The quadrangle widened by shares of its own width and height, in perspective."""
    h = cv2.getPerspectiveTransform(UNIT, np.float32(quad))
    wide = np.float32([[-mx, -my], [1 + mx, -my], [1 + mx, 1 + my], [-mx, 1 + my]])
    return cv2.perspectiveTransform(wide[None], h)[0]


def cut(grey, quad, width=READER_WIDTH, height=READER_HEIGHT):
    """Sets the quadrangle upright, antialiased: at full density first, then averaged down."""
    quad = np.float32(quad)
    long = lambda a, b, c, d: max(np.linalg.norm(quad[a] - quad[b]), np.linalg.norm(quad[c] - quad[d]))
    fx = int(np.clip(np.ceil(long(0, 1, 3, 2) / width / 1.2), 1, 8))
    fy = int(np.clip(np.ceil(long(0, 3, 1, 2) / height / 1.2), 1, 8))
    W, H = width * fx, height * fy
    # Pixel centres: the edge of the output is half a pixel outside the centre of its first pixel.
    target = np.float32([[-0.5, -0.5], [W - 0.5, -0.5], [W - 0.5, H - 0.5], [-0.5, H - 0.5]])
    m = cv2.getPerspectiveTransform(quad - 0.5, target)
    full = cv2.warpPerspective(grey, m, (W, H), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return full if fx == fy == 1 else cv2.resize(full, (width, height), interpolation=cv2.INTER_AREA)


def rectify(grey, quad):
    return cut(grey, widen(quad)).astype(np.float32) / 255


def box_quad(x, y, w, h):
    return np.float32([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])


def is_usable(quad, box):
    q = np.float32(quad)
    edge = np.roll(q, -1, 0) - q
    nxt = np.roll(edge, -1, 0)
    turn = edge[:, 0] * nxt[:, 1] - edge[:, 1] * nxt[:, 0]
    lengths = np.linalg.norm(edge, axis=1)
    w, h = box[2] - box[0], box[3] - box[1]
    near = ((q[:, 0] > box[0] - w) & (q[:, 0] < box[2] + w) & (q[:, 1] > box[1] - h) & (q[:, 1] < box[3] + h)).all()
    return bool(near and (lengths > 2).all() and (turn > 0.05 * lengths * np.roll(lengths, -1)).all())


def decode(candidates, sx, sy, width, height, score_min=SCORE_MIN, nms=NMS_IOU):
    """[K,13] to a list of (score, box, quad) in source pixels, best first, one a plate."""
    kept = []
    chosen = candidates[candidates[:, 0] >= score_min]
    for row in chosen[np.argsort(-chosen[:, 0])]:
        p = row[1:] / np.float32([sx, sy] * 6)
        box = [max(0, min(p[0], width)), max(0, min(p[1], height)), max(0, min(p[2], width)), max(0, min(p[3], height))]
        if box[2] - box[0] < 1 or box[3] - box[1] < 1 or any(iou(k[1], box) > nms for k in kept):
            continue
        quad = p[4:].reshape(4, 2)
        kept.append((float(row[0]), box, quad if is_usable(quad, box) else box_quad(box[0], box[1], box[2] - box[0], box[3] - box[1])))
    return kept
