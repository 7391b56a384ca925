"""Trains one of the two models for a number of minutes; run it again to go on from the checkpoint.

    python train.py reader --minutes 30
    python train.py detector --minutes 30
"""
import argparse
import json
import pickle
import random
import re
import time
from pathlib import Path

import cv2
import numpy as np
import torch

import detector as D
import reader as R
import render
import scenes
import warp
from common import add_folders, clean, fold, folders, is_held_out, read_colour, rows, within


class Average:
    """Exponential moving average of the weights: what is measured and shipped."""

    def __init__(self, model, decay):
        self.decay, self.state = decay, {k: v.detach().clone().float() for k, v in model.state_dict().items()}
        self.steps = 0

    def update(self, model):
        self.steps += 1
        d = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for k, v in model.state_dict().items():
            if v.dtype.is_floating_point:
                self.state[k].mul_(d).add_(v.detach(), alpha=1 - d)
            else:
                self.state[k] = v.detach().clone()


BRITISH = re.compile(r"[A-Z]{2}\d{2}[A-Z]{3}|[A-Z]\d{1,3}[A-Z]{3}")


def real_plates(data, work):
    """Labelled crops and those that pseudo.py labelled by itself, as (grey, quad, text, region, weight, line cut). Held out: a
    fixed twelfth of the labelled ones; a third list holds a twelfth of the others whose state is known, to measure that."""
    train, held, states = [], [], []
    def take(picture, text, region, name, weight):
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        h, w = grey.shape
        item = (grey, np.float32([[0, 0], [w, 0], [w, h], [0, h]]), text, region, weight, line_cut(region, w / h))
        (held if weight == 1 and is_held_out(name) else train).append(item)
    for row in rows(data / "train" / "crops.csv"):
        text = clean(row["plate"])
        if len(text) >= 2:
            take(read_colour(data / "train" / row["file"]), text, row["region"], row["file"], 1)
    extra = work / "pseudo.json"
    if extra.is_file():
        for row in json.loads(extra.read_text()):
            folder = data / "train"
            grey = cv2.cvtColor(read_colour(folder / row["file"]), cv2.COLOR_BGR2GRAY)
            (x0, y0), (x1, y1) = np.min(row["quad"], 0), np.max(row["quad"], 0)
            # The label came from the continental folders or from the reader; the text could be either.
            region = "" if row["region"] in ("eu", "uk") and BRITISH.fullmatch(row["text"]) else row["region"]
            item = (grey, np.float32(row["quad"]), row["text"], region, row.get("weight", 0.7), line_cut(row["region"], (x1 - x0) / (y1 - y0)))
            (states if region.startswith("us-") and is_held_out("/".join(Path(row["file"]).parts[-3:])) else train).append(item)
    return train, held, states


def line_cut(region, aspect):
    """How many characters stand on an upper line, as far as the shape of a plate tells: 0 none, -1 unknown."""
    if region.startswith("us") or aspect >= 2.2:
        return 0
    return 3 if region == "br" and aspect < 1.9 else -1


def junk(work):
    """Places without a plate (junk.py): no text, no region."""
    file = work / "junk.pkl"
    return [(grey, np.float32(quad), "", "", 0.2, 0) for grey, quad in pickle.loads(file.read_bytes())] if file.is_file() else []


