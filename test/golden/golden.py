"""What the golden scripts share: exactly reproducible numbers, and JSON with rounded figures."""

import json
import math
import os
import sys

import numpy as np

GENERATOR = (
    "state = (1664525 * state + 1013904223) mod 2^32 from the given seed, once before each number; "
    "u = floor(state / 2^8) / 2^24; value = low + (high - low) * u. Tensors are filled in the listed order, each in "
    "row-major order, from one run of the generator. With low and high as given every value is exact in float32."
)


class Generator:
    """A linear congruential generator (constants of Numerical Recipes, 2nd ed., section 7.1)."""

    def __init__(self, seed):
        self.state = seed

    def fill(self, shape, low, high):
        values = np.empty(math.prod(shape))
        for i in range(len(values)):
            self.state = (1664525 * self.state + 1013904223) % 2**32
            values[i] = low + (high - low) * ((self.state >> 8) / 2**24)
        assert np.array_equal(values, values.astype(np.float32))
        return values.reshape(shape)


def rounded(value, digits=9):
    """Figures to `digits` significant digits; nested lists, dicts, arrays and tensors keep their shape."""
    if isinstance(value, dict):
        return {key: rounded(entry, digits) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(entry, digits) for entry in value]
    if hasattr(value, "detach"):
        value = value.detach().numpy()
    if isinstance(value, np.ndarray):
        return [rounded(float(entry), digits) for entry in value.ravel()]
    if isinstance(value, (float, np.floating)):
        short = float(f"{value:.{digits}g}")
        return int(short) if short.is_integer() and abs(short) < 2**31 else short
    return value


def write(name, content, modules):
    """Writes NAME beside this script, with the versions of what computed it."""
    versions = {"python": sys.version.split()[0], **{module.__name__: module.__version__ for module in modules}}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, "w") as file:
        json.dump({"versions": versions, **content}, file, separators=(",", ":"))
        file.write("\n")
    print(f"{name}: {os.path.getsize(path)} bytes")
