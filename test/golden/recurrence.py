"""recurrence.json: states of recurrent networks over time and vector-Jacobian products, in float64 PyTorch.

GRU: torch.nn.GRU with its own parameters, r, z, n side by side; the recurrent biases of r and z are added to those of the
inputs, as our operation takes them. Linear: h <- h A + v, step by step. Diagonal: the same with complex numbers on the
diagonal, by PyTorch's complex arithmetic: a = exp(-exp(decay) + i angle), states as real and imaginary parts in turn.
Convolution: torch.nn.functional.conv1d with kernels of 2, dilations 1, 2, 4, zeros in front, and residuals.
"""

import torch
import torch.nn.functional as F
from golden import rounded, write

torch.manual_seed(14)
torch.set_default_dtype(torch.float64)
STEPS, BATCH, INPUTS, SIZE = 7, 3, 2, 4


def tensor(value):
    return {"shape": list(value.shape), "data": rounded(value)}


def numbers(*shape, scale=1.0):
    return ((torch.rand(*shape) * 2 - 1) * scale).float().double().requires_grad_()


def case(name, f, **inputs):
    output = f(**inputs)
    cotangent = (torch.rand(output.shape) * 2 - 1).float().double()
    products = torch.autograd.grad(output, list(inputs.values()), cotangent)
    return {
        "name": name,
        "inputs": {key: tensor(value) for key, value in inputs.items()},
        "output": tensor(output),
        "cotangent": rounded(cotangent),
        "vectorJacobianProducts": {key: rounded(value) for key, value in zip(inputs, products)},
    }


def gru(x, first, inputWeight, inputBias, weight, bias):
    """inputWeight [inputs, 3 k], weight [k, 3 k], bias [k]: the parameters of torch.nn.GRU, transposed."""
    recurrent = torch.cat([torch.zeros(2 * SIZE), bias])
    flat = [inputWeight.T.contiguous(), weight.T.contiguous(), inputBias, recurrent]
    return torch._VF.gru(x, first[None], flat, True, 1, 0.0, False, False, False)[0]


def check_gru():
    module = torch.nn.GRU(INPUTS, SIZE)
    x, first = numbers(STEPS, BATCH, INPUTS), numbers(BATCH, SIZE)
    with torch.no_grad():
        module.bias_hh_l0[: 2 * SIZE] = 0
        ours = gru(x, first, module.weight_ih_l0.T, module.bias_ih_l0, module.weight_hh_l0.T, module.bias_hh_l0[2 * SIZE :])
        assert torch.equal(ours, module(x, first[None])[0])


def linear(v, first, transition):
    states, h = [], first
    for step in v:
        h = h @ transition + step
        states.append(h)
    return torch.stack(states)


def diagonal(v, first, decay, angle):
    a = torch.exp(torch.complex(-torch.exp(decay), angle))
    h, states = torch.view_as_complex(first.reshape(BATCH, -1, 2)), []
    for step in v:
        h = a * h + torch.view_as_complex(step.reshape(BATCH, -1, 2).contiguous())
        states.append(torch.view_as_real(h).reshape(BATCH, -1))
    return torch.stack(states)


def convolution(x, **parameters):
    """weight l [2 inputs, k]: of the moment itself above that of 2^l moments before."""
    h = x.permute(1, 2, 0)
    for layer in range(3):
        now, past = parameters[f"weight{layer}"].chunk(2)
        kernel = torch.stack([past.T, now.T], 2)
        output = F.relu(F.conv1d(F.pad(h, (2**layer, 0)), kernel, parameters[f"bias{layer}"], dilation=2**layer))
        h = output if layer == 0 else h + output
    return h.permute(2, 0, 1)


check_gru()
cases = [
    case(
        "gru",
        gru,
        x=numbers(STEPS, BATCH, INPUTS),
        first=numbers(BATCH, SIZE),
        inputWeight=numbers(INPUTS, 3 * SIZE),
        inputBias=numbers(3 * SIZE),
        weight=numbers(SIZE, 3 * SIZE),
        bias=numbers(SIZE),
    ),
    case(
        "linear",
        linear,
        v=numbers(STEPS, BATCH, SIZE),
        first=numbers(BATCH, SIZE),
        transition=numbers(SIZE, SIZE, scale=0.6),
    ),
    case(
        "diagonal",
        diagonal,
        v=numbers(STEPS, BATCH, SIZE),
        first=numbers(BATCH, SIZE),
        decay=numbers(SIZE // 2),
        angle=numbers(SIZE // 2, scale=3.0),
    ),
    case(
        "convolution",
        convolution,
        x=numbers(STEPS, BATCH, INPUTS),
        weight0=numbers(2 * INPUTS, SIZE),
        bias0=numbers(SIZE),
        weight1=numbers(2 * SIZE, SIZE),
        bias1=numbers(SIZE),
        weight2=numbers(2 * SIZE, SIZE),
        bias2=numbers(SIZE),
    ),
]
write("recurrence.json", {"cases": cases}, [torch])
