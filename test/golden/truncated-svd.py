"""Singular values of matrices of known bits, by LAPACK in float64.

    python3 test/golden/truncated-svd.py

X = A diag(w) B, with whole numbers in A and B and powers of two in w, is exact in float64, and then rounded to float32.
"""
import json
import pathlib

import numpy as np

# Of each: rows, columns, rank of the sum, the exponent by which weights fall.
CASES = {
    "long": (2500, 120, 120, -3),
    "wide": (120, 2500, 120, -3),
    "square": (320, 330, 320, -3),
    "rank-deficient": (2500, 120, 40, 0),
    "wide and rank-deficient": (120, 2500, 40, 0),
    "long with a tiny tail": (2500, 120, 120, -22),
    "wide with a tiny tail": (120, 2500, 120, -22),
}


def generated(seed, count):
    """The linear congruential generator of golden.ts: whole numbers from -8 to 7."""
    state = seed
    out = np.empty(count)
    for i in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        out[i] = (state >> 28) - 8
    return out


def data(n, d, r, exponent):
    numbers = generated(7, n * r + r * d)
    weights = 2.0 ** np.round(np.linspace(0, exponent, r))
    x = (numbers[: n * r].reshape(n, r) * weights) @ numbers[n * r :].reshape(r, d)
    return x.astype(np.float32).astype(np.float64)


def spectrum(x):
    return np.linalg.svd(x, compute_uv=False).tolist()


if __name__ == "__main__":
    golden = {"numpy": np.__version__, "cases": {}}
    for name, (n, d, r, exponent) in CASES.items():
        x = data(n, d, r, exponent)
        golden["cases"][name] = {
            "shape": [n, d, r, exponent],
            "weights": (2.0 ** np.round(np.linspace(0, exponent, r))).tolist(),
            "uncentered": spectrum(x),
            "centered": spectrum(x - x.mean(0)),
        }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(golden))
