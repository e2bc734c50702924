"""contrastive.json: losses of two views and their gradients, a moving average of parameters, and networks of convolutions with batch
normalization, in float64 PyTorch.

Losses: rows x [7, 6], views x + noise0 and x + noise1, an encoder 6-5-4 with rectified hidden units, a projector 4-5-3 where the
case has one (hidden layer batch normalized, each view by itself, where `batchNorm` says so) and a predictor 3-WIDTH-3. Every
formula is written from its paper, with loops where the paper has sums.
"""

import torch
import torch.nn.functional as F
from golden import GENERATOR, Generator, rounded, write

torch.set_default_dtype(torch.float64)
N, D, HIDDEN, CODE = 7, 6, 5, 4
PROJECTION = [5, 3]
EPSILON = 1e-5


def tensors(seed, shapes):
    """Arrays by name, and how they are to be made again."""
    generator = Generator(seed)
    listed = [{"name": name, "shape": list(shape), "low": low, "high": high} for name, shape, low, high in shapes]
    made = {one["name"]: torch.tensor(generator.fill(one["shape"], one["low"], one["high"])) for one in listed}
    return made, listed


def layer_shapes(name, inputs, outputs, normalized):
    shapes = [(f"{name}.weight", (inputs, outputs), -1, 1)]
    if normalized:
        return shapes + [(f"{name}.gamma", (outputs,), 0, 1), (f"{name}.beta", (outputs,), -0.5, 0.5)]
    return shapes + [(f"{name}.bias", (outputs,), -0.5, 0.5)]


def network_shapes(projection, batch_norm):
    shapes = [("encoder.0.weight", (D, HIDDEN), -1, 1), ("encoder.0.bias", (HIDDEN,), -0.5, 0.5)]
    shapes += [("encoder.1.weight", (HIDDEN, CODE), -1, 1), ("encoder.1.bias", (CODE,), -0.5, 0.5)]
    widths = [CODE, *projection]
    for l in range(len(projection)):
        shapes += layer_shapes(f"projector.{l}", widths[l], widths[l + 1], batch_norm and l + 1 < len(projection))
    return shapes


def perceptron(name, layers, h, p):
    for l in range(layers):
        h = h @ p[f"{name}.{l}.weight"]
        if f"{name}.{l}.gamma" in p:
            h = F.batch_norm(h, None, None, p[f"{name}.{l}.gamma"], p[f"{name}.{l}.beta"], training=True, eps=EPSILON)
        else:
            h = h + p[f"{name}.{l}.bias"]
        if l + 1 < layers:
            h = torch.relu(h)
    return h


def project(view, p, projection):
    return perceptron("projector", len(projection), perceptron("encoder", 2, view, p), p)


def spectral_contrastive(a, b):
    positive = sum(a[i] @ b[i] for i in range(N)) / N
    negative = sum((a[i] @ b[j]) ** 2 for i in range(N) for j in range(N) if i != j) / (N * (N - 1))
    return -2 * positive + negative


def triplet(a, b, margin):
    a, b = F.normalize(a), F.normalize(b)
    terms = [
        torch.relu((a[i] - b[i]).square().sum() - (a[i] - b[j]).square().sum() + margin)
        for i in range(N)
        for j in range(N)
        if i != j
    ]
    return sum(terms) / len(terms)


def nt_xent(a, b, temperature):
    z = torch.cat([a, b])
    similar = F.cosine_similarity(z[:, None], z[None], dim=-1) / temperature
    total = 0
    for i in range(2 * N):
        others = [k for k in range(2 * N) if k != i]
        total = total - torch.log(similar[i, (i + N) % (2 * N)].exp() / similar[i, others].exp().sum())
    return total / (2 * N)


def variance_term(z):
    return torch.relu(1 - torch.sqrt(z.var(0) + 1e-4)).mean()


def covariance_term(z):
    c = torch.cov(z.T)
    m = len(c)
    return sum(c[i, j] ** 2 for i in range(m) for j in range(m) if i != j) / m


def barlow_correlations(a, b):
    """As the authors' code: batch normalization without scale and shift, then the products over n."""
    a, b = (F.batch_norm(z, None, None, training=True, eps=EPSILON) for z in (a, b))
    return a.T @ b / N


def byol_distance(q, z):
    return (F.normalize(q) - F.normalize(z)).square().sum(1)


