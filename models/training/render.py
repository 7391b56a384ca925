"""Draws plates: US, European, British and Brazilian, one and two lines, with what surrounds the number (bands, seals,
stickers, state names, graphics) drawn as things that are not text. Colour, about 100 pixels a line, seen from the front."""
import random
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

L, D = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
CAP = 96
FONT_ROOT = Path("/usr/share/fonts")
# Debian packages; see README.md. Weights are shipped, the fonts are not.
FONT_FILES = {
    "us": ["RG2014B.ttf", "RG2014C.ttf", "RG2014D.ttf", "RG2014E.ttf", "RG2014EM.ttf", "NationalPark-Heavy.otf", "NationalPark-Regular.otf",
           "BebasNeue-Regular.otf", "BebasNeue-Bold.otf", "RobotoCondensed-Bold.ttf", "routed-gothic-narrow.ttf", "routed-gothic.ttf",
           "LiberationSansNarrow-Bold.ttf", "B612-Bold.otf", "Dosis-Bold.otf", "OCRB.otf", "DejaVuSansCondensed-Bold.ttf", "texgyreheroscn-bold.otf"],
    "eu": ["OSP-DIN.ttf", "OSP-DIN.ttf", "RobotoCondensed-Bold.ttf", "RobotoCondensed-Medium.ttf", "NimbusSansNarrow-Bold.otf",
           "texgyreheroscn-bold.otf", "LiberationSansNarrow-Bold.ttf", "BebasNeue-Regular.otf", "Dosis-SemiBold.otf", "B612-Bold.otf",
           "RG2014C.ttf", "RG2014D.ttf", "DejaVuSansCondensed-Bold.ttf", "routed-gothic-narrow.ttf"],
    "decor": ["NimbusSans-Bold.otf", "C059-Italic.otf", "P052-BoldItalic.otf", "Z003-MediumItalic.otf", "NimbusRoman-Bold.otf",
              "URWGothic-Demi.otf", "texgyreadventor-bold.otf", "RobotoCondensed-Bold.ttf", "DejaVuSerif-Bold.ttf", "URWBookman-Demi.otf"],
}
FONT_FILES["br"] = ["OSP-DIN.ttf", "OSP-DIN.ttf", "RG2014D.ttf", "RobotoCondensed-Bold.ttf", "NimbusSansNarrow-Bold.otf", "B612-Bold.otf", "RG2014C.ttf"]
FONT_FILES["uk"] = ["NimbusSansNarrow-Bold.otf", "LiberationSansNarrow-Bold.ttf", "RobotoCondensed-Bold.ttf", "B612-Bold.otf", "texgyreheroscn-bold.otf"]
SHEETS = {"eu": ["leu.germany", "leu.france", "leu.belgium", "leu.netherlands", "leu.serbia"], "uk": ["luk.uk"], "br": ["lbr.brazil"], "us": []}
STATES = ("ALABAMA Alaska ARIZONA Arkansas California COLORADO Connecticut DELAWARE FLORIDA GEORGIA HAWAII IDAHO Illinois INDIANA Iowa KANSAS Kentucky "
          "Louisiana MAINE MARYLAND Massachusetts MICHIGAN Minnesota MISSISSIPPI MISSOURI MONTANA Nebraska NEVADA OHIO OKLAHOMA OREGON PENNSYLVANIA "
          "TENNESSEE TEXAS UTAH Vermont VIRGINIA WASHINGTON WISCONSIN WYOMING").split() + ["NEW JERSEY", "NEW YORK", "New Mexico", "North Carolina",
          "South Dakota", "WEST VIRGINIA", "Rhode Island", "NEW HAMPSHIRE", "DISTRICT OF COLUMBIA"]