class ReaderDraw(torch.utils.data.IterableDataset):
    def __init__(self, bank, real, nothing, holders, share, batch):
        self.bank, self.real, self.nothing, self.holders, self.share, self.batch = bank, real, nothing, holders, share, batch
        self.stacked = [i for i in real if i[5] != 0]
        by = {}
        for item in real:
            by.setdefault(item[3].split("-")[0], []).append(item)
        # Regions of very different size: the power keeps the small ones visible.
        self.groups = list(by.values())
        self.chance = [len(g) ** 0.6 for g in self.groups]

    def __iter__(self):
        cv2.setNumThreads(1)
        worker = torch.utils.data.get_worker_info()
        s = int(time.time() * 1000) % 100000 + (worker.id if worker else 0)
        random.seed(s), np.random.seed(s)
        images, texts, regions, cuts = self.bank
        pad = R.BANK_PAD / (1 + 2 * R.BANK_PAD)
        a, b, c, d = pad * R.BANK_W, pad * R.BANK_H, (1 - pad) * R.BANK_W, (1 - pad) * R.BANK_H
        while True:
            x, t, r, w, k = np.zeros((self.batch, 1, 64, 128), np.uint8), [], [], [], []
            for i in range(self.batch):
                if self.nothing and random.random() < 0.07:
                    grey, quad, text, region, weight, cut = random.choice(self.nothing)
                    x[i, 0] = R.view(grey, quad, False)
                elif self.real and random.random() < self.share:
                    few = self.stacked and random.random() < 0.08
                    grey, quad, text, region, weight, cut = random.choice(self.stacked if few else random.choices(self.groups, self.chance)[0])
                    tight = quad[1, 0] - quad[0, 0] > 0.95 * grey.shape[1]
                    if tight and random.random() < (0.6 if region.startswith("us") else 0.2):
                        grey, quad = R.mount(grey, self.holders)
                    x[i, 0] = R.view(grey, quad, random.random() < 0.4)
                else:
                    n = random.randrange(len(texts))
                    x[i, 0] = R.view(images[n], [[a, b], [c, b], [c, d], [a, d]])
                    text, region, weight, cut = texts[n], regions[n], 1, cuts[n]
                x[i, 0] = R.degrade(x[i, 0])
                t.append(text), r.append(region), w.append(weight), k.append(cut)
            yield torch.from_numpy(x), t, r, torch.tensor(w, dtype=torch.float32), k


def device():
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def answers(model, items, dev):
    """The reader's logits for characters and regions of each crop."""
    x = torch.from_numpy(np.stack([warp.rectify(g, q) for g, q, *_ in items]))[:, None].to(dev)
    with torch.no_grad():
        parts = [model(part) for part in x.split(128)]
    return [torch.cat(part).float().cpu() for part in zip(*parts)]


def held_out_accuracy(model, held, states, dev):
    model.eval()
    texts = R.greedy(answers(model, held, dev)[0])
    out = {}
    for region in sorted({h[3].split("-")[0] for h in held}):
        pairs = [(a, h[2]) for a, h in zip(texts, held) if h[3].split("-")[0] == region]
        out[region] = (round(float(np.mean([fold(a) == fold(b) for a, b in pairs])), 3), len(pairs))
    for name, items in (("regions", held), ("states", states)):
        if items:
            fits = torch.tensor([within(i[3]) for i in items])
            best = answers(model, items, dev)[1].argmax(1)
            out[name] = (round(float(fits[torch.arange(len(items)), best].float().mean()), 3), len(items))
    model.train()
    return out


