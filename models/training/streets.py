"""Drawn streets: sky, houses, a road and simple cars whose plates' corners are known. They are the demonstration pictures
(golden.py) and a small part of what the detector learns from. Nothing in them is a photograph."""
import random

import cv2
import numpy as np

import render
import scenes

PAINTS = [(60, 45, 160), (150, 80, 35), (70, 70, 72), (205, 205, 200), (40, 42, 45), (60, 110, 60), (30, 120, 190), (165, 150, 120), (110, 40, 60), (225, 228, 230)]


def ramp(h, w, top, bottom):
    return render.shade(w, h, top, bottom)


def darker(colour, k):
    return tuple(int(max(0, min(255, c * k))) for c in colour)


def rounded(picture, box, r, colour):
    x0, y0, x1, y1 = (int(v) for v in box)
    r = int(min(r, (x1 - x0) // 2, (y1 - y0) // 2))
    cv2.rectangle(picture, (x0 + r, y0), (x1 - r, y1), colour, -1, cv2.LINE_AA)
    cv2.rectangle(picture, (x0, y0 + r), (x1, y1 - r), colour, -1, cv2.LINE_AA)
    for cx, cy in ((x0 + r, y0 + r), (x1 - r, y0 + r), (x1 - r, y1 - r), (x0 + r, y1 - r)):
        cv2.circle(picture, (cx, cy), r, colour, -1, cv2.LINE_AA)


def fill(picture, points, colour):
    cv2.fillPoly(picture, [np.int32(points)], colour, cv2.LINE_AA)


def backdrop(W, H, night):
    horizon = int(H * random.uniform(0.36, 0.46))
    k = 0.22 if night else 1.0
    sky = random.choice([((225, 185, 140), (240, 228, 215)), ((205, 195, 185), (225, 222, 220)), ((190, 150, 120), (190, 205, 235))])
    picture = ramp(H, W, darker(sky[0], k), darker(sky[1], k))
    x = -random.randint(0, 80)
    while x < W:
        w = random.randint(90, 240)
        top = random.randint(int(H * 0.03), int(horizon * 0.6))
        tone = random.choice([(150, 165, 190), (170, 170, 168), (120, 140, 175), (140, 150, 150), (185, 200, 210), (110, 115, 125)])
        tone = darker(tone, random.uniform(0.75, 1.05) * k)
        picture[top:horizon + 8, max(0, x):max(0, x + w)] = ramp(horizon + 8 - top, 1, darker(tone, 1.05), darker(tone, 0.85)) if x + w > 0 else 0
        step = random.randint(28, 40)
        for wy in range(top + 14, horizon - 22, step):
            for wx in range(x + 12, x + w - 20, step - 4):
                lit = random.random() < (0.25 if night else 0.08)
                pane = (120, 210, 240) if lit else darker((120, 100, 85), k * random.uniform(0.7, 1.2))
                cv2.rectangle(picture, (wx, wy), (wx + step // 2, wy + int(step * 0.62)), darker(pane, 0.8 if night else 1), -1)
        x += w + random.choice([0, 0, 0, 12])
    for _ in range(random.randint(2, 6)):
        tx, r = random.randint(0, W), random.randint(26, 60)
        cv2.rectangle(picture, (tx - 4, horizon - r), (tx + 4, horizon + 8), darker((50, 70, 90), k), -1)
        for _ in range(14):
            cv2.circle(picture, (tx + random.randint(-r, r), horizon - r - random.randint(0, r)), random.randint(r // 4, r // 2), darker((60, random.randint(90, 140), 70), k), -1, cv2.LINE_AA)
    picture[horizon:] = ramp(H - horizon, W, darker((128, 128, 126), k), darker((86, 86, 84), k))
    kerb = int(H * 0.035)
    picture[horizon:horizon + kerb] = darker((165, 168, 170), k)
    vanish = (W * random.uniform(0.35, 0.65), horizon - 40)
    for lane in (-0.9, -0.05, 0.8, 1.6):
        foot = W * (0.1 + lane * 0.62)
        for a in np.arange(0.12, 1.0, 0.16):
            b = a + 0.07
            at = lambda t, off: (vanish[0] + (foot + off - vanish[0]) * t, vanish[1] + (H * 1.05 - vanish[1]) * t)
            if at(a, 0)[1] > horizon + kerb:
                fill(picture, [at(a, 0), at(a, 18), at(b, 18), at(b, 0)], darker((225, 228, 230), k))
    return cv2.GaussianBlur(picture, (0, 0), random.uniform(1.6, 2.8)), horizon


def car(paint, rear, night):
    """A car on a canvas of 800 x 700, its mask, and where its plate goes: centre and room."""
    W, H = 800, 700
    c, m = np.zeros((H, W, 3), np.uint8), np.zeros((H, W), np.uint8)

    def part(points, colour, mask=True):
        fill(c, points, colour)
        if mask:
            fill(m, points, 255)

    def slab(box, r, colour):
        rounded(c, box, r, colour)
        rounded(m, box, r, 255)

    for x in (110, 570):
        slab((x, 520, x + 120, 668), 26, (28, 28, 30))
    tall = random.randint(40, 110)
    part([(190, 300), (235, tall + 20), (290, tall), (510, tall), (565, tall + 20), (610, 300)], darker(paint, 0.93))
    glass = darker((150, 130, 105), 0.35 if night else 0.75)
    part([(222, 290), (258, tall + 42), (300, tall + 26), (500, tall + 26), (542, tall + 42), (578, 290)], glass, False)
    part([(250, 288), (330, tall + 34), (390, tall + 30), (330, 288)], darker(glass, 1.35), False)
    part([(90, 390), (130, 305), (210, 275), (590, 275), (670, 305), (710, 390), (716, 560), (690, 610), (110, 610), (84, 560)], paint)
    part([(130, 305), (210, 275), (590, 275), (670, 305), (650, 322), (150, 322)], darker(paint, 1.18), False)
    slab((80, 505, 720, 622), 34, darker(paint, 0.82))
    part([(120, 600), (680, 600), (660, 640), (140, 640)], (38, 38, 40))
    if rear:
        for x, s in ((92, 1), (708, -1)):
            part([(x, 345), (x + s * 95, 335), (x + s * 112, 395), (x + s * 100, 440), (x, 450)], (40, 30, 175 if not night else 120), False)
            part([(x + s * 12, 395), (x + s * 92, 388), (x + s * 88, 412), (x + s * 12, 420)], (70, 90, 235), False)
        cv2.ellipse(c, (400, 342), (22, 16), 0, 0, 360, (190, 190, 190), -1, cv2.LINE_AA)
        rounded(c, (262, 368, 538, 482), 16, darker(paint, 0.66))
        place = (400, 425, 250, 92)
        if random.random() < 0.5:
            place = (400, 562, 250, 86)
            rounded(c, (262, 512, 538, 612), 12, darker(paint, 0.6))
    else:
        for x, s in ((98, 1), (702, -1)):
            part([(x, 372), (x + s * 130, 386), (x + s * 118, 440), (x + s * 8, 430)], (225, 225, 225), False)
            cv2.circle(c, (x + s * 70, 410), 22, (250, 250, 250), -1, cv2.LINE_AA)
            cv2.circle(c, (x + s * 70, 410), 13, (205, 205, 200), -1, cv2.LINE_AA)
        rounded(c, (252, 390, 548, 474), 18, (32, 32, 34))
        for y in range(402, 470, 15):
            cv2.line(c, (266, y), (534, y), (92, 92, 95), 3, cv2.LINE_AA)
        cv2.ellipse(c, (400, 430), (25, 18), 0, 0, 360, (195, 195, 195), -1, cv2.LINE_AA)
        rounded(c, (258, 508, 542, 614), 10, (44, 44, 46))
        place = (400, 560, 250, 90)
    shine = np.linspace(1.12, 0.86, H, dtype=np.float32)[:, None, None]
    c = np.clip(c * shine, 0, 255).astype(np.uint8)
    return c, m, place


def street(glyphs, regions, night=False, W=1280, H=720, texts=None):
    """A street with one car for each region named; returns the picture and its plates: text, region, corners."""
    picture, horizon = backdrop(W, H, night)
    plates = []
    slots = len(regions)
    order = list(range(slots))
    for i in order:
        paint = random.choice(PAINTS)
        rear = random.random() < 0.6
        body, mask, (px, py, pw, ph) = car(darker(paint, 0.45 if night else 1), rear, night)
        wide = random.uniform(420, 560) if slots == 1 else random.uniform(380, 470)
        if slots > 2:
            wide = random.uniform(240, 300)
        cx = W * (i + 0.5) / max(1, slots) + random.uniform(-40, 40) if slots > 1 else W * random.uniform(0.35, 0.65)
        ground = random.uniform(H * 0.82, H * 0.96) if slots < 3 else random.uniform(H * 0.72, H * 0.84)
        tall = wide * 700 / 800
        skew = random.uniform(-0.05, 0.05)
        quad = np.float32([[-0.5, -1], [0.5, -1], [0.5, 0], [-0.5, 0]]) * [wide, tall]
        quad[[1, 2]] *= [1, 1 + skew]
        quad[[0, 3]] *= [1, 1 - skew]
        quad = np.float32(quad + [cx, ground + tall * 0.04])
        h = cv2.getPerspectiveTransform(np.float32([[0, 0], [800, 0], [800, 700], [0, 700]]), quad)
        shadow = np.zeros((H, W), np.uint8)
        cv2.ellipse(shadow, (int(cx), int(ground - 4)), (int(wide * 0.5), int(tall * 0.07)), 0, 0, 360, 190, -1, cv2.LINE_AA)
        shadow = cv2.GaussianBlur(shadow, (0, 0), 9)[..., None] / np.float32(255)
        picture = (picture * (1 - shadow * 0.85)).astype(np.uint8)
        small = cv2.warpPerspective(cv2.GaussianBlur(body, (0, 0), 1.0), h, (W, H), flags=cv2.INTER_AREA)
        cover = cv2.warpPerspective(cv2.GaussianBlur(mask, (0, 0), 1.0), h, (W, H), flags=cv2.INTER_AREA)[..., None] / np.float32(255)
        picture = (picture * (1 - cover) + small * cover).astype(np.uint8)
        region = regions[i]
        while True:
            made = render.MAKERS[region](glyphs, texts[i]) if texts else render.MAKERS[region](glyphs)
            if made is not None:
                break
        plate, text, *_ = made
        aspect = plate.shape[1] / plate.shape[0]
        w, hgt = (pw, pw / aspect) if pw / aspect <= ph else (ph * aspect, ph)
        corners = np.float32([[px - w / 2, py - hgt / 2], [px + w / 2, py - hgt / 2], [px + w / 2, py + hgt / 2], [px - w / 2, py + hgt / 2]])
        corners = cv2.perspectiveTransform(corners[None], h)[0]
        level = random.uniform(0.82, 1.0) if not night else random.uniform(0.9, 1.1)
        scenes.paste(picture, np.clip(plate * np.float32(level), 0, 255).astype(np.uint8), corners)
        if night and not rear or night and random.random() < 0.4:
            for s in (-1, 1):
                gx, gy = cv2.perspectiveTransform(np.float32([[[400 + s * 270, 405]]]), h)[0, 0]
                glow = np.zeros((H, W), np.float32)
                cv2.circle(glow, (int(gx), int(gy)), int(wide * 0.05), 1.0, -1)
                glow = cv2.GaussianBlur(glow, (0, 0), wide * 0.035)[..., None]
                picture = np.clip(picture + glow * (np.float32([60, 70, 215]) if rear else np.float32([210, 225, 230])), 0, 255).astype(np.uint8)
        plates.append({"text": text, "region": region, "corners": [[round(float(x), 1), round(float(y), 1)] for x, y in corners]})
    if night:  # an infrared camera: one colour, reflecting plates
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        picture = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    noise = np.random.normal(0, 3.2 if night else 1.8, picture.shape[:2])[..., None]
    picture = np.clip(cv2.GaussianBlur(picture, (0, 0), 0.6) + noise, 0, 255).astype(np.uint8)
    return picture, plates
