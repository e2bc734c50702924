"""layers.json: forward values and vector-Jacobian products of single layers, in float64 PyTorch.

Every case: inputs {shape, data}, attributes, output {shape, data}, the cotangent c of the output, and for each input
that has a gradient the product c' d output / d input. Inputs and cotangents are multiples of 2^-7 (2^-6 in pooling and inverse), exact in float32
and without ties in any pooling window. `float32Deviation` is the largest absolute difference to float32 PyTorch.
"""

import torch
import torch.nn.functional as F
from golden import Generator, rounded, write

GRID = 2**7
generator = Generator(31)


def numbers(*shape, low=-2, high=2):
    """Numbers of the generator between low and high, rounded to the grid."""
    u = torch.tensor(generator.fill(shape, 0, 1))
    return (low + (high - low) * u).mul(GRID).round().div(GRID)


def distinct(*shape):
    """No two equal numbers, in a scrambled order: pooling windows have one clear maximum."""
    values = numbers(*shape)
    ranks = values.ravel().argsort().argsort().reshape(shape)
    return (ranks * 7 - 3 * values.numel()).double() / 64


def tensor(value):
    return {"shape": list(value.shape), "data": rounded(value)}


def evaluate(function, inputs, cotangent, dtype):
    """Output, and vector-Jacobian products in the order of the inputs."""
    leaves = {name: value.to(dtype).requires_grad_() for name, value in inputs.items()}
    output = function(**leaves)
    found = torch.autograd.grad(output, list(leaves.values()), cotangent.to(dtype))
    return output, dict(zip(leaves, found))


def case(layer, function, attributes=None, note=None, **inputs):
    shape = function(**inputs).shape
    cotangent = numbers(*shape, low=-1, high=1)
    output, products = evaluate(function, inputs, cotangent, torch.float64)
    output32, products32 = evaluate(function, inputs, cotangent, torch.float32)
    pairs = [(output, output32), *((products[name], products32[name]) for name in products)]
    differences = [(exact - single).abs().max().item() for exact, single in pairs]
    return {
        "layer": layer,
        **({"note": note} if note else {}),
        "attributes": attributes or {},
        "inputs": {name: tensor(value) for name, value in inputs.items()},
        "output": tensor(output),
        "cotangent": rounded(cotangent),
        "vectorJacobianProducts": {name: rounded(value) for name, value in products.items()},
        "float32Deviation": float(f"{max(differences):.1e}"),
    }


def batch_norm_training(*shape):
    channels, epsilon = shape[1], 1e-5
    return case(
        "batchNorm",
        lambda x, gamma, beta: F.batch_norm(x, None, None, gamma, beta, training=True, eps=epsilon),
        {"mode": "training", "epsilon": epsilon},
        "statistics of the batch over all axes but axis 1; the variance divides by the count",
        x=numbers(*shape),
        gamma=numbers(channels, low=0.5, high=1.5),
        beta=numbers(channels),
    )


def batch_norm_running():
    """Running statistics after three training batches, and inference with them."""
    momentum, epsilon, channels = 0.1, 1e-5, 3
    mean, variance = torch.zeros(channels).double(), torch.ones(channels).double()
    batches = [numbers(4, channels, 2, 2) for _ in range(3)]
    after = []
    for x in batches:
        F.batch_norm(x, mean, variance, training=True, momentum=momentum, eps=epsilon)
        after.append({"mean": rounded(mean), "variance": rounded(variance)})
    trained = {"mean": numbers(channels, low=-0.5, high=0.5), "variance": numbers(channels, low=0.5, high=1.5)}

    def normalize(x, gamma, beta, mean, variance):
        scale = gamma / torch.sqrt(variance + epsilon)
        return (x - mean[:, None, None]) * scale[:, None, None] + beta[:, None, None]

    affine = {"gamma": numbers(channels, low=0.5, high=1.5), "beta": numbers(channels)}
    expected = F.batch_norm(batches[0], *trained.values(), *affine.values(), training=False, eps=epsilon)
    assert torch.allclose(normalize(batches[0], **affine, **trained), expected, rtol=1e-14, atol=1e-14)
    attributes = {"mode": "inference", "epsilon": epsilon}
    inference = case("batchNorm", normalize, attributes, x=batches[0], **affine, **trained)
    running = {
        "note": "running = (1 - momentum) * running + momentum * batch, from mean 0 and variance 1; "
        "the running variance takes the batch's with division by count - 1",
        "momentum": momentum,
        "batches": [tensor(x) for x in batches],
        "after": after,
    }
    return inference, running


def pool(kind, kernel, stride, padding, size, count_include_pad=True):
    attributes = {"kernel": kernel, "stride": stride, "padding": padding}
    if kind == "maxPool":
        return case(kind, lambda x: F.max_pool2d(x, kernel, stride, padding), attributes, x=distinct(2, 2, size, size))
    attributes["countIncludePad"] = count_include_pad
    return case(
        kind,
        lambda x: F.avg_pool2d(x, kernel, stride, padding, count_include_pad=count_include_pad),
        attributes,
        x=numbers(2, 2, size, size),
    )


def conv(kernel, stride, padding, dilation, size):
    return case(
        "conv",
        lambda x, w, b: F.conv2d(x, w, b, stride, padding, dilation),
        {"stride": stride, "padding": padding, "dilation": dilation},
        "w is [out channels, in channels, height, width]",
        x=numbers(2, 2, size, size),
        w=numbers(3, 2, kernel, kernel, low=-1, high=1),
        b=numbers(3, low=-1, high=1),
    )


