"""Fits the reader's region head alone, the rest of the network held still: drawn plates and labelled crops, in minutes.
Crops that the reader labelled itself are left out where the text could be British as well as continental."""
import argparse
import random
import re

import cv2
import numpy as np
import torch
import torch.nn.functional as F

import export
import reader as R
import train
import warp
from common import REGIONS, add_folders, folders


def features(model, images):
    with torch.no_grad():
        x = torch.from_numpy(np.stack(images))[:, None].float() / 255
        mean = x.mean((2, 3), keepdim=True)
        x = (x - mean) / (((x - mean) ** 2).mean((2, 3), keepdim=True).sqrt() + 0.04)
        return torch.cat([model.trunk(part).mean((2, 3)) for part in x.split(64)])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    add_folders(parser)
    parser.add_argument("--reader", default="reader.pt")
    parser.add_argument("--count", type=int, default=9000)
    args = parser.parse_args()
    data, work = folders(args)
    torch.manual_seed(args.seed), torch.set_num_threads(1), cv2.setNumThreads(1)
    file = work / args.reader
    model = export.weights(R.Reader(), file)
    load = np.load(work / "bank.npz")
    images, regions = load["images"], load["regions"]
    real, held = train.real_plates(data, work)
    british = re.compile(r"[A-Z]{2}\d{2}[A-Z]{3}|[A-Z]\d{1,3}[A-Z]{3}")
    real = [i for i in real if i[4] == 1 or not british.fullmatch(i[2])]
    pad = R.BANK_PAD / (1 + 2 * R.BANK_PAD)
    a, b, c, d = pad * R.BANK_W, pad * R.BANK_H, (1 - pad) * R.BANK_W, (1 - pad) * R.BANK_H
    drawn_of = {r: np.where(regions == r)[0] for r in range(len(REGIONS))}
    real_of = {r: [i for i in real if i[3] == r] for r in range(len(REGIONS))}
    made, answers = [], []
    for i in range(args.count):
        r = i % len(REGIONS)
        if real_of[r] and random.random() < 0.5:
            grey, quad, *_ = random.choice(real_of[r])
            made.append(R.degrade(R.view(grey, quad, False)))
        else:
            made.append(R.degrade(R.view(images[random.choice(drawn_of[r])], [[a, b], [c, b], [c, d], [a, d]], random.random() < 0.5)))
        answers.append(r)
    x, y = features(model, made), torch.tensor(answers)
    mean, spread = x.mean(0), x.std(0) + 1e-4
    head = torch.nn.Sequential(torch.nn.Linear(128, 64), torch.nn.SiLU(), torch.nn.Dropout(0.1), torch.nn.Linear(64, len(REGIONS)))
    optimiser = torch.optim.AdamW(head.parameters(), 3e-3, weight_decay=0.01)
    z = (x - mean) / spread
    for epoch in range(40):
        for group in optimiser.param_groups:
            group["lr"] = 3e-3 * (1 - epoch / 40)
        for part in torch.randperm(len(z)).split(128):
            loss = F.cross_entropy(head(z[part]), y[part], label_smoothing=0.02)
            optimiser.zero_grad(), loss.backward(), optimiser.step()
    head.eval()
    with torch.no_grad():  # the scaling moves into the first layer
        w = head[0].weight / spread
        head[0].bias.copy_(head[0].bias - w @ mean)
        head[0].weight.copy_(w)
    test = features(model, [(warp.rectify(g, q) * 255).astype(np.uint8) for g, q, *_ in held])
    right = head(test).argmax(1) == torch.tensor([h[3] for h in held])
    print("training", float((head(x).argmax(1) == y).float().mean()), "held out crops", float(right.float().mean()), len(held))
    saved = torch.load(file, map_location="cpu", weights_only=False)
    for target, source in ((0, 0), (2, 3)):
        for name in ("weight", "bias"):
            saved["average"][f"region.{target}.{name}"] = getattr(head[source], name).detach().clone()
    torch.save({"average": saved["average"]}, file.with_name(file.stem + "-region.pt"))


if __name__ == "__main__":
    main()