SLOGANS = ["Sunshine State", "GARDEN STATE", "LIVE FREE OR DIE", "Grand Canyon State", "ALOHA STATE", "First in Flight", "The Lone Star State",
           "America's Dairyland", "GREATER SOUTH", "Land of Lincoln", "www.state.gov", "IN GOD WE TRUST", "The Ocean State", "Famous Potatoes", "EMPIRE STATE",
           "Green Mountain State", "PEACE GARDEN STATE", "10,000 lakes", "COUNTY", "VETERAN", "JEFFERSON", "KENTON"]
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
CODES = "D F I B NL A CH E P PL CZ SK SLO H RO BG GR HR LT LV EST S FIN DK N IRL L M CY GB SRB MNE UA TR".split()
CITIES = "SAO PAULO;RECIFE;NITEROI;CURITIBA;SALVADOR;BELO HORIZONTE;LAGOA VERMELHA;CUIABA;BRASILIA;PORTO ALEGRE;JOINVILLE;MANAUS;CAMPINAS".split(";")
STATES_BR = "SP RJ MG BA PR RS SC PE CE GO MT DF ES PA AM".split()


class Glyphs:
    """Masks of characters, tight, CAP pixels high: from fonts, and cut from the sheets of real characters."""

    def __init__(self, data):
        self.files = {path.name: path for path in FONT_ROOT.rglob("*.[ot]tf")}
        self.cache = {}
        self.sheets = {name: self.sheet(data / "train" / "glyphs", name) for names in SHEETS.values() for name in names}

    def sheet(self, folder, name):
        pages = cv2.imreadmulti(str(folder / f"{name}.exp0.tif"), flags=cv2.IMREAD_GRAYSCALE)[1]
        found = {}
        for line in (folder / f"{name}.exp0.box").read_text().splitlines():
            part = line.split(" ")
            if len(part) < 6 or part[0] not in L + D:
                continue
            x1, y1, x2, y2, page = map(int, part[1:6])
            height = pages[page].shape[0]
            cut = 255 - pages[page][height - y2:height - y1, x1:x2]
            if cut.size < 100 or len(found.setdefault(part[0], [])) >= 40:
                continue
            found[part[0]].append(tight(cut))
        return {c: [g for g in list_ if g is not None] for c, list_ in found.items() if list_}

    def font(self, file, size):
        key = (file, size)
        if key not in self.cache:
            self.cache[key] = ImageFont.truetype(str(self.files[file]), size)
        return self.cache[key]

    def usable(self, region):
        return [f for f in FONT_FILES[region] if f in self.files]

    def glyph(self, source, char):
        if source in self.sheets:
            choices = self.sheets[source].get(char)
            return random.choice(choices) if choices else None
        key = (source, char)
        if key not in self.cache:
            font = self.font(source, 120)
            image = Image.new("L", (220, 240))
            ImageDraw.Draw(image).text((40, 40), char, font=font, fill=255)
            self.cache[key] = tight(np.asarray(image))
        return self.cache[key]


def tight(mask):
    ys, xs = np.where(mask > 100)
    if len(xs) < 20:
        return None
    cut = mask[ys.min():ys.max() + 1, xs.min():xs.max() + 1]
    width = max(6, round(cut.shape[1] * CAP / cut.shape[0]))
    return cv2.resize(cut, (min(width, 110), CAP), interpolation=cv2.INTER_AREA)


def pick(*choices):
    return random.choice(choices)


def spell(pattern):
    return "".join(random.choice(L) if c == "L" else random.choice(D) if c == "D" else random.choice(L + D) if c == "X" else c for c in pattern)


