"""Free energy, pseudo-likelihood and contrastive-divergence gradients of small machines, from NumPy alone.

Every gradient is that of mean F(v) - mean F(v') with v' held fixed, from formulas written out by hand; the uniform or
normal numbers of each draw are given.
"""

import numpy as np
from golden import GENERATOR, Generator, rounded, write

N, D, K, CHAINS = 7, 6, 4, 3
SEED = 20


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def softplus(a):
    return np.logaddexp(0, a)


def tensors(kind):
    shapes = {
        "weights": ([D, K], -1, 1),
        "visibleBias": ([D], -1, 1),
        "hiddenBias": ([K], -1, 1),
        "x": ([N, D], 0, 1) if kind == "bernoulli" else ([N, D], -4, 4),
        "hidden0": ([N, K], 0, 1),
        "visible0": ([N, D], 0, 1) if kind == "bernoulli" else ([N, D], -2, 2),
        "hidden1": ([N, K], 0, 1),
        "visible1": ([N, D], 0, 1) if kind == "bernoulli" else ([N, D], -2, 2),
    }
    if kind == "gaussian":
        shapes |= {"logDeviation": ([D], -1, 1), "center": ([D], -2, 2), "spread": ([D], 0, 2)}
    return [{"name": name, "shape": s, "low": low, "high": high} for name, (s, low, high) in shapes.items()]


def values(listed):
    generator = Generator(SEED)
    return {t["name"]: generator.fill(t["shape"], t["low"], t["high"]) for t in listed}


class Bernoulli:
    def __init__(self, t):
        self.w, self.b, self.c = t["weights"], t["visibleBias"], t["hiddenBias"]

    def hidden(self, v):
        return sigmoid(v @ self.w + self.c)

    def free_energy(self, v):
        return -(v @ self.b) - softplus(v @ self.w + self.c).sum(axis=1)

    def visible(self, h, uniform):
        return (uniform < sigmoid(h @ self.w.T + self.b)).astype(float)

    def gradients(self, v):
        """Of the mean of F over rows."""
        p = self.hidden(v)
        return {"weights": -v.T @ p / len(v), "visibleBias": -v.mean(0), "hiddenBias": -p.mean(0)}

    def reconstruction_error(self, v, h):
        q = sigmoid(h @ self.w.T + self.b)
        return -(v * np.log(q) + (1 - v) * np.log(1 - q)).sum(1).mean()

    def pseudo_likelihood(self, v):
        total = np.zeros(len(v))
        for j in range(v.shape[1]):
            flipped = v.copy()
            flipped[:, j] = 1 - flipped[:, j]
            total -= softplus(self.free_energy(v) - self.free_energy(flipped))
        return total


class Gaussian(Bernoulli):
    def __init__(self, t):
        super().__init__(t)
        self.center, self.sigma = t["center"], t["spread"] * np.exp(t["logDeviation"])

    def inside(self, v):
        return (v - self.center) / self.sigma - self.b

    def hidden(self, v):
        return sigmoid(self.inside(v) @ self.w + self.c)

    def free_energy(self, v):
        u = self.inside(v)
        return (u**2).sum(1) / 2 - softplus(u @ self.w + self.c).sum(1)

    def visible(self, h, normal):
        return self.center + self.sigma * (h @ self.w.T + normal + self.b)

    def gradients(self, v):
        u, p = self.inside(v), self.hidden(v)
        along = u - p @ self.w.T
        return {
            "weights": -u.T @ p / len(v),
            "visibleBias": -along.mean(0),
            "hiddenBias": -p.mean(0),
            "logDeviation": -(along * (v - self.center) / self.sigma).mean(0),
        }

    def reconstruction_error(self, v, h):
        return ((v - self.visible(h, 0)) ** 2).sum(1).mean()


def difference(a, b):
    return {name: a[name] - b[name] for name in a}


cases = []
for kind, make in (("bernoulli", Bernoulli), ("gaussian", Gaussian)):
    listed = tensors(kind)
    t = values(listed)
    machine = make(t)
    x = t["x"]
    on = lambda v, uniform: (uniform < machine.hidden(v)).astype(float)
    h0 = on(x, t["hidden0"])
    v1 = machine.visible(h0, t["visible0"])
    v2 = machine.visible(on(v1, t["hidden1"]), t["visible1"])
    # Persistent chains start with all hidden units at 0.
    fantasy = machine.visible(np.zeros((CHAINS, K)), t["visible0"][:CHAINS])
    case = {
        "kind": kind,
        "tensors": listed,
        "freeEnergy": machine.free_energy(x),
        "hidden": machine.hidden(x),
        "reconstructionError": machine.reconstruction_error(x, h0),
        "cd1": difference(machine.gradients(x), machine.gradients(v1)),
        "cd2": difference(machine.gradients(x), machine.gradients(v2)),
        "persistent": {
            "gradients": difference(machine.gradients(x), machine.gradients(fantasy)),
            "chains": on(fantasy, t["hidden0"][:CHAINS]),
            "reconstructionError": machine.reconstruction_error(x, machine.hidden(x)),
        },
    }
    if kind == "bernoulli":
        case["pseudoLikelihood"] = machine.pseudo_likelihood(x)
    cases.append(rounded(case))

write("restricted-boltzmann.json", {"generator": GENERATOR, "seed": SEED, "chains": CHAINS, "cases": cases}, [np])
