"""masked.json: losses under a fixed mask and their gradients, in float64 PyTorch: the masked autoencoder with every mask
token, on everything observed and on the hidden alone, and the unrolled linear autoencoder."""

import torch
import torch.nn.functional as F
from golden import GENERATOR, Generator, rounded, write

ROWS, D, H, K, STEPS = 5, 6, 4, 2, 3
SEED = 17


def layers(inputs):
    return [
        {"name": "encoder.0.weight", "shape": [inputs, H], "low": -1, "high": 1},
        {"name": "encoder.0.bias", "shape": [H], "low": -0.5, "high": 0.5},
        {"name": "encoder.1.weight", "shape": [H, K], "low": -1, "high": 1},
        {"name": "encoder.1.bias", "shape": [K], "low": -0.5, "high": 0.5},
        {"name": "decoder.0.weight", "shape": [H, K], "low": -1, "high": 1},
        {"name": "decoder.0.bias", "shape": [H], "low": -0.5, "high": 0.5},
        {"name": "decoder.1.weight", "shape": [D, H], "low": -1, "high": 1},
        {"name": "decoder.1.bias", "shape": [D], "low": -0.5, "high": 0.5},
    ]


X = {"name": "x", "shape": [ROWS, D], "low": -2, "high": 2}
TOKEN = {"name": "maskToken", "shape": [D], "low": -1, "high": 1}
UNROLLED = [
    {"name": "decoder", "shape": [D, K], "low": -1, "high": 1},
    {"name": "center", "shape": [D], "low": -0.5, "high": 0.5},
]
# 1 where a number is shown; 1 where there is one. Every row has both kinds, and one has all.
SHOWN = torch.tensor(
    [[1, 0, 1, 1, 0, 1], [0, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1], [0, 0, 1, 0, 1, 1], [1, 1, 0, 1, 0, 0]]
).double()
THERE = torch.tensor(
    [[1, 1, 1, 0, 1, 1], [1, 1, 0, 1, 1, 0], [1, 1, 1, 1, 1, 1], [1, 0, 1, 1, 1, 0], [0, 1, 1, 1, 1, 1]]
).double()


def row_loss(name, x, x_hat, counted):
    if name == "huber:0.5":
        return (F.huber_loss(x_hat, x, reduction="none", delta=0.5) * counted).sum(1)
    squares = ((x_hat - x) ** 2 * counted).sum(1)
    return (squares + 1e-12).sqrt() if name == "unsquared" else squares


def masked(case, t, there):
    m = SHOWN * there
    token = {"learned": t.get("maskToken"), "mean": t.get("maskToken")}.get(case["maskToken"], 0)
    shown = t["x"] * m + (1 - m) * token
    h = torch.cat([shown, m], 1) if case["maskToken"] == "channel" else shown
    h = torch.tanh(h @ t["encoder.0.weight"] + t["encoder.0.bias"])
    z = h @ t["encoder.1.weight"] + t["encoder.1.bias"]
    h = torch.tanh(F.linear(z, t["decoder.0.weight"], t["decoder.0.bias"]))
    x_hat = F.linear(h, t["decoder.1.weight"], t["decoder.1.bias"])
    counted = there * (1 - SHOWN) if case["lossOn"] == "hidden" else there
    return row_loss(case["loss"], t["x"], x_hat, counted).mean()


def unrolled(case, t, there):
    m = SHOWN * there
    y = torch.zeros(ROWS, K).double()
    for _ in range(STEPS):
        y = y + 0.25 * (m * (t["x"] - t["center"] - y @ t["decoder"].T)) @ t["decoder"]
    x_hat = y @ t["decoder"].T + t["center"]
    return (there * (x_hat - t["x"]) ** 2).sum(1).mean()


CASES = [
    {"maskToken": "zero", "lossOn": "all", "loss": "squaredError", "missing": True},
    {"maskToken": "mean", "lossOn": "hidden", "loss": "squaredError", "missing": True},
    {"maskToken": "learned", "lossOn": "all", "loss": "unsquared", "missing": True},
    {"maskToken": "learned", "lossOn": "hidden", "loss": "huber:0.5", "missing": False},
    {"maskToken": "channel", "lossOn": "hidden", "loss": "squaredError", "missing": True},
    {"maskToken": "channel", "lossOn": "all", "loss": "squaredError", "missing": False},
    {"unrolled": True, "missing": True},
    {"unrolled": True, "missing": False},
]

cases = []
for case in CASES:
    if "unrolled" in case:
        tensors = [*UNROLLED, X]
    else:
        token = [TOKEN] if case["maskToken"] in ("learned", "mean") else []
        tensors = [*layers(2 * D if case["maskToken"] == "channel" else D), *token, X]
    numbers = Generator(SEED)
    t = {v["name"]: torch.tensor(numbers.fill(v["shape"], v["low"], v["high"]), requires_grad=True) for v in tensors}
    there = THERE if case["missing"] else torch.ones(ROWS, D).double()
    loss = (unrolled if "unrolled" in case else masked)(case, t, there)
    names = [name for name in t if name != "x"]
    gradients = torch.autograd.grad(loss, [t[name] for name in names])
    cases.append(
        {"case": case, "tensors": tensors, "loss": loss.detach(), "gradients": dict(zip(names, gradients))}
    )

content = {"generator": GENERATOR, "seed": SEED, "shown": rounded(SHOWN), "there": rounded(THERE), "cases": rounded(cases)}
write("masked.json", content, [torch])
