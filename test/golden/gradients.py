"""gradients.json: gradients, Hessian-vector products and optimizer steps of two autoencoders, in float64 PyTorch.

The loss is the mean squared error over all entries. Both networks start from numbers of a tiny generator that any
language can run exactly, so the file holds no parameters. `float32Deviation` is how far the same computation strays in
float32 PyTorch (largest absolute difference), the scale on which a float32 engine's tolerance is to be judged.
"""

import numpy as np
import torch
import torch.nn.functional as F
from golden import GENERATOR, Generator, rounded, write

STEPS = 5
SAMPLES = 20

MLP = {
    "seed": 2023,
    "tensors": [
        {"name": "w0", "shape": [12, 10], "low": -0.5, "high": 0.5},
        {"name": "b0", "shape": [10], "low": -0.25, "high": 0.25},
        {"name": "w1", "shape": [10, 6], "low": -0.5, "high": 0.5},
        {"name": "b1", "shape": [6], "low": -0.25, "high": 0.25},
        {"name": "w2", "shape": [6, 10], "low": -0.5, "high": 0.5},
        {"name": "b2", "shape": [10], "low": -0.25, "high": 0.25},
        {"name": "w3", "shape": [10, 12], "low": -0.5, "high": 0.5},
        {"name": "b3", "shape": [12], "low": -0.25, "high": 0.25},
        {"name": "x", "shape": [7, 12], "low": 0, "high": 1},
    ],
    "formula": "h0 = tanh(x w0 + b0); h1 = relu(h0 w1 + b1); h2 = sigmoid(h1 w2 + b2); xHat = h2 w3 + b3",
}

CONV = {
    "seed": 7,
    "tensors": [
        {"name": "w0", "shape": [16, 1, 3, 3], "low": -0.5, "high": 0.5},
        {"name": "b0", "shape": [16], "low": -0.25, "high": 0.25},
        {"name": "w1", "shape": [8, 16, 3, 3], "low": -0.125, "high": 0.125},
        {"name": "b1", "shape": [8], "low": -0.25, "high": 0.25},
        {"name": "w2", "shape": [8, 16, 3, 3], "low": -0.25, "high": 0.25},
        {"name": "b2", "shape": [16], "low": -0.25, "high": 0.25},
        {"name": "w3", "shape": [16, 8, 5, 5], "low": -0.25, "high": 0.25},
        {"name": "b3", "shape": [8], "low": -0.25, "high": 0.25},
        {"name": "w4", "shape": [8, 1, 2, 2], "low": -0.5, "high": 0.5},
        {"name": "b4", "shape": [1], "low": -0.25, "high": 0.25},
        {"name": "x", "shape": [2, 1, 28, 28], "low": 0, "high": 1},
    ],
    "formula": (
        "conv w0 stride 3 padding 1; relu; max-pool 2 stride 2; conv w1 stride 2 padding 1; relu; max-pool 2 stride 1; "
        "transposed conv w2 stride 2 padding 0; relu; transposed conv w3 stride 3 padding 1; relu; "
        "transposed conv w4 stride 2 padding 1; tanh"
    ),
}


def mlp(p, x):
    h = torch.tanh(x @ p["w0"] + p["b0"])
    h = F.relu(h @ p["w1"] + p["b1"])
    h = torch.sigmoid(h @ p["w2"] + p["b2"])
    return h @ p["w3"] + p["b3"]


def conv(p, x):
    h = F.relu(F.conv2d(x, p["w0"], p["b0"], stride=3, padding=1))
    h = F.max_pool2d(h, 2, stride=2)
    h = F.relu(F.conv2d(h, p["w1"], p["b1"], stride=2, padding=1))
    h = F.max_pool2d(h, 2, stride=1)
    h = F.relu(F.conv_transpose2d(h, p["w2"], p["b2"], stride=2))
    h = F.relu(F.conv_transpose2d(h, p["w3"], p["b3"], stride=3, padding=1))
    return torch.tanh(F.conv_transpose2d(h, p["w4"], p["b4"], stride=2, padding=1))


def initial(network, dtype):
    generator = Generator(network["seed"])
    tensors = {
        t["name"]: torch.tensor(generator.fill(t["shape"], t["low"], t["high"]), dtype=dtype) for t in network["tensors"]
    }
    x = tensors.pop("x")
    for parameter in tensors.values():
        parameter.requires_grad_()
    return tensors, x


def loss_of(model, p, x):
    return F.mse_loss(model(p, x), x)


def gradients(model, network, dtype):
    p, x = initial(network, dtype)
    x.requires_grad_()
    loss = loss_of(model, p, x)
    found = torch.autograd.grad(loss, [*p.values(), x])
    return {"loss": loss.item(), "gradients": dict(zip([*p, "x"], found))}


def hessian_vector_product(model, network, dtype, vector):
    """H v over the parameters, v filled from the generator with its own seed, in the order of the parameters."""
    p, x = initial(network, dtype)
    generator = Generator(vector["seed"])
    v = [torch.tensor(generator.fill(q.shape, vector["low"], vector["high"]), dtype=dtype) for q in p.values()]
    first = torch.autograd.grad(loss_of(model, p, x), list(p.values()), create_graph=True)
    products = torch.autograd.grad(sum((g * w).sum() for g, w in zip(first, v)), list(p.values()))
    return dict(zip(p, products))


