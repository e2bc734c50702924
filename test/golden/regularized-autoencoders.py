"""regularized-autoencoders.json: losses of denoising, contractive and sparse autoencoders and their gradients, in float64 PyTorch."""

import torch
import torch.nn.functional as F
from golden import GENERATOR, Generator, rounded, write
from torch.autograd.functional import jacobian

ROWS, D, SEED = 5, 6, 17
PHI = {
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "gelu": F.gelu,
    "linear": lambda a: a,
}


def tensors(hidden, k, tied):
    widths = [D, *hidden, k]
    layers = list(zip(widths, widths[1:]))
    named = []
    for l, (wide, narrow) in enumerate(layers):
        named += [(f"encoder.{l}.weight", [wide, narrow], 1), (f"encoder.{l}.bias", [narrow], 0.5)]
    for l, (wide, narrow) in enumerate(reversed(layers)):
        named += [] if tied else [(f"decoder.{l}.weight", [wide, narrow], 1)]
        named += [(f"decoder.{l}.bias", [wide], 0.5)]
    named.append(("x", [ROWS, D], 2))
    return [{"name": n, "shape": s, "low": -h, "high": h} for n, s, h in named]


def encode(x, t, depth, activation, code):
    for l in range(depth):
        x = x @ t[f"encoder.{l}.weight"] + t[f"encoder.{l}.bias"]
        x = PHI[activation if l + 1 < depth else code](x)
    return x


def decode(z, t, depth, activation):
    for l in range(depth):
        weight = t[f"decoder.{l}.weight"] if f"decoder.{l}.weight" in t else t[f"encoder.{depth - 1 - l}.weight"]
        z = F.linear(z, weight, t[f"decoder.{l}.bias"])
        z = PHI[activation](z) if l + 1 < depth else z
    return z


def largest(z, count):
    mask = torch.zeros_like(z).scatter(1, z.topk(count, dim=1).indices, 1)
    return z * mask


def kl(z, weight, rho):
    mean = z.mean(0)
    return weight * (rho * (rho / mean).log() + (1 - rho) * ((1 - rho) / (1 - mean)).log()).sum()


def squared_jacobian(x, f):
    rows = [jacobian(lambda row: f(row[None])[0], x[i], create_graph=True) for i in range(ROWS)]
    return torch.stack([(j**2).sum() for j in rows]).mean()


def squared_product(x, f, v):
    rows = [jacobian(lambda row: (f(row[None])[0] * v[i]).sum(), x[i], create_graph=True) for i in range(ROWS)]
    return torch.stack([(j**2).sum() for j in rows]).mean()


one, deep = {"hidden": [], "latentDim": 4}, {"hidden": [5], "latentDim": 3, "activation": "tanh"}
smooth = ["sigmoid", "tanh", "gelu", "linear", "relu"]
CASES = [
    *({"method": "denoisingAutoencoder", "options": {**deep, "noise": noise}} for noise in ("gaussian:0.5", "zero:0.25")),
    *(
        {"method": "contractiveAutoencoder", "options": {**one, "contraction": 0.3, "latentActivation": code}}
        for code in smooth
    ),
    {"method": "contractiveAutoencoder", "options": {**deep, "tied": False, "contraction": 0.3}},
    {"method": "contractiveAutoencoder", "options": {**deep, "contraction": 0.3, "activation": "gelu"}},
    {"method": "contractiveAutoencoder", "options": {**deep, "contraction": 0.3, "jacobian": "hutchinson"}},
    {"method": "sparseAutoencoder", "options": {**one, "sparsity": "l1:0.2"}},
    {"method": "sparseAutoencoder", "options": {**one, "sparsity": "kl:0.3:0.1"}},
    {"method": "sparseAutoencoder", "options": {**one, "sparsity": "topK:2"}},
    {"method": "sparseAutoencoder", "options": {**deep, "tied": False, "sparsity": "topK:1"}},
]
CODES = {"denoisingAutoencoder": "linear", "contractiveAutoencoder": "sigmoid"}
SPARSE_CODES = {"l1": "relu", "kl": "sigmoid", "topK": "linear"}

cases = []
for case in CASES:
    method, options = case["method"], case["options"]
    tied = options.get("tied", method != "denoisingAutoencoder")
    shapes = tensors(options["hidden"], options["latentDim"], tied)
    numbers = Generator(SEED)
    t = {v["name"]: torch.tensor(numbers.fill(v["shape"], v["low"], v["high"]), requires_grad=True) for v in shapes}
    draws = torch.tensor(numbers.fill((ROWS, D if method == "denoisingAutoencoder" else options["latentDim"]), 0, 1))
    kind, *numerals = options.get("sparsity", options.get("noise", "")).split(":")
    level = [float(n) for n in numerals]
    code = options.get("latentActivation", CODES.get(method) or SPARSE_CODES[kind])
    depth, activation, x = len(options["hidden"]) + 1, options.get("activation", "relu"), t["x"]
    f = lambda rows: encode(rows, t, depth, activation, code)
    noise, given, term = None, x, 0
    if kind == "gaussian":
        noise = draws
        given = x + level[0] * noise
    elif kind == "zero":
        noise = (draws > level[0]).double()
        given = x * noise
    z = f(given)
    if options.get("jacobian") == "hutchinson":
        noise = (draws > 0.5).double()
        term = options["contraction"] * squared_product(x, f, 2 * noise - 1)
    elif method == "contractiveAutoencoder":
        term = options["contraction"] * squared_jacobian(x, f)
    elif kind == "l1":
        term = level[0] * z.abs().sum(1).mean()
    elif kind == "kl":
        term = kl(z, *level)
    elif kind == "topK":
        z = largest(z, int(level[0]))
    loss = ((x - decode(z, t, depth, activation)) ** 2).sum(1).mean() + term
    names = [name for name in t if name != "x"]
    gradients = torch.autograd.grad(loss, [t[name] for name in names], allow_unused=True)
    cases.append(
        {
            **case,
            "tensors": shapes,
            "noise": noise,
            "loss": loss.detach(),
            "gradients": dict(zip(names, gradients)),
        }
    )

content = {"generator": GENERATOR, "seed": SEED, "cases": rounded(cases)}
write("regularized-autoencoders.json", content, [torch])