def loss_of(method, options, a, b, qa, qb, ta, tb):
    if method == "spectralContrastive":
        return spectral_contrastive(a, b)
    if method == "triplet":
        return triplet(a, b, options["margin"])
    if method == "simclr":
        return nt_xent(a, b, options["temperature"])
    if method == "byol":
        return (byol_distance(qa, tb) + byol_distance(qb, ta)).mean()
    if method == "simSiam":
        return -(F.cosine_similarity(qa, tb) / 2 + F.cosine_similarity(qb, ta) / 2).mean()
    if method == "vicReg":
        invariance = (a - b).square().sum(1).mean() / a.shape[1]
        variance = variance_term(a) + variance_term(b)
        covariance = covariance_term(a) + covariance_term(b)
        return options["invariance"] * invariance + options["variance"] * variance + options["covariance"] * covariance
    c = barlow_correlations(a, b)
    m = len(c)
    own = sum((1 - c[i, i]) ** 2 for i in range(m))
    other = sum(c[i, j] ** 2 for i in range(m) for j in range(m) if i != j)
    return own + options["offDiagonal"] * other


def case(method, seed, projection=(), batch_norm=False, predictor=None, stop=True, **options):
    shapes = network_shapes(projection, batch_norm)
    followed = [name for name, *_ in shapes]
    if predictor:
        shapes += layer_shapes("predictor.0", projection[-1], predictor, True)
        shapes += layer_shapes("predictor.1", predictor, projection[-1], False)
    if method == "byol":
        shapes += [(f"target.{name}", shape, low, high) for name, shape, low, high in network_shapes(projection, batch_norm)]
    inputs = [(name, (N, D), -1, 1) for name in ("x", "noise0", "noise1")]
    made, listed = tensors(seed, inputs + shapes)
    x, first, second = (made.pop(name) for name in ("x", "noise0", "noise1"))
    p = {name: value.requires_grad_() for name, value in made.items()}
    views = x + first, x + second
    a, b = (project(view, p, projection) for view in views)
    qa, qb = (perceptron("predictor", 2, z, p) for z in (a, b)) if predictor else (a, b)
    ta, tb = a, b
    if method == "byol":
        tau = options["momentum"]
        average = {name: tau * p[f"target.{name}"] + (1 - tau) * p[name] for name in followed}
        ta, tb = (project(view, average, projection) for view in views)
    if stop:
        ta, tb = ta.detach(), tb.detach()
    loss = loss_of(method, options, a, b, qa, qb, ta, tb)
    names = [name for name in p if not name.startswith("target.")]
    gradients = torch.autograd.grad(loss, [p[name] for name in names])
    said = {"stopGradient": stop, "predictor": predictor is not None} if method in ("byol", "simSiam") else {}
    return {
        "method": method,
        "options": {**options, **said, "projection": list(projection)},
        "seed": seed,
        "tensors": listed,
        "loss": rounded(loss.item()),
        "gradients": {name: rounded(value) for name, value in zip(names, gradients)},
    }


def moving_average():
    """Adam on a network that is drawn to its own average, which takes a step after every step of the optimizer."""
    rate, tau, steps = 0.05, 0.9, 6
    made, listed = tensors(71, [("x", (8, 4), -1, 1), ("y", (8, 3), -1, 1), ("w", (4, 3), -1, 1)])
    x, y, w = made["x"], made["y"], made["w"].requires_grad_()
    target = w.detach().clone()
    optimizer = torch.optim.Adam([w], lr=rate)
    losses, used = [], None
    for _ in range(steps):
        used = target.clone()
        loss = (x @ w - y).square().mean() + (x @ w - (x @ target).detach()).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            target.mul_(tau).add_(w, alpha=1 - tau)
        losses.append(loss.item())
    return {
        "momentum": tau,
        "learningRate": rate,
        "seed": 71,
        "tensors": listed,
        "losses": rounded(losses),
        "w": rounded(w),
        "target of the last step": rounded(used),
    }


