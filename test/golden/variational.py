"""variational.json: the loss of a variational autoencoder with the noise given, and its gradients, in float64 PyTorch."""

import math

import torch
import torch.nn.functional as F
from golden import GENERATOR, Generator, rounded, write
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

ROWS, D, H, K = 5, 6, 4, 2
SEED = 11
TENSORS = [
    {"name": "encoder.0.weight", "shape": [D, H], "low": -1, "high": 1},
    {"name": "encoder.0.bias", "shape": [H], "low": -0.5, "high": 0.5},
    {"name": "encoder.1.weight", "shape": [H, K], "low": -1, "high": 1},
    {"name": "encoder.1.bias", "shape": [K], "low": -0.5, "high": 0.5},
    {"name": "logVariance.weight", "shape": [H, K], "low": -1, "high": 1},
    {"name": "logVariance.bias", "shape": [K], "low": -0.5, "high": 0.5},
    {"name": "decoder.0.weight", "shape": [H, K], "low": -1, "high": 1},
    {"name": "decoder.0.bias", "shape": [H], "low": -0.5, "high": 0.5},
    {"name": "decoder.1.weight", "shape": [D, H], "low": -1, "high": 1},
    {"name": "decoder.1.bias", "shape": [D], "low": -0.5, "high": 0.5},
    {"name": "outputLogVariance", "shape": [], "low": -1, "high": 0},
    {"name": "x", "shape": [ROWS, D], "low": 0, "high": 1},
    {"name": "epsilon", "shape": [ROWS, K], "low": -2, "high": 2},
]
CASES = [
    {"likelihood": "bernoulli", "beta": 0.5},
    {"likelihood": "gaussian", "variance": "learned", "beta": 1},
    {"likelihood": "gaussian", "variance": 0.25, "beta": 2},
]


def loss(t, likelihood, beta, variance="learned"):
    hidden = torch.tanh(t["x"] @ t["encoder.0.weight"] + t["encoder.0.bias"])
    mean = hidden @ t["encoder.1.weight"] + t["encoder.1.bias"]
    deviation = (0.5 * (hidden @ t["logVariance.weight"] + t["logVariance.bias"])).exp()
    z = mean + deviation * t["epsilon"]
    hidden = torch.tanh(F.linear(z, t["decoder.0.weight"], t["decoder.0.bias"]))
    out = F.linear(hidden, t["decoder.1.weight"], t["decoder.1.bias"])
    if likelihood == "bernoulli":
        given_z = Independent(Bernoulli(logits=out, validate_args=False), 1)
    else:
        spread = (0.5 * t["outputLogVariance"]).exp() if variance == "learned" else math.sqrt(variance)
        given_z = Independent(Normal(out, spread), 1)
    prior = Normal(torch.zeros_like(mean), 1.0)
    divergence = kl_divergence(Normal(mean, deviation), prior).sum(1)
    return (beta * divergence - given_z.log_prob(t["x"])).mean()


cases = []
for case in CASES:
    numbers = Generator(SEED)
    tensors = {
        t["name"]: torch.tensor(numbers.fill(t["shape"], t["low"], t["high"]), requires_grad=True) for t in TENSORS
    }
    value = loss(tensors, **case)
    learned = case.get("variance") == "learned"
    names = [n for n in tensors if n not in ("x", "epsilon") and (learned or n != "outputLogVariance")]
    gradients = torch.autograd.grad(value, [tensors[n] for n in names])
    cases.append({"options": case, "loss": value.detach(), "gradients": dict(zip(names, gradients))})

content = {"generator": GENERATOR, "seed": SEED, "tensors": TENSORS, "cases": rounded(cases)}
write("variational.json", content, [torch])
