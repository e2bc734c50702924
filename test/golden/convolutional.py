"""convolutional.json: loss and gradients of the convolutional presets, in float64 PyTorch, on two images of 28 x 28.

The loss is the mean squared error over all entries behind a tanh. Parameters come from the golden generator; weights of
fully connected layers have the longer side first.
"""

import numpy as np
import torch
import torch.nn.functional as F
from golden import GENERATOR, Generator, rounded, write

SAMPLES = 20


def tensor(name, shape, size):
    return {"name": name, "shape": shape, "low": -size, "high": size}


IMAGES = {"name": "x", "shape": [2, 784], "low": -1, "high": 1}
PRESETS = {
    "lecture": [
        tensor("encoder.0.weight", [16, 1, 3, 3], 0.5),
        tensor("encoder.0.bias", [16], 0.25),
        tensor("encoder.2.weight", [8, 16, 3, 3], 0.125),
        tensor("encoder.2.bias", [8], 0.25),
        tensor("decoder.0.weight", [8, 16, 3, 3], 0.25),
        tensor("decoder.0.bias", [16], 0.25),
        tensor("decoder.1.weight", [16, 8, 5, 5], 0.25),
        tensor("decoder.1.bias", [8], 0.25),
        tensor("decoder.2.weight", [8, 1, 2, 2], 0.5),
        tensor("decoder.2.bias", [1], 0.25),
        IMAGES,
    ],
    "strong": [
        tensor("encoder.0.weight", [16, 1, 4, 4], 0.5),
        tensor("encoder.0.bias", [16], 0.25),
        tensor("encoder.1.weight", [32, 16, 4, 4], 0.125),
        tensor("encoder.1.bias", [32], 0.25),
        tensor("encoder.2.weight", [1568, 32], 0.03125),
        tensor("encoder.2.bias", [32], 0.25),
        tensor("decoder.0.weight", [1568, 32], 0.25),
        tensor("decoder.0.bias", [1568], 0.25),
        tensor("decoder.2.weight", [32, 16, 4, 4], 0.0625),
        tensor("decoder.2.bias", [16], 0.25),
        tensor("decoder.3.weight", [16, 1, 4, 4], 0.125),
        tensor("decoder.3.bias", [1], 0.25),
        IMAGES,
    ],
}


def layer(p, name):
    return p[f"{name}.weight"], p[f"{name}.bias"]


def lecture(p, x):
    h = F.relu(F.conv2d(x, *layer(p, "encoder.0"), stride=3, padding=1))
    h = F.max_pool2d(h, 2)
    h = F.relu(F.conv2d(h, *layer(p, "encoder.2"), stride=2, padding=1))
    z = F.max_pool2d(h, 2, stride=1)
    h = F.relu(F.conv_transpose2d(z, *layer(p, "decoder.0"), stride=2))
    h = F.relu(F.conv_transpose2d(h, *layer(p, "decoder.1"), stride=3, padding=1))
    return z, torch.tanh(F.conv_transpose2d(h, *layer(p, "decoder.2"), stride=2, padding=1))


def strong(p, x):
    h = F.relu(F.conv2d(x, *layer(p, "encoder.0"), stride=2, padding=1))
    h = F.relu(F.conv2d(h, *layer(p, "encoder.1"), stride=2, padding=1))
    weight, bias = layer(p, "encoder.2")
    z = h.flatten(1) @ weight + bias
    h = F.relu(F.linear(z, *layer(p, "decoder.0"))).reshape(-1, 32, 7, 7)
    h = F.relu(F.conv_transpose2d(h, *layer(p, "decoder.2"), stride=2, padding=1))
    return z, torch.tanh(F.conv_transpose2d(h, *layer(p, "decoder.3"), stride=2, padding=1))


def case(model, tensors):
    generator = Generator(11)
    values = {t["name"]: torch.tensor(generator.fill(t["shape"], t["low"], t["high"])) for t in tensors}
    x = values.pop("x").reshape(2, 1, 28, 28)
    for value in values.values():
        value.requires_grad_()
    z, x_hat = model(values, x)
    loss = F.mse_loss(x_hat, x)
    gradients = torch.autograd.grad(loss, list(values.values()))
    found = {}
    for name, gradient in zip(values, gradients):
        flat = gradient.numpy().ravel()
        indices = sorted({i * flat.size // SAMPLES for i in range(SAMPLES)})
        found[name] = {
            "norm": float(np.linalg.norm(flat)),
            "indices": indices,
            "values": [float(flat[i]) for i in indices],
        }
    return {"seed": 11, "tensors": tensors, "loss": loss.item(), "codes": z.flatten(1), "gradients": found}


write(
    "convolutional.json",
    rounded({"generator": GENERATOR, **{f.__name__: case(f, PRESETS[f.__name__]) for f in (lecture, strong)}}),
    [torch, np],
)