def normalized_network(seed, image, code, units, numbers, features):
    """An encoder of 3 images of convolutions (name, inputs, outputs, kernel, stride, padding) with batch normalization, and an affine
    map of `features(x, unit)`: codes in training and after it, gradients of their products with c."""
    shapes = [("x", (3, *image), -1, 1), ("c", (3, code), -1, 1)]
    for name, inputs, outputs, kernel, *_ in units:
        limit = 1 / 2 ** ((inputs * kernel[0] * kernel[1]).bit_length() // 2)
        shapes += [
            (f"encoder.{name}.weight", (outputs, inputs, *kernel), -limit, limit),
            (f"encoder.{name}.gamma", (outputs,), 0, 1),
            (f"encoder.{name}.beta", (outputs,), -0.5, 0.5),
            (f"encoder.{name}.runningMean", (outputs,), -0.5, 0.5),
            (f"encoder.{name}.runningVariance", (outputs,), 0, 1),
        ]
    shapes += [("encoder.code.weight", (numbers, code), -1, 1), ("encoder.code.bias", (code,), -0.5, 0.5)]
    made, listed = tensors(seed, shapes)
    x, c = made.pop("x"), made.pop("c")
    running = {name for name in made if "running" in name}
    p = {name: value if name in running else value.requires_grad_() for name, value in made.items()}
    geometry = {name: {"stride": stride, "padding": padding} for name, _, _, _, stride, padding in units}

    def encode(training):
        def unit(h, name):
            h = F.conv2d(h, p[f"encoder.{name}.weight"], **geometry[name])
            statistics = [p[f"encoder.{name}.{one}"] for one in ("runningMean", "runningVariance")]
            scale = [p[f"encoder.{name}.{one}"] for one in ("gamma", "beta")]
            return F.batch_norm(h, *([None, None] if training else statistics), *scale, training=training, eps=EPSILON)

        return features(x, unit) @ p["encoder.code.weight"] + p["encoder.code.bias"]

    codes = encode(True)
    trained = [name for name in p if name not in running]
    gradients = torch.autograd.grad((codes * c).sum(), [p[name] for name in trained])
    summaries = {
        name: {"sum": rounded(g.sum().item()), "norm": rounded(g.norm().item())} for name, g in zip(trained, gradients)
    }
    return {
        "image": image,
        "seed": seed,
        "tensors": listed,
        "training": rounded(codes),
        "inference": rounded(encode(False)),
        "gradients": summaries,
    }


def residual():
    """The residual network on images of 2 x 10 x 17 pixels."""
    image, channels = (2, 10, 17), [16, 16, 32, 64]
    units = [("stem", image[0], 16, (3, 3), (1, 2), 1)]
    strides = [(1, 1), (2, 2), (2, 2)]
    for i, (inputs, outputs) in enumerate(zip(channels, channels[1:])):
        units += [
            (f"{i}.first", inputs, outputs, (3, 3), strides[i], 1),
            (f"{i}.second", outputs, outputs, (3, 3), (1, 1), 1),
        ]
        if inputs != outputs:
            units += [(f"{i}.shortcut", inputs, outputs, (1, 1), strides[i], 0)]
    names = [name for name, *_ in units]

    def features(x, unit):
        h = torch.relu(unit(x, "stem"))
        for i in range(3):
            shortcut = unit(h, f"{i}.shortcut") if f"{i}.shortcut" in names else h
            h = torch.relu(unit(torch.relu(unit(h, f"{i}.first")), f"{i}.second") + shortcut)
        return h.mean((2, 3))

    return normalized_network(72, image, 3, units, 64, features)


def convolutional():
    """The convolutional network on images of 2 x 7 x 17 pixels: the first layer leaves the 7 as they are."""
    units = [("0", 2, 32, (3, 4), (1, 2), 1), ("1", 32, 64, (3, 4), (1, 2), 1)]

    def features(x, unit):
        return torch.relu(unit(torch.relu(unit(x, "0")), "1")).flatten(1)

    return normalized_network(73, (2, 7, 17), 3, units, 64 * 7 * 4, features)


heads = {"projection": PROJECTION, "batch_norm": True}
vic = {**heads, "invariance": 0, "variance": 0, "covariance": 0}
cases = [
    case("spectralContrastive", 51),
    case("spectralContrastive", 52, projection=PROJECTION),
    case("triplet", 53, margin=1),
    case("triplet", 54, margin=0.25),
    case("simclr", 55, projection=PROJECTION, temperature=0.5),
    case("simclr", 56, temperature=0.125),
    case("byol", 57, **heads, predictor=5, momentum=0.9),
    case("byol", 58, **heads, momentum=0.5),
    case("byol", 59, **heads, predictor=5, momentum=0.25, stop=False),
    case("simSiam", 60, projection=[5, 8], batch_norm=True, predictor=2),
    case("simSiam", 61, projection=[5, 8], batch_norm=True),
    case("simSiam", 62, projection=[5, 8], batch_norm=True, predictor=2, stop=False),
    case("vicReg", 63, **{**vic, "invariance": 25, "variance": 25, "covariance": 1}),
    case("vicReg", 64, **{**vic, "invariance": 1}),
    case("vicReg", 65, **{**vic, "variance": 1}),
    case("vicReg", 66, **{**vic, "covariance": 1}),
    case("barlowTwins", 67, **heads, offDiagonal=0.005),
    case("barlowTwins", 68, **heads, offDiagonal=0),
    case("barlowTwins", 68, **heads, offDiagonal=1),
]
write(
    "contrastive.json",
    {
        "generator": GENERATOR,
        "losses": cases,
        "movingAverage": moving_average(),
        "residual": residual(),
        "convolutional": convolutional(),
    },
    [torch],
)