def line_mask(glyphs, source, text, height):
    """The mask of one line; ' ' and '-', '.', '*' (place of a seal) are separators. Returns mask and the places of seals."""
    wide = random.uniform(0.82, 1.2)
    gap = random.uniform(0.06, 0.22) * height * 0.8
    fixed = random.random() < 0.3
    weight = random.choice([0, 0, 0, -1, 1, 1, 2])
    skew = height / CAP
    parts, seals, x = [], [], 0.0
    for char in text:
        if char in " -.*":
            room = height * {" ": random.uniform(0.15, 0.5), "-": random.uniform(0.25, 0.45), ".": random.uniform(0.15, 0.3), "*": random.uniform(0.4, 0.7)}[char]
            if char == "-":
                h = max(2, int(height * 0.11))
                parts.append((int(x + room * 0.1), int(height * random.uniform(0.42, 0.52)), np.full((h, max(3, int(room * 0.8))), 255, np.uint8)))
            elif char == ".":
                r = max(2, int(height * 0.07))
                dot = np.zeros((2 * r + 1, 2 * r + 1), np.uint8)
                cv2.circle(dot, (r, r), r, 255, -1)
                parts.append((int(x + room / 2 - r), int(height * 0.5 - r), dot))
            elif char == "*":
                seals.append((x, room))
            x += room + gap * 0.5
            continue
        mask = glyphs.glyph(source, char)
        if mask is None:
            return None, None
        w = max(3, round(mask.shape[1] * skew * wide))
        cell = max(w, height * 0.5 * wide) if fixed and char not in "MW" else w
        parts.append((int(x + (cell - w) / 2), 0, cv2.resize(mask, (w, int(height)), interpolation=cv2.INTER_AREA)))
        x += cell + gap
    canvas = np.zeros((int(height), max(8, int(x - gap) + 2)), np.uint8)
    for px, py, mask in parts:
        h, w = mask.shape
        view = canvas[py:py + h, px:px + w]
        np.maximum(view, mask[:view.shape[0], :view.shape[1]], out=view)
    if weight:
        kernel = np.ones((abs(weight) + 1, abs(weight) + 1), np.uint8)
        canvas = (cv2.dilate if weight > 0 else cv2.erode)(canvas, kernel)
    return canvas, seals


