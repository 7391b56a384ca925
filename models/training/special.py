"""Plates that are built otherwise than most: stacked small letters, motorcycles, temporary paper, square British ones."""
import random

import cv2

from render import D, L, MONTHS, SLOGANS, STATES, blend, clean, frame, holes, line_mask, number, pick, put, scribble, shade, spell


def colours():
    """Ground above and below, ink."""
    pale, deep = lambda: tuple(random.randint(175, 255) for _ in range(3)), lambda: tuple(random.randint(0, 100) for _ in range(3))
    if random.random() < 0.15:
        return deep(), deep(), pale()
    return pale(), pale(), pick((20, 20, 20), (110, 30, 20), (30, 20, 130), (20, 80, 20), deep())


def write(glyphs, plate, source, text, box, ink):
    """One line fitted into a box; False when a character is missing."""
    x0, y0, x1, y1 = box
    mask, _ = line_mask(glyphs, source, text, y1 - y0)
    if mask is None:
        return False
    wide = max(4, int(min(x1 - x0, mask.shape[1])))
    mask = cv2.resize(mask, (wide, mask.shape[0]), interpolation=cv2.INTER_AREA)
    blend(plate, mask, x0 + (x1 - x0 - wide) / 2, y0, ink, random.uniform(0.85, 1.0))
    return True


def stacked(glyphs, two_lines=None):
    """US: two or three small characters one below the other before, between or after the large ones; read from top to bottom."""
    W, H = 208, 104
    above, below, ink = colours()
    plate = shade(W, H, above, below)
    if random.random() < 0.35:
        scribble(plate, (5, 15, W - 5, H - 10), [above, below, tuple(int(0.5 * (a + b)) for a, b in zip(above, ink))], random.randint(2, 8))
    small = spell(pick("LL", "LL", "LL", "LD", "DL", "DD", "LLL"))
    large = spell(pick("DDDD", "DDDDD", "DDDD", "DDDL", "XXXX", "LDDD", "DDD", "XXXXX"))
    source = random.choice(glyphs.usable("us"))
    top, bottom = H * random.uniform(0.2, 0.3), H * random.uniform(0.74, 0.86)
    side = W * random.uniform(0.1, 0.15)
    room = (bottom - top) / len(small)
    place = random.random()
    left, right = W * 0.06, W * 0.94
    if place < 0.6:
        text, x = small + large, left
        spans = [(large, left + side + W * 0.02, right)]
    elif place < 0.8:
        text, x = large + small, right - side
        spans = [(large, left, right - side - W * 0.02)]
    else:
        cut = random.randint(1, len(large) - 1)
        x = left + (right - left - side) * cut / len(large)
        text = large[:cut] + small + large[cut:]
        spans = [(large[:cut], left, x - W * 0.02), (large[cut:], x + side + W * 0.02, right)]
    for i, c in enumerate(small):
        if not write(glyphs, plate, source, c, (x, top + i * room, x + side, top + (i + 0.86) * room), ink):
            return None
    for part, a, b in spans:
        if not write(glyphs, plate, source, part, (a, top, b, bottom), ink):
            return None
    put(glyphs, plate, random.choice(STATES), W / 2, H * 0.11, H * random.uniform(0.1, 0.15), ink, width=W * 0.7)
    if random.random() < 0.6:
        put(glyphs, plate, random.choice(SLOGANS), W / 2, H * 0.92, H * random.uniform(0.06, 0.09), ink, width=W * 0.8)
    holes(plate)
    frame(glyphs, plate, 0.3)
    return plate, text, "us", 0


def motorcycle(glyphs, two_lines=None):
    """US motorcycles: seven inches by four, one line or two."""
    two = random.random() < 0.35 if two_lines is None else two_lines
    W, H = 182, 104
    above, below, ink = colours()
    plate = shade(W, H, above, below)
    text = spell(pick("DDLDD", "DDDDD", "LDDDD", "DDDDL", "XXXXX", "DDLDDDD", "LLDDD", "DDDDDD", "XXXX"))
    cut = random.randint(1, 3) if two else 0
    lines = [text[:cut], text[cut:]] if two else [text]
    top = H * random.uniform(0.16, 0.28)
    if not number(glyphs, plate, "us", lines, (W * 0.08, top, W * 0.92, H * random.uniform(0.82, 0.94)), ink):
        return None
    put(glyphs, plate, random.choice(STATES), W / 2, H * 0.1, H * random.uniform(0.08, 0.13), ink, width=W * 0.7)
    holes(plate)
    frame(glyphs, plate, 0.3)
    return plate, text, "us", cut


def paper(glyphs, two_lines=None):
    """Temporary plates of paper: black on white, dates and dealers in small type around."""
    W, H = 208, 104
    white = random.randint(205, 255)
    plate = shade(W, H, (white,) * 3, (white - random.randint(0, 30),) * 3)
    ink = pick((15, 15, 15), (30, 30, 30), (150, 40, 20), (20, 20, 150))
    text = spell(pick("DDDDLDD", "DDLDDDD", "LDDDDDD", "DDDDDDL", "XXXXXXX", "LLDDLDD", "DDDDDDD", "LLDDDD"))
    low = random.random() < 0.5
    top, bottom = (0.34, 0.9) if low else (0.12, 0.68)
    if not number(glyphs, plate, "us", [text], (W * 0.05, H * (top + random.uniform(0, 0.1)), W * 0.95, H * bottom), ink, relief=False):
        return None
    date = f"{random.choice(MONTHS)} {random.randint(1, 28):02d} {random.randint(2019, 2027)}"
    lines = [date, pick("TEMPORARY", "EXPIRES " + date, "TEMP TAG", random.choice(STATES)), "".join(random.choice(L + "   ") for _ in range(18)),
             "".join(random.choice(D + L) for _ in range(17))]
    y = 0.1 if low else 0.78
    for line in random.sample(lines, random.randint(1, 3)):
        tall = random.uniform(0.06, 0.12)
        put(glyphs, plate, line, W * random.uniform(0.4, 0.6), H * y, H * tall, ink, width=W * 0.85)
        y += tall + 0.04
    if random.random() < 0.3:
        cv2.rectangle(plate, (2, 2), (W - 3, H - 3), ink, random.randint(1, 3))
    frame(glyphs, plate, 0.3)
    return plate, text, "us", 0


def british_square(glyphs, two_lines=None):
    W, H = 200, random.choice([140, 150, 160])
    ground = pick((245, 245, 245), (50, 200, 245), (235, 240, 240), (30, 175, 225))
    plate = shade(W, H, ground, ground)
    upper, lower = spell(pick("LLDD", "LLDD", "LDDD", "LDD", "LLL", "DDD")), spell(pick("LLL", "LLL", "DDDL", "DDD"))
    if not number(glyphs, plate, "uk", [upper, lower], (W * 0.05, H * 0.07, W * 0.95, H * 0.95), (15, 15, 15), relief=False):
        return None
    frame(glyphs, plate, 0.3)
    return plate, clean(upper + lower), "uk", len(upper)
