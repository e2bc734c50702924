"""Losses and penalties of every row, with and without hidden entries, and their gradients, by PyTorch in float64."""

import torch
import torch.nn.functional as F
from golden import Generator, rounded, write

ROWS, COLUMNS, CODES = 5, 6, 4
numbers = Generator(7)
tensor = lambda rows, cols, low, high: torch.tensor(numbers.fill((rows, cols), low, high), requires_grad=True)
x = tensor(ROWS, COLUMNS, 0, 1).detach()
output = tensor(ROWS, COLUMNS, -2, 2)
observed = (torch.tensor(numbers.fill((ROWS, COLUMNS), 0, 1)) < 0.7).double()
z = tensor(ROWS, CODES, -1, 1)
active = tensor(ROWS, CODES, 0, 1)

entries = {
    "squaredError": lambda o: (o - x) ** 2,
    "meanSquared": lambda o: (o - x) ** 2 / COLUMNS,
    "huber": lambda o: F.huber_loss(o, x, reduction="none"),
    "huber:0.5": lambda o: F.huber_loss(o, x, reduction="none", delta=0.5),
    "binaryCrossEntropy": lambda o: F.binary_cross_entropy_with_logits(o, x, reduction="none"),
    "crossEntropy": lambda o: -x * F.log_softmax(o, 1),
}
rows = {name: lambda o, w, f=f: (f(o) * w).sum(1) for name, f in entries.items()}
rows["unsquared"] = lambda o, w: (((o - x) ** 2) * w).sum(1).sqrt()

cases = []
for name, f in rows.items():
    for weights in (torch.ones_like(x), observed):
        values = f(output, weights)
        (gradient,) = torch.autograd.grad(values.sum(), output)
        hidden = weights is observed
        cases.append({"loss": name, "hidden": hidden, "rows": values.detach(), "gradient": gradient})

rho = 0.1
kl = lambda a: (rho * (rho / a.mean(0)).log() + (1 - rho) * ((1 - rho) / (1 - a.mean(0))).log()).sum()
terms = {
    "l1:0.3": (z, lambda a: 0.3 * a.abs().sum(1)),
    "l2:0.3": (z, lambda a: 0.3 * (a**2).sum(1)),
    "kl:0.3:0.1": (active, lambda a: 0.3 * kl(a)),
    "group:0.3:2": (z, lambda a: 0.3 * a.reshape(ROWS, CODES // 2, 2).norm(dim=2).sum(1)),
}
penalties = []
for name, (codes, f) in terms.items():
    value = f(codes).mean()
    (gradient,) = torch.autograd.grad(value, codes)
    penalties.append({"penalty": name, "codes": codes.detach(), "mean": value.detach(), "gradient": gradient})

write(
    "losses.json",
    rounded({"x": x, "output": output.detach(), "observed": observed, "losses": cases, "penalties": penalties}),
    [torch],
)
