"""sequence-losses.json: the losses that next-step prediction and the sequence autoencoder train on, and their gradients, in float64
PyTorch.

Next-step prediction: windows [3, 7, 2], every moment of every window by itself. What the network sees is a list that begins with the
true rows up to the moment and goes on with predictions or, where they are told, with true rows; states are made of the whole list
anew for every row ahead. The sequence autoencoder: rows of 5 steps of 2 features of which 5, 3 and 1 are there, each run at its own
length. Networks have the parameters and equations of recurrence.json.
"""

import torch
import torch.nn.functional as F
from golden import GENERATOR, Generator, rounded, write

torch.set_default_dtype(torch.float64)
COUNT, LENGTH, D, SIZE = 3, 7, 2, 4
STEPS, CODE, LENGTHS = 5, 3, [5, 3, 1]
SPREAD = 0.75
# Layers that see as far back as a window or a sequence is long.
LAYERS = 3


def network_shapes(network, name, inputs):
    if network == "gru":
        shapes = [("inputWeight", (inputs, 3 * SIZE)), ("inputBias", (3 * SIZE,)), ("weight", (SIZE, 3 * SIZE)), ("bias", (SIZE,))]
        return [(f"{name}.{part}", shape, -0.5, 0.5) for part, shape in shapes]
    if network == "convolution":
        widths = [inputs] + [SIZE] * (LAYERS - 1)
        return [
            one
            for l, width in enumerate(widths)
            for one in [(f"{name}.{l}.weight", (2 * width, SIZE), -0.5, 0.5), (f"{name}.{l}.bias", (SIZE,), -0.25, 0.25)]
        ]
    own = (
        [(f"{name}.transition", (SIZE, SIZE), -0.25, 0.25)]
        if network == "linear"
        else [(f"{name}.decay", (SIZE // 2,), -1, 1), (f"{name}.angle", (SIZE // 2,), 0, 2)]
    )
    return own + [(f"{name}.inputWeight", (inputs, SIZE), -1, 1), (f"{name}.inputBias", (SIZE,), -0.5, 0.5)]


def states_of(network, name, inputs, p):
    """States [steps, size] of one sequence of inputs [steps, n]."""
    of = lambda part: p[f"{name}.{part}"]
    if network == "convolution":
        h = inputs.T[None]
        for l in range(LAYERS):
            now, past = of(f"{l}.weight").chunk(2)
            kernel = torch.stack([past.T, now.T], 2)
            output = F.relu(F.conv1d(F.pad(h, (2**l, 0)), kernel, of(f"{l}.bias"), dilation=2**l))
            h = output if l == 0 else h + output
        return h[0].T
    if network == "gru":
        recurrent = torch.cat([torch.zeros(2 * SIZE), of("bias")])
        parameters = [of("inputWeight").T.contiguous(), of("weight").T.contiguous(), of("inputBias"), recurrent]
        first = torch.zeros(1, 1, SIZE)
        return torch._VF.gru(inputs[:, None], first, parameters, True, 1, 0.0, False, False, False)[0][:, 0]
    given = inputs @ of("inputWeight") + of("inputBias")
    if network == "linear":
        # Shorter vectors are left as they are.
        assert torch.linalg.matrix_norm(of("transition"), 2) < 0.99
        h, states = torch.zeros(SIZE), []
        for v in given:
            h = h @ of("transition") + v
            states.append(h)
        return torch.stack(states)
    a = torch.exp(torch.complex(-torch.exp(of("decay")), of("angle")))
    h, states = torch.zeros(SIZE // 2, dtype=torch.complex128), []
    for v in given:
        h = a * h + torch.view_as_complex(v.reshape(-1, 2).contiguous())
        states.append(torch.view_as_real(h).reshape(-1))
    return torch.stack(states)


def tensors(seed, shapes):
    generator = Generator(seed)
    listed = [{"name": name, "shape": list(shape), "low": low, "high": high} for name, shape, low, high in shapes]
    return {one["name"]: torch.tensor(generator.fill(one["shape"], one["low"], one["high"])) for one in listed}, listed


def told_to(seed, horizon, probability):
    """1 where the row after so many rows ahead is told, of every moment and window: one list for each number of rows ahead."""
    draws = Generator(seed)
    counts = [(LENGTH - ahead - 1) * COUNT for ahead in range(1, horizon)]
    return [[int(u < probability) for u in draws.fill([count], 0, 1)] for count in counts]


def next_step(network, seed, horizon=1, teacher_forcing=0):
    given = [("x", (COUNT, LENGTH, D), -1, 1), ("mean", (D,), -0.5, 0.5)]
    outputs = [("output.weight", (SIZE, D), -1, 1), ("output.direct", (D, D), -1, 1), ("output.bias", (D,), -0.5, 0.5)]
    made, listed = tensors(seed, given + network_shapes(network, "network", D) + outputs)
    x, mean = (made.pop(name) for name in ("x", "mean"))
    p = {name: value.requires_grad_() for name, value in made.items()}
    told = told_to(seed, horizon, teacher_forcing)
    errors = [[] for _ in range(horizon)]
    for window, u in enumerate((x - mean) / SPREAD):
        for moment in range(LENGTH):
            seen = list(u[: moment + 1])
            for ahead in range(1, horizon + 1):
                if moment + ahead >= LENGTH:
                    break
                state = states_of(network, "network", torch.stack(seen), p)[-1]
                predicted = state @ p["output.weight"] + seen[-1] @ p["output.direct"] + p["output.bias"]
                errors[ahead - 1].append((u[moment + ahead] - predicted).square().sum())
                if ahead < horizon and moment + ahead + 1 < LENGTH:
                    truth = told[ahead - 1][moment * COUNT + window]
                    seen.append(u[moment + ahead] if truth else predicted)
    loss = sum(sum(some) / len(some) for some in errors) / horizon
    return {
        "method": "nextStep",
        "options": {"network": network, "latentDim": SIZE, "window": LENGTH, "horizon": horizon, "teacherForcing": teacher_forcing},
        "told": told,
        **figures(seed, listed, loss, p),
    }


def autoencoder(network, seed):
    given = [("x", (len(LENGTHS), STEPS * D), -1, 1), ("mean", (D,), -0.5, 0.5)]
    outputs = [("code.weight", (SIZE, CODE), -1, 1), ("code.bias", (CODE,), -0.5, 0.5)]
    outputs += [("output.weight", (SIZE, D), -1, 1), ("output.bias", (D,), -0.5, 0.5)]
    networks = network_shapes(network, "encoder", D) + network_shapes(network, "decoder", CODE)
    made, listed = tensors(seed, given + networks + outputs)
    x, mean = (made.pop(name) for name in ("x", "mean"))
    p = {name: value.requires_grad_() for name, value in made.items()}
    loss = 0
    for row, length in zip(x, LENGTHS):
        u = (row.reshape(STEPS, D)[:length] - mean) / SPREAD
        z = states_of(network, "encoder", u, p)[-1] @ p["code.weight"] + p["code.bias"]
        states = states_of(network, "decoder", z.expand(length, CODE), p)
        loss = loss + (u - states @ p["output.weight"] - p["output.bias"]).square().sum() / len(LENGTHS)
    options = {"network": network, "latentDim": CODE, "hidden": SIZE, "rowShape": [STEPS, D]}
    return {"method": "sequenceAutoencoder", "options": options, "lengths": LENGTHS, **figures(seed, listed, loss, p)}


def figures(seed, listed, loss, p):
    gradients = torch.autograd.grad(loss, list(p.values()))
    return {
        "seed": seed,
        "tensors": listed,
        "loss": rounded(loss.item()),
        "report": rounded((loss * SPREAD**2).item()),
        "gradients": {name: rounded(value) for name, value in zip(p, gradients)},
    }


cases = []
for i, network in enumerate(["linear", "diagonal", "gru", "convolution"]):
    cases += [
        next_step(network, 81 + 10 * i),
        next_step(network, 82 + 10 * i, horizon=3),
        next_step(network, 83 + 10 * i, horizon=6),
        next_step(network, 84 + 10 * i, horizon=3, teacher_forcing=1),
        next_step(network, 85 + 10 * i, horizon=4, teacher_forcing=0.5),
        autoencoder(network, 86 + 10 * i),
    ]
write("sequence-losses.json", {"generator": GENERATOR, "spread": SPREAD, "cases": cases}, [torch])