def blend(plate, mask, x, y, colour, opacity=1.0):
    H, W = plate.shape[:2]
    x, y = int(x), int(y)
    x0, y0, x1, y1 = max(0, x), max(0, y), min(W, x + mask.shape[1]), min(H, y + mask.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    part = mask[y0 - y:y1 - y, x0 - x:x1 - x].astype(np.float32)[..., None] * (opacity / 255)
    view = plate[y0:y1, x0:x1]
    view[:] = (view * (1 - part) + np.float32(colour) * part).astype(np.uint8)


def put(glyphs, plate, text, cx, cy, height, colour, file=None, width=None):
    """Small writing, centred; never part of the number."""
    file = file or random.choice(glyphs.usable("decor"))
    size = max(8, int(height * 1.35))
    font = glyphs.font(file, size)
    box = font.getbbox(text)
    image = Image.new("L", (box[2] - box[0] + 4, box[3] - box[1] + 4))
    ImageDraw.Draw(image).text((2 - box[0], 2 - box[1]), text, font=font, fill=255)
    mask = np.asarray(image)
    if width and mask.shape[1] > width:
        mask = cv2.resize(mask, (int(width), mask.shape[0]), interpolation=cv2.INTER_AREA)
    blend(plate, mask, cx - mask.shape[1] / 2, cy - mask.shape[0] / 2, colour)


def shade(W, H, top, bottom):
    ramp = np.linspace(0, 1, H, dtype=np.float32)[:, None, None]
    flat = np.float32(top) * (1 - ramp) + np.float32(bottom) * ramp
    return np.repeat(flat, W, axis=1).astype(np.uint8)


def scribble(plate, box, colours, count):
    x0, y0, x1, y1 = box
    layer = plate.copy()
    for _ in range(count):
        colour = random.choice(colours)
        cx, cy = random.randint(x0, max(x0 + 1, x1)), random.randint(y0, max(y0 + 1, y1))
        r = random.randint(4, max(5, (y1 - y0) // 3))
        kind = random.random()
        if kind < 0.35:
            cv2.ellipse(layer, (cx, cy), (r, max(2, int(r * random.uniform(0.3, 1)))), random.randint(0, 180), 0, 360, colour, random.choice([-1, -1, 1, 2]), cv2.LINE_AA)
        elif kind < 0.7:
            points = np.int32([[cx + random.randint(-2 * r, 2 * r), cy + random.randint(-r, r)] for _ in range(random.randint(3, 7))])
            if random.random() < 0.6:
                cv2.fillPoly(layer, [points], colour, cv2.LINE_AA)
            else:
                cv2.polylines(layer, [points], False, colour, random.randint(1, 3), cv2.LINE_AA)
        else:
            cv2.rectangle(layer, (cx - r, cy - r // 2), (cx + r, cy + r // 2), colour, random.choice([-1, 1, 2]))
    alpha = random.uniform(0.25, 1.0)
    cv2.addWeighted(layer, alpha, plate, 1 - alpha, 0, dst=plate)


def seal(plate, cx, cy, r):
    colour = pick((40, 40, 200), (200, 80, 30), (60, 160, 60), (30, 170, 220), (90, 90, 90), (20, 20, 160), (200, 200, 200))
    if random.random() < 0.6:
        cv2.circle(plate, (int(cx), int(cy)), int(r), colour, -1, cv2.LINE_AA)
        cv2.circle(plate, (int(cx), int(cy)), max(1, int(r * 0.6)), pick((255, 255, 255), (0, 0, 0), (30, 200, 240)), pick(1, 2, -1), cv2.LINE_AA)
    else:
        points = np.int32([[cx - r, cy - r], [cx + r, cy - r], [cx + r, cy + r * 0.3], [cx, cy + r * 1.3], [cx - r, cy + r * 0.3]])
        cv2.fillPoly(plate, [points], colour, cv2.LINE_AA)
        cv2.line(plate, (int(cx - r), int(cy)), (int(cx + r), int(cy)), (240, 240, 240), 2)


def number(glyphs, plate, region, lines, box, colour, relief=True):
    """Fits the lines into the box; returns False when a sheet lacks a character."""
    x0, y0, x1, y1 = box
    sheet = bool(SHEETS[region]) and random.random() < 0.4
    source = random.choice(SHEETS[region]) if sheet else random.choice(glyphs.usable(region))
    room = (y1 - y0) / len(lines)
    for i, text in enumerate(lines):
        height = room * (0.84 if len(lines) > 1 else 1)
        mask, seals = line_mask(glyphs, source, text, height)
        if mask is None:
            return False
        wide = x1 - x0
        natural = mask.shape[1]
        target = wide * random.uniform(0.86, 1.0) if natural > wide or random.random() < 0.45 else natural
        target = min(max(target, natural * 0.6), natural * 1.35, wide)
        scale = target / natural
        mask = cv2.resize(mask, (max(4, int(target)), mask.shape[0]), interpolation=cv2.INTER_AREA)
        slack = wide - target
        x = x0 + slack * (0.5 if random.random() < 0.7 else random.random())
        y = y0 + i * room + (room - height) * 0.5
        if relief and random.random() < 0.4:
            offset = random.choice([-1, 1]) * random.randint(1, 2)
            blend(plate, mask, x + offset, y + abs(offset), [255 - c if random.random() < 0.5 else c * 0.4 for c in colour], random.uniform(0.2, 0.6))
        blend(plate, mask, x, y, colour, random.uniform(0.8, 1.0))
        for sx, room_x in seals:
            cx, r = x + (sx + room_x / 2) * scale, room_x * scale * random.uniform(0.28, 0.42)
            if random.random() < 0.35:
                seal(plate, cx, y + height * 0.25, r * 0.9)
                seal(plate, cx, y + height * 0.75, r * 0.9)
            else:
                seal(plate, cx, y + height * random.uniform(0.3, 0.6), r)
    return True


def text_us():
    pattern = pick("LLL DDDD", "LLL-DDDD", "LLLDDDD", "LLL DDD", "LLL-DDD", "DDD LLL", "DDD-LLL", "DLLLDDD", "DLLLDDD", "LLDDLDL", "LLDDDD", "DDD DDD", "LD DDDD", "DDLDDD",
                   "DDDLLL", "LLDLDL", "LDDDDDD", "DDDD LL", "DDL DDDD", "LLL DDL", "DDDDDD", "LDDLLL", "DLLDDDL", "DLDDDD", "LLDXLX", "LLL*DDD", "DD*DLL", "DD LLL", "L DDDDD")
    if random.random() < 0.35:
        pattern = "X" * random.choice([4, 5, 5, 6, 6, 6, 7, 7, 7])
        if random.random() < 0.3:
            pattern = "L" * random.choice([3, 4, 5, 6, 7])
        if random.random() < 0.4:
            cut = random.randint(1, len(pattern) - 1)
            pattern = pattern[:cut] + pick(" ", "-", "*", ".") + pattern[cut:]
    return spell(pattern)


def us(glyphs, text=None):
    text = text or text_us()
    W, H = 208, 104
    dark = random.random() < 0.14
    pale = lambda: tuple(random.randint(185, 255) for _ in range(3))
    deep = lambda: tuple(random.randint(0, 110) for _ in range(3))
    ground = deep if dark else pale
    plate = shade(W, H, ground(), ground() if random.random() < 0.5 else (pale() if not dark else deep()))
    ink = pale() if dark else pick((20, 20, 20), (110, 30, 20), (130, 50, 10), (30, 20, 130), (20, 80, 20), deep())
    decor = [deep() if random.random() < 0.5 else tuple(random.randint(60, 230) for _ in range(3)) for _ in range(3)]
    if random.random() < 0.55:
        scribble(plate, (5, 15, W - 5, H - 10), [tuple(int(0.6 * b + 0.4 * d) for b, d in zip(plate[H // 2, W // 2].tolist(), c)) for c in decor], random.randint(2, 12))
    if random.random() < 0.2:
        plate[:int(H * random.uniform(0.14, 0.24))] = pick(*decor)
    if random.random() < 0.15:
        plate[int(H * random.uniform(0.78, 0.88)):] = pick(*decor)
    small = ink if random.random() < 0.5 else random.choice(decor)
    if random.random() < 0.92:
        put(glyphs, plate, random.choice(STATES), W * random.uniform(0.4, 0.6), H * random.uniform(0.09, 0.14), H * random.uniform(0.09, 0.16), small, width=W * 0.7)
    if random.random() < 0.7:
        put(glyphs, plate, random.choice(SLOGANS), W * random.uniform(0.45, 0.55), H * random.uniform(0.88, 0.93), H * random.uniform(0.06, 0.1), small, width=W * 0.8)
    left, right = W * 0.05, W * 0.95
    if random.random() < 0.22:
        side = random.uniform(0.16, 0.27) * W
        if random.random() < 0.65:
            scribble(plate, (6, 28, int(side) - 8, H - 24), decor, random.randint(4, 10))
            left = side
        else:
            scribble(plate, (int(W - side) + 8, 28, W - 8, H - 24), decor, random.randint(4, 10))
            right = W - side
    top, bottom = H * random.uniform(0.2, 0.3), H * random.uniform(0.74, 0.86)
    if not number(glyphs, plate, "us", [text], (left, top, right, bottom), ink):
        return None
    for x, y in [(0.1, 0.12), (0.9, 0.12), (0.1, 0.88), (0.9, 0.88)]:
        if random.random() < 0.3:
            w, h = random.randint(18, 30), random.randint(11, 17)
            cx, cy = int(x * W), int(y * H)
            cv2.rectangle(plate, (cx - w // 2, cy - h // 2), (cx + w // 2, cy + h // 2), tuple(random.randint(0, 255) for _ in range(3)), -1)
            put(glyphs, plate, pick(random.choice(MONTHS), "%02d" % random.randint(0, 26), str(random.randint(1990, 2026)), "%d" % random.randint(1, 12)),
                cx, cy, h * 0.7, pick((0, 0, 0), (255, 255, 255), (30, 30, 200)), width=w)
    holes(plate)
    frame(glyphs, plate, 0.35)
    return plate, clean(text), "us", 0


def clean(text):
    return "".join(c for c in text if c in L + D)


def holes(plate):
    if random.random() < 0.5:
        H, W = plate.shape[:2]
        colour = pick((30, 30, 30), (120, 120, 120), (220, 220, 220))
        for x in (0.2, 0.8):
            for y in pick((0.07, 0.93), (0.07,), (0.93,), (0.5,)):
                cv2.circle(plate, (int(W * x), int(H * y)), random.randint(2, 4), colour, -1, cv2.LINE_AA)


def frame(glyphs, plate, chance):
    """A holder that covers the edge, often with a dealer's name."""
    H, W = plate.shape[:2]
    if random.random() > chance:
        cv2.rectangle(plate, (0, 0), (W - 1, H - 1), pick((20, 20, 20), (200, 200, 200), (90, 90, 90), plate[H // 2, 3].tolist()), random.randint(1, 3))
        return
    colour = pick((20, 20, 20), (40, 40, 40), (170, 170, 170), (220, 220, 220))
    t, b, s = (int(H * random.uniform(0.02, 0.1)) for _ in range(3))
    s = min(s, int(0.03 * W))
    plate[:t] = colour
    plate[H - b:] = colour
    plate[:, :s] = colour
    plate[:, W - s:] = colour
    if b > 6 and random.random() < 0.6:
        put(glyphs, plate, "".join(random.choice(L) for _ in range(random.randint(5, 14))), W / 2, H - b / 2, b * 0.6, [255 - c for c in colour], width=W * 0.7)


TEXTS_EU = ["LL*DDDLL", "LL*DDDLL", "LL-DDDLL", "LL DDD LL", "LL-DDD-LL", "L*LL DDDD", "LL*LL DDD", "LLL*L DDD", "LL*L DDDD", "L*L DDD", "DLD DDDD", "DLL DDDD", "DLL-DDD",
            "LLL DDD", "LLL-DDD", "LLL DDL", "LL DDDLL", "DDDD LL DD", "DDD LLL DD", "LLDDDDL", "LL DDD-LL", "LL-DDDD", "LL DDDDD", "LL DD DDD", "L-DDD-LL", "DDDD LLL", "DD-DD-LL",
            "DD-LL-DD", "DD-LLL-D", "LL DDDDLL", "LLDDDLL", "LLL.DDDD", "LL*DDD-LL", "LL*DDDD-LL", "L DDDDDD", "L DD LLL", "LL DD LLL", "LL DDDDL", "L DDDDLL", "DDD.LL.DD", "DD-L-DDDD", "LL.DDDDD"]


def eu(glyphs, text=None, two_lines=None):
    two = random.random() < 0.12 if two_lines is None else two_lines
    pattern = random.choice(TEXTS_EU)
    if text is None:
        if random.random() < 0.2:
            pattern = "X" * random.randint(4, 8)
            cut = random.randint(1, len(pattern) - 1)
            pattern = pattern[:cut] + pick("", " ", "-", "*", ".") + pattern[cut:]
        text = spell(pattern)
    if two:
        bare = clean(text)
        cut = random.randint(1, min(4, len(bare) - 2)) if len(bare) > 3 else 1
        lines = [bare[:cut] + (pick("", "*") if cut < 4 else ""), bare[cut:]]
        W, H = 220, random.choice([124, 140, 160])
    else:
        lines, (W, H) = [text], (random.randint(360, 430), 92)
    ground, ink = random.choices([((248, 248, 248), (15, 15, 15)), ((60, 200, 240), (15, 15, 15)), ((245, 245, 245), (40, 30, 170)),
                                  ((230, 235, 235), (90, 30, 20)), ((130, 60, 20), (245, 245, 245)), ((20, 20, 20), (235, 235, 235)), ((240, 240, 240), (40, 110, 30))], [68, 14, 6, 4, 4, 3, 1])[0]
    drift = random.randint(-25, 7)
    ground = tuple(int(np.clip(c + drift, 0, 255)) for c in ground)
    plate = shade(W, H, ground, ground)
    left, right = W * 0.02, W * 0.98
    size = lambda: W * random.uniform(0.075, 0.12) if not two else W * random.uniform(0.1, 0.16)
    if random.random() < 0.72:
        band = size()
        tall = H if not two else int(H * pick(0.5, 1.0))
        blue_band(glyphs, plate, 0, band, tall, random.choice(CODES), 0.85)
        left = band + W * 0.012
    if random.random() < 0.16 and not two:
        band = size()
        blue_band(glyphs, plate, W - band, band, H, pick("%02d" % random.randint(1, 95), "RM", "MI", "BZ", "TO", ""), 0.4)
        right = W - band - W * 0.012
    elif random.random() < 0.06 and not two:
        put(glyphs, plate, "%02d" % random.randint(1, 12), W * 0.955, H * 0.3, H * 0.16, ink)
        put(glyphs, plate, "%02d" % random.randint(1, 15), W * 0.955, H * 0.7, H * 0.16, ink)
        right = W * 0.92
    if random.random() < 0.1 and not two:
        seal(plate, left + H * 0.14, H * 0.5, H * 0.12)
        left += H * 0.32
    pad = random.uniform(0.08, 0.18)
    if not number(glyphs, plate, "eu", lines, (left + W * 0.01, H * pad, right - W * 0.01, H * (1 - pad)), ink):
        return None
    holes(plate)
    frame(glyphs, plate, 0.3)
    return plate, clean(text), "eu", cut if two else 0


def blue_band(glyphs, plate, x, w, H, code, stars):
    blue = pick((160, 50, 0), (190, 80, 20), (140, 40, 10), (120, 40, 20), (200, 110, 40), (90, 60, 40))
    x, w = int(x), int(w)
    plate[:H, x:x + w] = blue
    yellow = pick((0, 210, 250), (240, 240, 240), (0, 190, 230))
    cx, cy, r = x + w / 2, H * random.uniform(0.28, 0.36), w * random.uniform(0.24, 0.34)
    if random.random() < stars:
        for k in range(12):
            a = k * np.pi / 6
            cv2.circle(plate, (int(cx + r * np.cos(a)), int(cy + r * np.sin(a))), random.choice([1, 1, 2]), yellow, -1, cv2.LINE_AA)
    elif random.random() < 0.5:
        h = int(r)
        for k in range(3):
            plate[int(cy - h + k * h * 2 / 3):int(cy - h + (k + 1) * h * 2 / 3), int(cx - r):int(cx + r)] = pick((200, 60, 20), (240, 240, 240), (30, 30, 200), (30, 200, 240))
    if code:
        put(glyphs, plate, code, cx, H * random.uniform(0.68, 0.8), H * random.uniform(0.16, 0.28), pick((250, 250, 250), (250, 250, 250), yellow),
            file=random.choice(glyphs.usable("eu")), width=w * 0.86)


def uk(glyphs, text=None):
    text = text or spell(pick("LLDD LLL", "LLDD LLL", "LLDD LLL", "LDDD LLL", "LLL DDDL", "LL DDDD", "LD LLL", "LDD LLL", "LLL DDL", "DDDD L", "LLL DDD"))
    W, H = random.randint(380, 430), 92
    ground = pick((245, 245, 245), (50, 200, 245), (235, 240, 240), (30, 175, 225))
    if random.random() < 0.08:
        ground, ink = (25, 25, 25), (220, 220, 220)
    else:
        ink = (15, 15, 15)
    plate = shade(W, H, ground, ground)
    left = W * 0.03
    if random.random() < 0.35:
        band = W * random.uniform(0.07, 0.11)
        blue_band(glyphs, plate, 0, band, H, pick("GB", "UK", "GB", "IRL"), 0.6)
        left = band + W * 0.02
    if random.random() < 0.3:
        put(glyphs, plate, "".join(random.choice(L) for _ in range(random.randint(5, 14))), W / 2, H * 0.95, H * 0.08, ink)
    pad = random.uniform(0.1, 0.17)
    if not number(glyphs, plate, "uk", [text], (left, H * pad, W * 0.97, H * (1 - pad)), ink, relief=False):
        return None
    frame(glyphs, plate, 0.3)
    return plate, clean(text), "uk", 0


def br(glyphs, text=None, two_lines=None):
    two = random.random() < 0.06 if two_lines is None else two_lines
    mercosur = random.random() < 0.25 if text is None else clean(text)[4].isalpha()
    text = text or spell("LLLDLDD" if mercosur else pick("LLL.DDDD", "LLL-DDDD", "LLL.DDDD", "LLL DDDD"))
    lines = [text] if not two else [clean(text)[:3], clean(text)[3:]]
    W, H = (300, 104) if not two else (190, 160)
    if mercosur:
        ground, ink = (245, 245, 245), pick((15, 15, 15), (15, 15, 15), (30, 30, 170), (130, 60, 20))
    else:
        ground, ink = random.choices([((185, 185, 180), (20, 20, 20)), ((160, 165, 165), (30, 30, 30)), ((40, 40, 190), (240, 240, 240)), ((245, 245, 245), (20, 20, 20)),
                                      ((245, 245, 245), (30, 30, 170)), ((40, 40, 40), (220, 220, 220)), ((110, 60, 20), (235, 235, 235)), ((50, 120, 30), (230, 230, 230))], [50, 14, 18, 4, 3, 3, 3, 3])[0]
    plate = shade(W, H, ground, tuple(int(c * random.uniform(0.9, 1)) for c in ground))
    top = 0.26 if not two else 0.2
    if mercosur:
        h = int(H * random.uniform(0.2, 0.25))
        plate[:h] = pick((150, 50, 10), (170, 70, 20))
        put(glyphs, plate, "BRASIL", W / 2, h / 2, h * 0.5, (250, 250, 250))
        if random.random() < 0.7:
            put(glyphs, plate, "BR", W * 0.04, H * 0.85, H * 0.09, ink)
    else:
        put(glyphs, plate, random.choice(STATES_BR) + pick("-", " - ", " ") + random.choice(CITIES), W / 2, H * random.uniform(0.09, 0.15), H * random.uniform(0.08, 0.13), ink,
            file=random.choice(glyphs.usable("br")), width=W * 0.8)
    bottom = random.uniform(0.84, 0.94)
    if not number(glyphs, plate, "br", lines, (W * 0.04, H * top, W * 0.96, H * bottom), ink):
        return None
    holes(plate)
    frame(glyphs, plate, 0.25)
    return plate, clean(text), "br", 3 if two else 0


MAKERS = {"us": us, "eu": eu, "uk": uk, "br": br}


def plate(glyphs, region=None, two_lines=None):
    """One plate: picture (BGR), text without separators, region, and how many of its characters stand on an upper line."""
    import special
    while True:
        if two_lines:
            made = random.choice([eu, br, br, special.motorcycle, special.british_square])(glyphs, two_lines=True)
        else:
            region = region or random.choices(["us", "eu", "br", "uk"], [44, 30, 20, 6])[0]
            maker = MAKERS[region]
            if region == "us" and random.random() < 0.22:
                maker = random.choice([special.stacked, special.stacked, special.motorcycle, special.paper])
            made = maker(glyphs)
        if made is not None:
            return made