def transposed_conv(kernel, stride, padding, output_padding, dilation, size):
    return case(
        "transposedConv",
        lambda x, w, b: F.conv_transpose2d(x, w, b, stride, padding, output_padding, 1, dilation),
        {"stride": stride, "padding": padding, "outputPadding": output_padding, "dilation": dilation},
        "w is [in channels, out channels, height, width]",
        x=numbers(2, 3, size, size),
        w=numbers(3, 2, kernel, kernel, low=-1, high=1),
        b=numbers(2, low=-1, high=1),
    )


def elementwise():
    wide = torch.tensor([-200.0, -40, -20, -5, -1, -0.125, 0, 0.125, 1, 5, 20, 40, 200]).double()
    moderate = torch.linspace(-6, 6, 33).double()
    tanh_form = "x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2"
    return [
        case("softplus", lambda x: torch.logaddexp(x, torch.zeros_like(x)), note="log(1 + exp(x))", x=wide),
        case("sigmoid", lambda x: torch.sigmoid(x), x=wide),
        case("tanh", lambda x: torch.tanh(x), x=wide),
        case("gelu", lambda x: F.gelu(x), {"approximate": "none"}, "x Phi(x)", x=moderate),
        case("gelu", lambda x: F.gelu(x, approximate="tanh"), {"approximate": "tanh"}, tanh_form, x=moderate),
    ]


def normalizations():
    large = torch.tensor([[1000.0, 999, 0], [-1000, -1000, -1000], [0.5, -0.25, 80]]).double()
    rows = numbers(3, 5)
    return [
        case("softmax", lambda x: torch.softmax(x, 1), {"axis": 1}, x=rows),
        case("softmax", lambda x: torch.softmax(x, 1), {"axis": 1}, x=numbers(2, 3, 4)),
        case("softmax", lambda x: torch.softmax(x, 1), {"axis": 1}, "naive exponentials overflow", x=large),
        case("logSoftmax", lambda x: torch.log_softmax(x, 1), {"axis": 1}, x=rows),
        case("logSumExp", lambda x: torch.logsumexp(x, 1), {"axis": 1, "keepDims": False}, x=rows),
        case("logSumExp", lambda x: torch.logsumexp(x, 0, True), {"axis": 0, "keepDims": True}, x=numbers(4, 3)),
        case(
            "logSumExp",
            lambda x: torch.logsumexp(x, 1),
            {"axis": 1, "keepDims": False},
            "naive exponentials overflow",
            x=large,
        ),
        case("l2Normalize", lambda x: F.normalize(x, dim=1), {"axis": 1}, "x / max(norm, 1e-12)", x=rows),
    ]


def inverses():
    """A A' + I is positive definite and well conditioned; its products are those of a general matrix: -Y' C Y'."""
    found = []
    for size in (3, 6):
        a = numbers(size, size, low=-1, high=1).mul(8).round().div(8)  # products are multiples of 2^-6
        spd = a @ a.T + torch.eye(size)
        condition = float(torch.linalg.cond(spd))
        found.append(
            case("inverse", lambda x: torch.linalg.inv(x), note=f"symmetric; condition number {condition:.3g}", x=spd)
        )
    return found


def binary_cross_entropy():
    note = "mean of softplus(x) - x t over all entries"
    mean = lambda x, target: F.binary_cross_entropy_with_logits(x, target)
    logits = torch.tensor([[-200.0, 0, 200], [-3, 0.5, 4]]).double()
    targets = torch.tensor([[0.0, 0.5, 1], [1, 0.25, 0]]).double()
    return [
        case("bceWithLogits", mean, note=note, x=numbers(4, 3), target=numbers(4, 3, low=0, high=1)),
        case("bceWithLogits", mean, note=f"{note}; far logits", x=logits, target=targets),
    ]


inference, running = batch_norm_running()
cases = [
    batch_norm_training(6, 4),
    batch_norm_training(3, 2, 3, 3),
    inference,
    pool("maxPool", 2, 2, 0, 6),
    pool("maxPool", 3, 2, 0, 7),
    pool("maxPool", 2, 1, 0, 4),
    pool("maxPool", 3, 2, 1, 6),
    pool("averagePool", 2, 2, 0, 4),
    pool("averagePool", 3, 2, 1, 5, count_include_pad=True),
    pool("averagePool", 3, 2, 1, 5, count_include_pad=False),
    pool("averagePool", 2, 1, 0, 4),
    conv(3, 1, 0, 1, 5),
    conv(3, 2, 1, 1, 6),
    conv(3, 3, 1, 1, 7),
    conv(2, 1, 2, 2, 5),
    conv(3, 2, 2, 2, 8),
    transposed_conv(3, 1, 0, 0, 1, 3),
    transposed_conv(3, 2, 1, 1, 1, 4),
    transposed_conv(5, 3, 1, 2, 1, 3),
    transposed_conv(2, 2, 1, 0, 1, 4),
    transposed_conv(3, 2, 2, 1, 2, 4),
    *elementwise(),
    *normalizations(),
    *inverses(),
    *binary_cross_entropy(),
]
write("layers.json", {"cases": cases, "batchNormRunningStatistics": running}, [torch])