def train(model, network, dtype, make_optimizer, make_schedule=None):
    """STEPS steps on the one minibatch: loss before each, learning rate of each, parameters after the last."""
    p, x = initial(network, dtype)
    optimizer = make_optimizer(list(p.values()))
    schedule = make_schedule(optimizer) if make_schedule else None
    losses, rates = [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of(model, p, x)
        loss.backward()
        losses.append(loss.item())
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if schedule:
            schedule.step()
    return {"losses": losses, "learningRates": rates, "parameters": p}


def deviation(exact, single):
    """Largest absolute difference between two nested results."""
    if isinstance(exact, dict):
        return max(deviation(exact[key], single[key]) for key in exact)
    if isinstance(exact, list):
        return max(deviation(a, b) for a, b in zip(exact, single))
    difference = torch.as_tensor(exact).double() - torch.as_tensor(single).double()
    return difference.abs().max().item()


def both(compute):
    exact = compute(torch.float64)
    return exact, float(f"{deviation(exact, compute(torch.float32)):.1e}")


def summary(tensors):
    """Sum, Euclidean norm and SAMPLES entries at flat indices floor(i * size / SAMPLES) of every tensor."""
    found = {}
    for name, tensor in tensors.items():
        flat = tensor.detach().numpy().ravel()
        indices = sorted({i * flat.size // SAMPLES for i in range(SAMPLES)})
        found[name] = {
            "sum": float(flat.sum()),
            "norm": float(np.linalg.norm(flat)),
            "indices": indices,
            "values": [float(flat[i]) for i in indices],
        }
    return found


OPTIMIZERS = {
    "adam": {
        "options": {"learningRate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
        "make": lambda q: torch.optim.Adam(q, lr=1e-3),
    },
    "adamWeightDecay": {
        "options": {"learningRate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.1},
        "note": "decoupled: parameters times 1 - learningRate * weightDecay before Adam's step",
        "make": lambda q: torch.optim.AdamW(q, lr=1e-3, weight_decay=0.1),
    },
    "sgd": {"options": {"learningRate": 0.1}, "make": lambda q: torch.optim.SGD(q, lr=0.1)},
    "sgdMomentum": {
        "options": {"learningRate": 0.1, "momentum": 0.9},
        "note": "v = momentum * v + g, v = g at the first step; parameters minus learningRate * v",
        "make": lambda q: torch.optim.SGD(q, lr=0.1, momentum=0.9),
    },
    "sgdStepSchedule": {
        "options": {"learningRate": 0.1, "stepSize": 2, "gamma": 0.5},
        "note": "step t = 0, 1, ... runs at learningRate * gamma^floor(t / stepSize)",
        "make": lambda q: torch.optim.SGD(q, lr=0.1),
        "schedule": lambda o: torch.optim.lr_scheduler.StepLR(o, step_size=2, gamma=0.5),
    },
    "adamCosineSchedule": {
        "options": {"learningRate": 1e-2, "totalSteps": 5, "minimum": 1e-3},
        "note": "step t = 0, 1, ... runs at minimum + (learningRate - minimum) * (1 + cos(pi t / totalSteps)) / 2",
        "make": lambda q: torch.optim.Adam(q, lr=1e-2),
        "schedule": lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=5, eta_min=1e-3),
    },
}


def mlp_case():
    vector = {"seed": 99, "low": -1, "high": 1}
    first, first_deviation = both(lambda dtype: gradients(mlp, MLP, dtype))
    second, second_deviation = both(lambda dtype: hessian_vector_product(mlp, MLP, dtype, vector))
    optimizers = {}
    for name, optimizer in OPTIMIZERS.items():
        trained, trained_deviation = both(
            lambda dtype: train(mlp, MLP, dtype, optimizer["make"], optimizer.get("schedule"))
        )
        described = {key: optimizer[key] for key in ("options", "note") if key in optimizer}
        optimizers[name] = {**described, **rounded(trained), "float32Deviation": trained_deviation}
    return {
        **MLP,
        **rounded(first),
        "float32Deviation": first_deviation,
        "hessianVectorProduct": {"vector": vector, "product": rounded(second), "float32Deviation": second_deviation},
        "optimizers": optimizers,
    }


def conv_case():
    first, first_deviation = both(lambda dtype: gradients(conv, CONV, dtype))
    adam = OPTIMIZERS["adam"]
    trained, trained_deviation = both(lambda dtype: train(conv, CONV, dtype, adam["make"]))
    return {
        **CONV,
        "loss": rounded(first["loss"]),
        "gradients": rounded(summary(first["gradients"])),
        "float32Deviation": first_deviation,
        "optimizers": {
            "adam": {
                "options": adam["options"],
                "losses": rounded(trained["losses"]),
                "parameters": rounded(summary(trained["parameters"])),
                "float32Deviation": trained_deviation,
            }
        },
    }


content = {
    "generator": GENERATOR,
    "steps": STEPS,
    "convention": "arrays are flat, row-major; weights are [in, out] for x w + b, kernels as in PyTorch; the gradient "
    "for x counts x as input and as target; conv samples are at flat indices given",
    "mlp": mlp_case(),
    "conv": conv_case(),
}
write("gradients.json", content, [torch, np])
