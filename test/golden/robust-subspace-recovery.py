"""robust-subspace-recovery.json: the loss of robust subspace recovery and its gradients, in float64 PyTorch."""

import torch
import torch.nn.functional as F
from golden import GENERATOR, Generator, rounded, write

ROWS, D, H, K = 5, 6, 4, 2
SEED = 13
TENSORS = [
    {"name": "encoder.0.weight", "shape": [D, H], "low": -1, "high": 1},
    {"name": "encoder.0.bias", "shape": [H], "low": -0.5, "high": 0.5},
    {"name": "encoder.1.weight", "shape": [H, K], "low": -1, "high": 1},
    {"name": "decoder.0.weight", "shape": [H, K], "low": -1, "high": 1},
    {"name": "decoder.0.bias", "shape": [H], "low": -0.5, "high": 0.5},
    {"name": "decoder.1.weight", "shape": [D, H], "low": -1, "high": 1},
    {"name": "decoder.1.bias", "shape": [D], "low": -0.5, "high": 0.5},
    {"name": "x", "shape": [ROWS, D], "low": -2, "high": 2},
]
CASES = [{"distanceWeight": 0.5, "projectionWeight": 0.25}, {"distanceWeight": 2, "projectionWeight": 0}]

cases = []
for case in CASES:
    numbers = Generator(SEED)
    t = {v["name"]: torch.tensor(numbers.fill(v["shape"], v["low"], v["high"]), requires_grad=True) for v in TENSORS}
    y = torch.tanh(t["x"] @ t["encoder.0.weight"] + t["encoder.0.bias"])
    A = t["encoder.1.weight"].T
    z = y @ A.T
    hidden = torch.tanh(F.linear(z, t["decoder.0.weight"], t["decoder.0.bias"]))
    x_hat = F.linear(hidden, t["decoder.1.weight"], t["decoder.1.bias"])
    loss = (
        torch.linalg.norm(t["x"] - x_hat, dim=1).mean()
        + case["distanceWeight"] * torch.linalg.norm(y - y @ A.T @ A, dim=1).mean()
        + case["projectionWeight"] * torch.linalg.matrix_norm(A @ A.T - torch.eye(K).double()) ** 2
    )
    names = [name for name in t if name != "x"]
    gradients = torch.autograd.grad(loss, [t[name] for name in names])
    cases.append({"options": case, "loss": loss.detach(), "gradients": dict(zip(names, gradients))})

content = {"generator": GENERATOR, "seed": SEED, "tensors": TENSORS, "cases": rounded(cases)}
write("robust-subspace-recovery.json", content, [torch])