def train_reader(args, data, work):
    dev = device()
    glyphs = render.Glyphs(data)
    file = work / "bank.npz"
    if not file.is_file():
        parts = [R.bank(glyphs, args.bank), R.bank(glyphs, args.bank // 8, two_lines=True)]
        images, texts, regions, cuts = (np.concatenate(p) for p in zip(*parts))
        np.savez(file, images=images, texts=texts, regions=regions, cuts=cuts)
    load = np.load(file)
    bank = load["images"], load["texts"].tolist(), load["regions"].tolist(), load["cuts"].tolist()
    real, held, states = real_plates(data, work)
    nothing = junk(work)
    holders = R.strips(glyphs)
    print("bank", len(bank[1]), "real", len(real), "without text", len(nothing), "held out", len(held), len(states), flush=True)
    model = R.Reader().to(dev)
    run(args, work / f"{args.name or 'reader'}.pt", model, 0.998, dev,
        lambda share: iter(torch.utils.data.DataLoader(ReaderDraw(bank, real, nothing, holders, share, args.batch), batch_size=None, num_workers=args.workers, prefetch_factor=4 if args.workers else None)),
        lambda m, b: R.losses(m, b[0].to(dev).float() / 255, b[1], b[2], b[3].to(dev), b[4]),
        lambda m: held_out_accuracy(m, held, states, dev))


def train_detector(args, data, work):
    dev = device()
    stock = scenes.Stock(data, work, args)
    held = scenes.held_out(data)
    model = D.Detector().to(dev, memory_format=torch.channels_last)
    run(args, work / f"{args.name or 'detector'}.pt", model, 0.998, dev,
        lambda share: iter(torch.utils.data.DataLoader(scenes.Draw(stock, args.size, args.batch), batch_size=None, num_workers=args.workers, prefetch_factor=4 if args.workers else None)),
        lambda m, b: D.losses(m, (b[0].to(dev).float() / 255).contiguous(memory_format=torch.channels_last), [g.to(dev) for g in b[1]]),
        lambda m: D.held_out_recall(m, held, dev))


def run(args, file, model, decay, dev, loader, loss_of, measure):
    """The loop of both: AdamW, warm-up, cosine over the time budget of this call, checkpoints every minute or so."""
    optimiser = torch.optim.AdamW(model.parameters(), args.rate, weight_decay=0.02)
    average = Average(model, decay)
    step, seconds = 0, 0.0
    start_from = args.start or (file if file.is_file() else None)
    if start_from:
        saved = torch.load(start_from, map_location=dev, weights_only=False)
        weights = saved["average" if args.start else "model"]
        if args.start:  # what has another shape there begins anew
            now = model.state_dict()
            weights = {k: v for k, v in weights.items() if k in now and v.shape == now[k].shape}
        model.load_state_dict(weights, strict=not args.start)
        average = Average(model, decay)
        if not args.start:
            average.state, average.steps = saved["average"], saved["steps"]
            optimiser.load_state_dict(saved["optimiser"])
            step, seconds = saved["steps"], saved["seconds"]
    budget = args.minutes * 60
    batches, share_now = None, None
    began, shown, running = time.time(), time.time(), []
    measured = time.time()
    base = seconds
    model.train()
    while True:
        seconds = base + time.time() - began
        done = min(1.0, seconds / budget)
        if done >= 1:
            break
        share = args.real if done >= args.synthetic else 0.0
        if share != share_now:
            batches, share_now = loader(share), share
        warm = min(1.0, (step + 1) / 200)
        rate = args.rate * warm * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * done)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        batch = next(batches)
        with torch.autocast(dev.type, dtype=torch.bfloat16):
            loss = loss_of(model, batch)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
        average.update(model)
        running.append(loss.item())
        step += 1
        if time.time() - shown > 30:
            print(f"{time.strftime('%H:%M:%S')} step {step} done {done:.2f} real {share} loss {np.mean(running):.3f} {len(running) * args.batch / (time.time() - shown):.0f}/s", flush=True)
            shown, running = time.time(), []
        if time.time() - measured > args.every:
            save(file, model, average, optimiser, step, seconds)
            print("   held out", with_average(model, average, measure), flush=True)
            measured = time.time()
    save(file, model, average, optimiser, step, budget)
    print("end, held out", with_average(model, average, measure), flush=True)


def save(file, model, average, optimiser, steps, seconds):
    part = file.with_suffix(".part")
    torch.save({"model": model.state_dict(), "average": average.state, "optimiser": optimiser.state_dict(), "steps": steps, "seconds": seconds}, part)
    part.replace(file)


def with_average(model, average, measure):
    live = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(average.state)
    answer = measure(model)
    model.load_state_dict(live)
    model.train()
    return answer


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["reader", "detector"])
    add_folders(parser)
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--bank", type=int, default=28000, help="reader: drawn plates")
    parser.add_argument("--real", type=float, default=0.5, help="reader: share of real crops after the synthetic stage")
    parser.add_argument("--synthetic", type=float, default=0.35, help="reader: share of the time on drawn plates alone")
    parser.add_argument("--size", type=int, default=384, help="detector: side of the training picture")
    parser.add_argument("--every", type=float, default=150, help="seconds between checkpoints")
    parser.add_argument("--start", default=None, help="checkpoint to take the first weights from")
    parser.add_argument("--name", default=None, help="name of the checkpoint")
    args = parser.parse_args()
    data, work = folders(args)
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    {"reader": train_reader, "detector": train_detector}[args.what](args, data, work)


if __name__ == "__main__":
    main()
